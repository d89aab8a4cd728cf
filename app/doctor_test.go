package app_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"balie/app"
	"balie/domain/org"
	"balie/ground/clock"
	"balie/ground/config"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// patient is a desk that the doctor looks at.
type patient struct {
	t        *testing.T
	data     string
	settings []string
}

func admit(t *testing.T, at engine.Target) patient {
	t.Helper()
	p := patient{t: t, data: filepath.Join(t.TempDir(), "data")}
	p.settings = []string{"--data", p.data}
	if at.URL != "" {
		p.settings = append(p.settings, "--database", at.URL)
	}
	a, err := app.New(t.Context(), config.Config{Data: p.data, Database: secret.New(at.URL), PublicURL: "http://desk.example"},
		app.Options{Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	err = a.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
		o, err := a.Flow.Org.Create(tx, ledger.Desk, org.Organisation{Slug: "energie-oost", Name: "Energie Oost", Locale: "nl", Zone: "Europe/Amsterdam"})
		if err != nil {
			return err
		}
		by := org.By{Org: o.ID, Actor: ledger.Desk}
		_, err = a.Flow.Org.SaveMailbox(tx, by, org.Mailbox{
			Address: "klantenservice@energie-oost.example", Host: "mail.energie-oost.example", Port: 993, TLS: org.Implicit,
			User: "desk", Auth: org.Password, Active: true, Credentials: org.Credentials{Password: secret.New("geheim")},
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// looks runs the doctor, expects this exit status and gives the verdicts by what they are about.
func (p patient) looks(want int, more ...string) map[string]string {
	p.t.Helper()
	var out, err bytes.Buffer
	status := app.Main(context.Background(), app.Console{
		Args: append(append([]string{"doctor"}, p.settings...), more...), Env: func(string) string { return "" }, Out: &out, Err: &err,
	})
	if status != want {
		p.t.Errorf("status %d, want %d\n%s%s", status, want, out.String(), err.String())
	}
	said := make(map[string]string)
	for line := range strings.Lines(out.String()) {
		if len(line) < 28 {
			p.t.Errorf("a line without advice: %q", line)
			continue
		}
		said[strings.TrimSpace(line[11:27])] = strings.TrimSpace(line[:10]) + " " + strings.TrimSpace(line[27:])
	}
	return said
}

func (p patient) expect(said map[string]string, about, verdict, words string) {
	p.t.Helper()
	if got := said[about]; !strings.HasPrefix(got, verdict+" ") || !strings.Contains(got, words) {
		p.t.Errorf("%s: %q, want %s with %q", about, got, verdict, words)
	}
}

func TestTheDoctorSaysWhatIsInOrderAndWhatNeedsAttention(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		p := admit(t, at)
		said := p.looks(0, "--public-url", "https://hulp.energie-oost.example")
		for _, about := range []string{"data folder", "database", "tables", "time", "sealed", "facts set aside", "followers", "outbox", "public url"} {
			p.expect(said, about, "ok", "")
		}
		p.expect(said, "desk addresses", "attention", "energie-oost")
		p.expect(said, "mailbox", "attention", "klantenservice@energie-oost.example")
		p.expect(said, "relay", "attention", "relay-host")
		p.expect(said, "backup", "attention", "balie backup")

		if err := os.WriteFile(filepath.Join(p.data, "last-backup"), []byte("2020-01-01T12:00:00Z\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(p.data, 0o755); err != nil {
			t.Fatal(err)
		}
		said = p.looks(0, "--public-url", "http://hulp.energie-oost.example", "--relay-host", "127.0.0.1:1")
		p.expect(said, "backup", "attention", "2020-01-01")
		p.expect(said, "data folder", "attention", "chmod 700")
		p.expect(said, "public url", "attention", "https")
		p.expect(said, "relay", "attention", "127.0.0.1:1")
	})
}

func TestTheDoctorFindsAWrongOrMissingKey(t *testing.T) {
	p := admit(t, engine.SQLite(t))
	key := filepath.Join(p.data, "secret.key")
	if err := os.WriteFile(key, []byte("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.expect(p.looks(1), "sealed", "broken", "right key")
	if err := os.Chmod(key, 0o644); err != nil {
		t.Fatal(err)
	}
	p.expect(p.looks(1), "secret key", "broken", "chmod 600")
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	p.expect(p.looks(1), "secret key", "broken", "no key")
	if _, err := os.Stat(key); err == nil {
		t.Error("the doctor made a key")
	}
}

func TestTheDoctorSeesFactsThatWaitAndFactsSetAside(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		p := admit(t, at)
		db, err := sqldb.Open(t.Context(), sqldb.Options{
			Path: filepath.Join(p.data, "balie.db"), URL: at.URL, Clock: clock.System{}, Chance: app.Chance(), Log: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close() //nolint:errcheck // what counts was committed
		earlier := clock.System{}.Now().Add(-time.Hour)
		err = db.Write(t.Context(), func(tx *sqldb.Tx) error {
			for _, query := range []string{
				`insert into set_aside (org, follower, seq, kind, reason, at) values (7, 'steps', 1, 'case.closed', 'reason', $1)`,
				`update ledger set at = $1`,
			} {
				if _, err := tx.Exec(query, earlier); err != nil {
					return err
				}
			}
			_, err := tx.Exec(`insert into follower (org, name, seq) values (0, 'steps', 0)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		said := p.looks(0)
		p.expect(said, "facts set aside", "attention", "1 could not be handled")
		p.expect(said, "followers", "attention", "steps")
	})
}

func TestTheDoctorMakesNoDeskWhereThereIsNone(t *testing.T) {
	p := patient{t: t, data: filepath.Join(t.TempDir(), "nothing")}
	p.settings = []string{"--data", p.data}
	p.looks(1)
	if _, err := os.Stat(p.data); err == nil {
		t.Error("the doctor made a data folder")
	}
}
