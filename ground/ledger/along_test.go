package ledger_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"balie/ground/clock"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// follow runs a follower until the test ends, and returns once it handled a first fact.
func follow(t *testing.T, db *sqldb.DB, l *ledger.Log, f ledger.Follower) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := l.Follow(ctx, db, f); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { stop(); running.Wait() })
	add(t, db, l, 0)
	for patience := 0; number(t, db, `select count(*) from done`) == 0; patience++ {
		if patience > 3000 {
			t.Fatal("the follower does nothing")
		}
		clock.System{}.Sleep(ctx, 10*time.Millisecond)
	}
}

func number(t *testing.T, db *sqldb.DB, query string) (n int64) {
	t.Helper()
	if err := db.Read(t.Context(), func(tx *sqldb.Tx) (err error) {
		n, err = sqldb.Value(tx, query)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func doing(t *testing.T, db *sqldb.DB) ledger.Follower {
	t.Helper()
	if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
		_, err := tx.Exec(`create table done (n bigint unique)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return ledger.Follower{Name: "along", Log: slog.New(slog.DiscardHandler), Handle: map[string]ledger.Handler{
		"sample.happened": func(tx *sqldb.Tx, e ledger.Entry) error {
			var s sample
			if err := e.Into(&s); err != nil {
				return err
			}
			if s.N < 0 {
				return errors.New("not this one")
			}
			_, err := tx.Exec(`insert into done (n) values ($1)`, s.N)
			return err
		},
	}}
}

func TestOnSQLiteWhatFollowsIsThereWithTheFact(t *testing.T) {
	db, l := open(t, engine.SQLite(t)), ledger.New()
	follow(t, db, l, doing(t, db))
	for n := 1; n <= 50; n++ {
		add(t, db, l, n)
		if got := number(t, db, `select count(*) from done`); got != int64(n+1) {
			t.Fatalf("after fact %d the follower has done %d", n, got)
		}
	}
	add(t, db, l, -1) // cannot be handled
	add(t, db, l, 51)
	if got := number(t, db, `select count(*) from done`); got != 52 {
		t.Errorf("behind a bad fact %d are done", got)
	}
	if got := number(t, db, `select count(*) from set_aside`); got != 1 {
		t.Errorf("%d facts set aside", got)
	}
}

func TestManyWritersAndAFollowerThatGoesAlongHandleEachFactOnce(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		db, l := open(t, at), ledger.New()
		follow(t, db, l, doing(t, db))
		var all sync.WaitGroup
		for w := range 8 {
			all.Go(func() {
				for i := range 20 {
					add(t, db, l, 1+w*20+i)
				}
			})
		}
		all.Wait()
		for patience := 0; number(t, db, `select count(*) from done`) < 161; patience++ {
			if patience > 3000 {
				t.Fatalf("%d done", number(t, db, `select count(*) from done`))
			}
			clock.System{}.Sleep(t.Context(), 10*time.Millisecond)
		}
		if got := number(t, db, `select count(*) from set_aside`); got != 0 {
			t.Errorf("%d facts were handled twice", got)
		}
	})
}
