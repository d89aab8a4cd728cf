package api

import (
	"balie/domain/staff"
	"balie/ground/fault"
	"balie/ground/sqldb"
)

// limitView is why an agent takes as many chats at once as they do.
type limitView struct {
	ByHand *int      `json:"by_hand"`
	Why    staff.Why `json:"why"`
	Text   string    `json:"text"`
}

// limitOf explains the number in a sentence. What was learnt says nothing about a number that was set by hand since.
func (c *call) limitOf(p staff.Presence, a staff.Advice) limitView {
	v, key := limitView{Why: a.Why}, "limit."+string(a.Why)
	if p.Cap != 0 {
		v.ByHand = &p.Cap
	}
	switch {
	case a.Why != "" && a.Chats == p.Chats:
	case p.Cap == p.Chats:
		key = "limit.capped_by_hand"
	default:
		key = "limit.start"
	}
	t := c.texts()
	v.Text = t.T(key, "chats", p.Chats, "fewer", p.Chats-1, "more", p.Chats+1, "rate", t.Number(a.Rate, 1), "less", t.Number(a.Less, 1))
	return v
}

// byHand is the number of chats at once that was asked for: absent as it was, 0 as learnt.
func byHand(chats *int) int {
	switch {
	case chats == nil:
		return 0
	case *chats == 0:
		return staff.AsLearnt
	case *chats < 0:
		return *chats - 1 // no number that means something else
	}
	return *chats
}

func setLimit(c *call) (any, error) {
	var in struct {
		Chats *int `json:"chats"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	if in.Chats == nil {
		return nil, fault.New(fault.Invalid, "api.field", "field", "chats")
	}
	p, err := c.Flow.SetLimit(c.r.Context(), c.who, c.agent.ID, byHand(in.Chats))
	if err != nil {
		return nil, err
	}
	var v limitView
	err = c.DB.Read(c.r.Context(), func(tx *sqldb.Tx) error {
		a, err := c.Flow.Staff.Advice(tx, p.Org, p.Agent)
		v = c.limitOf(p, a)
		return err
	})
	return v, err
}
