package flow

import (
	"context"
	"slices"
	"time"

	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/queue"
	"balie/domain/routing"
	"balie/domain/staff"
	"balie/ground/clock"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// lineAtOnce is how many of those who wait are looked at in one transaction.
const lineAtOnce = 200

// Match puts those who wait to agents, in their order, until ctx ends. It looks when a fact was committed and when the
// time of an offer or of a silent screen is over; there is no clock that ticks.
func (f *Flow) Match(ctx context.Context) error {
	// Mail that comes in or goes out changes nothing about who waits for whom.
	tick, stop := f.ledger.Woken("case.opened", "conversation.received", "conversation.marked", "conversation.delivered", "party.appeared")
	defer stop()
	now := f.db.Clock()
	for {
		next, err := f.MatchNow(ctx)
		if err != nil && ctx.Err() == nil {
			f.log.Error("offers wait", "error", err)
			next = now.Now().Add(time.Second)
		}
		var due <-chan time.Time
		cancel := func() {}
		if !next.IsZero() {
			due, cancel = now.After(min(max(next.Sub(now.Now()), 0), longestWait))
		}
		select {
		case <-ctx.Done():
			cancel()
			return nil
		case <-due:
		case <-tick:
		}
		cancel()
		if gatherFacts(ctx) != nil {
			return nil
		}
	}
}

// gather is how long facts are gathered before the next look: nobody notices it, and a busy minute has fewer looks.
const gather = 5 * time.Millisecond

// gatherFacts waits in real time, also where the desk's own stands still.
func gatherFacts(ctx context.Context) error { return clock.System{}.Sleep(ctx, gather) }

// MatchNow does what is due now and gives the moment at which there is something to do again; the zero time when only
// a fact can change that.
func (f *Flow) MatchNow(ctx context.Context) (time.Time, error) {
	var overdue []routing.Offer
	var gone time.Time
	var orgs []ident.Org
	look := func(tx *sqldb.Tx) (err error) {
		if overdue, err = f.Routing.Overdue(tx, lineAtOnce); err != nil {
			return err
		}
		if gone, err = f.Staff.NextGone(tx); err != nil {
			return err
		}
		orgs, err = f.Queue.Orgs(tx)
		return err
	}
	if err := f.db.Read(ctx, look); err != nil {
		return time.Time{}, err
	}
	for _, o := range overdue {
		f.deadline(ctx, "offer", func(tx *sqldb.Tx) error { return f.missed(tx, o) })
	}
	if !gone.IsZero() && !gone.After(f.db.Clock().Now()) {
		f.deadline(ctx, "presence", f.agentsGone)
	}
	next := gone
	for _, o := range orgs {
		again, err := f.matchOrg(ctx, o)
		if err != nil {
			return time.Time{}, err
		}
		next = sooner(next, again)
	}
	err := f.db.Read(ctx, func(tx *sqldb.Tx) error {
		due, err := f.Routing.NextDue(tx)
		next = sooner(next, due)
		return err
	})
	return next, err
}

// sooner is the earlier of two moments; the zero time is never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// matchOrg offers what can be offered now in an organisation. It first looks without writing.
func (f *Flow) matchOrg(ctx context.Context, o ident.Org) (again time.Time, err error) {
	var m matching
	err = f.db.Read(ctx, func(tx *sqldb.Tx) error {
		m, err = f.plan(tx, o)
		return err
	})
	if err != nil || len(m.put) == 0 {
		return m.again, err
	}
	err = f.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := f.Routing.Lock(tx, o); err != nil {
			return err
		}
		if m, err = f.plan(tx, o); err != nil { // as it is now that nobody else decides
			return err
		}
		for _, p := range m.put {
			// Whoever leaves, or is taken over, at this moment at another node is not offered.
			if waits, err := f.Queue.Hold(tx, o, p.wait.Contact); err != nil {
				return err
			} else if !waits {
				continue
			}
			at := ledger.At{Org: o, Case: p.wait.Case, Actor: ledger.Desk}
			if _, err := f.Routing.Make(tx, at, routing.Offer{
				Contact: p.wait.Contact, Agent: p.agent.ID, Reason: p.why, Since: p.wait.Rank,
			}); err != nil && !fault.Is(err, fault.Conflict) {
				return err
			}
		}
		return nil
	})
	return m.again, err
}

// matching is what can be offered now, and when there is more.
type matching struct {
	put   []putting
	again time.Time
}

type putting struct {
	wait  queue.Wait
	agent routing.Agent
	why   routing.Reason
}

// plan goes along the line and picks an agent for each who waits and is not offered yet.
func (f *Flow) plan(tx *sqldb.Tx, o ident.Org) (matching, error) {
	var m matching
	agents, taken, err := f.askable(tx, o)
	if err != nil || len(agents) == 0 {
		return m, err
	}
	line, err := f.Queue.Line(tx, o, lineAtOnce)
	if err != nil {
		return m, err
	}
	know, err := f.knowledge(tx, o, agents, line)
	if err != nil {
		return m, err
	}
	if line, err = f.helpable(tx, line, taken, know); err != nil {
		return m, err
	}
	for _, w := range line {
		if taken[w.Contact] {
			continue
		}
		tried, again, err := f.Routing.Tried(tx, o, w.Contact)
		if err != nil {
			return m, err
		}
		m.again = sooner(m.again, again)
		asks := routing.Waiting{Contact: w.Contact, Department: w.Department, Wanted: w.Wanted, Tried: tried}
		less := know.ask(&asks, w.Needs)
		a, why, ok := routing.Choose(asks, agents)
		if !ok {
			continue
		}
		m.put = append(m.put, putting{w, a, less.reason(why)})
		if agents = occupied(agents, a.ID); len(agents) == 0 {
			return m, nil
		}
	}
	return m, nil
}

// occupied counts one contact more for an agent and leaves out who has no room.
func occupied(agents []routing.Agent, id ident.Agent) []routing.Agent {
	rest := agents[:0]
	for _, a := range agents {
		if a.ID == id {
			a.Room, a.Load = a.Room-1, a.Load+1
		}
		if a.Room > 0 {
			rest = append(rest, a)
		}
	}
	return rest
}

// askable lists who can be asked now, and which contacts are put to somebody already. One question at a time: whoever
// has an offer to answer gets no second one.
func (f *Flow) askable(tx *sqldb.Tx, o ident.Org) ([]routing.Agent, map[ident.Contact]bool, error) {
	all, err := f.Staff.All(tx, o)
	if err != nil {
		return nil, nil, err
	}
	if all = slices.DeleteFunc(all, func(p staff.Presence) bool { return !p.Takes() }); len(all) == 0 {
		return nil, nil, nil
	}
	open, err := f.Routing.AllOpen(tx, o)
	if err != nil {
		return nil, nil, err
	}
	taken, asked := make(map[ident.Contact]bool, len(open)), make(map[ident.Agent]bool, len(open))
	for _, off := range open {
		taken[off.Contact], asked[off.Agent] = true, true
	}
	live, err := f.Conversation.Live(tx, o)
	if err != nil {
		return nil, nil, err
	}
	departments, err := f.departments(tx, o)
	if err != nil {
		return nil, nil, err
	}
	var agents []routing.Agent
	for _, p := range all {
		d, active := departments[p.Agent]
		if room := p.Chats - live[p.Agent]; active && room > 0 && !asked[p.Agent] {
			agents = append(agents, routing.Agent{ID: p.Agent, Department: d, Room: 1, Load: live[p.Agent], Free: p.Free})
		}
	}
	return agents, taken, nil
}

// departments tells where each agent who may work belongs.
func (f *Flow) departments(tx *sqldb.Tx, o ident.Org) (map[ident.Agent]ident.Department, error) {
	all, err := f.Access.Accounts(tx, o)
	m := make(map[ident.Agent]ident.Department, len(all))
	for _, a := range all {
		if a.State != access.Blocked {
			m[a.ID] = a.Department
		}
	}
	return m, err
}

// missed lets an offer that nobody answered go on.
func (f *Flow) missed(tx *sqldb.Tx, o routing.Offer) error {
	if err := f.Routing.Miss(tx, o); err != nil {
		if fault.Is(err, fault.Conflict) {
			return nil // answered meanwhile
		}
		return err
	}
	return f.Staff.MissedOne(tx, o.Org, o.Agent)
}

// agentsGone looks who has no screen any more. What was offered to them goes on, and a customer who waits for their
// answer is offered to others, with the place that the first wait gave.
func (f *Flow) agentsGone(tx *sqldb.Tx) error {
	gone, err := f.Staff.GoneSince(tx)
	if err != nil {
		return err
	}
	for _, s := range gone {
		if err := f.leave(tx, s); err != nil {
			return err
		}
	}
	return nil
}

func (f *Flow) leave(tx *sqldb.Tx, s staff.Screen) error {
	if err := f.withdrawFrom(tx, s); err != nil {
		return err
	}
	contacts, err := f.Conversation.ContactsOf(tx, s.Org, s.Agent)
	if err != nil {
		return err
	}
	for _, ct := range contacts {
		if ct.State != conversation.ContactLive {
			continue
		}
		c, err := f.Cases.Take(tx, s.Org, ct.Case)
		if err != nil {
			return err
		}
		if c.WaitingSince.IsZero() {
			continue // answered: the customer has the word
		}
		if err := f.again(tx, &c, &ct, ledger.Desk); err != nil {
			return err
		}
	}
	return nil
}

func (f *Flow) withdrawFrom(tx *sqldb.Tx, s staff.Screen) error {
	offers, err := f.Routing.OpenOf(tx, s.Org, s.Agent)
	if err != nil {
		return err
	}
	for _, o := range offers {
		if err := f.Routing.Withdraw(tx, o); err != nil {
			return err
		}
	}
	return nil
}

// again puts a contact that had an agent back in the queue, where it counts from its beginning.
func (f *Flow) again(tx *sqldb.Tx, c *cases.Case, ct *conversation.Contact, by ledger.Actor) error {
	if err := f.Conversation.Turn(tx, ct, conversation.ContactWaiting, by); err != nil {
		return err
	}
	return f.enqueue(tx, c, *ct, queue.Wait{Rank: ct.Started})
}
