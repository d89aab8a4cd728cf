package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"balie/ground/blob"
	"balie/ground/clock"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Target is where a backup is put back.
type Target struct {
	Data   string // the data folder; it is made when it does not exist
	URL    string // PostgreSQL; empty for SQLite in Data
	Key    KeyPlace
	Rooms  []sqldb.Room
	Clock  clock.Clock
	Chance *rand.Rand
	Log    *slog.Logger
}

// Staging is the folder inside the data folder where a restore works. As long as it is there the restore is not done.
const Staging = "restoring"

// Restore puts a backup in an empty place. The database appears last: a restore that was killed leaves no desk that
// looks whole, and can be started again.
func Restore(ctx context.Context, file string, t Target) (Summary, error) {
	h, err := readHeader(ctx, file)
	if err == nil {
		err = newer(h, t.Rooms)
	}
	if err != nil {
		return Summary{}, err
	}
	if err := t.emptyFolder(); err != nil {
		return Summary{}, err
	}
	r := &restore{Target: t, header: h, dir: filepath.Join(t.Data, Staging)}
	if err := os.MkdirAll(t.Data, 0o700); err != nil {
		return Summary{}, err
	}
	if err := errors.Join(os.RemoveAll(r.dir), os.Mkdir(r.dir, 0o700)); err != nil {
		return Summary{}, err
	}
	s, err := r.run(ctx, file)
	if err != nil {
		return s, errors.Join(err, r.undo())
	}
	return s, errors.Join(os.RemoveAll(r.dir), syncDir(t.Data))
}

func readHeader(ctx context.Context, file string) (h Header, err error) {
	f, err := os.Open(file)
	if err != nil {
		return h, err
	}
	defer f.Close()
	r := newReader(ctx, f)
	if _, err := r.next(); err != nil {
		return h, err
	}
	return h, r.decode(maxHeader, &h)
}

// emptyFolder refuses a data folder that holds a desk. Files beside an unfinished restore are that restore's own.
func (t Target) emptyFolder() error {
	entries, err := os.ReadDir(t.Data)
	if err != nil {
		return ignoreGone(err)
	}
	unfinished := slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == Staging })
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "balie.db") {
			return fmt.Errorf("%s already holds a database; restore needs an empty data folder", t.Data)
		}
		if e.Name() != "files" || unfinished {
			continue
		}
		inside, err := os.ReadDir(filepath.Join(t.Data, "files"))
		if err != nil {
			return err
		}
		if slices.ContainsFunc(inside, func(e os.DirEntry) bool { return e.Name() != "incoming" }) {
			return fmt.Errorf("%s already holds files; restore needs an empty data folder", t.Data)
		}
	}
	return nil
}

// restore is a taker.
type restore struct {
	Target
	header Header
	dir    string
	ctx    context.Context //nolint:containedctx // it lives as long as one call of Restore
	into   *sqldb.Copy     // nil when the SQLite file is put back as it is
	disk   *blob.Disk
	check  *checker // of the unpacked SQLite file
	filled map[string]int64
	found  []byte // the key
	placed []string
}

func (r *restore) run(ctx context.Context, file string) (s Summary, err error) {
	r.ctx, r.filled = ctx, make(map[string]int64)
	if r.disk, err = blob.OpenDisk(filepath.Join(r.dir, "files"), r.Clock); err != nil {
		return s, err
	}
	defer r.disk.Close() //nolint:errcheck // every file was synced by itself
	read := func() error {
		s, err = walk(ctx, file, func(Header) (taker, error) { return r, nil })
		return err
	}
	if r.URL == "" && r.header.Engine == sqldb.SQLite {
		if err := read(); err != nil {
			return s, err
		}
		return s, errors.Join(r.placeFiles(), r.placeDatabase())
	}
	at := filepath.Join(r.dir, "new.db")
	db, err := sqldb.Open(ctx, sqldb.Options{Path: at, URL: r.URL, Clock: r.Clock, Chance: r.Chance, Log: r.Log, Fast: true})
	if err != nil {
		return s, err
	}
	defer db.Close() //nolint:errcheck // closed below when it matters
	if err := r.schema(ctx, db); err != nil {
		return s, err
	}
	err = db.Load(ctx, func(c *sqldb.Copy) error {
		r.into = c
		if err := read(); err != nil {
			return err
		}
		if err := ledger.Rebase(c.Tx); err != nil {
			return err
		}
		if r.URL == "" {
			return nil
		}
		return r.placeFiles() // before the commit, which makes the desk whole
	})
	if err != nil || r.URL != "" {
		return s, err
	}
	if err := db.Close(); err != nil {
		return s, err
	}
	if info, err := os.Stat(at + "-wal"); err == nil && info.Size() > 0 {
		return s, fmt.Errorf("%s was not closed well", at)
	}
	if err := os.Rename(at, filepath.Join(r.dir, "balie.db")); err != nil {
		return s, err
	}
	return s, errors.Join(r.placeFiles(), r.placeDatabase())
}

// bornFull is the table that has rows from the moment it is made; an earlier restore that was refused left it.
const bornFull = "chore"

// schema makes empty tables of the versions that the backup has.
func (r *restore) schema(ctx context.Context, db *sqldb.DB) error {
	err := db.Read(ctx, func(tx *sqldb.Tx) error {
		tables, err := tx.Tables()
		if err != nil {
			return err
		}
		for _, t := range tables {
			n, err := rows(tx, t)
			if err != nil {
				return err
			}
			if n > 0 && t.Name != bornFull {
				return fmt.Errorf("the database is not empty: table %s has %d rows; restore needs an empty database", t.Name, n)
			}
		}
		have, err := tx.Versions(r.Rooms...)
		for room, v := range have {
			if v > r.header.Rooms[room] {
				return fmt.Errorf("the empty tables of %s in this database are newer than the backup; make a new database", room)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return db.MigrateTo(ctx, r.header.Rooms, r.Rooms...)
}

func (r *restore) database(in io.Reader) error {
	if r.header.Engine != sqldb.SQLite {
		return errors.New("it holds a database of another engine than it says")
	}
	r.check = &checker{ctx: r.ctx, at: filepath.Join(r.dir, "balie.db"), engine: sqldb.SQLite, clock: r.Clock, log: r.Log, refs: make(map[ref]seen)}
	if err := r.check.database(in); err != nil {
		return err
	}
	if r.into == nil {
		return nil
	}
	db, err := sqldb.OpenCopy(r.check.at, r.Clock, r.Log)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // it was only read
	return db.Snapshot(r.ctx, func(from *sqldb.Copy) error {
		for _, t := range r.header.Tables {
			if err := r.pour(from, t); err != nil {
				return err
			}
		}
		return nil
	})
}

// pour copies one table from SQLite to another engine.
func (r *restore) pour(from *sqldb.Copy, t sqldb.Table) error {
	out, in := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, err := from.Dump(t, in)
		in.CloseWithError(err) //nolint:errcheck // never fails
	}()
	err := r.table(t, out)
	out.CloseWithError(errors.New("nobody reads any more")) //nolint:errcheck // never fails
	<-ended
	return err
}

func (r *restore) table(t sqldb.Table, in io.Reader) error {
	if r.into == nil {
		return errors.New("it holds tables of another engine than it says")
	}
	tables, err := r.into.Tables()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(tables, func(k sqldb.Table) bool { return k.Name == t.Name })
	if i < 0 {
		return fmt.Errorf("it holds a table %s that this program does not know", t.Name)
	}
	for _, c := range t.Columns {
		if !slices.Contains(tables[i].Columns, c) {
			return fmt.Errorf("its table %s has a column %s that this program does not know", t.Name, c)
		}
	}
	// What a migration put there stands in the backup too.
	if _, err := r.into.Exec(`delete from "` + t.Name + `"`); err != nil {
		return err
	}
	r.filled[t.Name], err = r.into.Fill(t, in)
	return err
}

func (r *restore) file(org ident.Org, id blob.ID, in io.Reader) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if r.check != nil {
		r.check.refs[ref{org, string(id)}] |= held
	}
	info, err := r.disk.Put(r.ctx, org, in)
	if err == nil && info.ID != id {
		err = fmt.Errorf("%s%d/%s is damaged", fileFolder, org, id)
	}
	return err
}

func (r *restore) key(key []byte) error {
	r.found = key
	return r.Key.accepts(key)
}

func (r *restore) whole(m Manifest) error {
	if r.check != nil {
		if err := r.check.whole(m); err != nil {
			return err
		}
	}
	for t, n := range r.filled {
		if n != m.Rows[t] {
			return fmt.Errorf("table %s got %d rows and should have %d", t, n, m.Rows[t])
		}
	}
	return nil
}
