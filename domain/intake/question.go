package intake

import (
	"embed"
	"errors"
	"strings"
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Migrations makes the tables of this room.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Answer is what the customer said of a question that was read back.
type Answer string

// The answers.
const (
	None Answer = ""
	Yes  Answer = "yes"
	No   Answer = "no"
)

// Question is the customer's question in one sentence, as the agent wrote it back.
type Question struct {
	ID         ident.Row
	Org        ident.Org
	Case       ident.Case
	Text       string
	Asked      time.Time
	Answer     Answer
	Answered   time.Time
	Correction string
}

// Limit is the longest question, in characters: one sentence, not the whole story again.
const Limit = 500

// Room is the room of the question.
type Room struct{ log *ledger.Log }

// New makes the room.
func New(log *ledger.Log) *Room { return &Room{log: log} }

// ReadBackFact says that a question was read back.
type ReadBackFact struct {
	Question ident.Row `json:"question,string"`
}

// Kind is the fact's name.
func (ReadBackFact) Kind() string { return "intake.read_back" }

// ConfirmedFact says that the customer confirmed the question.
type ConfirmedFact struct {
	Question ident.Row `json:"question,string"`
}

// Kind is the fact's name.
func (ConfirmedFact) Kind() string { return "intake.confirmed" }

// CorrectedFact says that the customer put the question right.
type CorrectedFact struct {
	Question ident.Row `json:"question,string"`
}

// Kind is the fact's name.
func (CorrectedFact) Kind() string { return "intake.corrected" }

func scan(r sqldb.Row, q *Question) error {
	return r.Scan(&q.ID, &q.Org, &q.Case, &q.Text, sqldb.Time(&q.Asked), &q.Answer, sqldb.Time(&q.Answered), &q.Correction)
}

// ReadBack keeps the question as the agent understood it.
func (r *Room) ReadBack(tx *sqldb.Tx, at ledger.At, text string) (Question, error) {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		return Question{}, fault.New(fault.Invalid, "intake.question_empty")
	}
	if len([]rune(text)) > Limit {
		return Question{}, fault.New(fault.TooLarge, "intake.question_long", "limit", Limit)
	}
	q := Question{ID: ident.Row(tx.NewID()), Org: at.Org, Case: at.Case, Text: text, Asked: tx.Now()}
	if _, err := tx.Exec(`insert into question (org, id, case_id, text, asked_by, asked_at) values ($1, $2, $3, $4, $5, $6)`,
		q.Org, q.ID, q.Case, q.Text, sqldb.Null(at.Actor.ID), q.Asked); err != nil {
		return q, err
	}
	_, err := r.log.Append(tx, at, ReadBackFact{Question: q.ID})
	return q, err
}

// Last loads the newest question of a case; fault.Unknown when none was read back.
func (r *Room) Last(tx *sqldb.Tx, org ident.Org, c ident.Case) (Question, error) {
	q, err := sqldb.One(tx, scan, `select id, org, case_id, text, asked_at, answer, answered_at, correction from question
		where org = $1 and case_id = $2 order by id desc limit 1`, org, c)
	if errors.Is(err, sqldb.ErrNone) {
		return q, fault.New(fault.Unknown, "intake.not_read_back")
	}
	return q, err
}

// Confirm keeps the customer's "yes, that is my question". A second yes changes nothing and gives false.
func (r *Room) Confirm(tx *sqldb.Tx, w Word) (Question, bool, error) {
	q, err := r.Last(tx, w.org, w.cas)
	if err != nil || q.Answer == Yes {
		return q, false, err
	}
	q.Answer, q.Answered = Yes, tx.Now()
	if err := r.answer(tx, q); err != nil {
		return q, false, err
	}
	_, err = r.log.Append(tx, at(w), ConfirmedFact{Question: q.ID})
	return q, true, err
}

// Correct keeps the customer's own words when the question was not understood.
func (r *Room) Correct(tx *sqldb.Tx, w Word, text string) (Question, error) {
	q, err := r.Last(tx, w.org, w.cas)
	if err != nil {
		return q, err
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return q, fault.New(fault.Invalid, "intake.correction_empty")
	}
	q.Answer, q.Answered, q.Correction = No, tx.Now(), text
	if err := r.answer(tx, q); err != nil {
		return q, err
	}
	_, err = r.log.Append(tx, at(w), CorrectedFact{Question: q.ID})
	return q, err
}

func at(w Word) ledger.At {
	return ledger.At{Org: w.org, Case: w.cas, Party: w.party, Actor: ledger.Actor{Kind: ledger.Customer, ID: int64(w.party)}}
}

func (r *Room) answer(tx *sqldb.Tx, q Question) error {
	_, err := tx.Exec(`update question set answer = $3, answered_at = $4, correction = $5 where org = $1 and id = $2`,
		q.Org, q.ID, string(q.Answer), q.Answered, q.Correction)
	return err
}
