package ledger

import (
	"context"
	"log/slog"
	"time"

	"balie/ground/clock"
	"balie/ground/sqldb"
)

// channelName is what the nodes call out to each other on.
const channelName = "balie_ledger"

// Relay wakes this node for what other nodes commit, and them for what this node commits, until ctx ends. Many commits
// share one call. On SQLite it only waits for the end.
func (l *Log) Relay(ctx context.Context, db *sqldb.DB, log *slog.Logger) error {
	if db.Engine() == sqldb.SQLite {
		<-ctx.Done()
		return nil
	}
	go l.callOut(ctx, db, log)
	return db.Listen(ctx, channelName, func(string) { l.Wake() })
}

// callOut tells the others about new facts. What it hears from them wakes it as well, so it looks whether the ledger
// really grew before it calls.
func (l *Log) callOut(ctx context.Context, db *sqldb.DB, log *slog.Logger) {
	tick, stop := l.Woken()
	defer stop()
	var told int64
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
		var head int64
		err := db.Latest(ctx, func(tx *sqldb.Tx) (err error) {
			head, err = Last(tx)
			return err
		})
		if err == nil && head > told {
			told = head
			err = db.Notify(ctx, channelName, "")
		}
		if err != nil && ctx.Err() == nil {
			log.Warn("the other nodes were not told", "error", err)
		}
		db.Clock().Sleep(ctx, 10*time.Millisecond) //nolint:errcheck // the loop looks at ctx itself
	}
}

// Wait returns when there may be facts after place seq, or when ctx ends. On PostgreSQL a committed fact stays out of
// sight while an older transaction of this database runs; as long as there is such a fact the wait is short.
func (l *Log) Wait(ctx context.Context, db *sqldb.DB, tick <-chan struct{}, seq int64) {
	if db.Engine() == sqldb.Postgres {
		if hidden, err := hides(ctx, db, seq); err != nil || hidden {
			// In real time, also where the desk's own stands still: it is the database that is waited for.
			clock.System{}.Sleep(ctx, 20*time.Millisecond) //nolint:errcheck // the caller looks at ctx
			return
		}
	}
	select {
	case <-ctx.Done():
	case <-tick:
	}
}

// hides says whether there are facts after place seq that cannot be read yet; on SQLite there never are.
func hides(ctx context.Context, db *sqldb.DB, seq int64) (some bool, err error) {
	if db.Engine() == sqldb.SQLite {
		return false, nil
	}
	err = db.Latest(ctx, func(tx *sqldb.Tx) error {
		some, err = hidden(tx, seq)
		return err
	})
	return some, err
}
