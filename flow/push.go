package flow

import (
	"context"
	"encoding/json"
	"io"
	"sync"
	"time"

	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/org"
	"balie/domain/routing"
	"balie/domain/staff"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/ground/text"
)

// Pusher takes a message to a browser. fault.Unknown says that the browser is not there any more.
type Pusher interface {
	Push(ctx context.Context, k org.PushKey, to staff.Push, m Message) error
}

// Message is what a browser is told, and until when that is of use. It passes machines of others, so it never holds what
// a customer wrote.
type Message struct {
	Body  []byte
	Until time.Time
	Now   time.Time
}

// nudgeLife is how long it is of use to hear of a mention or of a case that was handed over.
const nudgeLife = 12 * time.Hour

// PushKey is the key of an organisation with which its browsers subscribe. The first one who asks makes it.
func (f *Flow) PushKey(ctx context.Context, o ident.Org, chance io.Reader) (org.PushKey, error) {
	var k org.PushKey
	var there bool
	look := func(tx *sqldb.Tx) (err error) {
		k, there, err = f.Org.PushKey(tx, o)
		return err
	}
	if err := f.db.Read(ctx, look); err != nil || there {
		return k, err
	}
	made, err := org.NewPushKey(chance)
	if err != nil {
		return k, err
	}
	return k, f.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := f.Org.KeepPushKey(tx, o, made); err != nil {
			return err
		}
		return look(tx)
	})
}

// nudgeOffer tells an agent of an offer, also on a telephone that lies on the table.
func (f *Flow) nudgeOffer(tx *sqldb.Tx, e ledger.Entry) error {
	var fact routing.Offered
	if err := e.Into(&fact); err != nil || fact.Contact == 0 {
		return err // written work rings nobody's bell
	}
	return f.nudge(tx, staff.Nudge{
		Org: e.Org, Agent: fact.Agent, News: staff.OfferedNews, Case: e.Case, Offer: fact.Offer, Until: fact.Until,
	})
}

// nudgeMentioned tells who is mentioned in a note and has no screen open.
func (f *Flow) nudgeMentioned(tx *sqldb.Tx, e ledger.Entry) error {
	var fact conversation.Noted
	if err := e.Into(&fact); err != nil {
		return err
	}
	for _, m := range fact.Mentions {
		a, err := ident.Parse[ident.Agent](m)
		if err != nil {
			return fault.Wrap(fault.Internal, "ground.internal", err)
		}
		if err := f.nudgeAbsent(tx, e, a, staff.MentionedNews); err != nil {
			return err
		}
	}
	return nil
}

// nudgeOwner tells who got a case from a colleague and has no screen open.
func (f *Flow) nudgeOwner(tx *sqldb.Tx, e ledger.Entry) error {
	var fact cases.OwnedFact
	if err := e.Into(&fact); err != nil || fact.Owner == 0 {
		return err
	}
	return f.nudgeAbsent(tx, e, fact.Owner, staff.HandedOverNews)
}

func (f *Flow) nudgeAbsent(tx *sqldb.Tx, e ledger.Entry, a ident.Agent, news staff.News) error {
	if e.Actor.Kind == ledger.Agent && e.Actor.ID == int64(a) {
		return nil
	}
	p, err := f.Staff.Presence(tx, e.Org, a)
	if err != nil || p.Here {
		return err
	}
	return f.nudge(tx, staff.Nudge{Org: e.Org, Agent: a, News: news, Case: e.Case, Until: tx.Now().Add(nudgeLife)})
}

func (f *Flow) nudge(tx *sqldb.Tx, n staff.Nudge) error {
	if !n.Until.After(tx.Now()) {
		return nil // a fact of long ago, read after a stop
	}
	there, err := f.Staff.Nudge(tx, n)
	if err == nil && there {
		tx.AfterCommit(f.nudged.ring)
	}
	return err
}

// bell wakes one who waits; rings while nobody waits are one ring.
type bell struct {
	once sync.Once
	c    chan struct{}
}

func (b *bell) hear() <-chan struct{} {
	b.once.Do(func() { b.c = make(chan struct{}, 1) })
	return b.c
}

func (b *bell) ring() {
	b.hear()
	select {
	case b.c <- struct{}{}:
	default:
	}
}

// pushAtOnce is how many nudges are on their way at the same moment.
const pushAtOnce = 8

// SendPushes takes nudges to the browsers of agents, until ctx ends.
func (f *Flow) SendPushes(ctx context.Context, to Pusher) error {
	const idle = 10 * time.Second // another node may have stopped half-way
	for {
		wait, err := f.PushDue(ctx, to)
		if err != nil && ctx.Err() == nil {
			f.log.Error("web push waits", "error", err)
			wait = time.Second
		}
		due, cancel := f.db.Clock().After(min(wait, idle))
		select {
		case <-ctx.Done():
			cancel()
			return nil
		case <-due:
		case <-f.nudged.hear():
		}
		cancel()
	}
}

// PushDue takes away what is due now and tells how long nothing is due after it.
func (f *Flow) PushDue(ctx context.Context, to Pusher) (time.Duration, error) {
	for {
		var next time.Time
		if err := f.db.Read(ctx, func(tx *sqldb.Tx) (err error) {
			next, err = f.Staff.NextNudge(tx)
			return err
		}); err != nil {
			return 0, err
		}
		if now := f.db.Clock().Now(); next.IsZero() {
			return time.Hour, nil
		} else if wait := next.Sub(now); wait > 0 {
			return wait, nil
		}
		var due []staff.Nudge
		if err := f.db.Write(ctx, func(tx *sqldb.Tx) (err error) {
			due, err = f.Staff.TakeNudges(tx, pushAtOnce)
			return err
		}); err != nil {
			return 0, err
		}
		var all sync.WaitGroup
		for _, n := range due {
			all.Go(func() { f.pushOne(ctx, to, n) })
		}
		all.Wait()
	}
}

// pushOne tells one agent in all their browsers. When one of those could not be reached it is tried again in all: the same
// tag takes the place of what is shown.
func (f *Flow) pushOne(ctx context.Context, to Pusher, n staff.Nudge) {
	p, err := f.pushing(ctx, n)
	var failed error
	var gone []staff.Push
	for _, browser := range p.browsers {
		switch err := to.Push(ctx, p.key, browser, p.message); {
		case fault.Is(err, fault.Unknown):
			gone = append(gone, browser)
		case err != nil:
			failed = err
		}
	}
	if err == nil && failed != nil {
		f.log.Warn("a web push did not arrive", "agent", n.Agent, "tries", n.Tries, "error", failed)
	}
	err = f.db.Write(context.WithoutCancel(ctx), func(tx *sqldb.Tx) error {
		for _, g := range gone {
			if err := f.Staff.DropPush(tx, g.Org, g.Agent, g.Endpoint); err != nil {
				return err
			}
		}
		if err != nil || failed != nil {
			return f.Staff.Again(tx, n)
		}
		return f.Staff.Nudged(tx, n)
	})
	if err != nil {
		f.log.Error("what became of a web push was not recorded", "agent", n.Agent, "error", err)
	}
}

// pushing is a nudge, ready to go.
type pushing struct {
	key      org.PushKey
	browsers []staff.Push
	message  Message
}

// pushing reads where a nudge goes and what it says. There is nowhere to go when it has no use any more.
func (f *Flow) pushing(ctx context.Context, n staff.Nudge) (p pushing, err error) {
	err = f.db.Read(ctx, func(tx *sqldb.Tx) error {
		if n.Offer != 0 {
			if o, err := f.Routing.Get(tx, n.Org, n.Offer); err != nil || o.State != routing.Open {
				return err
			}
		}
		a, err := f.Access.Account(tx, n.Org, n.Agent)
		if err != nil || a.State == access.Blocked {
			return err
		}
		c, err := f.Cases.Get(tx, n.Org, n.Case)
		if err != nil {
			return err
		}
		var there bool
		if p.key, there, err = f.Org.PushKey(tx, n.Org); err != nil || !there {
			return err
		}
		p.browsers, err = f.Staff.Pushes(tx, n.Org, n.Agent)
		p.message = Message{Body: f.nudgeWords(a, c, n), Until: n.Until, Now: tx.Now()}
		return err
	})
	return p, err
}

func (f *Flow) nudgeWords(a access.Account, c cases.Case, n staff.Nudge) []byte {
	l, ok := text.ParseLocale(a.Locale)
	if !ok {
		l = text.Dutch
	}
	t := f.catalogue.For(l)
	tag := string(n.News) + "-" + ident.Text(n.Case)
	if n.Offer != 0 {
		tag = "offer-" + ident.Text(n.Offer) // what an open screen shows has the same
	}
	body, _ := json.Marshal(map[string]string{ // texts only: it cannot fail
		"title": t.T("push." + string(n.News)), "body": t.T("push.case", "number", c.Number), "case": ident.Text(c.ID), "tag": tag,
	})
	return body
}
