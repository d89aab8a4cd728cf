package api

import (
	"net/url"
	"strconv"
	"time"

	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/queue"
	"balie/domain/staff"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// queueView is who waits and who works.
type queueView struct {
	Waiting      []waitingView `json:"waiting"`
	InWriting    inWriting     `json:"in_writing"`
	Agents       []workingView `json:"agents"`
	Announcement string        `json:"announcement"`
	Next         string        `json:"next"`
}

type waitingView struct {
	Contact    string    `json:"contact"`
	Case       caseName  `json:"case"`
	Customer   named     `json:"customer"`
	Channel    string    `json:"channel"`
	Department *named    `json:"department"`
	Position   int       `json:"position"`
	Since      time.Time `json:"since"`
	OfferedTo  *named    `json:"offered_to"`
	// WaitsFor is the agent for whom the customer waits on, by choice, until WaitsUntil; nobody else is asked.
	WaitsFor   *named     `json:"waits_for"`
	WaitsUntil *time.Time `json:"waits_until"`
	Text       string     `json:"text"`
}

// inWriting is the line of written work.
type inWriting struct {
	Count int64         `json:"count"`
	First []writtenView `json:"first"`
}

type writtenView struct {
	Case       caseName   `json:"case"`
	Customer   named      `json:"customer"`
	Channel    string     `json:"channel"`
	Department *named     `json:"department"`
	Due        time.Time  `json:"due"`
	CallAt     *time.Time `json:"call_at"`
	OfferedTo  *named     `json:"offered_to"`
	Text       string     `json:"text"`
}

type workingView struct {
	ID      string      `json:"id"`
	Name    string      `json:"name"`
	State   staff.State `json:"state"`
	Reason  string      `json:"reason"`
	Since   *time.Time  `json:"since"`
	Present bool        `json:"present"`
	Chats   int         `json:"chats"`
	Live    int         `json:"live"`
	Picture string      `json:"picture"`
	Limit   limitView   `json:"limit"`
}

func readQueue(c *call, tx *sqldb.Tx) (any, error) {
	from, limit, err := queuePage(c.r.URL.Query())
	if err != nil {
		return nil, err
	}
	v := queueView{Waiting: []waitingView{}, Agents: []workingView{}}
	accounts, err := c.Flow.Access.Accounts(tx, c.who.Org)
	if err != nil {
		return nil, err
	}
	names := make(map[ident.Agent]string, len(accounts))
	for _, a := range accounts {
		names[a.ID] = a.Name
	}
	line, err := c.Flow.Queue.Line(tx, c.who.Org, from+limit+1)
	if err != nil {
		return nil, err
	}
	if len(line) > from+limit {
		line, v.Next = line[:from+limit], strconv.Itoa(from+limit)
	}
	if v.Waiting, err = c.waitingOf(tx, line, from, names); err != nil {
		return nil, err
	}
	if v.InWriting, err = c.inWriting(tx, names); err != nil {
		return nil, err
	}
	if v.Agents, err = c.working(tx, accounts); err != nil {
		return nil, err
	}
	o, err := c.Flow.Org.Load(tx, c.who.Org)
	v.Announcement = o.Settings.Notice
	return v, err
}

// farthest bounds how far into the queue a page may begin.
const farthest = 100_000

func queuePage(q url.Values) (from, limit int, err error) {
	if limit, err = limitOf(q); err != nil {
		return 0, 0, err
	}
	if s := q.Get("cursor"); s != "" {
		if from, err = strconv.Atoi(s); err != nil || from < 1 || from > farthest {
			return 0, 0, fault.New(fault.Invalid, "api.parameter", "name", "cursor")
		}
	}
	return from, limit, nil
}

// waitingOf makes the rows of those from a place in the line on, with three queries whatever their number.
func (c *call) waitingOf(tx *sqldb.Tx, line []queue.Wait, from int, names map[ident.Agent]string) ([]waitingView, error) {
	from = min(from, len(line))
	shown := line[from:]
	ids := make([]ident.Case, len(shown))
	for i, w := range shown {
		ids[i] = w.Case
	}
	about, err := c.casesByID(tx, ids)
	if err != nil {
		return nil, err
	}
	list := make([]cases.Case, 0, len(about))
	for _, w := range shown {
		list = append(list, cases.Case{Department: w.Department})
	}
	departments, err := c.departments(tx, list)
	if err != nil {
		return nil, err
	}
	offers, err := c.Flow.Routing.AllOpen(tx, c.who.Org)
	if err != nil {
		return nil, err
	}
	to := make(map[ident.Contact]ident.Agent, len(offers))
	for _, o := range offers {
		to[o.Contact] = o.Agent
	}
	rows := make([]waitingView, 0, len(shown))
	for i, w := range shown {
		cas := about[w.Case]
		v := waitingView{
			Contact: ident.Text(w.Contact), Case: nameOf(&cas), Customer: named{ident.Text(cas.Party), cas.PartyName}, Channel: w.Channel,
			Position: positionOf(line, from+i), Since: w.Rank, Text: cas.Preview,
		}
		if w.Department != 0 {
			v.Department = &named{ident.Text(w.Department), departments[w.Department]}
		}
		if a := to[w.Contact]; a != 0 {
			v.OfferedTo = &named{ident.Text(a), names[a]}
		}
		if w.Stay.Holds() {
			v.WaitsFor, v.WaitsUntil = &named{ident.Text(w.Wanted), names[w.Wanted]}, moment(w.Stay.Until)
		}
		rows = append(rows, v)
	}
	return rows, nil
}

// writtenShown is how much of the written line a page shows.
const writtenShown = 20

func (c *call) inWriting(tx *sqldb.Tx, names map[ident.Agent]string) (inWriting, error) {
	v := inWriting{First: []writtenView{}}
	list, err := c.Flow.Cases.Line(tx, c.who.Org, writtenShown)
	if err != nil {
		return v, err
	}
	if v.Count, err = c.Flow.Cases.InLine(tx, c.who.Org); err != nil {
		return v, err
	}
	departments, err := c.departments(tx, list)
	if err != nil {
		return v, err
	}
	for i := range list {
		k := &list[i]
		w := writtenView{Case: nameOf(k), Customer: named{ident.Text(k.Party), k.PartyName}, Channel: k.Channel, Due: k.Due(), Text: k.Preview}
		if k.Department != 0 {
			w.Department = &named{ident.Text(k.Department), departments[k.Department]}
		}
		if w.CallAt, err = c.callAt(tx, k); err != nil {
			return v, err
		}
		o, offered, err := c.Flow.Routing.OfCase(tx, c.who.Org, k.ID)
		if err != nil {
			return v, err
		}
		if offered {
			w.OfferedTo = &named{ident.Text(o.Agent), names[o.Agent]}
		}
		v.First = append(v.First, w)
	}
	return v, nil
}

// positionOf is the place that the customer is told: see queue.Room.Position.
func positionOf(line []queue.Wait, i int) int {
	n := 1
	for _, before := range line[:i] {
		if before.Department == 0 || line[i].Department == 0 || before.Department == line[i].Department {
			n++
		}
	}
	return n
}

// working lists who set the switch once, or has a screen open.
func (c *call) working(tx *sqldb.Tx, accounts []access.Account) ([]workingView, error) {
	there, err := c.presences(tx)
	if err != nil {
		return nil, err
	}
	live, err := c.Flow.Conversation.Live(tx, c.who.Org)
	if err != nil {
		return nil, err
	}
	picture, err := c.pictures(tx)
	if err != nil {
		return nil, err
	}
	learnt, err := c.Flow.Staff.Advices(tx, c.who.Org)
	if err != nil {
		return nil, err
	}
	all := []workingView{}
	for _, a := range accounts {
		p, known := there[a.ID]
		if !known || a.State == access.Blocked {
			continue
		}
		s := shownOf(p)
		all = append(all, workingView{ident.Text(a.ID), a.Name, s.State, s.Reason, s.Since, p.Here, p.Chats, live[a.ID], picture(a.ID), c.limitOf(p, learnt[a.ID])})
	}
	return all, nil
}

func announce(c *call) (any, error) {
	var in struct {
		Text string `json:"text"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	if err := c.Flow.Announce(c.r.Context(), c.who, in.Text); err != nil {
		return nil, err
	}
	var now string
	err := c.DB.Read(c.r.Context(), func(tx *sqldb.Tx) error {
		o, err := c.Flow.Org.Load(tx, c.who.Org)
		now = o.Settings.Notice
		return err
	})
	return map[string]string{"text": now}, err
}
