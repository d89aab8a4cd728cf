// Package desk drives the whole program in sentences: real SMTP, real HTTP, a real database of each engine. The outside
// world is the only thing that is played.
package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/smtp"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"balie/app"
	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/clock"
	"balie/ground/config"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// Address is where customers write to.
const Address = "klantenservice@energie-oost.example"

// Desk is a running desk of one organisation with two agents and an administrator.
type Desk struct {
	t     testing.TB
	App   *app.App
	Org   ident.Org
	URL   string
	Maike ident.Agent
	agent string // tokens
	other string
	admin string
	stop  context.CancelFunc
	ended chan error
	log   *bytes.Buffer
}

// Setup says how a desk differs from the usual one.
type Setup struct {
	Clock  clock.Clock
	Config func(*config.Config)
	// Witness sees what happens to the files of SQLite.
	Witness sqldb.Witness
}

// Open starts a desk on an engine.
func Open(t testing.TB, at engine.Target, s Setup) *Desk {
	t.Helper()
	return open(t, at, s, nil)
}

// Again starts the desk that was closed before on the same database; its data folder must be set up the same.
func Again(t testing.TB, at engine.Target, before *Desk, s Setup) *Desk {
	t.Helper()
	return open(t, at, s, before)
}

func open(t testing.TB, at engine.Target, s Setup, before *Desk) *Desk {
	t.Helper()
	d := &Desk{t: t, ended: make(chan error, 1), log: &bytes.Buffer{}}
	c := Config(t, at)
	if s.Config != nil {
		s.Config(&c)
	}
	if s.Clock == nil {
		s.Clock = clock.System{}
	}
	if before == nil {
		prepared(t, at, c.Data)
	}
	a, err := app.New(t.Context(), c, app.Options{Clock: s.Clock, Witness: s.Witness, Log: slog.New(slog.NewTextHandler(&lines{t: t}, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		t.Fatal(err)
	}
	d.App, d.URL = a, a.Config.PublicURL
	if before != nil {
		d.Org, d.Maike, d.agent, d.other, d.admin = before.Org, before.Maike, before.agent, before.other, before.admin
	} else if err := d.found(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	d.stop = stop
	go func() { d.ended <- a.Run(ctx) }()
	select {
	case <-a.Ready():
	case err := <-d.ended:
		t.Fatal("the desk did not start: ", err)
	}
	t.Cleanup(d.Close)
	return d
}

// Config is the configuration of a desk on an engine, on ports that the system chooses.
func Config(t testing.TB, at engine.Target) config.Config {
	t.Helper()
	c, _, err := config.Parse("serve", []string{"--listen", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--data", t.TempDir()},
		func(string) string { return "" }, func(string) ([]byte, error) { return nil, os.ErrNotExist })
	if err != nil {
		t.Fatal(err)
	}
	c.Database = secret.New(at.URL)
	return c
}

// lines writes the log of the desk into that of the test, as long as the test runs.
type lines struct{ t testing.TB }

func (l *lines) Write(b []byte) (int, error) {
	if l.t.Context().Err() == nil {
		l.t.Log(strings.TrimSpace(string(b)))
	}
	return len(b), nil
}

// Close stops the desk as SIGTERM does.
func (d *Desk) Close() {
	if d.stop == nil {
		return
	}
	d.stop()
	d.stop = nil
	if err := <-d.ended; err != nil {
		d.t.Error("the desk did not stop in order: ", err)
	}
}

// found makes the organisation, the agents and their tokens.
func (d *Desk) found() error {
	return d.App.DB.Write(d.t.Context(), func(tx *sqldb.Tx) error {
		rooms := d.App.Flow.Rooms
		o, err := rooms.Org.Create(tx, ledger.Desk, org.Organisation{
			Slug: "energie-oost", Name: "Energie Oost", Locale: "nl",
			Zone: "Europe/Amsterdam", Settings: org.Defaults(),
		})
		if err != nil {
			return err
		}
		d.Org = o.ID
		by := org.By{Org: o.ID, Actor: ledger.Desk}
		if _, err := rooms.Org.SaveAddress(tx, by, org.Address{Address: Address}); err != nil {
			return err
		}
		for _, p := range []struct {
			name  string
			role  access.Role
			token *string
		}{{"Maaike Vos", access.Agent, &d.agent}, {"Joris Brand", access.Agent, &d.other}, {"Amina Haddad", access.Admin, &d.admin}} {
			a, err := rooms.Access.AddAccount(tx, by, access.Account{
				Name: p.name, Role: p.role, State: access.Active, Locale: "nl",
				Email: strings.ToLower(strings.Fields(p.name)[0]) + "@energie-oost.example",
			})
			if err != nil {
				return err
			}
			if p.name == "Maaike Vos" {
				d.Maike = a.ID
			}
			if _, *p.token, err = rooms.Access.CreateToken(tx, by, access.Token{Name: p.name, Role: p.role, Agent: a.ID}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Token is the API token of somebody.
func (d *Desk) Token(who Who) string {
	return map[Who]string{Maaike: d.agent, Joris: d.other, Amina: d.admin}[who]
}

// Mail sends a mail through the listener. headers are further lines of the head.
func (d *Desk) Mail(from, subject, body string, headers ...string) error {
	d.t.Helper()
	return d.Raw(from, Address, Compose(from, Address, subject, body, headers...))
}

// Compose writes a simple mail.
func Compose(from, to, subject, body string, headers ...string) []byte {
	head := []string{"From: " + from, "To: " + to, "Subject: " + subject, "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8"}
	has := strings.Join(headers, "\n")
	if !strings.Contains(has, "Message-ID:") {
		head = append(head, fmt.Sprintf("Message-ID: <%x.%x@post.example>", len(body)*7919+len(subject), []byte(subject + body)[:min(12, len(subject+body))]))
	}
	if !strings.Contains(has, "Date:") {
		head = append(head, "Date: "+clock.System{}.Now().Format(time.RFC1123Z))
	}
	return []byte(strings.Join(append(head, headers...), "\r\n") + "\r\n\r\n" + strings.ReplaceAll(body, "\n", "\r\n") + "\r\n")
}

var bare = regexp.MustCompile(`[^<>\s]+@[^<>\s]+`)

// Raw sends a message as it is to an address, and gives what the listener answered.
func (d *Desk) Raw(from, to string, message []byte) error {
	c, err := smtp.Dial(d.App.SMTPAddress())
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Mail(bare.FindString(from)); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(message); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}

// JSON is an answer of the API.
type JSON map[string]any

// Text is a value inside, "question.text"; empty when it is not there.
func (j JSON) Text(path string) string {
	var at any = map[string]any(j)
	for _, key := range strings.Split(path, ".") {
		m, ok := at.(map[string]any)
		if !ok {
			return ""
		}
		at = m[key]
	}
	if at == nil {
		return ""
	}
	return fmt.Sprint(at)
}

// List is a list inside.
func (j JSON) List(key string) (list []JSON) {
	all, _ := j[key].([]any)
	for _, v := range all {
		if m, ok := v.(map[string]any); ok {
			list = append(list, m)
		}
	}
	return list
}

// Who asks the API.
type Who string

// The people of the desk.
const (
	Maaike Who = "maaike"
	Joris  Who = "joris"
	Amina  Who = "amina" // administrator
	Nobody Who = ""
)

// Ask calls the API and expects a status; 200 stands for any success.
func (d *Desk) Ask(who Who, status int, method, path string, body any) JSON {
	d.t.Helper()
	got, answer, err := d.Call(who, method, path, body)
	if err != nil {
		d.t.Fatal(err)
	}
	if got != status && (status != http.StatusOK || got/100 != 2) {
		d.t.Fatalf("%s %s answers %d, want %d: %s", method, path, got, status, answer)
	}
	var j JSON
	if len(answer) > 0 {
		if err := json.Unmarshal(answer, &j); err != nil {
			d.t.Fatalf("%s %s: %v in %s", method, path, err, answer)
		}
	}
	return j
}

// Call calls the API.
func (d *Desk) Call(who Who, method, path string, body any) (int, []byte, error) {
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, d.URL+"/api/v1"+path, r)
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if token := d.Token(who); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return resp.StatusCode, answer, err
}

// Eventually asks until ok says yes, for what follows a moment later. It gives up after half a minute.
func (d *Desk) Eventually(what string, ok func() bool) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), 90*time.Second)
	defer cancel()
	for !ok() {
		if (clock.System{}).Sleep(ctx, 20*time.Millisecond) != nil {
			d.t.Fatalf("never happened: %s", what)
		}
	}
}

// Case is the only case that a search finds.
func (d *Desk) Case(q string) JSON {
	d.t.Helper()
	found := d.Ask(Maaike, 200, "GET", "/cases?q="+url.QueryEscape(q), nil).List("cases")
	if len(found) != 1 {
		d.t.Fatalf("%q finds %d cases: %v", q, len(found), found)
	}
	return d.Ask(Maaike, 200, "GET", "/cases/"+found[0].Text("id"), nil)
}

// MailTo waits for the n-th mail to an address and gives it; the first is 1.
func (d *Desk) MailTo(address string, n int) JSON {
	d.t.Helper()
	var list []JSON
	d.Eventually(fmt.Sprintf("mail %d to %s", n, address), func() bool {
		list = d.Ask(Amina, 200, "GET", "/outbox?to="+url.QueryEscape(address), nil).List("messages")
		return len(list) >= n
	})
	return list[len(list)-n] // newest first
}

var pageLink = regexp.MustCompile(`https?://\S+/c/[A-Za-z0-9._-]+`)

// Link is the link to the customer's page in a mail.
func (d *Desk) Link(mail JSON) string {
	d.t.Helper()
	link := pageLink.FindString(mail.Text("text"))
	if link == "" {
		d.t.Fatalf("no link in the mail: %s", mail.Text("text"))
	}
	return link
}

// Page reads a page as a browser without a script does.
func (d *Desk) Page(address string) (int, string) {
	d.t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// Post sends a form and follows to the page that answers.
func (d *Desk) Post(address string, fields ...string) (int, string) {
	d.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	resp, err := http.PostForm(address, form)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}
