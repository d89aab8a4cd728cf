package sqldb

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strings"
	"unsafe"

	"modernc.org/libc"
	"modernc.org/libc/sys/types"
	sqlite3 "modernc.org/sqlite/lib"
)

// lite is one SQLite connection, called without database/sql in between: that asks for the name and the type of every
// column with each query, boxes every value and takes four locks for a row (ADR 12). It is used by one goroutine at a
// time, so SQLite takes no locks for it either.
type lite struct {
	tls      *libc.TLS
	db       uintptr
	out      uintptr // room for two pointers that SQLite writes to
	prepared map[string]*statement
	log      *disk // of the writer, when what it writes is joined or seen
}

// liteError is an error of SQLite, with its extended result code.
type liteError struct {
	code int
	text string
}

func (e *liteError) Error() string { return e.text }

// word is the size of a pointer.
const word = unsafe.Sizeof(uintptr(0))

var errNoMemory = &liteError{code: sqlite3.SQLITE_NOMEM, text: "no memory for SQLite"}

// openLite opens a file by its URI and runs the pragmas.
func openLite(uri string, pragmas []string) (*lite, error) {
	c := &lite{tls: libc.NewTLS(), prepared: make(map[string]*statement)}
	if c.out = libc.Xmalloc(c.tls, types.Size_t(2*word)); c.out == 0 {
		c.tls.Close()
		return nil, errNoMemory
	}
	name, err := libc.CString(uri)
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	const flags = sqlite3.SQLITE_OPEN_READWRITE | sqlite3.SQLITE_OPEN_CREATE | sqlite3.SQLITE_OPEN_NOMUTEX | sqlite3.SQLITE_OPEN_URI
	rc := sqlite3.Xsqlite3_open_v2(c.tls, name, c.out, flags, 0)
	libc.Xfree(c.tls, name)
	c.db = *(*uintptr)(pointer(c.out)) // also after an error, which it then tells
	if rc != sqlite3.SQLITE_OK {
		return nil, errors.Join(c.failed(rc), c.Close())
	}
	sqlite3.Xsqlite3_extended_result_codes(c.tls, c.db, 1)
	for _, p := range pragmas {
		if _, err := c.exec("pragma "+p, nil); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	return c, nil
}

func (c *lite) failed(rc int32) error {
	text := libc.GoString(sqlite3.Xsqlite3_errstr(c.tls, rc))
	if c.db != 0 {
		if said := libc.GoString(sqlite3.Xsqlite3_errmsg(c.tls, c.db)); said != text {
			text += ": " + said
		}
	}
	return &liteError{code: int(rc), text: fmt.Sprintf("%s (%d)", text, rc)}
}

// Close gives everything back. A statement that is left open would keep SQLite from writing its log back into the file
// when the last connection closes.
func (c *lite) Close() error {
	c.letGo()
	c.forget()
	var err error
	if c.db != 0 {
		if rc := sqlite3.Xsqlite3_close_v2(c.tls, c.db); rc != sqlite3.SQLITE_OK {
			err = c.failed(rc)
		}
		c.db = 0
	}
	libc.Xfree(c.tls, c.out)
	c.tls.Close()
	return err
}

func (c *lite) forget() {
	for q, st := range c.prepared {
		if !st.busy {
			st.finalize()
			delete(c.prepared, q)
		}
	}
}

// mostPrepared is more than there are queries in the code; this many means that somebody builds them.
const mostPrepared = 2000

// statement gives a query in its compiled form: once made it is kept, unless it is in use further up. rest is what
// follows the first statement, of a script.
func (c *lite) statement(query string) (st *statement, rest string, err error) {
	known := c.prepared[query]
	if known != nil && !known.busy {
		return known, "", nil
	}
	text, err := libc.CString(expand(SQLite, query))
	if err != nil {
		return nil, "", err
	}
	defer libc.Xfree(c.tls, text)
	if rc := sqlite3.Xsqlite3_prepare_v2(c.tls, c.db, text, -1, c.out, c.out+word); rc != sqlite3.SQLITE_OK {
		return nil, "", c.failed(rc)
	}
	st = &statement{c: c, at: *(*uintptr)(pointer(c.out))}
	if st.at == 0 {
		return nil, "", nil // only a comment
	}
	st.columns = int(sqlite3.Xsqlite3_column_count(c.tls, st.at))
	rest = strings.TrimSpace(libc.GoString(*(*uintptr)(pointer(c.out + 8))))
	if known != nil || rest != "" {
		return st, rest, nil
	}
	if len(c.prepared) > mostPrepared {
		c.forget()
	}
	st.kept = true
	c.prepared[query] = st
	return st, "", nil
}

// exec runs a statement, or the statements of a script, and tells how many rows the last one changed.
func (c *lite) exec(query string, args []any) (int64, error) {
	for {
		st, rest, err := c.statement(query)
		if err != nil || st == nil {
			return 0, err
		}
		if err = st.bind(args); err == nil {
			for st.Next() { //nolint:revive // to its end: what it returns is not asked for
			}
			err = st.Err()
		}
		st.Close() //nolint:errcheck // it repeats the error of the step
		if err != nil {
			return 0, err
		}
		if rest == "" {
			return int64(sqlite3.Xsqlite3_changes(c.tls, c.db)), nil
		}
		query = rest
	}
}

func (c *lite) query(query string, args []any) (*statement, error) {
	st, rest, err := c.statement(query)
	if err == nil && (st == nil || rest != "") {
		err = &liteError{code: sqlite3.SQLITE_MISUSE, text: "a query is one statement"}
	}
	if err == nil {
		err = st.bind(args)
	}
	if err != nil && st != nil {
		st.Close() //nolint:errcheck // the first error is the one that tells
	}
	return st, err
}

// statement is a compiled query and, while it runs, its rows.
type statement struct {
	c       *lite
	at      uintptr
	columns int
	kept    bool // in prepared
	busy    bool
	err     error
	args    arena  // the texts of its values
	texts   []span // of the row that is read
}

// Next goes to the next row.
func (st *statement) Next() bool {
	if st.err != nil {
		return false
	}
	switch rc := sqlite3.Xsqlite3_step(st.c.tls, st.at); rc {
	case sqlite3.SQLITE_ROW:
		return true
	case sqlite3.SQLITE_DONE:
	default:
		st.err = st.c.failed(rc)
	}
	return false
}

// Err is why there was no next row; nil at the end.
func (st *statement) Err() error { return st.err }

// Close makes it ready for its next use.
func (st *statement) Close() error {
	if !st.kept {
		st.finalize()
		return nil
	}
	if st.busy {
		sqlite3.Xsqlite3_reset(st.c.tls, st.at) // its error is that of the last step
		st.busy = false
		if st.args.size > arenaKept {
			st.args.free(st.c.tls) // they are bound anew before the next step
		}
	}
	return nil
}

func (st *statement) finalize() {
	if st.at != 0 {
		sqlite3.Xsqlite3_finalize(st.c.tls, st.at)
		st.at = 0
		st.args.free(st.c.tls)
	}
}

// pointer is memory of SQLite's, which lies outside Go's and does not move.
func pointer(at uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&at)) }

func memory(at uintptr, n int) []byte { return unsafe.Slice((*byte)(pointer(at)), n) }

// arena is memory that the texts of a statement's values lie in until they are bound anew.
type arena struct {
	at   uintptr
	size int
	used int
}

// arenaKept is the most that a statement holds on to between two uses.
const arenaKept = 8 << 10

// reserve makes room for n bytes, and forgets what was there.
func (a *arena) reserve(tls *libc.TLS, n int) error {
	a.used = 0
	if n <= a.size {
		return nil
	}
	a.free(tls)
	size := 1 << bits.Len(uint(n))
	if a.at = libc.Xmalloc(tls, types.Size_t(size)); a.at == 0 {
		return errNoMemory
	}
	a.size = size
	return nil
}

func (a *arena) free(tls *libc.TLS) {
	if a.at != 0 {
		libc.Xfree(tls, a.at)
	}
	a.at, a.size = 0, 0
}

func (a *arena) put(s string) (uintptr, int32, error) {
	if len(s) > math.MaxInt32 {
		return 0, 0, &liteError{code: sqlite3.SQLITE_TOOBIG, text: "a value is too large"}
	}
	at := a.at + uintptr(a.used)
	copy(memory(at, len(s)), s)
	a.used += len(s)
	return at, int32(len(s)), nil
}
