package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"balie/ground/clock"
	"balie/ground/ident"
)

// incoming is where blobs are written before they have a name; it lies on the same file system as the rest.
const incoming = "incoming"

const (
	maxBegin = 10_000         // names tried for a temporary file
	stale    = 24 * time.Hour // nobody is still writing a file this old
)

// Disk keeps blobs in a folder: ORG/ab/cd/abcd…, written beside it, synced, renamed, and the folder synced before
// Put returns. Everything goes through os.Root, so that no name leads out of the folder.
type Disk struct {
	clock clock.Clock
	root  *os.Root
	temp  atomic.Int64

	// sweep is held for reading while a blob is found or put in place and for writing while an unused one is
	// removed: a blob that was just put again cannot be swept away.
	sweep sync.RWMutex
	// synced remembers the folders whose own place in their parent is known to be on disk.
	mu     sync.Mutex
	synced map[string]bool
}

// OpenDisk opens the folder and makes it when it does not exist. It clears what an earlier program left half written,
// a day later: another program may be at work in the same folder.
func OpenDisk(dir string, c clock.Clock) (*Disk, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, disk(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, disk(err)
	}
	d := &Disk{clock: c, root: root, synced: map[string]bool{}}
	if err := root.MkdirAll(incoming, 0o700); err != nil {
		return nil, errors.Join(disk(err), root.Close())
	}
	if err := d.clear(); err != nil {
		return nil, errors.Join(disk(err), root.Close())
	}
	return d, nil
}

// Close lets go of the folder.
func (d *Disk) Close() error { return d.root.Close() }

// Put writes what r gives.
func (d *Disk) Put(ctx context.Context, org ident.Org, r io.Reader) (Info, error) {
	f, temp, err := d.begin()
	if err != nil {
		return Info{}, disk(err)
	}
	info, err := d.fill(ctx, f, r)
	if err == nil {
		info, err = d.keep(org, f, temp, info)
	}
	if err != nil {
		// The temporary file may be gone already; the first error is the one that matters.
		_, _ = f.Close(), d.root.Remove(temp)
		return Info{}, err
	}
	return info, nil
}

// begin opens a file under a name that nobody uses, not an earlier program with the same process number either.
func (d *Disk) begin() (f *os.File, name string, err error) {
	for range maxBegin {
		name = fmt.Sprintf("%s/%d-%d", incoming, os.Getpid(), d.temp.Add(1))
		f, err = d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return f, name, err
}

// fill copies r to f. What goes wrong with r is returned as it is: it is no fault of the disk.
func (d *Disk) fill(ctx context.Context, f *os.File, r io.Reader) (Info, error) {
	w := &hashing{to: f, hash: sha256.New()}
	n, err := io.Copy(w, r)
	switch {
	case w.err != nil:
		return Info{}, disk(w.err)
	case err != nil:
		return Info{}, err
	case ctx.Err() != nil:
		return Info{}, ctx.Err()
	}
	return Info{ID: ID(hex.EncodeToString(w.hash.Sum(nil))), Size: n, Used: d.clock.Now()}, nil
}

// hashing writes and hashes, and remembers which side failed.
type hashing struct {
	to   io.Writer
	hash hash.Hash
	err  error
}

func (w *hashing) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	_, _ = w.hash.Write(p[:n]) // a hash never returns an error
	w.err = err
	return n, err
}

// keep gives the written file its name, unless the blob is there already.
func (d *Disk) keep(org ident.Org, f *os.File, temp string, info Info) (Info, error) {
	d.sweep.RLock()
	defer d.sweep.RUnlock()
	name := file(org, info.ID)
	if old, err := d.root.Stat(name); err == nil && old.Size() == info.Size {
		if err := errors.Join(f.Close(), d.root.Remove(temp), d.root.Chtimes(name, info.Used, info.Used)); err != nil {
			return Info{}, disk(err)
		}
		// Whoever put it first may have been killed before syncing the folder.
		return info, d.syncUp(path.Dir(name))
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return Info{}, disk(err)
	}
	if err := d.root.MkdirAll(path.Dir(name), 0o700); err != nil {
		return Info{}, disk(err)
	}
	if err := errors.Join(d.root.Chtimes(temp, info.Used, info.Used), d.root.Rename(temp, name)); err != nil {
		return Info{}, disk(err)
	}
	return info, d.syncUp(path.Dir(name))
}

// syncUp syncs a folder always, and the folders above it the first time this program sees it.
func (d *Disk) syncUp(dir string) error {
	if err := d.syncDir(dir); err != nil {
		return disk(err)
	}
	d.mu.Lock()
	done := d.synced[dir]
	d.mu.Unlock()
	if done {
		return nil
	}
	for up := dir; up != "."; {
		up = path.Dir(up)
		if err := d.syncDir(up); err != nil {
			return disk(err)
		}
	}
	d.mu.Lock()
	d.synced[dir] = true
	d.mu.Unlock()
	return nil
}

func (d *Disk) syncDir(dir string) error {
	f, err := d.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Open reads a blob.
func (d *Disk) Open(_ context.Context, org ident.Org, id ID) (io.ReadCloser, error) {
	if _, err := ParseID(string(id)); err != nil {
		return nil, err
	}
	f, err := d.root.Open(file(org, id))
	if err != nil {
		return nil, sort(err)
	}
	return f, nil
}

// Stat tells size and last use.
func (d *Disk) Stat(_ context.Context, org ident.Org, id ID) (Info, error) {
	if _, err := ParseID(string(id)); err != nil {
		return Info{}, err
	}
	fi, err := d.root.Stat(file(org, id))
	if err != nil {
		return Info{}, sort(err)
	}
	return Info{ID: id, Size: fi.Size(), Used: fi.ModTime().UTC()}, nil
}

// Delete removes a blob.
func (d *Disk) Delete(_ context.Context, org ident.Org, id ID) error {
	if _, err := ParseID(string(id)); err != nil {
		return err
	}
	d.sweep.Lock()
	defer d.sweep.Unlock()
	if err := d.root.Remove(file(org, id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return disk(err)
	}
	return nil
}

func file(org ident.Org, id ID) string {
	return strconv.FormatInt(int64(org), 10) + "/" + string(id[:2]) + "/" + string(id[2:4]) + "/" + string(id)
}

func sort(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return notFound(err)
	}
	return disk(err)
}
