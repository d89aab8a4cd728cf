package cases

import "balie/ground/fault"

// Status is where a case is in its life.
type Status string

// The life of a case.
const (
	New      Status = "new"      // the question is not yet confirmed
	Open     Status = "open"     // the question is confirmed, or clear from an answer: we work on it
	Proposed Status = "proposed" // a solution was proposed; the customer has the word
	Closed   Status = "closed"
)

// next is what can follow what. A simple question may be answered at once, so a new case can be proposed as solved;
// the customer's word then also confirms the question.
var next = map[Status][]Status{
	New:      {Open, Proposed},
	Open:     {Proposed},
	Proposed: {Closed, Open},
	Closed:   {Open},
}

// Statuses lists the life in order.
func Statuses() []Status { return []Status{New, Open, Proposed, Closed} }

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
		return s, fault.New(fault.Conflict, "cases.step_not_possible", "from", string(s), "to", string(to))
	}
	return to, nil
}

// How says on whose word a case was closed.
type How string

// The ways a case ends.
const (
	ByCustomer How = "customer"
	BySilence  How = "silence"
)

// Turn says who has to do something now.
type Turn string

// The turns.
const (
	Us       Turn = "us"
	Customer Turn = "customer"
	Nobody   Turn = "nobody"
)
