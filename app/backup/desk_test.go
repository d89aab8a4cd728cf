package backup_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"balie/app"
	"balie/channel"
	"balie/domain/org"
	"balie/ground/clock"
	"balie/ground/config"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// place is a data folder and, with PostgreSQL, a database.
type place struct {
	data string
	url  string
}

func fresh(t *testing.T, name string) place {
	t.Helper()
	if name == engine.PostgresName {
		return place{data: filepath.Join(t.TempDir(), "data"), url: engine.Postgres(t).URL}
	}
	return place{data: filepath.Dir(engine.SQLite(t).Path)}
}

func (p place) settings() []string {
	if p.url != "" {
		return []string{"--data", p.data, "--database", p.url}
	}
	return []string{"--data", p.data}
}

// call runs a command of the program and gives its exit status and what it said.
func (p place) call(words ...string) (status int, out, err string) {
	var o, e bytes.Buffer
	status = app.Main(context.Background(), app.Console{
		Args: append(words, p.settings()...), Env: func(string) string { return "" }, Out: &o, Err: &e,
	})
	return status, o.String(), e.String()
}

func (p place) must(t *testing.T, words ...string) string {
	t.Helper()
	status, out, err := p.call(words...)
	if status != 0 || err != "" {
		t.Fatalf("%v: status %d, %s%s", words, status, out, err)
	}
	return out
}

// refused calls a command that must fail, in one line that says all of want.
func (p place) refused(t *testing.T, words []string, want ...string) {
	t.Helper()
	status, out, err := p.call(words...)
	if status != 1 || strings.Count(err, "\n") != 1 {
		t.Errorf("%v: status %d, %s%s", words, status, out, err)
	}
	for _, w := range want {
		if !strings.Contains(err, w) {
			t.Errorf("%v says %q, not %q", words, err, w)
		}
	}
}

// desk is the program in a place.
type desk struct {
	*app.App
	t   *testing.T
	org org.Organisation
	n   int
}

func (p place) open(t *testing.T) *desk {
	t.Helper()
	a, err := app.New(t.Context(), config.Config{Data: p.data, Database: secret.New(p.url), PublicURL: "http://desk.example"},
		app.Options{Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return &desk{App: a, t: t}
}

// found makes the organisation and a few cases of each sort.
func (p place) found(t *testing.T) *desk {
	t.Helper()
	d := p.open(t)
	err := d.DB.Write(t.Context(), func(tx *sqldb.Tx) (err error) {
		d.org, err = d.Flow.Org.Create(tx, ledger.Desk, org.Organisation{Slug: "energie-oost", Name: "Energie Oost", Locale: "nl", Zone: "Europe/Amsterdam"})
		if err != nil {
			return err
		}
		by := org.By{Org: d.org.ID, Actor: ledger.Desk}
		if _, err = d.Flow.Org.SaveAddress(tx, by, org.Address{Address: "klantenservice@energie-oost.example"}); err != nil {
			return err
		}
		_, err = d.Flow.Org.SaveMailbox(tx, by, org.Mailbox{
			Address: "klantenservice@energie-oost.example", Host: "mail.energie-oost.example", Port: 993, TLS: org.Implicit,
			User: "desk", Auth: org.Password, Active: true, Credentials: org.Credentials{Password: secret.New("geheim")},
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		d.arrive()
	}
	return d
}

// photo is too large to stand in the database, and different each time.
func photo(n int) []byte { return bytes.Repeat([]byte(fmt.Sprintf("foto %d|", n)), 30_000) }

const awkward = "tab\there, back\\slash, \\N, 'quote', lijn\r\nnieuwe lijn, \b\f\v, één € 🙂"

// arrive lets a customer write with a small and a large attachment.
func (d *desk) arrive() {
	d.t.Helper()
	d.n++
	_, err := d.Flow.Arrive(context.Background(), channel.Arrival{
		Org: d.org.ID, Channel: channel.Form, Via: "form", Key: fmt.Sprint("key ", d.n), At: d.Clock.Now(),
		From: channel.Person{Name: "Sanne de Wit", Address: fmt.Sprintf("sanne%d@klant.example", d.n)}, To: "klantenservice@energie-oost.example",
		Subject: fmt.Sprint("Meterstand ", d.n), Text: fmt.Sprintf("Mijn meter nr%dx staat stil. %s", d.n, awkward), Raw: []byte("raw\x00\xff" + awkward),
		Files: []channel.File{{Name: "meter.txt", Type: "text/plain", Data: []byte{0, 1, 2, '\\', '\n', 0xff}}, {Name: "foto.jpg", Type: "image/jpeg", Data: photo(d.n)}},
		Given: map[string]string{"postcode": "1234 AB"}, Locale: "nl",
	})
	if err != nil {
		d.t.Error(err)
	}
}

// rows are all rows of all tables, in a form that is the same on both engines.
func (d *desk) rows() map[string][]string {
	d.t.Helper()
	all := make(map[string][]string)
	err := d.DB.Snapshot(d.t.Context(), func(c *sqldb.Copy) error {
		tables, err := c.Tables()
		for _, t := range tables {
			if t.Name == "ledger_base" { // belongs to the numbers of one cluster
				continue
			}
			var b bytes.Buffer
			if err == nil {
				sort.Strings(t.Columns)
				_, err = c.Dump(t, &b)
			}
			lines := strings.Split(b.String(), "\n")
			if t.Name == "word_index" {
				for i, l := range lines {
					words := strings.Fields(l)
					sort.Strings(words)
					lines[i] = strings.Join(words, " ")
				}
			}
			sort.Strings(lines)
			all[t.Name] = lines
		}
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

// whole checks that every content to which the database refers can be read.
func (d *desk) whole() (photos int) {
	d.t.Helper()
	for _, query := range []string{`select org, hash from attachment`, `select org, raw_hash from entry where raw_hash is not null`} {
		type content struct {
			org  int64
			hash string
		}
		var all []content
		err := d.DB.Read(d.t.Context(), func(tx *sqldb.Tx) (err error) {
			all, err = sqldb.All(tx, func(r sqldb.Row, c *content) error { return r.Scan(&c.org, &c.hash) }, query)
			return err
		})
		if err != nil {
			d.t.Fatal(err)
		}
		for _, c := range all {
			b, err := d.Flow.Conversation.Content(d.t.Context(), d.DB, d.org.ID, c.hash)
			if err != nil {
				d.t.Errorf("content %s: %v", c.hash, err)
			}
			if len(b) > 200_000 {
				photos++
			}
		}
	}
	return photos
}

// same says whether two desks have the same rows in all tables.
func same(t *testing.T, a, b map[string][]string) {
	t.Helper()
	if len(a) != len(b) || len(a) < 20 {
		t.Errorf("%d tables and %d tables", len(a), len(b))
	}
	for name := range a {
		if got, want := strings.Join(b[name], "\n"), strings.Join(a[name], "\n"); got != want {
			t.Errorf("table %s differs:\n%.600s\nwant\n%.600s", name, got, want)
		}
	}
}
