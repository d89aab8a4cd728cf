package flow

import (
	"context"
	"math"
	"slices"
	"time"

	"balie/domain/queue"
	"balie/domain/routing"
	"balie/domain/staff"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
	"balie/theory/erlang"
)

// longestStay is the longest time that is fit to say to somebody who waits on for one agent; askAgain is after how long
// somebody is asked again to whom no time could be said.
const (
	longestStay = time.Hour
	askAgain    = 10 * time.Minute
)

// OwnWait is what can be told about waiting on for one agent.
type OwnWait struct {
	Can   bool          // there to be waited for
	Bound time.Duration // nine times of ten there is room within this, in whole minutes; zero: not fit to say
}

// For is how long the customer waits for nobody else, who chooses it now.
func (o OwnWait) For() time.Duration {
	if o.Bound == 0 {
		return askAgain
	}
	return o.Bound
}

// ownWait says when an agent is expected to have room for somebody who waits: from the time that contacts take here, what
// the agent has open, and who comes first. Who takes nothing new now, although there, may be waited for, but nobody can say
// how long.
func (f *Flow) ownWait(tx *sqldb.Tx, w queue.Wait, p staff.Presence, open int) (OwnWait, error) {
	may, err := f.waitable(tx, w, p)
	if err != nil || !may || !p.Takes() {
		return OwnWait{Can: may}, err
	}
	outlook, err := f.Outlook(tx, w.Org)
	if err != nil {
		return OwnWait{}, err
	}
	crowd, err := f.Queue.Crowd(tx, w)
	pace := outlook.Pace(w.Department)
	if err != nil || pace.Handle <= 0 || pace.Places <= 0 {
		return OwnWait{Can: true}, err
	}
	mu := 1 / pace.Handle.Seconds()
	own := erlang.Own{
		Open: open, Places: p.Chats, Before: crowd.Same, Service: mu,
		Line: erlang.Line{Ahead: max(crowd.Anybody-max(pace.Idle, 0), 0), Servers: float64(pace.Places), Service: mu},
	}
	bound := time.Duration(max(math.Ceil(own.Bound()/60), 1)) * time.Minute
	if bound > longestStay {
		bound = 0
	}
	return OwnWait{Can: true, Bound: bound}, nil
}

// waitable says whether somebody can wait on for the agent who is wanted: there, of the same department, and not asked in
// vain a moment ago.
func (f *Flow) waitable(tx *sqldb.Tx, w queue.Wait, p staff.Presence) (bool, error) {
	if state, _ := p.Shown(); state == staff.Away || w.Wanted == 0 {
		return false, nil
	}
	home, active, err := f.Access.Home(tx, w.Org, w.Wanted)
	if err != nil || !active || (w.Department != 0 && home != w.Department) {
		return false, err
	}
	tried, _, err := f.Routing.Tried(tx, w.Org, w.Case, routing.Rest)
	return !slices.Contains(tried, w.Wanted), err
}

// ChooseWait is the customer's "I wait for this one": nobody else is put to them until the time is over that was said, or
// the agent is away. The place in the line stays, and everybody else's too.
func (f *Flow) ChooseWait(ctx context.Context, v AtContact) error {
	return f.choosing(ctx, v, func(tx *sqldb.Tx, h *held, w queue.Wait) error {
		p, err := f.Staff.Presence(tx, v.Org, w.Wanted)
		if err != nil {
			return err
		}
		live, err := f.Conversation.LiveOf(tx, v.Org, w.Wanted)
		if err != nil {
			return err
		}
		own, err := f.ownWait(tx, w, p, live)
		if err != nil {
			return err
		}
		if !own.Can {
			return fault.New(fault.Conflict, "flow.cannot_wait")
		}
		if err := f.withdrawOthers(tx, h, w); err != nil {
			return err
		}
		return f.Queue.Stay(tx, at(&h.Case, customerOf(&h.Case)), w, queue.Stay{At: tx.Now(), Until: tx.Now().Add(own.For()), Bound: own.Bound})
	})
}

// withdrawOthers takes an offer back that is put to a colleague of the agent who is waited for.
func (f *Flow) withdrawOthers(tx *sqldb.Tx, h *held, w queue.Wait) error {
	o, open, err := f.Routing.OfContact(tx, w.Org, h.Contact.ID)
	if err != nil || !open || o.Agent == w.Wanted {
		return err
	}
	return f.Routing.Withdraw(tx, o)
}

// lookAtStays finds who waits on for an agent in vain, and the moment at which the first of the others has waited long
// enough.
func (f *Flow) lookAtStays(tx *sqldb.Tx, o ident.Org, l *lookout) error {
	all, err := f.Queue.Staying(tx, o)
	if err != nil {
		return err
	}
	for _, w := range all {
		ends, err := f.inVain(tx, w)
		if err != nil {
			return err
		}
		switch {
		case ends:
			l.inVain = append(l.inVain, w)
		case w.Stay.Until.After(tx.Now()): // else the agent is asked at this moment
			l.stays = sooner(l.stays, w.Stay.Until)
		}
	}
	return nil
}

// endStays lets those go on to whoever is free who waited on for an agent in vain.
func (f *Flow) endStays(ctx context.Context, all []queue.Wait) {
	for _, w := range all {
		f.deadline(ctx, "waiting for one agent", func(tx *sqldb.Tx) error {
			if _, err := f.Queue.Hold(tx, w.Org, w.Contact); err != nil {
				return err
			}
			now, waits, err := f.Queue.Of(tx, w.Org, w.Contact)
			if err != nil || !waits || !now.Stay.Holds() {
				return err
			}
			if ends, err := f.inVain(tx, now); err != nil || !ends {
				return err // chosen again meanwhile
			}
			return f.Queue.StayEnds(tx, now)
		})
	}
}

// beside is how many of the line must be looked at to see so many who can be put to somebody: who is put to somebody already,
// or waits on for one agent, hides nobody behind.
func (p *planning) beside(most int) (int, error) {
	if p.stays == nil {
		n, err := p.Queue.StayingIn(p.tx, p.org)
		if err != nil {
			return 0, err
		}
		p.stays = &n
	}
	return most + len(p.desks.taken) + *p.stays, nil
}

// inVain says whether somebody waited on for an agent who does not come.
func (f *Flow) inVain(tx *sqldb.Tx, w queue.Wait) (bool, error) {
	if _, asked, err := f.Routing.OfContact(tx, w.Org, w.Contact); err != nil || asked {
		return false, err // the agent has room and is asked now
	}
	if !w.Stay.Until.After(tx.Now()) {
		return true, nil
	}
	p, err := f.Staff.Presence(tx, w.Org, w.Wanted)
	if err != nil {
		return false, err
	}
	may, err := f.waitable(tx, w, p)
	return !may, err
}

// forWhom is to whom a wait may be put: for the agent who is asked for it is kept a moment, or as long as its customer
// chose. With nobody in it, the time is when to look again; the end of what the customer chose is looked after by endStays.
func (p *planning) forWhom(w *queue.Wait, tried []ident.Agent, pool []routing.Agent) ([]routing.Agent, time.Time, error) {
	if !w.Stay.Holds() || slices.Contains(tried, w.Wanted) {
		until, err := p.keeps(*w, tried)
		if err != nil || !until.IsZero() {
			return nil, until, err
		}
		return pool, until, nil
	}
	w.Needs = nil // the customer knows whom they want
	for _, a := range pool {
		if a.ID == w.Wanted {
			return []routing.Agent{a}, time.Time{}, nil
		}
	}
	return nil, time.Time{}, nil
}
