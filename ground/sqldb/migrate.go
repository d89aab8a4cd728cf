package sqldb

import (
	"context"
	"fmt"
	"io/fs"
	"testing/fstest"

	"github.com/pressly/goose/v3"

	"balie/ground/fault"
)

// migrate brings the tables of one room up to date. Each room keeps its own count, in the table migrated_<room>, so
// that rooms change independently. On PostgreSQL the caller holds a lock over all rooms (see Migrate).
func (db *DB) migrate(ctx context.Context, room string, migrations fs.FS) error {
	p, err := db.migrations(room, migrations)
	if err == nil {
		_, err = p.Up(ctx)
	}
	return notMigrated(room, err)
}

func notMigrated(room string, err error) error {
	if err != nil {
		return fault.Wrap(fault.Internal, "ground.migration", fmt.Errorf("tables of %s: %w", room, err))
	}
	return nil
}

// migrations are those of one room, in the dialect of the engine.
func (db *DB) migrations(room string, migrations fs.FS) (*goose.Provider, error) {
	files := fstest.MapFS{}
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := fs.ReadFile(migrations, name)
		if err != nil {
			return nil, err
		}
		files[name[len("migrations/"):]] = &fstest.MapFile{Data: []byte(macros[db.engine].Replace(string(text)))}
	}
	dialect := goose.DialectSQLite3
	if db.engine == Postgres {
		dialect = goose.DialectPostgres
	}
	return goose.NewProvider(dialect, db.pool, files, goose.WithTableName("migrated_"+room), goose.WithDisableGlobalRegistry(true))
}

// MigrateTo brings the tables of the rooms to the versions that another database has, and no further.
func (db *DB) MigrateTo(ctx context.Context, versions map[string]int64, rooms ...Room) error {
	for _, r := range rooms {
		if versions[r.Name] == 0 {
			continue
		}
		p, err := db.migrations(r.Name, r.Migrations)
		if err == nil {
			_, err = p.UpTo(ctx, versions[r.Name])
		}
		if err := notMigrated(r.Name, err); err != nil {
			return err
		}
	}
	return nil
}

// Newest is the version to which the migrations of a room lead.
func (r Room) Newest() int64 {
	names, err := fs.Glob(r.Migrations, "migrations/*.sql")
	if err != nil {
		return 0
	}
	newest := int64(0)
	for _, name := range names {
		if v, err := goose.NumericComponent(name); err == nil {
			newest = max(newest, v)
		}
	}
	return newest
}

// Room names the migrations of one room.
type Room struct {
	Name       string
	Migrations fs.FS // holds migrations/NNNNN_name.sql
}

// Migrate brings the tables of all rooms up to date, in the order given. Several nodes may start at once on
// PostgreSQL: one does it, the others wait.
func (db *DB) Migrate(ctx context.Context, rooms ...Room) error {
	if db.engine == Postgres {
		c, err := db.pool.Conn(ctx)
		if err != nil {
			return fault.Wrap(fault.Unavailable, "ground.database_away", err)
		}
		defer c.Close()
		const key = 7_262_543 // an arbitrary number, the same on every node
		if _, err := c.ExecContext(ctx, "select pg_advisory_lock($1)", key); err != nil {
			return fault.Wrap(fault.Unavailable, "ground.database_away", err)
		}
		defer c.ExecContext(context.WithoutCancel(ctx), "select pg_advisory_unlock($1)", key) //nolint:errcheck // ends with the connection
	}
	for _, r := range rooms {
		if err := db.migrate(ctx, r.Name, r.Migrations); err != nil {
			return err
		}
	}
	return nil
}
