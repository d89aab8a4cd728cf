package ledger

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"time"

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
}

// followBatch is how many facts are handled in one transaction.
const followBatch = 100

// Follow runs a follower until ctx ends. On several nodes the row of the follower is a lock: one node handles at a
// time, and another goes on where it stopped.
func (l *Log) Follow(ctx context.Context, db *sqldb.DB, f Follower) error {
	tick, stop := l.Woken()
	defer stop()
	pause := 100 * time.Millisecond
	for {
		n, err := f.Step(ctx, db)
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
			pause = 100 * time.Millisecond
			l.Wait(ctx, db, tick, f.place(ctx, db))
		}
	}
}

// place is the last fact that was handled; an error gives the end of time, and Wait then waits for a tick.
func (f Follower) place(ctx context.Context, db *sqldb.DB) int64 {
	seq := int64(math.MaxInt64)
	if db.Engine() == sqldb.SQLite {
		return seq
	}
	db.Read(ctx, func(tx *sqldb.Tx) error { //nolint:errcheck // see above
		n, err := sqldb.Value(tx, `select seq from follower where name = $1`, f.Name)
		if err == nil {
			seq = n
		}
		return err
	})
	return seq
}

// Step handles the next facts, at most a hundred, and tells how many there were.
func (f Follower) Step(ctx context.Context, db *sqldb.DB) (n int, err error) {
	if idle, err := f.nothingNew(ctx, db); err != nil || idle {
		return 0, err
	}
	err = db.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := tx.Exec(`insert into follower (name, seq) values ($1, 0) on conflict do nothing`, f.Name); err != nil {
			return err
		}
		// The update is the lock: a second node waits here and then sees the new place.
		seq, err := sqldb.Value(tx, `update follower set seq = seq where name = $1 returning seq`, f.Name)
		if err != nil {
			return err
		}
		entries, err := After(tx, seq, followBatch)
		if err != nil {
			return err
		}
		n = len(entries)
		for _, e := range entries {
			if err := f.handle(tx, e); err != nil {
				return err
			}
			seq = e.Seq
		}
		_, err = tx.Exec(`update follower set seq = $2 where name = $1`, f.Name, seq)
		return err
	})
	return n, err
}

// nothingNew saves the write when a wake-up was for facts that an earlier step has already handled.
func (f Follower) nothingNew(ctx context.Context, db *sqldb.DB) (idle bool, err error) {
	err = db.Read(ctx, func(tx *sqldb.Tx) error {
		seq, err := sqldb.Value(tx, `select seq from follower where name = $1`, f.Name)
		if errors.Is(err, sqldb.ErrNone) {
			seq, err = 0, nil
		}
		if err != nil {
			return err
		}
		next, err := After(tx, seq, 1)
		idle = len(next) == 0
		return err
	})
	return idle, err
}

// handle runs the handler of one fact. A fact that cannot be handled is set aside so that those behind it go on; when
// the database itself is away nothing is set aside, the whole step is tried again.
func (f Follower) handle(tx *sqldb.Tx, e Entry) error {
	h := f.Handle[e.Kind]
	if h == nil {
		return nil
	}
	err := tx.Part(func() error { return h(tx, e) })
	if err == nil || fault.Is(err, fault.Unavailable) {
		return err
	}
	f.Log.Error("a fact was set aside", "follower", f.Name, "seq", e.Seq, "kind", e.Kind, "error", err)
	_, err = tx.Exec(`insert into set_aside (org, follower, seq, kind, reason, at) values ($1, $2, $3, $4, $5, $6)
		on conflict do nothing`, e.Org, f.Name, e.Seq, e.Kind, err.Error(), tx.Now())
	return err
}
