package sqldb

import (
	"bytes"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"balie/ground/clock"
)

func TestRowsOfCopyTextComeBackAsTheyWere(t *testing.T) {
	for _, want := range []any{
		nil, int64(-7), "", `\N`, "tab\tlijn\nterug\r\b\f\v \\n \\\\", "één 🙂", []byte{0, 9, 10, 92, 255},
	} {
		kind := "TEXT"
		switch want.(type) {
		case int64:
			kind = "BIGINT"
		case []byte:
			kind = "BLOB"
		}
		line := append(encode(nil, want), '\n')
		n, err := Rows(bytes.NewReader(line), func(f []Field) error {
			got, err := decode(kind, f[0])
			if b, ok := want.([]byte); ok {
				if !bytes.Equal(b, got.([]byte)) {
					t.Errorf("%x became %x", b, got)
				}
			} else if got != want {
				t.Errorf("%q became %q", want, got)
			}
			return err
		})
		if n != 1 || err != nil {
			t.Errorf("%q: %d rows, %v", want, n, err)
		}
	}
	long := strings.Repeat("x", 200_000)
	n, err := Rows(strings.NewReader(long+"\t1\n"+long+"\t2\n"), func(f []Field) error {
		if len(f) != 2 || f[0].Text != long {
			t.Error("a long row is not whole")
		}
		return nil
	})
	if n != 2 || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
	if _, err := Rows(strings.NewReader("1\n2"), func([]Field) error { return nil }); err == nil {
		t.Error("a row without an end was taken")
	}
}

func TestAClosedSQLiteFileIsOneFile(t *testing.T) {
	dir := t.TempDir()
	db, err := Open(t.Context(), Options{
		Path: filepath.Join(dir, "balie.db"), Clock: clock.System{}, Chance: rand.New(rand.NewPCG(1, 2)), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.Exec(`create table thing (org bigint)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("beside the file stand %v, %v", entries, err)
	}
}
