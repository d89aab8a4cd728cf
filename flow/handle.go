package flow

import (
	"context"
	"strings"
	"time"

	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/routing"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// messageLimit is the longest answer or note, in bytes.
const messageLimit = 200_000

// Answer is what an agent writes.
type Answer struct {
	Text     string // markdown
	Files    []ident.File
	Mentions []ident.Agent // notes only
	ClientID string        // made by the agent's browser: the same one is kept once
}

func (a *Answer) check() error {
	a.Text = strings.TrimSpace(a.Text)
	if a.Text == "" && len(a.Files) == 0 {
		return fault.New(fault.Invalid, "flow.text_missing")
	}
	if len(a.Text) > messageLimit {
		return fault.New(fault.TooLarge, "flow.text_long", "limit", messageLimit)
	}
	return nil
}

// once runs fn for a client's own identifier only the first time.
func (f *Flow) once(tx *sqldb.Tx, c *cases.Case, client string, fn func() (conversation.Entry, error)) error {
	mark := "client:" + client
	if client != "" {
		if _, again, err := f.Conversation.Before(tx, c.Org, mark); err != nil || again {
			return err
		}
	}
	e, err := fn()
	if err != nil || client == "" {
		return err
	}
	return f.Conversation.Mark(tx, e, mark)
}

// Reply answers the customer on the case's channel. Whoever answers a case that nobody owns, owns it from then on.
func (f *Flow) Reply(ctx context.Context, who access.Principal, id ident.Case, a Answer) error {
	if err := a.check(); err != nil {
		return err
	}
	return f.on(ctx, who.Org, id, func(tx *sqldb.Tx, c *cases.Case) error {
		return f.once(tx, c, a.ClientID, func() (conversation.Entry, error) { return f.reply(tx, who, c, a) })
	})
}

func (f *Flow) reply(tx *sqldb.Tx, who access.Principal, c *cases.Case, a Answer) (conversation.Entry, error) {
	by := agentOf(who)
	if c.MergedInto != 0 {
		return conversation.Entry{}, fault.New(fault.Conflict, "cases.merged_already")
	}
	if err := f.takeIfFree(tx, who, c); err != nil {
		return conversation.Entry{}, err
	}
	if err := f.answerWaiting(tx, who, c); err != nil {
		return conversation.Entry{}, err
	}
	e, err := f.say(tx, c, line(c, conversation.Message, by, a.Text), a.Files)
	if err != nil {
		return e, err
	}
	if err := f.Conversation.KeepDraft(tx, c.Org, c.ID, who.Agent, conversation.Draft{}); err != nil {
		return e, err
	}
	if err := f.replied(tx, who, c); err != nil {
		return e, err
	}
	if err := f.Cases.WeSpoke(tx, c, by, preview(a.Text)); err != nil {
		return e, err
	}
	sign, err := f.signature(tx, who)
	if err != nil {
		return e, err
	}
	return e, f.post(tx, c, letter{entry: e.ID, words: a.Text, from: who.Name, sign: sign})
}

// say adds a line that can be found by its words.
func (f *Flow) say(tx *sqldb.Tx, c *cases.Case, l conversation.Line, files []ident.File) (conversation.Entry, error) {
	e, err := f.Conversation.Add(tx, l)
	if err != nil {
		return e, err
	}
	if _, err := f.Conversation.Use(tx, e, files); err != nil {
		return e, err
	}
	return e, f.Conversation.FindBy(tx, e, c.Number, c.Subject, c.PartyName, c.PartyAddress)
}

func (f *Flow) takeIfFree(tx *sqldb.Tx, who access.Principal, c *cases.Case) error {
	if c.Owner != 0 || who.Agent == 0 || c.Status == cases.Closed {
		return nil
	}
	by := agentOf(who)
	if err := f.takes(tx, c, routing.Offer{Agent: who.Agent, Reason: routing.TakenOver}, by); err != nil {
		return err
	}
	return f.becomesOwner(tx, who, c)
}

func (f *Flow) becomesOwner(tx *sqldb.Tx, who access.Principal, c *cases.Case) error {
	by := agentOf(who)
	if _, err := f.Conversation.Add(tx, line(c, conversation.Owned, by, "")); err != nil {
		return err
	}
	return f.own(tx, c, by, taking{Person: cases.Person{ID: who.Agent, Name: who.Name}})
}

// answerWaiting ends the wait of a live contact when an agent answers it without an offer.
func (f *Flow) answerWaiting(tx *sqldb.Tx, who access.Principal, c *cases.Case) error {
	if who.Agent == 0 {
		return nil
	}
	ct, ok, err := f.Conversation.ContactOf(tx, c.Org, c.ID)
	if err != nil || !ok || ct.State != conversation.ContactWaiting {
		return err
	}
	if err := f.withdraw(tx, ct); err != nil {
		return err
	}
	h := &held{Contact: ct, Case: *c}
	if err := f.picks(tx, who, h); err != nil {
		return err
	}
	return f.attend(tx, who, h)
}

func (f *Flow) signature(tx *sqldb.Tx, who access.Principal) (string, error) {
	if who.Agent == 0 {
		return "", nil
	}
	a, err := f.Access.Account(tx, who.Org, who.Agent)
	return a.Signature, err
}

// Note keeps a note between colleagues.
func (f *Flow) Note(ctx context.Context, who access.Principal, id ident.Case, a Answer) error {
	if err := a.check(); err != nil {
		return err
	}
	return f.on(ctx, who.Org, id, func(tx *sqldb.Tx, c *cases.Case) error {
		return f.once(tx, c, a.ClientID, func() (conversation.Entry, error) {
			l := line(c, conversation.Note, agentOf(who), a.Text)
			for _, m := range a.Mentions {
				if _, err := f.Access.Account(tx, who.Org, m); err != nil {
					return conversation.Entry{}, err
				}
				l.Data.Mentions = append(l.Data.Mentions, ident.Text(m))
			}
			e, err := f.say(tx, c, l, a.Files)
			if err != nil {
				return e, err
			}
			return e, f.Conversation.KeepDraft(tx, c.Org, c.ID, who.Agent, conversation.Draft{})
		})
	})
}

// HandOver is to whom a case goes, and what the colleague should know.
type HandOver struct {
	To         ident.Agent // zero: nobody
	Department ident.Department
	Note       string
	Needs      *cases.Needs // what the next one must know; nil: as it was
}

// Own gives a case to a colleague, a department or nobody, with the story attached.
func (f *Flow) Own(ctx context.Context, who access.Principal, id ident.Case, h HandOver) error {
	return f.on(ctx, who.Org, id, func(tx *sqldb.Tx, c *cases.Case) error {
		var to cases.Person
		if h.To != 0 {
			a, err := f.Access.Account(tx, who.Org, h.To)
			if err != nil {
				return err
			}
			to = cases.Person{ID: a.ID, Name: a.Name}
		}
		l, why := line(c, conversation.Owned, agentOf(who), strings.TrimSpace(h.Note)), routing.TakenOver
		l.Data.To = to.Name
		if h.Department != 0 {
			d, err := f.Org.Department(tx, who.Org, h.Department)
			if err != nil {
				return err
			}
			l.Data.To = firstOf(to.Name, d.Name)
		}
		if h.To != who.Agent {
			l.Sort, why = conversation.HandedOver, routing.HandedOver
		}
		if err := f.takes(tx, c, routing.Offer{Agent: h.To, Reason: why}, agentOf(who)); err != nil {
			return err
		}
		if _, err := f.Conversation.Add(tx, l); err != nil {
			return err
		}
		if err := f.own(tx, c, agentOf(who), taking{to, h.Department}); err != nil {
			return err
		}
		if h.Needs != nil {
			if err := f.need(tx, who, c, *h.Needs); err != nil {
				return err
			}
		}
		return f.handLive(tx, who, c, h)
	})
}

// Snooze puts a case out of sight until a moment; the zero moment brings it back.
func (f *Flow) Snooze(ctx context.Context, who access.Principal, id ident.Case, until time.Time) error {
	return f.on(ctx, who.Org, id, func(tx *sqldb.Tx, c *cases.Case) error {
		l := line(c, conversation.Snoozed, agentOf(who), "")
		if !until.IsZero() {
			l.Data.Due = &until
		}
		if _, err := f.Conversation.Add(tx, l); err != nil {
			return err
		}
		return f.Cases.Snooze(tx, c, agentOf(who), until)
	})
}

// Tag adds and removes tags.
func (f *Flow) Tag(ctx context.Context, who access.Principal, id ident.Case, add, remove []string) error {
	return f.on(ctx, who.Org, id, func(tx *sqldb.Tx, c *cases.Case) error {
		return f.Cases.Tag(tx, c, agentOf(who), add, remove)
	})
}

// Merge lets a case go on as another one of the same customer. The customer's link to the first leads to the other.
func (f *Flow) Merge(ctx context.Context, who access.Principal, id, into ident.Case) error {
	return f.db.Write(ctx, func(tx *sqldb.Tx) error {
		first, second := min(id, into), max(id, into) // locked in one order
		if _, err := f.Cases.Take(tx, who.Org, first); err != nil {
			return err
		}
		if _, err := f.Cases.Take(tx, who.Org, second); err != nil {
			return err
		}
		from, err := f.Cases.Get(tx, who.Org, id)
		if err != nil {
			return err
		}
		to, err := f.Cases.Get(tx, who.Org, into)
		if err != nil {
			return err
		}
		return f.merge(tx, who, &from, &to)
	})
}

func (f *Flow) merge(tx *sqldb.Tx, who access.Principal, from, to *cases.Case) error {
	by := agentOf(who)
	if err := f.Cases.Merge(tx, from, to, by); err != nil {
		return err
	}
	if err := f.Conversation.Move(tx, who.Org, from.ID, to.ID); err != nil {
		return err
	}
	if err := f.Promise.Rehouse(tx, who.Org, from.ID, to.ID); err != nil {
		return err
	}
	if err := f.Queue.Rehouse(tx, who.Org, from.ID, to.ID); err != nil {
		return err
	}
	if err := f.Routing.Rehouse(tx, who.Org, from.ID, to.ID); err != nil {
		return err
	}
	l := line(to, conversation.Merged, by, "")
	l.Data.To, l.Data.Subject = from.Number, from.Subject
	if _, err := f.Conversation.Add(tx, l); err != nil {
		return err
	}
	return f.firstPromise(tx, to, by)
}

// Seen records that the owner read what is new, and that whoever is mentioned saw it.
func (f *Flow) Seen(ctx context.Context, who access.Principal, id ident.Case) error {
	var unread, mentioned bool
	if err := f.db.Read(ctx, func(tx *sqldb.Tx) error {
		c, err := f.Cases.Get(tx, who.Org, id)
		if err != nil {
			return err
		}
		unread = c.Unread && (c.Owner == 0 || c.Owner == who.Agent)
		mentioned, err = f.Conversation.NewMentionsIn(tx, who.Org, who.Agent, id)
		return err
	}); err != nil || !unread && !mentioned {
		return err
	}
	return f.db.Write(ctx, func(tx *sqldb.Tx) error {
		if mentioned {
			if err := f.Conversation.SeeMentionsIn(tx, who.Org, who.Agent, id); err != nil {
				return err
			}
		}
		if !unread {
			return nil
		}
		return f.Cases.Seen(tx, who.Org, id)
	})
}

// SeeMentions records that somebody saw where they are mentioned, up to and with one note; zero is everywhere.
func (f *Flow) SeeMentions(ctx context.Context, who access.Principal, until ident.Entry) error {
	return f.db.Write(ctx, func(tx *sqldb.Tx) error { return f.Conversation.SeeMentions(tx, who.Org, who.Agent, until) })
}

// Draft keeps what an agent is writing.
func (f *Flow) Draft(ctx context.Context, who access.Principal, id ident.Case, d conversation.Draft) error {
	if len(d.Text) > messageLimit {
		return fault.New(fault.TooLarge, "flow.text_long", "limit", messageLimit)
	}
	if who.Agent == 0 {
		return fault.New(fault.Denied, "flow.agent_needed")
	}
	return f.on(ctx, who.Org, id, func(tx *sqldb.Tx, c *cases.Case) error {
		return f.Conversation.KeepDraft(tx, c.Org, c.ID, who.Agent, d)
	})
}

// Upload keeps a file that an agent will send.
func (f *Flow) Upload(ctx context.Context, who access.Principal, n conversation.NewFile) (conversation.File, error) {
	if who.Agent == 0 {
		return conversation.File{}, fault.New(fault.Denied, "flow.agent_needed")
	}
	if err := f.Conversation.Stage(ctx, who.Org, n.Data); err != nil {
		return conversation.File{}, err
	}
	var kept conversation.File
	err := f.db.Write(ctx, func(tx *sqldb.Tx) (err error) {
		kept, err = f.Conversation.Upload(tx, who.Org, agentOf(who), n)
		return err
	})
	return kept, err
}
