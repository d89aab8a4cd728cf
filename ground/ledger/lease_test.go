package ledger_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"balie/ground/clock"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/engine"
)

func openLease(t *testing.T, at engine.Target) (*sqldb.DB, *clock.Hand) {
	t.Helper()
	hand := clock.At(clock.System{}.Now())
	db, err := sqldb.Open(t.Context(), sqldb.Options{
		Path: at.Path, URL: at.URL, Clock: hand, Chance: rand.New(rand.NewPCG(1, 2)), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context(), sqldb.Room{Name: "ledger", Migrations: ledger.Migrations}); err != nil {
		t.Fatal(err)
	}
	return db, hand
}

func TestOneNodeAtATimeHoldsALease(t *testing.T) {
	db, hand := openLease(t, engine.Postgres(t))
	a, b := ledger.NewLeases(db, "a"), ledger.NewLeases(db, "b")
	hold := func(l *ledger.Leases) bool {
		mine, err := l.Hold(t.Context(), "mailboxes")
		if err != nil {
			t.Fatal(err)
		}
		return mine
	}
	if !hold(a) {
		t.Fatal("the first that asks does not get it")
	}
	if hold(b) {
		t.Error("two nodes hold it")
	}
	hand.Advance(ledger.LeaseTime / 2)
	if !hold(a) {
		t.Error("it cannot be renewed")
	}
	hand.Advance(ledger.LeaseTime / 2)
	if hold(b) {
		t.Error("a renewed lease ended at its first end")
	}
	hand.Advance(ledger.LeaseTime)
	if !hold(b) {
		t.Error("nobody goes on after a node died")
	}
	if err := b.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !hold(a) {
		t.Error("a lease that was given up is not free")
	}
}

func TestOnSQLiteTheOneNodeHoldsEveryLease(t *testing.T) {
	db, hand := openLease(t, engine.SQLite(t))
	l := ledger.NewLeases(db, "a")
	for range 3 {
		if mine, err := l.Hold(t.Context(), "mailboxes"); err != nil || !mine {
			t.Errorf("held: %v, %v", mine, err)
		}
		hand.Advance(2 * ledger.LeaseTime)
	}
}

// running counts where something runs.
type running struct {
	mu  sync.Mutex
	now map[string]bool
}

func (r *running) as(node string) func(context.Context) error {
	return func(ctx context.Context) error {
		r.set(node, true)
		<-ctx.Done()
		r.set(node, false)
		return nil
	}
}

func (r *running) set(node string, on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now[node] = on
}

func (r *running) is(a, b bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now["a"] == a && r.now["b"] == b
}

func TestWhatOneNodeDoesAnotherGoesOnWithAndNeverBoth(t *testing.T) {
	db, hand := openLease(t, engine.Postgres(t))
	a, b := ledger.NewLeases(db, "a"), ledger.NewLeases(db, "b")
	r := &running{now: map[string]bool{}}
	ctxA, stopA := context.WithCancel(t.Context())
	ctxB, stopB := context.WithCancel(t.Context())
	var all sync.WaitGroup
	defer all.Wait()
	defer stopB()
	all.Go(func() {
		if err := a.While(ctxA, "matching", r.as("a")); err != nil {
			t.Error(err)
		}
	})
	until(t, hand, func() bool { return r.is(true, false) })
	all.Go(func() {
		if err := b.While(ctxB, "matching", r.as("b")); err != nil {
			t.Error(err)
		}
	})
	for range 20 { // the lease is renewed, so the other one waits
		for hand.Waiting() < 2 { // no time goes by while one of them asks, however slow the machine is
			if err := (clock.System{}).Sleep(t.Context(), time.Millisecond); err != nil {
				t.Fatal(err)
			}
		}
		hand.Advance(time.Second)
		if !r.is(true, false) {
			t.Fatal("the other one runs")
		}
	}
	stopA() // as in a death: the lease is not given up
	until(t, hand, func() bool { return r.is(false, true) })
	if err := b.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	until(t, hand, func() bool { return r.is(false, false) }) // and it does not take it again
}

func TestANodeLivesUntilItSaidAndIsForgottenLater(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		db, hand := openLease(t, at)
		if err := ledger.NewLeases(db, "a").Here(t.Context(), hand.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		living := func() (all map[string]bool) {
			if err := db.Read(t.Context(), func(tx *sqldb.Tx) (err error) {
				all, err = ledger.Living(tx)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return all
		}
		if !living()["a"] {
			t.Error("it does not live")
		}
		hand.Advance(time.Minute)
		if len(living()) != 0 {
			t.Error("it lives on")
		}
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error { return ledger.Bury(tx, tx.Now().Add(time.Second)) }); err != nil {
			t.Fatal(err)
		}
	})
}

// until lets time go by until ok.
func until(t *testing.T, hand *clock.Hand, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for !ok() {
		if (clock.System{}).Sleep(ctx, 20*time.Millisecond) != nil {
			t.Fatal("it never happened")
		}
		hand.Advance(500 * time.Millisecond)
	}
}
