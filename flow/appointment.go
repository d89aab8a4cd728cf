package flow

import (
	"context"

	"balie/channel"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/promise"
	"balie/ground/calendar"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Appointment is a call back as a file for the customer's calendar. It says neither the telephone number nor the address of
// the customer's page: others look in a calendar too.
func (f *Flow) Appointment(tx *sqldb.Tx, c *cases.Case, p promise.Promise) (channel.File, error) {
	o, err := f.Org.Load(tx, c.Org)
	if err != nil {
		return channel.File{}, err
	}
	customer, err := f.Party.Get(tx, c.Org, c.Party)
	if err != nil {
		return channel.File{}, err
	}
	sender, err := f.Org.Sender(tx, c.Org)
	if err != nil {
		return channel.File{}, err
	}
	t, desk := f.textsFor(o, customer.Locale), firstOf(o.Settings.SenderName, o.Name)
	e := calendar.Event{
		UID: "promise-" + ident.Text(p.ID) + "@" + domainOf(sender.Address), Sequence: p.Changes, Stamp: tx.Now(),
		From: p.CallAt, To: p.Due, Off: p.Status == promise.Withdrawn, Name: desk, Address: sender.Address,
		Title: t.T("contact.calendar_title", "desk", desk), About: t.T("contact.calendar_about", "number", c.Number),
	}
	return channel.File{Name: t.T("contact.calendar_file") + ".ics", Type: calendar.Type, Data: e.File()}, nil
}

// CallOf is the call back of a case that is due first; ok is false when none waits.
func (f *Flow) CallOf(tx *sqldb.Tx, o ident.Org, c ident.Case) (first promise.Promise, ok bool, err error) {
	all, err := f.Promise.OfCase(tx, o, c)
	for _, p := range all {
		if p.Call() && p.Waits() && (!ok || p.Due.Before(first.Due)) {
			first, ok = p, true
		}
	}
	return first, ok, err
}

// appointmentsOf are what goes with a letter about a call back: the file for the calendar as it is now.
func (f *Flow) appointmentsOf(ctx context.Context, l conversation.Letter) (files []channel.File, err error) {
	err = f.db.Read(ctx, func(tx *sqldb.Tx) error {
		files = nil
		e, err := f.Conversation.Entry(tx, l.Org, l.Entry)
		if err != nil || e.Data.Promise == 0 {
			return err
		}
		p, err := f.Promise.Get(tx, l.Org, e.Data.Promise)
		if err != nil || !p.Call() {
			return err
		}
		c, err := f.Cases.Get(tx, l.Org, p.Case)
		if err != nil {
			return err
		}
		file, err := f.Appointment(tx, &c, p)
		files = append(files, file)
		return err
	})
	return files, err
}
