package secret

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"io"
)

// tagBytes is 160 bits: above the 128 that threat T9 asks, and a whole number of letters in base 32.
const tagBytes = 20

// letters is base 32 in lower case: it survives mail servers that change the case of an address, programs that leave
// a "-" or "_" at the end of a link outside the link, and being read aloud.
var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Token is 160 random bits as 32 lower-case letters and digits. Give it to its owner and store only its Hash.
func Token(chance io.Reader) (string, error) {
	var b [tagBytes]byte
	if _, err := io.ReadFull(chance, b[:]); err != nil {
		return "", fmt.Errorf("random token: %w", err)
	}
	return letters.EncodeToString(b[:]), nil
}

// Hash is what is stored of a token. It is not salted or slow: nobody can guess 160 random bits.
func Hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
