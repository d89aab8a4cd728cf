package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"balie/ground/fault"
	"balie/ground/ident"
)

// KeySize is the length of the key of a box, in bytes.
const KeySize = 32

// sealedV1 stands before everything sealed by this form, so that a later one can tell them apart.
const sealedV1 = "s1."

// Box seals values at rest and signs links. It is safe for use by many at once if its source of chance is.
type Box struct {
	chance io.Reader
	aead   cipher.AEAD
	sign   []byte
}

// NewBox makes a box. chance gives the nonces and must be crypto/rand.Reader outside tests: a nonce that comes twice
// gives the sealed values away.
func NewBox(key []byte, chance io.Reader) (*Box, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("the secret key has %d bytes, want %d", len(key), KeySize)
	}
	seal, err := hkdf.Key(sha256.New, key, nil, "balie seal 1", KeySize)
	if err != nil {
		return nil, err
	}
	sign, err := hkdf.Key(sha256.New, key, nil, "balie sign 1", KeySize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(seal)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &Box{chance: chance, aead: aead, sign: sign}, nil
}

// Seal encrypts plain (AES-256-GCM). What was sealed for one organisation and purpose ("mailbox password") cannot be
// opened for another, also not when somebody moves it there in the database.
func (b *Box) Seal(org ident.Org, purpose string, plain []byte) (string, error) {
	nonce := make([]byte, b.aead.NonceSize(), b.aead.NonceSize()+len(plain)+b.aead.Overhead())
	if _, err := io.ReadFull(b.chance, nonce); err != nil {
		return "", fmt.Errorf("random nonce: %w", err)
	}
	sealed := b.aead.Seal(nonce, nonce, plain, bound(org, purpose))
	return sealedV1 + base64.RawURLEncoding.EncodeToString(sealed), nil
}

// Open decrypts what Seal made. The fault secret.cannot_open means another key, organisation or purpose, or a value
// that was changed.
func (b *Box) Open(org ident.Org, purpose, sealed string) ([]byte, error) {
	code, ok := strings.CutPrefix(sealed, sealedV1)
	if !ok {
		return nil, cannotOpen(errors.New("not a sealed value"))
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(code)
	if err != nil || len(raw) < b.aead.NonceSize() {
		return nil, cannotOpen(errors.New("a sealed value that is not whole"))
	}
	size := b.aead.NonceSize()
	plain, err := b.aead.Open(nil, raw[:size], raw[size:], bound(org, purpose))
	if err != nil {
		return nil, cannotOpen(err)
	}
	return plain, nil
}

// Sign gives a tag of 32 lower-case letters and digits over purpose and parts (HMAC-SHA-256, cut to 160 bits), for
// links and reply addresses. Whoever wants it to expire puts the moment among the parts.
func (b *Box) Sign(purpose string, parts ...string) string {
	return letters.EncodeToString(b.tag(purpose, parts))
}

// Check says whether tag is the one that Sign gives, in constant time and whatever its case.
func (b *Box) Check(tag, purpose string, parts ...string) bool {
	if len(tag) != letters.EncodedLen(tagBytes) {
		return false
	}
	given, err := letters.DecodeString(strings.ToLower(tag))
	return err == nil && hmac.Equal(given, b.tag(purpose, parts))
}

func (b *Box) tag(purpose string, parts []string) []byte {
	mac := hmac.New(sha256.New, b.sign)
	for _, part := range append([]string{purpose}, parts...) {
		// The length before each part keeps "ab","c" and "a","bc" apart. A hash never returns an error.
		_, _ = mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		_, _ = io.WriteString(mac, part)
	}
	return mac.Sum(nil)[:tagBytes]
}

func bound(org ident.Org, purpose string) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(org)), purpose...)
}

func cannotOpen(cause error) error {
	return fault.Wrap(fault.Internal, "secret.cannot_open", cause)
}
