package sqldb

import (
	"context"
	"database/sql"
	"errors"
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
	// Witness sees what happens to the files of SQLite; nil is nobody. It is there for the test of power cuts.
	Witness Witness
	// Calls carry words between the nodes instead of PostgreSQL; nil is PostgreSQL itself.
	Calls Calls
}

// DB is an open database. It is safe for use by many goroutines.
type DB struct {
	engine  Engine
	clock   clock.Clock
	log     *slog.Logger
	ids     *ident.Source
	calls   Calls   // nil: PostgreSQL
	pool    *sql.DB // PostgreSQL: everything. SQLite: migrations.
	uri     string  // SQLite: how a reader opens the file
	pragmas []string
	readers chan *lite
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
	db := &DB{clock: o.Clock, log: o.Log, ids: ident.NewSource(o.Clock, o.Chance), ended: make(chan struct{}), calls: o.Calls}
	if o.URL != "" {
		return db, db.openPostgres(ctx, o)
	}
	return db, db.openSQLite(o)
}

// pragmas are those of a connection to the SQLite file. synchronous=FULL: with NORMAL a power cut loses what was already
// acknowledged.
func (o Options) pragmas(writing bool) []string {
	all := []string{"busy_timeout(10000)", "foreign_keys(1)", "cache_size(-16000)", "temp_store(memory)"}
	switch {
	case !writing:
		return append(all, "query_only(1)", "mmap_size(268435456)")
	case o.Fast:
		all = append(all, "synchronous(off)", "cache_size(-100000)") // the last one counts
	default:
		all = append(all, "synchronous(full)")
	}
	return append(all, "journal_mode(wal)", "wal_autocheckpoint(4000)") // 16 MB: pages that change often are copied back less often
}

func uriOf(path string) string { return "file:" + (&url.URL{Path: path}).EscapedPath() }

func (db *DB) openSQLite(o Options) error {
	db.engine = SQLite
	db.uri, db.pragmas = uriOf(o.Path), o.pragmas(false)
	first, err := openLite(db.uri, o.pragmas(true))
	if err != nil {
		return fault.Wrap(fault.Unavailable, "ground.database_away", fmt.Errorf("%s: %w", o.Path, err))
	}
	if err := first.watch(!o.Fast, o.Witness); err != nil {
		return fault.Wrap(fault.Unavailable, "ground.database_away", errors.Join(fmt.Errorf("%s: %w", o.Path, err), first.Close()))
	}
	q := url.Values{"_pragma": o.pragmas(true), "_txlock": {"immediate"}}
	if db.pool, err = sql.Open("sqlite", db.uri+"?"+q.Encode()); err != nil {
		return errors.Join(fault.Wrap(fault.Unavailable, "ground.database_away", err), first.Close())
	}
	db.pool.SetMaxIdleConns(0) // it is not needed after the start
	db.readers = make(chan *lite, o.Readers)
	for range o.Readers {
		db.readers <- nil // connected when first needed
	}
	db.writer = newWriter(db, first)
	return nil
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
	for range cap(db.readers) {
		if c := <-db.readers; c != nil {
			c.Close() //nolint:errcheck // it was only read from
		}
	}
	if db.pool == nil {
		return nil
	}
	return db.pool.Close()
}

// Read gives fn one consistent moment of the data. What fn tries to change is refused.
func (db *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	if db.engine == Postgres {
		_, err := db.inPostgres(ctx, beginReading, func(c *Copy) error { return fn(c.Tx) })
		return err
	}
	var c *lite
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
		if c, err = openLite(db.uri, db.pragmas); err != nil {
			return fault.Wrap(fault.Unavailable, "ground.database_away", err)
		}
	}
	tx := &Tx{ctx: ctx, db: db, lite: c, now: db.clock.Now()}
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

// Latest is Read for who follows what is committed: on PostgreSQL each statement sees what was committed before it began
// (see Settled), so two of them may see two moments.
func (db *DB) Latest(ctx context.Context, fn func(*Tx) error) error {
	if db.engine == Postgres {
		return fn(&Tx{ctx: ctx, db: db, pool: db.pool, now: db.clock.Now()})
	}
	return db.Read(ctx, fn)
}

// Write runs fn in a transaction and returns after the commit: nil means that the change is on disk. When fn returns
// an error nothing of it is kept. fn may run more than once (PostgreSQL, after a deadlock), so it changes nothing
// outside the transaction and starts no other one.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	if db.engine == SQLite {
		return db.writer.write(ctx, fn)
	}
	for attempt := 0; ; attempt++ {
		tx, err := db.inPostgres(ctx, beginWriting, func(c *Copy) error { return fn(c.Tx) })
		if err == nil {
			tx.committed()
			return nil
		}
		if attempt == 3 || !again(err) {
			return err
		}
	}
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
