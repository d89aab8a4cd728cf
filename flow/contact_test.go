package flow_test

import (
	"testing"

	"balie/channel"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/feedback"
	"balie/domain/org"
	"balie/domain/routing"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/engine"
)

func TestTheCustomerWhoCallsItSolvedInTheChatEndsIt(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne := w.works("Anne", 1)
		v := w.visits("eerste")
		w.accept(v, anne)
		w.ok(w.flow.ReadBack(t.Context(), anne, v.id, "Waarom is de nota hoog?"))
		w.ok(w.flow.ContactConfirms(t.Context(), v.AtContact))
		w.ok(w.flow.Propose(t.Context(), anne, v.id, "De nota is aangepast."))
		w.ok(w.flow.ContactJudges(t.Context(), v.AtContact, feedback.Feedback{Outcome: feedback.NotYet, Text: "Nee"}))
		w.is(v, conversation.ContactLive, "Anne")
		w.ok(w.flow.Propose(t.Context(), anne, v.id, "Nu wel."))
		w.ok(w.flow.ContactJudges(t.Context(), v.AtContact, feedback.Feedback{Outcome: feedback.Solved}))
		w.is(v, conversation.ContactEnded, "Anne")
		if c := w.state(v.id).c; c.Status != cases.Closed || c.ClosedBy != cases.ByCustomer {
			t.Errorf("the case is %s by %q", c.Status, c.ClosedBy)
		}
		next := w.visits("tweede")
		w.accept(next, anne) // there is room again
		// A new message in an ended contact starts a wait again, in the same case.
		w.ok(w.says(v, "Toch nog iets."))
		w.is(v, conversation.ContactWaiting, "")
		w.waits("eerste")
		if c := w.state(v.id).c; c.Status != cases.Open {
			t.Errorf("the case is %s", c.Status)
		}
	})
}

func TestWhoEndsTheChatThemselvesIsNotMailedThatTheyWereGone(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne := w.works("Anne", 2)
		for name, end := range map[string]func(v *visitor) error{
			"solved": func(v *visitor) error {
				return w.flow.ContactJudges(t.Context(), v.AtContact, feedback.Feedback{Outcome: feedback.Solved})
			},
			"ended": func(v *visitor) error { return w.flow.EndContact(t.Context(), v.AtContact) },
			"left":  func(v *visitor) error { return w.flow.Left(t.Context(), v.AtContact) },
		} {
			address := name + "@klant.example"
			v := w.visitsAs("Mijn nota klopt niet", channel.Person{Address: address})
			w.accept(v, anne)
			w.ok(w.flow.Propose(t.Context(), anne, v.id, "De nota is aangepast."))
			w.ok(end(v))
			want := 0
			if name == "left" {
				want = 1
			}
			if n := len(w.letters(address)); n != want {
				t.Errorf("%s: %d mails, want %d", name, n, want)
			}
		}
	})
}

func TestATokenOpensItsOwnContactOnly(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		a, b := w.visits("eerste"), w.visits("tweede")
		var other org.Organisation
		w.write(func(tx *sqldb.Tx) (err error) {
			other, err = w.flow.Org.Create(tx, ledger.Desk, org.Organisation{Slug: "west", Name: "West", Locale: "nl", Zone: "Europe/Amsterdam"})
			return err
		})
		for name, at := range map[string]flow.AtContact{
			"another contact's": {Org: w.org, Contact: a.Contact, Token: b.Token},
			"none":              {Org: w.org, Contact: a.Contact},
			"organisation":      {Org: other.ID, Contact: a.Contact, Token: w.flow.ContactToken(other.ID, a.Contact)},
			"the page's":        {Org: w.org, Contact: a.Contact, Token: w.state(a.id).token},
		} {
			for what, err := range map[string]error{
				"left":     w.flow.Left(t.Context(), at),
				"returned": w.flow.Returned(t.Context(), at),
				"end":      w.flow.EndContact(t.Context(), at),
				"confirms": w.flow.ContactConfirms(t.Context(), at),
				"judges":   w.flow.ContactJudges(t.Context(), at, feedback.Feedback{Outcome: feedback.Solved}),
				"intro":    w.flow.Introduce(t.Context(), at, channel.Person{Address: "x@klant.example"}),
				"says":     w.says(&visitor{AtContact: at}, "Ik ben het"),
			} {
				if !fault.Is(err, fault.Unknown) {
					t.Errorf("%s with the token of %s: %v", what, name, err)
				}
			}
			if _, err := w.flow.Shown(t.Context(), at, 99); !fault.Is(err, fault.Unknown) {
				t.Errorf("shown with the token of %s: %v", name, err)
			}
			if _, err := w.flow.UploadFor(t.Context(), at, conversation.NewFile{Name: "a.txt", Type: "text/plain", Data: []byte("a")}); !fault.Is(err, fault.Unknown) {
				t.Errorf("upload with the token of %s: %v", name, err)
			}
			w.read(func(tx *sqldb.Tx) error {
				if _, _, err := w.flow.Contact(tx, at); !fault.Is(err, fault.Unknown) {
					t.Errorf("read with the token of %s: %v", name, err)
				}
				return nil
			})
		}
		w.waits("eerste", "tweede")
	})
}

func TestAMergedCaseTakesItsChatAlong(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne := w.works("Anne", 2)
		w.arrive("mail", "fatma@klant.example", "Mijn nota klopt niet.", channel.Thread{})
		mailed := w.arrive("mail2", "fatma@klant.example", "Nog een vraag.", channel.Thread{})
		v := w.visitsAs("Ik mailde hier al over", channel.Person{Address: "fatma@klant.example"})
		waiting := w.visitsAs("En deze wacht nog", channel.Person{Address: "fatma@klant.example"})
		w.accept(v, anne)
		w.ok(w.flow.Merge(t.Context(), anne, v.id, mailed))
		if c := w.contact(v); c.Case != mailed || c.State != conversation.ContactLive {
			t.Fatalf("the contact is %+v", c)
		}
		w.ok(w.says(v, "Dus het loopt al?"))
		if c := w.state(mailed).c; c.Preview != "Dus het loopt al?" {
			t.Errorf("what was said stands elsewhere: %q", c.Preview)
		}
		if n := len(w.letters("fatma@klant.example")); n != 0 {
			t.Errorf("%d mails to somebody who is there", n)
		}
		// One that waits in the line, and is put to somebody: it goes on as the other case.
		w.match()
		o := w.offered(waiting, anne, routing.FirstInLine)
		into := w.arrive("mail3", "fatma@klant.example", "Een derde.", channel.Thread{})
		w.ok(w.flow.Merge(t.Context(), anne, waiting.id, into))
		if got := w.wait(waiting).Case; got != into {
			t.Errorf("it waits for case %d, want %d", got, into)
		}
		id, err := w.flow.Accept(t.Context(), anne, o.ID)
		if err != nil || id != into {
			t.Errorf("accepted case %d, %v; want %d", id, err, into)
		}
		if c := w.state(into).c; c.Owner != anne.Agent {
			t.Errorf("the case that goes on belongs to %q", c.OwnerName)
		}
	})
}

func TestWhoIntroducesThemselvesIsKnown(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		v := w.visits("Dag")
		w.ok(w.flow.Introduce(t.Context(), v.AtContact, channel.Person{Name: "Daan", Address: "Daan@klant.example"}))
		c := w.state(v.id).c
		if c.PartyName != "Daan" || c.PartyAddress != "daan@klant.example" || w.contact(v).Party != c.Party {
			t.Errorf("after a new address: %+v", c)
		}
		known := w.state(w.arrive("mail", "fatma@klant.example", "Een vraag.", channel.Thread{})).c
		u := w.visits("Hallo")
		before := w.state(u.id).c.Party
		w.ok(w.flow.Introduce(t.Context(), u.AtContact, channel.Person{Address: "fatma@klant.example"}))
		c = w.state(u.id).c
		if c.Party != known.Party || c.Party == before || w.contact(u).Party != known.Party {
			t.Errorf("after a known customer's address: %+v", c)
		}
		// It is their word only: nothing is proved by it, and the conversation goes on.
		w.read(func(tx *sqldb.Tx) error {
			p, err := w.flow.Party.Point(tx, w.org, "daan@klant.example")
			if p.Known() {
				t.Error("an address that was only typed counts as proved")
			}
			return err
		})
		w.ok(w.says(u, "Dat ben ik"))
		w.ok(w.flow.Introduce(t.Context(), u.AtContact, channel.Person{Name: "Fatma"}))
		if c := w.state(u.id).c; c.PartyAddress != "fatma@klant.example" {
			t.Errorf("a name alone takes the address away: %+v", c)
		}
	})
}
