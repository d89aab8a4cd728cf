package staff

import (
	"strings"
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
)

// State says whether an agent takes contacts.
type State string

// The states of presence.
const (
	Available State = "available" // takes contacts
	Busy      State = "busy"      // goes on with those there are
	Away      State = "away"
)

// The reasons for being away that the desk itself gives.
const (
	Gone   = "gone"   // no screen listens any more
	Missed = "missed" // offers were left without an answer
)

// The number of chats at once.
const (
	FewestChats = 1
	UsualChats  = 2
	MostChats   = 5
)

// Absent is how long the last stream of an agent may be gone before the agent counts as away.
const Absent = 30 * time.Second

// MissedOffers is how many offers in a row may stay without an answer before an agent is set to away.
const MissedOffers = 2

// Presence is what an agent's switch says, and whether somebody is there.
type Presence struct {
	Agent  ident.Agent
	Org    ident.Org
	State  State
	Reason string
	Chats  int // at once
	Cap    int // of those, the most that was set by hand; zero: as learnt
	Since  time.Time
	Missed int       // offers in a row without an answer
	Free   time.Time // since when nothing was put to the agent; the longest free comes first
	Here   bool      // a screen listens
}

// Takes says whether contacts may be offered.
func (p Presence) Takes() bool { return p.Here && p.State == Available }

// Shown is the state that others see: away when nobody is there.
func (p Presence) Shown() (State, string) {
	if !p.Here && p.State != Away {
		return Away, Gone
	}
	return p.State, p.Reason
}

// Wish is what an agent sets the switch to.
type Wish struct {
	State  State
	Reason string
	Chats  int // zero: as it was; AsLearnt: no number by hand
}

// AsLearnt leaves the number of chats at once to what is learnt.
const AsLearnt = -1

// limit sets the number by hand. It counts at once; what is learnt may be lower later, never higher.
func (p *Presence) limit(chats int) {
	switch {
	case chats == AsLearnt:
		p.Cap = 0
	case chats != 0:
		p.Chats, p.Cap = chats, chats
	}
}

// why says why the number was changed by hand.
func (p *Presence) why() Why {
	if p.Cap == 0 {
		return Learning
	}
	return CappedByHand
}

const reasonLimit = 80

func (w Wish) check() (Wish, error) {
	switch w.State {
	case Available, Busy, Away:
	default:
		return w, fault.New(fault.Invalid, "staff.state_unknown", "state", string(w.State))
	}
	if w.Chats != 0 && w.Chats != AsLearnt && (w.Chats < FewestChats || w.Chats > MostChats) {
		return w, fault.New(fault.Invalid, "staff.chats_range", "least", FewestChats, "most", MostChats)
	}
	w.Reason = strings.Join(strings.Fields(w.Reason), " ")
	if len([]rune(w.Reason)) > reasonLimit {
		return w, fault.New(fault.Invalid, "staff.reason_long", "limit", reasonLimit)
	}
	if w.State == Available {
		w.Reason = ""
	}
	return w, nil
}
