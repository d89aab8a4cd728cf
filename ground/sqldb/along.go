package sqldb

import (
	"context"
	"sync"
)

// along are the functions that go along with every commit on SQLite, and what they want done after it.
type along struct {
	mu   sync.Mutex
	next int
	fns  map[int]func(*Tx) error
	txs  []*Tx // of the commit that is being made; the writer's own
}

// Along has fn called at the end of every transaction of the writer on SQLite, so that what follows from the writes is
// committed with them, without a commit of its own. An error of fn undoes what fn did and nothing else. On PostgreSQL,
// where transactions run side by side, fn is never called. Call stop when done; fn may still run while stop is called.
func (db *DB) Along(fn func(*Tx) error) (stop func()) {
	if db.writer == nil {
		return func() {}
	}
	a := &db.writer.along
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.fns == nil {
		a.fns = make(map[int]func(*Tx) error)
	}
	a.next++
	id := a.next
	a.fns[id] = fn
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.fns, id)
	}
}

// run calls them, each in a part of its own. Its error means that the whole transaction is lost.
func (a *along) run(w *writer) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, fn := range a.fns {
		tx := &Tx{ctx: context.Background(), db: w.db, lite: w.conn, now: w.db.clock.Now()}
		if err := tx.Part(func() error { return fn(tx) }); err != nil {
			if tx.fatal != nil {
				a.txs = nil
				return tx.fatal
			}
			w.db.log.Debug("what goes along with a commit waits", "error", err)
			continue
		}
		a.txs = append(a.txs, tx)
	}
	return nil
}

// committed does what they wanted done after the commit; lost forgets it.
func (a *along) committed() {
	for _, tx := range a.txs {
		tx.committed()
	}
	a.txs = a.txs[:0]
}

func (a *along) lost() { a.txs = a.txs[:0] }
