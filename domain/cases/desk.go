package cases

import (
	"slices"
	"strings"
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Own gives a case an owner, or takes it away with the zero Person; a department too when it is not zero.
func (r *Room) Own(tx *sqldb.Tx, c *Case, by ledger.Actor, owner Person, department ident.Department) error {
	c.Owner, c.OwnerName = owner.ID, owner.Name
	if department != 0 {
		c.Department = department
	}
	c.Unread = c.Unread || owner.ID != ident.Agent(by.ID)
	return r.keep(tx, c, by, OwnedFact{Owner: owner.ID, Department: c.Department})
}

// Seen records that the owner read what is new.
func (r *Room) Seen(tx *sqldb.Tx, org ident.Org, id ident.Case) error {
	_, err := tx.Exec(`update cases set unread = 0 where org = $1 and id = $2 and unread = 1`, org, id)
	return err
}

// Snooze puts a case out of sight until a moment; the zero moment brings it back.
func (r *Room) Snooze(tx *sqldb.Tx, c *Case, by ledger.Actor, until time.Time) error {
	if !until.IsZero() && !until.After(tx.Now()) {
		return fault.New(fault.Invalid, "cases.snooze_in_the_past")
	}
	if c.Status == Closed && !until.IsZero() {
		return fault.New(fault.Conflict, "cases.closed_already")
	}
	if until.IsZero() && !c.SnoozedUntil.IsZero() {
		c.Unread = true
	}
	c.SnoozedUntil = until
	return r.keep(tx, c, by, ChangedFact{What: "snoozed"})
}

// tagLimit is how many characters a tag has at most.
const tagLimit = 40

// Tag adds and removes tags. A tag is lower case without spaces around it.
func (r *Room) Tag(tx *sqldb.Tx, c *Case, by ledger.Actor, add, remove []string) error {
	for _, name := range add {
		name = tagName(name)
		if name == "" || len([]rune(name)) > tagLimit {
			return fault.New(fault.Invalid, "cases.tag_length", "limit", tagLimit)
		}
		if err := r.addTag(tx, c, name); err != nil {
			return err
		}
	}
	for _, name := range remove {
		name = tagName(name)
		if _, err := tx.Exec(`delete from tag where org = $1 and case_id = $2 and name = $3`, c.Org, c.ID, name); err != nil {
			return err
		}
		c.Tags = slices.DeleteFunc(slices.Clone(c.Tags), func(s string) bool { return s == name })
	}
	return r.keep(tx, c, by, ChangedFact{What: "tags"})
}

// tagName is a tag as it is kept: on one line, since the tags of a case stand under one another in its row.
func tagName(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

func (r *Room) addTag(tx *sqldb.Tx, c *Case, name string) error {
	at, there := slices.BinarySearch(c.Tags, name)
	if there {
		return nil
	}
	c.Tags = slices.Insert(slices.Clone(c.Tags), at, name)
	_, err := tx.Exec(`insert into tag (org, case_id, name, updated_at) values ($1, $2, $3, $4) on conflict do nothing`,
		c.Org, c.ID, name, tx.Now())
	return err
}

// Next is the promise of a case that is due first.
type Next struct {
	Promise ident.Promise
	Text    string
	Due     time.Time
}

// Promised records the promise that is due first, or none with the zero Next.
func (r *Room) Promised(tx *sqldb.Tx, c *Case, by ledger.Actor, n Next) error {
	c.Promise, c.PromiseText, c.PromiseDue = n.Promise, n.Text, n.Due
	return r.keep(tx, c, by, ChangedFact{What: "promise"})
}

// Judged records whether the customer is dissatisfied now.
func (r *Room) Judged(tx *sqldb.Tx, c *Case, dissatisfied bool) error {
	c.Dissatisfied = dissatisfied
	return r.keep(tx, c, customer(c), ChangedFact{What: "feedback"})
}

// Merge lets one case of a customer go on as another. Its number and link keep working and lead to the other.
func (r *Room) Merge(tx *sqldb.Tx, from, into *Case, by ledger.Actor) error {
	switch {
	case from.ID == into.ID, from.MergedInto != 0, into.MergedInto != 0:
		return fault.New(fault.Conflict, "cases.merged_already")
	case from.Party != into.Party:
		// The page behind the customer's link would show one customer what another one wrote.
		return fault.New(fault.Conflict, "cases.merge_other_customer")
	case into.Status == Closed:
		return fault.New(fault.Conflict, "cases.closed_already")
	}
	if into.WaitingSince.IsZero() || (!from.WaitingSince.IsZero() && from.WaitingSince.Before(into.WaitingSince)) {
		into.WaitingSince = from.WaitingSince
	}
	if from.Turn == Us {
		into.Turn = Us
	}
	if into.AnswerDue.IsZero() || (!from.AnswerDue.IsZero() && from.AnswerDue.Before(into.AnswerDue)) {
		into.AnswerDue, into.AnswerNext = from.AnswerDue, from.AnswerNext
	}
	from.MergedInto = into.ID
	from.Status = Closed
	from.end("", tx.Now())
	from.Promise, from.PromiseText, from.PromiseDue = 0, "", time.Time{}
	if err := r.keep(tx, from, by, MergedFact{Into: into.ID}); err != nil {
		return err
	}
	for _, name := range from.Tags {
		if err := r.addTag(tx, into, name); err != nil {
			return err
		}
	}
	return r.keep(tx, into, by, ChangedFact{What: "merged"})
}

// Known is who the customer of a case turned out to be.
type Known struct {
	Party   ident.Party
	Name    string
	Address string
}

// Belongs records who the customer of a case is, after they said so.
func (r *Room) Belongs(tx *sqldb.Tx, c *Case, k Known) error {
	c.Party, c.PartyName, c.PartyAddress = k.Party, k.Name, k.Address
	return r.keep(tx, c, customer(c), ChangedFact{What: "customer"})
}
