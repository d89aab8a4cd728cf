package flow_test

import (
	"fmt"
	"testing"
	"time"

	"balie/channel"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/feedback"
	"balie/domain/party"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
	"balie/test/engine"
)

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	engine.Each(t, func(t *testing.T, at engine.Target) { test(t, newWorld(t, at)) })
}

func (w *world) timeline(id ident.Case) (lines []conversation.Entry) {
	w.t.Helper()
	if err := w.db.Read(w.t.Context(), func(tx *sqldb.Tx) (err error) {
		lines, err = w.flow.Conversation.Timeline(tx, w.org, id)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return lines
}

func (w *world) letters(to string) (all []conversation.Letter) {
	w.t.Helper()
	if err := w.db.Read(w.t.Context(), func(tx *sqldb.Tx) (err error) {
		all, err = w.flow.Conversation.Outbox(tx, w.org, conversation.OutboxFilter{To: to, Limit: 100})
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return all
}

// follow handles every fact that waits, as the running desk does.
func (w *world) follow() {
	w.t.Helper()
	for _, f := range w.flow.Followers() {
		if err := f.CatchUp(w.t.Context(), w.db); err != nil {
			w.t.Fatal(err)
		}
	}
}

const customer = "sanne@post.example"

// token is what stands in the reply address of the newest letter to the customer.
func (w *world) token() string {
	w.t.Helper()
	reply := w.letters(customer)[0].ReplyTo
	return reply[len("klantenservice+") : len(reply)-len("@energie-oost.example")]
}

func TestAReplyTokenLeadsToItsCaseWithoutAnyHeader(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.arrive("a", customer, "Eerste", channel.Thread{})
		if err := w.flow.Reply(t.Context(), w.who, id, flow.Answer{Text: "Antwoord"}); err != nil {
			t.Fatal(err)
		}
		if got := w.arrive("b", customer, "Tweede", channel.Thread{Token: w.token()}); got != id {
			t.Error("the token leads elsewhere")
		}
		forged := []byte(w.token())
		forged[len(forged)-1] ^= 1
		if got := w.arrive("c", customer, "Derde", channel.Thread{Token: string(forged)}); got == id {
			t.Error("a forged token was believed")
		}
		w.hand.Advance(366 * 24 * time.Hour)
		if got := w.arrive("d", customer, "Vierde", channel.Thread{Token: w.token()}); got == id {
			t.Error("a token of more than a year ago was believed")
		}
	})
}

func TestTheTokenInTheHandsOfSomebodyElseIsShownAsSuch(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.arrive("a", customer, "Eerste", channel.Thread{})
		if err := w.flow.Propose(t.Context(), w.who, id, "Opgelost?"); err != nil {
			t.Fatal(err)
		}
		if err := w.flow.Solved(t.Context(), w.state(id).token, feedback.Feedback{Outcome: feedback.Solved}); err != nil {
			t.Fatal(err)
		}
		if got := w.arrive("b", "ander@elders.example", "Ik lees mee", channel.Thread{Token: w.token()}); got != id {
			t.Fatal("the token leads elsewhere")
		}
		lines := w.timeline(id)
		if last := lines[len(lines)-1]; last.Data.OtherSender != "ander@elders.example" || last.Actor.ID != 0 {
			t.Errorf("the line of another sender: %+v", last)
		}
		if s := w.state(id); s.c.Status != cases.Closed || !s.c.Unread {
			t.Errorf("a stranger changed the case to %s, unread %v", s.c.Status, s.c.Unread)
		}
		if n := len(w.letters("ander@elders.example")); n != 0 {
			t.Errorf("%d letters to the other sender", n)
		}
	})
}

func TestANumberInTheSubjectCountsOnlyFromTheCustomer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.arrive("a", customer, "Eerste", channel.Thread{})
		number := w.state(id).c.Number
		if got := w.arrive("b", customer, "Tweede", channel.Thread{Numbers: []string{"1999-1", number}}); got != id {
			t.Error("the customer's own number starts a new case")
		}
		if got := w.arrive("c", "ander@elders.example", "Derde", channel.Thread{Numbers: []string{number}}); got == id {
			t.Error("somebody who only knows the number writes into the case")
		}
	})
}

func TestAnAnswerThatComesBeforeItsQuestionFindsIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.arrive("later", customer, "Antwoord op mezelf", channel.Thread{ID: "2@post.example", Parents: []string{"1@post.example"}})
		if got := w.arrive("other", "ander@elders.example", "Mijn mail", channel.Thread{ID: "1@post.example"}); got == id {
			t.Error("a stranger's mail was drawn into the case by a claim")
		}
		if got := w.arrive("first", customer, "De vraag", channel.Thread{ID: "1@post.example"}); got != id {
			t.Error("the question does not join the answer that came first")
		}
	})
}

func TestAMachineIsNeverAnsweredByItself(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		receipt := func(auto bool, key, from string) int {
			if _, err := w.flow.Arrive(t.Context(), channel.Arrival{
				Org: w.org, Channel: channel.Email, Key: key, To: deskAddress,
				From: channel.Person{Address: from}, Subject: "Vraag", Text: "Tekst", Auto: auto,
			}); err != nil {
				t.Fatal(err)
			}
			w.follow()
			return len(w.letters(from))
		}
		if n := receipt(true, "a", "robot@post.example"); n != 0 {
			t.Errorf("a machine got %d letters", n)
		}
		if n := receipt(false, "b", "mens@post.example"); n != 1 {
			t.Errorf("a person got %d letters, want 1", n)
		}
		letter := w.letters("mens@post.example")[0]
		if !letter.Auto || letter.ReturnPath != "" {
			t.Errorf("an automatic answer says so and has no return path: %+v", letter)
		}
	})
}

func TestAProvedAddressGetsAReceiptForEachQuestion(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i := range 3 {
			w.arrive(fmt.Sprint(i), customer, "Vraag", channel.Thread{})
		}
		w.follow()
		if n := len(w.letters(customer)); n != 1 {
			t.Errorf("an unproved address got %d letters, want 1", n)
		}
		w.write(func(tx *sqldb.Tx) error { return w.flow.Party.Prove(tx, w.org, customer, party.ByLink) })
		w.arrive("4", customer, "Vraag", channel.Thread{})
		w.follow()
		if n := len(w.letters(customer)); n != 2 {
			t.Errorf("a proved address got %d letters, want 2", n)
		}
	})
}

func TestMergedCasesGoOnAsOneForTheCustomer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.arrive("a", customer, "Eerste", channel.Thread{ID: "a@post.example"})
		second := w.arrive("b", customer, "Tweede", channel.Thread{ID: "b@post.example"})
		strange := w.arrive("c", "ander@elders.example", "Derde", channel.Thread{})
		oldLink := w.state(second).token
		if err := w.flow.Merge(t.Context(), w.who, second, strange); !fault.Is(err, fault.Conflict) {
			t.Errorf("two customers in one case: %v", err)
		}
		if err := w.flow.Merge(t.Context(), w.who, second, first); err != nil {
			t.Fatal(err)
		}
		if got := w.arrive("d", customer, "Vierde", channel.Thread{Parents: []string{"b@post.example"}}); got != first {
			t.Error("a reply to the merged case does not reach the one that goes on")
		}
		if err := w.flow.Say(t.Context(), oldLink, channel.Arrival{Text: "Via de oude link"}); err != nil {
			t.Fatal(err)
		}
		said := map[string]bool{}
		for _, l := range w.timeline(first) {
			said[l.Text] = true
		}
		for _, words := range []string{"Eerste", "Tweede", "Vierde", "Via de oude link"} {
			if !said[words] {
				t.Errorf("%q is not in the case that goes on", words)
			}
		}
	})
}

func TestALinkOfAnotherCaseOrAnOldOneOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.arrive("a", customer, "Eerste", channel.Thread{})
		token := w.state(id).token
		for i := range token {
			broken := []byte(token)
			broken[i] = map[bool]byte{true: 'b', false: 'a'}[broken[i] == 'a']
			if err := w.flow.ConfirmQuestion(t.Context(), string(broken)); !fault.Is(err, fault.Unknown) {
				t.Fatalf("changed at %d: %v", i, err)
			}
		}
		w.write(func(tx *sqldb.Tx) error {
			_, err := tx.Exec(`update cases set link_version = 2 where org = $1 and id = $2`, w.org, id)
			return err
		})
		if err := w.flow.Say(t.Context(), token, channel.Arrival{Text: "x"}); !fault.Is(err, fault.Unknown) {
			t.Errorf("a link that was taken back: %v", err)
		}
	})
}
