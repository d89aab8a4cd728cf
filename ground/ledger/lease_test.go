package ledger_test

import (
	"log/slog"
	"math/rand/v2"
	"testing"

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
	engine.Each(t, func(t *testing.T, at engine.Target) {
		if at.URL == "" {
			t.Log("SQLite has one node, which holds every lease")
		}
		db, hand := openLease(t, at)
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
		if at.URL == "" {
			return
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
	})
}
