package sqldb

import (
	"errors"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"unsafe"

	"modernc.org/libc"
	"modernc.org/libc/sys/types"
	sqlite3 "modernc.org/sqlite/lib"

	"balie/ground/clock"
	"balie/ground/fault"
)

// refusing is what a broken disk answers instead of writing and of syncing; zero is that it does as it is told.
var refusing struct{ write, sync atomic.Int32 }

var whole *sqlite3.Tsqlite3_io_methods // those of SQLite itself

func refuseWrite(tls *libc.TLS, file, data uintptr, n int32, at int64) int32 {
	if rc := refusing.write.Load(); rc != 0 {
		return rc
	}
	return called[readOrWrite](whole.FxWrite)(tls, file, data, n, at)
}

func refuseSync(tls *libc.TLS, file uintptr, flags int32) int32 {
	if rc := refusing.sync.Load(); rc != 0 {
		return rc
	}
	return called[withFlags](whole.FxSync)(tls, file, flags)
}

// breakable puts a disk that can be made to refuse under the log of a database.
func breakable(t *testing.T, db *DB) {
	t.Helper()
	write(t, db, func(tx *Tx) error {
		name, err := libc.CString("main")
		if err != nil {
			return err
		}
		defer libc.Xfree(tx.lite.tls, name)
		sqlite3.Xsqlite3_file_control(tx.lite.tls, tx.lite.db, name, sqlite3.SQLITE_FCNTL_JOURNAL_POINTER, tx.lite.out)
		d := diskAt(*(*uintptr)(pointer(tx.lite.out)))
		whole = d.was()
		under := libc.Xmalloc(tx.lite.tls, types.Size_t(unsafe.Sizeof(*whole))) // as long as the process lives
		m := (*sqlite3.Tsqlite3_io_methods)(pointer(under))
		*m = *whole
		m.FxWrite, m.FxSync = callable(refuseWrite), callable(refuseSync)
		d.inner = under
		_, err = tx.Exec("create table thing (n integer primary key, said text not null)")
		return err
	})
}

func add(tx *Tx, n int) error {
	_, err := tx.Exec("insert into thing values ($1, $2)", n, strings.Repeat("woord ", 50))
	return err
}

func TestADiskThatRefusesAcknowledgesNothingAndAllGoesOnAfterwards(t *testing.T) {
	db := opened(t)
	breakable(t, db)
	kept := 0
	for round, broken := range []struct {
		by *atomic.Int32
		rc int32
	}{{&refusing.write, sqlite3.SQLITE_FULL}, {&refusing.sync, sqlite3.SQLITE_IOERR_FSYNC}, {&refusing.write, sqlite3.SQLITE_IOERR_WRITE}} {
		write(t, db, func(tx *Tx) error { return add(tx, 100*round) })
		kept++
		broken.by.Store(broken.rc)
		for i := range 3 {
			err := db.Write(t.Context(), func(tx *Tx) error { return add(tx, 100*round+i+1) })
			if !fault.Is(err, fault.Unavailable) {
				t.Errorf("round %d: a disk that refuses gives %v", round, err)
			}
		}
		if n := count(t, db); n != kept {
			t.Errorf("round %d: %d rows while the disk refuses, of %d that were acknowledged", round, n, kept)
		}
		broken.by.Store(0)
	}
	write(t, db, func(tx *Tx) error { return add(tx, 1000) })
	if n := count(t, db); n != kept+1 {
		t.Errorf("%d rows after all, want %d", n, kept+1)
	}
}

// Whoever gives out a token or asks the doctor does so in a program of its own, on the same file. What one program held back
// when its disk refused may not come over what the other has written since.
func TestWhatARefusedWriteHeldBackNeverComesOverAnothersWork(t *testing.T) {
	db := opened(t)
	breakable(t, db)
	write(t, db, func(tx *Tx) error { return add(tx, 1) })
	refusing.write.Store(sqlite3.SQLITE_FULL)
	err := db.Write(t.Context(), func(tx *Tx) error {
		for n := range 200 {
			if err := add(tx, 100+n); err != nil {
				return err
			}
		}
		return nil
	})
	refusing.write.Store(0)
	if !fault.Is(err, fault.Unavailable) {
		t.Fatalf("a full disk gives %v", err)
	}
	other, err := Open(t.Context(), Options{Path: strings.TrimPrefix(db.uri, "file:"), Clock: clock.System{}, Chance: rand.New(rand.NewPCG(3, 4)), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for n := range 20 {
		write(t, other, func(tx *Tx) error { return add(tx, 1000+n) })
	}
	write(t, db, func(tx *Tx) error { return add(tx, 2000) })
	for _, d := range []*DB{db, other} {
		if n := count(t, d); n != 22 {
			t.Errorf("%d rows, want 22", n)
		}
	}
}

func count(t *testing.T, db *DB) (n int) {
	t.Helper()
	if err := db.Read(t.Context(), func(tx *Tx) error {
		v, err := Value(tx, "select count(*) from thing")
		n = int(v)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// A change that is larger than the memory for pages goes to the log before its end, is read back from there and is
// written over there.
func TestAChangeLargerThanMemoryIsWholeOrNotThere(t *testing.T) {
	db := opened(t)
	breakable(t, db)
	const rows = 60_000
	large := func(tx *Tx) error {
		for n := range rows {
			if err := add(tx, n); err != nil {
				return err
			}
		}
		if _, err := tx.Exec("update thing set said = said || 'x' where n % 7 = 0"); err != nil {
			return err
		}
		n, err := Value(tx, "select count(*) from thing where said like '%x'")
		if err == nil && n != (rows+6)/7 {
			t.Errorf("%d rows were changed, want %d", n, (rows+6)/7)
		}
		return err
	}
	no := errors.New("no")
	if err := db.Write(t.Context(), func(tx *Tx) error { return errors.Join(large(tx), no) }); !errors.Is(err, no) {
		t.Fatal(err)
	}
	if n := count(t, db); n != 0 {
		t.Fatalf("%d rows of a change that was not made", n)
	}
	write(t, db, large)
	write(t, db, func(tx *Tx) error { return add(tx, rows) })
	if n := count(t, db); n != rows+1 {
		t.Errorf("%d rows, want %d", n, rows+1)
	}
	if err := db.Read(t.Context(), func(tx *Tx) error {
		said, err := One(tx, func(r Row, s *string) error { return r.Scan(s) }, "pragma integrity_check")
		if err == nil && said != "ok" {
			t.Error(said)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}
