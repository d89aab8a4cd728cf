package flow_test

import (
	"testing"
	"time"

	"balie/domain/access"
	"balie/domain/conversation"
	"balie/domain/queue"
	"balie/domain/routing"
	"balie/domain/staff"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/sqldb"
)

// staying is a visitor who chose to wait on for Anne, who is with somebody else, while Bram is free.
func (w *floor) staying() (v *visitor, anne, bram access.Principal) {
	w.t.Helper()
	v, anne, bram = w.known()
	a, ok := w.askedFor(v)
	if !ok || !a.Wait.Can || a.Wait.Bound <= 0 || a.Holds() || a.Over() {
		w.t.Fatalf("asked for %+v, %v", a, ok)
	}
	w.ok(w.flow.ChooseWait(w.t.Context(), v.AtContact))
	return v, anne, bram
}

// over checks that a visitor waits for whoever is free again, was told so, and kept the place.
func (w *floor) over(v *visitor, before queue.Wait) {
	w.t.Helper()
	a, ok := w.askedFor(v)
	if !ok || !a.Over() || a.Holds() {
		w.t.Fatalf("asked for %+v, %v", a, ok)
	}
	if after := w.wait(v); after.ID != before.ID || !after.Rank.Equal(before.Rank) {
		w.t.Errorf("the place was %s and is %s", before.Rank, after.Rank)
	}
	w.read(func(tx *sqldb.Tx) error {
		n, err := sqldb.Value(tx, `select count(*) from ledger where org = $1 and kind = 'queue.stay_ended'`, w.org)
		if n != 1 {
			w.t.Errorf("told %d times", n)
		}
		return err
	})
}

func TestWhoChoosesToWaitOnIsPutToNobodyElse(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		v, anne, bram := w.staying()
		before := w.wait(v)
		if before.Stay.Until.Sub(w.hand.Now()) != before.Stay.Bound || before.Stay.Bound%time.Minute != 0 {
			t.Errorf("waits on for %+v", before.Stay)
		}
		w.listening(2*time.Minute, anne, bram)
		w.match()
		if n := len(w.asked(bram)) + len(w.asked(anne)); n != 0 {
			t.Fatalf("%d offers", n)
		}
		// Whoever came later is helped meanwhile: nobody else waits longer for it.
		later := w.visits("later")
		w.accept(later, bram)
		w.must(0, w.flow.EndContactOf(t.Context(), anne, w.contactOf(anne)))
		w.match()
		w.offered(v, anne, routing.WaitedFor)
		if _, ok := w.askedFor(v); ok {
			t.Error("there is something to choose while Anne is asked")
		}
		w.accept(v, anne)
		w.is(v, conversation.ContactLive, "Anne")
	})
}

func TestAfterTheTimeThatWasSaidWhoeverIsFreeHelps(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		v, anne, bram := w.staying()
		before := w.wait(v)
		next, err := w.flow.MatchNow(t.Context())
		if err != nil || next.After(before.Stay.Until) {
			t.Errorf("looked at again at %s, %v; it holds until %s", next, err, before.Stay.Until)
		}
		w.listening(before.Stay.Until.Sub(w.hand.Now()), anne, bram)
		w.match()
		w.over(v, before)
		w.offered(v, bram, routing.FirstInLine)
		// Asked again, the customer may choose it again: what is put to Bram is taken back.
		if a, _ := w.askedFor(v); !a.Wait.Can {
			t.Error("it cannot be chosen again")
		}
		w.ok(w.flow.ChooseWait(t.Context(), v.AtContact))
		w.match()
		if n := len(w.asked(bram)); n != 0 {
			t.Errorf("%d offers to Bram", n)
		}
	})
}

func TestWhoWaitsOnForSomebodyWhoGoesAwayIsNotStuck(t *testing.T) {
	for name, leaves := range map[string]func(w *floor, anne, bram access.Principal){
		"switched":  func(w *floor, anne, _ access.Principal) { w.set(anne, staff.Wish{State: staff.Away}) },
		"no screen": func(w *floor, _, bram access.Principal) { w.listening(2*staff.Absent, bram) },
	} {
		t.Run(name, func(t *testing.T) {
			floors(t, func(t *testing.T, w *floor) {
				v, anne, bram := w.staying()
				before := w.wait(v)
				w.ok(w.flow.Reply(t.Context(), anne, w.contactOf(anne), flow.Answer{Text: "Momentje."})) // who has an answer does not wait
				w.hand.Advance(routing.Hold)
				w.listens(anne, bram)
				leaves(w, anne, bram)
				w.match()
				w.over(v, before)
				w.match()
				w.offered(v, bram, routing.FirstInLine)
				if a, _ := w.askedFor(v); a.Here || a.Wait.Can {
					t.Errorf("one can wait for somebody who is not there: %+v", a)
				}
				if err := w.flow.ChooseWait(t.Context(), v.AtContact); !fault.Is(err, fault.Conflict) {
					t.Errorf("to wait on for somebody who is not there: %v", err)
				}
			})
		})
	}
}

func TestWhoWaitsOnForSomebodyWhoDeclinesIsNotStuck(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		v, anne, bram := w.staying()
		before := w.wait(v)
		w.hand.Advance(routing.Hold)
		w.listens(anne, bram)
		w.must(0, w.flow.EndContactOf(t.Context(), anne, w.contactOf(anne)))
		w.match()
		o := w.offered(v, anne, routing.WaitedFor)
		w.ok(w.flow.Decline(t.Context(), anne, o.ID, "Ik moet weg"))
		w.match()
		w.over(v, before)
		w.offered(v, bram, routing.NextToTry)
		if a, _ := w.askedFor(v); a.Wait.Can {
			t.Error("one can wait for somebody who just declined")
		}
	})
}

func TestWaitingOnIsTakenBackForAColleague(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		v, anne, bram := w.staying()
		before := w.wait(v)
		w.listening(time.Minute, anne, bram)
		w.ok(w.flow.ChooseColleague(t.Context(), v.AtContact))
		w.match()
		w.offered(v, bram, routing.FirstInLine)
		if after := w.wait(v); after.ID != before.ID || !after.Rank.Equal(before.Rank) || after.Stay.Holds() || after.Stay.Bound != 0 {
			t.Errorf("was %+v and is %+v", before, after)
		}
	})
}

func TestWhoWaitsOnComesAfterWhoWaitedLongerForTheSameAgent(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		anne := w.works("Anne", 1)
		v, first := w.visits("eerste"), w.visits("tweede")
		w.accept(v, anne)
		w.ok(w.flow.Own(t.Context(), anne, v.id, flow.HandOver{To: anne.Agent}))
		w.ok(w.flow.EndContact(t.Context(), v.AtContact))
		w.accept(first, anne)
		third := w.visits("derde") // waits for whoever is free: only Anne is there
		w.ok(w.says(v, "Nog iets, Anne"))
		w.ok(w.flow.ChooseWait(t.Context(), v.AtContact))
		w.must(0, w.flow.EndContactOf(t.Context(), anne, first.id))
		w.match()
		w.offered(third, anne, routing.FirstInLine)
	})
}

func TestManyWhoWaitOnHideNobodyBehindThem(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		v, anne, bram := w.staying()
		_ = anne
		w.write(func(tx *sqldb.Tx) error { // more than are looked at in one go
			for i := range 250 {
				if _, err := tx.Exec(`insert into wait (org, id, contact, case_id, channel, wanted, rank, joined_at, state, stay_at, stay_until)
					select org, $2, $3, $4, channel, wanted, rank, joined_at, state, stay_at, stay_until from wait where org = $1 and id = $5`,
					w.org, tx.NewID(), -1-i, -1-i, w.wait(v).ID); err != nil {
					return err
				}
			}
			return nil
		})
		w.hand.Advance(routing.Hold)
		w.listens(anne, bram)
		last := w.visits("achteraan")
		w.match()
		w.offered(last, bram, routing.FirstInLine)
	})
}
