package flow

import (
	"context"
	"slices"
	"time"

	"balie/channel"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/intake"
	"balie/domain/queue"
	"balie/domain/routing"
	"balie/domain/staff"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// helpedWithin is how long whoever helped a customer is asked first when that customer comes back with something new.
const helpedWithin = 30 * 24 * time.Hour

// soonExpected is how far ahead an agent who is there now is expected to be there, while nothing is known of usual weeks.
const soonExpected = 2 * time.Hour

// Asked is the agent whom a customer who waits knows, and who is not free. Waiting for one's own agent is poor: most give
// up or are helped later than need be. So there are honest choices: a colleague, a call from this agent, a message, and
// waiting on for as long as is said.
type Asked struct {
	Agent ident.Agent
	Name  string
	Here  bool      // there, with others
	Call  time.Time // the first half hour in which this agent can call; zero: not expected soon
	Wait  OwnWait   // what the customer can be told who waits on for this agent
	queue.Stay
}

// Asked tells whom somebody who waits could choose to be called by or leave a message for; ok is false when nobody helped
// before, or that agent is free and is asked at once. Who waited on in vain is told so as long as the wait goes on.
func (f *Flow) Asked(tx *sqldb.Tx, w queue.Wait) (a Asked, ok bool, err error) {
	if w.Wanted == 0 {
		return a, false, nil
	}
	departments, err := f.Access.Homes(tx, w.Org)
	if _, works := departments[w.Wanted]; err != nil || !works {
		return a, false, err
	}
	p, err := f.Staff.Presence(tx, w.Org, w.Wanted)
	if err != nil {
		return a, false, err
	}
	live, err := f.Conversation.LiveOf(tx, w.Org, w.Wanted)
	if err != nil || (p.Takes() && p.Chats > live && !w.Stay.Over()) {
		return a, false, err
	}
	account, err := f.Access.Account(tx, w.Org, w.Wanted)
	if err != nil {
		return a, false, err
	}
	state, _ := p.Shown()
	a = Asked{Agent: w.Wanted, Name: account.Name, Here: state != staff.Away, Stay: w.Stay}
	if a.Wait, err = f.ownWait(tx, w, p, live); err != nil {
		return a, false, err
	}
	b, err := f.agentCalls(tx, w.Org, a)
	if err != nil {
		return a, false, err
	}
	b.each(func(at time.Time) bool {
		if b.can(at) {
			a.Call = at
		}
		return !a.Call.IsZero()
	})
	return a, true, nil
}

// agentCalls decides when one agent can call back: in a half hour that has room (see callBacks), in which this agent is
// usually there and promised no other call. With nothing known of usual weeks, in the next two hours when there now.
type agentCalls struct {
	callBacks
	who Asked
	own map[time.Time]int // calls this agent promised
}

func (f *Flow) agentCalls(tx *sqldb.Tx, o ident.Org, who Asked) (agentCalls, error) {
	b := agentCalls{who: who}
	var err error
	if b.callBacks, err = f.callBacks(tx, o); err != nil {
		return b, err
	}
	b.own, err = f.Promise.Calls(tx, o, b.now, who.Agent)
	return b, err
}

func (b agentCalls) can(at time.Time) bool {
	expected := b.usual.Expects(b.who.Agent, at)
	if b.usual.Weeks == 0 {
		expected = b.who.Here && at.Sub(b.now) < soonExpected
	}
	return expected && b.own[at.UTC()] == 0 && b.open(at) && b.room(at)
}

// helper finds whom a customer who begins anew knows: the owner of the case that was worked on last. Only when the website
// says who it is, since the name of whoever helped is for the customer alone.
func (f *Flow) helper(tx *sqldb.Tx, c *cases.Case, ct conversation.Contact) (ident.Agent, error) {
	if c.Owner != 0 || !ct.Verified {
		return c.Owner, nil
	}
	return f.Cases.HelperOf(tx, c.Org, c.Party, tx.Now().Add(-helpedWithin))
}

// choosing runs fn for a customer who waits for an agent that is not free.
func (f *Flow) choosing(ctx context.Context, v AtContact, fn func(tx *sqldb.Tx, h *held, w queue.Wait) error) error {
	return f.holding(ctx, v, func(tx *sqldb.Tx, _ intake.Word, h *held) error {
		if _, err := f.Queue.Hold(tx, v.Org, v.Contact); err != nil {
			return err
		}
		w, waits, err := f.Queue.Of(tx, v.Org, v.Contact)
		if err != nil {
			return err
		}
		if !waits || w.Wanted == 0 {
			return fault.New(fault.Conflict, "flow.no_choice")
		}
		return fn(tx, h, w)
	})
}

// ChooseColleague is the customer's "whoever is free": nobody in particular is waited for.
func (f *Flow) ChooseColleague(ctx context.Context, v AtContact) error {
	return f.choosing(ctx, v, func(tx *sqldb.Tx, h *held, w queue.Wait) error {
		return f.Queue.Move(tx, at(&h.Case, customerOf(&h.Case)), w, queue.Place{Department: w.Department})
	})
}

// ChooseCall is the customer's "then call me": a promise of the agent who was asked for.
func (f *Flow) ChooseCall(ctx context.Context, v AtContact, l channel.Later) error {
	return f.choosing(ctx, v, func(tx *sqldb.Tx, h *held, w queue.Wait) error {
		if err := f.Routing.Lock(tx, v.Org); err != nil {
			return err
		}
		a, ok, err := f.Asked(tx, w)
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.Conflict, "flow.no_choice")
		}
		b, err := f.agentCalls(tx, v.Org, a)
		if err != nil {
			return err
		}
		if !b.can(l.At) {
			return fault.New(fault.Conflict, CallBackFull)
		}
		if err := f.putOff(tx, h, a); err != nil {
			return err
		}
		return f.promiseCall(tx, &h.Case, l, cases.Person{ID: a.Agent, Name: a.Name})
	})
}

// ChooseMessage is the customer's "let them read it": what was said is for the agent who was asked for.
func (f *Flow) ChooseMessage(ctx context.Context, v AtContact) error {
	return f.choosing(ctx, v, func(tx *sqldb.Tx, h *held, w queue.Wait) error {
		account, err := f.Access.Account(tx, v.Org, w.Wanted)
		if err != nil {
			return err
		}
		if err := f.putOff(tx, h, Asked{Agent: account.ID, Name: account.Name}); err != nil {
			return err
		}
		if err := f.owe(tx, &h.Case); err != nil {
			return err
		}
		_, err = f.Conversation.Add(tx, line(&h.Case, conversation.WentAway, customerOf(&h.Case), ""))
		return err
	})
}

// putOff takes a contact out of the queue for another moment, on the customer's own choice. The agent who was asked for
// answers for the case.
func (f *Flow) putOff(tx *sqldb.Tx, h *held, a Asked) error {
	by := customerOf(&h.Case)
	if err := f.Queue.PutOff(tx, at(&h.Case, by), h.Contact.ID); err != nil {
		return err
	}
	if err := f.withdraw(tx, h.Contact); err != nil {
		return err
	}
	h.Contact.PutOff = true
	if err := f.turn(tx, &h.Contact, conversation.ContactLeft, by); err != nil || h.Case.Owner == a.Agent {
		return err
	}
	return f.own(tx, &h.Case, by, taking{Person: cases.Person{ID: a.Agent, Name: a.Name}})
}

// keeps says until when a wait is kept for the agent who is asked for: there, with others, and not asked a moment ago. The
// zero time: it is not.
func (p *planning) keeps(w queue.Wait, tried []ident.Agent) (time.Time, error) {
	until := w.Joined.Add(routing.Hold)
	if w.Wanted == 0 || !until.After(p.tx.Now()) || slices.Contains(tried, w.Wanted) ||
		slices.ContainsFunc(p.agents, func(a routing.Agent) bool { return a.ID == w.Wanted }) {
		return time.Time{}, nil
	}
	agent, err := p.Staff.Presence(p.tx, p.org, w.Wanted)
	if err != nil {
		return time.Time{}, err
	}
	home, active, err := p.Access.Home(p.tx, p.org, w.Wanted)
	if state, _ := agent.Shown(); err != nil || !active || state == staff.Away || (w.Department != 0 && home != w.Department) {
		return time.Time{}, err
	}
	return until, nil
}
