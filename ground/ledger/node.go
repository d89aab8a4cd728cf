package ledger

import (
	"context"
	"time"

	"balie/ground/sqldb"
)

// Shared says whether other nodes can work on the same database. On SQLite there is one.
func (l *Leases) Shared() bool { return l.db.Engine() == sqldb.Postgres }

// Node is the name of this node.
func (l *Leases) Node() string { return l.node }

// Here says that this node can be counted on until a moment. Say it again well before.
func (l *Leases) Here(ctx context.Context, until time.Time) error {
	return l.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(`insert into node (name, until) values ($1, $2) on conflict (name) do update set until = excluded.until`, l.node, until)
		return err
	})
}

// Living are the nodes that can be counted on now.
func Living(tx *sqldb.Tx) (map[string]bool, error) {
	names, err := sqldb.All(tx, func(r sqldb.Row, name *string) error { return r.Scan(name) }, `select name from node where until > $1`, tx.Now())
	living := make(map[string]bool, len(names))
	for _, n := range names {
		living[n] = true
	}
	return living, err
}

// Bury forgets nodes that were not heard of since a moment.
func Bury(tx *sqldb.Tx, before time.Time) error {
	_, err := tx.Exec(`delete from node where until < $1`, before)
	return err
}

// While runs something as long as this node has a lease, again and again until ctx ends: what it is about is done by one
// node at a time, and by another soon after this one died. run must come back when its context ends.
func (l *Leases) While(ctx context.Context, name string, run func(context.Context) error) error {
	if !l.Shared() {
		return run(ctx)
	}
	clock := l.db.Clock()
	for {
		if mine, err := l.Hold(ctx, name); err != nil || !mine {
			if clock.Sleep(ctx, LeaseTime/3) != nil {
				return nil
			}
			continue
		}
		if err := l.keeping(ctx, name, run); err != nil || ctx.Err() != nil {
			return err
		}
	}
}

// keeping runs it and renews the lease beside it. A renewal that fails is tried again; the lease counts as lost when it
// would be over.
func (l *Leases) keeping(ctx context.Context, name string, run func(context.Context) error) error {
	held, lose := context.WithCancel(ctx)
	defer lose()
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		defer lose()
		last := l.db.Clock().Now()
		for l.db.Clock().Sleep(held, LeaseTime/3) == nil {
			mine, err := l.Hold(held, name)
			now := l.db.Clock().Now()
			switch {
			case err == nil && !mine, err != nil && now.Sub(last) >= LeaseTime:
				return
			case err == nil:
				last = now
			}
		}
	}()
	err := run(held)
	lose()
	<-renewed
	return err
}
