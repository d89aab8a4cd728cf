package flow

import (
	"context"
	"strings"

	"balie/channel"
	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/feedback"
	"balie/domain/intake"
	"balie/domain/org"
	"balie/domain/party"
	"balie/domain/staff"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// ContactToken is the token with which the customer's screen goes on with a contact.
func (f *Flow) ContactToken(o ident.Org, id ident.Contact) string { return f.links.ContactToken(o, id) }

// AtContact is a customer at the screen of a live contact.
type AtContact struct {
	Org     ident.Org
	Contact ident.Contact
	Token   string
}

// Contact loads a contact and its case for whoever holds its token; fault.Unknown for everybody else.
func (f *Flow) Contact(tx *sqldb.Tx, v AtContact) (conversation.Contact, cases.Case, error) {
	ct, err := f.Conversation.Contact(tx, v.Org, v.Contact)
	if err != nil {
		return ct, cases.Case{}, err
	}
	if _, ok := f.links.Contact(v.Token, v.Org, v.Contact, ct.Case, ct.Party); !ok {
		return ct, cases.Case{}, fault.New(fault.Unknown, "conversation.contact_unknown")
	}
	c, err := f.Cases.Lead(tx, v.Org, ct.Case)
	return ct, c, err
}

// holding runs fn for the customer at the screen of a contact.
func (f *Flow) holding(ctx context.Context, v AtContact, fn func(tx *sqldb.Tx, w intake.Word, h *held) error) error {
	return f.db.Write(ctx, func(tx *sqldb.Tx) error {
		w, ct, err := f.hold(tx, v.Org, v.Contact, v.Token)
		if err != nil {
			return err
		}
		c, err := f.Cases.Take(tx, v.Org, ct.Case)
		if err != nil {
			return err
		}
		return fn(tx, w, &held{Contact: ct, Case: c})
	})
}

// held is a contact with its case, both locked.
type held struct {
	Contact conversation.Contact
	Case    cases.Case
}

// Left records that the customer's screen is gone. What they did not see yet goes to them by mail.
func (f *Flow) Left(ctx context.Context, v AtContact) error {
	return f.holding(ctx, v, func(tx *sqldb.Tx, _ intake.Word, h *held) error {
		if !h.Contact.State.Here() {
			return nil
		}
		return f.part(tx, h, conversation.ContactLeft, customerOf(&h.Case))
	})
}

// part ends the presence of a customer in a contact: out of the queue, no offer, and the rest by mail, unless it was the
// customer who ended it.
func (f *Flow) part(tx *sqldb.Tx, h *held, to conversation.ContactState, by ledger.Actor) error {
	if err := f.Queue.Leave(tx, at(&h.Case, by), h.Contact.ID); err != nil {
		return err
	}
	if err := f.withdraw(tx, h.Contact); err != nil {
		return err
	}
	agent := h.Contact.Agent
	if err := f.turn(tx, &h.Contact, to, by); err != nil {
		return err
	}
	what := conversation.WentAway
	if to == conversation.ContactEnded {
		what = conversation.ContactClosed
	}
	if _, err := f.Conversation.Add(tx, line(&h.Case, what, by, "")); err != nil {
		return err
	}
	if agent != 0 {
		if err := f.Staff.Answered(tx, h.Contact.Org, agent); err != nil {
			return err
		}
	}
	if to == conversation.ContactLeft {
		if err := f.owe(tx, &h.Case); err != nil {
			return err
		}
	}
	if to == conversation.ContactEnded && by.Kind == ledger.Customer {
		return nil // they were there: a mail that says they were gone would not be true
	}
	return f.unseen(tx, h)
}

func (f *Flow) withdraw(tx *sqldb.Tx, ct conversation.Contact) error {
	o, open, err := f.Routing.OfContact(tx, ct.Org, ct.ID)
	if err != nil || !open {
		return err
	}
	return f.Routing.Withdraw(tx, o)
}

// toSee are the lines that a customer should see and that a mail can say.
var toSee = map[conversation.Sort]bool{
	conversation.Message: true, conversation.ReadBack: true, conversation.Solution: true, conversation.Promised: true,
	conversation.PromiseMoved: true, conversation.PromiseDropped: true,
}

// unseen sends what we said and the customer's screen did not show, in one mail. Without an address it waits in the
// conversation.
func (f *Flow) unseen(tx *sqldb.Tx, h *held) error {
	if h.Case.PartyAddress == "" {
		return nil
	}
	lines, err := f.Conversation.After(tx, h.Case.Org, h.Case.ID, max(h.Contact.Seen, h.Contact.Mailed))
	if err != nil || len(lines) == 0 {
		return err
	}
	posted, err := f.Conversation.Posted(tx, h.Case.Org, h.Case.ID)
	if err != nil {
		return err
	}
	var words []string
	m := letter{before: []string{"mail.chat_unseen"}, after: []string{"mail.chat_goes_on"}, button: "mail.chat_button"}
	for _, e := range lines {
		if !toSee[e.Sort] || e.Actor.Kind == ledger.Customer || strings.TrimSpace(e.Text) == "" || posted[e.ID] {
			continue
		}
		words = append(words, e.Text)
		m.entry, m.from = e.ID, firstOf(e.Actor.Name, m.from)
	}
	if len(words) == 0 {
		return nil
	}
	m.words = strings.Join(words, "\n\n")
	if err := f.Conversation.MailedTo(tx, &h.Contact, lines[len(lines)-1].Seq); err != nil {
		return err
	}
	return f.post(tx, &h.Case, m)
}

// Returned records that the customer's screen is back. Whoever waited goes on waiting, with what was waited before.
func (f *Flow) Returned(ctx context.Context, v AtContact) error {
	return f.holding(ctx, v, func(tx *sqldb.Tx, _ intake.Word, h *held) error {
		if h.Contact.State != conversation.ContactLeft || h.Contact.PutOff {
			return nil // who chose another moment comes back with a word, not by a screen that is still open
		}
		if h.Contact.Answered.IsZero() && h.Case.Promise == 0 {
			if err := f.heard(tx, &h.Case, &h.Contact); err != nil {
				return err
			}
			return f.cameBack(tx, h)
		}
		p, err := f.Staff.Presence(tx, v.Org, h.Contact.Agent)
		if err != nil || h.Contact.Agent == 0 || !p.Here || p.State == staff.Away {
			return err
		}
		if err := f.turn(tx, &h.Contact, conversation.ContactLive, customerOf(&h.Case)); err != nil {
			return err
		}
		return f.cameBack(tx, h)
	})
}

func (f *Flow) cameBack(tx *sqldb.Tx, h *held) error {
	_, err := f.Conversation.Add(tx, line(&h.Case, conversation.CameBack, customerOf(&h.Case), ""))
	return err
}

// Shown is up to where a customer's screen showed a conversation.
type Shown struct {
	Case ident.Case
	Seq  int64
	News bool // nobody knew it yet
}

// Shown records up to which line the customer's screen showed the conversation. Nobody saw what was not said yet: a place in
// the future would hide what comes from the mail for those who left.
func (f *Flow) Shown(ctx context.Context, v AtContact, seq int64) (s Shown, err error) {
	err = f.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, ct, err := f.hold(tx, v.Org, v.Contact, v.Token)
		if s = (Shown{Case: ct.Case, Seq: seq}); err != nil || seq <= ct.Seen {
			return err
		}
		last, err := f.Conversation.Last(tx, ct.Org, ct.Case)
		if err != nil {
			return err
		}
		s.Seq = min(seq, last)
		s.News, err = f.Conversation.ShownTo(tx, v.Org, v.Contact, s.Seq)
		return err
	})
	return s, err
}

// EndContact ends a live contact; the case goes on until the customer calls it solved.
func (f *Flow) EndContact(ctx context.Context, v AtContact) error {
	return f.holding(ctx, v, func(tx *sqldb.Tx, _ intake.Word, h *held) error {
		return f.over(tx, h, customerOf(&h.Case))
	})
}

func (f *Flow) over(tx *sqldb.Tx, h *held, by ledger.Actor) error {
	if h.Contact.State == conversation.ContactEnded {
		return nil
	}
	return f.part(tx, h, conversation.ContactEnded, by)
}

// EndContactOf ends the live contact of a case, for an agent.
func (f *Flow) EndContactOf(ctx context.Context, who access.Principal, id ident.Case) error {
	return f.on(ctx, who.Org, id, func(tx *sqldb.Tx, c *cases.Case) error {
		ct, ok, err := f.Conversation.ContactOf(tx, c.Org, c.ID)
		if err != nil || !ok {
			return err
		}
		return f.over(tx, &held{Contact: ct, Case: *c}, agentOf(who))
	})
}

// endWith ends the live contact of a case that is closed.
func (f *Flow) endWith(tx *sqldb.Tx, c *cases.Case) error {
	ct, ok, err := f.Conversation.ContactOf(tx, c.Org, c.ID)
	if err != nil || !ok {
		return err
	}
	return f.over(tx, &held{Contact: ct, Case: *c}, customerOf(c))
}

// Introduce keeps the name and the address that a customer gives in a live contact.
func (f *Flow) Introduce(ctx context.Context, v AtContact, who channel.Person) error {
	return f.holding(ctx, v, func(tx *sqldb.Tx, _ intake.Word, h *held) error { return f.introduce(tx, h, who) })
}

// IntroduceOf keeps the address that a customer told an agent in the live contact of a case. Nothing shows that it is
// theirs.
func (f *Flow) IntroduceOf(ctx context.Context, who access.Principal, id ident.Case, customer channel.Person) error {
	return f.on(ctx, who.Org, id, func(tx *sqldb.Tx, c *cases.Case) error {
		ct, ok, err := f.Conversation.ContactOf(tx, c.Org, c.ID)
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.Conflict, "conversation.no_contact")
		}
		return f.introduce(tx, &held{Contact: ct, Case: *c}, customer)
	})
}

func (f *Flow) introduce(tx *sqldb.Tx, h *held, who channel.Person) error {
	claim := party.Claim{Name: who.Name, Address: who.Address, Locale: h.Contact.Locale}
	p, err := f.Party.Reach(tx, h.Case.Org, h.Case.Party, claim)
	if err != nil {
		return err
	}
	if p.ID != h.Contact.Party { // whoever the website vouched for is not whose address was typed (threat T11)
		h.Contact.Verified = false
	}
	h.Contact.Party = p.ID
	if err := f.Conversation.HelpedBy(tx, &h.Contact, h.Contact.Agent, h.Contact.AgentName); err != nil {
		return err
	}
	return f.Cases.Belongs(tx, &h.Case, cases.Known{
		Party: p.ID, Name: firstOf(p.Name, who.Name), Address: firstOf(party.Normal(who.Address), h.Case.PartyAddress),
	})
}

// ContactConfirms is the customer's "yes, that is my question" in a live contact.
func (f *Flow) ContactConfirms(ctx context.Context, v AtContact) error {
	return f.holding(ctx, v, func(tx *sqldb.Tx, w intake.Word, h *held) error { return f.confirmQuestion(tx, w, &h.Case) })
}

// ContactCorrects is the customer's "no, I mean this" in a live contact.
func (f *Flow) ContactCorrects(ctx context.Context, v AtContact, words string) error {
	return f.holding(ctx, v, func(tx *sqldb.Tx, w intake.Word, h *held) error { return f.correctQuestion(tx, w, &h.Case, words) })
}

// ContactJudges is the customer's answer to a proposed solution in a live contact, or the judgement after it. After "not
// yet" somebody is asked to go on at once.
func (f *Flow) ContactJudges(ctx context.Context, v AtContact, fb feedback.Feedback) error {
	if err := fb.Check(); err != nil {
		return err
	}
	fb.Text = strings.TrimSpace(fb.Text)
	return f.holding(ctx, v, func(tx *sqldb.Tx, w intake.Word, h *held) error {
		if err := f.solved(tx, w, &h.Case, fb); err != nil || fb.Outcome != feedback.NotYet {
			return err
		}
		return f.heard(tx, &h.Case, &h.Contact)
	})
}

// UploadFor keeps a file that a customer is about to send in a live contact.
func (f *Flow) UploadFor(ctx context.Context, v AtContact, n conversation.NewFile) (conversation.File, error) {
	if err := f.Conversation.Stage(ctx, v.Org, n.Data); err != nil {
		return conversation.File{}, err
	}
	var kept conversation.File
	err := f.db.Write(ctx, func(tx *sqldb.Tx) error {
		w, _, err := f.hold(tx, v.Org, v.Contact, v.Token)
		if err != nil {
			return err
		}
		kept, err = f.Conversation.Upload(tx, v.Org, ledger.Actor{Kind: ledger.Customer, ID: int64(w.Party())}, n)
		return err
	})
	return kept, err
}

// Announce says something to everybody who opens the chat or the contact page; the empty text takes it back.
func (f *Flow) Announce(ctx context.Context, who access.Principal, words string) error {
	return f.db.Write(ctx, func(tx *sqldb.Tx) error {
		return f.Org.Announce(tx, org.By{Org: who.Org, Actor: agentOf(who)}, words)
	})
}
