// Package edgetest sets up a whole desk for the tests of the web: two organisations on a real database, in each an
// agent, a lead and an administrator with a token and a session, and the rooms that a request leads through.
package edgetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"io/fs"
	"log/slog"
	mathrand "math/rand/v2"
	"net/netip"
	"sync"
	"testing"

	"balie/domain/access"
	"balie/domain/automation"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/feedback"
	"balie/domain/intake"
	"balie/domain/org"
	"balie/domain/party"
	"balie/domain/promise"
	"balie/domain/queue"
	"balie/domain/routing"
	"balie/domain/staff"
	"balie/flow"
	"balie/ground/blob"
	"balie/ground/clock"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/live"
	"balie/ground/secret"
	"balie/ground/sqldb"
	"balie/ground/text"
	"balie/test/engine"
	"balie/test/engine/tables"
	"balie/web/edge"
)

// Person is somebody who signs in.
type Person struct {
	access.Account
	Token  string // bearer text of a token that acts as this person
	Cookie string // text of a session
}

// Org is one organisation.
type Org struct {
	org.Organisation
	Desk   string // its address
	People map[access.Role]Person
	Robot  string // bearer text of an administrator's token that acts for nobody
}

// Office is the whole desk.
type Office struct {
	DB        *sqldb.DB
	Ledger    *ledger.Log
	Hub       *live.Hub
	Box       *secret.Box
	Flow      *flow.Flow
	Edge      *edge.Edge
	Catalogue *text.Catalogue
	Log       *slog.Logger
	Logged    *Lines // what was logged
	East      Org    // the organisation that a test is about
	West      Org    // the other one
}

// Lines collects what is logged.
type Lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write adds to it.
func (l *Lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// String is all of it.
func (l *Lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// disk keeps large contents in memory.
type disk struct{ blob.Store }

func (d disk) Put(ctx context.Context, o ident.Org, data []byte) (string, error) {
	info, err := blob.PutBytes(ctx, d.Store, o, data)
	return string(info.ID), err
}

func (d disk) Get(ctx context.Context, o ident.Org, hash string) ([]byte, error) {
	return blob.ReadAll(ctx, d.Store, o, blob.ID(hash), 64<<20)
}

var rooms = []sqldb.Room{
	{Name: "ledger", Migrations: ledger.Migrations},
	{Name: "org", Migrations: org.Migrations},
	{Name: "access", Migrations: access.Migrations},
	{Name: "party", Migrations: party.Migrations},
	{Name: "conversation", Migrations: conversation.Migrations},
	{Name: "intake", Migrations: intake.Migrations},
	{Name: "cases", Migrations: cases.Migrations},
	{Name: "promise", Migrations: promise.Migrations},
	{Name: "staff", Migrations: staff.Migrations},
	{Name: "queue", Migrations: queue.Migrations},
	{Name: "routing", Migrations: routing.Migrations},
	{Name: "feedback", Migrations: feedback.Migrations},
	{Name: "automation", Migrations: automation.Migrations},
}

// Open sets up an office on an empty database. texts are those of the packages under test. What runs by itself (the
// hub, the followers) runs until the test ends.
func Open(t testing.TB, at engine.Target, texts ...fs.FS) *Office {
	t.Helper()
	return OpenAt(t, at, clock.System{}, texts...)
}

// OpenAt is Open with a clock that the test may move.
func OpenAt(t testing.TB, at engine.Target, c clock.Clock, texts ...fs.FS) *Office {
	t.Helper()
	o := &Office{Logged: &Lines{}, Ledger: ledger.New(), Hub: live.NewHub()}
	o.Log = slog.New(slog.NewTextHandler(o.Logged, nil))
	ctx := context.Background()
	var err error
	chance := mathrand.New(mathrand.NewPCG(1, 2))
	tables.Make(t, at, rooms...)
	o.DB, err = sqldb.Open(ctx, sqldb.Options{Path: at.Path, URL: at.URL, Clock: c, Chance: chance, Log: o.Log, Fast: true})
	must(t, err)
	t.Cleanup(func() { must(t, o.DB.Close()) })
	o.Catalogue, err = text.Load(append([]fs.FS{flow.Texts, org.Texts, access.Texts, edge.Texts}, texts...)...)
	must(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(o.Logged)
		}
	})
	o.build(t)
	o.East = o.found(t, "oost", "Energie Oost")
	o.West = o.found(t, "west", "Warmte West")
	o.start(t)
	return o
}

func (o *Office) build(t testing.TB) {
	t.Helper()
	var err error
	o.Box, err = secret.NewBox(bytes.Repeat([]byte{7}, secret.KeySize), rand.Reader)
	must(t, err)
	people, err := access.New(o.Ledger, o.Box, access.Options{PublicURL: "http://desk.example", Chance: rand.Reader})
	must(t, err)
	house := org.New(o.Ledger, o.Box)
	o.Flow = flow.New(flow.Parts{
		Rooms: flow.Rooms{
			Org: house, Access: people, Party: party.New(o.Ledger),
			Conversation: conversation.New(o.Ledger, disk{blob.NewMemory(clock.System{})}), Intake: intake.New(o.Ledger),
			Cases: cases.NewRoom(o.Ledger), Promise: promise.New(o.Ledger), Staff: staff.New(o.Ledger), Queue: queue.New(o.Ledger), Routing: routing.New(o.Ledger), Feedback: feedback.New(o.Ledger),
			Automation: automation.New(o.Ledger, o.Box, house, people),
		},
		DB: o.DB, Ledger: o.Ledger, Signer: o.Box, Catalogue: o.Catalogue, Log: o.Log, PublicURL: "http://desk.example",
	})
	o.Edge = edge.New(edge.Parts{
		DB: o.DB, Access: people, Catalogue: o.Catalogue, Log: o.Log,
		Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
	})
}

func (o *Office) found(t testing.TB, slug, name string) Org {
	t.Helper()
	v := Org{Desk: "vraag@" + slug + ".example", People: map[access.Role]Person{}}
	must(t, o.DB.Write(context.Background(), func(tx *sqldb.Tx) (err error) {
		if v.Organisation, err = o.Flow.Org.Create(tx, ledger.Desk, org.Organisation{Slug: slug, Name: name, Locale: "nl", Zone: "Europe/Amsterdam"}); err != nil {
			return err
		}
		by := org.By{Org: v.ID, Actor: ledger.Desk}
		if _, err := o.Flow.Org.SaveAddress(tx, by, org.Address{Address: v.Desk}); err != nil {
			return err
		}
		for _, role := range access.Roles() {
			p, err := o.hire(tx, by, slug, role)
			if err != nil {
				return err
			}
			v.People[role] = p
		}
		_, v.Robot, err = o.Flow.Access.CreateToken(tx, by, access.Token{Name: "robot", Role: access.Admin})
		return err
	}))
	return v
}

func (o *Office) hire(tx *sqldb.Tx, by org.By, slug string, role access.Role) (p Person, err error) {
	p.Account, err = o.Flow.Access.AddAccount(tx, by, access.Account{
		Email: string(role) + "@" + slug + ".example",
		Name:  map[access.Role]string{access.Agent: "Joris", access.Lead: "Lotte", access.Admin: "Anne"}[role], Role: role, Locale: "nl",
	})
	if err != nil {
		return p, err
	}
	if _, p.Token, err = o.Flow.Access.CreateToken(tx, by, access.Token{Name: string(role), Role: role, Agent: p.ID}); err != nil {
		return p, err
	}
	link, err := o.Flow.Access.DemoLink(tx, by, p.ID)
	if err != nil {
		return p, err
	}
	in, err := o.Flow.Access.UseDemoLink(tx, link.Token, access.Source{})
	p.Cookie = in.Cookie
	return p, err
}

func (o *Office) start(t testing.TB) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	must(t, o.Hub.Start(ctx, o.DB))
	var running sync.WaitGroup
	running.Go(func() { must(t, o.Hub.Run(ctx, o.DB, o.Ledger, o.Log)) })
	for _, f := range o.Flow.Followers() {
		running.Go(func() { must(t, o.Ledger.Follow(ctx, o.DB, f)) })
	}
	t.Cleanup(func() {
		stop()
		running.Wait()
	})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
		if t.Context().Err() == nil {
			t.FailNow()
		}
	}
}
