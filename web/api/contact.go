package api

import (
	"time"

	"balie/channel"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/queue"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

type pageView struct {
	URL   string `json:"url"`
	Title string `json:"title"`
}

// contactView is the live contact of a case.
type contactView struct {
	ID           string                    `json:"id"`
	Channel      string                    `json:"channel"`
	State        conversation.ContactState `json:"state"`
	Agent        *named                    `json:"agent"`
	Online       bool                      `json:"online"`
	Page         pageView                  `json:"page"`
	Verified     bool                      `json:"verified"`
	StartedAt    time.Time                 `json:"started_at"`
	AnsweredAt   *time.Time                `json:"answered_at"`
	LeftAt       *time.Time                `json:"left_at"`
	VisitorSeen  int64                     `json:"visitor_seen"`
	WaitingSince *time.Time                `json:"waiting_since"`
	LateAt       *time.Time                `json:"late_at"`
	// How the last wait for an agent went: what was told at its beginning, how long it was, and why it was put to who helps.
	Position      *int        `json:"position"`
	WaitedSeconds *int64      `json:"waited_seconds"`
	Reason        *reasonView `json:"reason"`
}

// contact is the newest live contact of a case; nil when it never had one.
func (c *call) contact(tx *sqldb.Tx, cas *cases.Case) (*contactView, error) {
	ct, ok, err := c.Flow.Conversation.ContactOf(tx, cas.Org, cas.ID)
	if err != nil || !ok {
		return nil, err
	}
	promised, err := c.chatReply(tx)
	if err != nil {
		return nil, err
	}
	v := &contactView{
		ID: ident.Text(ct.ID), Channel: ct.Channel, State: ct.State, Online: ct.State.Here(), Page: pageView{ct.PageURL, ct.PageTitle},
		Verified: ct.Verified, StartedAt: ct.Started, AnsweredAt: moment(ct.Answered), VisitorSeen: ct.Seen,
	}
	if ct.State == conversation.ContactLeft {
		v.LeftAt = moment(ct.Left)
	}
	if ct.Agent != 0 {
		v.Agent = &named{ident.Text(ct.Agent), ct.AgentName}
	}
	v.WaitingSince, v.LateAt = waits(&ct, cas, promised)
	return v, c.waited(tx, &ct, v)
}

// waited tells how the last wait of a contact went.
func (c *call) waited(tx *sqldb.Tx, ct *conversation.Contact, v *contactView) error {
	all, err := c.Flow.Queue.OfCase(tx, ct.Org, ct.Case)
	if err != nil {
		return err
	}
	for _, w := range all {
		if w.Contact != ct.ID {
			continue
		}
		v.Position, v.WaitedSeconds, v.Reason = &w.Told.Position, nil, nil
		if w.State != queue.Served {
			continue
		}
		seconds := int64(w.Ended.Sub(w.Joined) / time.Second)
		v.WaitedSeconds = &seconds
		off, ok, err := c.Flow.Routing.AcceptedOf(tx, ct.Org, ct.ID)
		if err != nil {
			return err
		}
		if ok && off.Agent == w.Agent {
			o, err := c.Flow.Org.Load(tx, ct.Org)
			if err != nil {
				return err
			}
			reason := c.reason(tx, o, &off)
			v.Reason = &reason
		}
	}
	return nil
}

// chatReply is how soon a chatting customer is promised an answer.
func (c *call) chatReply(tx *sqldb.Tx) (time.Duration, error) {
	o, err := c.Flow.Org.Load(tx, c.who.Org)
	return o.Settings.ChatReply, err
}

// waits tells since when a customer who is there waits for an answer, and when that becomes longer than was promised.
func waits(ct *conversation.Contact, cas *cases.Case, promised time.Duration) (since, late *time.Time) {
	if !ct.State.Here() || cas.WaitingSince.IsZero() {
		return nil, nil
	}
	at := cas.WaitingSince.Add(promised)
	return moment(cas.WaitingSince), &at
}

func endContact(c *call) (any, error) {
	if err := c.body(&struct{}{}); err != nil {
		return nil, err
	}
	return c.after(c.Flow.EndContactOf(c.r.Context(), c.who, c.cas.ID))
}

func contactDetails(c *call) (any, error) {
	var in struct {
		Email string `json:"email"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	address, err := email(in.Email)
	if err != nil {
		return nil, err
	}
	return c.after(c.Flow.IntroduceOf(c.r.Context(), c.who, c.cas.ID, channel.Person{Address: address}))
}
