package flow

import (
	"context"
	"strings"
	"time"

	"balie/channel"
	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/feedback"
	"balie/domain/intake"
	"balie/domain/party"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// ReadBack writes the question back to the customer in one sentence and asks whether that is it.
func (f *Flow) ReadBack(ctx context.Context, who access.Principal, id ident.Case, question string) error {
	return f.on(ctx, who.Org, id, func(tx *sqldb.Tx, c *cases.Case) error {
		if err := f.takeIfFree(tx, who, c); err != nil {
			return err
		}
		q, err := f.Intake.ReadBack(tx, at(c, agentOf(who)), question)
		if err != nil {
			return err
		}
		if err := f.Cases.Asked(tx, c, agentOf(who), q); err != nil {
			return err
		}
		e, err := f.say(tx, c, line(c, conversation.ReadBack, agentOf(who), q.Text), nil)
		if err != nil {
			return err
		}
		return f.post(tx, c, letter{
			entry: e.ID, from: who.Name, before: []string{"mail.read_back_ask"}, quote: q.Text,
			after: []string{"mail.read_back_how"}, button: "mail.read_back_button", fragment: "#vraag",
		})
	})
}

// Propose proposes a solution. The customer has the word; silence is asked after once.
func (f *Flow) Propose(ctx context.Context, who access.Principal, id ident.Case, solution string) error {
	a := Answer{Text: solution}
	if err := a.check(); err != nil {
		return err
	}
	return f.on(ctx, who.Org, id, func(tx *sqldb.Tx, c *cases.Case) error {
		if err := f.takeIfFree(tx, who, c); err != nil {
			return err
		}
		o, err := f.Org.Load(tx, c.Org)
		if err != nil {
			return err
		}
		if err := f.Cases.Propose(tx, c, agentOf(who), a.Text, tx.Now().Add(o.Settings.SilenceAfter)); err != nil {
			return err
		}
		e, err := f.say(tx, c, line(c, conversation.Solution, agentOf(who), a.Text), nil)
		if err != nil {
			return err
		}
		sign, err := f.signature(tx, who)
		if err != nil {
			return err
		}
		return f.post(tx, c, letter{
			entry: e.ID, from: who.Name, sign: sign, before: []string{"mail.solution_here"}, quote: a.Text,
			after: []string{"mail.solution_ask"}, button: "mail.solution_button", fragment: "#opgelost",
		})
	})
}

// Visit is a customer at the page of a case: who it is, and the case that the link leads to now.
type Visit struct {
	Word intake.Word
	Case cases.Case
}

// PageToken is the token of the customer's page of a case.
func (f *Flow) PageToken(c cases.Case) string {
	return f.links.Page(c.Org, c.ID, c.Party, c.LinkVersion)
}

// Visit opens the token of a customer's page. After a merge it leads to the case that goes on.
func (f *Flow) Visit(tx *sqldb.Tx, token string) (Visit, error) {
	word, version, err := f.links.Open(token)
	if err != nil {
		return Visit{}, err
	}
	unknown := fault.New(fault.Unknown, "intake.link_unknown")
	c, err := f.Cases.Get(tx, word.Org(), word.Case())
	if err != nil && !fault.Is(err, fault.Unknown) {
		return Visit{}, err // the database is away: the link is right all the same
	}
	if err != nil || c.LinkVersion != version || c.Party != word.Party() {
		return Visit{}, unknown
	}
	if c.MergedInto == 0 {
		return Visit{Word: word, Case: c}, nil
	}
	into, err := f.Cases.Lead(tx, word.Org(), c.ID)
	if err != nil && !fault.Is(err, fault.Unknown) {
		return Visit{}, err
	}
	if err != nil || into.Party != word.Party() {
		return Visit{}, unknown
	}
	word, _, err = f.links.Open(f.links.Page(into.Org, into.ID, into.Party, into.LinkVersion))
	return Visit{Word: word, Case: into}, err
}

// asCustomer runs fn for the customer behind a link. Using the link shows that the address it was sent to is theirs.
func (f *Flow) asCustomer(ctx context.Context, token string, fn func(tx *sqldb.Tx, v Visit, c *cases.Case) error) error {
	return f.db.Write(ctx, func(tx *sqldb.Tx) error {
		v, err := f.Visit(tx, token)
		if err != nil {
			return err
		}
		c, err := f.Cases.Take(tx, v.Word.Org(), v.Word.Case())
		if err != nil {
			return err
		}
		if err := f.Party.Prove(tx, c.Org, c.PartyAddress, party.ByLink); err != nil {
			return err
		}
		return fn(tx, v, &c)
	})
}

// ConfirmQuestion is the customer's "yes, that is my question".
func (f *Flow) ConfirmQuestion(ctx context.Context, token string) error {
	return f.asCustomer(ctx, token, func(tx *sqldb.Tx, v Visit, c *cases.Case) error {
		return f.confirmQuestion(tx, v.Word, c)
	})
}

func (f *Flow) confirmQuestion(tx *sqldb.Tx, w intake.Word, c *cases.Case) error {
	q, first, err := f.Intake.Confirm(tx, w)
	if err != nil || !first {
		return err
	}
	if _, err := f.Conversation.Add(tx, line(c, conversation.Confirmed, customerOf(c), q.Text)); err != nil {
		return err
	}
	if err := f.expect(tx, c); err != nil {
		return err
	}
	return f.Cases.Confirmed(tx, c, q)
}

// CorrectQuestion is the customer's "no, I mean this". It keeps the words as a message, and we have the turn. The same
// words a second time change nothing.
func (f *Flow) CorrectQuestion(ctx context.Context, token, words string) error {
	return f.asCustomer(ctx, token, func(tx *sqldb.Tx, v Visit, c *cases.Case) error {
		return f.correctQuestion(tx, v.Word, c, words)
	})
}

func (f *Flow) correctQuestion(tx *sqldb.Tx, w intake.Word, c *cases.Case, words string) error {
	if len(words) > messageLimit {
		return fault.New(fault.TooLarge, "flow.text_long", "limit", messageLimit)
	}
	last, err := f.Intake.Last(tx, c.Org, c.ID)
	if err != nil || (last.Answer == intake.No && last.Correction == strings.TrimSpace(words)) {
		return err
	}
	q, err := f.Intake.Correct(tx, w, words)
	if err != nil {
		return err
	}
	if _, err := f.say(tx, c, line(c, conversation.Corrected, customerOf(c), q.Correction), nil); err != nil {
		return err
	}
	if err := f.expect(tx, c); err != nil {
		return err
	}
	return f.Cases.CustomerSpoke(tx, c, preview(q.Correction))
}

// Say is what a customer writes on the page of a case.
func (f *Flow) Say(ctx context.Context, token string, a channel.Arrival) error {
	var o ident.Org
	if err := f.db.Read(ctx, func(tx *sqldb.Tx) error {
		v, err := f.Visit(tx, token)
		o = v.Case.Org
		return err
	}); err != nil {
		return err
	}
	if strings.TrimSpace(a.Text) == "" && len(a.Files) == 0 {
		return fault.New(fault.Invalid, "flow.text_missing")
	}
	if len(a.Text) > messageLimit {
		return fault.New(fault.TooLarge, "flow.text_long", "limit", messageLimit)
	}
	for _, file := range a.Files {
		if err := f.Conversation.Stage(ctx, o, file.Data); err != nil {
			return err
		}
	}
	return f.asCustomer(ctx, token, func(tx *sqldb.Tx, _ Visit, c *cases.Case) error {
		a.Org, a.Channel = c.Org, channel.Form
		return f.once(tx, c, a.Key, func() (conversation.Entry, error) {
			l := f.lineOf(a, c)
			l.Actor = customerOf(c)
			e, err := f.say(tx, c, l, nil)
			if err != nil {
				return e, err
			}
			if err := f.expect(tx, c); err != nil {
				return e, err
			}
			return e, f.Cases.CustomerSpoke(tx, c, preview(a.Text))
		})
	})
}

// Solved is the customer's answer to a proposed solution: yes closes the case on the customer's word, not yet opens it
// again at once with the same owner. Scores may come with it, or later with a second answer.
func (f *Flow) Solved(ctx context.Context, token string, fb feedback.Feedback) error {
	if err := fb.Check(); err != nil {
		return err
	}
	fb.Text = strings.TrimSpace(fb.Text)
	return f.asCustomer(ctx, token, func(tx *sqldb.Tx, v Visit, c *cases.Case) error { return f.solved(tx, v.Word, c, fb) })
}

func (f *Flow) solved(tx *sqldb.Tx, w intake.Word, c *cases.Case, fb feedback.Feedback) error {
	if fb.Outcome == feedback.NotYet {
		return f.notYet(tx, w, c, fb)
	}
	if c.Status != cases.Closed {
		if err := f.Cases.Close(tx, c, w.Yes()); err != nil {
			return err
		}
		if _, err := f.Conversation.Add(tx, line(c, conversation.Solved, customerOf(c), "")); err != nil {
			return err
		}
		if err := f.endWith(tx, c); err != nil {
			return err
		}
	}
	return f.judged(tx, w, c, fb)
}

func (f *Flow) notYet(tx *sqldb.Tx, w intake.Word, c *cases.Case, fb feedback.Feedback) error {
	if err := f.expect(tx, c); err != nil {
		return err
	}
	if err := f.Cases.NotSolved(tx, c, preview(fb.Text)); err != nil {
		return err
	}
	if _, err := f.say(tx, c, line(c, conversation.NotSolved, customerOf(c), fb.Text), nil); err != nil {
		return err
	}
	return f.judged(tx, w, c, fb)
}

// silence asks once after a solution that the customer said nothing about, and later closes the case by silence.
func (f *Flow) silence(tx *sqldb.Tx, due cases.Case) error {
	c, err := f.Cases.Take(tx, due.Org, due.ID)
	if err != nil || c.SilenceDue.IsZero() || c.SilenceDue.After(tx.Now()) {
		return err
	}
	if !c.SilenceAsked.IsZero() {
		if err := f.Cases.CloseBySilence(tx, &c); err != nil {
			return err
		}
		_, err := f.Conversation.Add(tx, line(&c, conversation.ClosedBySilence, ledger.Desk, ""))
		return err
	}
	o, err := f.Org.Load(tx, c.Org)
	if err != nil {
		return err
	}
	closing := tx.Now().Add(o.Settings.CloseAfter)
	if err := f.Cases.AskedAfter(tx, &c, closing); err != nil {
		return err
	}
	e, err := f.Conversation.Add(tx, line(&c, conversation.SilenceAsked, ledger.Desk, ""))
	if err != nil {
		return err
	}
	return f.post(tx, &c, letter{
		entry: e.ID, auto: true, before: []string{"mail.silence_ask"}, quote: c.Solution,
		after: []string{"mail.silence_else"}, button: "mail.solution_button", fragment: "#opgelost",
		values: []any{"when", f.textsFor(o, "").Date(closing, zone(o))},
	})
}

// wake brings a snoozed case back in sight.
func (f *Flow) wake(tx *sqldb.Tx, due cases.Case) error {
	c, err := f.Cases.Take(tx, due.Org, due.ID)
	if err != nil || c.SnoozedUntil.IsZero() || c.SnoozedUntil.After(tx.Now()) {
		return err
	}
	return f.Cases.Snooze(tx, &c, ledger.Desk, time.Time{})
}
