package sqldb

import (
	"database/sql"
	"fmt"
	"time"
	"unsafe"

	sqlite3 "modernc.org/sqlite/lib"
)

// Row is what a scan function reads from.
type Row interface {
	Scan(dest ...any) error
}

// ErrNone says that a query for one row found none.
var ErrNone = sql.ErrNoRows

// arguments turns Go values into what both engines store alike: a moment becomes milliseconds since 1970 in UTC (the
// zero moment becomes NULL), a boolean 0 or 1.
func arguments(args []any) []any {
	for i, a := range args {
		switch v := a.(type) {
		case time.Time:
			if v.IsZero() {
				args[i] = nil
			} else {
				args[i] = v.UnixMilli()
			}
		case bool:
			n := int64(0)
			if v {
				n = 1
			}
			args[i] = n
		}
	}
	return args
}

type timeScan struct{ to *time.Time }

// Time reads a moment; NULL gives the zero moment.
func Time(to *time.Time) sql.Scanner { return timeScan{to} }

func (s timeScan) Scan(v any) error {
	switch n := v.(type) {
	case nil:
		*s.to = time.Time{}
	case int64:
		*s.to = time.UnixMilli(n).UTC()
	default:
		return fmt.Errorf("a moment is stored as a number, not as %T", v)
	}
	return nil
}

func (s timeScan) from(c column) error {
	if c.kind() != sqlite3.SQLITE_INTEGER {
		return s.Scan(c.value())
	}
	*s.to = time.UnixMilli(c.integer()).UTC()
	return nil
}

type boolScan struct{ to *bool }

// Bool reads 0 or 1; NULL gives false.
func Bool(to *bool) sql.Scanner { return boolScan{to} }

func (s boolScan) Scan(v any) error {
	switch n := v.(type) {
	case nil:
		*s.to = false
	case int64:
		*s.to = n != 0
	default:
		return fmt.Errorf("a boolean is stored as a number, not as %T", v)
	}
	return nil
}

func (s boolScan) from(c column) error {
	if c.kind() != sqlite3.SQLITE_INTEGER {
		return s.Scan(c.value())
	}
	*s.to = c.integer() != 0
	return nil
}

type intScan[T ~int64 | ~int] struct{ to *T }

// Int reads a whole number or an identifier; NULL gives zero.
func Int[T ~int64 | ~int](to *T) sql.Scanner { return intScan[T]{to} }

func (s intScan[T]) Scan(v any) error {
	switch n := v.(type) {
	case nil:
		*s.to = 0
	case int64:
		*s.to = T(n)
	default:
		return fmt.Errorf("a number is expected, not %T", v)
	}
	return nil
}

func (s intScan[T]) from(c column) error {
	if c.kind() != sqlite3.SQLITE_INTEGER {
		return s.Scan(c.value())
	}
	*s.to = T(c.integer())
	return nil
}

type textScan[T ~string] struct{ to *T }

// Text reads text; NULL gives the empty text.
func Text[T ~string](to *T) sql.Scanner { return textScan[T]{to} }

func (s textScan[T]) Scan(v any) error {
	switch t := v.(type) {
	case nil:
		*s.to = ""
	case string:
		*s.to = T(t)
	case []byte:
		*s.to = T(t)
	default:
		return fmt.Errorf("text is expected, not %T", v)
	}
	return nil
}

func (s textScan[T]) from(c column) error {
	if c.kind() == sqlite3.SQLITE_NULL {
		*s.to = ""
		return nil
	}
	return c.text((*string)(unsafe.Pointer(s.to)))
}

// Null gives NULL for a zero identifier or number, and for an empty text, so that "nobody" is NULL in every table.
func Null[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}
