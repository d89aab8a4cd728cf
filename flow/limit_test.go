package flow_test

import (
	"testing"
	"time"

	"balie/domain/access"
	"balie/domain/feedback"
	"balie/domain/staff"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/engine"
)

func (w *floor) measured(who access.Principal) (m staff.Measured) {
	w.t.Helper()
	w.follow()
	w.read(func(tx *sqldb.Tx) (err error) {
		m, err = w.flow.Staff.Measured(tx, w.org, who.Agent)
		return err
	})
	return m
}

// begins puts a visitor's contact to an agent at once.
func (w *floor) begins(words string, who access.Principal) *visitor {
	w.t.Helper()
	v := w.visits(words)
	w.ok(w.flow.Reply(w.t.Context(), who, v.id, flow.Answer{Text: "Dag"}))
	w.follow()
	return v
}

func TestTimeAndChatsAreCountedByHowManyAreOpen(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne, bram := w.works("Anne", 5), w.works("Bram", 5)
		first := w.begins("eerste", anne)
		w.hand.Advance(10*time.Minute - time.Second)
		second := w.begins("tweede", anne) // the visit itself takes a second
		w.hand.Advance(4 * time.Minute)
		third := w.begins("derde", anne)
		w.hand.Advance(2*time.Minute - time.Second)
		w.ok(w.flow.Own(t.Context(), bram, third.id, flow.HandOver{To: bram.Agent})) // taken over: Anne did not finish it
		w.hand.Advance(3 * time.Minute)
		w.ok(w.flow.Left(t.Context(), first.AtContact))
		w.listens(anne, bram)
		w.ok(w.flow.Returned(t.Context(), first.AtContact))
		w.hand.Advance(time.Minute)
		w.ok(w.flow.EndContactOf(t.Context(), anne, first.id)) // counted once
		w.hand.Advance(5 * time.Minute)
		w.ok(w.flow.EndContactOf(t.Context(), anne, second.id))
		w.hand.Advance(time.Hour)
		m := w.measured(anne)
		for i, want := range []struct {
			time time.Duration
			done int
		}{{15 * time.Minute, 1}, {8*time.Minute + time.Second, 1}, {2*time.Minute - time.Second, 0}} {
			if got := m.Agent[i]; got.Time != want.time || got.Done != want.done {
				t.Errorf("with %d open: %s and %d ended", i+1, got.Time, got.Done)
			}
		}
		if team := m.Team[0]; team.Time <= m.Agent[0].Time || team.Done != 1 {
			t.Errorf("everybody, with one open: %+v", team)
		}
	})
}

func TestTimeAwayFromTheScreenDoesNotCount(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne := w.works("Anne", 5)
		v := w.begins("eerste", anne)
		w.hand.Advance(10 * time.Minute)
		w.set(anne, staff.Wish{State: staff.Away})
		w.hand.Advance(14 * time.Hour)
		w.listens(anne)
		w.set(anne, staff.Wish{State: staff.Available})
		w.hand.Advance(5 * time.Minute)
		w.ok(w.flow.EndContactOf(t.Context(), anne, v.id))
		// The visit takes a second after the answer.
		if got := w.measured(anne).Agent[0]; got.Time.Round(time.Minute) != 15*time.Minute || got.Done != 1 {
			t.Errorf("%s and %d ended", got.Time, got.Done)
		}
	})
}

func TestRepliesLaterThanPromisedAndWhatCustomersSayAreCounted(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne := w.works("Anne", 5)
		var promised time.Duration
		w.read(func(tx *sqldb.Tx) error {
			o, err := w.flow.Org.Load(tx, w.org)
			promised = o.Settings.ChatReply
			return err
		})
		v := w.begins("eerste", anne)
		for _, wait := range []time.Duration{promised - time.Second, promised + time.Second, promised} {
			w.ok(w.says(v, "En nu?"))
			w.hand.Advance(wait)
			w.ok(w.flow.Reply(t.Context(), anne, v.id, flow.Answer{Text: "Zo."}))
			w.ok(w.flow.Reply(t.Context(), anne, v.id, flow.Answer{Text: "En zo."})) // nobody waited for this one
			w.follow()
		}
		w.ok(w.flow.Propose(t.Context(), anne, v.id, "Zo is het."))
		five := 5
		w.ok(w.flow.ContactJudges(t.Context(), v.AtContact, feedback.Feedback{Outcome: feedback.Solved, Satisfaction: &five}))
		got := w.measured(anne).Agent[0]
		if got.Replies != 3 || got.Slow != 1 || got.Judged != 1 || got.Points != 5 || got.Done != 1 {
			t.Errorf("%+v", got)
		}
	})
}

func TestTheLimitIsLearntOnceADayAndToldAndANumberByHandIsTheMost(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne := w.works("Anne", 1)
		bram := w.works("Bram", 1)
		if _, err := w.flow.SetLimit(t.Context(), bram, anne.Agent, staff.AsLearnt); err != nil {
			t.Fatal(err)
		}
		v := w.begins("eerste", anne)
		w.hand.Advance(3 * time.Hour)
		w.listens(anne)
		w.ok(w.flow.EndContactOf(t.Context(), anne, v.id))
		w.follow()
		learn := func(want, most int, why staff.Why) {
			t.Helper()
			w.ok(w.flow.LearnLimitsNow(t.Context()))
			if p := w.presence(anne); p.Chats != want || p.Cap != most {
				t.Errorf("takes %d at once, at most %d", p.Chats, p.Cap)
			}
			w.read(func(tx *sqldb.Tx) error {
				all, err := w.flow.Staff.Advices(tx, w.org)
				if got := all[anne.Agent]; got.Why != why || got.Chats != want {
					t.Errorf("%+v", got)
				}
				return err
			})
		}
		learn(2, 0, staff.RoomForOne) // three hours with one: one more is worth trying
		learn(2, 0, staff.RoomForOne) // not again on the same day
		if n := w.told("staff.limit_changed"); n != 2 {
			t.Errorf("told %d times", n) // by hand, and learnt
		}
		w.hand.Advance(staff.LearnEvery)
		learn(2, 0, staff.Learning) // nothing is known of two
		if _, err := w.flow.SetLimit(t.Context(), bram, anne.Agent, 1); err != nil {
			t.Fatal(err)
		}
		w.hand.Advance(staff.LearnEvery)
		learn(1, 1, staff.CappedByHand)
		for _, n := range []int{6, -2} {
			if _, err := w.flow.SetLimit(t.Context(), bram, anne.Agent, n); !fault.Is(err, fault.Invalid) {
				t.Errorf("%d at once: %v", n, err)
			}
		}
		if _, err := w.flow.SetLimit(t.Context(), bram, ident.Agent(12), 1); !fault.Is(err, fault.Unknown) {
			t.Errorf("nobody: %v", err)
		}
	})
}

// told counts the facts of a kind.
func (w *floor) told(kind string) (n int) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) error {
		all, err := ledger.Of(tx, w.org, kind, 0, 100)
		n = len(all)
		return err
	})
	return n
}
