package flow

import (
	"context"
	"strings"
	"time"

	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/promise"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Promising is a promise that is about to be made.
type Promising struct {
	Text  string
	Due   time.Time
	Owner ident.Agent // zero: who makes it
}

// at is where a fact of a case belongs.
func at(c *cases.Case, by ledger.Actor) ledger.At {
	return ledger.At{Org: c.Org, Case: c.ID, Party: c.Party, Actor: by}
}

// MakePromise promises something to the customer, who is told.
func (f *Flow) MakePromise(ctx context.Context, who access.Principal, id ident.Case, p Promising) (promise.Promise, error) {
	var made promise.Promise
	err := f.on(ctx, who.Org, id, func(tx *sqldb.Tx, c *cases.Case) error {
		if c.Status == cases.Closed {
			return fault.New(fault.Conflict, "cases.closed_already")
		}
		if err := f.takeIfFree(tx, who, c); err != nil {
			return err
		}
		owner := cases.Person{ID: who.Agent, Name: who.Name}
		if p.Owner != 0 && p.Owner != who.Agent {
			a, err := f.Access.Account(tx, who.Org, p.Owner)
			if err != nil {
				return err
			}
			owner = cases.Person{ID: a.ID, Name: a.Name}
		}
		var err error
		made, err = f.Promise.Make(tx, at(c, agentOf(who)), promise.Promise{Text: p.Text, Due: p.Due, Owner: owner.ID, OwnerName: owner.Name})
		if err != nil {
			return err
		}
		return f.tellPromise(tx, who, c, telling{promise: made, sort: conversation.Promised, key: "mail.promise_made"})
	})
	return made, err
}

// telling is what became of a promise.
type telling struct {
	promise promise.Promise
	sort    conversation.Sort
	key     string // message key of the sentence above the promise
	reason  string
}

// tellPromise puts a promise in the timeline and in a mail to the customer.
func (f *Flow) tellPromise(tx *sqldb.Tx, who access.Principal, c *cases.Case, t telling) error {
	by, p := agentOf(who), t.promise
	l := line(c, t.sort, by, p.Text)
	l.Data = conversation.Data{Promise: p.ID, Due: &p.Due, Reason: t.reason, To: p.OwnerName}
	e, err := f.Conversation.Add(tx, l)
	if err != nil {
		return err
	}
	o, err := f.Org.Load(tx, c.Org)
	if err != nil {
		return err
	}
	customer, err := f.Party.Get(tx, c.Org, c.Party)
	if err != nil {
		return err
	}
	when := f.textsFor(o, customer.Locale).When(p.Due, tx.Now(), zone(o))
	m := letter{
		entry: e.ID, before: []string{t.key}, quote: p.Text, from: who.Name,
		values: []any{"when", when, "reason", t.reason, "who", p.OwnerName},
	}
	if t.reason != "" {
		m.after = []string{"mail.promise_reason"}
	}
	if err := f.post(tx, c, m); err != nil {
		return err
	}
	if !c.WaitingSince.IsZero() { // the customer knows now when we come back
		c.WaitingSince, c.Unread = time.Time{}, false
	}
	return f.firstPromise(tx, c, by)
}

// firstPromise makes the case show the promise that is due first.
func (f *Flow) firstPromise(tx *sqldb.Tx, c *cases.Case, by ledger.Actor) error {
	p, err := f.Promise.First(tx, c.Org, c.ID)
	if err != nil {
		return err
	}
	return f.Cases.Promised(tx, c, by, cases.Next{Promise: p.ID, Text: p.Text, Due: p.Due})
}

// Of names a promise of a case.
type Of struct {
	Case    ident.Case
	Promise ident.Promise
}

// onPromise changes a promise of a case.
func (f *Flow) onPromise(ctx context.Context, who access.Principal, of Of,
	fn func(tx *sqldb.Tx, c *cases.Case, p *promise.Promise) error,
) error {
	return f.on(ctx, who.Org, of.Case, func(tx *sqldb.Tx, c *cases.Case) error {
		p, err := f.Promise.Get(tx, who.Org, of.Promise)
		if err != nil {
			return err
		}
		if p.Case != c.ID {
			return fault.New(fault.Unknown, "promise.unknown")
		}
		return fn(tx, c, &p)
	})
}

// KeepPromise records that we did what we promised.
func (f *Flow) KeepPromise(ctx context.Context, who access.Principal, of Of) error {
	return f.onPromise(ctx, who, of, func(tx *sqldb.Tx, c *cases.Case, p *promise.Promise) error {
		if err := f.Promise.Keep(tx, at(c, agentOf(who)), p); err != nil {
			return err
		}
		l := line(c, conversation.PromiseKept, agentOf(who), p.Text)
		l.Data = conversation.Data{Promise: p.ID, Due: &p.Due}
		if _, err := f.Conversation.Add(tx, l); err != nil {
			return err
		}
		return f.firstPromise(tx, c, agentOf(who))
	})
}

// Move is the new deadline of a promise, and why.
type Move struct {
	Due    time.Time
	Reason string
}

// MovePromise gives a promise another deadline and tells the customer.
func (f *Flow) MovePromise(ctx context.Context, who access.Principal, of Of, m Move) error {
	return f.onPromise(ctx, who, of, func(tx *sqldb.Tx, c *cases.Case, p *promise.Promise) error {
		if err := f.Promise.Move(tx, at(c, agentOf(who)), p, m.Due); err != nil {
			return err
		}
		return f.tellPromise(tx, who, c, telling{
			promise: *p, sort: conversation.PromiseMoved, key: "mail.promise_moved",
			reason: strings.TrimSpace(m.Reason),
		})
	})
}

// WithdrawPromise takes a promise back and tells the customer why.
func (f *Flow) WithdrawPromise(ctx context.Context, who access.Principal, of Of, reason string) error {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return fault.New(fault.Invalid, "promise.reason_missing")
	}
	return f.onPromise(ctx, who, of, func(tx *sqldb.Tx, c *cases.Case, p *promise.Promise) error {
		if err := f.Promise.Withdraw(tx, at(c, agentOf(who)), p); err != nil {
			return err
		}
		return f.tellPromise(tx, who, c, telling{
			promise: *p, sort: conversation.PromiseDropped, key: "mail.promise_withdrawn",
			reason: reason,
		})
	})
}

// broken records a promise whose deadline passed. The customer sees it on the page; nobody is mailed by a machine that
// something was forgotten: the owner is told, and writes.
func (f *Flow) broken(tx *sqldb.Tx, p promise.Promise) error {
	c, err := f.Cases.Take(tx, p.Org, p.Case)
	if err != nil {
		return err
	}
	if p, err = f.Promise.Get(tx, p.Org, p.ID); err != nil || !p.Overdue(tx.Now()) {
		return err
	}
	if err := f.Promise.Break(tx, at(&c, ledger.Desk), &p); err != nil {
		return err
	}
	l := line(&c, conversation.PromiseBroken, ledger.Desk, p.Text)
	l.Data = conversation.Data{Promise: p.ID, Due: &p.Due}
	if _, err := f.Conversation.Add(tx, l); err != nil {
		return err
	}
	c.Unread, c.SnoozedUntil = true, time.Time{}
	return f.firstPromise(tx, &c, ledger.Desk)
}
