package sqldb

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Calls carry short words from node to node. They may be lost.
type Calls interface {
	// Listen calls heard with what a node calls out under a name, and now and then with nothing, until ctx ends.
	Listen(ctx context.Context, name string, heard func(said string)) error
	Notify(ctx context.Context, name, say string) error
}

// Listen calls heard with what a node called out, this one included, until ctx ends. On SQLite there is no other node and
// it only waits. A lost connection is made again; heard is also called then, and every pollEvery, with nothing, as a
// safety net.
func (db *DB) Listen(ctx context.Context, name string, heard func(said string)) error {
	const pollEvery = 2 * time.Second
	if db.engine == SQLite {
		<-ctx.Done()
		return nil
	}
	if db.calls != nil {
		return db.calls.Listen(ctx, name, heard)
	}
	for ctx.Err() == nil {
		if err := db.listen(ctx, name, pollEvery, heard); err != nil && ctx.Err() == nil {
			db.log.Warn("not hearing the other nodes, trying again", "error", err)
		}
		heard("")
		db.clock.Sleep(ctx, time.Second) //nolint:errcheck // the loop looks at ctx itself
	}
	return nil
}

func (db *DB) listen(ctx context.Context, name string, poll time.Duration, heard func(said string)) error {
	c, err := db.pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Raw(func(driver any) error {
		pg := driver.(*stdlib.Conn).Conn()
		if _, err := pg.Exec(ctx, "listen "+pgx.Identifier{name}.Sanitize()); err != nil {
			return err
		}
		for {
			wait, cancel := context.WithTimeout(ctx, poll)
			n, err := pg.WaitForNotification(wait)
			late := wait.Err() != nil
			cancel()
			if ctx.Err() != nil || (err != nil && (!late || pg.IsClosed())) {
				return err
			}
			said := ""
			if n != nil {
				said = n.Payload
			}
			heard(said)
		}
	})
}

// MostSaid is how much one call may say, in bytes: PostgreSQL takes less than 8000.
const MostSaid = 7900

// Notify calls something out to the other nodes. It is sent apart from the transactions: inside them it would make
// PostgreSQL commit them one after another.
func (db *DB) Notify(ctx context.Context, name, say string) error {
	if db.engine == SQLite {
		return nil
	}
	if db.calls != nil {
		return db.calls.Notify(ctx, name, say)
	}
	_, err := db.pool.ExecContext(ctx, "select pg_notify($1, $2)", name, say)
	return err
}
