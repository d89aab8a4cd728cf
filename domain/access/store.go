package access

import (
	"context"
	"embed"
	"errors"
	"io"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

// Migrations makes the tables of the room.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Texts are what the room's faults say, in Dutch and English.
//
//go:embed texts/*.toml
var Texts embed.FS

// Options are what the room needs beside the ledger and the box.
type Options struct {
	// PublicURL is where people sign in. Passkeys are bound to its host; on a bare IP address there are none.
	PublicURL string
	Name      string // shown by authenticators
	Chance    io.Reader
}

// Room keeps accounts, sessions, links and tokens.
type Room struct {
	log     *ledger.Log
	box     *secret.Box
	chance  io.Reader
	name    string
	rp      *webauthn.WebAuthn // nil where passkeys cannot work
	hashing chan struct{}
	drawing chan struct{}
	cache   *cache
	pace    *pace

	mu   sync.Mutex
	seen map[ident.Row]sighting // sessions and tokens that were used since the last Flush
}

type sighting struct {
	at    time.Time
	token bool
}

// New makes the room.
func New(log *ledger.Log, box *secret.Box, o Options) (*Room, error) {
	r := &Room{
		log: log, box: box, chance: o.Chance, name: o.Name, hashing: make(chan struct{}, hashers), drawing: make(chan struct{}, 1),
		cache: newCache(), pace: newPace(), seen: make(map[ident.Row]sighting),
	}
	if r.name == "" {
		r.name = "Balie"
	}
	u, err := url.Parse(o.PublicURL)
	if err != nil || u.Hostname() == "" {
		return r, nil
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return r, nil
	}
	r.rp, err = webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: r.name, RPOrigins: []string{u.Scheme + "://" + u.Host},
	})
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "access.public_url_unusable", err)
	}
	return r, nil
}

// Run writes down once a minute what was used when, and clears away what has expired, until ctx ends.
func (r *Room) Run(ctx context.Context, db *sqldb.DB) error {
	for db.Clock().Sleep(ctx, time.Minute) == nil {
		// What could not be written is tried again with the next minute; nothing that matters is lost.
		_ = db.Write(ctx, r.Sweep) //nolint:errcheck // see above
	}
	return r.finish(context.WithoutCancel(ctx), db)
}

func (r *Room) finish(ctx context.Context, db *sqldb.DB) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return db.Write(ctx, r.flush)
}

// Sweep writes down what was used when, and clears away what has expired.
func (r *Room) Sweep(tx *sqldb.Tx) error {
	if err := r.flush(tx); err != nil {
		return err
	}
	now := tx.Now()
	for query, before := range map[string]time.Time{
		`delete from session where expires < $1`: now,
		`delete from session where seen < $1`:    now.Add(-idle),
		`delete from ticket where expires < $1`:  now,
		`delete from link where expires < $1`:    now.Add(-30 * 24 * time.Hour),
		`delete from attempt where last < $1`:    now.Add(-48 * time.Hour),
	} {
		if _, err := tx.Exec(query, before); err != nil {
			return err
		}
	}
	return nil
}

// flush forgets a sighting only after the commit; one that came in between stays for the next time.
func (r *Room) flush(tx *sqldb.Tx) error {
	r.mu.Lock()
	batch := make(map[ident.Row]sighting, len(r.seen))
	for id, s := range r.seen {
		batch[id] = s
	}
	r.mu.Unlock()
	for id, s := range batch {
		query := `update session set seen = {greatest}(seen, $2) where id = $1`
		if s.token {
			query = `update token set used = $2 where id = $1`
		}
		if _, err := tx.Exec(query, id, s.at); err != nil {
			return err
		}
	}
	tx.AfterCommit(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		for id, s := range batch {
			if r.seen[id] == s {
				delete(r.seen, id)
			}
		}
	})
	return nil
}

func (r *Room) saw(p Principal, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen[p.Row] = sighting{at, p.Token}
}

// found turns "no row" into the answer that does not tell whether it exists for somebody else (threat T1).
func found[T any](v T, err error) (T, error) {
	if errors.Is(err, sqldb.ErrNone) {
		return v, fault.New(fault.Unknown, "access.not_found")
	}
	return v, err
}

// one expects that exactly one row was changed.
func one(n int64, err error) error {
	if err == nil && n == 0 {
		return fault.New(fault.Unknown, "access.not_found")
	}
	return err
}

func scanText(r sqldb.Row, s *string) error { return r.Scan(s) }
