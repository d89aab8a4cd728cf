package sqldb

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"balie/ground/fault"
)

// A writing transaction on PostgreSQL says, with a lock that nobody ever waits for, which number it cannot fall below:
// the highest that was given out when it began. Locks belong to one database, numbers to the whole cluster; so with these
// locks Settled need not wait for transactions of other databases, as it would by the snapshot alone.
//
// The lock is taken before the transaction has a number. The number of the lock's class is of no meaning.
const (
	beginWriting = `begin isolation level read committed;
		select pg_advisory_xact_lock_shared(72354, ((pg_snapshot_xmax(pg_current_snapshot())::text::bigint & 4294967295) - 2147483648)::int4)`
	beginReading = `begin isolation level repeatable read read only`
)

// settled asks for the locks in a statement whose snapshot is older than its look at the locks: a transaction that is
// missing in the locks was either finished then, or gets a number that is not below the snapshot's highest.
const settled = `with now (top) as (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
	select least(top, pg_current_xact_id_if_assigned()::text::bigint, (
		select min(top - behind) from (
			select (top - (objid::bigint # 2147483648)) & 4294967295 as behind from pg_locks
			where locktype = 'advisory' and classid = 72354 and objsubid = 2 and pid <> pg_backend_pid()
				and database = (select oid from pg_database where datname = current_database())
		) as open where behind < 2147483648)) from now`

// Settled is the number below which every writing transaction of this database has ended, so that the statements that
// follow see all that they did. Zero on SQLite, which writes one at a time.
func (tx *Tx) Settled() (int64, error) {
	if tx.Engine() == SQLite {
		return 0, nil
	}
	return Value(tx, settled)
}

// inPostgres runs fn in a transaction that begins as it is told, on a connection of its own.
func (db *DB) inPostgres(ctx context.Context, begin string, fn func(*Copy) error) (*Tx, error) {
	failed := func(doing string, err error) (*Tx, error) {
		err, _ = classify(Postgres, err, doing)
		return nil, err
	}
	on, err := db.pool.Conn(ctx)
	if err != nil {
		return failed("connect", err)
	}
	defer on.Close()
	var pg pgx.Tx
	raw := func(do func(*pgx.Conn) error) error {
		return on.Raw(func(driver any) error { return do(driver.(*stdlib.Conn).Conn()) })
	}
	if err := raw(func(c *pgx.Conn) (err error) {
		pg, err = c.BeginTx(ctx, pgx.TxOptions{BeginQuery: begin})
		return err
	}); err != nil {
		return failed("begin", err)
	}
	tx := &Tx{ctx: ctx, db: db, pg: on, now: db.clock.Now()}
	if err := guarded(func() error { return fn(&Copy{Tx: tx, on: on}) }); err != nil {
		raw(func(*pgx.Conn) error { return pg.Rollback(context.WithoutCancel(ctx)) }) //nolint:errcheck // the first error is the one that tells
		return nil, err
	}
	if err := raw(func(*pgx.Conn) error { return pg.Commit(ctx) }); err != nil {
		return failed("commit", err)
	}
	return tx, nil
}

func (db *DB) openPostgres(ctx context.Context, o Options) error {
	db.engine = Postgres
	pool, err := sql.Open("pgx", o.URL)
	if err != nil {
		return fault.Wrap(fault.Invalid, "ground.database_url", err)
	}
	pool.SetMaxOpenConns(o.Readers * 4)
	pool.SetMaxIdleConns(o.Readers * 4)
	db.pool = pool
	if err := pool.PingContext(ctx); err != nil {
		pool.Close()
		return fault.Wrap(fault.Unavailable, "ground.database_away", err)
	}
	return nil
}
