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

// Person is an agent as a case shows them.
type Person struct {
	ID   ident.Agent
	Name string
}
