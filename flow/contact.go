package flow

import (
	"balie/channel"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/intake"
	"balie/domain/party"
	"balie/domain/queue"
	"balie/domain/staff"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// arriveLive keeps what a customer says on a live channel: it begins a contact, or goes on with one.
func (f *Flow) arriveLive(tx *sqldb.Tx, a channel.Arrival) (channel.Receipt, error) {
	if a.Live.Contact == 0 {
		return f.begin(tx, a)
	}
	w, ct, err := f.hold(tx, a.Org, a.Live.Contact, a.Thread.Token)
	if err != nil {
		return channel.Receipt{}, err
	}
	c, err := f.Cases.Take(tx, a.Org, w.Case())
	if err != nil {
		return channel.Receipt{}, err
	}
	l := f.lineOf(a, &c)
	l.Actor = customerOf(&c)
	seq, err := f.keepLive(tx, a, l, &c)
	if err != nil {
		return channel.Receipt{}, err
	}
	c.Talks()
	if err := f.Cases.CustomerSpoke(tx, &c, preview(a.Text)); err != nil {
		return channel.Receipt{}, err
	}
	return channel.Receipt{Case: c.ID, Number: c.Number, Contact: ct.ID, Seq: seq}, f.heard(tx, &c, &ct)
}

// hold takes a contact for whoever holds its token. The word is about the case that the contact is in now.
func (f *Flow) hold(tx *sqldb.Tx, o ident.Org, id ident.Contact, token string) (intake.Word, conversation.Contact, error) {
	ct, err := f.Conversation.TakeContact(tx, o, id)
	if err != nil {
		return intake.Word{}, ct, err
	}
	w, ok := f.links.Contact(token, o, id, ct.Case, ct.Party)
	if !ok {
		return w, ct, fault.New(fault.Unknown, "conversation.contact_unknown")
	}
	return w, ct, nil
}

// keepLive writes a line of a live contact and gives its sequence number.
func (f *Flow) keepLive(tx *sqldb.Tx, a channel.Arrival, l conversation.Line, c *cases.Case) (int64, error) {
	l.Data.ClientID = a.Thread.ID
	l.Raw = nil // what is said on a live channel is its text; there is no other form of it
	e, err := f.Conversation.Add(tx, l)
	if err != nil {
		return 0, err
	}
	if err := f.Conversation.Mark(tx, e, a.Key); err != nil {
		return 0, err
	}
	if err := f.Conversation.FindBy(tx, e, c.Number, c.Subject, c.PartyName, c.PartyAddress); err != nil {
		return 0, err
	}
	if len(a.Uploaded) > 0 {
		if _, err := f.Conversation.Use(tx, e, a.Uploaded); err != nil {
			return 0, err
		}
	}
	if len(a.Given) == 0 {
		return e.Seq, nil
	}
	return e.Seq, f.Party.Give(tx, ledger.At{Org: a.Org, Case: c.ID, Party: c.Party, Actor: l.Actor}, string(a.Channel), a.Given)
}

// begin makes a case of the first words of a live contact, and puts it in the queue.
func (f *Flow) begin(tx *sqldb.Tx, a channel.Arrival) (channel.Receipt, error) {
	who, err := f.visitor(tx, a)
	if err != nil {
		return channel.Receipt{}, err
	}
	o := cases.Opening{
		Org: a.Org, Subject: firstOf(a.Subject, firstLine(a.Text)), Channel: string(a.Channel), Party: who.ID,
		Name: firstOf(who.Name, a.From.Name), Address: party.Normal(a.From.Address), Preview: preview(a.Text),
	}
	var skill ident.Skill
	if a.Live.Site != 0 {
		site, err := f.Org.Site(tx, a.Org, a.Live.Site)
		if err != nil {
			return channel.Receipt{}, err
		}
		o.Department, skill = site.Department, site.Skill
	}
	if o.Needs, err = f.needsAt(tx, a.Org, skill, firstOf(a.Locale, who.Locale)); err != nil {
		return channel.Receipt{}, err
	}
	if a.Live.Later != nil && a.Live.Later.Phone == "" {
		if o.Expected, err = f.expected(tx, a.Org, o.Department, o.Channel); err != nil {
			return channel.Receipt{}, err
		}
	}
	by := ledger.Actor{Kind: ledger.Customer, ID: int64(who.ID), Name: o.Name}
	c, err := f.Cases.Open(tx, o, by)
	if err != nil {
		return channel.Receipt{}, err
	}
	l := f.lineOf(a, &c)
	l.Actor = by
	seq, err := f.keepLive(tx, a, l, &c)
	if err != nil {
		return channel.Receipt{}, err
	}
	ct := conversation.Contact{
		Org: a.Org, Case: c.ID, Party: who.ID, Channel: string(a.Channel), State: conversation.ContactWaiting, Site: a.Live.Site,
		PageURL: a.Live.Page.URL, PageTitle: a.Live.Page.Title, Verified: a.Live.Subject != "", Locale: a.Locale,
	}
	if a.Live.Later != nil {
		ct.State, ct.PutOff = conversation.ContactLeft, true
	}
	if ct, err = f.Conversation.Begin(tx, ct, by); err != nil {
		return channel.Receipt{}, err
	}
	receipt := channel.Receipt{Case: c.ID, Number: c.Number, Contact: ct.ID, Seq: seq}
	if a.Live.Later != nil {
		return receipt, f.later(tx, &c, *a.Live.Later)
	}
	w, err := f.wait(tx, &c, ct, queue.Wait{})
	receipt.Position, receipt.Bound = w.Told.Position, w.Told.Bound
	return receipt, err
}

// visitor recognises who is at the other end: by what the website signed, else by the address that was claimed. Nobody
// has to say who they are.
func (f *Flow) visitor(tx *sqldb.Tx, a channel.Arrival) (party.Party, error) {
	claim := party.Claim{Name: a.From.Name, Address: a.From.Address, Locale: a.Locale}
	switch {
	case a.Live.Subject != "":
		return f.Party.RecogniseSubject(tx, a.Org, a.Live.Subject, claim)
	case a.From.Address != "":
		return f.Party.Recognise(tx, a.Org, claim)
	}
	return f.Party.Appear(tx, a.Org, claim)
}

// enqueue puts a contact in the queue. Whoever owns the case is asked first.
func (f *Flow) enqueue(tx *sqldb.Tx, c *cases.Case, ct conversation.Contact, w queue.Wait) error {
	_, err := f.wait(tx, c, ct, w)
	return err
}

// wait is enqueue, with what the customer is told.
func (f *Flow) wait(tx *sqldb.Tx, c *cases.Case, ct conversation.Contact, w queue.Wait) (queue.Wait, error) {
	outlook, err := f.Outlook(tx, c.Org)
	if err != nil {
		return w, err
	}
	w.Contact, w.Channel, w.Department, w.Needs = ct.ID, ct.Channel, c.Department, c.Needs
	if w.Wanted == 0 {
		if w.Wanted, err = f.helper(tx, c, ct); err != nil {
			return w, err
		}
	}
	return f.Queue.Join(tx, at(c, customerOf(c)), w, outlook)
}

// heard makes sure that somebody answers a customer who wrote: the agent who helps, when there; else the queue.
func (f *Flow) heard(tx *sqldb.Tx, c *cases.Case, ct *conversation.Contact) error {
	if ct.State == conversation.ContactWaiting {
		return nil
	}
	there := false
	if ct.Agent != 0 {
		p, err := f.Staff.Presence(tx, ct.Org, ct.Agent)
		if err != nil {
			return err
		}
		there = p.Here && (p.State != staff.Away || ct.State == conversation.ContactLive)
	}
	by := customerOf(c)
	if there && ct.State != conversation.ContactEnded {
		return f.turn(tx, ct, conversation.ContactLive, by)
	}
	rank, err := f.sinceAsked(tx, c, ct)
	if err != nil {
		return err
	}
	if err := f.turn(tx, ct, conversation.ContactWaiting, by); err != nil {
		return err
	}
	return f.enqueue(tx, c, *ct, queue.Wait{Rank: rank})
}
