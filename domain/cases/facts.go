package cases

import (
	"time"

	"balie/ground/ident"
)

// OpenedFact says that a new question got a number.
type OpenedFact struct {
	Number  string `json:"number"`
	Channel string `json:"channel"`
	Auto    bool   `json:"auto,omitempty"` // a machine wrote it: it is not answered automatically
}

// Kind is the fact's name.
func (OpenedFact) Kind() string { return "case.opened" }

// ChangedFact says that something of a case changed that has no fact of its own.
type ChangedFact struct {
	What string `json:"what"`
}

// Kind is the fact's name.
func (ChangedFact) Kind() string { return "case.changed" }

// OwnedFact says who owns a case now; nobody when Owner is zero.
type OwnedFact struct {
	Owner      ident.Agent      `json:"owner,string"`
	Department ident.Department `json:"department,string"`
}

// Kind is the fact's name.
func (OwnedFact) Kind() string { return "case.owned" }

// AnswerNear says that the time in which an answer was promised is nearly over.
type AnswerNear struct {
	Due time.Time `json:"due"`
}

// Kind is the fact's name.
func (AnswerNear) Kind() string { return "case.answer_near" }

// AnswerLate says that a customer did not get an answer in the time that was promised.
type AnswerLate struct {
	Due time.Time `json:"due"`
}

// Kind is the fact's name.
func (AnswerLate) Kind() string { return "case.answer_late" }

// ProposedFact says that a solution was proposed.
type ProposedFact struct{}

// Kind is the fact's name.
func (ProposedFact) Kind() string { return "case.proposed" }

// ClosedFact says that a case is closed, and on whose word.
type ClosedFact struct {
	By How `json:"by"`
}

// Kind is the fact's name.
func (ClosedFact) Kind() string { return "case.closed" }

// ReopenedFact says that the customer was not helped yet.
type ReopenedFact struct{}

// Kind is the fact's name.
func (ReopenedFact) Kind() string { return "case.reopened" }

// MergedFact says that a case goes on as another one.
type MergedFact struct {
	Into ident.Case `json:"into,string"`
}

// Kind is the fact's name.
func (MergedFact) Kind() string { return "case.merged" }
