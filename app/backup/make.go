package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"balie/ground/blob"
	"balie/ground/clock"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Desk is what is backed up.
type Desk struct {
	DB      *sqldb.DB // PostgreSQL; nil for SQLite
	Path    string    // the SQLite file
	Files   *blob.Disk
	Key     []byte // the secret key as its file has it; nil leaves it out
	Rooms   []sqldb.Room
	Program string
	Clock   clock.Clock
	Log     *slog.Logger
}

// Make writes the desk to a new file, while the desk goes on. The file has its name only when it is whole and on disk.
func Make(ctx context.Context, d Desk, file string) (s Summary, err error) {
	if _, err := os.Lstat(file); !errors.Is(err, os.ErrNotExist) {
		return s, fmt.Errorf("%s is there already; a backup never replaces a file", file)
	}
	partial := file + ".partial"
	f, err := alone(partial)
	if err != nil {
		return s, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreGone(os.Remove(partial)))
		}
	}()
	w := newWriter(ctx, f)
	if s.Header, err = d.write(ctx, w, partial); err == nil {
		s.Manifest = w.manifest
		err = w.finish()
	}
	s.Size = w.sealed.n
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return s, err
	}
	// A link refuses a name that somebody took meanwhile; a rename would replace it.
	if err := os.Link(partial, file); err != nil {
		return s, err
	}
	return s, errors.Join(os.Remove(partial), syncDir(filepath.Dir(file)))
}

// alone opens the file to write in, which a backup that was killed may have left, and keeps other backups out of it.
func alone(partial string) (*os.File, error) {
	f, err := os.OpenFile(partial, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("another backup is writing %s", partial), f.Close())
	}
	if err := f.Truncate(0); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func ignoreGone(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// write puts all parts in the backup. The files are copied after the moment of the database, so each one to which it
// refers is there: a file is on disk before the row that names it.
func (d Desk) write(ctx context.Context, w *writer, partial string) (h Header, err error) {
	db := d.DB
	if db == nil {
		moment := partial + ".db"
		if err := ignoreGone(os.Remove(moment)); err != nil { // left by a backup that was killed
			return h, err
		}
		defer func() { err = errors.Join(err, ignoreGone(os.Remove(moment))) }()
		// Made beforehand, so that nobody else can read it; SQLite fills an empty file.
		if err := unpack(strings.NewReader(""), moment); err != nil {
			return h, err
		}
		if err := sqldb.SaveCopy(ctx, d.Path, moment); err != nil {
			return h, err
		}
		if db, err = sqldb.OpenCopy(moment, d.Clock, d.Log); err != nil {
			return h, err
		}
		defer db.Close() //nolint:errcheck // it was only read
		d.Path = moment
	}
	err = db.Snapshot(ctx, func(c *sqldb.Copy) error {
		h = Header{Format: Format, Engine: c.Engine(), Made: d.Clock.Now(), Program: d.Program}
		var err error
		if h.Rooms, err = c.Versions(d.Rooms...); err != nil {
			return err
		}
		if len(h.Rooms) == 0 {
			return errors.New("there is no desk in this database yet")
		}
		if h.Tables, err = c.Tables(); err != nil {
			return err
		}
		if err := w.json(headerName, h); err != nil {
			return err
		}
		if err := d.database(c, w, h.Tables); err != nil {
			return err
		}
		return d.files(ctx, c, w)
	})
	if err == nil && d.Key != nil {
		w.manifest.Key = true
		err = w.bytes(keyName, d.Key)
	}
	return h, err
}

func (d Desk) database(c *sqldb.Copy, w *writer, tables []sqldb.Table) error {
	for _, t := range tables {
		if c.Engine() == sqldb.SQLite {
			n, err := rows(c.Tx, t)
			if err != nil {
				return err
			}
			w.manifest.Rows[t.Name] = n
			continue
		}
		p := pieces{to: w, table: t.Name}
		n, err := c.Dump(t, &p)
		if err == nil {
			err = p.flush()
		}
		if err != nil {
			return err
		}
		w.manifest.Rows[t.Name] = n
	}
	if c.Engine() != sqldb.SQLite {
		return nil
	}
	f, err := os.Open(d.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return w.part(databaseName, info.Size(), f)
}

func rows(tx *sqldb.Tx, t sqldb.Table) (int64, error) {
	return sqldb.Value(tx, `select count(*) from "`+t.Name+`"`)
}

// pieces cuts the rows of a table in parts of a known size, so that they need not be kept anywhere first.
type pieces struct {
	to    *writer
	table string
	n     int
	held  []byte
}

func (p *pieces) Write(b []byte) (int, error) {
	all := len(b)
	for len(p.held)+len(b) >= piece {
		room := piece - len(p.held)
		p.held, b = append(p.held, b[:room]...), b[room:]
		if err := p.flush(); err != nil {
			return 0, err
		}
	}
	p.held = append(p.held, b...)
	return all, nil
}

func (p *pieces) flush() error {
	if len(p.held) == 0 {
		return nil
	}
	p.n++
	err := p.to.bytes(fmt.Sprintf("%s%s/%06d", tableFolder, p.table, p.n), p.held)
	p.held = p.held[:0]
	return err
}

// ref is a content to which the database refers.
type ref struct {
	org  ident.Org
	hash string
}

// largeContents are the contents that do not stand in the database itself.
const largeContents = `select u.org, u.hash from (
		select org, hash from attachment where hash <> ''
		union select org, raw_hash from entry where raw_hash is not null
		union select org, html_hash from entry where html_hash is not null) u
	left join content c on c.org = u.org and c.hash = u.hash where c.hash is null order by u.org, u.hash`

func scanRef(r sqldb.Row, v *ref) error { return r.Scan(&v.org, &v.hash) }

func (d Desk) files(ctx context.Context, c *sqldb.Copy, w *writer) error {
	return sqldb.Each(c.Tx, scanRef, func(v ref) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return d.file(ctx, w, v)
	}, largeContents)
}

// file copies one content. One that is gone or not whole is named in the manifest: the rest is worth keeping.
func (d Desk) file(ctx context.Context, w *writer, v ref) error {
	id, err := blob.ParseID(v.hash)
	name := fmt.Sprintf("%s%d/%s", fileFolder, v.org, v.hash)
	var info blob.Info
	if err == nil {
		if err = d.Files.Verify(ctx, v.org, id); err == nil {
			info, err = d.Files.Stat(ctx, v.org, id)
		}
	}
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if f := fault.Of(err); f != nil {
			d.Log.Info("a content is not in the backup", "org", int64(v.org), "hash", v.hash, "error", err)
			if len(w.manifest.Files.Missing) < maxMissing {
				w.manifest.Files.Missing = append(w.manifest.Files.Missing, fmt.Sprintf("%d/%s", v.org, v.hash))
			}
			return nil
		}
		return err
	}
	r, err := d.Files.Open(ctx, v.org, id)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := w.part(name, info.Size, io.LimitReader(r, info.Size)); err != nil {
		return err
	}
	w.manifest.Files.Count++
	w.manifest.Files.Bytes += info.Size
	return nil
}

func (w *writer) json(name string, v any) error {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	return w.bytes(name, append(b, '\n'))
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
