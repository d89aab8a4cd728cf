package cases

import (
	"strings"
	"time"

	"balie/domain/intake"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Opening is what a new case begins with.
type Opening struct {
	Org         ident.Org
	Subject     string
	Channel     string
	DeskAddress string
	Department  ident.Department
	Party       ident.Party
	Name        string
	Address     string
	Preview     string
	Auto        bool
	Expected    Expected
	Needs       Needs
}

// Open makes a case with the next number.
func (r *Room) Open(tx *sqldb.Tx, o Opening, by ledger.Actor) (Case, error) {
	number, err := r.number(tx, o.Org)
	if err != nil {
		return Case{}, err
	}
	now := tx.Now().UTC().Truncate(time.Millisecond) // as it will be read
	c := Case{
		ID: ident.Case(tx.NewID()), Org: o.Org, Number: number, Subject: strings.TrimSpace(o.Subject), Status: New,
		Channel: o.Channel, DeskAddress: o.DeskAddress, Department: o.Department, Party: o.Party, PartyName: o.Name,
		PartyAddress: o.Address, Preview: o.Preview, Created: now, Updated: now, Turn: Us, WaitingSince: now,
		Unread: true, LinkVersion: 1, Needs: o.Needs,
	}
	c.Expect(o.Expected)
	if c.Seq, err = r.log.Append(tx, r.at(c, by), OpenedFact{Number: number, Channel: o.Channel, Auto: o.Auto}); err != nil {
		return c, err
	}
	return c, r.insert(tx, c)
}

func (r *Room) at(c Case, by ledger.Actor) ledger.At {
	return ledger.At{Org: c.Org, Case: c.ID, Party: c.Party, Actor: by}
}

// keep saves a case with the fact that says what changed.
func (r *Room) keep(tx *sqldb.Tx, c *Case, by ledger.Actor, fact ledger.Fact) (err error) {
	if c.Seq, err = r.log.Append(tx, r.at(*c, by), fact); err != nil {
		return err
	}
	return r.save(tx, c)
}

// CustomerSpoke records that the customer said something. We have the turn; a case that was proposed or closed is open
// again, since the customer is not done.
func (r *Room) CustomerSpoke(tx *sqldb.Tx, c *Case, preview string) error {
	by := ledger.Actor{Kind: ledger.Customer, ID: int64(c.Party), Name: c.PartyName}
	reopened := c.Status == Closed || c.Status == Proposed
	if reopened {
		c.reopen()
	}
	if c.WaitingSince.IsZero() {
		c.WaitingSince = tx.Now()
	}
	c.Turn, c.Preview, c.Unread, c.SnoozedUntil = Us, preview, true, time.Time{}
	if reopened {
		return r.keep(tx, c, by, ReopenedFact{})
	}
	return r.keep(tx, c, by, ChangedFact{What: "message"})
}

// OtherSpoke records that somebody who is not the customer wrote into the case. It asks for our eyes and changes nothing
// else: a stranger cannot open what the customer closed.
func (r *Room) OtherSpoke(tx *sqldb.Tx, c *Case, by ledger.Actor) error {
	c.Unread = true
	return r.keep(tx, c, by, ChangedFact{What: "other_sender"})
}

func (c *Case) reopen() {
	c.Status, c.ClosedBy, c.ClosedAt = Open, "", time.Time{}
	c.SilenceDue, c.SilenceAsked = time.Time{}, time.Time{}
}

// WeSpoke records that the customer got an answer: the customer has the turn.
func (r *Room) WeSpoke(tx *sqldb.Tx, c *Case, by ledger.Actor, preview string) error {
	if c.Status != Closed {
		c.Turn = Customer
	}
	if err := r.answered(tx, c, by); err != nil {
		return err
	}
	c.Preview, c.Unread = preview, false
	return r.keep(tx, c, by, ChangedFact{What: "message"})
}

// Asked records that the question was read back.
func (r *Room) Asked(tx *sqldb.Tx, c *Case, by ledger.Actor, q intake.Question) error {
	if c.Status == Closed {
		return fault.New(fault.Conflict, "cases.closed_already")
	}
	c.Question, c.QuestionAsked, c.QuestionConfirmed = q.Text, q.Asked, time.Time{}
	if err := r.answered(tx, c, by); err != nil {
		return err
	}
	c.Turn, c.Unread = Customer, false
	return r.keep(tx, c, by, ChangedFact{What: "read_back"})
}

// Confirmed records that the customer confirmed the question; work starts.
func (r *Room) Confirmed(tx *sqldb.Tx, c *Case, q intake.Question) error {
	if c.Status == New {
		c.Status = Open
	}
	c.Question, c.QuestionConfirmed = q.Text, q.Answered
	c.Turn, c.WaitingSince, c.Unread = Us, tx.Now(), true
	return r.keep(tx, c, customer(c), ChangedFact{What: "confirmed"})
}

func customer(c *Case) ledger.Actor {
	return ledger.Actor{Kind: ledger.Customer, ID: int64(c.Party), Name: c.PartyName}
}

// Propose records that a solution was proposed. If the customer stays silent, that is asked after at silence.
func (r *Room) Propose(tx *sqldb.Tx, c *Case, by ledger.Actor, solution string, silence time.Time) error {
	var err error
	if c.Status == Proposed { // a second proposal takes the place of the first
		c.Status = Open
	}
	if c.Status, err = c.Status.to(Proposed); err != nil {
		return err
	}
	if err := r.answered(tx, c, by); err != nil {
		return err
	}
	c.Solution, c.Turn, c.Unread = solution, Customer, false
	c.SilenceDue, c.SilenceAsked = silence, time.Time{}
	return r.keep(tx, c, by, ProposedFact{})
}

// Close closes a case on the customer's own word: see ADR 4.
func (r *Room) Close(tx *sqldb.Tx, c *Case, word intake.Confirmation) error {
	if word.Case() != c.ID {
		return fault.New(fault.Internal, "ground.internal", "word", word.Case())
	}
	var err error
	if c.Status, err = c.Status.to(Closed); err != nil {
		return err
	}
	if c.QuestionConfirmed.IsZero() && c.Question != "" {
		c.QuestionConfirmed = tx.Now()
	}
	c.end(ByCustomer, tx.Now())
	return r.keep(tx, c, customer(c), ClosedFact{By: ByCustomer})
}

func (c *Case) end(how How, now time.Time) {
	c.waitsNoMore()
	c.ClosedBy, c.ClosedAt, c.Turn = how, now, Nobody
	c.SilenceDue, c.SnoozedUntil = time.Time{}, time.Time{}
}

// NotSolved records the customer's "not yet": the case is open again with the same owner, at once.
func (r *Room) NotSolved(tx *sqldb.Tx, c *Case, preview string) error {
	if c.Status != Proposed && c.Status != Closed {
		return fault.New(fault.Conflict, "cases.step_not_possible", "from", string(c.Status), "to", string(Open))
	}
	c.reopen()
	c.Turn, c.WaitingSince, c.Unread = Us, tx.Now(), true
	if preview != "" {
		c.Preview = preview
	}
	return r.keep(tx, c, customer(c), ReopenedFact{})
}

// AskedAfter records that the customer was asked once about the silence; the case ends at closing if it lasts.
func (r *Room) AskedAfter(tx *sqldb.Tx, c *Case, closing time.Time) error {
	if c.Status != Proposed || !c.SilenceAsked.IsZero() {
		return fault.New(fault.Conflict, "cases.step_not_possible", "from", string(c.Status), "to", "asked")
	}
	c.SilenceAsked, c.SilenceDue = tx.Now(), closing
	return r.keep(tx, c, ledger.Desk, ChangedFact{What: "silence_asked"})
}

// CloseBySilence closes a case whose customer said nothing, also after being asked. It looks at the case itself: no
// caller can say that the time is over.
func (r *Room) CloseBySilence(tx *sqldb.Tx, c *Case) error {
	if c.Status != Proposed || c.SilenceAsked.IsZero() || c.SilenceDue.IsZero() || tx.Now().Before(c.SilenceDue) {
		return fault.New(fault.Conflict, "cases.step_not_possible", "from", string(c.Status), "to", "silence")
	}
	c.Status = Closed
	c.end(BySilence, tx.Now())
	return r.keep(tx, c, ledger.Desk, ClosedFact{By: BySilence})
}
