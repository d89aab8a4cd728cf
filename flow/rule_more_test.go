package flow_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"balie/channel"
	"balie/domain/access"
	"balie/domain/automation"
	"balie/domain/org"
	"balie/flow"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/engine"
)

func TestARuleWithWhatIsGoneSaysSoAndHoldsNothingUp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d, r := w.department("Storingen"), w.saved("Dank", "Dank je.")
		w.rule("Weg", automation.Opened, automation.Then{AddTags: []string{"een"}, Department: d.ID, Reply: r.ID})
		w.rule("Daarna", automation.Opened, automation.Then{AddTags: []string{"twee"}})
		w.write(func(tx *sqldb.Tx) error {
			if err := w.flow.Org.RetireDepartment(tx, w.by(), d.ID); err != nil {
				return err
			}
			return w.flow.Org.RemoveReply(tx, w.by(), r.ID)
		})
		id := w.arrive("a", customer, "Vraag", channel.Thread{})
		w.follow()
		w.say(id, "Weg: tag_added een; department_gone Storingen; reply_gone", "Daarna: tag_added twee")
	})
}

func TestARuleThatFailsIsUndoneAndSaysSo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.rule("Fout", automation.Opened, automation.Then{AddTags: []string{"een"}, Note: "Bericht", Mention: w.who.Agent})
		w.write(func(tx *sqldb.Tx) error {
			_, err := tx.Exec(`update rule set actions = replace(actions, $2, '77') where org = $1`, w.org, ident.Text(w.who.Agent))
			return err
		})
		id := w.arrive("a", customer, "Vraag", channel.Thread{})
		w.follow()
		if got := w.did(id); len(got) != 1 || !strings.HasPrefix(got[0], "Fout: failed access.") || len(w.caseOf(id).Tags) != 0 {
			t.Errorf("%v, tags %v", got, w.caseOf(id).Tags)
		}
	})
}

func TestWhoWaitsInAChatWaitsInTheDepartmentThatARuleChose(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		d := w.department("Storingen")
		w.rule("Storing", automation.Opened, automation.Then{Department: d.ID}, automation.Condition{Field: automation.Channel, Value: "webchat"})
		v := w.visits("Geen stroom")
		w.follow()
		w.say(v.id, "Storing: department Storingen")
		if got := w.wait(v); got.Department != d.ID {
			t.Errorf("waits in %d, want %d", got.Department, d.ID)
		}
	})
}

func TestACallSaysWhichFactAndNothingThatSomebodyWrote(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.rule("Bel", automation.CustomerWrote, automation.Then{Webhook: "https://hook.example/balie"})
		id := w.arrive("a", customer, "Mijn pincode is 1234", channel.Thread{})
		w.follow()
		w.say(id, "Bel: called hook.example")
		var calls []automation.Call
		w.read(func(tx *sqldb.Tx) (err error) {
			calls, err = w.flow.Automation.Calls(tx, w.org, r.ID, 10)
			return err
		})
		if len(calls) != 1 || strings.Contains(calls[0].Body, "pincode") || strings.Contains(calls[0].Body, "sanne") {
			t.Fatalf("the calls: %+v", calls)
		}
		var said map[string]any
		if err := json.Unmarshal([]byte(calls[0].Body), &said); err != nil {
			t.Fatal(err)
		}
		if said["kind"] != "conversation.received" || said["case"] != ident.Text(id) || said["rule"] != ident.Text(r.ID) || said["id"] != ident.Text(calls[0].ID) || len(said) != 7 {
			t.Errorf("the call says %v", said)
		}
	})
}

func TestTryingARuleTellsWhatItWouldHaveDoneAndChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.arrive("old", "oud@post.example", "Ik ruik gas", channel.Thread{})
		w.hand.Advance(flow.TrialPeriod + time.Hour)
		id := w.arrive("a", customer, "Ik ruik gas", channel.Thread{})
		w.arrive("b", "lotte@post.example", "Rekening", channel.Thread{})
		w.follow()
		facts := w.facts()
		gas := automation.Condition{Field: automation.Words, Value: "gas"}
		r := automation.Rule{Name: "Gas", Trigger: automation.Opened, Match: automation.All, If: []automation.Condition{gas}, Then: automation.Then{AddTags: []string{"gas"}}}
		try := func() (found flow.Trial) {
			w.read(func(tx *sqldb.Tx) (err error) {
				found, err = w.flow.TryRule(tx, w.org, r)
				return err
			})
			return found
		}
		found := try()
		if found.Looked != 2 || found.Cases != 1 || len(found.Would) != 1 || found.Would[0].Case.ID != id || !found.Would[0].Sure || found.Would[0].Deeds[0].Do != "tag_added" {
			t.Errorf("%+v", found)
		}
		r.If = append(r.If, automation.Condition{Field: automation.Waiting, Value: "30"})
		if found = try(); len(found.Would) != 1 || found.Would[0].Sure {
			t.Errorf("since when somebody waited is not known: %+v", found)
		}
		if got := w.facts(); got != facts || len(w.caseOf(id).Tags) != 0 || len(w.did(id)) != 0 {
			t.Errorf("%d facts, were %d", got, facts)
		}
	})
}

func (w *world) facts() (n int64) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) (err error) {
		n, err = sqldb.Value(tx, `select count(*) from ledger`)
		return err
	})
	return n
}

func TestARuleNamesOnlyWhatItsOrganisationHas(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var other org.Department
		var theirs org.Reply
		var stranger access.Account
		w.write(func(tx *sqldb.Tx) error {
			o, err := w.flow.Org.Create(tx, ledger.Desk, org.Organisation{Slug: "west", Name: "West", Locale: "nl", Zone: "Europe/Amsterdam"})
			if err != nil {
				return err
			}
			by := org.By{Org: o.ID, Actor: ledger.Desk}
			if other, err = w.flow.Org.SaveDepartment(tx, by, org.Department{Name: "West"}); err != nil {
				return err
			}
			if theirs, err = w.flow.Org.SaveReply(tx, by, org.Reply{Name: "West", Text: "West", Locale: "nl"}); err != nil {
				return err
			}
			stranger, err = w.flow.Access.AddAccount(tx, by, access.Account{Name: "West", Email: "west@west.example", Role: access.Agent, Locale: "nl"})
			return err
		})
		for name, r := range map[string]automation.Rule{
			"department": {Then: automation.Then{Department: other.ID}},
			"reply":      {Then: automation.Then{Reply: theirs.ID}},
			"agent":      {Then: automation.Then{Note: "x", Mention: stranger.ID}},
			"condition":  {Then: automation.Then{Note: "x"}, If: []automation.Condition{{Field: automation.Department, Value: ident.Text(other.ID)}}},
		} {
			r.Name, r.Trigger, r.Match = name, automation.Opened, automation.All
			if err := w.db.Write(t.Context(), func(tx *sqldb.Tx) error {
				_, err := w.flow.Automation.Save(tx, w.by(), r)
				return err
			}); err == nil {
				t.Errorf("a rule names the %s of another organisation", name)
			}
		}
	})
}

// named is a mail of somebody with a name.
func (w *world) named(key, name, address string) ident.Case {
	w.t.Helper()
	r, err := w.flow.Arrive(w.t.Context(), channel.Arrival{
		Org: w.org, Channel: channel.Email, Key: key, To: deskAddress, From: channel.Person{Name: name, Address: address}, Subject: "Vraag", Text: "Vraag",
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return r.Case
}
