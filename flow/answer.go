package flow

import (
	"time"

	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/staff"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// reminder is the share of the promised time after which we look whether the answer is on its way.
const reminder = 0.75

// expected is by when somebody who writes now gets an answer, by the targets and the opening hours of the organisation.
func (f *Flow) expected(tx *sqldb.Tx, o ident.Org, d ident.Department, channel string) (cases.Expected, error) {
	targets, err := f.Org.Targets(tx, o)
	if err != nil {
		return cases.Expected{}, err
	}
	within := targets.For(d, channel)
	if within == 0 {
		return cases.Expected{}, nil
	}
	hours, err := f.Org.Hours(tx, o, channel)
	if err != nil {
		return cases.Expected{}, err
	}
	now := tx.Now()
	return cases.Expected{
		Near: hours.After(now, time.Duration(reminder*float64(within)).Truncate(time.Minute)), Due: hours.After(now, within),
	}, nil
}

// expect notes by when the customer of a case gets an answer, before the step that saves the case. Whoever is in a live
// contact has a place in the queue instead.
func (f *Flow) expect(tx *sqldb.Tx, c *cases.Case) error {
	if !c.AnswerDue.IsZero() {
		return nil
	}
	if c.Channel == webchat {
		if there, err := f.here(tx, c); err != nil || there {
			return err
		}
	}
	e, err := f.expected(tx, c.Org, c.Department, c.Channel)
	c.Expect(e)
	return err
}

// owe notes by when a customer who left a live contact without an answer gets one.
func (f *Flow) owe(tx *sqldb.Tx, c *cases.Case) error {
	if c.WaitingSince.IsZero() {
		return nil
	}
	e, err := f.expected(tx, c.Org, c.Department, c.Channel)
	if err != nil {
		return err
	}
	return f.Cases.Awaits(tx, c, e)
}

// webchat is the channel whose customers may be in a live contact.
const webchat = "webchat"

// remind looks after an answer whose time is nearly over, or over. The owner is told. A case whose owner is not there
// goes to whoever is, so that the customer has the answer in time.
func (f *Flow) remind(tx *sqldb.Tx, due cases.Case) error {
	c, err := f.Cases.Take(tx, due.Org, due.ID)
	if err != nil {
		return err
	}
	if some, err := f.Cases.Reminded(tx, &c); err != nil || !some || c.Owner == 0 {
		return err
	}
	owner, err := f.Staff.Presence(tx, c.Org, c.Owner)
	if err != nil || owner.Here {
		return err
	}
	others, err := f.othersFor(tx, &c)
	if err != nil || !others {
		return err
	}
	l := line(&c, conversation.HandedOver, ledger.Desk, "")
	l.Data.From = c.OwnerName
	if _, err := f.Conversation.Add(tx, l); err != nil {
		return err
	}
	return f.Cases.Own(tx, &c, ledger.Desk, cases.Person{}, 0)
}

// othersFor says whether somebody else can be offered a case now.
func (f *Flow) othersFor(tx *sqldb.Tx, c *cases.Case) (bool, error) {
	all, err := f.Staff.All(tx, c.Org)
	if err != nil {
		return false, err
	}
	departments, err := f.Access.Homes(tx, c.Org)
	if err != nil {
		return false, err
	}
	for _, p := range all {
		d, active := departments[p.Agent]
		if p.Agent != c.Owner && p.Takes() && active && (c.Department == 0 || d == c.Department) {
			return true, nil
		}
	}
	return false, nil
}

// nudgeNear tells the owner of a case, who has no screen open, that its answer is nearly late.
func (f *Flow) nudgeNear(tx *sqldb.Tx, e ledger.Entry) error {
	c, err := f.Cases.Get(tx, e.Org, e.Case)
	if err != nil || c.Owner == 0 || c.AnswerDue.IsZero() {
		return err
	}
	return f.nudgeAbsent(tx, e, c.Owner, staff.AnswerNearNews)
}
