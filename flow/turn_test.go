package flow_test

import (
	"testing"
	"time"

	"balie/channel"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/routing"
	"balie/flow"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// assignments are how a case was given to who, in turn.
func (w *floor) assignments(c ident.Case) (all []routing.Offer) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) (err error) {
		all, err = w.flow.Routing.Assignments(tx, w.org, c)
		return err
	})
	return all
}

// stands is where a case stands in the line.
func (w *floor) stands(c ident.Case) (s flow.Standing, ok bool) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) error {
		about, err := w.flow.Cases.Get(tx, w.org, c)
		if err != nil {
			return err
		}
		s, ok, err = w.flow.Standing(tx, &about)
		return err
	})
	return s, ok
}

func (w *floor) because(c ident.Case, why routing.Reason, ahead int) {
	w.t.Helper()
	all := w.assignments(c)
	if len(all) == 0 {
		w.t.Fatal("nothing says why")
	}
	if last := all[len(all)-1]; last.Reason != why || last.Ahead != ahead {
		w.t.Errorf("taken because of %s, %d left behind; want %s, %d", last.Reason, last.Ahead, why, ahead)
	}
}

func TestWhyWrittenWorkWasTakenIsKept(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		first, second, third := w.writes(channel.Email, "Een"), w.writes(channel.Email, "Twee"), w.writes(channel.Email, "Drie")
		noor, wim := w.works("Noor", 1), w.works("Wim", 0)
		w.match()
		w.must(w.flow.Accept(t.Context(), noor, w.reads(noor).ID))
		w.because(first, routing.FirstInLine, 0)
		if n := len(w.assignments(first)); n != 1 {
			t.Errorf("%d reasons for one assignment", n)
		}
		// Wim takes the last one from the list, while the second waits.
		w.ok(w.flow.Reply(t.Context(), wim, third, flow.Answer{Text: "Dat kan."}))
		w.because(third, routing.TakenOver, 1)
		w.ok(w.flow.Reply(t.Context(), wim, third, flow.Answer{Text: "Nog iets."}))
		w.ok(w.flow.Own(t.Context(), wim, second, flow.HandOver{To: noor.Agent}))
		w.because(second, routing.HandedOver, 0)
		w.ok(w.flow.Own(t.Context(), noor, second, flow.HandOver{To: wim.Agent})) // it does not wait in the line any more
		if n := len(w.assignments(third)) + len(w.assignments(second)); n != 2 {
			t.Errorf("%d reasons for two assignments", n)
		}
	})
}

func TestWhatIsPutToSomebodyIsNotLeftBehind(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		first, second := w.writes(channel.Email, "Een"), w.writes(channel.Email, "Twee")
		noor, wim := w.works("Noor", 1), w.works("Wim", 1)
		w.match()
		if w.reads(noor).Case != first || w.reads(wim).Case != second {
			t.Fatal("each has something to read")
		}
		w.must(w.flow.Accept(t.Context(), wim, w.reads(wim).ID))
		w.because(second, routing.FirstInLine, 0)
	})
}

func TestWhoIsTakenOutOfTheQueueIsToldSo(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		noor := w.works("Noor", 0)
		w.visits("eerste")
		w.visits("tweede")
		third := w.visits("derde")
		w.ok(w.flow.Reply(t.Context(), noor, third.id, flow.Answer{Text: "Ik zie het."}))
		w.is(third, conversation.ContactLive, "Noor")
		w.because(third.id, routing.TakenOver, 2)
		fourth := w.visits("vierde")
		w.ok(w.flow.Own(t.Context(), noor, fourth.id, flow.HandOver{To: noor.Agent}))
		w.because(fourth.id, routing.TakenOver, 2)
		if n := len(w.assignments(fourth.id)); n != 1 {
			t.Errorf("%d reasons for one assignment", n)
		}
	})
}

func TestThePlaceOfWrittenWorkIsThatOfTheWholeLine(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		w.within("email", 4*time.Hour)
		w.writes(channel.Email, "Een")
		second := w.writes(channel.Email, "Twee")
		w.visits("wie nu wacht, gaat voor wat tijd heeft")
		if s, ok := w.stands(second); !ok || s.Place != 3 || s.Offered {
			t.Errorf("stands at %+v, %v", s, ok)
		}
		w.hand.Advance(4 * time.Hour)
		w.visits("wie later komt, niet")
		if s, _ := w.stands(second); s.Place != 3 {
			t.Errorf("when it is late it stands at %+v", s)
		}
		noor := w.works("Noor", 1)
		w.match()
		first := w.asked(noor)[0]
		if s, ok := w.stands(first.Case); first.Written() && (!ok || !s.Offered || s.Place != 0) {
			t.Errorf("what somebody is asked for stands at %+v, %v", s, ok)
		}
		w.ok(w.flow.Snooze(t.Context(), noor, second, w.hand.Now().Add(time.Hour)))
		if s, ok := w.stands(second); ok {
			t.Errorf("what is put off stands at %+v", s)
		}
		w.ok(w.flow.Reply(t.Context(), noor, second, flow.Answer{Text: "Ja."}))
		if s, ok := w.stands(second); ok {
			t.Errorf("what is answered stands at %+v", s)
		}
	})
}

func TestAPlaceThatIsTooFarIsNotSaid(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		last := w.writes(channel.Email, "De laatste")
		w.write(func(tx *sqldb.Tx) error {
			c, err := w.flow.Cases.Get(tx, w.org, last)
			if err != nil {
				return err
			}
			for range cases.MostBefore {
				o := cases.Opening{Org: w.org, Subject: "Eerder", Channel: "email", Party: c.Party, Name: "Iemand", Expected: cases.Expected{Due: c.AnswerDue.Add(-time.Minute)}}
				if _, err := w.flow.Cases.Open(tx, o, ledger.Desk); err != nil {
					return err
				}
			}
			return nil
		})
		if s, ok := w.stands(last); !ok || s.Place != 0 {
			t.Errorf("stands at %+v, %v", s, ok)
		}
	})
}
