package flow

import (
	"context"
	"time"

	"balie/domain/cases"
	"balie/domain/promise"
	"balie/ground/clock"
	"balie/ground/fault"
	"balie/ground/sqldb"
)

// dueBatch is how many deadlines are handled at a time.
const dueBatch = 50

// longestWait bounds how long a changed clock of the machine can keep a deadline from being seen; breath is the pause
// after a look, so that a busy desk does not look at its deadlines for every fact.
const (
	longestWait = 2 * time.Second
	breath      = 200 * time.Millisecond
)

// WatchDeadlines breaks promises whose deadline passed, looks after answers, asks after silence and wakes snoozed cases, each
// at its moment, until ctx ends. It sleeps until the next deadline and is woken by facts that may have made an earlier one.
// A deadline that cannot be handled does not keep the others from theirs.
func (f *Flow) WatchDeadlines(ctx context.Context) error {
	tick, stop := f.ledger.Woken()
	defer stop()
	desk := f.db.Clock()
	for {
		next, err := f.nextDeadline(ctx)
		if err == nil && !next.IsZero() && !next.After(desk.Now()) {
			err = f.Deadlines(ctx)
		}
		if err != nil && ctx.Err() == nil {
			f.log.Error("deadlines wait", "error", err)
		}
		// In real time, also where the desk's own stands still: who moves it on may do so before this sleep begins.
		if (clock.System{}).Sleep(ctx, breath) != nil {
			return nil
		}
		wait := longestWait
		if err == nil && !next.IsZero() {
			wait = min(wait, max(next.Sub(desk.Now()), 0))
		}
		due, cancel := desk.After(wait)
		late, enough := clock.System{}.After(longestWait)
		select {
		case <-ctx.Done():
		case <-due:
		case <-late: // the desk's clock was moved on between the look and the wait
		case <-tick:
		}
		cancel()
		enough()
		if ctx.Err() != nil {
			return nil
		}
	}
}

func (f *Flow) nextDeadline(ctx context.Context) (next time.Time, err error) {
	err = f.db.Read(ctx, func(tx *sqldb.Tx) error {
		a, err := f.Cases.NextDue(tx)
		if err != nil {
			return err
		}
		b, err := f.Promise.NextDue(tx)
		next = a
		if a.IsZero() || (!b.IsZero() && b.Before(a)) {
			next = b
		}
		return err
	})
	return next, err
}

// Deadlines handles everything that is due now, each in a transaction of its own.
func (f *Flow) Deadlines(ctx context.Context) error {
	var broken []promise.Promise
	var silent, asleep, nearly []cases.Case
	err := f.db.Read(ctx, func(tx *sqldb.Tx) (err error) {
		if broken, err = f.Promise.Due(tx, dueBatch); err != nil {
			return err
		}
		if silent, err = f.Cases.DueSilence(tx, dueBatch); err != nil {
			return err
		}
		if nearly, err = f.Cases.DueAnswer(tx, dueBatch); err != nil {
			return err
		}
		asleep, err = f.Cases.DueWake(tx, dueBatch)
		return err
	})
	if err != nil {
		return err
	}
	for _, p := range broken {
		f.deadline(ctx, "promise", func(tx *sqldb.Tx) error { return f.broken(tx, p) })
	}
	for _, c := range silent {
		f.deadline(ctx, "silence", func(tx *sqldb.Tx) error { return f.silence(tx, c) })
	}
	for _, c := range nearly {
		f.deadline(ctx, "answer", func(tx *sqldb.Tx) error { return f.remind(tx, c) })
	}
	for _, c := range asleep {
		f.deadline(ctx, "snooze", func(tx *sqldb.Tx) error { return f.wake(tx, c) })
	}
	return nil
}

func (f *Flow) deadline(ctx context.Context, what string, fn func(*sqldb.Tx) error) {
	if err := f.db.Write(ctx, fn); err != nil && !fault.Is(err, fault.Unavailable) {
		f.log.Error("a deadline could not be handled", "what", what, "error", err)
	}
}
