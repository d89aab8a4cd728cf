package flow

import (
	"context"

	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/queue"
	"balie/domain/routing"
	"balie/domain/staff"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Accept is an agent's "yes" to an offer: the contact and its case are theirs; of written work the case.
func (f *Flow) Accept(ctx context.Context, who access.Principal, id ident.Offer) (ident.Case, error) {
	var about ident.Case
	err := f.db.Write(ctx, func(tx *sqldb.Tx) error {
		o, err := f.offerTo(tx, who, id)
		if err != nil {
			return err
		}
		about = o.Case
		if o.Ahead, err = f.leftBehind(tx, o); err != nil {
			return err
		}
		if err := f.Routing.Accept(tx, o, agentOf(who)); err != nil {
			return err
		}
		c, err := f.Cases.Take(tx, who.Org, o.Case)
		if err != nil {
			return err
		}
		if o.Written() {
			return f.takeWritten(tx, who, &c)
		}
		ct, err := f.Conversation.TakeContact(tx, who.Org, o.Contact)
		if err != nil {
			return err
		}
		return f.answer(tx, who, &held{Contact: ct, Case: c})
	})
	return about, err
}

// offerTo loads an offer that was put to this agent; for everybody else it is not there.
func (f *Flow) offerTo(tx *sqldb.Tx, who access.Principal, id ident.Offer) (routing.Offer, error) {
	o, err := f.Routing.Get(tx, who.Org, id)
	if err == nil && (o.Agent != who.Agent || who.Agent == 0) {
		return o, fault.New(fault.Unknown, "routing.offer_unknown")
	}
	return o, err
}

// answer makes an agent the one who helps in a contact, and the owner of its case.
func (f *Flow) answer(tx *sqldb.Tx, who access.Principal, h *held) error {
	if err := f.attend(tx, who, h); err != nil {
		return err
	}
	by := agentOf(who)
	if _, err := f.Conversation.Add(tx, line(&h.Case, conversation.Owned, by, "")); err != nil {
		return err
	}
	return f.own(tx, &h.Case, by, taking{Person: cases.Person{ID: who.Agent, Name: who.Name}})
}

// attend brings an agent into a contact: its wait ends.
func (f *Flow) attend(tx *sqldb.Tx, who access.Principal, h *held) error {
	by := agentOf(who)
	if w, waits, err := f.Queue.Of(tx, who.Org, h.Contact.ID); err != nil {
		return err
	} else if waits {
		if err := f.Queue.Serve(tx, at(&h.Case, by), w, who.Agent); err != nil {
			return err
		}
	}
	before := h.Contact.Agent
	h.Contact.Agent, h.Contact.AgentName = who.Agent, who.Name
	if h.Contact.State == conversation.ContactLive {
		if err := f.takenOver(tx, h, before, by); err != nil {
			return err
		}
	} else if err := f.turn(tx, &h.Contact, conversation.ContactLive, by); err != nil {
		return err
	}
	return f.Staff.Answered(tx, who.Org, who.Agent)
}

func (f *Flow) takenOver(tx *sqldb.Tx, h *held, from ident.Agent, by ledger.Actor) error {
	if err := f.Conversation.TakenOver(tx, &h.Contact, by); err != nil {
		return err
	}
	if err := f.occupied(tx, h.Contact.Org, from); err != nil {
		return err
	}
	return f.occupied(tx, h.Contact.Org, h.Contact.Agent)
}

// handLive hands a live contact over with its case. To oneself is to take it over; to a colleague or a department it goes
// through the queue, with the place that its beginning gives, so that the customer is never with somebody who is not
// there.
func (f *Flow) handLive(tx *sqldb.Tx, who access.Principal, c *cases.Case, to HandOver) error {
	ct, ok, err := f.Conversation.ContactOf(tx, c.Org, c.ID)
	if err != nil || !ok || !ct.State.Here() || (ct.State == conversation.ContactLive && ct.Agent == to.To) {
		return err
	}
	if _, err := f.Queue.Hold(tx, c.Org, ct.ID); err != nil { // nobody offers it meanwhile
		return err
	}
	if err := f.withdraw(tx, ct); err != nil {
		return err
	}
	h := &held{Contact: ct, Case: *c}
	if to.To == who.Agent && who.Agent != 0 {
		if err := f.picks(tx, who, h); err != nil {
			return err
		}
		return f.attend(tx, who, h)
	}
	by := agentOf(who)
	if err := f.rejoin(tx, c, h.Contact, to.To, by); err != nil || to.To == 0 {
		return err
	}
	p, err := f.Staff.Presence(tx, c.Org, to.To)
	if err != nil || !p.Takes() {
		return err
	}
	_, err = f.Routing.Make(tx, at(c, by), routing.Offer{Contact: ct.ID, Agent: to.To, Reason: routing.HandedOver, Since: ct.Started})
	return err
}

// rejoin puts a contact that is handed over where it has to wait. A wait that goes on is moved: nobody gave up.
func (f *Flow) rejoin(tx *sqldb.Tx, c *cases.Case, ct conversation.Contact, to ident.Agent, by ledger.Actor) error {
	w, waits, err := f.Queue.Of(tx, c.Org, ct.ID)
	if err != nil {
		return err
	}
	if waits {
		if to == 0 {
			to = c.Owner
		}
		return f.Queue.Move(tx, at(c, by), w, queue.Place{Department: c.Department, Wanted: to})
	}
	if err := f.turn(tx, &ct, conversation.ContactWaiting, by); err != nil {
		return err
	}
	return f.enqueue(tx, c, ct, queue.Wait{Rank: ct.Started, Wanted: to})
}

// Decline is an agent's "not me", with a reason. The customer keeps the place.
func (f *Flow) Decline(ctx context.Context, who access.Principal, id ident.Offer, reason string) error {
	return f.db.Write(ctx, func(tx *sqldb.Tx) error {
		o, err := f.offerTo(tx, who, id)
		if err != nil {
			return err
		}
		if err := f.Routing.Decline(tx, o, reason, agentOf(who)); err != nil {
			return err
		}
		return f.Staff.Answered(tx, who.Org, who.Agent)
	})
}

// SetPresence sets an agent's switch. What was offered to somebody who goes away goes on at once.
func (f *Flow) SetPresence(ctx context.Context, who access.Principal, w staff.Wish) (staff.Presence, error) {
	var p staff.Presence
	if who.Agent == 0 {
		return p, fault.New(fault.Denied, "flow.agent_needed")
	}
	err := f.db.Write(ctx, func(tx *sqldb.Tx) (err error) {
		if p, err = f.Staff.Set(tx, who.Org, agentOf(who), w); err != nil {
			return err
		}
		if p.State == staff.Available {
			return f.occupied(tx, who.Org, who.Agent) // of whoever never set the switch nothing was kept
		}
		return f.withdrawFrom(tx, staff.Screen{Org: who.Org, Agent: who.Agent})
	})
	return p, err
}
