package ledger

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"balie/ground/clock"
	"balie/ground/fault"
	"balie/ground/sqldb"
)

// Handler does what follows from a fact, in a transaction of the follower's. It may be called again for the same fact
// after a failure, never after a success: its effects and the follower's place are committed together.
type Handler func(tx *sqldb.Tx, e Entry) error

// Follower handles facts in order, from the first one ever.
type Follower struct {
	Name   string
	Handle map[string]Handler // by kind of fact; other kinds are passed over
	Log    *slog.Logger
	// Linger is how long to wait after a wake-up, so that facts that come close together share one commit.
	Linger time.Duration
}

// followBatch is how many facts are handled in one transaction; passOver is how many facts without a handler are
// passed over before the place is written down.
const (
	followBatch = 100
	passOver    = 1000
)

// following is a follower at work. Facts that it only passes over cost it no commit: its place in memory runs ahead of
// the one in the database, and after a restart it passes over them again.
type following struct {
	Follower
	log *Log // nil: it is not known what was committed
	mu  sync.Mutex
	at  place
}

// place is how far a follower is.
type place struct {
	seq     int64 // everything up to here was handled, or has no handler
	written int64 // the place in the database as far as it is known here
}

func (f *following) place() place {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.at
}

// moved notes a new place; two that handle at the same time may note theirs in any order.
func (f *following) moved(to place) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at.seq, f.at.written = max(f.at.seq, to.seq), max(f.at.written, to.written)
}

// Follow runs a follower until ctx ends. On several nodes the row of the follower is a lock: one node handles at a
// time, and another goes on where it stopped.
func (l *Log) Follow(ctx context.Context, db *sqldb.DB, f Follower) error {
	tick, stop := l.Woken()
	defer stop()
	at := &following{Follower: f, log: l}
	defer db.Along(at.along)()
	const shortest = 100 * time.Millisecond
	pause := shortest
	for {
		n, err := at.step(ctx, db)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			f.Log.Error("facts wait", "follower", f.Name, "error", err, "again_in", pause)
			if db.Clock().Sleep(ctx, pause) != nil {
				return nil
			}
			pause = min(pause*2, 5*time.Second)
		case n == 0:
			pause = shortest
			l.Wait(ctx, db, tick, at.place().seq)
			if f.Linger > 0 {
				db.Clock().Sleep(ctx, f.Linger) //nolint:errcheck // the step looks at ctx
			}
		}
	}
}

// CatchUp handles every fact that waits and returns.
func (f Follower) CatchUp(ctx context.Context, db *sqldb.DB) error {
	at := &following{Follower: f}
	for {
		n, err := at.step(ctx, db)
		if err != nil {
			return err
		}
		if n > 0 {
			continue
		}
		wait, err := hides(ctx, db, at.place().seq)
		if err != nil || !wait {
			return err
		}
		if err := (clock.System{}).Sleep(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
}

// step handles the next facts and tells how many there were.
func (f *following) step(ctx context.Context, db *sqldb.DB) (n int, err error) {
	from := f.place()
	if f.log != nil && f.log.Nothing(db, from.seq) {
		return 0, nil
	}
	var next []Entry
	err = db.Latest(ctx, func(tx *sqldb.Tx) (err error) {
		if from.seq == 0 {
			from.seq, err = sqldb.Value(tx, `select seq from follower where name = $1`, f.Name)
			if err != nil && !errors.Is(err, sqldb.ErrNone) {
				return err
			}
			from.written = from.seq
		}
		next, err = After(tx, from.seq, followBatch)
		return err
	})
	if err != nil || len(next) == 0 {
		f.moved(from)
		return 0, err
	}
	last := next[len(next)-1].Seq
	if !f.concerns(next) && last-from.written < passOver {
		f.moved(place{last, from.written})
		return len(next), nil
	}
	err = db.Write(ctx, func(tx *sqldb.Tx) (err error) {
		n, err = f.handleNext(tx, from)
		return err
	})
	return n, err
}

func (f *following) concerns(entries []Entry) bool {
	for _, e := range entries {
		if f.Handle[e.Kind] != nil {
			return true
		}
	}
	return false
}

// handleNext handles the facts after the follower's place and writes the new place down.
func (f *following) handleNext(tx *sqldb.Tx, from place) (int, error) {
	if _, err := tx.Exec(`insert into follower (name, seq) values ($1, 0) on conflict do nothing`, f.Name); err != nil {
		return 0, err
	}
	// The update is the lock: a second node waits here and then sees the new place.
	seq, err := sqldb.Value(tx, `update follower set seq = seq where name = $1 returning seq`, f.Name)
	if err != nil {
		return 0, err
	}
	seq = max(seq, from.seq)
	entries, err := After(tx, seq, followBatch)
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		if err := f.handle(tx, e); err != nil {
			return 0, err
		}
		seq = e.Seq
	}
	tx.AfterCommit(func() { f.moved(place{seq, seq}) })
	_, err = tx.Exec(`update follower set seq = $2 where name = $1`, f.Name, seq)
	return max(len(entries), 1), err // at least 1: another node may have been ahead, so look again
}

// along handles the facts of a transaction that is about to be committed, in that transaction (ADR 13). It only goes on
// where the follower was up to date; what it leaves, step handles after the commit.
func (f *following) along(tx *sqldb.Tx) error {
	from := f.place()
	if from.seq == 0 {
		return nil
	}
	entries, err := After(tx, from.seq, followBatch)
	if err != nil || len(entries) == 0 || len(entries) == followBatch {
		return err
	}
	last := entries[len(entries)-1].Seq
	if !f.concerns(entries) {
		if last-from.written < passOver {
			tx.AfterCommit(func() { f.moved(place{last, from.written}) })
		}
		return nil
	}
	// One who handled them in this same transaction, or in another process, has moved the place.
	n, err := tx.Exec(`update follower set seq = $2 where name = $1 and seq = $3`, f.Name, last, from.written)
	if err != nil || n == 0 {
		return err
	}
	for _, e := range entries {
		if err := f.handle(tx, e); err != nil {
			return err
		}
	}
	// What the handlers told themselves mostly concerns nobody here, and needs no second look after the commit.
	more, err := After(tx, last, followBatch)
	if err != nil {
		return err
	}
	seen := last
	if len(more) > 0 && len(more) < followBatch && !f.concerns(more) {
		seen = more[len(more)-1].Seq
	}
	tx.AfterCommit(func() { f.moved(place{seen, last}) })
	return nil
}

// handle runs the handler of one fact. A fact that cannot be handled is set aside so that those behind it go on; when
// the database itself is away nothing is set aside, the whole step is tried again.
func (f *following) handle(tx *sqldb.Tx, e Entry) error {
	h := f.Handle[e.Kind]
	if h == nil {
		return nil
	}
	err := tx.Part(func() error { return h(tx, e) })
	if err == nil || fault.Is(err, fault.Unavailable) || sqldb.Undone(err) { // a deadlock is nothing wrong with the fact
		return err
	}
	f.Log.Error("a fact was set aside", "follower", f.Name, "seq", e.Seq, "kind", e.Kind, "error", err)
	_, err = tx.Exec(`insert into set_aside (org, follower, seq, kind, reason, at) values ($1, $2, $3, $4, $5, $6)
		on conflict do nothing`, e.Org, f.Name, e.Seq, e.Kind, err.Error(), tx.Now())
	return err
}
