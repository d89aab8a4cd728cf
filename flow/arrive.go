package flow

import (
	"context"
	"strings"
	"time"

	"balie/channel"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/intake"
	"balie/domain/org"
	"balie/domain/party"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Address looks up a desk address.
func (f *Flow) Address(ctx context.Context, address string) (channel.Address, error) {
	var a org.Address
	err := f.db.Read(ctx, func(tx *sqldb.Tx) (err error) {
		a, err = f.Org.ByAddress(tx, address)
		return err
	})
	return channel.Address{Org: a.Org, Department: a.Department, Address: a.Address}, err
}

// Kept is what an arrival became.
type Kept struct {
	channel.Receipt
	Case  cases.Case
	Entry conversation.Entry // not when it was taken in before
}

// Arrive keeps what somebody sent: in the case that it belongs to, or as a new one. It returns after the commit.
func (f *Flow) Arrive(ctx context.Context, a channel.Arrival) (channel.Receipt, error) {
	var receipt channel.Receipt
	err := f.Keep(ctx, a, func(_ *sqldb.Tx, k Kept) error {
		receipt = k.Receipt
		return nil
	})
	return receipt, err
}

// Keep is Arrive for who wants to know more of what was made: then is called in the same transaction, and spares a
// second one to read in.
func (f *Flow) Keep(ctx context.Context, a channel.Arrival, then func(*sqldb.Tx, Kept) error) error {
	if a.Org == 0 || a.Key == "" {
		return fault.New(fault.Internal, "ground.internal", "arrival", "without organisation or key")
	}
	large := [][]byte{a.Raw, []byte(a.HTML)}
	for _, file := range a.Files {
		large = append(large, file.Data)
	}
	if err := f.Conversation.Stage(ctx, a.Org, large...); err != nil {
		return err
	}
	return f.db.Write(ctx, func(tx *sqldb.Tx) error {
		k, err := f.arrive(tx, a)
		if err != nil {
			return err
		}
		return then(tx, k)
	})
}

func (f *Flow) arrive(tx *sqldb.Tx, a channel.Arrival) (Kept, error) {
	before, again, err := f.Conversation.Before(tx, a.Org, a.Key)
	if err != nil {
		return Kept{}, err
	}
	if again {
		receipt, c, err := f.arrivedBefore(tx, a, before)
		return Kept{Receipt: receipt, Case: c}, err
	}
	if a.Live != nil {
		receipt, err := f.arriveLive(tx, a)
		return Kept{Receipt: receipt}, err
	}
	j, err := f.joins(tx, a)
	if err != nil {
		return Kept{}, err
	}
	if j.found() {
		err = f.join(tx, a, &j)
	} else {
		err = f.open(tx, a, &j)
	}
	return Kept{Receipt: channel.Receipt{Case: j.c.ID, Number: j.c.Number}, Case: j.c, Entry: j.entry}, err
}

// arrivedBefore answers a second delivery with what became of the first.
func (f *Flow) arrivedBefore(tx *sqldb.Tx, a channel.Arrival, before conversation.Arrived) (channel.Receipt, cases.Case, error) {
	c, err := f.Cases.Get(tx, a.Org, before.Case)
	receipt := channel.Receipt{Case: c.ID, Number: c.Number, Again: true}
	if err != nil || a.Live == nil {
		return receipt, c, err
	}
	e, err := f.Conversation.Entry(tx, a.Org, before.Entry)
	if err != nil {
		return receipt, c, err
	}
	ct, _, err := f.Conversation.ContactOf(tx, a.Org, before.Case)
	receipt.Seq, receipt.Contact = e.Seq, ct.ID
	return receipt, c, err
}

// joining is what an arrival belongs to.
type joining struct {
	c       cases.Case
	entry   conversation.Entry // the line that it became
	own     bool               // the sender is the customer of the case
	replied bool               // the token of the reply address was right
}

func (j joining) found() bool { return j.c.ID != 0 }

// joins finds the case that an arrival belongs to: by the token of our reply address, then by what it says it answers,
// then by a case number in the subject of a sender whom we know from that case. Never by the subject alone.
func (f *Flow) joins(tx *sqldb.Tx, a channel.Arrival) (joining, error) {
	var j joining
	if id := intake.ReplyCase(a.Thread.Token); id != 0 {
		c, err := f.Cases.Get(tx, a.Org, id)
		if err == nil {
			if _, ok := f.links.Reply(a.Thread.Token, a.Org, c.Party, tx.Now()); ok {
				j.replied = true
				return j, f.lead(tx, a, &j, c.ID)
			}
		} else if !fault.Is(err, fault.Unknown) {
			return j, err
		}
	}
	id, err := f.Conversation.CaseOf(tx, a.Org, a.Thread.Parents...)
	if err != nil {
		return j, err
	}
	if id != 0 {
		return j, f.lead(tx, a, &j, id)
	}
	// Its own identifier is known when an answer to it came in first. Anybody can claim to answer it, so the case is
	// only joined by its own customer.
	if id, err = f.Conversation.CaseOf(tx, a.Org, a.Thread.ID); err != nil {
		return j, err
	}
	if id != 0 {
		if err := f.lead(tx, a, &j, id); err != nil || j.own {
			return j, err
		}
		j = joining{}
	}
	for _, number := range a.Thread.Numbers {
		c, err := f.Cases.ByNumber(tx, a.Org, number)
		if fault.Is(err, fault.Unknown) {
			continue
		}
		if err != nil {
			return j, err
		}
		if err := f.lead(tx, a, &j, c.ID); err != nil || j.own {
			return j, err
		}
		j = joining{}
	}
	return j, nil
}

// lead loads the case that an arrival joins, following merges, and looks whether the sender is its customer.
func (f *Flow) lead(tx *sqldb.Tx, a channel.Arrival, j *joining, id ident.Case) error {
	merged, err := f.Cases.Lead(tx, a.Org, id)
	if err != nil {
		return err
	}
	if j.c, err = f.Cases.Take(tx, a.Org, merged.ID); err != nil {
		return err
	}
	point, err := f.Party.Point(tx, a.Org, a.From.Address)
	if err != nil && !fault.Is(err, fault.Unknown) {
		return err
	}
	j.own = err == nil && point.Party == j.c.Party
	return nil
}

// join adds an arrival to a case. From an address that is not the customer's it is shown as from another sender: we
// look at it, nothing else of the case changes, and nothing is sent to that address.
func (f *Flow) join(tx *sqldb.Tx, a channel.Arrival, j *joining) error {
	l := f.lineOf(a, &j.c)
	if !j.own {
		l.Actor = ledger.Actor{Kind: ledger.Customer, Name: nameOf(a.From)}
		l.Data.OtherSender = a.From.Address
	}
	last, err := f.Conversation.LastAnswer(tx, a.Org, j.c.ID)
	if err != nil {
		return err
	}
	l.At = conversation.SaidAt(tx.Now(), a.At, last)
	if err := f.keepArrival(tx, a, l, j); err != nil {
		return err
	}
	if !j.own {
		return f.Cases.OtherSpoke(tx, &j.c, l.Actor)
	}
	if j.replied {
		if err := f.Party.Prove(tx, a.Org, a.From.Address, party.ByReply); err != nil {
			return err
		}
	}
	if err := f.expect(tx, &j.c); err != nil {
		return err
	}
	return f.Cases.CustomerSpoke(tx, &j.c, preview(a.Text))
}

// open makes a new case of an arrival.
func (f *Flow) open(tx *sqldb.Tx, a channel.Arrival, j *joining) error {
	who, err := f.Party.Recognise(tx, a.Org, party.Claim{Name: a.From.Name, Address: a.From.Address, Locale: a.Locale})
	if err != nil {
		return err
	}
	if a.Proof == "dmarc" {
		if err := f.Party.Prove(tx, a.Org, a.From.Address, party.ByDMARC); err != nil {
			return err
		}
	}
	o := cases.Opening{
		Org: a.Org, Subject: a.Subject, Channel: string(a.Channel), DeskAddress: a.To, Party: who.ID,
		Name: firstOf(who.Name, a.From.Name), Address: party.Normal(a.From.Address), Preview: preview(a.Text), Auto: a.Auto,
	}
	var skill ident.Skill
	if desk, err := f.Org.ByAddress(tx, a.To); err == nil && desk.Org == a.Org {
		o.Department, skill = desk.Department, desk.Skill
	}
	if o.Needs, err = f.needsAt(tx, a.Org, skill, firstOf(a.Locale, who.Locale)); err != nil {
		return err
	}
	if strings.TrimSpace(o.Subject) == "" {
		o.Subject = firstLine(a.Text)
	}
	if o.Expected, err = f.expected(tx, a.Org, o.Department, o.Channel); err != nil {
		return err
	}
	by := ledger.Actor{Kind: ledger.Customer, ID: int64(who.ID), Name: firstOf(o.Name, o.Address)}
	if j.c, err = f.Cases.Open(tx, o, by); err != nil {
		return err
	}
	l := f.lineOf(a, &j.c)
	l.Data.Subject = a.Subject
	l.At = conversation.SaidAt(tx.Now(), a.At, time.Time{})
	return f.keepArrival(tx, a, l, j)
}

func (f *Flow) lineOf(a channel.Arrival, c *cases.Case) conversation.Line {
	l := conversation.Line{
		Org: a.Org, Case: c.ID, Party: c.Party, Sort: conversation.Message, Channel: string(a.Channel),
		Actor: ledger.Actor{Kind: ledger.Customer, ID: int64(c.Party), Name: firstOf(c.PartyName, c.PartyAddress)},
		Text:  a.Text, Quoted: a.Quoted, Raw: a.Raw, HTML: a.HTML, Auto: a.Auto,
		Data: conversation.Data{Problem: a.Problem, MessageID: a.Thread.ID},
	}
	for _, file := range a.Files {
		l.Files = append(l.Files, conversation.NewFile{Name: file.Name, Type: file.Type, ContentID: file.ContentID, Data: file.Data})
	}
	return l
}

// keepArrival writes the line and everything that makes it findable and recognisable.
func (f *Flow) keepArrival(tx *sqldb.Tx, a channel.Arrival, l conversation.Line, j *joining) (err error) {
	c := &j.c
	if j.entry, err = f.Conversation.Add(tx, l); err != nil {
		return err
	}
	e := j.entry
	if err := f.Conversation.Mark(tx, e, a.Key); err != nil {
		return err
	}
	if err := f.Conversation.Refer(tx, a.Org, c.ID, append([]string{a.Thread.ID}, a.Thread.Parents...)...); err != nil {
		return err
	}
	if err := f.Conversation.FindBy(tx, e, c.Number, c.Subject, c.PartyName, c.PartyAddress, a.From.Name, a.From.Address); err != nil {
		return err
	}
	if len(a.Given) == 0 || l.Data.OtherSender != "" {
		return nil
	}
	return f.Party.Give(tx, ledger.At{Org: a.Org, Case: c.ID, Party: c.Party, Actor: l.Actor}, string(a.Channel), a.Given)
}

// Report keeps what a mail server told about something we sent.
func (f *Flow) Report(ctx context.Context, r channel.Report) error {
	if r.State != channel.Bounced && r.State != channel.Failed {
		return nil // delayed, or delivered: the outbox says so already
	}
	return f.db.Write(ctx, func(tx *sqldb.Tx) error {
		return f.Conversation.BouncedBack(tx, r.Outgoing, r.MessageID, r.Code, r.Reason)
	})
}

func nameOf(p channel.Person) string { return firstOf(p.Name, p.Address) }

func firstOf(texts ...string) string {
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			return strings.TrimSpace(t)
		}
	}
	return ""
}

func firstLine(words string) string {
	words, _, _ = strings.Cut(strings.TrimSpace(words), "\n")
	return preview(words)
}
