package access_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/clock"
	"balie/ground/fault"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
	"balie/test/engine"
	"balie/test/engine/tables"
)

const (
	password = "paars fiets dijk lamp"
	origin   = "https://balie.example"
)

var (
	start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	home  = access.Source{IP: netip.MustParseAddr("192.0.2.7"), Browser: "Test browser"}
	away  = access.Source{IP: netip.MustParseAddr("198.51.100.9"), Browser: "Other browser"}
)

// desk is the room on a database of its own with two organisations, each with an administrator.
type desk struct {
	t    *testing.T
	db   *sqldb.DB
	hand *clock.Hand
	room *access.Room
	log  *ledger.Log
	box  *secret.Box
	east org.By
	west org.By
	anna access.Account // administrator of east, with a password
	bram access.Account // administrator of west
}

func each(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Helper()
	engine.Each(t, func(t *testing.T, at engine.At) {
		tables.Make(t, at, sqldb.Room{Name: "ledger", Migrations: ledger.Migrations},
			sqldb.Room{Name: "org", Migrations: org.Migrations}, sqldb.Room{Name: "access", Migrations: access.Migrations})
		d := &desk{t: t, hand: clock.At(start), log: ledger.New()}
		db, err := sqldb.Open(t.Context(), sqldb.Options{
			Path: at.Path, URL: at.URL, Clock: d.hand,
			Chance: mathrand.New(mathrand.NewPCG(1, 2)), Log: slog.New(slog.NewTextHandler(os.Stderr, nil)), Fast: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		d.db = db
		if d.box, err = secret.NewBox(bytes.Repeat([]byte{7}, secret.KeySize), rand.Reader); err != nil {
			t.Fatal(err)
		}
		d.room = d.newRoom(origin)
		d.east, d.anna = d.found("energie-oost", "anna@energie-oost.example")
		d.west, d.bram = d.found("energie-west", "bram@energie-west.example")
		test(t, d)
	})
}

// newRoom is a room with nothing in memory, as after a restart.
func (d *desk) newRoom(public string) *access.Room {
	d.t.Helper()
	r, err := access.New(d.log, d.box, access.Options{PublicURL: public, Chance: rand.Reader})
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

func (d *desk) found(slug, email string) (by org.By, a access.Account) {
	d.write(func(tx *sqldb.Tx) error {
		o, err := org.New(d.log, d.box).Create(tx, ledger.Desk, org.Organisation{Slug: slug, Name: slug, Locale: "nl", Zone: "Europe/Amsterdam"})
		if err != nil {
			return err
		}
		by = org.By{Org: o.ID, Actor: ledger.Desk}
		a, err = d.room.AddAccount(tx, by, access.Account{Email: email, Name: "Beheer", Role: access.Admin, Locale: "nl"})
		return err
	})
	return by, a
}

func (d *desk) write(fn func(*sqldb.Tx) error) {
	d.t.Helper()
	if err := d.db.Write(d.t.Context(), fn); err != nil {
		d.t.Fatal(err)
	}
}

// in runs a write that gives something.
func in[T any](d *desk, fn func(*sqldb.Tx) (T, error)) (v T) {
	d.t.Helper()
	d.write(func(tx *sqldb.Tx) (err error) {
		v, err = fn(tx)
		return err
	})
	return v
}

// refused expects a fault with this key.
func (d *desk) refused(key string, err error) {
	d.t.Helper()
	if err == nil || fault.Of(err).Key != key {
		d.t.Errorf("got %v, want %s", err, key)
	}
}

// tried is what a write answers.
func (d *desk) tried(fn func(*sqldb.Tx) error) error { return d.db.Write(d.t.Context(), fn) }

func (d *desk) hashed(p string) access.Hashed {
	d.t.Helper()
	h, err := d.room.HashPassword(d.t.Context(), secret.New(p))
	if err != nil {
		d.t.Fatal(err)
	}
	return h
}

// invited adds somebody to east who has chosen a password and still has to set up the second step.
func (d *desk) invited(email string, role access.Role) (access.Account, access.Ticket) {
	d.t.Helper()
	h := d.hashed(password)
	var a access.Account
	t := in(d, func(tx *sqldb.Tx) (access.Ticket, error) {
		var link access.Link
		var err error
		if a, link, err = d.room.Invite(tx, d.east, access.Account{Email: email, Name: "Carla", Role: role, Locale: "nl"}); err != nil {
			return access.Ticket{}, err
		}
		return d.room.Join(tx, link.Token, "", h)
	})
	return a, t
}

// member adds somebody to east with password and authenticator program.
func (d *desk) member(email string, role access.Role) (access.Account, string, access.SignedIn) {
	d.t.Helper()
	a, t := d.invited(email, role)
	s, _, err := d.room.Confirm(d.t.Context(), d.db, t.Text, d.code(t.Secret), home)
	if err != nil {
		d.t.Fatal(err)
	}
	d.hand.Advance(time.Minute)
	return a, t.Secret, s
}

// code is what the authenticator program shows now.
func (d *desk) code(key string) string {
	d.t.Helper()
	c, err := totp.GenerateCode(key, d.hand.Now())
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

func (d *desk) knock(email, word string, from access.Source) (access.Ticket, error) {
	return d.room.Knock(d.t.Context(), d.db, access.Claim{Email: email, Password: secret.New(word), From: from})
}

// who is what the room says about a cookie.
func (d *desk) who(cookie string) (p access.Principal, err error) {
	err = d.db.Read(d.t.Context(), func(tx *sqldb.Tx) error {
		p, err = d.room.BySession(tx, cookie)
		return err
	})
	return p, err
}

func (d *desk) bearer(r *access.Room, text string) (p access.Principal, err error) {
	err = d.db.Read(d.t.Context(), func(tx *sqldb.Tx) error {
		p, err = r.ByToken(tx, text)
		return err
	})
	return p, err
}

// facts are the entries of the ledger, a line each.
func (d *desk) facts() string {
	var b strings.Builder
	all := in(d, func(tx *sqldb.Tx) (int64, error) { return sqldb.Value(tx, `select count(*) from ledger`) })
	var entries []ledger.Entry
	for range 1500 { // on PostgreSQL a committed fact is out of sight while an older transaction of the cluster runs
		if entries = in(d, func(tx *sqldb.Tx) ([]ledger.Entry, error) { return ledger.After(tx, 0, 10_000) }); int64(len(entries)) >= all {
			break
		}
		if err := (clock.System{}).Sleep(d.t.Context(), 20*time.Millisecond); err != nil {
			d.t.Fatal(err)
		}
	}
	for _, e := range entries {
		fmt.Fprintf(&b, "%d %s %s %s\n", e.Org, e.Kind, e.Actor.Name, e.Body)
	}
	return b.String()
}

// everything is the text of all columns of the room's tables, to search for what may not be there.
func (d *desk) everything() string {
	var b strings.Builder
	for _, q := range []string{
		`select email || name || password || totp || handle from account`, `select hash || ip from session`,
		`select hash || body from ticket`, `select hash from link`, `select hash || name from token`,
		`select tag from recovery`, `select tag from attempt`, `select body from ledger`,
	} {
		rows := in(d, func(tx *sqldb.Tx) ([]string, error) {
			return sqldb.All(tx, func(r sqldb.Row, s *string) error { return r.Scan(s) }, q)
		})
		b.WriteString(strings.Join(rows, "\n") + "\n")
	}
	return b.String()
}

func secretOf(t *testing.T, uri string) string {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("secret")
}
