package flow

import (
	"slices"
	"time"

	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/queue"
	"balie/domain/routing"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// lead is how long before it is due written work counts as urgent: the time that it takes to do it. From then on it goes
// before whoever came to the queue later; until then it is offered to who has nobody waiting.
const lead = 15 * time.Minute

// candidate is somebody who may be put to an agent: a contact that waits, or a case with written work.
type candidate struct {
	wait queue.Wait // the contact is zero for written work
	cas  *cases.Case
	rank time.Time // the order of the line
}

func (c candidate) written() bool { return c.wait.Contact == 0 }

// merged is one line of who waits in the queue and of what waits in writing, both in their order, as far as both are known:
// where the first most of one of them were read, those who come behind the last of these are left out.
func merged(live []queue.Wait, written []cases.Case, most int) []candidate {
	line := make([]candidate, 0, len(live)+len(written))
	var end time.Time
	for _, w := range live {
		line = append(line, candidate{wait: w, rank: w.Rank})
	}
	if len(live) >= most {
		end = live[len(live)-1].Rank
	}
	for i := range written {
		c := &written[i]
		line = append(line, candidate{
			wait: queue.Wait{Org: c.Org, Case: c.ID, Channel: c.Channel, Department: c.Department, Needs: c.Needs, Rank: sinceOf(c)}, cas: c, rank: rankOf(c),
		})
	}
	if len(written) >= most {
		end = sooner(end, rankOf(&written[len(written)-1]))
	}
	slices.SortStableFunc(line, func(a, b candidate) int { return a.rank.Compare(b.rank) })
	if end.IsZero() {
		return line
	}
	return slices.DeleteFunc(line, func(c candidate) bool { return c.rank.After(end) })
}

func rankOf(c *cases.Case) time.Time { return c.Due().Add(-lead) }

// sinceOf is since when the customer of written work waits.
func sinceOf(c *cases.Case) time.Time {
	if c.WaitingSince.IsZero() {
		return c.Updated
	}
	return c.WaitingSince
}

// freeFor are the agents who may be asked for a case: those who have no offer to answer and nothing of their own that is
// due before it.
func (f *Flow) freeFor(tx *sqldb.Tx, c *cases.Case, agents []routing.Agent, d *desks) ([]routing.Agent, error) {
	var free []routing.Agent
	for _, a := range agents {
		if d.reading[a.ID].offer.ID != 0 {
			continue
		}
		own, known := d.own[a.ID]
		if !known {
			var err error
			if own, err = f.Cases.FirstDue(tx, c.Org, a.ID); err != nil {
				return nil, err
			}
			d.own[a.ID] = own
		}
		if own.IsZero() || own.After(c.Due()) {
			free = append(free, a)
		}
	}
	return free, nil
}

// desks is what is put to agents already.
type desks struct {
	taken   map[ident.Case]bool
	reading map[ident.Agent]reading   // written work that an agent may take
	stale   []routing.Offer           // written work that needs nobody any more
	own     map[ident.Agent]time.Time // when the first of an agent's own cases is due
}

// reading is written work that is put to an agent.
type reading struct {
	offer routing.Offer
	rank  time.Time
}

// interruptible are the agents who may be asked for a contact that waits since a moment: written work that came first is
// not taken from them again.
func interruptible(agents []routing.Agent, since time.Time, d *desks) []routing.Agent {
	if len(d.reading) == 0 {
		return agents
	}
	var all []routing.Agent
	for _, a := range agents {
		if r, busy := d.reading[a.ID]; !busy || since.Before(r.rank) {
			all = append(all, a)
		}
	}
	return all
}

// offered looks what is put to agents. Written work that was taken, answered, put off or given to
// another department meanwhile is offered no longer.
func (f *Flow) offered(tx *sqldb.Tx, open []routing.Offer) (*desks, error) {
	d := &desks{
		taken: make(map[ident.Case]bool, len(open)), reading: make(map[ident.Agent]reading), own: make(map[ident.Agent]time.Time),
	}
	for _, o := range open {
		if !o.Written() {
			d.taken[o.Case] = true
			continue
		}
		c, err := f.Cases.Get(tx, o.Org, o.Case)
		if err != nil {
			return nil, err
		}
		home, active, err := f.Access.Home(tx, o.Org, o.Agent)
		if err != nil {
			return nil, err
		}
		elsewhere := !active || (c.Department != 0 && home != c.Department)
		if c.Owner != 0 || c.Due().IsZero() || !c.SnoozedUntil.IsZero() || elsewhere {
			d.stale = append(d.stale, o)
			continue
		}
		d.taken[o.Case], d.reading[o.Agent] = true, reading{o, rankOf(&c)}
	}
	return d, nil
}

// takeWritten makes an agent the owner of written work, unless somebody was first.
func (f *Flow) takeWritten(tx *sqldb.Tx, who access.Principal, c *cases.Case) error {
	if c.Owner != 0 || c.Due().IsZero() {
		return fault.New(fault.Conflict, "routing.offer_gone")
	}
	if err := f.becomesOwner(tx, who, c); err != nil {
		return err
	}
	return f.Staff.Answered(tx, who.Org, who.Agent)
}

// put makes an offer, if what it is about still waits. Written work that the agent was looking at goes on to others.
func (f *Flow) put(tx *sqldb.Tx, o ident.Org, p putting) error {
	if p.written() {
		c, err := f.Cases.Take(tx, o, p.wait.Case)
		if err != nil || c.Owner != 0 || c.Due().IsZero() {
			return err
		}
	} else if waits, err := f.Queue.Hold(tx, o, p.wait.Contact); err != nil || !waits {
		return err // whoever leaves, or is taken over, at this moment at another node is not offered
	}
	if p.instead.ID != 0 {
		if err := f.Routing.Withdraw(tx, p.instead); err != nil {
			return err
		}
	}
	at := ledger.At{Org: o, Case: p.wait.Case, Actor: ledger.Desk}
	_, err := f.Routing.Make(tx, at, routing.Offer{Contact: p.wait.Contact, Agent: p.agent.ID, Reason: p.why, Since: p.wait.Rank})
	if fault.Is(err, fault.Conflict) {
		return nil // put to somebody meanwhile
	}
	return err
}
