package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"time"

	"balie/app"
	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/clock"
	"balie/ground/config"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

const (
	slug    = "energie-oost"
	address = "klantenservice@energie-oost.example"
)

// desk is a folder with an organisation in it, and a token of one of its agents.
type desk struct {
	data  string
	token string
	agent string // who the token acts as
}

// empty makes a desk with one organisation, one agent and no cases.
func (b *bench) empty(name string) (desk, error) { return b.emptyAt(name, "") }

// emptyAt is empty on a database; none is SQLite.
func (b *bench) emptyAt(name, database string) (desk, error) {
	d := desk{data: filepath.Join(b.dir, name)}
	c := config.Config{Data: d.data, PublicURL: "http://127.0.0.1", Database: secret.New(database)}
	a, err := app.New(b.ctx, c, app.Options{Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return d, err
	}
	defer a.Close()
	return d, a.DB.Write(b.ctx, func(tx *sqldb.Tx) error {
		o, err := a.Flow.Org.Create(tx, ledger.Desk, org.Organisation{
			Slug: slug, Name: "Energie Oost", Locale: "nl",
			Zone: "Europe/Amsterdam", Settings: org.Defaults(),
		})
		if err != nil {
			return err
		}
		by := org.By{Org: o.ID, Actor: ledger.Desk}
		if _, err := a.Flow.Org.SaveAddress(tx, by, org.Address{Address: address}); err != nil {
			return err
		}
		who, err := a.Flow.Access.AddAccount(tx, by, access.Account{
			Name: "Maaike Vos", Role: access.Agent, State: access.Active,
			Locale: "nl", Email: "maaike@energie-oost.example",
		})
		if err != nil {
			return err
		}
		_, d.token, err = a.Flow.Access.CreateToken(tx, by, access.Token{Name: "bench", Role: access.Agent, Agent: who.ID})
		return err
	})
}

// generated makes a desk with so many cases, by the demo, and says how long that took; or takes one that is there.
func (b *bench) generated(cases int, folder string) (desk, time.Duration, error) {
	d := desk{data: folder}
	var took time.Duration
	if folder == "" {
		b.say("making %d cases", cases)
		d.data = filepath.Join(b.dir, "cases-"+strconv.Itoa(cases))
		began := now()
		p, err := b.start(20*time.Minute, "demo", d.data, "--quiet", "--cases", strconv.Itoa(cases))
		if err != nil {
			return d, 0, err
		}
		took = now().Sub(began)
		if err := p.stop(); err != nil {
			return d, took, err
		}
	}
	var err error
	if d.token, err = b.tokenFor(d, ""); err != nil {
		return d, took, err
	}
	return d, took, b.employ(&d)
}

// tokenFor makes a token by the command line.
func (b *bench) tokenFor(d desk, agent string) (string, error) {
	args := []string{"token", "create", "--data", d.data, "--org", slug, "--role", "agent", "--name", "bench"}
	if agent != "" {
		args = append(args, "--agent", agent)
	}
	return b.do(args...)
}

// employ lets the desk's token act as one of its agents.
func (b *bench) employ(d *desk) error {
	p, err := b.start(time.Minute, "serve", d.data)
	if err != nil {
		return err
	}
	defer p.stop() //nolint:errcheck // nothing is measured here
	var all struct {
		Agents []struct{ ID, Email, Role string }
	}
	if err := p.get(newClient(1), d.token, "/api/v1/agents", &all); err != nil {
		return err
	}
	for _, a := range all.Agents {
		if a.Role != string(access.Agent) {
			continue
		}
		d.agent = a.ID
		d.token, err = b.tokenFor(*d, a.Email)
		return err
	}
	return fmt.Errorf("the generated desk has no agent: %v", all)
}

// behind is how many new cases the flow has still to handle, and how many letters stand in the outbox. It looks into the
// database from outside, so the program spends nothing on it. The place of a follower may be before facts that it only
// passes over; the flow never passes over a new case.
func (d desk) behind(b *bench) (waiting, letters int64, err error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(d.data, "balie.db")+"?mode=ro&_pragma=busy_timeout(10000)")
	if err != nil {
		return 0, 0, err
	}
	defer db.Close()
	err = db.QueryRowContext(b.ctx, `select (select count(*) from ledger where kind = 'case.opened'
		and seq > (select coalesce(min(seq), 0) from follower where name = 'flow')), (select count(*) from outgoing)`).Scan(&waiting, &letters)
	return waiting, letters, err
}

// settle waits until everything that follows from what came in is done: the receipts stand in the outbox.
func (d desk) settle(b *bench) error {
	for {
		waiting, _, err := d.behind(b)
		if err != nil || waiting == 0 {
			return err
		}
		if err := b.sleep(50 * time.Millisecond); err != nil {
			return err
		}
	}
}

func decode(body []byte, into any) error {
	if into == nil {
		return nil
	}
	return json.Unmarshal(body, into)
}
