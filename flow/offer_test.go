package flow_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"balie/domain/conversation"
	"balie/domain/routing"
	"balie/domain/staff"
	"balie/flow"
	"balie/ground/fault"
	"balie/test/engine"
)

func TestTheLineGoesByWhoWaitsLongest(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		a, b, c := w.visits("eerste"), w.visits("tweede"), w.visits("derde")
		w.waits("eerste", "tweede", "derde")
		wim := w.works("Wim", 1)
		w.accept(a, wim)
		w.waits("tweede", "derde")
		// Whoever gives up and comes back has waited already: nobody else comes first because of it.
		w.hand.Advance(time.Minute)
		w.ok(w.flow.Left(t.Context(), b.AtContact))
		w.waits("derde")
		w.hand.Advance(10 * time.Second)
		w.ok(w.flow.Returned(t.Context(), b.AtContact))
		d := w.visits("vierde")
		w.waits("derde", "tweede", "vierde")
		_ = c
		_ = d
		if got, before := w.wait(b).Rank, w.hand.Now().Add(-time.Minute); got.After(before) {
			t.Errorf("the minute that was waited before does not count: %s", got)
		}
	})
}

func TestTheOneWithLeastToDoIsAskedAndOfThoseWhoIsFreeLongest(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		first, second := w.works("Anne", 2), w.works("Bram", 2)
		a := w.visits("eerste")
		w.match()
		w.offered(a, first, routing.FirstInLine) // both have nothing to do
		w.accept(a, first)
		b := w.visits("tweede")
		w.match()
		w.offered(b, second, routing.FirstInLine) // has less to do
		w.accept(b, second)
		c := w.visits("derde")
		w.match()
		w.offered(c, first, routing.FirstInLine) // both have one; the first is free longer
	})
}

func TestAMissedOfferGoesOnAndTwoMakeOneAway(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne, bram := w.works("Anne", 2), w.works("Bram", 2)
		a := w.visits("eerste")
		w.match()
		o := w.offered(a, anne, routing.FirstInLine)
		since := w.wait(a).Rank
		w.hand.Advance(o.Until.Sub(w.hand.Now()) - time.Millisecond)
		w.match()
		w.offered(a, anne, routing.FirstInLine)
		w.hand.Advance(time.Millisecond)
		w.listens(anne, bram)
		w.match()
		next := w.offered(a, bram, routing.NextToTry)
		if !w.wait(a).Rank.Equal(since) || !next.Since.Equal(since) {
			t.Error("the customer lost the place")
		}
		if _, err := w.flow.Accept(t.Context(), anne, o.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("too late: %v", err)
		}
		w.must(w.flow.Accept(t.Context(), bram, next.ID))
		b := w.visits("tweede")
		w.match()
		w.offered(b, anne, routing.FirstInLine)
		w.hand.Advance(routing.Answer)
		w.listens(anne, bram)
		w.match()
		w.offered(b, bram, routing.NextToTry)
		if p := w.presence(anne); p.State != staff.Away || p.Reason != staff.Missed {
			t.Errorf("after two missed offers: %+v", p)
		}
		if p := w.presence(bram); p.State != staff.Available {
			t.Errorf("the colleague: %+v", p)
		}
	})
}

func TestADeclinedOfferKeepsThePlace(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne := w.works("Anne", 2)
		a, b := w.visits("eerste"), w.visits("tweede")
		w.match()
		o := w.offered(a, anne, routing.FirstInLine)
		if err := w.flow.Decline(t.Context(), anne, o.ID, " "); !fault.Is(err, fault.Invalid) {
			t.Errorf("without a reason: %v", err)
		}
		w.ok(w.flow.Decline(t.Context(), anne, o.ID, "skill"))
		w.waits("eerste", "tweede")
		w.match()
		w.offered(b, anne, routing.FirstInLine) // not the same one again at once
		bram := w.works("Bram", 1)
		w.match()
		w.offered(a, bram, routing.NextToTry)
		w.set(bram, staff.Wish{State: staff.Busy}) // who goes away gives back what was offered
		if n := len(w.asked(bram)); n != 0 {
			t.Errorf("%d offers left", n)
		}
		w.accept(b, anne)
		w.hand.Advance(routing.Rest)
		w.listens(anne)
		w.match()
		w.offered(a, anne, routing.FirstInLine)
	})
}

func TestNobodyGetsMoreThanTheyTake(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne := w.works("Anne", 2)
		var all []*visitor
		for i := range 4 {
			all = append(all, w.visits(fmt.Sprint("vraag ", i)))
		}
		w.match()
		if n := len(w.asked(anne)); n != 1 {
			t.Fatalf("%d questions at once", n)
		}
		w.accept(all[0], anne)
		w.accept(all[1], anne)
		w.match()
		if n := len(w.asked(anne)); n != 0 {
			t.Fatalf("offered above the limit")
		}
		w.set(anne, staff.Wish{State: staff.Available, Chats: 3})
		w.accept(all[2], anne)
		w.ok(w.flow.EndContactOf(t.Context(), anne, all[0].id))
		w.is(all[0], conversation.ContactEnded, "")
		w.accept(all[3], anne)
		w.waits()
	})
}

func TestOneContactIsNeverWithTwoAgents(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne := w.works("Anne", 5)
		for i := range 5 {
			v := w.visits(fmt.Sprint("vraag ", i))
			w.match()
			o := w.offered(v, anne, routing.FirstInLine)
			var done sync.WaitGroup
			answers := make([]error, 2)
			for n := range answers {
				done.Go(func() { _, answers[n] = w.flow.Accept(t.Context(), anne, o.ID) })
			}
			done.Wait()
			if refused := fault.Is(answers[0], fault.Conflict) != fault.Is(answers[1], fault.Conflict); !refused || (answers[0] != nil) == (answers[1] != nil) {
				t.Fatalf("two accepts at once: %v and %v", answers[0], answers[1])
			}
		}
		bram := w.works("Bram", 1)
		v := w.visits("laatste")
		w.match()
		o := w.offered(v, bram, routing.FirstInLine)
		if _, err := w.flow.Accept(t.Context(), anne, o.ID); !fault.Is(err, fault.Unknown) {
			t.Errorf("somebody else's offer: %v", err)
		}
		// An agent who answers without an offer takes the contact: the offer is taken back.
		w.ok(w.flow.Reply(t.Context(), anne, v.id, flow.Answer{Text: "Ik help."}))
		w.is(v, conversation.ContactLive, "Anne")
		if _, err := w.flow.Accept(t.Context(), bram, o.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("an offer that was taken back: %v", err)
		}
	})
}
