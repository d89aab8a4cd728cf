package desk_test

import (
	"strings"
	"testing"

	"balie/domain/automation"
	"balie/domain/org"
	"balie/domain/party"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/desk"
)

// rule writes a rule and switches it on.
func rule(t *testing.T, d *desk.Desk, r automation.Rule) automation.Rule {
	t.Helper()
	by := org.By{Org: d.Org, Actor: ledger.Desk}
	if err := d.App.DB.Write(t.Context(), func(tx *sqldb.Tx) (err error) {
		if r, err = d.App.Flow.Automation.Save(tx, by, r); err != nil {
			return err
		}
		return d.App.Flow.Automation.SwitchOn(tx, by, r.ID)
	}); err != nil {
		t.Fatal(err)
	}
	return r
}

func savedReply(t *testing.T, d *desk.Desk, r org.Reply) org.Reply {
	t.Helper()
	if err := d.App.DB.Write(t.Context(), func(tx *sqldb.Tx) (err error) {
		r, err = d.App.Flow.Org.SaveReply(tx, org.By{Org: d.Org, Actor: ledger.Desk}, r)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestARuleTagsPromisesAndAnswersAndTheTimelineSaysSo(t *testing.T) {
	each(t, func(t *testing.T, d *desk.Desk) {
		reply := savedReply(t, d, org.Reply{Name: "Gaslucht", Text: "Zet de **ramen** open, {{customer.name}}.", Locale: "nl"})
		if err := d.Mail("Sanne de Vries <"+sanne+">", "Rekening", "Een gewone vraag over kwikstaart."); err != nil {
			t.Fatal(err)
		}
		d.MailTo(sanne, 1)
		if err := d.App.DB.Write(t.Context(), func(tx *sqldb.Tx) error { return d.App.Flow.Party.Prove(tx, d.Org, sanne, party.ByReply) }); err != nil {
			t.Fatal(err)
		}
		r := rule(t, d, automation.Rule{
			Name: "Gaslucht", Trigger: automation.CustomerWrote, Match: automation.All,
			If: []automation.Condition{{Field: automation.Words, Value: "gaslucht, ruik gas"}},
			Then: automation.Then{
				AddTags: []string{"gas", "spoed"}, Promise: automation.Pledge{Text: "Wij bellen je", Minutes: 60}, Reply: reply.ID,
			},
		})
		if err := d.Mail("Sanne de Vries <"+sanne+">", "Help", "Ik ruik gas in de kelder, roodborst."); err != nil {
			t.Fatal(err)
		}
		var c, last desk.JSON
		d.Eventually("the rule ran", func() bool {
			c = d.Case("roodborst")
			for _, line := range c.List("timeline") {
				if line.Text("kind") == "rule" {
					last = line
				}
			}
			return last != nil
		})
		c = d.Case("roodborst") // what was read beside the commit may be half before it
		if last.Text("private") != "true" || last.Text("actor.kind") != "rule" || last.Text("actor.name") != "Gaslucht" || last.Text("data.rule") == "" {
			t.Errorf("the line of the rule: %v", last)
		}
		if c.Text("owner.name") != "" || c.Text("status") != "new" || len(c.List("promises")) != 1 {
			t.Errorf("the case: %v", c)
		}
		// The receipt, the promise and the reply; of the first case only the receipt.
		var said string
		for n := 2; n <= 4; n++ {
			said += d.MailTo(sanne, n).Text("text")
		}
		for _, want := range []string{"Wij bellen je", "ramen", "Sanne de Vries", "automatisch verstuurd"} {
			if !strings.Contains(said, want) {
				t.Errorf("no mail says %q: %s", want, said)
			}
		}
		if strings.Contains(said, "roodborst") || strings.Contains(said, "Gaslucht") {
			t.Errorf("a mail tells the name of the rule, or repeats what was written: %s", said)
		}
		status, page := d.Page(d.Link(d.MailTo(sanne, 2)))
		if status != 200 || !strings.Contains(page, "Automatisch bericht") || strings.Contains(page, "Gaslucht") || strings.Contains(page, "spoed") {
			t.Errorf("the customer's page answers %d", status)
		}
		if first := d.Case("kwikstaart"); len(first.List("promises")) != 0 {
			t.Errorf("rule %d also ran in another case", r.ID)
		}
	})
}
