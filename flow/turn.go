package flow

import (
	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/routing"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Why somebody's turn came is kept whoever took it, so that the customer can read it: also when it was out of the order.

// leftBehind is how many of the written line wait on when an offer of it is accepted.
func (f *Flow) leftBehind(tx *sqldb.Tx, o routing.Offer) (int, error) {
	if !o.Written() {
		return 0, nil
	}
	c, err := f.Cases.Get(tx, o.Org, o.Case)
	if err != nil || c.Due().IsZero() {
		return 0, err
	}
	return f.behind(tx, &c)
}

// behind counts whoever is due before a case, waits for the same people and is put to nobody.
func (f *Flow) behind(tx *sqldb.Tx, c *cases.Case) (int, error) {
	n, err := f.Cases.LeftBehind(tx, c, nil)
	if err != nil || n == 0 {
		return 0, err
	}
	reading, err := f.Routing.Reading(tx, c.Org)
	if err != nil {
		return 0, err
	}
	n, err = f.Cases.LeftBehind(tx, c, reading)
	return int(n), err
}

// takes keeps how written work that waits in the line gets an owner, when that is not by an offer that was accepted.
func (f *Flow) takes(tx *sqldb.Tx, c *cases.Case, o routing.Offer, by ledger.Actor) error {
	if o.Agent == 0 || c.Owner != 0 || c.Due().IsZero() {
		return nil
	}
	if ct, ok, err := f.Conversation.ContactOf(tx, c.Org, c.ID); err != nil || (ok && ct.State.Here()) {
		return err // its customer waits in the queue
	}
	var err error
	if o.Ahead, err = f.behind(tx, c); err != nil {
		return err
	}
	o.Since = sinceOf(c)
	return f.Routing.Take(tx, at(c, by), o)
}

// picks keeps that an agent takes somebody out of the queue to whom nobody was put.
func (f *Flow) picks(tx *sqldb.Tx, who access.Principal, h *held) error {
	if h.Contact.State != conversation.ContactWaiting {
		return nil
	}
	w, waits, err := f.Queue.Of(tx, who.Org, h.Contact.ID)
	if err != nil || !waits {
		return err
	}
	place, err := f.Queue.Position(tx, w)
	if err != nil {
		return err
	}
	return f.Routing.Take(tx, at(&h.Case, agentOf(who)), routing.Offer{
		Contact: w.Contact, Agent: who.Agent, Reason: routing.TakenOver, Since: w.Rank, Ahead: place - 1,
	})
}

// Standing is where written work stands in the line.
type Standing struct {
	Place   int64 // 1 is next; zero: not fit to say
	Offered bool  // somebody is asked to take it now
}

// Standing tells where a case stands that nobody took yet. Before it come who is due earlier and, as long as there is time,
// those who sit waiting in the queue. ok is false when it does not stand in the line.
func (f *Flow) Standing(tx *sqldb.Tx, c *cases.Case) (s Standing, ok bool, err error) {
	if c.Owner != 0 || c.AnswerDue.IsZero() || c.Due().IsZero() || !c.SnoozedUntil.IsZero() {
		return s, false, nil
	}
	if _, s.Offered, err = f.Routing.OfCase(tx, c.Org, c.ID); err != nil || s.Offered {
		return s, true, err
	}
	written, err := f.Cases.Before(tx, c)
	if err != nil {
		return s, false, err
	}
	live, err := f.Queue.Before(tx, c.Org, c.Department, rankOf(c))
	if err == nil && written < cases.MostBefore {
		s.Place = written + live + 1
	}
	return s, true, err
}
