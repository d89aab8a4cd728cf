package api

import (
	"slices"
	"strings"
	"time"

	"balie/channel"
	"balie/domain/conversation"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// mailView is a message on its way out, as an administrator sees it.
type mailView struct {
	ID        string     `json:"id"`
	To        string     `json:"to"`
	Subject   string     `json:"subject"`
	Text      string     `json:"text"`
	HTML      string     `json:"html"`
	State     string     `json:"state"`
	Reason    string     `json:"reason"`
	Attempts  int        `json:"attempts"`
	CreatedAt time.Time  `json:"created_at"`
	SentAt    *time.Time `json:"sent_at"`
	Case      string     `json:"case"`
}

var mailStates = []channel.State{channel.Queued, channel.Sent, channel.Failed, channel.Bounced}

func listOutbox(c *call, tx *sqldb.Tx) (any, error) {
	q := c.r.URL.Query()
	f := conversation.OutboxFilter{To: strings.TrimSpace(q.Get("to")), State: q.Get("state")}
	if f.State != "" && !slices.Contains(mailStates, channel.State(f.State)) {
		return nil, fault.New(fault.Invalid, "api.parameter", "name", "state")
	}
	var err error
	if f.Case, err = queryID[ident.Case](q, "case"); err != nil {
		return nil, err
	}
	if f.Before, err = queryID[ident.Outgoing](q, "cursor"); err != nil {
		return nil, err
	}
	limit, err := limitOf(q)
	if err != nil {
		return nil, err
	}
	f.Limit = limit + 1
	letters, err := c.Flow.Conversation.Outbox(tx, c.who.Org, f)
	if err != nil {
		return nil, err
	}
	next := ""
	if len(letters) > limit {
		letters = letters[:limit]
		next = ident.Text(letters[limit-1].ID)
	}
	messages := make([]mailView, len(letters))
	for i, l := range letters {
		if l.Case == 0 { // an invitation or a new password: the link in it is for its reader alone (threat T9)
			l.Text, l.HTML = "", ""
		}
		messages[i] = mailView{
			ID: ident.Text(l.ID), To: l.ToAddress, Subject: l.Subject, Text: l.Text, HTML: l.HTML, State: l.State,
			Reason: l.Reason, Attempts: l.Attempts, CreatedAt: l.Created, SentAt: moment(l.Sent), Case: ident.Text(l.Case),
		}
	}
	return map[string]any{"messages": messages, "next": next}, nil
}
