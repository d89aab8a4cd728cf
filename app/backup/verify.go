package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"balie/ground/blob"
	"balie/ground/clock"
	"balie/ground/ident"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

// Verify reads a whole backup and says what is wrong with it. A SQLite database is unpacked in the folder for temporary
// files to look through it.
func Verify(ctx context.Context, file string, rooms []sqldb.Room, c clock.Clock, log *slog.Logger) (Summary, error) {
	dir, err := os.MkdirTemp("", "balie-verify-")
	if err != nil {
		return Summary{}, err
	}
	defer os.RemoveAll(dir)
	return walk(ctx, file, func(h Header) (taker, error) {
		return &checker{ctx: ctx, at: filepath.Join(dir, "balie.db"), engine: h.Engine, clock: c, log: log, refs: make(map[ref]seen)}, newer(h, rooms)
	})
}

// seen says where a content was met.
type seen uint8

const (
	named seen = 1 << iota
	held
)

// checker is a taker that keeps nothing.
type checker struct {
	ctx    context.Context //nolint:containedctx // it lives as long as one call of Verify
	at     string          // where the database is unpacked
	engine sqldb.Engine
	clock  clock.Clock
	log    *slog.Logger
	rows   map[string]int64 // of SQLite
	refs   map[ref]seen
}

func (c *checker) database(r io.Reader) error {
	if c.engine != sqldb.SQLite {
		return errors.New("it holds a database of another engine than it says")
	}
	if err := unpack(r, c.at); err != nil {
		return err
	}
	var err error
	c.rows, err = c.inspect()
	return err
}

// inspect looks through an unpacked SQLite database.
func (c *checker) inspect() (map[string]int64, error) {
	db, err := sqldb.OpenCopy(c.at, c.clock, c.log)
	if err != nil {
		return nil, err
	}
	defer db.Close() //nolint:errcheck // it was only read
	counts := make(map[string]int64)
	err = db.Snapshot(c.ctx, func(tx *sqldb.Copy) error {
		if err := tx.Sound(); err != nil {
			return err
		}
		tables, err := tx.Tables()
		if err != nil {
			return err
		}
		for _, t := range tables {
			if counts[t.Name], err = rows(tx.Tx, t); err != nil {
				return err
			}
		}
		return sqldb.Each(tx.Tx, scanRef, func(v ref) error {
			c.refs[v] |= named
			return nil
		}, largeContents)
	})
	return counts, err
}

// contentColumns are the columns of each table that name a content; in the table content itself it is held.
var contentColumns = map[string][]string{"attachment": {"hash"}, "entry": {"raw_hash", "html_hash"}, "content": {"hash"}}

func (c *checker) table(t sqldb.Table, r io.Reader) error {
	columns := contentColumns[t.Name]
	if len(columns) == 0 {
		return nil
	}
	mark := named
	if t.Name == "content" {
		mark = held
	}
	org := slices.Index(t.Columns, "org")
	_, err := sqldb.Rows(r, func(fields []sqldb.Field) error {
		if len(fields) != len(t.Columns) || org < 0 {
			return fmt.Errorf("a row of table %s is damaged", t.Name)
		}
		n, err := strconv.ParseInt(fields[org].Text, 10, 64)
		if err != nil {
			return fmt.Errorf("a row of table %s is damaged", t.Name)
		}
		for _, name := range columns {
			if i := slices.Index(t.Columns, name); i >= 0 && fields[i].Text != "" {
				c.refs[ref{ident.Org(n), fields[i].Text}] |= mark
			}
		}
		return nil
	})
	return err
}

func (c *checker) file(org ident.Org, id blob.ID, r io.Reader) error {
	c.refs[ref{org, string(id)}] |= held
	_, err := io.Copy(io.Discard, r)
	return err
}

func (c *checker) key(key []byte) error {
	if _, err := secret.ParseKey(string(key)); err != nil {
		return errors.New("the secret key in it is not a key")
	}
	return nil
}

func (c *checker) whole(m Manifest) error {
	if err := sameRows(c.rows, m); err != nil {
		return err
	}
	missing := make(map[string]bool, len(m.Files.Missing))
	for _, name := range m.Files.Missing {
		missing[name] = true
	}
	for v, s := range c.refs {
		name := fmt.Sprintf("%d/%s", v.org, v.hash)
		if s == named && !missing[name] && len(missing) < maxMissing {
			return fmt.Errorf("the database refers to a file that is not in it: %s", name)
		}
	}
	return nil
}

// sameRows compares the rows of a SQLite database with the manifest; nil counts are those of PostgreSQL, compared
// already.
func sameRows(counts map[string]int64, m Manifest) error {
	if counts == nil {
		return nil
	}
	for _, t := range slices.Sorted(maps.Keys(m.Rows)) {
		if counts[t] != m.Rows[t] {
			return fmt.Errorf("table %s has %d rows and should have %d", t, counts[t], m.Rows[t])
		}
	}
	return nil
}

func unpack(r io.Reader, to string) error {
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}
