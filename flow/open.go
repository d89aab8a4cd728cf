package flow

import (
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/org"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// opened sends the customer one short receipt with the number and the link. Nothing goes to a machine (RFC 3834), and
// at most one automatic mail a day to an address that nobody has shown to be theirs (promise P14). The receipt repeats
// nothing of what was written: whoever wrote it may have filled in somebody else's address.
func (f *Flow) opened(tx *sqldb.Tx, e ledger.Entry) error {
	var fact cases.OpenedFact
	if err := e.Into(&fact); err != nil || fact.Auto {
		return err
	}
	c, err := f.Cases.Take(tx, e.Org, e.Case)
	if err != nil {
		return err
	}
	o, err := f.Org.Load(tx, e.Org)
	if err != nil || o.Settings.Receipt == org.Off {
		return err
	}
	if there, err := f.here(tx, &c); err != nil || there || c.PartyAddress == "" {
		return err // a conversation that goes on is receipt enough
	}
	if may, err := f.Party.MayMail(tx, e.Org, c.PartyAddress); err != nil || !may {
		return err
	}
	entry, err := f.Conversation.Add(tx, line(&c, conversation.Receipt, ledger.Desk, ""))
	if err != nil {
		return err
	}
	l := letter{
		entry: entry.ID, subject: "mail.receipt_subject", auto: true,
		before: []string{"mail.receipt_thanks", "mail.receipt_number", "mail.receipt_next"},
	}
	if !c.AnswerDue.IsZero() {
		l.before[2], l.moment = "mail.receipt_answer", c.AnswerDue
	}
	return f.post(tx, &c, l)
}
