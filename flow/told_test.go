package flow_test

import (
	"testing"
	"time"

	"balie/domain/access"
	"balie/domain/org"
	"balie/domain/queue"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// stretch is how far the bounds of the chat are stretched.
func (w *floor) stretch() (s float64) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) error {
		all, err := w.flow.Queue.Calibrations(tx, w.org)
		c := all["webchat"]
		s = c.Stretch()
		return err
	})
	return s
}

func (w *floor) outlook() (o queue.Outlook) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) (err error) {
		o, err = w.flow.Outlook(tx, w.org)
		return err
	})
	return o
}

func TestAWaitThatWasToldIsLearntFromWhenItEnds(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		wim := w.works("Wim", 1)
		first := w.visits("eerste")
		if told := w.wait(first).Told; told.Line != 0 || !told.Known() {
			t.Errorf("an agent is free: %+v", told)
		}
		w.accept(first, wim)
		if s := w.stretch(); s != 1 {
			t.Errorf("somebody for whom an agent was free stretches by %.3f", s)
		}
		w.hand.Advance(3 * time.Second) // who is there is remembered for a moment
		soon, early, late := w.visits("tweede"), w.visits("derde"), w.visits("vierde")
		told := w.wait(soon).Told
		if told.Line == 0 || told.Line != told.Bound || told.Bound%time.Minute != 0 {
			t.Fatalf("told %+v", told)
		}
		w.ok(w.flow.Left(t.Context(), early.AtContact))
		if s := w.stretch(); s != 1 {
			t.Errorf("who left before the bound says nothing, but stretches by %.3f", s)
		}
		w.must(0, w.flow.EndContactOf(t.Context(), wim, first.id))
		w.accept(soon, wim)
		inside := w.stretch()
		if inside >= 1 {
			t.Errorf("inside the bound stretches by %.3f", inside)
		}
		w.hand.Advance(w.wait(late).Told.Line)
		w.ok(w.flow.Left(t.Context(), late.AtContact))
		if s := w.stretch(); s <= inside {
			t.Errorf("who left after the bound leaves it at %.3f, was %.3f", s, inside)
		}
	})
}

func TestWhatIsNotFitIsNotToldAndIsLearntAgain(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		wim := w.works("Wim", 1)
		w.accept(w.visits("eerste"), wim)
		w.write(func(tx *sqldb.Tx) error {
			_, err := tx.Exec(`insert into calibration (org, channel, stretch, seen) values ($1, 'webchat', 1386295, 1)`, w.org)
			return err
		})
		w.hand.Advance(time.Minute)
		w.listens(wim)
		silent := w.visits("tweede")
		if told := w.wait(silent).Told; told.Known() || told.Line == 0 || told.Position != 1 {
			t.Fatalf("told %+v", told)
		}
		w.ok(w.flow.Left(t.Context(), w.visits("derde").AtContact))
		w.must(0, w.flow.EndContactOf(t.Context(), wim, w.contactOf(wim)))
		w.accept(silent, wim)
		w.hand.Advance(time.Minute)
		w.listens(wim)
		if told := w.wait(w.visits("vierde")).Told; !told.Known() {
			t.Errorf("after a wait inside the bound: %+v", told)
		}
	})
}

func TestADepartmentIsToldWhatItsOwnAgentsDo(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		wim, sara := w.works("Wim", 2), w.works("Sara", 1)
		var moves, billing ident.Department
		w.write(func(tx *sqldb.Tx) error {
			by := org.By{Org: w.org, Actor: ledger.Desk}
			for name, id := range map[string]*ident.Department{"Verhuizen": &moves, "Rekening": &billing} {
				d, err := w.flow.Org.SaveDepartment(tx, by, org.Department{Name: name})
				if err != nil {
					return err
				}
				*id = d.ID
			}
			a, err := w.flow.Access.Account(tx, w.org, wim.Agent)
			if err != nil {
				return err
			}
			a.Department = moves
			return w.flow.Access.ChangeAccount(tx, by, a)
		})
		_ = sara
		w.hand.Advance(20 * time.Second)
		o := w.outlook()
		if o.Everybody.Places != 3 || o.Pace(moves).Places != 2 || o.Pace(billing).Places != 0 {
			t.Errorf("%d places, %d to move, %d for the bill", o.Everybody.Places, o.Pace(moves).Places, o.Pace(billing).Places)
		}
		if told := o.Forecast(0, billing, "webchat"); told.Known() {
			t.Errorf("nobody can take it: %+v", told)
		}
	})
}

func (w *floor) contactOf(who access.Principal) (id ident.Case) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) error {
		all, err := w.flow.Conversation.ContactsOf(tx, w.org, who.Agent)
		if len(all) > 0 {
			id = all[0].Case
		}
		return err
	})
	return id
}
