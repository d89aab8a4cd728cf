package sqldb

import (
	"runtime"
	"slices"
	"sync"
	"unsafe"

	"modernc.org/libc"
	"modernc.org/libc/sys/types"
	sqlite3 "modernc.org/sqlite/lib"
)

// Witness sees what the writer of SQLite does to its files, in order and once it is done. What was written and not yet
// synced is what a power cut may take away. The data is only lent.
type Witness interface {
	Wrote(file File, at int64, data []byte)
	Truncated(file File, size int64)
	Synced(file File)
}

// File is one of the two files that hold the data of SQLite.
type File string

// The files: the log (WAL) that each commit is written to, and the database that it is copied back into.
const (
	Database File = "database"
	Log      File = "log"
)

// heldMost is how much of the log is held back at most.
const heldMost = 1 << 20

// writtenMost is how much is written at once: SQLite's own writing takes less than 128 KiB.
const writtenMost = 64 << 10

// disk is one file of the writer's connection, with methods of our own between SQLite and the system (ADR 22). SQLite
// writes its log in pieces, two for each page, and then syncs: the pieces are held back and written as one. Nobody else
// reads a piece before SQLite says, after the sync, that it is there.
type disk struct {
	file    File
	at      uintptr // sqlite3_file
	inner   uintptr // the methods it had, sqlite3_io_methods
	methods uintptr // ours
	join    bool
	held    []byte
	from    int64 // where held belongs
	witness Witness
}

// disks are the open ones, by the address that SQLite calls with.
var disks sync.Map

func diskAt(at uintptr) *disk {
	d, _ := disks.Load(at)
	return d.(*disk)
}

// watch puts our methods before those of the files of a connection. Where a commit does not wait for the disk nothing
// would end the holding back, so there it is left.
func (c *lite) watch(join bool, w Witness) error {
	if _, err := c.exec("select count(*) from sqlite_schema", nil); err != nil { // the log is opened by the first look
		return err
	}
	if join || w != nil {
		if err := c.put(&disk{file: Log, join: join, witness: w}, sqlite3.SQLITE_FCNTL_JOURNAL_POINTER); err != nil {
			return err
		}
	}
	if w == nil {
		return nil
	}
	return c.put(&disk{file: Database, witness: w}, sqlite3.SQLITE_FCNTL_FILE_POINTER)
}

func (c *lite) put(d *disk, which int32) error {
	name, err := libc.CString("main")
	if err != nil {
		return err
	}
	defer libc.Xfree(c.tls, name)
	if rc := sqlite3.Xsqlite3_file_control(c.tls, c.db, name, which, c.out); rc != sqlite3.SQLITE_OK {
		return c.failed(rc)
	}
	d.at = *(*uintptr)(pointer(c.out))
	of := (*sqlite3.Tsqlite3_file)(pointer(d.at))
	if d.at == 0 || of.FpMethods == 0 {
		if d.witness == nil {
			return nil // a file system that cannot have a log: SQLite keeps a journal, and nothing is joined
		}
		return &liteError{code: sqlite3.SQLITE_MISUSE, text: "the file is not open: " + string(d.file)}
	}
	d.inner = of.FpMethods
	if d.methods = libc.Xmalloc(c.tls, types.Size_t(unsafe.Sizeof(sqlite3.Tsqlite3_io_methods{}))); d.methods == 0 {
		return errNoMemory
	}
	ours := (*sqlite3.Tsqlite3_io_methods)(pointer(d.methods))
	*ours = *(*sqlite3.Tsqlite3_io_methods)(pointer(d.inner))
	ours.FxClose = callable(diskClose)
	ours.FxRead = callable(diskRead)
	ours.FxWrite = callable(diskWrite)
	ours.FxTruncate = callable(diskTruncate)
	ours.FxSync = callable(diskSync)
	ours.FxFileSize = callable(diskSize)
	disks.Store(d.at, d)
	of.FpMethods = d.methods
	if d.file == Log {
		c.log = d
	}
	return nil
}

// letGo forgets what a transaction left behind that was not committed. It is called when none is open: another program may
// write where that belonged.
func (c *lite) letGo() {
	if c.log != nil {
		c.log.held = c.log.held[:0]
	}
}

// callable is a function of the package as the translated C calls it.
func callable(fn any) uintptr { return (*[2]uintptr)(unsafe.Pointer(&fn))[1] }

// called is the other way: what stands in a table of methods, as a function.
func called[F any](fn uintptr) F { return *(*F)(unsafe.Pointer(&struct{ at uintptr }{fn})) }

func (d *disk) was() *sqlite3.Tsqlite3_io_methods {
	return (*sqlite3.Tsqlite3_io_methods)(pointer(d.inner))
}

type (
	readOrWrite = func(tls *libc.TLS, file, data uintptr, n int32, at int64) int32
	withSize    = func(tls *libc.TLS, file uintptr, size int64) int32
	withFlags   = func(tls *libc.TLS, file uintptr, flags int32) int32
	withPointer = func(tls *libc.TLS, file, to uintptr) int32
	alone       = func(tls *libc.TLS, file uintptr) int32
)

func diskRead(tls *libc.TLS, file, data uintptr, n int32, at int64) int32 {
	d := diskAt(file)
	if at < d.from+int64(len(d.held)) && at+int64(n) > d.from {
		if rc := d.flush(tls); rc != sqlite3.SQLITE_OK {
			return rc
		}
	}
	return called[readOrWrite](d.was().FxRead)(tls, file, data, n, at)
}

func diskWrite(tls *libc.TLS, file, data uintptr, n int32, at int64) int32 {
	d := diskAt(file)
	if !d.join {
		return d.write(tls, data, n, at)
	}
	end := at + int64(n)
	if len(d.held) > 0 && (at < d.from || at > d.from+int64(len(d.held)) || end-d.from > heldMost) {
		if rc := d.flush(tls); rc != sqlite3.SQLITE_OK {
			return rc
		}
	}
	if len(d.held) == 0 {
		d.from = at
	}
	if more := int(end-d.from) - len(d.held); more > 0 {
		d.held = slices.Grow(d.held, more)[:int(end-d.from)]
	}
	copy(d.held[at-d.from:], memory(data, int(n)))
	return sqlite3.SQLITE_OK
}

// flush writes what was held back. After an error it is still held, until the transaction is undone: see letGo.
func (d *disk) flush(tls *libc.TLS) int32 {
	if len(d.held) == 0 {
		return sqlite3.SQLITE_OK
	}
	for done := 0; done < len(d.held); done += writtenMost {
		part := d.held[done:min(done+writtenMost, len(d.held))]
		rc := d.write(tls, uintptr(unsafe.Pointer(unsafe.SliceData(part))), int32(len(part)), d.from+int64(done))
		runtime.KeepAlive(part)
		if rc != sqlite3.SQLITE_OK {
			return rc
		}
	}
	d.held = d.held[:0]
	return sqlite3.SQLITE_OK
}

func (d *disk) write(tls *libc.TLS, data uintptr, n int32, at int64) int32 {
	rc := called[readOrWrite](d.was().FxWrite)(tls, d.at, data, n, at)
	if rc == sqlite3.SQLITE_OK && d.witness != nil {
		d.witness.Wrote(d.file, at, memory(data, int(n)))
	}
	return rc
}

func diskTruncate(tls *libc.TLS, file uintptr, size int64) int32 {
	d := diskAt(file)
	if rc := d.flush(tls); rc != sqlite3.SQLITE_OK {
		return rc
	}
	rc := called[withSize](d.was().FxTruncate)(tls, file, size)
	if rc == sqlite3.SQLITE_OK && d.witness != nil {
		d.witness.Truncated(d.file, size)
	}
	return rc
}

func diskSync(tls *libc.TLS, file uintptr, flags int32) int32 {
	d := diskAt(file)
	if rc := d.flush(tls); rc != sqlite3.SQLITE_OK {
		return rc
	}
	rc := called[withFlags](d.was().FxSync)(tls, file, flags)
	if rc == sqlite3.SQLITE_OK && d.witness != nil {
		d.witness.Synced(d.file)
	}
	return rc
}

func diskSize(tls *libc.TLS, file, to uintptr) int32 {
	d := diskAt(file)
	if rc := d.flush(tls); rc != sqlite3.SQLITE_OK {
		return rc
	}
	return called[withPointer](d.was().FxFileSize)(tls, file, to)
}

// diskClose forgets what is still held: it was not synced, so it belongs to nothing that was committed.
func diskClose(tls *libc.TLS, file uintptr) int32 {
	d := diskAt(file)
	(*sqlite3.Tsqlite3_file)(pointer(file)).FpMethods = d.inner
	disks.Delete(file)
	libc.Xfree(tls, d.methods)
	return called[alone](d.was().FxClose)(tls, file)
}
