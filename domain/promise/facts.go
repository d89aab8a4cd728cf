package promise

import (
	"time"

	"balie/ground/ident"
)

// MadeFact says that we promised something.
type MadeFact struct {
	Promise ident.Promise `json:"promise,string"`
	Due     time.Time     `json:"due"`
}

// Kind is the fact's name.
func (MadeFact) Kind() string { return "promise.made" }

// MovedFact says that a promise got another deadline.
type MovedFact struct {
	Promise ident.Promise `json:"promise,string"`
	Due     time.Time     `json:"due"`
}

// Kind is the fact's name.
func (MovedFact) Kind() string { return "promise.moved" }

// KeptFact says that we did what we promised.
type KeptFact struct {
	Promise ident.Promise `json:"promise,string"`
	Late    bool          `json:"late,omitempty"`
}

// Kind is the fact's name.
func (KeptFact) Kind() string { return "promise.kept" }

// BrokenFact says that a deadline passed.
type BrokenFact struct {
	Promise ident.Promise `json:"promise,string"`
}

// Kind is the fact's name.
func (BrokenFact) Kind() string { return "promise.broken" }

// WithdrawnFact says that we took a promise back.
type WithdrawnFact struct {
	Promise ident.Promise `json:"promise,string"`
}

// Kind is the fact's name.
func (WithdrawnFact) Kind() string { return "promise.withdrawn" }

// OwnedFact says that somebody answers for a promise that nobody answered for.
type OwnedFact struct {
	Promise ident.Promise `json:"promise,string"`
	Owner   ident.Agent   `json:"owner,string"`
}

// Kind is the fact's name.
func (OwnedFact) Kind() string { return "promise.owned" }
