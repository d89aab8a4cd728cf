package sqldb

import (
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"balie/ground/clock"
	"balie/ground/fault"
)

type (
	label  string
	number int64
)

func opened(t *testing.T) *DB {
	t.Helper()
	db, err := Open(t.Context(), Options{
		Path: filepath.Join(t.TempDir(), "balie.db"), Clock: clock.System{}, Chance: rand.New(rand.NewPCG(1, 2)), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func write(t *testing.T, db *DB, fn func(*Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func TestSQLiteKeepsWhatItIsGiven(t *testing.T) {
	db := opened(t)
	at := time.UnixMilli(1_700_000_000_123).UTC()
	long, bytes := strings.Repeat("é", 100_000), []byte{0, 1, 255}
	n := 7
	write(t, db, func(tx *Tx) error {
		if _, err := tx.Exec(`create table thing (a, b, c, d, e, f, g, h, i, j); -- a script
			create table other (x)`); err != nil {
			return err
		}
		_, err := tx.Exec(`insert into thing values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			label("naam"), number(-3), long, bytes, at, true, 1.5, &n, (*int)(nil), "nul\x00byte")
		return err
	})
	err := db.Read(t.Context(), func(tx *Tx) error {
		_, err := One(tx, func(r Row, _ *int) error {
			var a label
			var b number
			var c, j string
			var d []byte
			var e time.Time
			var f bool
			var g float64
			var h, i *int
			if err := r.Scan(&a, &b, &c, &d, Time(&e), Bool(&f), &g, &h, &i, &j); err != nil {
				return err
			}
			if a != "naam" || b != -3 || c != long || string(d) != string(bytes) || !e.Equal(at) || !f || g != 1.5 || *h != 7 || i != nil || j != "nul\x00byte" {
				t.Errorf("read %q %d %d bytes %x %s %t %f %v %v %q", a, b, len(c), d, e, f, g, h, i, j)
			}
			return nil
		}, `select * from thing`)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAValueThatDoesNotFitIsAMistakeAndNotAnEmptyOne(t *testing.T) {
	db := opened(t)
	err := db.Read(t.Context(), func(tx *Tx) error {
		for query, to := range map[string]any{
			`select null`: new(string), `select 'x'`: new(int64), `select null `: new(number), `select 1, 2`: new(int64),
			`select 1.5`: new(int),
		} {
			_, err := One(tx, func(r Row, _ *int) error { return r.Scan(to) }, query)
			if !fault.Is(err, fault.Internal) {
				t.Errorf("%s into %T: %v", query, to, err)
			}
		}
		if _, err := tx.Exec(`select $2`, 1); !fault.Is(err, fault.Internal) {
			t.Errorf("too few values: %v", err)
		}
		// The statements are of use after a mistake.
		if n, err := Value(tx, `select $1 + 1`, 1); n != 2 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAQueryMayRunWithinItself(t *testing.T) {
	db := opened(t)
	write(t, db, func(tx *Tx) error {
		_, err := tx.Exec(`create table thing (parent, name)`)
		for _, v := range [][2]string{{"", "a"}, {"", "b"}, {"a", "a1"}, {"a", "a2"}, {"a1", "deep"}} {
			if err == nil {
				_, err = tx.Exec(`insert into thing values ($1, $2)`, v[0], v[1])
			}
		}
		return err
	})
	var got []string
	var walk func(tx *Tx, parent string) error
	walk = func(tx *Tx, parent string) error {
		return Each(tx, func(r Row, s *string) error { return r.Scan(s) }, func(name string) error {
			got = append(got, name)
			return walk(tx, name)
		}, `select name from thing where parent = $1 order by name`, parent)
	}
	if err := db.Read(t.Context(), func(tx *Tx) error { return walk(tx, "") }); err != nil {
		t.Error(err)
	}
	if strings.Join(got, " ") != "a a1 deep a2 b" {
		t.Errorf("walked %v", got)
	}
}

func TestWhatGoesAlongIsCommittedWithTheWriteAndCannotUndoIt(t *testing.T) {
	db := opened(t)
	write(t, db, func(tx *Tx) error {
		_, err := tx.Exec(`create table thing (name text unique)`)
		return err
	})
	var committed int
	fail := false
	defer db.Along(func(tx *Tx) error {
		tx.AfterCommit(func() { committed++ })
		if _, err := tx.Exec(`insert into thing select name || ' and more' from thing where name not like '%more'`); err != nil || fail {
			return fault.New(fault.Conflict, "ground.internal")
		}
		return nil
	})()
	count := func() int64 {
		var n int64
		if err := db.Read(t.Context(), func(tx *Tx) (err error) {
			n, err = Value(tx, `select count(*) from thing`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	write(t, db, func(tx *Tx) error {
		_, err := tx.Exec(`insert into thing values ('one')`)
		return err
	})
	if count() != 2 || committed != 1 {
		t.Errorf("%d rows, %d after the commit", count(), committed)
	}
	fail = true
	write(t, db, func(tx *Tx) error {
		_, err := tx.Exec(`insert into thing values ('two')`)
		return err
	})
	if count() != 3 || committed != 1 {
		t.Errorf("what failed beside the write: %d rows, %d after the commit", count(), committed)
	}
}
