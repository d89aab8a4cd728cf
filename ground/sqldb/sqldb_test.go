package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"balie/ground/clock"
	"balie/ground/fault"
	"balie/ground/sqldb"
	"balie/test/engine"
)

var room = sqldb.Room{Name: "sample", Migrations: fstest.MapFS{"migrations/00001_sample.sql": {Data: []byte(`-- +goose Up
create table sample (org bigint not null, id bigint primary key, name text not null unique, at bigint, yes integer, raw {blob});
`)}}}

func each(t *testing.T, test func(t *testing.T, db *sqldb.DB)) {
	t.Helper()
	engine.Each(t, func(t *testing.T, target engine.Target) {
		db, err := sqldb.Open(t.Context(), sqldb.Options{
			Path: target.Path, URL: target.URL, Clock: clock.System{},
			Chance: rand.New(rand.NewPCG(1, 2)), Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		if err := db.Migrate(t.Context(), room); err != nil {
			t.Fatal(err)
		}
		test(t, db)
	})
}

func insert(tx *sqldb.Tx, name string) error {
	_, err := tx.Exec("insert into sample (org, id, name, at, yes, raw) values ($1, $2, $3, $4, $5, $6)",
		1, tx.NewID(), name, time.UnixMilli(1234), true, []byte{1, 0, 2})
	return err
}

func count(t *testing.T, db *sqldb.DB) (n int64) {
	t.Helper()
	if err := db.Read(t.Context(), func(tx *sqldb.Tx) (err error) {
		n, err = sqldb.Value(tx, "select count(*) from sample where org = $1", 1)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhatWasWrittenIsRead(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error { return insert(tx, "a $1 'b'") }); err != nil {
			t.Fatal(err)
		}
		type row struct {
			name string
			at   time.Time
			yes  bool
			raw  []byte
		}
		err := db.Read(t.Context(), func(tx *sqldb.Tx) error {
			got, err := sqldb.One(tx, func(r sqldb.Row, v *row) error {
				return r.Scan(&v.name, sqldb.Time(&v.at), sqldb.Bool(&v.yes), &v.raw)
			}, "select name, at, yes, raw from sample where org = $1", 1)
			if err == nil && (got.name != "a $1 'b'" || !got.at.Equal(time.UnixMilli(1234)) || !got.yes || len(got.raw) != 3) {
				t.Errorf("read %+v", got)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestAFailingWriteLosesOnlyItsOwnPart(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		mine := errors.New("mine")
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
					if err := insert(tx, fmt.Sprint(i)); err != nil {
						return err
					}
					switch i % 4 {
					case 1:
						return mine
					case 2:
						panic("bad")
					}
					return nil
				})
				if want := i%4 == 1; errors.Is(err, mine) != want {
					t.Errorf("write %d: %v", i, err)
				}
				if (i%4 == 2) != fault.Is(err, fault.Internal) && i%4 != 1 {
					t.Errorf("write %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if n := count(t, db); n != 100 {
			t.Errorf("%d rows kept, want 100", n)
		}
	})
}

func TestAPartThatFailsLeavesTheRest(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		calls := 0
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			if err := insert(tx, "first"); err != nil {
				return err
			}
			err := tx.Part(func() error {
				tx.AfterCommit(func() { calls += 10 })
				if err := insert(tx, "second"); err != nil {
					return err
				}
				return insert(tx, "first")
			})
			if !fault.Is(err, fault.Conflict) {
				t.Errorf("a second row with the same name: %v", err)
			}
			tx.AfterCommit(func() { calls++ })
			return insert(tx, "third")
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := count(t, db); n != 2 || calls != 1 {
			t.Errorf("%d rows, %d calls", n, calls)
		}
	})
}

func TestReadingCannotChange(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		if err := db.Read(t.Context(), func(tx *sqldb.Tx) error { return insert(tx, "x") }); err == nil {
			t.Error("a read changed the data")
		}
		if n := count(t, db); n != 0 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestReadingSeesOneMoment(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		number := func(tx *sqldb.Tx) (n int64) {
			n, err := sqldb.Value(tx, `select count(*) from sample`)
			if err != nil {
				t.Error(err)
			}
			return n
		}
		add := func(name string) {
			if err := db.Write(t.Context(), func(tx *sqldb.Tx) error { return insert(tx, name) }); err != nil {
				t.Error(err)
			}
		}
		look := func(name string, in func(context.Context, func(*sqldb.Tx) error) error) (before, after int64) {
			if err := in(t.Context(), func(tx *sqldb.Tx) error {
				before = number(tx)
				add(name)
				after = number(tx)
				return nil
			}); err != nil {
				t.Error(err)
			}
			return before, after
		}
		if before, after := look("x", db.Read); before != 0 || after != 0 {
			t.Errorf("first %d rows, then %d", before, after)
		}
		news := int64(0)
		if db.Engine() == sqldb.Postgres {
			news = 1
		}
		if before, after := look("y", db.Latest); before != 1 || after != 1+news {
			t.Errorf("first %d rows, then %d, of which %d are news", before, after, news)
		}
	})
}

func TestAWriteAfterCloseIsRefused(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		db.Close()
		err := db.Write(context.Background(), func(tx *sqldb.Tx) error { return insert(tx, "x") })
		if err == nil {
			t.Error("accepted after close")
		}
	})
}

func TestMigratingTwiceChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		if err := db.Migrate(t.Context(), room); err != nil {
			t.Fatal(err)
		}
	})
}
