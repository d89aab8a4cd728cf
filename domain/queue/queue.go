package queue

import (
	"time"

	"balie/domain/cases"
	"balie/ground/ident"
)

// Wait is one contact in the queue, or one that was in it.
type Wait struct {
	ID         ident.Row
	Org        ident.Org
	Contact    ident.Contact
	Case       ident.Case
	Channel    string
	Department ident.Department // zero: whoever is free
	Wanted     ident.Agent      // who helped before, asked first; zero: nobody in particular
	Needs      cases.Needs      // what an agent must know
	Stay       Stay             // on for Wanted, by the customer's own choice
	Rank       time.Time        // the moment that the wait counts from
	Joined     time.Time
	State      State
	Ended      time.Time
	Agent      ident.Agent // who answered
	Told       Told
}

// State is where a wait is.
type State string

// The states of a wait.
const (
	Waiting State = "waiting"
	Served  State = "answered"
	Gone    State = "left"
	Later   State = "put_off" // the customer chose another moment; nobody gave up
)

// Told is what the customer heard when the wait began.
type Told struct {
	Position int           // 1 is next
	Wait     time.Duration // expected
	Bound    time.Duration // nine of ten wait no longer; in whole minutes, as it is said
	// Line is the bound as the line gives it, also while it is not fit to be told: what the calibration learns from. Zero
	// when an agent was free, or nothing could be forecast.
	Line time.Duration
}

// Known says whether a wait could be forecast.
func (t Told) Known() bool { return t.Bound > 0 }
