package promise

import (
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
)

// Status is where a promise is in its life.
type Status string

// The life of a promise.
const (
	Open      Status = "open"
	Kept      Status = "kept"
	Broken    Status = "broken"
	Withdrawn Status = "withdrawn" // taken back with a reason that the customer was told
)

var next = map[Status][]Status{
	Open: {Kept, Broken, Withdrawn},
}

// Can says whether to may follow s.
func (s Status) Can(to Status) bool {
	for _, n := range next[s] {
		if n == to {
			return true
		}
	}
	return false
}

func (s Status) to(to Status) (Status, error) {
	if !s.Can(to) {
		return s, fault.New(fault.Conflict, "promise.step_not_possible", "from", string(s), "to", string(to))
	}
	return to, nil
}

// Promise is something we said we would do.
type Promise struct {
	ID        ident.Promise
	Org       ident.Org
	Case      ident.Case
	Party     ident.Party
	Text      string
	Owner     ident.Agent
	OwnerName string
	Made      time.Time
	Due       time.Time
	MovedFrom time.Time // the first deadline, when it was moved
	CallAt    time.Time // a call back begins then, and Due is when it ends; zero: not a call
	Changes   int       // how often the customer was told something else about it
	Status    Status
	KeptAt    time.Time // also when it was kept after the deadline
	BrokenAt  time.Time
}

// Call says whether it is a call back.
func (p Promise) Call() bool { return !p.CallAt.IsZero() }

// Overdue says whether the deadline has passed.
func (p Promise) Overdue(now time.Time) bool { return p.Status == Open && !now.Before(p.Due) }

// Waits says whether somebody still has to do it, in time or late.
func (p Promise) Waits() bool {
	return p.Status == Open || (p.Status == Broken && p.KeptAt.IsZero())
}
