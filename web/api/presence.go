package api

import (
	"time"

	"balie/domain/staff"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// presenceView is what the switch of an agent says.
type presenceView struct {
	State  staff.State `json:"state"`
	Reason string      `json:"reason"`
	Chats  int         `json:"chats"`
	Since  *time.Time  `json:"since"`
	Most   int         `json:"most"`
	Limit  limitView   `json:"limit"`
}

func (c *call) presenceOf(tx *sqldb.Tx, p staff.Presence) (*presenceView, error) {
	a, err := c.Flow.Staff.Advice(tx, p.Org, p.Agent)
	return &presenceView{p.State, p.Reason, p.Chats, moment(p.Since), staff.MostChats, c.limitOf(p, a)}, err
}

// shown is the presence of an agent as others see it.
type shown struct {
	State  staff.State `json:"state"`
	Reason string      `json:"reason"`
	Since  *time.Time  `json:"since"`
}

func shownOf(p staff.Presence) shown {
	state, reason := p.Shown()
	return shown{state, reason, moment(p.Since)}
}

// atWork adds to what somebody is told about themselves whether they take contacts, and how many there are.
func (c *call) atWork(tx *sqldb.Tx, v *meView) error {
	if c.who.Agent == 0 {
		return nil
	}
	p, err := c.Flow.Staff.Presence(tx, c.who.Org, c.who.Agent)
	if err != nil {
		return err
	}
	if v.Presence, err = c.presenceOf(tx, p); err != nil {
		return err
	}
	offers, err := c.Flow.Routing.OpenOf(tx, c.who.Org, c.who.Agent)
	if err != nil {
		return err
	}
	contacts, err := c.Flow.Conversation.ContactsOf(tx, c.who.Org, c.who.Agent)
	v.Counts.Offers, v.Counts.Chats = int64(len(offers)), int64(len(contacts))
	return err
}

// presences is the presence of everyone who ever set the switch or has a screen that listens.
func (c *call) presences(tx *sqldb.Tx) (map[ident.Agent]staff.Presence, error) {
	all, err := c.Flow.Staff.All(tx, c.who.Org)
	if err != nil {
		return nil, err
	}
	listening, err := c.Flow.Staff.Listening(tx, c.who.Org)
	there := make(map[ident.Agent]staff.Presence, len(all)+len(listening))
	for a := range listening {
		there[a] = staff.Presence{Agent: a, Org: c.who.Org, State: staff.Away, Chats: staff.UsualChats, Here: true}
	}
	for _, p := range all {
		there[p.Agent] = p
	}
	return there, err
}

func setPresence(c *call) (any, error) {
	var in struct {
		State  staff.State `json:"state"`
		Chats  *int        `json:"chats"`
		Reason string      `json:"reason"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	p, err := c.Flow.SetPresence(c.r.Context(), c.who, staff.Wish{State: in.State, Reason: in.Reason, Chats: byHand(in.Chats)})
	if err != nil {
		return nil, err
	}
	var v *presenceView
	err = c.DB.Read(c.r.Context(), func(tx *sqldb.Tx) (err error) {
		v, err = c.presenceOf(tx, p)
		return err
	})
	return v, err
}
