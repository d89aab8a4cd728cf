package demo

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"time"

	"balie/channel"
	"balie/channel/email/delivery"
	"balie/domain/conversation"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// play performs stories in the order of time.
type play struct {
	d     Desk
	house house
	zone  *time.Location
	mail  *delivery.Local
	heard channel.Receipt // of the last arrival
	turns agenda
	named map[string]*story
	moved time.Time // the last deadline that was handled
	seq   int64     // the last fact that was followed
	count int
}

// turn is a step of a story at its moment; step -1 is the question itself.
type turn struct {
	at    time.Time
	order int
	story *story
	step  int
}

// agenda has the next turn on top.
type agenda []turn

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return cmp.Or(a[i].at.Compare(a[j].at), cmp.Compare(a[i].order, a[j].order)) < 0
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(v any)   { *a = append(*a, v.(turn)) }
func (a *agenda) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}

// hearing is the desk as the mail delivery sees it, and remembers what became of the last arrival.
type hearing struct {
	*flow.Flow
	heard *channel.Receipt
}

func (h hearing) Arrive(ctx context.Context, a channel.Arrival) (channel.Receipt, error) {
	r, err := h.Flow.Arrive(ctx, a)
	*h.heard = r
	return r, err
}

func (p *play) delivery() *delivery.Local {
	return delivery.New(delivery.Options{Desk: hearing{p.d.Flow, &p.heard}, Clock: p.d.Clock, Log: p.d.Log})
}

func (p *play) plan(s *story, i int, at time.Time) {
	p.count++
	heap.Push(&p.turns, turn{at: at, order: p.count, story: s, step: i})
}

// perform does every turn that lies before now.
func (p *play) perform(ctx context.Context, all []*story) error {
	for _, s := range all {
		at, err := p.begin(s.When)
		if err != nil {
			return fmt.Errorf("story %q: %w", s.Subject, err)
		}
		if s.Key != "" {
			p.named[s.Key] = s
		}
		p.plan(s, -1, at)
	}
	for len(p.turns) > 0 {
		t := heap.Pop(&p.turns).(turn)
		if t.at.After(p.d.Now) {
			continue // it has not happened yet
		}
		if err := p.take(ctx, t); err != nil {
			return fmt.Errorf("story %q of %s, step %d: %w", t.story.Subject, t.story.From, t.step+1, err)
		}
	}
	return nil
}

func (p *play) take(ctx context.Context, t turn) error {
	if err := p.until(ctx, t.at); err != nil {
		return err
	}
	act := p.ask
	if t.step >= 0 {
		act = func(ctx context.Context, s *story) error { return p.act(ctx, s, s.Steps[t.step]) }
	}
	if err := act(ctx, t.story); err != nil {
		return err
	}
	if err := p.settle(ctx); err != nil {
		return err
	}
	if next := t.step + 1; next < len(t.story.Steps) {
		at, err := p.next(t.story.Steps[next])
		if err != nil {
			return err
		}
		p.plan(t.story, next, at)
	}
	return nil
}

// next is when a step is taken after the one that was just done. Nobody is exactly on time.
func (p *play) next(s step) (time.Time, error) {
	now, desk := p.d.Clock.Now(), !ofCustomer[s.Do]
	day := 24 * time.Hour
	if desk {
		day = openDay
	}
	d, err := length(s.After, day)
	d += time.Duration(p.d.Chance.Int64N(int64(d/8)+int64(time.Minute))) - d/16
	if desk {
		return addOpen(now, d, p.zone), err
	}
	return awake(now.Add(d), p.zone), err
}

// until lets the time pass: every deadline on the way is handled at its moment.
func (p *play) until(ctx context.Context, t time.Time) error {
	for {
		next, err := p.deadlineNext(ctx)
		if err != nil {
			return err
		}
		if next.IsZero() || next.After(t) {
			break
		}
		if next.Equal(p.moved) {
			return fault.New(fault.Internal, "ground.internal", "demo", "a deadline stays")
		}
		p.moved = next
		p.advance(next)
		if err := p.d.Flow.Deadlines(ctx); err != nil {
			return err
		}
		if err := p.settle(ctx); err != nil {
			return err
		}
	}
	p.advance(t)
	return nil
}

func (p *play) advance(t time.Time) {
	if d := t.Sub(p.d.Clock.Now()); d > 0 {
		p.d.Clock.Advance(d)
	}
}

func (p *play) deadlineNext(ctx context.Context) (next time.Time, err error) {
	err = p.d.DB.Read(ctx, func(tx *sqldb.Tx) error {
		a, err := p.d.Flow.Cases.NextDue(tx)
		if err != nil {
			return err
		}
		b, err := p.d.Flow.Promise.NextDue(tx)
		if next = a; a.IsZero() || (!b.IsZero() && b.Before(a)) {
			next = b
		}
		return err
	})
	return next, err
}

// settle does what the running program does by itself: it follows the new facts and carries the mail.
func (p *play) settle(ctx context.Context) error {
	if p.d.Clock.Now().Before(p.d.Now.Add(-time.Minute)) {
		p.d.Clock.Advance(time.Duration(500+p.d.Chance.IntN(2500)) * time.Millisecond)
	}
	return p.d.DB.Write(ctx, func(tx *sqldb.Tx) error {
		if err := p.follow(tx); err != nil {
			return err
		}
		return carry(tx, p.d.Flow.Conversation)
	})
}

// follow hands new facts to the followers of the flow, and moves their places, so that the program goes on from here.
func (p *play) follow(tx *sqldb.Tx) error {
	facts, err := ledger.After(tx, p.seq, 1000)
	if err != nil || len(facts) == 0 {
		return err
	}
	p.seq = facts[len(facts)-1].Seq
	for _, f := range p.d.Flow.Followers() {
		for _, e := range facts {
			if h := f.Handle[e.Kind]; h != nil {
				if err := h(tx, e); err != nil {
					return err
				}
			}
		}
		if err := place(tx, f.Name, p.seq); err != nil {
			return err
		}
	}
	return nil
}

// place says how far a follower is. Followers belong to no organisation.
func place(tx *sqldb.Tx, name string, seq int64) error {
	_, err := tx.Exec(`insert into follower (org, name, seq) values (0, $1, $2)
		on conflict (name) do update set seq = excluded.seq`, name, seq)
	return err
}

// carry is a mail server that takes everything.
func carry(tx *sqldb.Tx, room *conversation.Room) error {
	for {
		letters, err := room.Lease(tx, 20)
		if err != nil || len(letters) == 0 {
			return err
		}
		for _, l := range letters {
			if err := room.Carried(tx, l); err != nil {
				return err
			}
		}
	}
}
