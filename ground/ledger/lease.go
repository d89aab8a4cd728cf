package ledger

import (
	"context"
	"sync/atomic"
	"time"

	"balie/ground/sqldb"
)

// LeaseTime is how long a lease lasts that is not renewed: the longest that a task is done by nobody after its node died.
const LeaseTime = 6 * time.Second

// Leases let one node of a database do what only one may do, such as reading a mailbox. A lease says who may begin; what
// must never happen twice is decided by the rows themselves, since a node that was asleep may still believe in its lease.
type Leases struct {
	db     *sqldb.DB
	node   string
	ending atomic.Bool
}

// NewLeases makes the leases of a node.
func NewLeases(db *sqldb.DB, node string) *Leases { return &Leases{db: db, node: node} }

// Hold takes or renews a lease, and tells whether this node has it. Ask again well within LeaseTime. On SQLite there is
// one node, which has them all.
func (l *Leases) Hold(ctx context.Context, name string) (bool, error) {
	if l.db.Engine() == sqldb.SQLite {
		return true, nil
	}
	var mine bool
	err := l.db.Write(ctx, func(tx *sqldb.Tx) error {
		if mine = false; l.ending.Load() {
			return nil
		}
		n, err := tx.Exec(`insert into lease (name, holder, until) values ($1, $2, $3) on conflict (name) do update
			set holder = excluded.holder, until = excluded.until where lease.holder = excluded.holder or lease.until < $4`,
			name, l.node, tx.Now().Add(LeaseTime), tx.Now())
		mine = n == 1
		return err
	})
	return mine, err
}

// Release gives up the leases of this node, so that another goes on at once. This one takes none any more.
func (l *Leases) Release(ctx context.Context) error {
	if l.db.Engine() == sqldb.SQLite {
		return nil
	}
	l.ending.Store(true)
	return l.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(`delete from lease where holder = $1`, l.node)
		return err
	})
}
