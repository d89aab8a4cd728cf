package chat

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"balie/channel"
	"balie/domain/conversation"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/sqldb"
	"balie/web/edge"
)

// chosen is what a visitor chooses whose own agent is not free.
type chosen struct {
	Choice   string    `json:"choice"` // "colleague", "wait", "call", "message"
	Phone    string    `json:"phone"`
	At       time.Time `json:"at"`
	Text     string    `json:"text"` // to add to the message
	ClientID string    `json:"client_id"`
}

// choose takes that choice.
func (c *Chat) choose(q *asked) error {
	if err := c.maySay(q); err != nil {
		return err
	}
	var f chosen
	if err := q.read(&f); err != nil {
		return err
	}
	if err := c.chose(q, f); err != nil {
		if fault.Of(err).Key == flow.CallBackFull {
			err = fault.Wrap(fault.Conflict, "chat.call_taken", err)
		}
		return err
	}
	state := "later"
	if f.Choice == "colleague" || f.Choice == "wait" {
		state = string(conversation.ContactWaiting)
	}
	edge.JSON(q.w, http.StatusOK, map[string]string{"state": state})
	return nil
}

func (c *Chat) chose(q *asked, f chosen) error {
	ctx := q.r.Context()
	switch f.Choice {
	case "colleague":
		return c.Flow.ChooseColleague(ctx, q.at)
	case "wait":
		return c.Flow.ChooseWait(ctx, q.at)
	case "call":
		number, err := c.Channel.Phone(f.Phone)
		if err != nil {
			return err
		}
		return c.Flow.ChooseCall(ctx, q.at, channel.Later{Phone: number, At: f.At.UTC()})
	case "message":
		if err := c.add(q, f); err != nil {
			return err
		}
		return c.Flow.ChooseMessage(ctx, q.at)
	}
	return fault.New(fault.Invalid, "chat.choice_unknown")
}

// add keeps what the visitor adds to a message, while there is still somebody to leave it for.
func (c *Chat) add(q *asked, f chosen) error {
	if strings.TrimSpace(f.Text) == "" {
		return nil
	}
	if err := c.DB.Read(q.r.Context(), func(tx *sqldb.Tx) error {
		w, waits, err := c.Flow.Queue.Of(tx, q.at.Org, q.at.Contact)
		if err == nil && (!waits || w.Wanted == 0) {
			err = fault.New(fault.Conflict, "flow.no_choice")
		}
		return err
	}); err != nil {
		return err
	}
	body, err := json.Marshal(map[string]string{"text": f.Text, "client_id": f.ClientID})
	if err != nil {
		return err
	}
	a, err := c.Channel.Say(body, q.at.Contact)
	if err != nil {
		return err
	}
	a.Org, a.Thread.Token = q.at.Org, q.at.Token
	_, err = c.Channel.Accept(q.r.Context(), a)
	return err
}
