package conversation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// smallContent is how large a content may be to stand in the database, where it shares the commit of its line. Larger
// ones are written beside the database before the transaction begins.
const smallContent = 100 << 10

// Disk keeps large contents by their hash.
type Disk interface {
	// Put returns after the content is on disk.
	Put(ctx context.Context, org ident.Org, data []byte) (hash string, err error)
	// Get reads a content; fault.Unknown when there is none.
	Get(ctx context.Context, org ident.Org, hash string) ([]byte, error)
}

// Stage writes what is too large for the database. Call it before the transaction that adds the line: no file work
// happens inside one.
func (r *Room) Stage(ctx context.Context, org ident.Org, contents ...[]byte) error {
	for _, data := range contents {
		if len(data) > smallContent {
			if _, err := r.disk.Put(ctx, org, data); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep stores a content that was staged when it is large, and gives its hash.
func (r *Room) keep(tx *sqldb.Tx, org ident.Org, data []byte) (string, error) {
	if len(data) == 0 {
		return "", nil
	}
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:])
	if len(data) > smallContent {
		_, err := tx.Exec(`insert into large_content (org, hash) values ($1, $2) on conflict do nothing`, org, hash)
		return hash, err
	}
	_, err := tx.Exec(`insert into content (org, hash, bytes) values ($1, $2, $3) on conflict do nothing`, org, hash, data)
	return hash, err
}

// Content reads a content by its hash.
func (r *Room) Content(ctx context.Context, db *sqldb.DB, org ident.Org, hash string) ([]byte, error) {
	var data []byte
	err := db.Read(ctx, func(tx *sqldb.Tx) (err error) {
		data, err = sqldb.One(tx, func(r sqldb.Row, b *[]byte) error { return r.Scan(b) },
			`select bytes from content where org = $1 and hash = $2`, org, hash)
		return err
	})
	if errors.Is(err, sqldb.ErrNone) {
		if r.disk == nil {
			return nil, fault.New(fault.Unknown, "conversation.content_unknown")
		}
		return r.disk.Get(ctx, org, hash)
	}
	return data, err
}
