package api

import (
	"time"

	"balie/domain/cases"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// named is somebody or something with a name.
type named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type customerView struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

type questionView struct {
	Text        string     `json:"text"`
	Confirmed   bool       `json:"confirmed"`
	AskedAt     *time.Time `json:"asked_at"`
	ConfirmedAt *time.Time `json:"confirmed_at"`
}

type duePromise struct {
	ID   string    `json:"id"`
	Text string    `json:"text"`
	Due  time.Time `json:"due"`
}

// row is a case in a list.
type row struct {
	ID           string        `json:"id"`
	Number       string        `json:"number"`
	Subject      string        `json:"subject"`
	Status       cases.Status  `json:"status"`
	ClosedBy     cases.How     `json:"closed_by"`
	Channel      string        `json:"channel"`
	Preview      string        `json:"preview"`
	Customer     customerView  `json:"customer"`
	Owner        *named        `json:"owner"`
	Department   *named        `json:"department"`
	Question     *questionView `json:"question"`
	CreatedAt    time.Time     `json:"created_at"`
	UpdatedAt    time.Time     `json:"updated_at"`
	WaitingSince *time.Time    `json:"waiting_since"`
	WaitingOn    cases.Turn    `json:"waiting_on"`
	AnswerDue    *time.Time    `json:"answer_due"`
	NextPromise  *duePromise   `json:"next_promise"`
	SnoozedUntil *time.Time    `json:"snoozed_until"`
	Tags         []string      `json:"tags"`
	Unread       bool          `json:"unread"`
	Dissatisfied bool          `json:"dissatisfied"`
	Seq          int64         `json:"seq"`
}

// moment is null for the zero time.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func rowOf(c *cases.Case, departments map[ident.Department]string) row {
	v := row{
		ID: ident.Text(c.ID), Number: c.Number, Subject: c.Subject, Status: c.Status, ClosedBy: c.ClosedBy, Channel: c.Channel,
		Preview: c.Preview, Customer: customerView{ident.Text(c.Party), c.PartyName, c.PartyAddress}, CreatedAt: c.Created,
		UpdatedAt: c.Updated, WaitingSince: moment(c.WaitingSince), WaitingOn: c.Turn, AnswerDue: moment(c.AnswerDue), SnoozedUntil: moment(c.SnoozedUntil),
		Tags: c.Tags, Unread: c.Unread, Dissatisfied: c.Dissatisfied, Seq: c.Seq,
	}
	if v.Tags == nil {
		v.Tags = []string{}
	}
	if c.Owner != 0 {
		v.Owner = &named{ident.Text(c.Owner), c.OwnerName}
	}
	if c.Department != 0 {
		v.Department = &named{ident.Text(c.Department), departments[c.Department]}
	}
	if c.Question != "" {
		v.Question = &questionView{c.Question, !c.QuestionConfirmed.IsZero(), moment(c.QuestionAsked), moment(c.QuestionConfirmed)}
	}
	if c.Promise != 0 {
		v.NextPromise = &duePromise{ident.Text(c.Promise), c.PromiseText, c.PromiseDue}
	}
	return v
}

// rowsOf makes the rows of a page.
func (c *call) rowsOf(tx *sqldb.Tx, list []cases.Case) ([]row, error) {
	departments, err := c.departments(tx, list)
	if err != nil {
		return nil, err
	}
	rows := make([]row, len(list))
	for i := range list {
		rows[i] = rowOf(&list[i], departments)
	}
	return rows, nil
}

// departments gives the names of those that the cases belong to. Retired ones are not in the room's list and are read
// one by one, each once.
func (c *call) departments(tx *sqldb.Tx, list []cases.Case) (map[ident.Department]string, error) {
	names := map[ident.Department]string{}
	listed := false
	for i := range list {
		id := list[i].Department
		if id == 0 {
			continue
		}
		if !listed {
			listed = true
			all, err := c.Flow.Org.Departments(tx, c.who.Org)
			if err != nil {
				return nil, err
			}
			for _, d := range all {
				names[d.ID] = d.Name
			}
		}
		if _, ok := names[id]; ok {
			continue
		}
		d, err := c.Flow.Org.Department(tx, c.who.Org, id)
		if err != nil {
			return nil, err
		}
		names[id] = d.Name
	}
	return names, nil
}
