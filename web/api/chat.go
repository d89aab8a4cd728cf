package api

import (
	"time"

	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/org"
	"balie/domain/routing"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

func nameOf(cas *cases.Case) caseName { return caseName{ident.Text(cas.ID), cas.Number, cas.Subject} }

type offerView struct {
	ID       string        `json:"id"`
	Contact  string        `json:"contact"`
	Channel  string        `json:"channel"`
	Case     caseName      `json:"case"`
	Customer offerCustomer `json:"customer"`
	Text     string        `json:"text"`
	Reason   reasonView    `json:"reason"`
	Needs    []needView    `json:"needs"`
	Known    []labelled    `json:"known"`
	Page     pageView      `json:"page"`
	Since    time.Time     `json:"waiting_since"`
	Due      *time.Time    `json:"answer_due"`
	CallAt   *time.Time    `json:"call_at"`
	MadeAt   time.Time     `json:"made_at"`
	Until    time.Time     `json:"until"`
}

type offerCustomer struct {
	customerView
	Verified bool `json:"verified"`
}

type reasonView struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

type labelled struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

func listOffers(c *call, tx *sqldb.Tx) (any, error) {
	all, err := c.Flow.Routing.OpenOf(tx, c.who.Org, c.who.Agent)
	if err != nil {
		return nil, err
	}
	o, err := c.Flow.Org.Load(tx, c.who.Org)
	if err != nil {
		return nil, err
	}
	views := make([]offerView, len(all))
	for i := range all {
		if views[i], err = c.offerOf(tx, o, &all[i]); err != nil {
			return nil, err
		}
	}
	return map[string]any{"offers": views, "next": ""}, nil
}

func (c *call) offerOf(tx *sqldb.Tx, o org.Organisation, off *routing.Offer) (v offerView, err error) {
	cas, err := c.Flow.Cases.Get(tx, off.Org, off.Case)
	if err != nil {
		return v, err
	}
	ct := conversation.Contact{Channel: cas.Channel} // of written work
	if !off.Written() {
		if ct, err = c.Flow.Conversation.Contact(tx, off.Org, off.Contact); err != nil {
			return v, err
		}
	} else {
		v.Due = moment(cas.Due())
		if v.CallAt, err = c.callAt(tx, &cas); err != nil {
			return v, err
		}
	}
	v = offerView{
		ID: ident.Text(off.ID), Contact: ident.Text(ct.ID), Channel: ct.Channel, Due: v.Due, CallAt: v.CallAt, Case: nameOf(&cas), Text: cas.Preview,
		Customer: offerCustomer{customerView{ident.Text(cas.Party), cas.PartyName, cas.PartyAddress}, ct.Verified},
		Page:     pageView{ct.PageURL, ct.PageTitle}, Since: off.Since, MadeAt: off.Made, Until: off.Until, Known: []labelled{},
	}
	v.Reason = c.reason(tx, o, off)
	if v.Needs, err = c.needsOf(tx, cas.Needs); err != nil {
		return v, err
	}
	known, err := c.known(tx, cas.Party)
	for i, k := range known {
		if i == 0 || known[i-1].Field != k.Field { // the newest answer to each question
			v.Known = append(v.Known, labelled{k.Label, k.Value})
		}
	}
	return v, err
}

// callAt is when the call back begins that must be done first for a case; nil when something else is due first.
func (c *call) callAt(tx *sqldb.Tx, cas *cases.Case) (*time.Time, error) {
	if cas.PromiseDue.IsZero() || !cas.Due().Equal(cas.PromiseDue) {
		return nil, nil
	}
	p, calls, err := c.Flow.CallOf(tx, cas.Org, cas.ID)
	if err != nil || !calls || !p.Due.Equal(cas.PromiseDue) {
		return nil, err
	}
	return moment(p.CallAt), nil
}

// reason says why a contact is put to an agent.
func (c *call) reason(tx *sqldb.Tx, o org.Organisation, off *routing.Offer) reasonView {
	t, key := c.texts(), "routing."+string(off.Reason)
	return reasonView{key, t.T(key, "when", t.Short(off.Since, tx.Now(), o.Location()))}
}

func acceptOffer(c *call) (any, error) {
	if err := c.body(&struct{}{}); err != nil {
		return nil, err
	}
	id, err := c.Flow.Accept(c.r.Context(), c.who, c.offer.ID)
	if err != nil {
		return nil, err
	}
	return c.now(id)
}

func declineOffer(c *call) (any, error) {
	var in struct {
		Reason string `json:"reason"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return nil, c.Flow.Decline(c.r.Context(), c.who, c.offer.ID, in.Reason)
}

type chatView struct {
	Contact     string                    `json:"contact"`
	Case        caseName                  `json:"case"`
	Customer    named                     `json:"customer"`
	State       conversation.ContactState `json:"state"`
	Online      bool                      `json:"online"`
	Since       *time.Time                `json:"waiting_since"`
	LateAt      *time.Time                `json:"late_at"`
	Preview     string                    `json:"preview"`
	Unread      bool                      `json:"unread"`
	UnreadCount int64                     `json:"unread_count"`
	StartedAt   time.Time                 `json:"started_at"`
}

func listChats(c *call, tx *sqldb.Tx) (any, error) {
	all, err := c.Flow.Conversation.ContactsOf(tx, c.who.Org, c.who.Agent)
	if err != nil {
		return nil, err
	}
	promised, err := c.chatReply(tx)
	if err != nil {
		return nil, err
	}
	ids := make([]ident.Case, len(all))
	for i := range all {
		ids[i] = all[i].Case
	}
	about, err := c.casesByID(tx, ids)
	if err != nil {
		return nil, err
	}
	views := make([]chatView, 0, len(all))
	for i := range all {
		ct := &all[i]
		cas, ok := about[ct.Case]
		if !ok {
			continue
		}
		v := chatView{
			Contact: ident.Text(ct.ID), Case: nameOf(&cas), Customer: named{ident.Text(cas.Party), cas.PartyName}, State: ct.State,
			Online: ct.State.Here(), Preview: cas.Preview, Unread: cas.Unread, StartedAt: ct.Started,
		}
		v.Since, v.LateAt = waits(ct, &cas, promised)
		if cas.Unread {
			if v.UnreadCount, err = c.Flow.Conversation.NewFromCustomer(tx, c.who.Org, cas.ID); err != nil {
				return nil, err
			}
		}
		views = append(views, v)
	}
	return map[string]any{"chats": views, "next": ""}, nil
}

// casesByID loads cases by their identifiers, in one query.
func (c *call) casesByID(tx *sqldb.Tx, ids []ident.Case) (map[ident.Case]cases.Case, error) {
	list, err := c.Flow.Cases.These(tx, c.who.Org, ids, cases.Filter{})
	m := make(map[ident.Case]cases.Case, len(list))
	for _, cas := range list {
		m[cas.ID] = cas
	}
	return m, err
}
