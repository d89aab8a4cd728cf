package flow_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"strings"
	"testing"
	"time"

	"balie/channel"
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
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
	"balie/ground/text"
	"balie/test/engine"
	"balie/test/engine/tables"
)

// world is a desk without pages: rooms, flow and a clock that the test moves.
type world struct {
	t    testing.TB
	db   *sqldb.DB
	flow *flow.Flow
	hand *clock.Hand
	org  ident.Org
	who  access.Principal
}

func options(at engine.Target, c clock.Clock) sqldb.Options {
	return sqldb.Options{
		Path: at.Path, URL: at.URL, Clock: c, Fast: true,
		Chance: mathrand.New(mathrand.NewPCG(1, 2)), Log: slog.New(slog.DiscardHandler),
	}
}

var tablesOfRooms = []sqldb.Room{
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

const deskAddress = "klantenservice@energie-oost.example"

func newWorld(t testing.TB, at engine.Target) *world {
	t.Helper()
	tables.Make(t, at, tablesOfRooms...)
	w := &world{t: t, hand: clock.At(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))}
	var err error
	if w.db, err = sqldb.Open(t.Context(), options(at, w.hand)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.db.Close() })
	box, err := secret.NewBox(make([]byte, secret.KeySize), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	words, err := text.Load(flow.Texts, org.Texts, access.Texts)
	if err != nil {
		t.Fatal(err)
	}
	log := ledger.New()
	people, err := access.New(log, box, access.Options{PublicURL: "http://localhost", Chance: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	rooms := flow.Rooms{
		Org: org.New(log, box), Access: people, Party: party.New(log), Conversation: conversation.New(log, nil),
		Intake: intake.New(log), Cases: cases.NewRoom(log), Promise: promise.New(log), Staff: staff.New(log), Queue: queue.New(log), Routing: routing.New(log), Feedback: feedback.New(log),
	}
	rooms.Automation = automation.New(log, box, rooms.Org, people)
	w.flow = flow.New(flow.Parts{
		Rooms: rooms, DB: w.db, Ledger: log, Signer: box, Catalogue: words,
		Log: slog.New(slog.DiscardHandler), PublicURL: "http://localhost",
	})
	w.found()
	return w
}

func (w *world) found() {
	w.t.Helper()
	w.write(func(tx *sqldb.Tx) error {
		o, err := w.flow.Org.Create(tx, ledger.Desk, org.Organisation{Slug: "energie-oost", Name: "Energie Oost", Locale: "nl", Zone: "Europe/Amsterdam"})
		if err != nil {
			return err
		}
		w.org = o.ID
		by := org.By{Org: o.ID, Actor: ledger.Desk}
		if _, err := w.flow.Org.SaveAddress(tx, by, org.Address{Address: deskAddress}); err != nil {
			return err
		}
		a, err := w.flow.Access.AddAccount(tx, by, access.Account{Name: "Maaike Vos", Email: "maaike@energie-oost.example", Role: access.Agent, Locale: "nl"})
		w.who = access.Principal{Org: o.ID, Agent: a.ID, Name: a.Name, Role: a.Role}
		return err
	})
}

func (w *world) write(fn func(tx *sqldb.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) arrive(key, from, words string, thread channel.Thread) ident.Case {
	w.t.Helper()
	r, err := w.flow.Arrive(w.t.Context(), channel.Arrival{
		Org: w.org, Channel: channel.Email, Key: key, To: deskAddress,
		From: channel.Person{Address: from}, Subject: "Vraag", Text: words, Raw: []byte(words), Thread: thread,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return r.Case
}

// state is everything of a case that has a life.
type state struct {
	c        cases.Case
	promises map[ident.Promise]promise.Status
	token    string
}

func (w *world) state(id ident.Case) (s state) {
	w.t.Helper()
	if err := w.db.Read(w.t.Context(), func(tx *sqldb.Tx) (err error) {
		if s.c, err = w.flow.Cases.Get(tx, w.org, id); err != nil {
			return err
		}
		all, err := w.flow.Promise.OfCase(tx, w.org, id)
		s.promises = map[ident.Promise]promise.Status{}
		for _, p := range all {
			s.promises[p.ID] = p.Status
		}
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	s.token = w.flow.PageToken(s.c)
	return s
}

// step is one thing that somebody may do; its name says who.
type step struct {
	name string
	do   func(ctx context.Context, w *world, s state) error
}

var score = 2

var steps = []step{
	{"agent replies", func(ctx context.Context, w *world, s state) error {
		return w.flow.Reply(ctx, w.who, s.c.ID, flow.Answer{Text: "We kijken ernaar."})
	}},
	{"agent notes", func(ctx context.Context, w *world, s state) error {
		return w.flow.Note(ctx, w.who, s.c.ID, flow.Answer{Text: "Let op."})
	}},
	{"agent reads back", func(ctx context.Context, w *world, s state) error {
		return w.flow.ReadBack(ctx, w.who, s.c.ID, "De nota klopt niet.")
	}},
	{"agent promises", func(ctx context.Context, w *world, s state) error {
		_, err := w.flow.MakePromise(ctx, w.who, s.c.ID, flow.Promising{Text: "Terugbellen", Due: w.hand.Now().Add(time.Hour)})
		return err
	}},
	{"agent keeps", func(ctx context.Context, w *world, s state) error {
		return w.flow.KeepPromise(ctx, w.who, w.some(s))
	}},
	{"agent moves", func(ctx context.Context, w *world, s state) error {
		return w.flow.MovePromise(ctx, w.who, w.some(s), flow.Move{Due: w.hand.Now().Add(2 * time.Hour), Reason: "drukte"})
	}},
	{"agent withdraws", func(ctx context.Context, w *world, s state) error {
		return w.flow.WithdrawPromise(ctx, w.who, w.some(s), "niet nodig")
	}},
	{"agent proposes", func(ctx context.Context, w *world, s state) error {
		return w.flow.Propose(ctx, w.who, s.c.ID, "De nota is aangepast.")
	}},
	{"agent snoozes", func(ctx context.Context, w *world, s state) error {
		return w.flow.Snooze(ctx, w.who, s.c.ID, w.hand.Now().Add(30*time.Minute))
	}},
	{"agent lets go", func(ctx context.Context, w *world, s state) error {
		return w.flow.Own(ctx, w.who, s.c.ID, flow.HandOver{})
	}},
	{"customer confirms", func(ctx context.Context, w *world, s state) error { return w.flow.ConfirmQuestion(ctx, s.token) }},
	{"customer corrects", func(ctx context.Context, w *world, s state) error {
		return w.flow.CorrectQuestion(ctx, s.token, "Nee, het gaat om gas.")
	}},
	{"customer writes", func(ctx context.Context, w *world, s state) error {
		return w.flow.Say(ctx, s.token, channel.Arrival{Text: "Nog iets."})
	}},
	{"customer says solved", func(ctx context.Context, w *world, s state) error {
		return w.flow.Solved(ctx, s.token, feedback.Feedback{Outcome: feedback.Solved, Satisfaction: &score})
	}},
	{"customer says not yet", func(ctx context.Context, w *world, s state) error {
		return w.flow.Solved(ctx, s.token, feedback.Feedback{Outcome: feedback.NotYet, Text: "Nog niet"})
	}},
	{"an hour passes", func(ctx context.Context, w *world, _ state) error {
		w.hand.Advance(time.Hour + time.Second)
		return w.flow.Deadlines(ctx)
	}},
	{"four days pass", func(ctx context.Context, w *world, _ state) error {
		w.hand.Advance(4*24*time.Hour + time.Second)
		return w.flow.Deadlines(ctx)
	}},
}

func (w *world) some(s state) flow.Of {
	var last ident.Promise
	for id := range s.promises {
		last = max(last, id)
	}
	return flow.Of{Case: s.c.ID, Promise: last}
}

// walk takes steps, checks after each that every life went only where its table allows, and that a case is closed only
// on the customer's word or by silence.
func walk(w *world, id ident.Case, sequence []byte) {
	w.t.Helper()
	var told strings.Builder
	for _, b := range sequence {
		st := steps[int(b)%len(steps)]
		before := w.state(id)
		err := st.do(w.t.Context(), w, before)
		after := w.state(id)
		fmt.Fprintf(&told, "%s (%v): %s → %s\n", st.name, err, before.c.Status, after.c.Status)
		if f := fault.Of(err); f != nil && (f.Kind == fault.Internal || f.Kind == fault.Unavailable) {
			w.t.Fatalf("%s breaks: %v\n%s", st.name, err, told.String())
		}
		if err != nil && (before.c.Status != after.c.Status || before.c.Seq != after.c.Seq) {
			w.t.Fatalf("%s was refused and changed the case\n%s", st.name, told.String())
		}
		if wrong := lives(st, before, after); wrong != "" {
			w.t.Fatalf("%s: %s\n%s", st.name, wrong, told.String())
		}
	}
}

func lives(st step, before, after state) string {
	if from, to := before.c.Status, after.c.Status; from != to && !from.Can(to) {
		// A second proposal goes through open; nothing else takes two steps at once.
		return fmt.Sprintf("the case went from %s to %s", from, to)
	}
	customer := strings.HasPrefix(st.name, "customer")
	if before.c.Status != cases.Closed && after.c.Status == cases.Closed {
		switch {
		case after.c.ClosedBy == cases.ByCustomer && st.name == "customer says solved":
		case after.c.ClosedBy == cases.BySilence && strings.HasSuffix(st.name, "pass") && !before.c.SilenceAsked.IsZero():
		default:
			return fmt.Sprintf("closed by %q", after.c.ClosedBy)
		}
	}
	if before.c.Status == cases.Closed && after.c.Status != cases.Closed && !customer {
		return "somebody else than the customer opened it again"
	}
	if (after.c.Status == cases.Closed) != (after.c.ClosedBy != "") || (after.c.Status == cases.Closed) == after.c.ClosedAt.IsZero() {
		return "closed, by whom and when do not agree"
	}
	for id, from := range before.promises {
		if to := after.promises[id]; from != to && !from.Can(to) {
			return fmt.Sprintf("a promise went from %s to %s", from, to)
		}
	}
	return ""
}

func TestAnySequenceOfStepsKeepsTheLives(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newWorld(t, at)
		chance := mathrand.New(mathrand.NewPCG(7, 11))
		walks := 40
		if at.URL != "" {
			walks = 8
		}
		for i := range walks {
			id := w.arrive(fmt.Sprint("walk", i), fmt.Sprintf("klant%d@post.example", i), "Mijn nota klopt niet.", channel.Thread{})
			sequence := make([]byte, 25)
			for j := range sequence {
				sequence[j] = byte(chance.IntN(len(steps)))
			}
			walk(w, id, sequence)
		}
	})
}

func FuzzWalk(f *testing.F) {
	f.Add([]byte{2, 10, 7, 13})
	f.Add([]byte{7, 16, 16, 14, 7, 13, 12})
	f.Add([]byte{3, 15, 4, 5, 6, 7, 7, 13, 13, 14})
	f.Fuzz(func(t *testing.T, sequence []byte) {
		w := newWorld(t, engine.SQLite(t))
		walk(w, w.arrive("one", "klant@post.example", "Mijn nota klopt niet.", channel.Thread{}), sequence[:min(len(sequence), 40)])
	})
}
