package access

import (
	"context"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"balie/ground/fault"
	"balie/ground/secret"
)

// The cost of one password: 19 MiB, two passes. Two at a time bounds what a flood of sign-ins can cost.
const (
	hashMemory  = 19 * 1024 // KiB
	hashPasses  = 2
	hashThreads = 1
	hashSize    = 32
	saltSize    = 16
	hashers     = 2
	// The length of a password, in characters. The upper end only bounds the work.
	shortestPassword = 12
	longestPassword  = 200
)

// Hashed is a password that was found good enough, in the form that is kept. Only HashPassword makes one.
type Hashed struct{ text string }

// refused are passwords of enough characters that are tried first by everyone who guesses.
//
//go:embed refused.txt
var refused string

// HashPassword checks a new password and calculates what is kept of it. about are the words that guessers try for this
// person: e-mail address, name, organisation. It takes some 30 ms, so it is done outside a transaction.
func (r *Room) HashPassword(ctx context.Context, password secret.Text, about ...string) (Hashed, error) {
	p := password.Reveal()
	if n := utf8.RuneCountInString(p); n < shortestPassword || n > longestPassword || !utf8.ValidString(p) {
		return Hashed{}, fault.New(fault.Invalid, "access.password_length", "least", shortestPassword, "most", longestPassword)
	}
	if guessable(p, about) {
		return Hashed{}, fault.New(fault.Invalid, "access.password_common")
	}
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(r.chance, salt); err != nil {
		return Hashed{}, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	sum, err := r.argon(ctx, p, salt)
	if err != nil {
		return Hashed{}, err
	}
	b64 := base64.RawStdEncoding
	return Hashed{fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashPasses, hashThreads,
		b64.EncodeToString(salt), b64.EncodeToString(sum))}, nil
}

func guessable(password string, about []string) bool {
	p := strings.ToLower(password)
	for line := range strings.Lines(refused) {
		if p == strings.TrimSpace(line) {
			return true
		}
	}
	runes := []rune(p)
	same, steps := 0, 0
	for i := 1; i < len(runes); i++ {
		if runes[i] == runes[i-1] {
			same++
		}
		if d := runes[i] - runes[i-1]; d == 1 || d == -1 {
			steps++
		}
	}
	if same+steps >= len(runes)-2 { // "aaaaaaaaaaaa", "123456789012"
		return true
	}
	for _, word := range about {
		word = strings.ToLower(strings.TrimSpace(word))
		local, _, _ := strings.Cut(word, "@")
		for _, w := range []string{word, local} {
			// What is left after the word must still be some password.
			if len(w) >= 4 && strings.Contains(p, w) && utf8.RuneCountInString(p)-utf8.RuneCountInString(w) < 6 {
				return true
			}
		}
	}
	return false
}

// argon runs at most two calculations at a time.
func (r *Room) argon(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case r.hashing <- struct{}{}:
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Unavailable, "access.busy", ctx.Err())
	}
	defer func() { <-r.hashing }()
	return argon2.IDKey([]byte(password), salt, hashPasses, hashMemory, hashThreads, hashSize), nil
}

// verify compares a password with what is kept. Without anything kept it does the same work and says no, so that the
// time tells nothing about whether the account exists.
func (r *Room) verify(ctx context.Context, kept string, password secret.Text) (bool, error) {
	salt, want := make([]byte, saltSize), []byte(nil)
	if parts := strings.Split(kept, "$"); len(parts) == 6 {
		var err1, err2 error
		salt, err1 = base64.RawStdEncoding.DecodeString(parts[4])
		want, err2 = base64.RawStdEncoding.DecodeString(parts[5])
		params := fmt.Sprintf("m=%d,t=%d,p=%d", hashMemory, hashPasses, hashThreads)
		if err1 != nil || err2 != nil || parts[1] != "argon2id" || parts[3] != params {
			return false, fault.New(fault.Internal, "ground.internal", "password", "kept in an unknown form")
		}
	}
	p := password.Reveal()
	if utf8.RuneCountInString(p) > longestPassword {
		p = "" // no password is this long; the work stays the same
	}
	sum, err := r.argon(ctx, p, salt)
	return err == nil && subtle.ConstantTimeCompare(sum, want) == 1, err
}
