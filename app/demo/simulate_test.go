package demo_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/app/demo"
	"balie/channel"
	"balie/channel/email"
	"balie/channel/email/listener"
	"balie/domain/access"
	"balie/domain/cases"
	"balie/ground/clock"
	"balie/ground/ident"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// visits are what simulated customers post on pages.
type visits struct {
	mu   sync.Mutex
	list []string
}

func (v *visits) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(1 << 20); err != nil && r.PostForm == nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	v.mu.Lock()
	v.list = append(v.list, r.URL.Path+" "+r.PostForm.Get("answer")+r.PostForm.Get("email"))
	v.mu.Unlock()
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// matching counts the visits to a path with a part of what was posted.
func (v *visits) matching(path, part string) (n int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, one := range v.list {
		if strings.HasPrefix(one, path) && strings.Contains(one, part) {
			n++
		}
	}
	return n
}

// TestSimulatedCustomersWriteAndAnswer lets an hour and more pass on a clock moved by hand, with the real listener.
func TestSimulatedCustomersWriteAndAnswer(t *testing.T) {
	d := openDesk(t, engine.SQLite(t), saturday)
	if err := demo.Seed(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	mail := email.New(email.Config{Listener: listener.Options{SMTP: "127.0.0.1:0", Hostname: "balie.example"}, Clock: d.Clock})
	if err := mail.Listen(); err != nil {
		t.Fatal(err)
	}
	pages := &visits{}
	server := httptest.NewServer(pages)
	t.Cleanup(server.Close)
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() {
		if err := mail.Run(ctx, d.Flow); err != nil {
			t.Error(err)
		}
	})
	var log tally
	all.Go(func() {
		if err := demo.Simulate(ctx, demo.World{
			DB: d.DB, Flow: d.Flow, SMTP: mail.Address("smtp"), URL: server.URL, Clock: d.Clock,
			Chance: rand.New(rand.NewPCG(5, 6)), Log: slog.New(&log),
		}); err != nil {
			t.Error(err)
		}
	})
	o := theOrg(t, d)
	before := count(t, d, `select count(*) from cases where org = $1`, o)
	stranger, err := d.Flow.Arrive(t.Context(), channel.Arrival{
		Org: o, Channel: channel.Email, Key: "stranger", From: channel.Person{Name: "Bezoeker", Address: "bezoeker@elders.example"},
		To: demo.Main, Subject: "Ik probeer dit uit", Text: "Werkt dit?",
	})
	if err != nil {
		t.Fatal(err)
	}
	agent := seen(t, d, func(tx *sqldb.Tx) (access.Account, error) { return d.Flow.Access.ByEmail(tx, o, demo.FirstAgent) })
	who := access.Principal{Org: o, Agent: agent.ID, Name: agent.Name, Role: agent.Role}
	handled := map[ident.Case]bool{stranger.Case: true}
	if err := d.Flow.ReadBack(t.Context(), who, stranger.Case, "Je wilt weten of dit werkt."); err != nil {
		t.Fatal(err)
	}
	replies := `select count(*) from entry where org = $1 and kind = 'message' and quoted <> '' and at > $2`
	hours(t, func() bool {
		d.Clock.Advance(2 * time.Second)
		work(t, d, who, handled)
		return count(t, d, `select count(*) from cases where org = $1`, o)-before >= 5 && pages.matching("/c/", "yes") >= 2 &&
			pages.matching("/o/energie-oost/form", "@") >= 1 && count(t, d, replies, o, saturday) >= 1
	})
	stop()
	all.Wait()
	// Whoever tries the desk with an address of their own is answered for by nobody.
	if pages.matching("/c/"+token(t, d, stranger.Case), "") > 0 {
		t.Error("somebody answered for a stranger")
	}
	if len(log.said()) > 0 {
		t.Errorf("customers stumbled: %v", log.said())
	}
}

// hours lets time pass until it is done.
func hours(t *testing.T, done func() bool) {
	t.Helper()
	end, bounded := t.Deadline()
	for round := 0; !done(); round++ {
		if round > 3000 || (bounded && end.Before(clock.System{}.Now().Add(time.Second))) {
			t.Fatalf("after %d rounds the customers have not written, answered and filled in the form", round)
		}
	}
}

// work is an agent who answers every new question, and then reads it back.
func work(t *testing.T, d demo.Desk, who access.Principal, handled map[ident.Case]bool) {
	t.Helper()
	list := seen(t, d, func(tx *sqldb.Tx) ([]cases.Case, error) {
		list, _, err := d.Flow.Cases.List(tx, who.Org, cases.Filter{View: cases.Unassigned, Limit: 50})
		return list, err
	})
	for _, c := range list {
		if handled[c.ID] || !c.Created.After(saturday) {
			continue
		}
		handled[c.ID] = true
		if err := d.Flow.Reply(t.Context(), who, c.ID, answerOf("Kun je zeggen sinds wanneer dat zo is?")); err != nil {
			t.Fatal(err)
		}
		if err := d.Flow.ReadBack(t.Context(), who, c.ID, "Je wilt weten hoe dit komt."); err != nil {
			t.Fatal(err)
		}
	}
}

// token is that of the customer's page of a case.
func token(t *testing.T, d demo.Desk, id ident.Case) string {
	t.Helper()
	return seen(t, d, func(tx *sqldb.Tx) (string, error) {
		o, err := d.Flow.Org.BySlug(tx, demo.Slug)
		if err != nil {
			return "", err
		}
		c, err := d.Flow.Cases.Get(tx, o.ID, id)
		url := d.Flow.PageURL(o, c)
		return url[strings.LastIndexByte(url, '/')+1:], err
	})
}
