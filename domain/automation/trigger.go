package automation

import (
	"maps"
	"slices"

	"balie/domain/cases"
	"balie/ground/ident"
	"balie/ground/ledger"
)

// Trigger is what a rule waits for: a fact by a plain name.
type Trigger string

// The triggers.
const (
	Opened        Trigger = "opened"
	CustomerWrote Trigger = "customer_wrote"
	Tagged        Trigger = "tagged"
	PromiseMade   Trigger = "promise_made"
	PromiseMoved  Trigger = "promise_moved"
	PromiseBroken Trigger = "promise_broken"
	Reopened      Trigger = "reopened"
	Judged        Trigger = "judged"
	HandedOver    Trigger = "handed_over"
	Closed        Trigger = "closed"
	AnswerNear    Trigger = "answer_near"
	AnswerLate    Trigger = "answer_late"
)

// kinds are the facts behind the triggers.
var kinds = map[Trigger]string{
	Opened: "case.opened", CustomerWrote: "conversation.received", Tagged: "case.changed", PromiseMade: "promise.made",
	PromiseMoved: "promise.moved", PromiseBroken: "promise.broken", Reopened: "case.reopened", Judged: "feedback.given",
	HandedOver: "case.owned", Closed: "case.closed", AnswerNear: "case.answer_near", AnswerLate: "case.answer_late",
}

// Triggers lists them, in the order of the life of a case.
func Triggers() []Trigger {
	return []Trigger{
		Opened, CustomerWrote, Tagged, HandedOver, PromiseMade, PromiseMoved, PromiseBroken, AnswerNear, AnswerLate, Reopened, Closed, Judged,
	}
}

// Fact is the kind of fact behind a trigger.
func (t Trigger) Fact() string { return kinds[t] }

// Facts are the kinds of fact that may be a trigger.
func Facts() []string { return slices.Sorted(maps.Values(kinds)) }

// TriggerOf says what a fact is to the rules; empty is nothing. What a rule did is nothing: no rule follows from another,
// nor from itself, so they cannot go round.
func TriggerOf(e ledger.Entry) (Trigger, error) {
	if e.Actor.Kind == ledger.Rule || e.Case == 0 {
		return "", nil
	}
	var named Trigger
	for t, kind := range kinds {
		if kind == e.Kind {
			named = t
		}
	}
	switch named {
	case Tagged:
		var fact cases.ChangedFact
		if err := e.Into(&fact); err != nil || fact.What != "tags" {
			return "", err
		}
	case HandedOver:
		var fact cases.OwnedFact
		if err := e.Into(&fact); err != nil {
			return "", err
		}
		if e.Actor.Kind == ledger.Agent && e.Actor.ID != 0 && fact.Owner == ident.Agent(e.Actor.ID) {
			return "", nil // somebody took it; nobody gave it
		}
	}
	return named, nil
}
