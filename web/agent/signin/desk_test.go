package signin_test

import (
	"bytes"
	"crypto/rand"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/clock"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
	"balie/ground/text"
	"balie/test/engine"
	"balie/test/engine/tables"
	"balie/web/agent/signin"
	"balie/web/assets"
	"balie/web/edge"
)

const password = "paars fiets dijk lamp"

// site is the sign-in pages on a server, with one organisation.
type site struct {
	t       *testing.T
	db      *sqldb.DB
	hand    *clock.Hand
	access  *access.Room
	org     org.Organisation
	by      org.By
	pages   *signin.Pages
	words   *text.Catalogue
	url     string
	letters []signin.Letter
}

// Send keeps a letter.
func (s *site) Send(_ *sqldb.Tx, l signin.Letter) error {
	s.letters = append(s.letters, l)
	return nil
}

func each(t *testing.T, test func(t *testing.T, s *site)) {
	t.Helper()
	engine.Each(t, func(t *testing.T, at engine.At) { test(t, open(t, at, false)) })
}

func open(t *testing.T, at engine.At, secure bool) *site {
	t.Helper()
	s := &site{t: t, hand: clock.At(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))}
	quiet := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	tables.Make(t, at, sqldb.Room{Name: "ledger", Migrations: ledger.Migrations},
		sqldb.Room{Name: "org", Migrations: org.Migrations}, sqldb.Room{Name: "access", Migrations: access.Migrations})
	var err error
	s.db, err = sqldb.Open(t.Context(), sqldb.Options{Path: at.Path, URL: at.URL, Clock: s.hand, Chance: mathrand.New(mathrand.NewPCG(1, 2)), Log: quiet, Fast: true})
	must(err)
	t.Cleanup(func() { s.db.Close() })
	box, err := secret.NewBox(bytes.Repeat([]byte{7}, secret.KeySize), rand.Reader)
	must(err)
	log := ledger.New()
	orgs := org.New(log, box)
	s.access, err = access.New(log, box, access.Options{PublicURL: "http://balie.example", Chance: rand.Reader})
	must(err)
	s.words, err = text.Load(org.Texts, access.Texts, edge.Texts, signin.Texts)
	must(err)
	files, err := assets.New()
	must(err)
	mux := http.NewServeMux()
	s.pages = signin.New(signin.Parts{
		Edge:   edge.New(edge.Parts{DB: s.db, Access: s.access, Catalogue: s.words, Log: quiet, Secure: secure}),
		Access: s.access, Org: orgs, Assets: files, Mail: s, PublicURL: "https://balie.example", Chance: rand.Reader,
	})
	s.pages.Routes(mux)
	mux.HandleFunc("GET /desk", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "at the desk") })       //nolint:errcheck // a test
	mux.HandleFunc("GET /desk/cases/5", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "case five") }) //nolint:errcheck // a test
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.url = server.URL
	t.Cleanup(func() {
		if missing := s.words.Missing(); len(missing) > 0 {
			t.Errorf("texts that do not exist: %v", missing)
		}
	})
	s.write(func(tx *sqldb.Tx) error {
		s.org, err = orgs.Create(tx, ledger.Desk, org.Organisation{Slug: "energie-oost", Name: "Energie Oost", Locale: "nl", Zone: "Europe/Amsterdam"})
		return err
	})
	s.by = org.By{Org: s.org.ID, Actor: ledger.Desk}
	return s
}

func (s *site) write(fn func(*sqldb.Tx) error) {
	s.t.Helper()
	if err := s.db.Write(s.t.Context(), fn); err != nil {
		s.t.Fatal(err)
	}
}

// invitation makes an account and gives the token of its link.
func (s *site) invitation(email string) (token string) {
	s.t.Helper()
	s.write(func(tx *sqldb.Tx) error {
		_, l, err := s.access.Invite(tx, s.by, access.Account{Email: email, Name: "Carla", Role: access.Agent, Locale: "nl"})
		token = l.Token
		return err
	})
	return token
}

// page is what a browser shows.
type page struct {
	Status int
	Path   string // after redirects
	Text   string
	Head   http.Header
}

// browser has its own cookies and follows redirects, as a person's does.
type browser struct {
	s *site
	c *http.Client
}

func (s *site) browser() *browser {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &browser{s, &http.Client{Jar: jar}}
}

func (b *browser) do(r *http.Request) page {
	b.s.t.Helper()
	answer, err := b.c.Do(r)
	if err != nil {
		b.s.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.s.t.Fatal(err)
	}
	return page{answer.StatusCode, answer.Request.URL.RequestURI(), string(body), answer.Header}
}

func (b *browser) get(path string) page {
	b.s.t.Helper()
	r, err := http.NewRequestWithContext(b.s.t.Context(), http.MethodGet, b.s.url+path, nil)
	if err != nil {
		b.s.t.Fatal(err)
	}
	return b.do(r)
}

func (b *browser) post(path string, fields ...string) page {
	b.s.t.Helper()
	return b.do(b.form(path, fields...))
}

func (b *browser) form(path string, fields ...string) *http.Request {
	b.s.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Set(fields[i], fields[i+1])
	}
	r, err := http.NewRequestWithContext(b.s.t.Context(), http.MethodPost, b.s.url+path, strings.NewReader(v.Encode()))
	if err != nil {
		b.s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// cookie is the value of one of the browser's cookies.
func (b *browser) cookie(name string) string {
	u, err := url.Parse(b.s.url)
	if err != nil {
		b.s.t.Fatal(err)
	}
	for _, c := range b.c.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func (b *browser) signedIn() bool {
	b.s.t.Helper()
	err := b.s.db.Read(b.s.t.Context(), func(tx *sqldb.Tx) error {
		_, err := b.s.access.BySession(tx, b.cookie("balie"))
		return err
	})
	return err == nil
}

var keyOnPage = regexp.MustCompile(`<code aria-labelledby="key-label">([A-Z2-7 ]+)</code>`)

// join goes through an invitation until the browser is signed in, and gives the key of the code program.
func (b *browser) join(token string) (key string, last page) {
	b.s.t.Helper()
	p := b.post("/welcome/"+token, "name", "Carla", "password", password)
	found := keyOnPage.FindStringSubmatch(p.Text)
	if p.Path != "/sign-in/set-up" || found == nil {
		b.s.t.Fatalf("%d %s: %s", p.Status, p.Path, p.Text)
	}
	key = strings.ReplaceAll(found[1], " ", "")
	last = b.post("/sign-in/set-up", "code", b.s.code(key))
	b.s.hand.Advance(time.Minute)
	return key, last
}

func (s *site) code(key string) string {
	s.t.Helper()
	c, err := totp.GenerateCode(key, s.hand.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// says checks what a page answers.
func (s *site) says(p page, status int, words string) {
	s.t.Helper()
	if p.Status != status || !strings.Contains(p.Text, words) {
		s.t.Errorf("%s answered %d, want %d with %q:\n%s", p.Path, p.Status, status, words, p.Text)
	}
}
