package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"sync"

	_ "github.com/jackc/pgx/v5/stdlib" // the PostgreSQL driver

	"balie/ground/clock"
	"balie/ground/fault"
	"balie/ground/ident"
)

// Options say which database to open.
type Options struct {
	Path   string // SQLite file, made when it does not exist
	URL    string // postgres://…, wins over Path
	Clock  clock.Clock
	Chance *rand.Rand
	Log    *slog.Logger
	// Readers is how many reads may run at once on SQLite; PostgreSQL gets four connections for each.
	// Zero means 4.
	Readers int
	// Fast leaves out waiting for the disk on SQLite: a power cut may destroy the file. Only for data that can be made
	// again.
	Fast bool
}

// DB is an open database. It is safe for use by many goroutines.
type DB struct {
	engine  Engine
	clock   clock.Clock
	log     *slog.Logger
	ids     *ident.Source
	pool    *sql.DB // PostgreSQL: everything. SQLite: the writer's connection.
	reading *sql.DB
	readers chan *conn
	writer  *writer
	texts   sync.Map      // expanded statements, PostgreSQL
	ended   chan struct{} // closed when reading ends
	closing sync.Once
	closed  error
}

// Open opens the database and, on SQLite, starts the writer; Close stops it.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Clock == nil || o.Chance == nil || o.Log == nil {
		return nil, fault.New(fault.Internal, "ground.internal", "missing", "clock, chance or log")
	}
	if o.Readers == 0 {
		o.Readers = 4
	}
	db := &DB{clock: o.Clock, log: o.Log, ids: ident.NewSource(o.Clock, o.Chance), ended: make(chan struct{})}
	if o.URL != "" {
		return db, db.openPostgres(ctx, o)
	}
	return db, db.openSQLite(ctx, o)
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

// dsn is the address of the SQLite file. The pragmas stand in it because every connection of the pool needs them.
// synchronous=FULL: with NORMAL a power cut loses what was already acknowledged.
func (o Options) dsn(writing bool) string {
	q := url.Values{}
	q.Add("_pragma", "busy_timeout(10000)")
	q.Add("_pragma", "foreign_keys(1)")
	q.Add("_pragma", "cache_size(-16000)")
	q.Add("_pragma", "temp_store(memory)")
	if writing {
		q.Add("_pragma", "journal_mode(wal)")
		q.Add("_pragma", "wal_autocheckpoint(4000)") // 16 MB: pages that change often are copied back less often
		if o.Fast {
			q.Add("_pragma", "synchronous(off)")
			q.Add("_pragma", "cache_size(-100000)") // the last one counts
		} else {
			q.Add("_pragma", "synchronous(full)")
		}
		q.Add("_txlock", "immediate")
	} else {
		q.Add("_pragma", "query_only(1)")
		q.Add("_pragma", "mmap_size(268435456)")
	}
	return "file:" + (&url.URL{Path: o.Path}).EscapedPath() + "?" + q.Encode()
}

func (db *DB) openSQLite(ctx context.Context, o Options) error {
	db.engine = SQLite
	var err error
	if db.pool, err = sql.Open("sqlite", o.dsn(true)); err != nil {
		return fault.Wrap(fault.Unavailable, "ground.database_away", err)
	}
	db.pool.SetMaxOpenConns(2) // the writer, and migrations at the start
	first, err := db.connect(ctx, db.pool)
	if err != nil {
		db.pool.Close()
		return fault.Wrap(fault.Unavailable, "ground.database_away", fmt.Errorf("%s: %w", o.Path, err))
	}
	if db.reading, err = sql.Open("sqlite", o.dsn(false)); err != nil {
		return fault.Wrap(fault.Unavailable, "ground.database_away", err)
	}
	db.readers = make(chan *conn, o.Readers)
	for range o.Readers {
		db.readers <- nil // connected when first needed
	}
	db.writer = newWriter(db, first)
	return nil
}

func (db *DB) connect(ctx context.Context, pool *sql.DB) (*conn, error) {
	c, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c, engine: db.engine, prepared: make(map[string]*sql.Stmt)}, nil
}

// Engine tells which database this is.
func (db *DB) Engine() Engine { return db.engine }

// Clock is the clock that the database was opened with.
func (db *DB) Clock() clock.Clock { return db.clock }

// Close waits for the writes that were accepted, then closes. Writes that come later get fault.Unavailable.
func (db *DB) Close() error {
	db.closing.Do(func() { db.closed = db.close() })
	return db.closed
}

func (db *DB) close() error {
	if db.writer != nil {
		db.writer.stop()
	}
	close(db.ended)
	if db.reading != nil {
		for range cap(db.readers) {
			if c := <-db.readers; c != nil {
				c.Close()
			}
		}
		db.reading.Close()
	}
	return db.pool.Close()
}

// Read gives fn one consistent moment of the data. What fn tries to change is refused.
func (db *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	if db.engine == Postgres {
		return fn(&Tx{ctx: ctx, db: db, pool: db.pool, now: db.clock.Now()})
	}
	var c *conn
	select {
	case c = <-db.readers:
	case <-ctx.Done():
		return fault.Wrap(fault.Unavailable, "ground.database_away", ctx.Err())
	case <-db.ended:
		return fault.New(fault.Unavailable, "ground.stopping")
	}
	defer func() { db.readers <- c }()
	if c == nil {
		var err error
		if c, err = db.connect(context.Background(), db.reading); err != nil {
			return fault.Wrap(fault.Unavailable, "ground.database_away", err)
		}
	}
	tx := &Tx{ctx: ctx, db: db, conn: c, now: db.clock.Now()}
	if _, err := tx.Exec("begin"); err != nil {
		return err
	}
	err := guarded(func() error { return fn(tx) })
	if _, end := tx.Exec("rollback"); end != nil {
		c.Close()
		c = nil
	}
	return err
}

// Write runs fn in a transaction and returns after the commit: nil means that the change is on disk. When fn returns
// an error nothing of it is kept. fn may run more than once (PostgreSQL, after a deadlock), so it changes nothing
// outside the transaction and starts no other one.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	if db.engine == SQLite {
		return db.writer.write(ctx, fn)
	}
	for attempt := 0; ; attempt++ {
		tx, err := db.writePostgres(ctx, fn)
		if err == nil {
			tx.committed()
			return nil
		}
		if attempt == 3 || !again(err) {
			return err
		}
	}
}

func (db *DB) writePostgres(ctx context.Context, fn func(*Tx) error) (*Tx, error) {
	pg, err := db.pool.BeginTx(ctx, nil)
	if err != nil {
		err, _ = classify(Postgres, err, "begin")
		return nil, err
	}
	tx := &Tx{ctx: ctx, db: db, pg: pg, now: db.clock.Now()}
	if err := guarded(func() error { return fn(tx) }); err != nil {
		pg.Rollback() //nolint:errcheck // the first error is the one that tells
		return nil, err
	}
	if err := pg.Commit(); err != nil {
		err, _ = classify(Postgres, err, "commit")
		return nil, err
	}
	return tx, nil
}

func (tx *Tx) committed() {
	for _, fn := range tx.after {
		fn()
	}
}

func (db *DB) text(query string) string {
	if t, ok := db.texts.Load(query); ok {
		return t.(string)
	}
	t := expand(db.engine, query)
	db.texts.Store(query, t)
	return t
}
