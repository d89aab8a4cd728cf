package demo_test

import (
	"bytes"
	"context"
	crand "crypto/rand"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"balie/app/demo"
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
	"balie/ground/clock"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
	"balie/ground/text"
	"balie/test/engine"
)

// saturday is a moment at which the desk is closed: the history must hold every state then too.
var saturday = time.Date(2026, 11, 21, 19, 30, 0, 0, time.UTC)

// noFiles is a disk for contents of which the demonstration has none: they all are small.
type noFiles struct{ conversation.Disk }

func openDesk(t testing.TB, at engine.At, now time.Time) demo.Desk {
	t.Helper()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	hand := clock.At(now.Add(-demo.Span))
	db, err := sqldb.Open(t.Context(), sqldb.Options{
		Path: at.Path, URL: at.URL, Clock: hand, Chance: rand.New(rand.NewPCG(1, 2)), Log: log, Fast: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context(), []sqldb.Room{
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
	}...); err != nil {
		t.Fatal(err)
	}
	box, err := secret.NewBox(bytes.Repeat([]byte{7}, secret.KeySize), crand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := text.Load(flow.Texts, org.Texts, access.Texts)
	if err != nil {
		t.Fatal(err)
	}
	facts := ledger.New()
	people, err := access.New(facts, box, access.Options{Chance: crand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	house := org.New(facts, box)
	return demo.Desk{
		DB: db, Clock: hand, Now: now, Chance: rand.New(rand.NewPCG(3, 4)), Log: log,
		Flow: flow.New(flow.Parts{
			Rooms: flow.Rooms{
				Org: house, Access: people, Automation: automation.New(facts, box, house, people), Party: party.New(facts), Conversation: conversation.New(facts, noFiles{}),
				Intake: intake.New(facts), Cases: cases.NewRoom(facts), Promise: promise.New(facts), Staff: staff.New(facts), Queue: queue.New(facts), Routing: routing.New(facts), Feedback: feedback.New(facts),
			},
			DB: db, Ledger: facts, Signer: box, Catalogue: catalogue, Log: log, PublicURL: "https://balie.example",
		}),
	}
}

// seen reads from the desk.
func seen[T any](t testing.TB, d demo.Desk, fn func(*sqldb.Tx) (T, error)) T {
	t.Helper()
	var v T
	if err := d.DB.Read(context.Background(), func(tx *sqldb.Tx) (err error) {
		v, err = fn(tx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return v
}

func theOrg(t testing.TB, d demo.Desk) ident.Org {
	t.Helper()
	return seen(t, d, func(tx *sqldb.Tx) (org.Organisation, error) { return d.Flow.Org.BySlug(tx, demo.Slug) }).ID
}

func count(t testing.TB, d demo.Desk, query string, args ...any) int64 {
	t.Helper()
	return seen(t, d, func(tx *sqldb.Tx) (int64, error) { return sqldb.Value(tx, query, args...) })
}

func answerOf(words string) flow.Answer { return flow.Answer{Text: words} }

// tally is a log that keeps what is worth a warning.
type tally struct {
	mu   sync.Mutex
	list []string
}

func (l *tally) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

func (l *tally) Handle(_ context.Context, r slog.Record) error {
	said := r.Message
	r.Attrs(func(a slog.Attr) bool {
		said += " " + a.String()
		return true
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, said)
	return nil
}

func (l *tally) WithAttrs([]slog.Attr) slog.Handler { return l }
func (l *tally) WithGroup(string) slog.Handler      { return l }

func (l *tally) said() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.list...)
}
