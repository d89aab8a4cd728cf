package flow_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/channel"
	"balie/domain/access"
	"balie/domain/conversation"
	"balie/domain/org"
	"balie/domain/routing"
	"balie/domain/staff"
	"balie/flow"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/engine"
)

func TestWhenAnAgentIsGoneTheUnansweredChatGoesToAnother(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne := w.works("Anne", 3)
		open, answered, put := w.visits("onbeantwoord"), w.visits("beantwoord"), w.visits("aangeboden")
		began := w.contact(open).Started
		w.accept(open, anne)
		w.accept(answered, anne)
		w.ok(w.flow.Reply(t.Context(), anne, answered.id, flow.Answer{Text: "Dat klopt."}))
		w.match()
		w.offered(put, anne, routing.FirstInLine)
		w.hand.Advance(staff.Absent)
		bram := w.works("Bram", 3)
		w.match()
		if state, reason := w.presence(anne).Shown(); state != staff.Away || reason != staff.Gone {
			t.Errorf("Anne is %s %s", state, reason)
		}
		w.is(open, conversation.ContactWaiting, "")
		w.is(answered, conversation.ContactLive, "Anne")
		if !w.wait(open).Rank.Equal(began) {
			t.Errorf("the place is that of %s, not of %s when it began", w.wait(open).Rank, began)
		}
		w.offered(open, bram, routing.FirstInLine)
		w.accept(open, bram)
		w.is(open, conversation.ContactLive, "Bram")
		w.accept(put, bram)
		// The customer of the answered one writes: nobody is there, so somebody else is asked.
		w.ok(w.says(answered, "En nu?"))
		w.is(answered, conversation.ContactWaiting, "")
		w.accept(answered, bram)
		if c := w.state(answered.id).c; c.Owner != bram.Agent {
			t.Errorf("the case belongs to %s", c.OwnerName)
		}
	})
}

func TestWhatALeavingVisitorDidNotSeeComesInOneMail(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne := w.works("Anne", 2)
		v := w.visitsAs("Mijn nota klopt niet", channel.Person{Name: "Fatma", Address: "fatma@klant.example"})
		w.accept(v, anne)
		w.ok(w.flow.Reply(t.Context(), anne, v.id, flow.Answer{Text: "Ik kijk het na."}))
		last := w.last(v)
		if s, err := w.flow.Shown(t.Context(), v.AtContact, last+1000); err != nil || s != (flow.Shown{Case: v.id, Seq: last, News: true}) {
			t.Fatalf("nobody saw what comes after %d: %+v %v", last, s, err)
		}
		for _, words := range []string{"Gevonden.", "Het is de **eindafrekening**."} {
			w.ok(w.flow.Reply(t.Context(), anne, v.id, flow.Answer{Text: words}))
		}
		w.ok(w.flow.Note(t.Context(), anne, v.id, flow.Answer{Text: "Geheim voor collega's."}))
		if n := len(w.letters("fatma@klant.example")); n != 0 {
			t.Fatalf("%d mails while the customer is there", n)
		}
		w.ok(w.flow.Left(t.Context(), v.AtContact))
		w.is(v, conversation.ContactLeft, "Anne")
		w.ok(w.flow.Left(t.Context(), v.AtContact)) // a second node says so too
		mails := w.letters("fatma@klant.example")
		if len(mails) != 1 {
			t.Fatalf("%d mails", len(mails))
		}
		body := mails[0].Text
		if !strings.Contains(body, "Gevonden.") || !strings.Contains(body, "eindafrekening") || strings.Contains(body, "Ik kijk het na") ||
			strings.Contains(body, "Geheim") || strings.Contains(body, "Mijn nota klopt niet") {
			t.Errorf("the mail says\n%s", body)
		}
		// From now on it is an exchange by mail, and what was mailed is not mailed again.
		w.ok(w.flow.Reply(t.Context(), anne, v.id, flow.Answer{Text: "Nog iets."}))
		w.ok(w.flow.Returned(t.Context(), v.AtContact))
		w.is(v, conversation.ContactLive, "Anne")
		w.ok(w.flow.Left(t.Context(), v.AtContact))
		if n := len(w.letters("fatma@klant.example")); n != 2 {
			t.Errorf("%d mails after coming back and leaving without news", n)
		}
	})
}

// A visitor whose screen listens at another node that lives is not gone; at a node that died they are.
func TestOnlyWhoListensAtNoLivingNodeHasLeft(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		one, two := ledger.NewLeases(w.db, "one"), ledger.NewLeases(w.db, "two")
		w.ok(one.Here(t.Context(), w.hand.Now().Add(time.Hour)))
		w.ok(two.Here(t.Context(), w.hand.Now().Add(time.Minute)))
		v := w.visits("waar is mijn pakket")
		for _, node := range []string{"one", "two", "two"} {
			w.ok(w.flow.Visits(t.Context(), v.AtContact, node))
		}
		w.ok(w.flow.GoneFrom(t.Context(), v.AtContact, "one"))
		w.is(v, conversation.ContactWaiting, "")
		w.ok(w.flow.Visits(t.Context(), v.AtContact, "one"))
		w.hand.Advance(2 * time.Minute) // two died
		w.ok(w.flow.GoneFrom(t.Context(), v.AtContact, "two"))
		w.is(v, conversation.ContactWaiting, "")
		w.ok(w.flow.GoneFrom(t.Context(), v.AtContact, "one"))
		w.is(v, conversation.ContactLeft, "")
		w.ok(w.flow.GoneFrom(t.Context(), flow.AtContact{Org: v.Org, Contact: v.Contact, Token: "of nobody"}, "one"))
		w.ok(w.db.Read(t.Context(), func(tx *sqldb.Tx) error {
			lost, err := w.flow.Conversation.Orphans(tx, 10)
			if len(lost) != 0 {
				t.Errorf("visits are left: %v", lost)
			}
			return err
		}))
	})
}

// Two nodes that find a visitor gone at the same moment do not each believe that the visitor is at the other.
func TestTwoNodesThatLoseAVisitorAtOnceKnowThatTheVisitorLeft(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		nodes := []string{"one", "two", "three"}
		for _, n := range nodes {
			w.ok(ledger.NewLeases(w.db, n).Here(t.Context(), w.hand.Now().Add(time.Hour)))
		}
		for range 10 {
			v := w.visits("ben ik er nog")
			for _, n := range nodes {
				w.ok(w.flow.Visits(t.Context(), v.AtContact, n))
			}
			var all sync.WaitGroup
			for _, n := range nodes {
				all.Go(func() {
					if err := w.flow.GoneFrom(t.Context(), v.AtContact, n); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			w.is(v, conversation.ContactLeft, "")
		}
	})
}

func TestAVisitorWhoComesBackIsWithTheSameAgentOrKeepsTheCredit(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne := w.works("Anne", 2)
		v := w.visits("eerste")
		w.accept(v, anne)
		w.ok(w.flow.Left(t.Context(), v.AtContact))
		w.hand.Advance(time.Minute)
		w.listens(anne)
		w.ok(w.flow.Returned(t.Context(), v.AtContact))
		w.is(v, conversation.ContactLive, "Anne")
		if kinds := w.kinds(v); !slices.Equal(kinds, []conversation.Sort{conversation.Message, conversation.Owned, conversation.WentAway, conversation.CameBack}) {
			t.Errorf("the timeline says %v", kinds)
		}
		w.ok(w.flow.Left(t.Context(), v.AtContact))
		w.set(anne, staff.Wish{State: staff.Away, Reason: "pauze"})
		w.ok(w.flow.Returned(t.Context(), v.AtContact))
		w.is(v, conversation.ContactLeft, "Anne") // nothing is asked yet
		w.ok(w.says(v, "Hallo?"))
		w.is(v, conversation.ContactWaiting, "")
		bram := w.works("Bram", 1)
		w.accept(v, bram)

		waiting := w.visits("tweede")
		w.hand.Advance(2 * time.Minute)
		w.ok(w.flow.Left(t.Context(), waiting.AtContact))
		w.hand.Advance(time.Hour)
		w.ok(w.flow.Returned(t.Context(), waiting.AtContact))
		if waited := w.hand.Now().Sub(w.wait(waiting).Rank); waited < 2*time.Minute || waited > 3*time.Minute {
			t.Errorf("counts as waiting for %s", waited)
		}
	})
}

func TestALiveChatIsHandedOverToSomebodyWhoIsThere(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne, bram, cor := w.works("Anne", 2), w.works("Bram", 2), w.works("Cor", 0)
		v, other := w.visits("eerste"), w.visits("tweede")
		began := w.contact(v).Started
		w.accept(v, anne)
		w.match()
		o := w.offered(other, bram, routing.FirstInLine)
		w.must(w.flow.Accept(t.Context(), bram, o.ID))
		// To a colleague: asked first, with the place of the beginning.
		w.ok(w.flow.Own(t.Context(), anne, v.id, flow.HandOver{To: bram.Agent, Note: "Weet er meer van."}))
		w.is(v, conversation.ContactWaiting, "Anne")
		o = w.offered(v, bram, routing.HandedOver)
		if !o.Since.Equal(began) || !w.wait(v).Rank.Equal(began) {
			t.Errorf("since %s, want %s", o.Since, began)
		}
		w.must(w.flow.Accept(t.Context(), bram, o.ID))
		w.is(v, conversation.ContactLive, "Bram")
		// To one who is not there: the line, and whoever is there is asked.
		w.ok(w.flow.Own(t.Context(), bram, v.id, flow.HandOver{To: cor.Agent}))
		w.is(v, conversation.ContactWaiting, "")
		w.match()
		w.offered(v, anne, routing.FirstInLine)
		w.accept(v, anne)
		// A lead takes over.
		lead := w.works("Lotte", 0)
		lead.Role = access.Lead
		w.ok(w.flow.Own(t.Context(), lead, v.id, flow.HandOver{To: lead.Agent}))
		w.is(v, conversation.ContactLive, "Lotte")
		if c := w.state(v.id).c; c.Owner != lead.Agent {
			t.Errorf("the case belongs to %s", c.OwnerName)
		}
	})
}

func TestALiveChatIsHandedOverToADepartment(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne := w.works("Anne", 2)
		var billing org.Department
		w.write(func(tx *sqldb.Tx) (err error) {
			billing, err = w.flow.Org.SaveDepartment(tx, org.By{Org: w.org, Actor: ledger.Desk}, org.Department{Name: "Nota's"})
			return err
		})
		v := w.visits("eerste")
		began := w.contact(v).Started
		w.accept(v, anne)
		w.ok(w.flow.Own(t.Context(), anne, v.id, flow.HandOver{Department: billing.ID}))
		w.is(v, conversation.ContactWaiting, "")
		w.match()
		if n := len(w.asked(anne)); n != 0 {
			t.Fatal("put to somebody outside the department")
		}
		if !w.wait(v).Rank.Equal(began) {
			t.Error("the place was lost")
		}
		bram := w.works("Bram", 1)
		w.write(func(tx *sqldb.Tx) error {
			a, err := w.flow.Access.Account(tx, w.org, bram.Agent)
			if err != nil {
				return err
			}
			a.Department = billing.ID
			return w.flow.Access.ChangeAccount(tx, org.By{Org: w.org, Actor: ledger.Desk}, a)
		})
		w.accept(v, bram)
		w.is(v, conversation.ContactLive, "Bram")
	})
}

func TestWhoWaitsAndIsHandedOverDidNotGiveUp(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne := w.works("Anne", 0)
		var billing org.Department
		w.write(func(tx *sqldb.Tx) (err error) {
			billing, err = w.flow.Org.SaveDepartment(tx, org.By{Org: w.org, Actor: ledger.Desk}, org.Department{Name: "Nota's"})
			return err
		})
		v, other := w.visits("eerste"), w.visits("tweede")
		before := w.wait(v)
		w.hand.Advance(time.Minute)
		w.ok(w.flow.Own(t.Context(), anne, v.id, flow.HandOver{Department: billing.ID}))
		w.is(v, conversation.ContactWaiting, "")
		after := w.wait(v)
		if after.ID != before.ID || !after.Rank.Equal(before.Rank) || after.Told != before.Told || after.Department != billing.ID {
			t.Errorf("the wait was %+v and is %+v", before, after)
		}
		w.read(func(tx *sqldb.Tx) error {
			all, err := w.flow.Queue.OfCase(tx, w.org, v.id)
			if len(all) != 1 {
				t.Errorf("%d waits", len(all))
			}
			lengths, lengthsErr := w.flow.Queue.Lengths(tx, w.org)
			if lengths[0] != 1 || lengths[billing.ID] != 1 {
				t.Errorf("in line: %v", lengths)
			}
			return errors.Join(err, lengthsErr)
		})
		w.ok(w.flow.Left(t.Context(), v.AtContact))
		w.ok(w.flow.Left(t.Context(), other.AtContact))
		w.read(func(tx *sqldb.Tx) error {
			n, err := w.flow.Queue.Length(tx, w.org)
			if n != 0 {
				t.Errorf("%d in line when everybody has left", n)
			}
			return err
		})
	})
}
