package sqldb

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"reflect"
	"time"
	"unsafe"

	sqlite3 "modernc.org/sqlite/lib"
)

// This file carries values to SQLite and back.

// misfit is a mistake in the code of a query: its values or places do not fit.
func misfit(format string, args ...any) error {
	return &liteError{code: sqlite3.SQLITE_MISMATCH, text: fmt.Sprintf(format, args...)}
}

// bind gives a statement its values.
func (st *statement) bind(args []any) error {
	st.busy, st.err = true, nil
	c := st.c
	n, size := int(sqlite3.Xsqlite3_bind_parameter_count(c.tls, st.at)), 0
	if n > len(args) {
		return misfit("%d values for %d places", len(args), n)
	}
	for i := range args[:n] {
		v, err := plain(args[i])
		if err != nil {
			return err
		}
		args[i] = v
		switch v := v.(type) {
		case string:
			size += len(v)
		case []byte:
			size += len(v)
		}
	}
	if err := st.args.reserve(c.tls, size+1); err != nil {
		return err
	}
	for i := range args[:n] {
		if err := st.bindOne(int32(i+1), args[i]); err != nil {
			return err
		}
	}
	return nil
}

func (st *statement) bindOne(i int32, v any) error {
	tls, rc := st.c.tls, int32(sqlite3.SQLITE_OK)
	switch v := v.(type) {
	case nil:
		rc = sqlite3.Xsqlite3_bind_null(tls, st.at, i)
	case int64:
		rc = sqlite3.Xsqlite3_bind_int64(tls, st.at, i, v)
	case float64:
		rc = sqlite3.Xsqlite3_bind_double(tls, st.at, i, v)
	case string:
		at, n, err := st.args.put(v)
		if err != nil {
			return err
		}
		rc = sqlite3.Xsqlite3_bind_text(tls, st.at, i, at, n, 0)
	case []byte:
		at, n, err := st.args.put(unsafe.String(unsafe.SliceData(v), len(v)))
		if err != nil {
			return err
		}
		rc = sqlite3.Xsqlite3_bind_blob(tls, st.at, i, at, n, 0)
	}
	if rc != sqlite3.SQLITE_OK {
		return st.c.failed(rc)
	}
	return nil
}

// plain turns a Go value into one of the five that SQLite has.
func plain(v any) (any, error) {
	switch v := v.(type) {
	case nil, int64, string, float64:
		return v, nil
	case []byte:
		if v == nil {
			return nil, nil
		}
		return v, nil
	case int:
		return int64(v), nil
	case bool, time.Time:
		return arguments([]any{v})[0], nil
	case driver.Valuer:
		return v.Value()
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return r.Int(), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return int64(r.Uint()), nil
	case reflect.String:
		return r.String(), nil
	case reflect.Float32, reflect.Float64:
		return r.Float(), nil
	case reflect.Pointer:
		if r.IsNil() {
			return nil, nil
		}
		return plain(r.Elem().Interface())
	case reflect.Slice:
		if r.Type().Elem().Kind() == reflect.Uint8 {
			return plain(r.Bytes())
		}
	}
	return nil, misfit("a value of type %T cannot be stored", v)
}

// span is a text of the row that is read, in the memory of SQLite, and where it goes.
type span struct {
	at uintptr
	n  int
	to *string
}

// Scan reads the row. All texts of a row share one piece of memory.
func (st *statement) Scan(to ...any) error {
	if len(to) != st.columns {
		return misfit("%d columns are read into %d places", st.columns, len(to))
	}
	st.texts = st.texts[:0]
	size := 0
	for i, d := range to {
		col := column{st, int32(i)}
		var err error
		switch d := d.(type) {
		case *string:
			err = col.text(d)
		case *int64:
			*d, err = col.whole()
		case *int:
			var n int64
			n, err = col.whole()
			*d = int(n)
		case *[]byte:
			*d = col.bytes()
		case *any:
			*d = col.value()
		case scanner:
			err = d.from(col)
		case sql.Scanner:
			err = d.Scan(col.value())
		default:
			err = col.reflected(reflect.ValueOf(d))
		}
		if err != nil {
			return misfit("column %d: %v", i+1, err)
		}
	}
	for _, t := range st.texts {
		size += t.n
	}
	if size == 0 {
		return nil
	}
	all := make([]byte, 0, size)
	for _, t := range st.texts {
		begin := len(all)
		all = append(all, memory(t.at, t.n)...)
		*t.to = unsafe.String(unsafe.SliceData(all[begin:]), t.n) // never written to again
	}
	return nil
}

// scanner is a destination of this package that reads a column of SQLite without boxing its value.
type scanner interface{ from(column) error }

// column is one column of the row that is read.
type column struct {
	st *statement
	i  int32
}

func (c column) kind() int32 { return sqlite3.Xsqlite3_column_type(c.st.c.tls, c.st.at, c.i) }

// integer is what a column holds that is known to be a whole number.
func (c column) integer() int64 { return sqlite3.Xsqlite3_column_int64(c.st.c.tls, c.st.at, c.i) }

func (c column) whole() (int64, error) {
	if k := c.kind(); k != sqlite3.SQLITE_INTEGER {
		return 0, misfit("a whole number is expected, not %s", kinds[k])
	}
	return c.integer(), nil
}

// kinds name what SQLite keeps.
var kinds = map[int32]string{
	sqlite3.SQLITE_INTEGER: "a whole number", sqlite3.SQLITE_FLOAT: "a fraction", sqlite3.SQLITE_TEXT: "text",
	sqlite3.SQLITE_BLOB: "bytes", sqlite3.SQLITE_NULL: "nothing",
}

// span is where a text or bytes lie until the next step.
func (c column) span() (uintptr, int) {
	at := sqlite3.Xsqlite3_column_blob(c.st.c.tls, c.st.at, c.i)
	if at == 0 {
		return 0, 0
	}
	return at, int(sqlite3.Xsqlite3_column_bytes(c.st.c.tls, c.st.at, c.i))
}

// text notes a text; Scan copies those of the whole row at its end.
func (c column) text(to *string) error {
	if c.kind() == sqlite3.SQLITE_NULL {
		return misfit("text is expected, not nothing")
	}
	*to = ""
	if at, n := c.span(); n > 0 {
		c.st.texts = append(c.st.texts, span{at, n, to})
	}
	return nil
}

func (c column) bytes() []byte {
	at, n := c.span()
	if n == 0 {
		return nil
	}
	return append([]byte(nil), memory(at, n)...)
}

func (c column) value() any {
	switch c.kind() {
	case sqlite3.SQLITE_INTEGER:
		return c.integer()
	case sqlite3.SQLITE_FLOAT:
		return sqlite3.Xsqlite3_column_double(c.st.c.tls, c.st.at, c.i)
	case sqlite3.SQLITE_TEXT:
		return string(c.bytes())
	case sqlite3.SQLITE_BLOB:
		return c.bytes()
	}
	return nil
}

// reflected reads into types made of the plain ones, such as an identifier, and into pointers for what may be NULL.
func (c column) reflected(p reflect.Value) error {
	if p.Kind() != reflect.Pointer || p.IsNil() {
		return misfit("cannot read into %s", p.Type())
	}
	switch v := p.Elem(); v.Kind() {
	case reflect.Int, reflect.Int64, reflect.Int32:
		n, err := c.whole()
		v.SetInt(n)
		return err
	case reflect.Uint, reflect.Uint32, reflect.Uint64:
		n, err := c.whole()
		v.SetUint(uint64(n))
		return err
	case reflect.String:
		return c.text((*string)(p.UnsafePointer()))
	case reflect.Bool:
		n, err := c.whole()
		v.SetBool(n != 0)
		return err
	case reflect.Float64:
		if k := c.kind(); k != sqlite3.SQLITE_FLOAT && k != sqlite3.SQLITE_INTEGER {
			return misfit("a number is expected, not %s", kinds[k])
		}
		v.SetFloat(sqlite3.Xsqlite3_column_double(c.st.c.tls, c.st.at, c.i))
		return nil
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes(c.bytes())
			return nil
		}
	case reflect.Pointer:
		if c.kind() == sqlite3.SQLITE_NULL {
			v.SetZero()
			return nil
		}
		v.Set(reflect.New(v.Type().Elem()))
		return c.reflected(v)
	}
	return misfit("cannot read into %s", p.Type())
}
