package customer

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/channel"
	"balie/channel/form"
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
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
	"balie/ground/text"
	"balie/test/engine"
	"balie/test/engine/tables"
	"balie/web/assets"
	customer "balie/web/customer"
)

// monday is a Monday afternoon in Amsterdam, inside office hours.
var monday = time.Date(2026, 11, 16, 13, 30, 0, 0, time.UTC)

// large keeps what does not fit in the database.
type large struct{ blob.Store }

func (l large) Put(ctx context.Context, o ident.Org, data []byte) (string, error) {
	info, err := blob.PutBytes(ctx, l.Store, o, data)
	return string(info.ID), err
}

func (l large) Get(ctx context.Context, o ident.Org, hash string) ([]byte, error) {
	id, err := blob.ParseID(hash)
	if err != nil {
		return nil, err
	}
	return blob.ReadAll(ctx, l.Store, o, id, 32<<20)
}

// desk is the part of the program that customers see, on a server of its own.
type desk struct {
	t         *testing.T
	clock     *clock.Hand
	db        *sqldb.DB
	flow      *flow.Flow
	org       org.Organisation
	agent     access.Principal
	catalogue *text.Catalogue
	server    *httptest.Server
	browser   *http.Client
	log       *shared
	source    netip.Addr
	mails     int
	breaks    error // what the desk answers to a form instead of taking it
}

// shared is a log that the server writes and the test reads.
type shared struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// locked is chance for many at once.
type locked struct {
	mu   sync.Mutex
	from io.Reader
}

func (l *locked) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.from.Read(p)
}

// Arrive lets a test break the desk behind the form.
func (d *desk) Arrive(ctx context.Context, a channel.Arrival) (channel.Receipt, error) {
	if d.breaks != nil {
		return channel.Receipt{}, d.breaks
	}
	return d.flow.Arrive(ctx, a)
}

func (d *desk) Address(ctx context.Context, address string) (channel.Address, error) {
	return d.flow.Address(ctx, address)
}

func (d *desk) Report(ctx context.Context, r channel.Report) error { return d.flow.Report(ctx, r) }

func open(t *testing.T, at engine.Target) *desk {
	t.Helper()
	d := &desk{t: t, clock: clock.At(monday), log: &shared{}, source: netip.MustParseAddr("192.0.2.7")}
	logger := slog.New(slog.NewTextHandler(d.log, nil))
	ctx := context.Background()
	tables.Make(t, at, sqldb.Room{Name: "ledger", Migrations: ledger.Migrations}, sqldb.Room{Name: "org", Migrations: org.Migrations},
		sqldb.Room{Name: "access", Migrations: access.Migrations}, sqldb.Room{Name: "party", Migrations: party.Migrations},
		sqldb.Room{Name: "conversation", Migrations: conversation.Migrations}, sqldb.Room{Name: "intake", Migrations: intake.Migrations},
		sqldb.Room{Name: "cases", Migrations: cases.Migrations}, sqldb.Room{Name: "promise", Migrations: promise.Migrations},
		sqldb.Room{Name: "staff", Migrations: staff.Migrations}, sqldb.Room{Name: "queue", Migrations: queue.Migrations},
		sqldb.Room{Name: "routing", Migrations: routing.Migrations},
		sqldb.Room{Name: "feedback", Migrations: feedback.Migrations}, sqldb.Room{Name: "automation", Migrations: automation.Migrations})
	var err error
	d.db, err = sqldb.Open(ctx, sqldb.Options{Path: at.Path, URL: at.URL, Clock: d.clock, Chance: rand.New(rand.NewPCG(1, 2)), Log: logger, Fast: true})
	d.must(err)
	t.Cleanup(func() { _ = d.db.Close() })
	chance := &locked{from: rand.NewChaCha8([32]byte{7})}
	box, err := secret.NewBox(bytes.Repeat([]byte{5}, secret.KeySize), chance)
	d.must(err)
	d.catalogue, err = text.Load(org.Texts, flow.Texts, form.Texts, customer.Texts)
	d.must(err)
	files, err := assets.New()
	d.must(err)
	log := ledger.New()
	people, err := access.New(log, box, access.Options{Chance: chance})
	d.must(err)
	house := org.New(log, box)
	d.flow = flow.New(flow.Parts{
		Rooms: flow.Rooms{
			Org: house, Access: people, Party: party.New(log), Automation: automation.New(log, box, house, people),
			Conversation: conversation.New(log, large{blob.NewMemory(d.clock)}), Intake: intake.New(log), Cases: cases.NewRoom(log),
			Promise: promise.New(log), Staff: staff.New(log), Queue: queue.New(log), Routing: routing.New(log), Feedback: feedback.New(log),
		}, DB: d.db, Ledger: log, Signer: box, Catalogue: d.catalogue, Log: logger,
		PublicURL: "http://desk.example",
	})
	d.found()
	adapter := form.New(d.clock)
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- adapter.Run(running, d) }()
	t.Cleanup(func() { stop(); <-ended })
	mux := http.NewServeMux()
	customer.New(customer.Parts{
		DB: d.db, Flow: d.flow, Form: adapter, Signer: box, Catalogue: d.catalogue, Assets: files,
		Chance: chance, Log: logger, Source: func(*http.Request) netip.Addr { return d.source },
	}).Routes(mux)
	mux.Handle(assets.Prefix, files)
	d.server = httptest.NewServer(mux)
	t.Cleanup(d.server.Close)
	d.browser = d.newBrowser()
	d.ready(adapter)
	return d
}

// ready waits until the form takes something in.
func (d *desk) ready(a *form.Adapter) {
	d.t.Helper()
	d.breaks = fault.New(fault.Invalid, "org.not_found")
	for range 30_000 { // half a minute
		_, err := a.Accept(context.Background(), channel.Arrival{To: "klantenservice@energie-oost.example", From: channel.Person{Address: "x@y.example"}})
		if err != nil && fault.Of(err).Key == "org.not_found" {
			d.breaks = nil
			return
		}
		_ = clock.System{}.Sleep(context.Background(), time.Millisecond)
	}
	d.t.Fatal("the form does not run")
}

// found makes the organisation with an address and an agent.
func (d *desk) found() {
	d.must(d.db.Write(context.Background(), func(tx *sqldb.Tx) (err error) {
		if d.org, err = d.flow.Org.Create(tx, ledger.Desk, org.Organisation{
			Slug: "energie-oost", Name: "Energie Oost", Locale: "nl",
			Zone: "Europe/Amsterdam",
		}); err != nil {
			return err
		}
		by := org.By{Org: d.org.ID, Actor: ledger.Desk}
		if _, err = d.flow.Org.SaveAddress(tx, by, org.Address{Address: "klantenservice@energie-oost.example"}); err != nil {
			return err
		}
		a, err := d.flow.Access.AddAccount(tx, by, access.Account{Email: "maaike@energie-oost.example", Name: "Maaike Vos", Role: access.Agent, Locale: "nl"})
		d.agent = access.Principal{Org: d.org.ID, Agent: a.ID, Name: a.Name, Role: access.Agent}
		return err
	}))
}

func (d *desk) newBrowser() *http.Client {
	jar, err := cookiejar.New(nil)
	d.must(err)
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// answer is what a browser got.
type answer struct {
	status int
	header http.Header
	body   string
}

func (d *desk) do(r *http.Request) answer {
	d.t.Helper()
	if r.Header.Get("Accept-Language") == "" {
		r.Header.Set("Accept-Language", "nl")
	}
	resp, err := d.browser.Do(r)
	d.must(err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	d.must(err)
	return answer{resp.StatusCode, resp.Header, string(b)}
}

func (d *desk) request(method, path string, body io.Reader) *http.Request {
	d.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, d.server.URL+path, body)
	d.must(err)
	return r
}

func (d *desk) get(path string) answer {
	d.t.Helper()
	return d.do(d.request("GET", path, nil))
}

func (d *desk) post(path string, fields url.Values) answer {
	d.t.Helper()
	r := d.request("POST", path, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return d.do(r)
}

// upload posts fields and files as a browser does.
func (d *desk) upload(path string, fields url.Values, files map[string][]byte) answer {
	d.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, values := range fields {
		for _, v := range values {
			d.must(w.WriteField(name, v))
		}
	}
	for name, data := range files {
		part, err := w.CreateFormFile("file", name)
		d.must(err)
		_, err = part.Write(data)
		d.must(err)
	}
	d.must(w.Close())
	r := d.request("POST", path, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return d.do(r)
}

// all lists the cases of the organisation, the newest first.
func (d *desk) all() []cases.Case {
	d.t.Helper()
	var list []cases.Case
	d.must(d.db.Read(context.Background(), func(tx *sqldb.Tx) error {
		var err error
		list, _, err = d.flow.Cases.List(tx, d.org.ID, cases.Filter{Limit: 100})
		return err
	}))
	return list
}

// link is the path of the customer's page of a case.
func (d *desk) link(id ident.Case) string {
	d.t.Helper()
	return strings.TrimPrefix(d.flow.PageURL(d.org, d.load(id)), "http://desk.example")
}

func (d *desk) load(id ident.Case) cases.Case {
	d.t.Helper()
	var c cases.Case
	d.must(d.db.Read(context.Background(), func(tx *sqldb.Tx) (err error) {
		c, err = d.flow.Cases.Get(tx, d.org.ID, id)
		return err
	}))
	return c
}

func (d *desk) lines(id ident.Case) []conversation.Entry {
	d.t.Helper()
	var list []conversation.Entry
	d.must(d.db.Read(context.Background(), func(tx *sqldb.Tx) (err error) {
		list, err = d.flow.Conversation.Timeline(tx, d.org.ID, id)
		return err
	}))
	return list
}

// mail makes a case as the mail channel does.
func (d *desk) mail(subject, words string, files ...channel.File) cases.Case {
	d.t.Helper()
	d.mails++
	receipt, err := d.flow.Arrive(context.Background(), channel.Arrival{
		Org: d.org.ID, Channel: channel.Email, Via: "smtp", Key: fmt.Sprint("mail ", d.mails),
		At: d.clock.Now(), From: channel.Person{Name: "Sanne de Vries", Address: "sanne@klant.example"},
		To: "klantenservice@energie-oost.example", Subject: subject, Text: words, Raw: []byte(words), Files: files,
	})
	d.must(err)
	return d.load(receipt.Case)
}

func has(t *testing.T, body string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func hasNot(t *testing.T, body string, nots ...string) {
	t.Helper()
	for _, not := range nots {
		if strings.Contains(body, not) {
			t.Errorf("the page says %q", not)
		}
	}
}
