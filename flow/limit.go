package flow

import (
	"context"
	"time"

	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/feedback"
	"balie/domain/staff"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// How many chats at once go well with an agent is learnt from sums that follow the facts: what was open, what ended, what
// customers said of it. Only replies are counted where they are made, since no fact says how long a customer waited.

// contactFact is what the facts of a contact have in common.
type contactFact struct {
	Contact ident.Contact `json:"contact,string"`
	Agent   ident.Agent   `json:"agent,string"`
}

func contactOf(e ledger.Entry) (staff.At, ident.Agent, error) {
	var fact contactFact
	err := e.Into(&fact)
	return staff.At{Org: e.Org, Contact: fact.Contact, Time: e.Time}, fact.Agent, err
}

func (f *Flow) holds(tx *sqldb.Tx, e ledger.Entry) error {
	at, agent, err := contactOf(e)
	if err != nil || agent == 0 {
		return err
	}
	return f.Staff.Holds(tx, at, agent)
}

func (f *Flow) passes(tx *sqldb.Tx, e ledger.Entry) error {
	at, _, err := contactOf(e)
	if err != nil {
		return err
	}
	return f.Staff.Passes(tx, at)
}

func (f *Flow) finishes(tx *sqldb.Tx, e ledger.Entry) error {
	at, _, err := contactOf(e)
	if err != nil {
		return err
	}
	return f.Staff.Finishes(tx, at)
}

func (f *Flow) stays(tx *sqldb.Tx, e ledger.Entry) error {
	var p staff.PresenceChanged
	if err := e.Into(&p); err != nil {
		return err
	}
	return f.Staff.Stays(tx, e.Org, p, e.Time)
}

// pleased counts what a customer thought of a contact.
func (f *Flow) pleased(tx *sqldb.Tx, e ledger.Entry) error {
	var given feedback.GivenFact
	if err := e.Into(&given); err != nil || given.Satisfaction == nil {
		return err
	}
	ct, ok, err := f.Conversation.ContactOf(tx, e.Org, e.Case)
	if err != nil || !ok {
		return err
	}
	return f.Staff.Judged(tx, staff.At{Org: e.Org, Contact: ct.ID, Time: e.Time}, *given.Satisfaction)
}

// replied counts an answer in a live contact.
func (f *Flow) replied(tx *sqldb.Tx, who access.Principal, c *cases.Case) error {
	if who.Agent == 0 || c.WaitingSince.IsZero() {
		return nil
	}
	ct, ok, err := f.Conversation.ContactOf(tx, c.Org, c.ID)
	if err != nil || !ok || ct.State != conversation.ContactLive {
		return err
	}
	o, err := f.Org.Load(tx, c.Org)
	if err != nil {
		return err
	}
	return f.Staff.Replied(tx, staff.At{Org: c.Org, Contact: ct.ID, Time: tx.Now()}, who.Agent, c.WaitingSince, o.Settings.ChatReply)
}

// LearnLimits learns, once a day for each agent, how many chats at once go well, until ctx ends.
func (f *Flow) LearnLimits(ctx context.Context) error {
	for {
		if err := f.LearnLimitsNow(ctx); err != nil && ctx.Err() == nil {
			f.log.Error("how many chats at once go well could not be learnt", "error", err)
		}
		if f.db.Clock().Sleep(ctx, time.Hour) != nil {
			return nil
		}
	}
}

// LearnLimitsNow learns what is due.
func (f *Flow) LearnLimitsNow(ctx context.Context) error {
	var due []staff.Screen
	if err := f.db.Read(ctx, func(tx *sqldb.Tx) (err error) {
		due, err = f.Staff.ToLearn(tx)
		return err
	}); err != nil {
		return err
	}
	for _, s := range due {
		if err := f.db.Write(ctx, func(tx *sqldb.Tx) error { return f.Staff.LearnOf(tx, s) }); err != nil {
			return err
		}
	}
	return nil
}

// SetLimit sets by hand how many chats at once an agent takes at most; staff.AsLearnt leaves it to what is learnt.
func (f *Flow) SetLimit(ctx context.Context, who access.Principal, agent ident.Agent, chats int) (staff.Presence, error) {
	var p staff.Presence
	err := f.db.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := f.Access.Account(tx, who.Org, agent); err != nil {
			return err
		}
		var err error
		p, err = f.Staff.Limit(tx, ledger.At{Org: who.Org, Actor: agentOf(who)}, agent, chats)
		return err
	})
	return p, err
}
