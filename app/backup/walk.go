package backup

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"balie/ground/blob"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// taker takes in the parts of a backup. Nothing of it may count before whole was called.
type taker interface {
	database(r io.Reader) error
	table(t sqldb.Table, r io.Reader) error
	file(org ident.Org, id blob.ID, r io.Reader) error
	key(key []byte) error
	// whole is called at the end, when all hashes fit.
	whole(m Manifest) error
}

// walk reads a backup from begin to end.
func walk(ctx context.Context, path string, begin func(Header) (taker, error)) (s Summary, err error) {
	f, err := os.Open(path)
	if err != nil {
		return s, err
	}
	defer f.Close()
	r := newReader(ctx, f)
	p, err := r.next()
	if err != nil {
		return s, err
	}
	if err := r.decode(maxHeader, &s.Header); err != nil {
		return s, err
	}
	to, err := begin(s.Header)
	if err != nil {
		return s, err
	}
	lines := make(map[string]int64)
	for p.kind < isManifest {
		if p, err = r.next(); err == nil {
			err = r.give(p, s.Header, to, lines)
		}
		if err != nil {
			return s, err
		}
	}
	if p.kind != isManifest {
		return s, errors.New("it has no manifest")
	}
	if err := r.decode(maxManifest, &s.Manifest); err != nil {
		return s, err
	}
	if err := r.seal(); err != nil {
		return s, err
	}
	if err := s.compare(r, lines); err != nil {
		return s, err
	}
	s.Size = r.sealed.n
	return s, to.whole(s.Manifest)
}

// give hands one part to who takes it in.
func (r *reader) give(p part, h Header, to taker, lines map[string]int64) error {
	switch p.kind {
	case isDatabase:
		return to.database(r)
	case isTable:
		i := slices.IndexFunc(h.Tables, func(t sqldb.Table) bool { return t.Name == p.table })
		if _, twice := lines[p.table]; i < 0 || twice {
			return fmt.Errorf("%s stands in the wrong place", p.name)
		}
		rows := &rowsOf{r: r, table: p.table}
		err := to.table(h.Tables[i], rows)
		if err == nil {
			_, err = io.Copy(io.Discard, rows)
		}
		lines[p.table] = rows.lines
		return err
	case isFile:
		return to.file(p.org, p.file, r)
	case isKey:
		key, err := r.whole(maxKey)
		if err != nil {
			return err
		}
		return to.key(key)
	case isHeader, isManifest, isSeal:
	}
	return nil
}

func (r *reader) decode(limit int64, v any) error {
	b, err := r.whole(limit)
	if err != nil {
		return err
	}
	if json.Unmarshal(b, v) != nil {
		return fmt.Errorf("%s is damaged", r.at.name)
	}
	return nil
}

// seal compares the hash of everything that was read with the one that stands at the end.
func (r *reader) seal() error {
	p, err := r.next()
	if err != nil {
		return err
	}
	if p.kind != isSeal {
		return errors.New("it has no seal")
	}
	want := hex.EncodeToString(r.sealed.hash.Sum(nil)) + "\n"
	got, err := r.whole(maxSeal)
	if err != nil {
		return err
	}
	if string(got) != want {
		return errors.New("it was changed after it was made: the seal does not fit")
	}
	// Behind the seal stand zeros only: to the end of its block and two blocks more, the end of a tar file.
	end := block - len(want) + 2*block
	rest, err := io.ReadAll(io.LimitReader(r.sealed, int64(end)+1))
	switch {
	case err != nil:
		return err
	case len(rest) < end:
		return errCut
	case len(rest) > end || len(bytes.Trim(rest, "\x00")) > 0:
		return errors.New("something stands behind its end")
	}
	return nil
}

// compare holds what was read against the manifest. The seal says that nothing changed; this says that the backup was
// made well.
func (s Summary) compare(r *reader, lines map[string]int64) error {
	if !slices.Equal(r.seen, s.Parts) {
		return errors.New("its parts are not those of its manifest")
	}
	if r.files.Count != s.Files.Count || r.files.Bytes != s.Files.Bytes {
		return fmt.Errorf("it holds %d large files and should hold %d", r.files.Count, s.Files.Count)
	}
	if s.Engine == sqldb.SQLite {
		return nil // the rows are counted in the database itself
	}
	for _, t := range slices.Sorted(maps.Keys(s.Rows)) {
		if lines[t] != s.Rows[t] {
			return fmt.Errorf("table %s has %d rows and should have %d", t, lines[t], s.Rows[t])
		}
	}
	return nil
}
