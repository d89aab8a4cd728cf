package flow_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"balie/channel"
	"balie/domain/access"
	"balie/domain/conversation"
	"balie/domain/insight"
	"balie/domain/org"
	"balie/domain/routing"
	"balie/domain/staff"
	"balie/flow"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/engine"
)

func floors(t *testing.T, test func(t *testing.T, w *floor)) {
	t.Helper()
	engine.Each(t, func(t *testing.T, at engine.Target) { test(t, newFloor(t, at)) })
}

// within sets the answer time of a channel.
func (w *floor) within(channel string, answer time.Duration) {
	w.t.Helper()
	w.write(func(tx *sqldb.Tx) error {
		return w.flow.Org.SetTarget(tx, org.By{Org: w.org, Actor: ledger.Desk}, org.Target{Channel: channel, Answer: answer})
	})
}

// writes is a question on a written channel.
func (w *floor) writes(on channel.Kind, words string) ident.Case {
	w.t.Helper()
	w.node++
	r, err := w.flow.Arrive(w.t.Context(), channel.Arrival{
		Org: w.org, Channel: on, Key: fmt.Sprint("letter ", w.node), From: channel.Person{Address: fmt.Sprintf("klant%d@post.example", w.node)},
		Subject: words, Text: words, To: "klantenservice@energie-oost.example",
	})
	w.ok(err)
	w.hand.Advance(time.Second)
	return r.Case
}

// reads is the written work that is put to an agent now; zero when there is none.
func (w *floor) reads(who access.Principal) (o routing.Offer) {
	w.t.Helper()
	for _, one := range w.asked(who) {
		if one.Written() {
			return one
		}
	}
	return o
}

// listening keeps the agents present while time passes.
func (w *floor) listening(d time.Duration, all ...access.Principal) {
	w.t.Helper()
	for ; d > 0; d -= 20 * time.Second {
		w.hand.Advance(min(d, 20*time.Second))
		w.listens(all...)
	}
}

func TestWrittenWorkIsOfferedInTheOrderInWhichItIsDue(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		w.within("form", time.Hour)
		mail, form := w.writes(channel.Email, "Mail"), w.writes(channel.Form, "Formulier")
		noor := w.works("Noor", 2)
		w.match()
		first := w.reads(noor)
		if first.Case != form {
			t.Fatalf("put to her is %+v, want the form, which is due first", first)
		}
		w.must(w.flow.Accept(t.Context(), noor, first.ID))
		if c := w.state(form).c; c.Owner != noor.Agent {
			t.Errorf("the form is of %q", c.OwnerName)
		}
		w.match()
		if o := w.reads(noor); o.ID != 0 {
			t.Errorf("more is put to her while her own work is due first: %+v", o)
		}
		w.ok(w.flow.Reply(t.Context(), noor, form, flow.Answer{Text: "Dat kan."}))
		w.match()
		if o := w.reads(noor); o.Case != mail {
			t.Errorf("after her answer the mail is next, not %+v", o)
		}
	})
}

func TestWhoSitsWaitingGoesBeforeWrittenWorkThatHasTime(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		mail := w.writes(channel.Email, "Mail")
		noor := w.works("Noor", 1)
		w.match()
		if o := w.reads(noor); o.Case != mail {
			t.Fatalf("put to her is %+v, want the mail", o)
		}
		v := w.visits("Chat")
		w.match()
		w.offered(v, noor, routing.FirstInLine)
		if o := w.reads(noor); o.ID != 0 {
			t.Errorf("the mail is still put to her beside the chat: %+v", o)
		}
		w.accept(v, noor)
		w.match()
		if o := w.reads(noor); o.ID != 0 {
			t.Errorf("she has no room, and %+v is put to her", o)
		}
		w.must(0, w.flow.EndContactOf(t.Context(), noor, v.id))
		w.match()
		if o := w.reads(noor); o.Case != mail {
			t.Errorf("after the chat the mail is next, not %+v", o)
		}
	})
}

func TestLateWrittenWorkGoesBeforeWhoCameLater(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		w.within("email", time.Hour)
		mail := w.writes(channel.Email, "Mail")
		w.hand.Advance(2 * time.Hour)
		v := w.visits("Chat")
		noor := w.works("Noor", 1)
		w.match()
		if o := w.reads(noor); o.Case != mail {
			t.Fatalf("put to her is %+v, want the mail that is late", w.asked(noor))
		}
		w.match()
		if o := w.reads(noor); o.Case != mail {
			t.Error("the chat that came later took the place of the mail")
		}
		w.must(w.flow.Accept(t.Context(), noor, w.reads(noor).ID))
		w.accept(v, noor)
	})
}

func TestWhoLetsWrittenWorkLieIsNotAway(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		mail := w.writes(channel.Email, "Mail")
		noor, bo := w.works("Noor", 1), w.works("Bo", 1)
		w.match()
		if o := w.reads(noor); o.Case != mail {
			t.Fatalf("put to Noor is %+v", o)
		}
		w.listening(routing.AnswerWritten+time.Second, noor, bo)
		w.match()
		if o := w.reads(bo); o.Case != mail || o.Reason != routing.NextToTry {
			t.Errorf("then it is put to Bo, not %+v", o)
		}
		if p := w.presence(noor); p.State != staff.Available || p.Missed != 0 {
			t.Errorf("Noor is %s after %d missed offers", p.State, p.Missed)
		}
	})
}

func TestTakingACaseFromTheListEndsItsOffer(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		mail := w.writes(channel.Email, "Mail")
		noor, bo := w.works("Noor", 1), w.works("Bo", 1)
		w.match()
		offer := w.reads(noor)
		w.ok(w.flow.Reply(t.Context(), bo, mail, flow.Answer{Text: "Dat kan."}))
		if _, err := w.flow.Accept(t.Context(), noor, offer.ID); err == nil {
			t.Error("Noor took what Bo had answered")
		}
		w.match()
		if o := w.reads(noor); o.ID != 0 {
			t.Errorf("still put to her: %+v", o)
		}
	})
}

func TestAnOwnerWhoIsNotThereGivesUpTheCaseInTime(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		w.within("email", 4*time.Hour)
		mail := w.writes(channel.Email, "Mail")
		wim := w.works("Wim", 0)
		w.ok(w.flow.Own(t.Context(), wim, mail, flow.HandOver{To: wim.Agent}))
		noor := w.works("Noor", 1)
		w.match()
		if o := w.reads(noor); o.ID != 0 {
			t.Fatalf("Wim's case is put to Noor at once: %+v", o)
		}
		c := w.state(mail).c
		w.hand.Advance(c.AnswerNext.Sub(w.hand.Now()))
		w.listens(noor)
		w.ok(w.flow.Deadlines(t.Context()))
		w.match()
		if o := w.reads(noor); o.Case != mail {
			t.Errorf("an hour before it is due it is put to %+v", o)
		}
		lines := w.timeline(mail)
		if last := lines[len(lines)-1]; last.Sort != conversation.HandedOver || last.Actor.Kind != ledger.System || last.Data.From != "Wim" {
			t.Errorf("the timeline does not say so: %+v", last)
		}
	})
}

func TestTheReceiptSaysWhenTheAnswerComes(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		w.within("email", 90*time.Minute)
		w.writes(channel.Email, "Mail")
		w.within("email", 0)
		w.writes(channel.Email, "Nog een")
		w.follow()
		told, silent := w.letters("klant1@post.example"), w.letters("klant2@post.example")
		if len(told) != 1 || len(silent) != 1 {
			t.Fatalf("%d and %d receipts", len(told), len(silent))
		}
		const says = "Je hebt antwoord vóór maandag 2 november om 11.30 uur."
		if !strings.Contains(told[0].Text, says) {
			t.Errorf("the receipt does not say when: %s", told[0].Text)
		}
		if strings.Contains(silent[0].Text, "Je hebt antwoord vóór") {
			t.Error("an answer is promised where nothing is")
		}
	})
}

func TestWhetherAnswersWereInTimeIsCounted(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		w.within("email", 2*time.Hour)
		from, noor := w.hand.Now(), w.works("Noor", 0)
		soon, late, waits := w.writes(channel.Email, "Op tijd"), w.writes(channel.Email, "Te laat"), w.writes(channel.Email, "Nog niet")
		w.ok(w.flow.Reply(t.Context(), noor, soon, flow.Answer{Text: "Dat kan."}))
		w.ok(w.flow.Reply(t.Context(), noor, soon, flow.Answer{Text: "Nog iets."})) // nobody waited for it
		w.hand.Advance(3 * time.Hour)
		w.ok(w.flow.Reply(t.Context(), noor, late, flow.Answer{Text: "Sorry."}))
		if w.state(waits).c.AnswerDue.After(w.hand.Now()) {
			t.Fatal("the third is not late yet")
		}
		w.read(func(tx *sqldb.Tx) error {
			all, err := insight.HowPrompt(tx, w.org, from, w.hand.Now().Add(time.Second))
			if len(all) != 1 || all[0].Answered != 2 || all[0].Within != 1 || all[0].Late != 1 || all[0].Share() != 0.5 {
				t.Errorf("counted %+v", all)
			}
			return err
		})
	})
}

func TestWrittenWorkOfAnotherDepartmentIsOfferedThereAtOnce(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		mail := w.writes(channel.Email, "Nota")
		noor := w.works("Noor", 2)
		w.match()
		if o := w.reads(noor); o.Case != mail {
			t.Fatalf("put to her is %+v", o)
		}
		w.leftTo(w.department("Nota's").ID, mail)
		w.match()
		if o := w.reads(noor); o.ID != 0 {
			t.Errorf("still put to somebody who is not of that department: %+v", o)
		}
	})
}
