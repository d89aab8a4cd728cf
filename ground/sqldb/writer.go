package sqldb

import (
	"context"
	"errors"
	"sync"

	"balie/ground/fault"
)

// groupLimit is how many write functions share one commit at most: it bounds the wait of the first.
const groupLimit = 256

// job is a write function that waits for its turn and then for its commit.
type job struct {
	ctx  context.Context
	fn   func(*Tx) error
	tx   *Tx
	err  error
	done chan struct{}
}

// writer is the one goroutine that writes to SQLite.
type writer struct {
	db     *DB
	conn   *lite
	jobs   chan *job
	mu     sync.RWMutex
	closed bool
	ended  chan struct{}
	along  along
	words  wordsWaiting
}

func newWriter(db *DB, c *lite) *writer {
	w := &writer{db: db, conn: c, jobs: make(chan *job, groupLimit), ended: make(chan struct{})}
	go w.run()
	return w
}

func (w *writer) write(ctx context.Context, fn func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return fault.Wrap(fault.Unavailable, "ground.database_away", err)
	}
	j := &job{ctx: ctx, fn: fn, done: make(chan struct{})}
	w.mu.RLock()
	if w.closed {
		w.mu.RUnlock()
		return fault.New(fault.Unavailable, "ground.stopping")
	}
	w.jobs <- j
	w.mu.RUnlock()
	// Not left early when ctx ends: whether the change was made would be unknown.
	<-j.done
	if j.err == nil {
		j.tx.committed()
	}
	return j.err
}

func (w *writer) stop() {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.jobs)
	}
	w.mu.Unlock()
	<-w.ended
}

func (w *writer) run() {
	defer close(w.ended)
	for j := range w.jobs {
		group := []*job{j}
		// Whoever came while the last commit waited for the disk goes along now.
		for len(group) < groupLimit && len(w.jobs) > 0 {
			next, open := <-w.jobs
			if !open {
				break
			}
			group = append(group, next)
		}
		w.commit(group)
		w.along.committed()
		for _, j := range group {
			close(j.done)
		}
	}
	w.conn.Close()
}

// commit runs a group in one transaction. A function that fails loses only its own part; an error of the disk or of
// the commit is everybody's.
func (w *writer) commit(group []*job) {
	all := &Tx{ctx: context.Background(), db: w.db, lite: w.conn, now: w.db.clock.Now()}
	w.words.rows, w.words.in = w.words.rows[:0], 0
	w.conn.letGo()
	if _, err := all.Exec("begin immediate"); err != nil {
		everybody(group, err)
		return
	}
	kept := 0
	for _, j := range group {
		j.tx = &Tx{ctx: j.ctx, db: w.db, lite: w.conn, now: w.db.clock.Now()}
		if j.err = w.part(j, len(group) > 1); j.err == nil {
			kept++
		}
		if j.tx.fatal != nil {
			w.rollback(all)
			everybody(group, j.tx.fatal)
			return
		}
	}
	if kept == 0 {
		w.rollback(all)
		return
	}
	err := w.along.run(w)
	if err == nil {
		err = all.indexWaiting()
	}
	if err != nil {
		w.along.lost()
		w.rollback(all)
		everybody(group, err)
		return
	}
	if _, err := all.Exec("commit"); err != nil {
		w.along.lost()
		w.rollback(all)
		everybody(group, err)
	}
}

// part runs one function. Alone in its group it needs no savepoint: its failure undoes the whole transaction.
func (w *writer) part(j *job, shared bool) error {
	if err := j.ctx.Err(); err != nil {
		return fault.Wrap(fault.Unavailable, "ground.database_away", err)
	}
	run := func() error { return j.fn(j.tx) }
	if shared {
		return j.tx.Part(run)
	}
	return guarded(run)
}

func (w *writer) rollback(tx *Tx) {
	if _, err := tx.Exec("rollback"); err != nil {
		// After a full disk SQLite has already rolled back by itself; anything else shows at the next begin.
		w.db.log.Debug("rollback", "error", err)
	}
}

func everybody(group []*job, err error) {
	for _, j := range group {
		if j.err == nil || !errors.Is(j.err, err) {
			j.err = err
		}
	}
}
