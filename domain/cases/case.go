package cases

import (
	"time"

	"balie/ground/ident"
)

// Case is one question of one customer.
type Case struct {
	ID                ident.Case
	Org               ident.Org
	Number            string // "2026-4817": the year and a counter of the organisation
	Subject           string
	Status            Status
	ClosedBy          How
	Channel           string
	DeskAddress       string // that the customer wrote to; answers come from it
	Party             ident.Party
	PartyName         string
	PartyAddress      string
	Owner             ident.Agent
	OwnerName         string
	Department        ident.Department
	Question          string
	QuestionAsked     time.Time
	QuestionConfirmed time.Time
	Solution          string
	Preview           string // the last thing that was said, cut
	Created           time.Time
	Updated           time.Time
	Turn              Turn
	WaitingSince      time.Time // the customer waits for us since
	AnswerDue         time.Time // by when a written question gets an answer; zero while it waits for none
	AnswerNext        time.Time // when we look whether it was answered: some time before AnswerDue, and then
	Promise           ident.Promise
	PromiseText       string
	PromiseDue        time.Time
	SnoozedUntil      time.Time
	SilenceDue        time.Time // when the customer's silence is asked after, or ends the case
	SilenceAsked      time.Time
	ClosedAt          time.Time
	Dissatisfied      bool
	Unread            bool
	MergedInto        ident.Case
	LinkVersion       int64
	Seq               int64    // ledger place of the last change
	Tags              []string // in alphabetical order
	Needs             Needs    // what an agent must know to help
}

// Expected is by when somebody who writes gets an answer.
type Expected struct {
	Near time.Time // when we look whether it is on its way
	Due  time.Time // zero: nothing is promised
}

// Expect records by when the customer gets an answer; the next step saves it. Who waits already is promised nothing
// later.
func (c *Case) Expect(e Expected) {
	if c.AnswerDue.IsZero() && !e.Due.IsZero() {
		c.AnswerDue, c.AnswerNext = e.Due, e.Near
	}
}

// Talks records that the customer is in a live contact, which has its own place in the queue; the next step saves it.
func (c *Case) Talks() { c.AnswerDue, c.AnswerNext = time.Time{}, time.Time{} }

// Due is the moment by which we must have done something: answered, or kept a promise. Zero when nothing waits for us.
func (c *Case) Due() time.Time {
	switch {
	case c.Status == Closed:
		return time.Time{}
	case c.AnswerDue.IsZero(), !c.PromiseDue.IsZero() && c.PromiseDue.Before(c.AnswerDue):
		return c.PromiseDue
	}
	return c.AnswerDue
}

// waitsNoMore ends the customer's waiting.
func (c *Case) waitsNoMore() {
	c.WaitingSince, c.AnswerDue, c.AnswerNext = time.Time{}, time.Time{}, time.Time{}
}

// Person is an agent as a case shows them.
type Person struct {
	ID   ident.Agent
	Name string
}
