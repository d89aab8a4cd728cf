package api

import (
	"time"

	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/insight"
	"balie/domain/party"
	"balie/domain/promise"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// caseName is a case as something else refers to it.
type caseName struct {
	ID      string `json:"id"`
	Number  string `json:"number"`
	Subject string `json:"subject"`
}

type boardPromise struct {
	ID     string         `json:"id"`
	Case   caseName       `json:"case"`
	Text   string         `json:"text"`
	Due    time.Time      `json:"due"`
	Owner  *named         `json:"owner"`
	Status promise.Status `json:"status"`
}

type boardView struct {
	Waiting               int64          `json:"waiting"`
	OldestWaitingSince    *time.Time     `json:"oldest_waiting_since"`
	Unassigned            int64          `json:"unassigned"`
	PromisesDueToday      int64          `json:"promises_due_today"`
	PromisesDueHour       int64          `json:"promises_due_hour"`
	PromisesBrokenOpen    int64          `json:"promises_broken_open"`
	Dissatisfied          int64          `json:"dissatisfied"`
	ClosedToday           int64          `json:"closed_today"`
	ClosedByCustomerToday int64          `json:"closed_by_customer_today"`
	GradeToday            *float64       `json:"grade_today"`
	DissatisfiedCases     []row          `json:"dissatisfied_cases"`
	Promises              []boardPromise `json:"promises"`
}

// boardRows is how many cases and promises the board shows of each.
const boardRows = 20

func readBoard(c *call, tx *sqldb.Tx) (any, error) {
	o, err := c.Flow.Org.Load(tx, c.who.Org)
	if err != nil {
		return nil, err
	}
	y, m, d := tx.Now().In(o.Location()).Date()
	midnight := time.Date(y, m, d, 0, 0, 0, 0, o.Location())
	n, err := insight.Look(tx, c.who.Org, midnight)
	if err != nil {
		return nil, err
	}
	v := boardView{
		Waiting: n.Waiting, OldestWaitingSince: moment(n.OldestSince), Unassigned: n.Unassigned,
		PromisesDueToday: n.DueToday, PromisesDueHour: n.DueHour, PromisesBrokenOpen: n.BrokenWaiting,
		Dissatisfied: n.Dissatisfied, ClosedToday: n.ClosedToday, ClosedByCustomerToday: n.ByCustomer,
	}
	if n.Grades > 0 {
		v.GradeToday = &n.GradeToday
	}
	unhappy, _, err := c.Flow.Cases.List(tx, c.who.Org, cases.Filter{View: cases.Dissatisfied, Limit: boardRows})
	if err != nil {
		return nil, err
	}
	if v.DissatisfiedCases, err = c.rowsOf(tx, unhappy); err != nil {
		return nil, err
	}
	coming, err := c.Flow.Promise.Coming(tx, c.who.Org, midnight.AddDate(0, 0, 1), boardRows)
	if err != nil {
		return nil, err
	}
	v.Promises, err = c.boardPromises(tx, coming)
	return v, err
}

// boardPromises are promises with the names of their cases.
func (c *call) boardPromises(tx *sqldb.Tx, coming []promise.Promise) ([]boardPromise, error) {
	names := caseNames{call: c, tx: tx, known: map[ident.Case]caseName{}}
	list := make([]boardPromise, len(coming))
	for i, p := range coming {
		name, err := names.of(p.Case)
		if err != nil {
			return nil, err
		}
		list[i] = boardPromise{ID: ident.Text(p.ID), Case: name, Text: p.Text, Due: p.Due, Owner: promiseOf(&p).Owner, Status: p.Status}
	}
	return list, nil
}

// caseNames reads each case once.
type caseNames struct {
	*call
	tx    *sqldb.Tx
	known map[ident.Case]caseName
}

func (n *caseNames) of(id ident.Case) (caseName, error) {
	if v, ok := n.known[id]; ok {
		return v, nil
	}
	cas, err := n.Flow.Cases.Get(n.tx, n.who.Org, id)
	n.known[id] = caseName{ident.Text(cas.ID), cas.Number, cas.Subject}
	return n.known[id], err
}

type contactPoint struct {
	Channel string      `json:"channel"`
	Address string      `json:"address"`
	Proved  bool        `json:"proved"`
	Proof   party.Proof `json:"proof"`
}

type customerPage struct {
	Customer customerFull   `json:"customer"`
	Given    []knownView    `json:"given"`
	Cases    []row          `json:"cases"`
	Timeline []customerLine `json:"timeline"`
}

type customerFull struct {
	ID            string         `json:"id"`
	Name          string         `json:"name"`
	Email         string         `json:"email"`
	Since         time.Time      `json:"since"`
	ContactPoints []contactPoint `json:"contact_points"`
}

type customerLine struct {
	Case   string            `json:"case"`
	Number string            `json:"number"`
	Kind   conversation.Sort `json:"kind"`
	At     time.Time         `json:"at"`
	Text   string            `json:"text"`
}

// customerLines is how many lines over all cases are shown.
const customerLines = 100

func readCustomer(c *call, tx *sqldb.Tx) (any, error) {
	p := c.party
	v := customerPage{Customer: customerFull{ID: ident.Text(p.ID), Name: p.Name, Since: p.Created, ContactPoints: []contactPoint{}}}
	points, err := c.Flow.Party.Points(tx, p.Org, p.ID)
	if err != nil {
		return nil, err
	}
	for _, at := range points {
		if v.Customer.Email == "" && at.Channel == "email" {
			v.Customer.Email = at.Address
		}
		v.Customer.ContactPoints = append(v.Customer.ContactPoints, contactPoint{at.Channel, at.Address, at.Known(), at.Proof})
	}
	if v.Given, err = c.known(tx, p.ID); err != nil {
		return nil, err
	}
	list, _, err := c.Flow.Cases.List(tx, p.Org, cases.Filter{Customer: p.ID, Limit: mostLimit})
	if err != nil {
		return nil, err
	}
	if v.Cases, err = c.rowsOf(tx, list); err != nil {
		return nil, err
	}
	v.Timeline, err = c.customerTimeline(tx, list)
	return v, err
}

func (c *call) customerTimeline(tx *sqldb.Tx, list []cases.Case) ([]customerLine, error) {
	entries, err := c.Flow.Conversation.OfParty(tx, c.party.Org, c.party.ID, customerLines)
	if err != nil {
		return nil, err
	}
	names := caseNames{call: c, tx: tx, known: map[ident.Case]caseName{}}
	for _, cas := range list {
		names.known[cas.ID] = caseName{ident.Text(cas.ID), cas.Number, cas.Subject}
	}
	lines := make([]customerLine, 0, len(entries))
	for _, e := range entries {
		name, err := names.of(e.Case)
		if err != nil && !fault.Is(err, fault.Unknown) {
			return nil, err
		}
		lines = append(lines, customerLine{Case: name.ID, Number: name.Number, Kind: e.Sort, At: e.At, Text: e.Text})
	}
	return lines, nil
}
