package api

import (
	"time"

	"balie/ground/ident"
	"balie/ground/sqldb"
	"balie/ground/text"
)

// mentionView is a note in which the asker was mentioned.
type mentionView struct {
	ID    string    `json:"id"` // of the note
	Case  caseName  `json:"case"`
	Actor actorView `json:"actor"`
	Text  string    `json:"text"`
	At    time.Time `json:"at"`
	Seen  bool      `json:"seen"`
}

// mentionText is how much of a note the list shows, in characters.
const mentionText = 280

func listMentions(c *call, tx *sqldb.Tx) (any, error) {
	q := c.r.URL.Query()
	limit, err := limitOf(q)
	if err != nil {
		return nil, err
	}
	before, err := queryID[ident.Entry](q, "cursor")
	if err != nil {
		return nil, err
	}
	list, err := c.Flow.Conversation.Mentions(tx, c.who.Org, c.who.Agent, before, limit+1)
	if err != nil {
		return nil, err
	}
	next := ""
	if len(list) > limit {
		list = list[:limit]
		next = ident.Text(list[limit-1].ID)
	}
	names := caseNames{call: c, tx: tx, known: map[ident.Case]caseName{}}
	views := make([]mentionView, len(list))
	for i, m := range list {
		name, err := names.of(m.Case)
		if err != nil {
			return nil, err
		}
		views[i] = mentionView{
			ID: ident.Text(m.ID), Case: name, Actor: actorView{m.Actor.Kind, ident.Text(ident.Row(m.Actor.ID)), m.Actor.Name},
			Text: text.Preview(m.Text, mentionText), At: m.At, Seen: !m.Seen.IsZero(),
		}
	}
	return map[string]any{"mentions": views, "next": next}, nil
}

func seeMentions(c *call) (any, error) {
	var in struct {
		Until string `json:"until"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	until, err := fieldID[ident.Entry]("until", in.Until)
	if err != nil {
		return nil, err
	}
	return nil, c.Flow.SeeMentions(c.r.Context(), c.who, until)
}

// newMentions is how many mentions the asker did not see yet; a token that acts for nobody has none.
func (c *call) newMentions(tx *sqldb.Tx) (int64, error) {
	if c.who.Agent == 0 {
		return 0, nil
	}
	return c.Flow.Conversation.NewMentions(tx, c.who.Org, c.who.Agent)
}

func renewLink(c *call) (any, error) {
	if err := c.body(&struct{}{}); err != nil {
		return nil, err
	}
	return c.createdAfter(c.Flow.RenewLink(c.r.Context(), c.who, c.cas.ID))
}
