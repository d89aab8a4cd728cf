package manage_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"html"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"balie/domain/access"
	"balie/domain/automation"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/org"
	"balie/domain/party"
	"balie/domain/queue"
	"balie/domain/staff"
	"balie/flow"
	"balie/ground/clock"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
	"balie/ground/text"
	"balie/test/engine"
	"balie/test/engine/tables"
	"balie/web/assets"
	"balie/web/edge"
	"balie/web/manage"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) // a Friday

// desk is the pages over real rooms, with two organisations that each have one of everything. No page needs files.
type desk struct {
	t       *testing.T
	db      *sqldb.DB
	hand    *clock.Hand
	org     *org.Room
	access  *access.Room
	said    *conversation.Room
	work    *staff.Room
	rules   *automation.Room
	texts   *text.Catalogue
	server  *httptest.Server
	outside *outside
	east    *side
	west    *side
}

func each(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Helper()
	engine.Each(t, func(t *testing.T, at engine.Target) { test(t, newDesk(t, at)) })
}

func newDesk(t *testing.T, at engine.Target) *desk {
	t.Helper()
	d := &desk{t: t, hand: clock.At(noon), outside: &outside{}}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	tables.Make(t, at, sqldb.Room{Name: "ledger", Migrations: ledger.Migrations},
		sqldb.Room{Name: "org", Migrations: org.Migrations}, sqldb.Room{Name: "access", Migrations: access.Migrations},
		sqldb.Room{Name: "party", Migrations: party.Migrations}, sqldb.Room{Name: "conversation", Migrations: conversation.Migrations},
		sqldb.Room{Name: "cases", Migrations: cases.Migrations}, sqldb.Room{Name: "staff", Migrations: staff.Migrations},
		sqldb.Room{Name: "queue", Migrations: queue.Migrations}, sqldb.Room{Name: "automation", Migrations: automation.Migrations})
	var err error
	d.db, err = sqldb.Open(t.Context(), sqldb.Options{
		Path: at.Path, URL: at.URL, Clock: d.hand, Chance: mathrand.New(mathrand.NewPCG(1, 2)), Log: log, Fast: true,
	})
	must(t, err)
	t.Cleanup(func() { d.db.Close() })
	box, err := secret.NewBox(bytes.Repeat([]byte{7}, secret.KeySize), rand.Reader)
	must(t, err)
	facts := ledger.New()
	d.org, d.said, d.work = org.New(facts, box), conversation.New(facts, nil), staff.New(facts)
	d.access, err = access.New(facts, box, access.Options{PublicURL: "https://balie.example", Chance: rand.Reader})
	must(t, err)
	d.rules = automation.New(facts, box, d.org, d.access)
	d.texts, err = text.Load(org.Texts, access.Texts, flow.Texts, edge.Texts, manage.Texts)
	must(t, err)
	files, err := assets.New()
	must(t, err)
	pages := manage.New(manage.Parts{
		Edge: edge.New(edge.Parts{DB: d.db, Access: d.access, Catalogue: d.texts, Log: log}),
		Org:  d.org, Access: d.access, Conversation: d.said, Staff: d.work, Automation: d.rules, Assets: files, Outside: d.outside.parts(),
		Mail: manage.Mail{Listener: "127.0.0.1:2525", Host: "mx.balie.example"}, PublicURL: "https://balie.example", Chance: rand.Reader,
	})
	mux := http.NewServeMux()
	pages.Routes(mux)
	mux.Handle(assets.Prefix, files)
	d.server = httptest.NewServer(mux)
	t.Cleanup(d.server.Close)
	d.east, d.west = d.fill("energie-oost", "Energie Oost"), d.fill("energie-west", "Energie West")
	return d
}

func (o *outside) parts() manage.Outside {
	return manage.Outside{
		Mailbox: func(_ context.Context, m org.Mailbox) error {
			o.asked = append(o.asked, m)
			return o.mailbox
		},
		Invite: func(_ *sqldb.Tx, l access.Link) error {
			o.invited = append(o.invited, l)
			return nil
		},
		Post: func(_ *sqldb.Tx, n flow.Notice) error {
			o.posted = append(o.posted, n)
			return nil
		},
		Try: func(_ *sqldb.Tx, _ ident.Org, r automation.Rule) (flow.Trial, error) {
			o.tried = append(o.tried, r)
			return flow.Trial{Looked: 3}, nil
		},
		LinkURL: func(l access.Link) string { return "https://balie.example/welcome/" + l.Token },
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (d *desk) write(fn func(tx *sqldb.Tx) error) {
	d.t.Helper()
	must(d.t, d.db.Write(d.t.Context(), fn))
}

// got reads something.
func got[T any](d *desk, fn func(tx *sqldb.Tx) (T, error)) (v T) {
	d.t.Helper()
	must(d.t, d.db.Read(d.t.Context(), func(tx *sqldb.Tx) (err error) {
		v, err = fn(tx)
		return err
	}))
	return v
}

// fill makes an organisation with one of everything.
func (d *desk) fill(slug, name string) *side {
	d.t.Helper()
	s := &side{people: map[access.Role]access.Account{}}
	key, err := org.NewKey(slug+".example", "balie-1", org.Ed25519, rand.Reader)
	must(d.t, err)
	d.write(func(tx *sqldb.Tx) (err error) {
		*s = side{people: map[access.Role]access.Account{}}
		if s.org, err = d.org.Create(tx, ledger.Desk, org.Organisation{Slug: slug, Name: name, Locale: "nl", Zone: "Europe/Amsterdam"}); err != nil {
			return err
		}
		s.by = org.By{Org: s.org.ID, Actor: ledger.Desk}
		if s.dept, err = d.org.SaveDepartment(tx, s.by, org.Department{Name: "Storingen " + name}); err != nil {
			return err
		}
		if err := d.staff(tx, s); err != nil {
			return err
		}
		if s.address, err = d.org.SaveAddress(tx, s.by, org.Address{Address: "klantenservice@" + slug + ".example"}); err != nil {
			return err
		}
		s.mailbox, err = d.org.SaveMailbox(tx, s.by, org.Mailbox{
			Address: s.address.Address, Host: "imap." + slug + ".example", Port: 993, TLS: org.Implicit, User: "desk-" + slug, Auth: org.Password,
			Folder: "INBOX", Active: true, Credentials: org.Credentials{Password: secret.New("zeer-geheim-" + slug)},
		})
		if err != nil {
			return err
		}
		if s.key, err = d.org.SaveKey(tx, s.by, key); err != nil {
			return err
		}
		if s.reply, err = d.org.SaveReply(tx, s.by, org.Reply{Name: "Rekening " + name, Text: "Dag {{customer.name}}", Locale: "nl", Shortcut: "rekening"}); err != nil {
			return err
		}
		if s.skill, err = d.work.SaveSkill(tx, ledger.At{Org: s.org.ID, Actor: ledger.Desk}, staff.Skill{Name: "Meters " + name, Sort: staff.Subject}); err != nil {
			return err
		}
		if s.site, err = d.org.SaveSite(tx, s.by, org.Site{Name: "Klantomgeving " + name, Origins: []string{"https://www." + slug + ".example"}}); err != nil {
			return err
		}
		if err := d.org.SetHoliday(tx, s.by, org.Holiday{Date: "2026-12-25", Name: "Kerst " + name}); err != nil {
			return err
		}
		s.token, s.bearer, err = d.access.CreateToken(tx, s.by, access.Token{Name: "koppeling " + name, Role: access.Admin, Agent: s.people[access.Admin].ID})
		if err != nil {
			return err
		}
		if err := d.ruled(tx, s, name); err != nil {
			return err
		}
		s.letter = d.said.NextLetter(tx)
		return d.said.Post(tx, conversation.Letter{
			ID: s.letter, Org: s.org.ID, Channel: "email", FromName: name, FromAddress: s.address.Address, ToName: "Sanne de Wit",
			ToAddress: "sanne@sample.example", Subject: "Bericht van " + name, Text: "Dag Sanne\n\nWe kijken ernaar.", HTML: "<p>Dag Sanne</p>",
			MessageID: slug + "@sample.example", Locale: "nl",
		})
	})
	return s
}

// ruled makes a rule that did something and whose call waits.
func (d *desk) ruled(tx *sqldb.Tx, s *side, name string) (err error) {
	s.rule, err = d.rules.Save(tx, s.by, automation.Rule{
		Name: "Spoed " + name, Trigger: automation.Opened, Match: automation.All, Then: automation.Then{Webhook: "https://hook." + s.org.Slug + ".example/"},
	})
	if err != nil {
		return err
	}
	if err := d.rules.Keep(tx, s.org.ID, automation.Run{
		Rule: s.rule.ID, Case: 1, Number: "2026-1", Seq: 1, Outcome: automation.Ran, Deeds: []conversation.Deed{{Do: "tag_added", With: "spoed"}},
	}); err != nil {
		return err
	}
	s.call = d.rules.NextCall(tx)
	return d.rules.Post(tx, automation.Call{ID: s.call, Org: s.org.ID, Rule: s.rule.ID, Case: 1, URL: s.rule.Then.Webhook, Body: "{}"})
}

func (d *desk) staff(tx *sqldb.Tx, s *side) (err error) {
	for i, role := range access.Roles() {
		name := []string{"Joris Bakker", "Fatima Aydin", "Maaike Vos"}[i]
		email := strings.ToLower(strings.Fields(name)[0]) + "@" + s.org.Slug + ".example"
		a, err := d.access.AddAccount(tx, s.by, access.Account{
			Email: email, Name: name, Role: role, Locale: "nl", Department: s.dept.ID, Operator: role == access.Admin && s.org.Slug == "energie-oost",
		})
		if err != nil {
			return err
		}
		s.people[role] = a
	}
	s.newbie, _, err = d.access.Invite(tx, s.by, access.Account{Email: "nieuw@" + s.org.Slug + ".example", Name: "Nora Nieuw", Role: access.Agent, Locale: "nl"})
	return err
}

// browser is one in which somebody is signed in; nobody for the zero account.
type browser struct {
	d      *desk
	client *http.Client
	cookie string
}

func (d *desk) browser(a access.Account) *browser {
	d.t.Helper()
	jar, err := cookiejar.New(nil)
	must(d.t, err)
	b := &browser{d: d, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if a.ID == 0 {
		return b
	}
	d.write(func(tx *sqldb.Tx) error {
		by := org.By{Org: a.Org, Actor: ledger.Desk}
		l, err := d.access.DemoLink(tx, by, a.ID)
		if err != nil {
			return err
		}
		in, err := d.access.UseDemoLink(tx, l.Token, access.Source{
			IP: netip.MustParseAddr("192.0.2.7"), Browser: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
		})
		b.cookie = in.Cookie
		return err
	})
	at, err := url.Parse(d.server.URL)
	must(d.t, err)
	jar.SetCookies(at, []*http.Cookie{{Name: "balie", Value: b.cookie}})
	return b
}

// page is an answer.
type page struct {
	status int
	body   string
	header http.Header
}

func (p page) to() string { return p.header.Get("Location") }

func (b *browser) send(r *http.Request) page {
	b.d.t.Helper()
	answer, err := b.client.Do(r)
	must(b.d.t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	must(b.d.t, err)
	return page{answer.StatusCode, string(body), answer.Header}
}

func (b *browser) get(path string) page {
	b.d.t.Helper()
	r, err := http.NewRequestWithContext(b.d.t.Context(), http.MethodGet, b.d.server.URL+path, nil)
	must(b.d.t, err)
	return b.send(r)
}

// post sends a form as the page of our own site does. Pairs: name, value.
func (b *browser) post(path string, pairs ...string) page {
	b.d.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r, err := http.NewRequestWithContext(b.d.t.Context(), http.MethodPost, b.d.server.URL+path, strings.NewReader(form.Encode()))
	must(b.d.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.send(r)
}

// done expects that a form was taken and leads on, and gives the page it leads to.
func (b *browser) done(path string, pairs ...string) page {
	b.d.t.Helper()
	p := b.post(path, pairs...)
	if p.status != http.StatusSeeOther {
		b.d.t.Fatalf("POST %s: %d\n%s", path, p.status, words(p.body))
	}
	return b.get(p.to())
}

// refused expects that the page is shown again with the sentence of this key, in either language.
func (b *browser) refused(key, path string, pairs ...string) page {
	b.d.t.Helper()
	p := b.post(path, pairs...)
	if p.status < 400 || p.status >= 500 || !b.d.says(p, text.Dutch, key) && !b.d.says(p, text.English, key) {
		b.d.t.Fatalf("POST %s: %d, without %q\n%s", path, p.status, key, words(p.body))
	}
	return p
}

// says looks for what of a sentence does not depend on its values.
func (d *desk) says(p page, l text.Locale, key string) bool {
	if !d.texts.Has(key) {
		d.t.Fatalf("there is no text %s", key)
	}
	for _, part := range placeholder.Split(d.texts.For(l).T(key), -1) {
		if !strings.Contains(p.body, html.EscapeString(part)) {
			return false
		}
	}
	return true
}

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// words is what of a page can be read, for a failure that tells something.
func words(body string) string {
	var b strings.Builder
	inside := false
	for _, r := range body {
		switch {
		case r == '<':
			inside = true
		case r == '>':
			inside = false
		case !inside:
			b.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (d *desk) admin() *browser { return d.browser(d.east.people[access.Admin]) }

// sqlite is for what does not touch a query of its own.
func sqlite(t *testing.T) engine.Target {
	t.Helper()
	return engine.SQLite(t)
}
