package flow_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"balie/channel"
	"balie/domain/access"
	"balie/domain/conversation"
	"balie/domain/promise"
	"balie/domain/staff"
	"balie/flow"
	"balie/ground/calendar"
	"balie/ground/fault"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// asksCall is a visitor who wants to be called back.
func (w *floor) asksCall(at time.Time) (*visitor, error) {
	w.t.Helper()
	w.node++
	r, err := w.flow.Arrive(w.t.Context(), channel.Arrival{
		Org: w.org, Channel: channel.Webchat, Key: fmt.Sprint("call ", w.node), Text: "Bel mij", Locale: "nl",
		Live: &channel.Live{Later: &channel.Later{Phone: "06 12345678", At: at}},
	})
	return &visitor{AtContact: flow.AtContact{Org: w.org, Contact: r.Contact, Token: w.flow.ContactToken(w.org, r.Contact)}, id: r.Case}, err
}

func (w *floor) callBacks(most int) (all []time.Time) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) (err error) {
		all, err = w.flow.CallBacks(tx, w.org, most)
		return err
	})
	return all
}

func (w *floor) promises(v *visitor) (all []promise.Promise) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) (err error) {
		all, err = w.flow.Promise.OfCase(tx, w.org, v.id)
		return err
	})
	return all
}

// weeks lets an agent be there on Mondays, from ten until one on the clock on the wall, for some weeks; it is Monday at ten
// again afterwards. Others may do something at eleven.
func (w *floor) weeks(n int, who []access.Principal, atEleven func()) {
	w.t.Helper()
	for range n {
		w.listens(who...)
		for _, a := range who {
			w.set(a, staff.Wish{State: staff.Available})
		}
		w.hand.Advance(time.Hour)
		atEleven()
		w.hand.Advance(2 * time.Hour)
		for _, a := range who {
			w.set(a, staff.Wish{State: staff.Away})
		}
		w.hand.Advance(w.hand.Now().Truncate(24 * time.Hour).Add(7*24*time.Hour + 9*time.Hour).Sub(w.hand.Now()))
	}
}

func TestWithNothingKnownASlotHoldsACallForEachWhoIsThereNow(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		slot := time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)
		if got := w.callBacks(2); !slices.Equal(got, []time.Time{slot, slot.Add(flow.CallBackSlot)}) {
			t.Fatalf("the first times are %v", got)
		}
		first, err := w.asksCall(slot)
		w.ok(err)
		if p := w.promises(first); len(p) != 1 || !p[0].CallAt.Equal(slot) || !p[0].Due.Equal(slot.Add(flow.CallBackSlot)) {
			t.Fatalf("promised %+v", p)
		}
		if _, err := w.asksCall(slot); fault.Of(err).Key != flow.CallBackFull {
			t.Errorf("the second in a slot for one: %v", err)
		}
		if got := w.callBacks(1); got[0].Equal(slot) {
			t.Error("a full slot is offered")
		}
		for _, closed := range []time.Time{slot.Add(time.Minute), slot.Add(12 * time.Hour), slot.Add(-24 * time.Hour), slot.Add(60 * 24 * time.Hour)} {
			if _, err := w.asksCall(closed); !fault.Is(err, fault.Invalid) {
				t.Errorf("a call at %s: %v", closed, err)
			}
		}
		w.works("Anne", 2)
		w.works("Bram", 2)
		_, err = w.asksCall(slot)
		w.ok(err)
	})
}

func TestOnlyTimesAtWhichAgentsAreUsuallyThereAreOffered(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne := w.works("Anne", 0)
		w.weeks(3, []access.Principal{anne}, func() {})
		monday := w.hand.Now()
		want := []time.Duration{30 * time.Minute, time.Hour, 90 * time.Minute, 2 * time.Hour, 150 * time.Minute}
		got := w.callBacks(6)
		if len(got) != 6 {
			t.Fatalf("the times are %v", got)
		}
		for i, d := range want {
			if !got[i].Equal(monday.Add(d)) {
				t.Errorf("time %d is %s, want %s", i, got[i], monday.Add(d))
			}
		}
		if next := monday.Add(7 * 24 * time.Hour); !got[5].Equal(next) {
			t.Errorf("after the shift comes %s, want %s", got[5], next)
		}
		w.works("Bram", 2) // who is there now says nothing about a usual week
		if got := w.callBacks(5); !got[4].Equal(monday.Add(7 * 24 * time.Hour)) {
			t.Errorf("the times are %v", got)
		}
	})
}

func TestWhereManyComeNobodyIsCalledBack(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne := w.works("Anne", 0)
		w.weeks(2, []access.Principal{anne}, func() {
			for range 8 {
				w.ok(w.flow.Left(t.Context(), w.visits("druk").AtContact))
			}
		})
		eleven := w.hand.Now().Add(time.Hour)
		got := w.callBacks(4)
		if slices.ContainsFunc(got, eleven.Equal) || !slices.ContainsFunc(got, eleven.Add(flow.CallBackSlot).Equal) {
			t.Errorf("the times are %v; at %s eight people come", got, eleven)
		}
	})
}

func TestWhoChoseACallAndComesBackEarlierKeepsThePlace(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		v, err := w.asksCall(w.callBacks(1)[0])
		w.ok(err)
		chose := w.hand.Now()
		w.hand.Advance(10 * time.Minute)
		other := w.visits("later gekomen")
		w.ok(w.says(v, "Ik ben er toch nu al"))
		w.is(v, conversation.ContactWaiting, "")
		if r := w.wait(v).Rank; !r.Equal(chose) || !r.Before(w.wait(other).Rank) {
			t.Errorf("the wait counts from %s, chosen at %s", r, chose)
		}
		// Whoever takes the case answers for the call.
		if p := w.promises(v)[0]; p.Owner != 0 {
			t.Errorf("nobody took it, but %s answers for it", p.OwnerName)
		}
		anne := w.works("Anne", 1)
		w.accept(v, anne)
		if p := w.promises(v)[0]; p.Owner != anne.Agent || p.OwnerName != "Anne" {
			t.Errorf("the call belongs to %q", p.OwnerName)
		}
	})
}

// carried keeps what goes out.
type carried chan channel.Outgoing

func (c carried) Send(_ context.Context, o channel.Outgoing) error {
	c <- o
	return nil
}

func TestAMailAboutACallBringsItForTheCalendar(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		v, err := w.asksCall(w.callBacks(1)[0])
		w.ok(err)
		w.ok(w.flow.Introduce(t.Context(), v.AtContact, channel.Person{Address: "fatma@klant.example"}))
		anne := w.works("Anne", 0)
		of := flow.Of{Case: v.id, Promise: w.promises(v)[0].ID}
		w.ok(w.flow.MovePromise(t.Context(), anne, of, flow.Move{Due: w.hand.Now().Add(3 * time.Hour)}))
		w.ok(w.flow.WithdrawPromise(t.Context(), anne, of, "Je vraag is al beantwoord."))
		sent := make(carried, 2)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- w.flow.Deliver(ctx, map[channel.Kind]flow.Carrier{channel.Email: sent}) }()
		first := <-sent
		stop()
		w.ok(<-done)
		if len(first.Files) != 1 || first.Files[0].Name != "afspraak.ics" || first.Files[0].Type != calendar.Type ||
			!strings.Contains(string(first.Files[0].Data), "SEQUENCE:2\r\n") || !strings.Contains(string(first.Files[0].Data), "STATUS:CANCELLED\r\n") {
			t.Errorf("with the mail goes %+v", first.Files)
		}
	})
}
