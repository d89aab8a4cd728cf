package flow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"balie/channel"
	"balie/domain/automation"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/org"
	"balie/domain/party"
	"balie/domain/promise"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

func (w *world) by() org.By { return org.By{Org: w.org, Actor: ledger.Desk} }

// rule writes a rule and switches it on.
func (w *world) rule(name string, on automation.Trigger, then automation.Then, when ...automation.Condition) (r automation.Rule) {
	w.t.Helper()
	w.write(func(tx *sqldb.Tx) (err error) {
		r, err = w.flow.Automation.Save(tx, w.by(), automation.Rule{Name: name, Trigger: on, Match: automation.All, If: when, Then: then})
		if err != nil {
			return err
		}
		return w.flow.Automation.SwitchOn(tx, w.by(), r.ID)
	})
	return r
}

func (w *world) saved(name, words string) (r org.Reply) {
	w.t.Helper()
	w.write(func(tx *sqldb.Tx) (err error) {
		r, err = w.flow.Org.SaveReply(tx, w.by(), org.Reply{Name: name, Text: words, Locale: "nl"})
		return err
	})
	return r
}

func (w *world) department(name string) (d org.Department) {
	w.t.Helper()
	w.write(func(tx *sqldb.Tx) (err error) {
		d, err = w.flow.Org.SaveDepartment(tx, w.by(), org.Department{Name: name})
		return err
	})
	return d
}

func (w *world) read(fn func(tx *sqldb.Tx) error) {
	w.t.Helper()
	if err := w.db.Read(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) caseOf(id ident.Case) (c cases.Case) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) (err error) {
		c, err = w.flow.Cases.Get(tx, w.org, id)
		return err
	})
	return c
}

func (w *world) prove(address string) {
	w.t.Helper()
	w.write(func(tx *sqldb.Tx) error { return w.flow.Party.Prove(tx, w.org, address, party.ByReply) })
}

// did is what the timeline says that rules did in a case, one text per run.
func (w *world) did(id ident.Case) (all []string) {
	w.t.Helper()
	for _, e := range w.timeline(id) {
		if e.Sort != conversation.Automated {
			continue
		}
		var deeds []string
		for _, d := range e.Data.Deeds {
			deeds = append(deeds, strings.TrimSuffix(d.Do+" "+d.With, " "))
		}
		all = append(all, e.Actor.Name+": "+strings.Join(deeds, "; "))
	}
	return all
}

func (w *world) say(id ident.Case, want ...string) {
	w.t.Helper()
	if got := w.did(id); !slices.Equal(got, want) {
		w.t.Errorf("the timeline says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestARuleTagsMovesAndWritesToAColleague(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := w.department("Storingen")
		r := w.rule("Spoed", automation.Opened, automation.Then{
			AddTags: []string{"spoed", "gas"}, Department: d.ID, Note: "Kijk hier eerst naar.", Mention: w.who.Agent,
		}, automation.Condition{Field: automation.Words, Value: "gas"})
		other := w.arrive("a", "lotte@post.example", "Mijn rekening klopt niet", channel.Thread{})
		id := w.arrive("b", customer, "Ik ruik gas in de kelder", channel.Thread{})
		w.follow()
		w.say(other)
		w.say(id, "Spoed: tag_added spoed, gas; department Storingen; noted_for Maaike Vos")
		c := w.caseOf(id)
		if !slices.Equal(c.Tags, []string{"gas", "spoed"}) || c.Department != d.ID || c.Owner != 0 || c.WaitingSince.IsZero() {
			t.Errorf("the case: %+v", c)
		}
		var mentions []conversation.Mention
		w.read(func(tx *sqldb.Tx) (err error) {
			mentions, err = w.flow.Conversation.Mentions(tx, w.org, w.who.Agent, 0, 10)
			return err
		})
		if len(mentions) != 1 || mentions[0].Text != "Kijk hier eerst naar." {
			t.Errorf("mentions: %v", mentions)
		}
		lines := w.timeline(id)
		last := lines[len(lines)-1]
		if last.Sort != conversation.Automated || !last.Sort.Private() || last.Data.Rule != r.ID || last.Actor.Kind != ledger.Rule {
			t.Errorf("the line: %+v", last)
		}
		w.follow()
		w.say(id, "Spoed: tag_added spoed, gas; department Storingen; noted_for Maaike Vos")
	})
}

func TestAFactIsHandledByARuleOnceAlsoWhenItIsReadAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.rule("Notitie", automation.Opened, automation.Then{Note: "Nieuw"})
		id := w.arrive("a", customer, "Vraag", channel.Thread{})
		w.follow()
		w.write(func(tx *sqldb.Tx) error {
			_, err := tx.Exec(`update follower set seq = 0 where name = 'rules'`)
			return err
		})
		w.follow()
		w.say(id, "Notitie: noted")
		notes := 0
		for _, e := range w.timeline(id) {
			if e.Sort == conversation.Note {
				notes++
			}
		}
		if notes != 1 {
			t.Errorf("%d notes", notes)
		}
	})
}

func TestWhatWasBeforeARuleWasOnIsLeftAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		before := w.arrive("a", customer, "Vraag", channel.Thread{})
		w.hand.Advance(time.Minute)
		r := w.rule("Label", automation.Opened, automation.Then{AddTags: []string{"nieuw"}})
		after := w.arrive("b", "lotte@post.example", "Vraag", channel.Thread{})
		w.follow()
		w.say(before)
		w.say(after, "Label: tag_added nieuw")
		w.write(func(tx *sqldb.Tx) error { return w.flow.Automation.SwitchOff(tx, w.by(), r.ID) })
		off := w.arrive("c", "piet@post.example", "Vraag", channel.Thread{})
		w.follow()
		w.say(off)
	})
}

func TestNoRuleFollowsFromARule(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.rule("Eerste", automation.Opened, automation.Then{AddTags: []string{"een"}})
		w.rule("Tweede", automation.Tagged, automation.Then{AddTags: []string{"twee"}})
		id := w.arrive("a", customer, "Vraag", channel.Thread{})
		w.follow()
		w.say(id, "Eerste: tag_added een")
		if err := w.flow.Tag(t.Context(), w.who, id, []string{"mens"}, nil); err != nil {
			t.Fatal(err)
		}
		w.follow()
		w.say(id, "Eerste: tag_added een", "Tweede: tag_added twee")
		w.follow()
		if got := w.caseOf(id).Tags; !slices.Equal(got, []string{"een", "mens", "twee"}) {
			t.Errorf("tags %v", got)
		}
	})
}

func TestARuleThatRunsTooOftenInACasePausesThereAndSaysSoOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.rule("Druk", automation.CustomerWrote, automation.Then{Note: "Schreef weer"})
		id := w.arrive("a", customer, "Vraag", channel.Thread{})
		w.follow()
		more := func(n int, from string) {
			for i := range n {
				w.arrive(fmt.Sprint(from, i), customer, "Nog iets", channel.Thread{Numbers: []string{w.caseOf(id).Number}})
				w.hand.Advance(time.Minute)
				w.follow()
			}
		}
		more(automation.MostRuns+3, "b")
		want := slices.Repeat([]string{"Druk: noted"}, automation.MostRuns)
		w.say(id, append(want, "Druk: paused")...)
		elsewhere := w.arrive("z", "lotte@post.example", "Vraag", channel.Thread{})
		w.follow()
		w.say(elsewhere, "Druk: noted")
		w.hand.Advance(automation.Within)
		more(1, "c")
		w.say(id, append(want, "Druk: paused", "Druk: noted")...)
	})
}

func TestARulePromisesWithinOpeningTime(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.rule("Vandaag", automation.CustomerWrote, automation.Then{Promise: automation.Pledge{Text: "Wij antwoorden je", Minutes: 10 * 60}})
		id := w.arrive("a", customer, "Vraag", channel.Thread{})
		w.follow()
		w.say(id, "Vandaag: promise Wij antwoorden je")
		c := w.caseOf(id)
		// Monday at ten in Amsterdam: seven hours until five, and three of Tuesday.
		if want := time.Date(2026, 11, 3, 11, 0, 0, 0, time.UTC); !c.PromiseDue.Equal(want) || c.WaitingSince.IsZero() {
			t.Errorf("due %v, want %v; waiting since %v", c.PromiseDue, want, c.WaitingSince)
		}
		w.arrive("b", customer, "Nog iets", channel.Thread{Numbers: []string{c.Number}})
		w.follow()
		w.say(id, "Vandaag: promise Wij antwoorden je", "Vandaag: promise_sooner")
		var all []promise.Promise
		w.read(func(tx *sqldb.Tx) (err error) {
			all, err = w.flow.Promise.OfCase(tx, w.org, id)
			return err
		})
		if len(all) != 1 {
			t.Errorf("%d promises", len(all))
		}
		// The receipt was the one mail of the day to an address that nobody has shown to be theirs.
		if got := w.letters(customer); len(got) != 1 {
			t.Errorf("%d letters", len(got))
		}
		w.prove(customer)
		w.hand.Advance(4 * 24 * time.Hour)
		w.write(func(tx *sqldb.Tx) error { return w.flow.Cases.Promised(tx, &c, ledger.Desk, cases.Next{}) })
		other := w.arrive("c", customer, "Andere vraag over spreeuwen", channel.Thread{})
		w.follow()
		w.say(other, "Vandaag: promise Wij antwoorden je")
		got := w.letters(customer)
		if len(got) != 3 || !got[0].Auto || !strings.Contains(got[0].Text, "Wij antwoorden je") || strings.Contains(got[0].Subject, "Vraag") {
			t.Errorf("the promise is not told by itself: %+v", got)
		}
	})
}

func TestASavedReplyGoesAsTheDeskAndOnceADay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.saved("Drukte", "Dag {{customer.name}}, het is druk. Je nummer is {{case.number}}.")
		w.rule("Drukte melden", automation.CustomerWrote, automation.Then{Reply: r.ID})
		stranger := w.arrive("a", "vreemd@post.example", "Vraag", channel.Thread{})
		w.follow()
		w.say(stranger, "Drukte melden: reply_unproved Drukte")
		id := w.named("b", "Sanne *de* Vries", customer)
		w.prove(customer)
		w.follow()
		w.say(id, "Drukte melden: replied Drukte")
		got := w.letters(customer)
		if len(got) != 2 || !got[0].Auto || got[0].ReturnPath != "" || !strings.Contains(got[0].Text, "Dag Sanne *de* Vries, het is druk") ||
			!strings.Contains(got[0].Text, "automatisch") || strings.Contains(got[0].Subject, "Vraag") {
			t.Errorf("the reply: %+v", got)
		}
		c := w.caseOf(id)
		if c.Turn != cases.Us || c.WaitingSince.IsZero() || c.Owner != 0 {
			t.Errorf("a reply by itself is no answer: %+v", c)
		}
		w.hand.Advance(2 * time.Hour)
		w.arrive("c", customer, "Bedankt voor uw bericht, ik ben met vakantie", channel.Thread{Numbers: []string{c.Number}})
		w.follow()
		w.say(id, "Drukte melden: replied Drukte", "Drukte melden: reply_again Drukte")
		if len(w.letters(customer)) != 2 {
			t.Error("two machines write to each other")
		}
	})
}

func TestTheOneMailOfTheDayToAStrangerIsTheReceipt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.saved("Drukte", "Het is druk.")
		w.rule("Drukte", automation.Opened, automation.Then{Reply: r.ID})
		// The follower of the rules may be the first of the two.
		rules := w.flow.Followers()[1]
		first := func() {
			if err := rules.CatchUp(t.Context(), w.db); err != nil {
				t.Fatal(err)
			}
			w.follow()
		}
		id := w.arrive("a", customer, "Vraag", channel.Thread{})
		first()
		w.say(id, "Drukte: reply_limit Drukte")
		if got := w.letters(customer); len(got) != 1 || !strings.Contains(got[0].Text, "We hebben je vraag ontvangen") {
			t.Errorf("the letters: %+v", got)
		}
		w.write(func(tx *sqldb.Tx) error {
			o, err := w.flow.Org.Load(tx, w.org)
			if err != nil {
				return err
			}
			o.Settings.Receipt = org.Off
			return w.flow.Org.Change(tx, ledger.Desk, o)
		})
		for i, want := range []string{"Drukte: replied Drukte", "Drukte: reply_limit Drukte"} {
			id := w.arrive(fmt.Sprint("b", i), "lotte@post.example", "Vraag", channel.Thread{})
			first()
			w.say(id, want)
		}
	})
}

func TestAMachineGetsNoReplyFromARule(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.saved("Dank", "Dank je.")
		w.rule("Dank", automation.Opened, automation.Then{Reply: r.ID})
		a := channel.Arrival{
			Org: w.org, Channel: channel.Email, Key: "robot", To: deskAddress, From: channel.Person{Address: "robot@post.example"},
			Subject: "Automatisch", Text: "Ik ben er niet", Auto: true,
		}
		got, err := w.flow.Arrive(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		w.follow()
		w.say(got.Case, "Dank: reply_machine Dank")
		if n := len(w.letters("robot@post.example")); n != 0 {
			t.Errorf("%d letters", n)
		}
	})
}

func TestAStrangerInACaseSetsNoRuleToWork(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.rule("Schreef", automation.CustomerWrote, automation.Then{AddTags: []string{"schreef"}})
		id := w.arrive("a", customer, "Vraag", channel.Thread{ID: "one@post.example"})
		w.follow()
		w.write(func(tx *sqldb.Tx) error {
			c, err := w.flow.Cases.Take(tx, w.org, id)
			if err != nil {
				return err
			}
			return w.flow.Cases.Tag(tx, &c, ledger.Desk, nil, []string{"schreef"})
		})
		if got := w.arrive("b", "ander@post.example", "Ik bemoei me ermee", channel.Thread{Parents: []string{"one@post.example"}}); got != id {
			t.Fatal("it did not join")
		}
		w.follow()
		w.say(id, "Schreef: tag_added schreef")
	})
}
