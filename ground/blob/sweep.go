package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strconv"
	"time"

	"balie/ground/ident"
)

// All lists the blobs of one organisation, in the order of their names. It ends at the first error.
func (d *Disk) All(org ident.Org) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		top := strconv.FormatInt(int64(org), 10)
		err := fs.WalkDir(d.root.FS(), top, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return gone(err)
			}
			id, err := ParseID(entry.Name())
			if err != nil || file(org, id) != name {
				return nil // not ours; doctor reports strangers, nobody removes them
			}
			fi, err := entry.Info()
			if err != nil {
				return gone(err)
			}
			if !yield(Info{ID: id, Size: fi.Size(), Used: fi.ModTime().UTC()}, nil) {
				return fs.SkipAll
			}
			return nil
		})
		if err != nil {
			yield(Info{}, disk(err))
		}
	}
}

// Orgs lists the organisations that have a drawer.
func (d *Disk) Orgs() ([]ident.Org, error) {
	entries, err := fs.ReadDir(d.root.FS(), ".")
	if err != nil {
		return nil, disk(err)
	}
	var orgs []ident.Org
	for _, entry := range entries {
		if org, err := ident.Parse[ident.Org](entry.Name()); err == nil && entry.IsDir() {
			orgs = append(orgs, org)
		}
	}
	return orgs, nil
}

// Sweep removes the blobs of an organisation to which nothing refers, and tells how many. used is asked about each
// blob last put before the given moment; leave a day, since a blob is put before the row that refers to it.
func (d *Disk) Sweep(ctx context.Context, org ident.Org, before time.Time, used func(ID) (bool, error)) (int, error) {
	n := 0
	for info, err := range d.All(org) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return n, err
		}
		if !info.Used.Before(before) {
			continue
		}
		inUse, err := used(info.ID)
		if err != nil {
			return n, err
		}
		if inUse {
			continue
		}
		removed, err := d.removeUnused(org, info.ID, before)
		if err != nil {
			return n, err
		}
		n += removed
	}
	return n, nil
}

// removeUnused looks again under the lock: it may have been put once more while somebody looked for references.
func (d *Disk) removeUnused(org ident.Org, id ID, before time.Time) (int, error) {
	d.sweep.Lock()
	defer d.sweep.Unlock()
	fi, err := d.root.Stat(file(org, id))
	if err != nil {
		return 0, gone(err)
	}
	if !fi.ModTime().Before(before) {
		return 0, nil
	}
	if err := d.root.Remove(file(org, id)); err != nil {
		return 0, disk(err)
	}
	return 1, nil
}

// Verify reads a blob and says whether it still is what its name says.
func (d *Disk) Verify(ctx context.Context, org ident.Org, id ID) (err error) {
	r, err := d.Open(ctx, org, id)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	sum := sha256.New()
	if _, err := io.Copy(sum, r); err != nil {
		return disk(err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != string(id) {
		return disk(fmt.Errorf("blob %s of organisation %d now has the content of %s", id, org, got))
	}
	return nil
}

// clear removes what was being written when an earlier program ended.
func (d *Disk) clear() error {
	entries, err := fs.ReadDir(d.root.FS(), incoming)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		fi, err := entry.Info()
		if err != nil || fi.ModTime().Add(stale).After(d.clock.Now()) {
			continue
		}
		if err := d.root.Remove(incoming + "/" + entry.Name()); gone(err) != nil {
			return err
		}
	}
	return nil
}

// gone forgives that something is not there.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
