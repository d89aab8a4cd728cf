package sqldb

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"balie/ground/fault"
)

// maxRow bounds one row of a copy, so that a damaged one cannot fill the memory.
const maxRow = 256 << 20

// Dump writes all rows of a table and tells how many there were.
func (c *Copy) Dump(t Table, w io.Writer) (int64, error) {
	if c.Engine() == Postgres {
		return c.byPostgres("copy "+quoted(t.Name)+" ("+list(t.Columns)+") to stdout", func(pg *pgconn.PgConn, query string) (pgconn.CommandTag, error) {
			return pg.CopyTo(c.ctx, w, query)
		})
	}
	query := "select " + list(t.Columns) + " from " + quoted(t.Name)
	if t.Name == wordTable {
		// The words of a contentless index stand only in its vocabulary, in the order of the words.
		if err := c.vocabulary(); err != nil {
			return 0, err
		}
		query = `select doc, '''' || group_concat(term, ''' ''') || '''' from temp.copied_words group by doc`
	}
	var n int64
	var line []byte
	err := Each(c.Tx, func(r Row, v *[]any) error {
		*v = make([]any, len(t.Columns))
		to := make([]any, len(t.Columns))
		for i := range to {
			to[i] = &(*v)[i]
		}
		return r.Scan(to...)
	}, func(v []any) error {
		n++
		line = line[:0]
		for i, field := range v {
			if i > 0 {
				line = append(line, '\t')
			}
			line = encode(line, field)
		}
		_, err := w.Write(append(line, '\n'))
		return err
	}, query)
	return n, err
}

func (c *Copy) vocabulary() error {
	// It is made in the temporary database of this connection: the file itself stays as it is.
	for _, query := range []string{
		`pragma query_only(0)`, `create virtual table if not exists temp.copied_words using fts5vocab('main', 'word_index', 'instance')`,
		`pragma query_only(1)`,
	} {
		if _, err := c.Exec(query); err != nil {
			return err
		}
	}
	return nil
}

func (c *Copy) byPostgres(query string, do func(*pgconn.PgConn, string) (pgconn.CommandTag, error)) (int64, error) {
	var tag pgconn.CommandTag
	err := c.on.Raw(func(driver any) (err error) {
		tag, err = do(driver.(*stdlib.Conn).Conn().PgConn(), query)
		return err
	})
	if err != nil {
		err, _ = classify(Postgres, err, query)
	}
	return tag.RowsAffected(), err
}

func list(columns []string) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = quoted(c)
	}
	return strings.Join(names, ", ")
}

// Fill puts the rows that Dump wrote in a table, and lets its own numbers go on after the highest.
func (c *Copy) Fill(t Table, r io.Reader) (int64, error) {
	if c.Engine() == SQLite {
		return c.fillSQLite(t, r)
	}
	n, err := c.byPostgres("copy "+quoted(t.Name)+" ("+list(t.Columns)+") from stdin", func(pg *pgconn.PgConn, query string) (pgconn.CommandTag, error) {
		return pg.CopyFrom(c.ctx, r, query)
	})
	if err != nil {
		return n, err
	}
	return n, nil
}

func (c *Copy) fillSQLite(t Table, r io.Reader) (int64, error) {
	kinds := []string{"INTEGER", "TEXT"}
	query, marks := "insert into word_index (rowid, words) values ($1, $2)", []string{}
	if t.Name != wordTable {
		types, err := All(c.Tx, func(r Row, v *[2]string) error { return r.Scan(&v[0], &v[1]) }, `select name, type from pragma_table_info($1)`, t.Name)
		if err != nil {
			return 0, err
		}
		byName := make(map[string]string)
		for _, v := range types {
			byName[v[0]] = strings.ToUpper(v[1])
		}
		kinds = kinds[:0]
		for i, name := range t.Columns {
			kinds, marks = append(kinds, byName[name]), append(marks, "$"+strconv.Itoa(i+1))
		}
		query = "insert into " + quoted(t.Name) + " (" + list(t.Columns) + ") values (" + strings.Join(marks, ", ") + ")"
	}
	args := make([]any, len(kinds))
	return Rows(r, func(fields []Field) error {
		if len(fields) != len(kinds) {
			return damaged(fmt.Errorf("table %s: a row of %d columns, not %d", t.Name, len(fields), len(kinds)))
		}
		for i, f := range fields {
			var err error
			if args[i], err = decode(kinds[i], f); err != nil {
				return damaged(fmt.Errorf("table %s, column %s: %w", t.Name, t.Columns[i], err))
			}
		}
		if t.Name == wordTable {
			args[1] = strings.ReplaceAll(fields[1].Text, "'", "")
		}
		_, err := c.Exec(query, args...)
		return err
	})
}

func damaged(err error) error { return fault.Wrap(fault.Invalid, "ground.internal", err) }

// Field is one value of a row in COPY text.
type Field struct {
	Text string
	Null bool
}

// Rows reads rows of COPY text. The slice is only good until fn returns.
func Rows(r io.Reader, fn func([]Field) error) (int64, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	var fields []Field
	var line []byte
	for n := int64(0); ; n++ {
		line = line[:0]
		for {
			part, err := in.ReadSlice('\n')
			line = append(line, part...)
			if err == nil {
				break
			}
			if errors.Is(err, io.EOF) && len(line) == 0 {
				return n, nil
			}
			if errors.Is(err, io.EOF) || (errors.Is(err, bufio.ErrBufferFull) && len(line) > maxRow) {
				return n, damaged(errors.New("a row has no end"))
			}
			if !errors.Is(err, bufio.ErrBufferFull) {
				return n, err
			}
		}
		fields = fields[:0]
		for f := range bytes.SplitSeq(line[:len(line)-1], []byte{'\t'}) {
			if string(f) == `\N` {
				fields = append(fields, Field{Null: true})
			} else {
				fields = append(fields, Field{Text: unescape(f)})
			}
		}
		if err := fn(fields); err != nil {
			return n, err
		}
	}
}

// escapes are the letters of COPY text after a backslash.
const escapes = "b\bf\fn\nr\rt\tv\v"

func unescape(f []byte) string {
	if bytes.IndexByte(f, '\\') < 0 {
		return string(f)
	}
	out := make([]byte, 0, len(f))
	for i := 0; i < len(f); i++ {
		c := f[i]
		if c == '\\' && i+1 < len(f) {
			i++
			c = f[i]
			if at := strings.IndexByte(escapes, c); at >= 0 && at%2 == 0 {
				c = escapes[at+1]
			}
		}
		out = append(out, c)
	}
	return string(out)
}

// encode adds one field as COPY text. PostgreSQL keeps only text that is text.
func encode(line []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(line, `\N`...)
	case int64:
		return strconv.AppendInt(line, v, 10)
	case []byte:
		return hex.AppendEncode(append(line, `\\x`...), v)
	case string:
		for _, c := range []byte(strings.ToValidUTF8(strings.ReplaceAll(v, "\x00", "\uFFFD"), "\uFFFD")) {
			if at := strings.IndexByte(escapes, c); at >= 0 && at%2 == 1 {
				line = append(line, '\\', escapes[at-1])
				continue
			}
			if c == '\\' {
				line = append(line, '\\')
			}
			line = append(line, c)
		}
		return line
	}
	return fmt.Append(line, v)
}

func decode(kind string, f Field) (any, error) {
	switch {
	case f.Null:
		return nil, nil //nolint:nilnil // NULL
	case kind == "BLOB":
		return hex.DecodeString(strings.TrimPrefix(f.Text, `\x`))
	case strings.Contains(kind, "INT"):
		return strconv.ParseInt(f.Text, 10, 64)
	}
	return f.Text, nil
}
