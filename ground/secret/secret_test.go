package secret

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"balie/ground/fault"
)

func TestASecretTextNeverPrints(t *testing.T) {
	const value = "hunter-7"
	type hidden struct{ password Text }
	type shown struct {
		Password Text
		More     map[Text]Text
	}
	pw := New(value)
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	logger.Info("x", "pw", pw, "hidden", hidden{pw}, "shown", shown{Password: pw})
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "pw", pw, "hidden", hidden{pw}, "shown", shown{Password: pw})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T"} {
		fmt.Fprintf(&log, verb, pw)
		fmt.Fprintf(&log, verb, &pw)
		fmt.Fprintf(&log, verb, hidden{pw})
		fmt.Fprintf(&log, verb, []any{pw, shown{Password: pw}})
	}
	b, err := json.Marshal(shown{Password: pw, More: map[Text]Text{pw: pw}})
	if err != nil {
		t.Fatal(err)
	}
	log.Write(b)
	for _, trace := range []string{value, fmt.Sprintf("%x", value), fmt.Sprintf("%X", value)} {
		if strings.Contains(log.String(), trace) {
			t.Errorf("the value leaks as %q in %s", trace, log.String())
		}
	}
	if !strings.Contains(string(b), `"Password":"***"`) || pw.Reveal() != value {
		t.Errorf("json %s, reveal %q", b, pw.Reveal())
	}
	if !New("").Empty() || New("").String() != "" || pw.Empty() {
		t.Error("an empty secret must look empty")
	}
	var read shown
	if err := json.Unmarshal([]byte(`{"Password":"abc"}`), &read); err != nil || read.Password.Reveal() != "abc" {
		t.Errorf("read back %q, %v", read.Password.Reveal(), err)
	}
}

func box(t *testing.T, fill byte) *Box {
	t.Helper()
	b, err := NewBox(bytes.Repeat([]byte{fill}, KeySize), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestASealedValueOpensOnlyWhereItBelongs(t *testing.T) {
	b := box(t, 1)
	sealed, err := b.Seal(7, "mailbox", []byte("wachtwoord"))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := b.Open(7, "mailbox", sealed); err != nil || string(plain) != "wachtwoord" {
		t.Fatalf("open: %q, %v", plain, err)
	}
	again, err := b.Seal(7, "mailbox", []byte("wachtwoord"))
	if err != nil || again == sealed {
		t.Error("the same value sealed twice must not look the same")
	}
	changed := []byte(sealed)
	changed[len(changed)/2] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"other organisation": func() ([]byte, error) { return b.Open(8, "mailbox", sealed) },
		"other purpose":      func() ([]byte, error) { return b.Open(7, "relay", sealed) },
		"other key":          func() ([]byte, error) { return box(t, 2).Open(7, "mailbox", sealed) },
		"changed":            func() ([]byte, error) { return b.Open(7, "mailbox", string(changed)) },
		"cut":                func() ([]byte, error) { return b.Open(7, "mailbox", sealed[:8]) },
		"not sealed":         func() ([]byte, error) { return b.Open(7, "mailbox", "wachtwoord") },
		"empty":              func() ([]byte, error) { return b.Open(7, "mailbox", "") },
	} {
		if plain, err := open(); fault.Of(err) == nil || fault.Of(err).Key != "secret.cannot_open" || plain != nil {
			t.Errorf("%s: %q, %v", name, plain, err)
		}
	}
}

func TestATagHoldsForItsOwnPartsInAnyCase(t *testing.T) {
	b := box(t, 1)
	tag := b.Sign("reply", "ab", "c")
	if len(tag) != 32 || tag != strings.ToLower(tag) {
		t.Errorf("tag %q", tag)
	}
	if !b.Check(tag, "reply", "ab", "c") || !b.Check(strings.ToUpper(tag), "reply", "ab", "c") {
		t.Error("its own tag must hold, in capitals too")
	}
	for name, held := range map[string]bool{
		"parts cut elsewhere": b.Check(tag, "reply", "a", "bc"),
		"part missing":        b.Check(tag, "reply", "ab"),
		"other purpose":       b.Check(tag, "link", "ab", "c"),
		"other key":           box(t, 2).Check(tag, "reply", "ab", "c"),
		"short":               b.Check(tag[:31], "reply", "ab", "c"),
		"empty":               b.Check("", "reply", "ab", "c"),
		"not letters":         b.Check(strings.Repeat("!", 32), "reply", "ab", "c"),
	} {
		if held {
			t.Errorf("%s: the tag holds", name)
		}
	}
}

func TestTokensAreLongAndStoredAsAHash(t *testing.T) {
	a, err := Token(rand.Reader)
	if err != nil || len(a) != 32 {
		t.Fatalf("%q, %v", a, err)
	}
	if b, err := Token(rand.Reader); err != nil || a == b || Hash(a) == Hash(b) {
		t.Error("two tokens are the same")
	}
	if h := Hash(a); len(h) != 64 || h != Hash(a) || strings.Contains(h, a) {
		t.Errorf("hash %q", h)
	}
	if s, err := Token(iotest.ErrReader(errors.New("no chance"))); err == nil || s != "" {
		t.Errorf("without chance: %q, %v", s, err)
	}
}

func TestAKeyFileIsMadeOnceForItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret.key")
	keys := make([][]byte, 8)
	var all sync.WaitGroup
	for i := range keys {
		all.Go(func() {
			key, err := KeyFile(path, rand.Reader)
			if err != nil {
				t.Error(err)
			}
			keys[i] = key
		})
	}
	all.Wait()
	for _, key := range keys {
		if len(key) != KeySize || !bytes.Equal(key, keys[0]) {
			t.Fatalf("programs that start together have different keys: %x, %x", key, keys[0])
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := KeyFile(path, rand.Reader); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key that others can read: %v", err)
	}
}

func TestABrokenKeyIsNamedAndNotShown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret.key")
	if err := os.WriteFile(path, []byte("bmlldCBsYW5nIGdlbm9lZw"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := KeyFile(path, rand.Reader)
	if err == nil || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "bmlld") {
		t.Errorf("error = %v", err)
	}
	if _, err := NewBox([]byte("short"), rand.Reader); err == nil {
		t.Error("a short key makes no box")
	}
	if key, err := ParseKey(" ++//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \n"); err != nil || len(key) != KeySize {
		t.Errorf("%x, %v", key, err)
	}
}
