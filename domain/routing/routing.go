package routing

import (
	"strings"
	"time"

	"balie/domain/cases"
	"balie/ground/fault"
	"balie/ground/ident"
)

// Offer is a contact that is put to an agent.
type Offer struct {
	ID       ident.Offer
	Org      ident.Org
	Contact  ident.Contact // zero: the case itself, which waits in writing
	Case     ident.Case
	Agent    ident.Agent
	State    State
	Reason   Reason
	Declined string    // why not, in the agent's words
	Since    time.Time // the customer waits since
	Made     time.Time
	Until    time.Time // then it goes on to the next agent
	Answered time.Time
	Ahead    int // how many of the same line were left behind when it was accepted; UnknownAhead: not kept
}

// UnknownAhead is that of offers of before it was kept.
const UnknownAhead = -1

// State is where an offer is.
type State string

// The states of an offer. An open one ends in one of the others.
const (
	Open      State = "open"
	Accepted  State = "accepted"
	Declined  State = "declined"
	Missed    State = "missed"
	Withdrawn State = "withdrawn" // the customer left, or somebody else took it
)

// Reason says why a contact is put to this agent; it is kept with the assignment and may be read by the customer.
type Reason string

// The reasons.
const (
	FirstInLine  Reason = "first_in_line"
	HelpedBefore Reason = "helped_before"
	WaitedFor    Reason = "waited_for" // the customer chose to wait on for this agent
	HandedOver   Reason = "handed_over"
	NextToTry    Reason = "next_to_try" // another agent did not answer the offer
	TakenOver    Reason = "taken_over"  // an agent took it out of the line, on nobody's offer
	// WithoutSkill: nobody who is there knows what was asked for, so the next one helps as well as they can.
	WithoutSkill Reason = "without_skill"
)

// Written says whether the offer is about written work: a case, and nobody who waits at a screen.
func (o Offer) Written() bool { return o.Contact == 0 }

// Answer is how long an agent has to answer an offer; AnswerWritten when it is written work, for which nobody sits waiting.
const (
	Answer        = 20 * time.Second
	AnswerWritten = 3 * time.Minute
)

// Rest is how long an offer that an agent did not take is not put to the same agent again; RestWritten when it is written
// work.
const (
	Rest        = time.Minute
	RestWritten = 15 * time.Minute
)

// Hold is how long a contact is kept for the agent whom its customer knows, when that agent is there and has no room. Longer
// helps little and makes many give up.
const Hold = 20 * time.Second

const declineLimit = 200

func declineReason(s string) (string, error) {
	s = strings.Join(strings.Fields(s), " ")
	if s == "" {
		return "", fault.New(fault.Invalid, "routing.reason_missing")
	}
	if len([]rune(s)) > declineLimit {
		return "", fault.New(fault.Invalid, "routing.reason_long", "limit", declineLimit)
	}
	return s, nil
}

// Agent is somebody to whom a contact may be put.
type Agent struct {
	ID         ident.Agent
	Department ident.Department
	Room       int       // contacts that fit beside those there are
	Load       int       // contacts there are
	Free       time.Time // since when nothing was put to them
	Skills     map[ident.Skill]cases.Level
}

// Waiting is a contact that waits for an agent.
type Waiting struct {
	Contact    ident.Contact
	Department ident.Department // zero: anybody
	Wanted     ident.Agent      // asked first when there; zero: nobody in particular
	Stays      bool             // the customer chose to wait on for the one who is wanted
	Tried      []ident.Agent    // did not take it a moment ago
	Needs      cases.Needs      // what an agent must know to be asked
}

// Choose picks who is asked of those who know what is needed: whom the customer knows, when there; else who has least to
// do, and of those who is free longest. ok is false when nobody can be asked now. It knows nothing about who the customer is.
func Choose(w Waiting, all []Agent) (Agent, Reason, bool) {
	best, found := Agent{}, false
	for _, a := range all {
		if a.Room <= 0 || (w.Department != 0 && a.Department != w.Department) || tried(w, a.ID) || !w.Needs.Met(a.Skills) {
			continue
		}
		if a.ID == w.Wanted {
			if w.Stays {
				return a, WaitedFor, true
			}
			return a, HelpedBefore, true
		}
		if !found || a.Load < best.Load || (a.Load == best.Load && a.Free.Before(best.Free)) {
			best, found = a, true
		}
	}
	why := FirstInLine
	if len(w.Tried) > 0 {
		why = NextToTry
	}
	return best, why, found
}

func tried(w Waiting, id ident.Agent) bool {
	for _, t := range w.Tried {
		if t == id {
			return true
		}
	}
	return false
}
