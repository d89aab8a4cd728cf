package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// rows are the rows of a query, read one by one.
type rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close() error
}

// Tx is a transaction, or what is read from (see DB.Read and DB.Latest). It is used by one goroutine.
type Tx struct {
	ctx   context.Context
	db    *DB
	lite  *lite     // SQLite
	pg    *sql.Conn // PostgreSQL, one transaction
	pool  *sql.DB   // PostgreSQL, each statement for itself
	after []func()
	count int64
	fatal error // the whole transaction is lost, not only this function's part
	now   time.Time
}

// Now is the time at which the transaction began: one moment for everything in it.
func (tx *Tx) Now() time.Time { return tx.now }

// Context is the context of whoever asked for the transaction.
func (tx *Tx) Context() context.Context { return tx.ctx }

// NewID makes an identifier.
func (tx *Tx) NewID() int64 { return tx.db.ids.Next() }

// Count gives 1, 2, 3 … within the transaction.
func (tx *Tx) Count() int64 {
	tx.count++
	return tx.count
}

// Engine tells which database this is; only sqldb and ledger may care.
func (tx *Tx) Engine() Engine { return tx.db.engine }

// AfterCommit has fn called once the change is on disk. It is not called when the change is not made.
func (tx *Tx) AfterCommit(fn func()) { tx.after = append(tx.after, fn) }

// Exec runs a statement and tells how many rows it changed.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	if tx.lite != nil {
		n, err := tx.lite.exec(query, args)
		if err != nil {
			return 0, tx.failed(query, err)
		}
		return n, nil
	}
	args = arguments(args)
	var res sql.Result
	var err error
	if tx.pg != nil {
		res, err = tx.pg.ExecContext(tx.ctx, tx.db.text(query), args...)
	} else {
		res, err = tx.pool.ExecContext(tx.ctx, tx.db.text(query), args...)
	}
	if err != nil {
		return 0, tx.failed(query, err)
	}
	return res.RowsAffected()
}

func (tx *Tx) query(query string, args []any) (found rows, err error) {
	switch {
	case tx.lite != nil:
		found, err = tx.lite.query(query, args)
	case tx.pg != nil:
		found, err = tx.pg.QueryContext(tx.ctx, tx.db.text(query), arguments(args)...)
	default:
		found, err = tx.pool.QueryContext(tx.ctx, tx.db.text(query), arguments(args)...)
	}
	if err != nil {
		return nil, tx.failed(query, err)
	}
	return found, nil
}

// All reads every row of a query. The rows are drained before it returns, so the next statement may run at once.
func All[T any](tx *Tx, scan func(Row, *T) error, query string, args ...any) ([]T, error) {
	return Some(tx, 0, scan, query, args...)
}

// Some is All for who knows how many rows come at most: it makes room for them at once.
func Some[T any](tx *Tx, most int, scan func(Row, *T) error, query string, args ...any) ([]T, error) {
	rows, err := tx.query(query, args)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		if all == nil && most > 0 {
			all = make([]T, 0, most)
		}
		var v T
		all = append(all, v)
		if err := scan(rows, &all[len(all)-1]); err != nil {
			return nil, tx.failed(query, err)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, tx.failed(query, err)
	}
	return all, nil
}

// One reads the first row of a query; ErrNone when there is none.
func One[T any](tx *Tx, scan func(Row, *T) error, query string, args ...any) (T, error) {
	var v T
	rows, err := tx.query(query, args)
	if err != nil {
		return v, err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return v, tx.failed(query, err)
		}
		return v, ErrNone
	}
	if err := scan(rows, &v); err != nil {
		return v, tx.failed(query, err)
	}
	return v, nil
}

// Value reads one number from a query that always gives a row, such as a count.
func Value(tx *Tx, query string, args ...any) (int64, error) {
	return One(tx, func(r Row, n *int64) error { return r.Scan(Int(n)) }, query, args...)
}

// Part runs fn so that its failure undoes only what fn did; the transaction goes on.
func (tx *Tx) Part(fn func() error) error {
	if _, err := tx.Exec("savepoint part"); err != nil {
		return err
	}
	n := len(tx.after)
	words := tx.waiting()
	var before wordsWaiting
	if words != nil {
		before = *words
	}
	err := guarded(fn)
	if err == nil {
		_, err = tx.Exec("release savepoint part")
		return err
	}
	tx.after = tx.after[:n]
	if words != nil {
		*words = before // what the part put into the index is taken out again
	}
	if tx.fatal != nil {
		return tx.fatal
	}
	if _, back := tx.Exec("rollback to savepoint part"); back != nil {
		tx.fatal = back
		return errors.Join(err, back)
	}
	if _, back := tx.Exec("release savepoint part"); back != nil {
		tx.fatal = back
		return errors.Join(err, back)
	}
	return err
}

func (tx *Tx) failed(query string, err error) error {
	err, lost := classify(tx.db.engine, err, query)
	if lost {
		tx.fatal = err
	}
	return err
}
