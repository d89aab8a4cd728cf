package flow_test

import (
	"testing"
	"time"

	"balie/channel"
	"balie/domain/cases"
	"balie/domain/routing"
	"balie/flow"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// longer is more than what is looked at in one transaction.
const longer = 210

// leftTo gives cases to a department, where nobody owns them.
func (w *floor) leftTo(d ident.Department, all ...ident.Case) {
	w.t.Helper()
	w.write(func(tx *sqldb.Tx) error {
		for _, id := range all {
			c, err := w.flow.Cases.Take(tx, w.org, id)
			if err != nil {
				return err
			}
			if err := w.flow.Cases.Own(tx, &c, ledger.Desk, cases.Person{}, d); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestALongLineOfADepartmentWithoutAnybodyHidesNobody(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		var mails []ident.Case
		for range longer {
			mails = append(mails, w.writes(channel.Email, "Nota"))
		}
		w.leftTo(w.department("Nota's").ID, mails...)
		late := w.writes(channel.Email, "Verhuizing")
		noor := w.works("Noor", 2)
		w.match()
		if got := w.reads(noor).Case; got != late {
			t.Fatalf("put to her is case %d, want %d: the others are of a department she is not of", got, late)
		}
		chat := w.visits("Storing")
		w.match()
		w.offered(chat, noor, routing.FirstInLine)
	})
}

func TestWhoseCustomerWaitsInTheQueueIsNotOfferedInWritingToo(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		anne := w.works("Anne", 1)
		chat := w.visits("Nota")
		w.match()
		w.accept(chat, anne)
		_, err := w.flow.MakePromise(t.Context(), anne, chat.id, flow.Promising{Text: "We bellen u", Due: w.hand.Now().Add(time.Hour)})
		w.ok(err)
		w.ok(w.flow.EndContactOf(t.Context(), anne, chat.id))
		other := w.visits("Storing")
		w.match()
		w.accept(other, anne)
		w.ok(w.says(chat, "Nog iets"))
		w.leftTo(0, chat.id)
		noor := w.works("Noor", 2)
		w.match()
		if all := w.asked(noor); len(all) > 0 {
			t.Fatalf("put to her is %+v: the customer waits for Anne in the queue", all)
		}
		w.listening(routing.Hold, anne, noor)
		w.match()
		w.offered(chat, noor, routing.FirstInLine)
	})
}

func TestWhatAnotherProgramDidNotCountIsCountedAtTheBeginning(t *testing.T) {
	floors(t, func(t *testing.T, w *floor) {
		anne := w.works("Anne", 1)
		w.write(func(tx *sqldb.Tx) error {
			return w.flow.Staff.Occupied(tx, w.org, anne.Agent, func() (int, error) { return 1, nil })
		})
		chat := w.visits("Nota")
		w.decide()
		if all := w.asked(anne); len(all) > 0 {
			t.Fatalf("put to her is %+v, though she has no room as far as is kept", all)
		}
		w.ok(w.flow.Recount(t.Context()))
		w.match()
		w.offered(chat, anne, routing.FirstInLine)
	})
}
