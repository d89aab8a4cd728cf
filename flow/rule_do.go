package flow

import (
	"encoding/json"
	"regexp"
	"time"

	"balie/domain/access"
	"balie/domain/automation"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/org"
	"balie/domain/promise"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/ground/text"
)

// ruleDepartment moves a case. Whoever owns it keeps it; somebody who waits in a chat waits in the other department.
func (f *Flow) ruleDepartment(tx *sqldb.Tx, d *doing) error {
	to := d.rule.Then.Department
	if to == 0 || to == d.Department {
		return nil
	}
	dep, err := f.Org.Department(tx, d.Org, to)
	if err != nil {
		return err
	}
	if dep.Retired {
		d.did("department_gone", dep.Name)
		return nil
	}
	if err := f.Cases.Own(tx, d.Case, d.rule.Actor(), cases.Person{ID: d.Owner, Name: d.OwnerName}, to); err != nil {
		return err
	}
	d.did("department", dep.Name)
	ct, ok, err := f.Conversation.ContactOf(tx, d.Org, d.ID)
	if err != nil || !ok || ct.State != conversation.ContactWaiting {
		return err
	}
	return f.handLive(tx, access.Principal{Org: d.Org, Name: d.rule.Name}, d.Case, HandOver{Department: to})
}

// rulePromise promises something by a moment in opening time. Where something is due sooner already, the customer need not
// hear of it.
func (f *Flow) rulePromise(tx *sqldb.Tx, d *doing) error {
	p := d.rule.Then.Promise
	if p.Text == "" {
		return nil
	}
	if d.Status == cases.Closed {
		d.did("promise_closed", "")
		return nil
	}
	h, err := f.Org.Hours(tx, d.Org, d.Channel)
	if err != nil {
		return err
	}
	if h.Next(tx.Now()).IsZero() {
		d.did("promise_never_open", "")
		return nil
	}
	due := h.After(tx.Now(), time.Duration(p.Minutes)*time.Minute)
	first, err := f.Promise.First(tx, d.Org, d.ID)
	if err != nil {
		return err
	}
	if first.ID != 0 && !first.Due.After(due) {
		d.did("promise_sooner", "")
		return nil
	}
	made, err := f.Promise.Make(tx, at(d.Case, d.rule.Actor()), promise.Promise{Text: p.Text, Due: due, Owner: d.Owner, OwnerName: d.OwnerName})
	if err != nil {
		return err
	}
	l := line(d.Case, conversation.Promised, d.asDesk(), p.Text)
	l.Data = conversation.Data{Promise: made.ID, Due: &due, To: made.OwnerName}
	e, err := f.Conversation.Add(tx, l)
	if err != nil {
		return err
	}
	if err := f.firstPromise(tx, d.Case, d.rule.Actor()); err != nil {
		return err
	}
	d.did("promise", p.Text)
	return f.tellRulePromise(tx, d, e.ID, made)
}

// tellRulePromise mails a promise within the limits for mail that no person wrote.
func (f *Flow) tellRulePromise(tx *sqldb.Tx, d *doing, entry ident.Entry, made promise.Promise) error {
	may, err := f.mayAnswer(tx, d)
	if err != nil || may != "" {
		return err // it stands on the customer's page
	}
	o, err := f.Org.Load(tx, d.Org)
	if err != nil {
		return err
	}
	who, err := f.Party.Get(tx, d.Org, d.Party)
	if err != nil {
		return err
	}
	when := f.textsFor(o, who.Locale).When(made.Due, tx.Now(), zone(o))
	return f.post(tx, d.Case, letter{
		entry: entry, subject: "mail.rule_subject", before: []string{"mail.promise_made"}, quote: made.Text, auto: true,
		values: []any{"when", when},
	})
}

// asDesk is the rule as customers see it: without its name, which is for colleagues.
func (d *doing) asDesk() ledger.Actor {
	by := d.rule.Actor()
	by.Name = ""
	return by
}

// mayAnswer says why the customer gets no mail by itself; empty when that may be (promise P14). At a screen it is no mail.
// The one mail of the day to an address that nobody has shown to be theirs is the receipt, unless there are none.
func (f *Flow) mayAnswer(tx *sqldb.Tx, d *doing) (why string, err error) {
	if there, err := f.here(tx, d.Case); err != nil || there {
		return "", err
	}
	if d.machine {
		return "reply_machine", nil
	}
	if d.PartyAddress == "" {
		return "reply_no_address", nil
	}
	known, err := f.proved(tx, d.Case)
	if err != nil || known {
		return "", err
	}
	o, err := f.Org.Load(tx, d.Org)
	if err != nil {
		return "", err
	}
	if o.Settings.Receipt == org.Off {
		if may, err := f.Party.MayMail(tx, d.Org, d.PartyAddress); err != nil || may {
			return "", err
		}
	}
	return "reply_limit", nil
}

// theirs are the fields of a saved reply that repeat what somebody wrote. An address that nobody has shown to be theirs
// gets none of that: whoever wrote may have filled in somebody else's (threat T5).
var theirs = []org.Field{org.CustomerName, org.CustomerEmail, org.CaseSubject, org.CaseQuestion}

// ruleReply sends a saved reply as the desk. It is no answer: the customer still waits for a person. A case gets one in a
// day at most, whatever rules there are.
func (f *Flow) ruleReply(tx *sqldb.Tx, d *doing) error {
	if d.rule.Then.Reply == 0 {
		return nil
	}
	saved, err := f.Org.Reply(tx, d.Org, d.rule.Then.Reply)
	if fault.Is(err, fault.Unknown) {
		d.did("reply_gone", "")
		return nil
	}
	if err != nil {
		return err
	}
	words, why, err := f.ruleWords(tx, d, saved)
	if err == nil && why == "" {
		if d.past.Replied {
			why = "reply_again"
		} else {
			why, err = f.mayAnswer(tx, d)
		}
	}
	if err != nil || why != "" {
		d.did(why, saved.Name)
		return err
	}
	e, err := f.say(tx, d.Case, line(d.Case, conversation.Message, d.asDesk(), words), nil)
	if err != nil {
		return err
	}
	d.replied = true
	d.did("replied", saved.Name)
	return f.post(tx, d.Case, letter{
		entry: e.ID, subject: "mail.rule_subject", words: words, auto: true, after: []string{"mail.rule_by_itself"},
	})
}

var openField = regexp.MustCompile(`\{\{\s*[a-z]+\.[a-z_]+\s*\}\}`)

// ruleWords fills in a saved reply, or says why it cannot be sent.
func (f *Flow) ruleWords(tx *sqldb.Tx, d *doing, saved org.Reply) (words, why string, err error) {
	o, err := f.Org.Load(tx, d.Org)
	if err != nil {
		return "", "", err
	}
	locale, _ := text.ParseLocale(saved.Locale)
	t := f.textsFor(o, string(locale))
	values := map[org.Field]string{
		org.CaseNumber: d.Number, org.AgentName: literal(o.Sender()), org.OrgName: literal(o.Name), org.PromiseText: literal(d.PromiseText),
		org.CustomerName: literal(d.PartyName), org.CustomerEmail: literal(d.PartyAddress), org.CaseSubject: literal(d.Subject),
		org.CaseQuestion: literal(d.Question),
	}
	if !d.PromiseDue.IsZero() {
		values[org.PromiseDue] = t.When(d.PromiseDue, tx.Now(), zone(o))
	}
	repeats := map[org.Field]string{}
	for _, field := range theirs {
		repeats[field] = ""
	}
	if org.Fill(saved.Text, repeats) != saved.Text {
		if known, err := f.proved(tx, d.Case); err != nil || !known {
			return "", "reply_unproved", err
		}
	}
	for field, v := range values {
		if v == "" {
			delete(values, field)
		}
	}
	// A value may look like a field: what is left open is looked for with the values left out.
	blank := make(map[org.Field]string, len(values))
	for field := range values {
		blank[field] = ""
	}
	if openField.MatchString(org.Fill(saved.Text, blank)) {
		return "", "reply_incomplete", nil
	}
	return org.Fill(saved.Text, values), "", nil
}

// proved says whether something has shown that the customer of a case reads at their address.
func (f *Flow) proved(tx *sqldb.Tx, c *cases.Case) (bool, error) {
	if there, err := f.here(tx, c); err != nil || there || c.PartyAddress == "" {
		return there, err
	}
	p, err := f.Party.Point(tx, c.Org, c.PartyAddress)
	if fault.Is(err, fault.Unknown) {
		return false, nil
	}
	return p.Known(), err
}

// called is what a call says: identifiers and the fact's own fields. What the customer wrote is not in it.
type called struct {
	ID           string          `json:"id"`
	Kind         string          `json:"kind"`
	At           time.Time       `json:"at"`
	Organisation string          `json:"organisation"`
	Case         string          `json:"case"`
	Rule         string          `json:"rule"`
	Fact         json.RawMessage `json:"fact"`
}

// ruleCall puts a call to another program on its way; it leaves after the commit.
func (f *Flow) ruleCall(tx *sqldb.Tx, d *doing) error {
	if d.rule.Then.Webhook == "" {
		return nil
	}
	id := f.Automation.NextCall(tx)
	body, err := json.Marshal(called{
		ID: ident.Text(id), Kind: d.fact.Kind, At: d.fact.Time.UTC(), Organisation: ident.Text(d.Org), Case: ident.Text(d.ID),
		Rule: ident.Text(d.rule.ID), Fact: d.fact.Body,
	})
	if err != nil {
		return fault.Wrap(fault.Internal, "ground.internal", err)
	}
	d.did("called", hostOf(d.rule.Then.Webhook))
	tx.AfterCommit(f.called.ring)
	return f.Automation.Post(tx, automation.Call{
		ID: id, Org: d.Org, Rule: d.rule.ID, Case: d.ID, URL: d.rule.Then.Webhook, Body: string(body),
	})
}
