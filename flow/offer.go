package flow

import (
	"context"
	"slices"
	"time"

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
	// Lines, receipts and new customers change nothing about who waits for whom.
	tick, stop := f.ledger.Woken("conversation.received", "conversation.marked", "conversation.delivered", "party.appeared")
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
	l, err := f.lookAround(ctx)
	if err != nil {
		return time.Time{}, err
	}
	late := !l.gone.IsZero() && !l.gone.After(f.db.Clock().Now())
	if len(l.overdue) > 0 || late {
		for _, o := range l.overdue {
			f.deadline(ctx, "offer", func(tx *sqldb.Tx) error { return f.missed(tx, o) })
		}
		if late {
			f.deadline(ctx, "presence", f.agentsGone)
		}
		if l, err = f.lookAround(ctx); err != nil {
			return time.Time{}, err
		}
	}
	if len(l.inVain) > 0 {
		f.endStays(ctx, l.inVain)
		if l, err = f.lookAround(ctx); err != nil {
			return time.Time{}, err
		}
	}
	next := sooner(sooner(l.gone, l.due), l.stays)
	for _, m := range l.matches {
		again := m.again
		if len(m.put)+len(m.stale) > 0 {
			if again, err = f.offer(ctx, m, l.place); err != nil {
				return time.Time{}, err
			}
			next = sooner(next, f.db.Clock().Now().Add(routing.Answer)) // those that were just made
		}
		next = sooner(next, again)
	}
	return next, nil
}

// lookout is what there is to do for Match, without a change of anything.
type lookout struct {
	overdue []routing.Offer
	gone    time.Time    // the first of the screens that are silent counts as gone then
	due     time.Time    // the first offer is over then
	inVain  []queue.Wait // wait on for an agent who does not come
	stays   time.Time    // the first of the others who do has waited long enough then
	place   int64        // in the ledger
	matches []matching
}

func (f *Flow) lookAround(ctx context.Context) (l lookout, err error) {
	err = f.db.Read(ctx, func(tx *sqldb.Tx) error {
		l = lookout{}
		if l.place, err = ledger.Last(tx); err != nil {
			return err
		}
		if l.overdue, err = f.Routing.Overdue(tx, lineAtOnce); err != nil {
			return err
		}
		if l.gone, err = f.Staff.NextGone(tx); err != nil {
			return err
		}
		if l.due, err = f.Routing.NextDue(tx); err != nil {
			return err
		}
		orgs, err := f.busyOrgs(tx)
		for _, o := range orgs {
			m, err := f.plan(tx, o)
			if err != nil {
				return err
			}
			l.matches = append(l.matches, m)
			if err := f.lookAtStays(tx, o, &l); err != nil {
				return err
			}
		}
		return err
	})
	return l, err
}

// busyOrgs lists the organisations to look at: somebody waits, has room for what waits in writing, or was put something
// that may need nobody any more.
func (f *Flow) busyOrgs(tx *sqldb.Tx) (orgs []ident.Org, err error) {
	for _, list := range []func(*sqldb.Tx) ([]ident.Org, error){f.Queue.Orgs, f.Staff.Ready, f.Routing.Orgs} {
		some, err := list(tx)
		if err != nil {
			return nil, err
		}
		orgs = append(orgs, some...)
	}
	slices.Sort(orgs)
	return slices.Compact(orgs), nil
}

// sooner is the earlier of two moments; the zero time is never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// offer makes the offers of a plan that was made at a place of the ledger, and gives when there is more.
func (f *Flow) offer(ctx context.Context, m matching, place int64) (again time.Time, err error) {
	err = f.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := f.Routing.Lock(tx, m.org); err != nil {
			return err
		}
		// Nobody else decides now. Where a fact came in between, the plan is made again.
		if last, err := ledger.Last(tx); err != nil {
			return err
		} else if last != place {
			if m, err = f.plan(tx, m.org); err != nil {
				return err
			}
		}
		for _, o := range m.stale {
			if err := f.Routing.Withdraw(tx, o); err != nil {
				return err
			}
		}
		for _, p := range m.put {
			if err := f.put(tx, m.org, p); err != nil {
				return err
			}
		}
		return nil
	})
	return m.again, err
}

// missed lets an offer that nobody answered go on.
func (f *Flow) missed(tx *sqldb.Tx, o routing.Offer) error {
	if err := f.Routing.Miss(tx, o); err != nil {
		if fault.Is(err, fault.Conflict) {
			return nil // answered meanwhile
		}
		return err
	}
	if o.Written() {
		return nil // who reads something else is not away
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
	if err := f.turn(tx, ct, conversation.ContactWaiting, by); err != nil {
		return err
	}
	return f.enqueue(tx, c, *ct, queue.Wait{Rank: ct.Started})
}
