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
}

func presenceOf(p staff.Presence) *presenceView {
	return &presenceView{p.State, p.Reason, p.Chats, moment(p.Since), staff.MostChats}
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
	v.Presence = presenceOf(p)
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
		Chats  int         `json:"chats"`
		Reason string      `json:"reason"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	p, err := c.Flow.SetPresence(c.r.Context(), c.who, staff.Wish{State: in.State, Reason: in.Reason, Chats: in.Chats})
	if err != nil {
		return nil, err
	}
	return presenceOf(p), nil
}
