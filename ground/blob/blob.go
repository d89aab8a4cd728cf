// Package blob keeps bytes under the hash of what they are: attachments, raw messages. Each organisation has its own
// drawer, so that nobody can find out by uploading a file whether another organisation has the same.
package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
)

// ID names bytes by their SHA-256, in lower-case hexadecimal.
type ID string

// Info is what is known about a blob without reading it.
type Info struct {
	ID   ID
	Size int64
	// Used is when it was last put; a sweep leaves alone what was put recently, see Disk.Sweep.
	Used time.Time
}

// Store is a place for blobs. Errors are faults: Unknown for a blob that is not there, Unavailable when the place
// does not work, in which case nothing was kept.
type Store interface {
	// Put keeps what r gives, and returns when it would survive a power cut. The same bytes again are one blob.
	Put(ctx context.Context, org ident.Org, r io.Reader) (Info, error)
	// Open reads a blob; the caller closes it.
	Open(ctx context.Context, org ident.Org, id ID) (io.ReadCloser, error)
	Stat(ctx context.Context, org ident.Org, id ID) (Info, error)
	// Delete removes a blob; one that is not there is no error. The caller knows that nothing refers to it.
	Delete(ctx context.Context, org ident.Org, id ID) error
}

// Sum is the ID that these bytes have.
func Sum(data []byte) ID {
	sum := sha256.Sum256(data)
	return ID(hex.EncodeToString(sum[:]))
}

// ParseID reads an ID; anything else than one is Unknown, as a blob that is not there.
func ParseID(s string) (ID, error) {
	if len(s) != 2*sha256.Size {
		return "", notFound(nil)
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return "", notFound(nil)
		}
	}
	return ID(s), nil
}

// PutBytes is Put of bytes in memory.
func PutBytes(ctx context.Context, s Store, org ident.Org, data []byte) (Info, error) {
	return s.Put(ctx, org, bytes.NewReader(data))
}

// ReadAll is Open for a blob of at most limit bytes; a larger one is TooLarge.
func ReadAll(ctx context.Context, s Store, org ident.Org, id ID, limit int64) ([]byte, error) {
	r, err := s.Open(ctx, org, id)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if closed := r.Close(); err == nil {
		err = closed
	}
	switch {
	case err != nil:
		return nil, disk(err)
	case int64(len(data)) > limit:
		return nil, fault.New(fault.TooLarge, "blob.too_large", "limit", limit)
	}
	return data, nil
}

func notFound(cause error) error { return fault.Wrap(fault.Unknown, "blob.not_found", cause) }

func disk(cause error) error { return fault.Wrap(fault.Unavailable, "blob.disk", cause) }
