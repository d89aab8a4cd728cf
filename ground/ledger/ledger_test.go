package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"balie/ground/clock"
	"balie/ground/ledger"
	"balie/ground/live"
	"balie/ground/sqldb"
	"balie/test/engine"
)

type sample struct {
	N int `json:"n"`
}

func (sample) Kind() string { return "sample.happened" }

func open(t *testing.T, at engine.Target) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(t.Context(), sqldb.Options{
		Path: at.Path, URL: at.URL, Clock: clock.System{},
		Chance: rand.New(rand.NewPCG(1, 2)), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context(), sqldb.Room{Name: "ledger", Migrations: ledger.Migrations}); err != nil {
		t.Fatal(err)
	}
	return db
}

func add(t *testing.T, db *sqldb.DB, l *ledger.Log, n int) (seq int64) {
	t.Helper()
	if err := db.Write(t.Context(), func(tx *sqldb.Tx) (err error) {
		seq, err = l.Append(tx, ledger.At{Org: 1}, sample{N: n})
		return err
	}); err != nil {
		t.Error(err)
	}
	return seq
}

func after(t *testing.T, db *sqldb.DB, seq int64) (all []ledger.Entry) {
	t.Helper()
	if err := db.Read(t.Context(), func(tx *sqldb.Tx) (err error) {
		all, err = ledger.After(tx, seq, 1000)
		return err
	}); err != nil {
		t.Error(err)
	}
	return all
}

// The trap: a transaction takes a low place and commits late. Whoever read on to a higher place would never see it.
func TestAFactThatCommitsLateIsNotSkipped(t *testing.T) {
	db, l := open(t, engine.Postgres(t)), ledger.New()
	holding, release := make(chan struct{}), make(chan struct{})
	var late sync.WaitGroup
	late.Go(func() {
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := l.Append(tx, ledger.At{Org: 1}, sample{N: 1})
			close(holding)
			<-release
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-holding
	second := add(t, db, l, 2)
	if got := after(t, db, 0); len(got) != 0 {
		t.Errorf("place %d can be read while an earlier place is still open: %v", second, got)
	}
	close(release)
	late.Wait()
	got := after(t, db, 0)
	if len(got) != 2 || got[0].Seq >= got[1].Seq {
		t.Errorf("after both commits: %v", got)
	}
}

// A cluster may have other databases, and a report that runs there for an hour is no reason to wait.
func TestATransactionOfAnotherDatabaseHoldsNothingBack(t *testing.T) {
	db, l := open(t, engine.Postgres(t)), ledger.New()
	other, theirs := open(t, engine.Postgres(t)), ledger.New()
	err := other.Write(t.Context(), func(tx *sqldb.Tx) error {
		if _, err := theirs.Append(tx, ledger.At{Org: 1}, sample{N: 1}); err != nil {
			return err
		}
		for n := range 3 {
			seq := add(t, db, l, n)
			if got := after(t, db, seq-1); len(got) != 1 || got[0].Seq != seq {
				t.Errorf("fact %d: %v", n, got)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := after(t, db, 0); len(got) != 3 {
		t.Errorf("%d of 3 facts", len(got))
	}
}

// What a transaction reads of the ledger ends before what it wrote itself: that is not committed yet.
func TestATransactionDoesNotFollowItself(t *testing.T) {
	db, l := open(t, engine.Postgres(t)), ledger.New()
	err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
		if _, err := l.Append(tx, ledger.At{Org: 1}, sample{N: 1}); err != nil {
			return err
		}
		add(t, db, l, 2)
		got, err := ledger.After(tx, 0, 10)
		if len(got) > 0 {
			t.Errorf("it read %v", got)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := after(t, db, 0); len(got) != 2 {
		t.Errorf("%d of 2 facts after the commit", len(got))
	}
}

// The other half of the trap: a transaction that began first takes its place last. Were places given out one after
// another, its fact would stand behind one of a transaction that is still open, and whoever read it would never see
// that one.
func TestATransactionThatBeganFirstMayWriteLast(t *testing.T) {
	db, l := open(t, engine.Postgres(t)), ledger.New()
	begun, go1 := make(chan struct{}), make(chan struct{})
	written, go2 := make(chan struct{}), make(chan struct{})
	var both sync.WaitGroup
	hold := func(begun, proceed chan struct{}, written, finish chan struct{}, n int) {
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			if _, err := tx.Exec(`insert into follower (name, seq) values ($1, 0)`, fmt.Sprint("has a number ", n)); err != nil {
				return err
			}
			close(begun)
			<-proceed
			if _, err := l.Append(tx, ledger.At{Org: 1}, sample{N: n}); err != nil {
				return err
			}
			close(written)
			<-finish
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	free := make(chan struct{})
	close(free)
	both.Go(func() { hold(begun, go1, make(chan struct{}), free, 1) }) // begins first
	<-begun
	both.Go(func() { hold(make(chan struct{}), free, written, go2, 2) }) // begins second, writes first, stays open
	<-written
	close(go1) // the first one writes now and commits
	read, place := map[int]bool{}, int64(0)
	look := func() {
		for _, e := range after(t, db, place) {
			var s sample
			if err := e.Into(&s); err != nil {
				t.Error(err)
			}
			read[s.N], place = true, e.Seq
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for !read[1] { // until its commit is seen; a reader looks again and again
		look()
		if (clock.System{}).Sleep(ctx, 5*time.Millisecond) != nil {
			break // it may also stay out of sight until the other one ends
		}
	}
	close(go2)
	both.Wait()
	look()
	if !read[1] || !read[2] {
		t.Errorf("read %v: a fact was passed over", read)
	}
}

func TestManyWritersAndAReaderLoseNothing(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		db, l := open(t, at), ledger.New()
		hub := live.NewHub()
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go hub.Run(ctx, db, l, slog.New(slog.DiscardHandler)) //nolint:errcheck // ends with ctx
		reader := hub.Subscribe(1)
		var all sync.WaitGroup
		for w := range 8 {
			all.Go(func() {
				for i := range 20 {
					add(t, db, l, w*100+i)
				}
			})
		}
		seen, last := map[int]bool{}, int64(0)
		limit, cancel := context.WithTimeout(ctx, 30*time.Second)
		defer cancel()
		for len(seen) < 160 {
			select {
			case n := <-reader.C:
				var s sample
				if err := n.Entry.Into(&s); err != nil {
					t.Fatal(err)
				}
				if n.Entry.Seq <= last || seen[s.N] {
					t.Fatalf("place %d after %d, fact %d again: %v", n.Entry.Seq, last, s.N, seen[s.N])
				}
				last, seen[s.N] = n.Entry.Seq, true
			case <-limit.Done():
				t.Fatalf("only %d of 160 facts came through", len(seen))
			}
		}
		all.Wait()
	})
}

func TestABadFactIsSetAsideAndTheOthersGoOn(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		db, l := open(t, at), ledger.New()
		var mu sync.Mutex
		handled := map[int]int{}
		done := make(chan struct{})
		f := ledger.Follower{Name: "test", Log: slog.New(slog.DiscardHandler), Handle: map[string]ledger.Handler{
			"sample.happened": func(tx *sqldb.Tx, e ledger.Entry) error {
				var s sample
				if err := e.Into(&s); err != nil {
					return err
				}
				switch s.N {
				case 2:
					return errors.New("bad fact")
				case 3:
					panic("worse fact")
				}
				tx.AfterCommit(func() {
					mu.Lock()
					defer mu.Unlock()
					handled[s.N]++
					if s.N == 4 && handled[s.N] == 1 {
						close(done)
					}
				})
				return nil
			},
		}}
		for n := 1; n <= 4; n++ {
			add(t, db, l, n)
		}
		for range 2 { // the second run starts where the first one stopped
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- l.Follow(ctx, db, f) }()
			<-done
			stop()
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
		}
		if fmt.Sprint(handled) != "map[1:1 4:1]" {
			t.Errorf("handled %v", handled)
		}
		if err := db.Read(t.Context(), func(tx *sqldb.Tx) error {
			n, err := ledger.SetAside(tx)
			if n != 2 {
				t.Errorf("%d facts set aside, want 2", n)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
