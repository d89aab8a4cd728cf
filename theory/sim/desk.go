package sim

import (
	"errors"
	"fmt"
)

// Desk is what is played out: who comes, who is there, and how offers go.
type Desk struct {
	Length  float64 // nobody comes after this; who is there by then is still helped
	Streams []Stream
	Groups  []Group
	Offers  Offers
	Target  float64 // seconds of the service level in the Tally
}

// Kind is what a contact asks of an agent.
type Kind uint8

// The kinds of contact.
const (
	Call    Kind = iota // an agent without any other contact
	Chat                // one of the places of an agent who has no call
	Written             // an agent without any other contact, when nothing live waits or when it comes due
)

// The order is that of the moment from which the wait counts (Event.Rank): when somebody came, less what they waited in
// earlier attempts; of a mail with a promise, when its slack was used up but for Lead, so that it takes its place among
// those who came then; of a call-back, when they came. Who has the lowest of all that an agent may help is first. An
// agent who has chats in hand takes no more while somebody with a lower rank waits for a whole agent.

// Stream is one source of contacts: a channel and a skill.
type Stream struct {
	Kind     Kind
	Skill    int
	Rates    []float64 // arrivals per second in each period, the last one to the end
	Period   float64   // seconds
	Handle   Span      // wrap-up included
	Patience Span      // mean zero: they do not give up

	Again float64 // share of those who gave up that tries again, with the time they waited as credit
	Back  Span    // after so long

	CallBackFrom int     // with so many or more ahead a call-back is offered; zero: never
	CallBack     float64 // share that takes it: keeps the place, and does not give up
	Reached      float64 // share of attempts at calling back that is answered; two attempts

	Due  float64 // of Written: to be answered so long after it came; zero: no promise
	Lead float64 // of Written: it joins the line so long before it is due

	Known float64 // share that asks for the agent who helped before
	Hold  float64 // how long the line is held for that agent
}

// Group is a number of agents with the same skills and shift.
type Group struct {
	Agents int
	Levels []int     // by skill: zero not at all, 1 best; who is best is asked first
	Chats  int       // at once; zero is one
	Speed  []float64 // how fast each of j chats goes, in place j−1; empty: as fast as one alone
	From   float64   // on duty
	Until  float64   // until; zero: to the end. What they have in hand is finished.
}

// Offers is how an offer to an agent goes. The zero value: it is accepted at once.
type Offers struct {
	Answer Span    // until it is accepted
	Missed float64 // share that is not answered
	Limit  float64 // then it goes on to the next agent …
	Away   float64 // … and who missed it is away for so long
}

// mostChats is how many chats one agent has at most.
const mostChats = 8

func (d *Desk) check() error {
	if d.Length <= 0 || len(d.Streams) == 0 {
		return errors.New("sim: a desk needs a length and somebody who comes")
	}
	for i, s := range d.Streams {
		if s.Skill < 0 || s.Kind > Written || s.Handle.Mean <= 0 || len(s.Rates) == 0 || len(s.Rates) > 1 && s.Period <= 0 {
			return fmt.Errorf("sim: stream %d lacks a skill, a kind, a handle time or its rates", i)
		}
		for _, r := range s.Rates {
			if r < 0 {
				return fmt.Errorf("sim: stream %d has a rate below zero", i)
			}
		}
	}
	for i, g := range d.Groups {
		if g.Agents < 0 || g.Chats < 0 || g.Chats > mostChats || len(g.Speed) != 0 && len(g.Speed) < max(1, g.Chats) {
			return fmt.Errorf("sim: group %d has a number of agents or chats, or speeds, that cannot be", i)
		}
		for _, v := range g.Speed {
			if v <= 0 {
				return fmt.Errorf("sim: group %d has chats that stand still", i)
			}
		}
	}
	if d.Offers.Missed < 0 || d.Offers.Missed >= 1 || d.Offers.Missed > 0 && d.Offers.Limit <= 0 {
		return errors.New("sim: offers are missed always, or take no time when they are")
	}
	return nil
}

// skills is how many there are.
func (d *Desk) skills() int {
	n := 0
	for _, s := range d.Streams {
		n = max(n, s.Skill+1)
	}
	return n
}

// Happening is the kind of an event.
type Happening uint8

// What happens.
const (
	Joined     Happening = iota // came into the line, again or for the first time
	Offered                     // put to an agent
	Missed                      // the agent did not answer
	Answered                    // the wait is over
	Ended                       // the contact is over
	Left                        // gave up
	Unreached                   // was called back and did not answer
	Messaged                    // was not reached at the second attempt either
	Due                         // a promise came near its time and is now in the line
	Held                        // the line is held for the own agent
	Unheld                      // the own agent did not come free in time: now anybody
	ComesAgain                  // will try again later
)

// Event is one thing that happened.
type Event struct {
	At      float64
	What    Happening
	Stream  int
	Contact int64   // one matter, over all its attempts; counted from zero
	Agent   int     // who was asked or answered; −1: nobody
	Ahead   int     // Joined: how many are before this one in its skill
	Rank    float64 // the moment that the wait counts from: in the line, who has the lower one is first
	Waited  float64 // Answered and Left: in this attempt
}

// Tally is what became of a stream. Attempts count each time that somebody came; who takes a call-back is not gone.
type Tally struct {
	Arrived   int64   // attempts
	Answered  int64   // by an agent
	InTarget  int64   // answered within the target
	Left      int64   // gave up before an agent
	LeftLate  int64   // of these, after the target
	Messaged  int64   // called back twice and not reached
	Late      int64   // written, answered after it was due
	Wait      float64 // seconds of all who were answered or left
	WaitFirst float64 // seconds of those answered
}

// ServiceLevel is answered within the target ÷ all attempts. Those still there when the day stops count as not answered.
func (t Tally) ServiceLevel() float64 { return float64(t.InTarget) / float64(t.Arrived) }

// Abandonment is those who gave up ÷ all attempts.
func (t Tally) Abandonment() float64 { return float64(t.Left) / float64(t.Arrived) }

// Result is a day that was played.
type Result struct {
	Events  int64
	Streams []Tally
	Busy    float64 // seconds that agents were at work, offers included
	On      float64 // seconds that agents were on duty until the end of the day
	End     float64 // when the last thing happened
}
