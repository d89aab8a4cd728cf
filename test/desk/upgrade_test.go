package desk_test

import (
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"balie/app"
	"balie/domain/automation"
	"balie/ground/clock"
	"balie/ground/config"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/desk"
	"balie/test/engine"
)

// takenBack is what brings a database back to before there were rules, and before anybody counted for the limits.
var takenBack = []string{
	`delete from follower where name in ('rules', 'limits')`,
	`drop table rule`, `drop table rule_run`, `drop table receiver`, `drop table webhook_call`, `drop table migrated_automation`,
	`delete from in_hand`, `delete from hand`, `delete from helped`, `delete from at_once`, `delete from advice`,
}

// sums is what the follower "limits" made of the facts. Replies are counted where they are made, not from facts.
func sums(t *testing.T, db *sqldb.DB) []string {
	t.Helper()
	return lines(t, db, `select agent || ' ' || day || ' ' || chats || ' ' || busy || ' ' || done || ' ' || judged || ' ' || points from at_once order by 1`)
}

func lines(t *testing.T, db *sqldb.DB, query string) (all []string) {
	t.Helper()
	if err := db.Read(t.Context(), func(tx *sqldb.Tx) (err error) {
		all, err = sqldb.All(tx, func(r sqldb.Row, s *string) error { return r.Scan(s) }, query)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// upgrade takes a database back, brings its tables up to date as a new program does before it works, and gives the place
// of the rules then, with the last place of the ledger and the sums of before.
func upgrade(t *testing.T, at engine.Target) (rules []string, last string, counted []string) {
	t.Helper()
	db, err := sqldb.Open(t.Context(), sqldb.Options{
		Path: at.Path, URL: at.URL, Clock: clock.System{}, Chance: rand.New(rand.NewPCG(1, 2)), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	counted = sums(t, db)
	if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
		for _, statement := range takenBack {
			if _, err := tx.Exec(statement); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	last = lines(t, db, `select cast(max(seq) as text) from ledger`)[0]
	if err := db.Migrate(t.Context(), app.Rooms()...); err != nil {
		t.Fatal(err)
	}
	return lines(t, db, `select cast(seq as text) from follower where name = 'rules'`), last, counted
}

// A desk that worked before there were rules: after the upgrade no rule looks at its history, and the limits are learnt from
// all of it.
func TestAfterAnUpgradeRulesBeginBehindTheHistoryAndLimitsAreLearntFromIt(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		data := t.TempDir()
		setup := desk.Setup{Config: func(c *config.Config) { c.Data = data }}
		old := desk.Open(t, at, setup)
		if err := old.Mail(sanne, "Voor de nieuwe versie", "Een vraag over goudhaantjes."); err != nil {
			t.Fatal(err)
		}
		v := old.Visitor()
		v.Start("Een vraag over de zwarte roodstaart")
		old.Available(desk.Maaike)
		chat := old.AcceptNext(desk.Maaike)
		old.Ask(desk.Maaike, 200, "POST", "/cases/"+chat.Text("id")+"/contact/end", nil)
		old.Eventually("the chat is counted", func() bool {
			return len(lines(t, old.App.DB, `select 'x' from at_once where done > 0`)) > 0
		})
		old.Close()

		rules, last, counted := upgrade(t, engine.Target{Name: at.Name, Path: filepath.Join(data, "balie.db"), URL: at.URL})
		if !slices.Equal(rules, []string{last}) {
			t.Fatalf("the rules begin at %v, the history ends at %s", rules, last)
		}
		d := desk.Again(t, at, old, setup)
		rule(t, d, automation.Rule{Name: "Vogels", Trigger: automation.CustomerWrote, Match: automation.All, Then: automation.Then{AddTags: []string{"vogel"}}})
		if err := d.Mail(sanne, "Na de nieuwe versie", "Een vraag over baardmannetjes."); err != nil {
			t.Fatal(err)
		}
		d.Eventually("the rule ran for the new question", func() bool {
			return slices.Equal(lines(t, d.App.DB, `select outcome from rule_run`), []string{"ran"})
		})
		d.Eventually("the limits are learnt from all that was", func() bool { return slices.Equal(sums(t, d.App.DB), counted) })
		if tags := d.Case("goudhaantjes")["tags"]; len(tags.([]any)) != 0 {
			t.Errorf("a rule ran over the past: %v", tags)
		}
		if err := d.App.DB.Read(t.Context(), func(tx *sqldb.Tx) error {
			n, err := ledger.SetAside(tx)
			if n != 0 {
				t.Errorf("%d facts were set aside", n)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
