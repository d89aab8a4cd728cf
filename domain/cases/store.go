package cases

import (
	"embed"
	"errors"
	"fmt"
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

// Room is the room of the cases.
type Room struct{ log *ledger.Log }

// NewRoom makes the room; New is a status in this package.
func NewRoom(log *ledger.Log) *Room { return &Room{log: log} }

const columns = `id, org, number, subject, status, closed_by, channel, desk_address, party, party_name, party_address,
	owner, owner_name, department, question, question_asked_at, question_confirmed_at, solution, preview, created_at,
	updated_at, waiting_on, waiting_since, promise, promise_text, promise_due, snoozed_until, silence_due,
	silence_asked_at, closed_at, dissatisfied, unread, merged_into, link_version, seq, tags, answer_due, answer_next, needs`

func scan(r sqldb.Row, c *Case) error {
	var tags, needs string
	err := r.Scan(&c.ID, &c.Org, &c.Number, &c.Subject, &c.Status, &c.ClosedBy, &c.Channel, &c.DeskAddress, &c.Party,
		&c.PartyName, &c.PartyAddress, sqldb.Int(&c.Owner), &c.OwnerName, sqldb.Int(&c.Department), &c.Question,
		sqldb.Time(&c.QuestionAsked), sqldb.Time(&c.QuestionConfirmed), &c.Solution, &c.Preview, sqldb.Time(&c.Created),
		sqldb.Time(&c.Updated), &c.Turn, sqldb.Time(&c.WaitingSince), sqldb.Int(&c.Promise), &c.PromiseText,
		sqldb.Time(&c.PromiseDue), sqldb.Time(&c.SnoozedUntil), sqldb.Time(&c.SilenceDue), sqldb.Time(&c.SilenceAsked),
		sqldb.Time(&c.ClosedAt), sqldb.Bool(&c.Dissatisfied), sqldb.Bool(&c.Unread), sqldb.Int(&c.MergedInto),
		&c.LinkVersion, &c.Seq, &tags, sqldb.Time(&c.AnswerDue), sqldb.Time(&c.AnswerNext), &needs)
	c.Needs = ReadNeeds(needs)
	if tags != "" {
		c.Tags = strings.Split(tags, "\n")
	}
	return err
}

// These loads the cases with these identifiers that a filter lets through, in no order; those that the organisation has
// not are left out. The page of the filter does not count.
func (r *Room) These(tx *sqldb.Tx, org ident.Org, ids []ident.Case, f Filter) ([]Case, error) {
	if f.View == "" {
		f.View = All
	}
	if _, ok := orders[f.View]; !ok {
		return nil, fault.New(fault.Invalid, "cases.view_unknown", "view", string(f.View))
	}
	if len(ids) == 0 {
		return nil, nil
	}
	f.Tag = tagName(f.Tag)
	// The plus keeps SQLite, which has no statistics here, from walking an index of the whole organisation.
	q := page{where: []string{"+org = $1"}, args: []any{org}}
	f.clauses(&q)
	var marks strings.Builder
	for i := 0; i < len(ids) || i%idStep != 0; i++ {
		q.args = append(q.args, ids[min(i, len(ids)-1)])
		fmt.Fprintf(&marks, ", $%d", len(q.args))
	}
	return sqldb.Some(tx, len(ids), scan, `select `+columns+` from cases where `+strings.Join(q.where, " and ")+
		` and id in (`+marks.String()[2:]+`)`, q.args...)
}

// idStep keeps the number of different texts of the query small: statements are prepared once per text.
const idStep = 20

// Get loads a case; fault.Unknown when the organisation has none with this identifier.
func (r *Room) Get(tx *sqldb.Tx, org ident.Org, id ident.Case) (Case, error) {
	c, err := sqldb.One(tx, scan, `select `+columns+` from cases where org = $1 and id = $2`, org, id)
	if errors.Is(err, sqldb.ErrNone) {
		return c, fault.New(fault.Unknown, "cases.unknown")
	}
	return c, err
}

// Lead follows merges: the case that a case goes on as.
func (r *Room) Lead(tx *sqldb.Tx, org ident.Org, id ident.Case) (Case, error) {
	for range 10 {
		c, err := r.Get(tx, org, id)
		if err != nil || c.MergedInto == 0 {
			return c, err
		}
		id = c.MergedInto
	}
	return Case{}, fault.New(fault.Conflict, "cases.merged_in_a_circle")
}

// ByNumber finds a case by its number.
func (r *Room) ByNumber(tx *sqldb.Tx, org ident.Org, number string) (Case, error) {
	c, err := sqldb.One(tx, scan, `select `+columns+` from cases where org = $1 and number = $2`, org, number)
	if errors.Is(err, sqldb.ErrNone) {
		return c, fault.New(fault.Unknown, "cases.unknown")
	}
	return c, err
}

// number takes the next number of the organisation in the year of now.
func (r *Room) number(tx *sqldb.Tx, org ident.Org) (string, error) {
	year := tx.Now().Year()
	n, err := sqldb.Value(tx, `insert into case_number (org, year, last) values ($1, $2, 1)
		on conflict (org, year) do update set last = case_number.last + 1 returning last`, org, year)
	return fmt.Sprintf("%d-%d", year, n), err
}

func (r *Room) insert(tx *sqldb.Tx, c Case) error {
	_, err := tx.Exec(`insert into cases (org, id, number, subject, status, channel, desk_address, party, party_name,
		party_address, department, preview, created_at, updated_at, waiting_on, waiting_since, unread, seq, answer_due, answer_next, due_at, needs)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
		c.Org, c.ID, c.Number, c.Subject, string(c.Status), c.Channel, c.DeskAddress, c.Party, c.PartyName,
		c.PartyAddress, sqldb.Null(c.Department), c.Preview, c.Created, c.Updated, string(c.Turn), c.WaitingSince, c.Unread, c.Seq,
		c.AnswerDue, c.AnswerNext, c.Due(), c.Needs.Text())
	return err
}

// save writes everything that can change. The row is read and written in one transaction; on PostgreSQL Take has
// locked it.
func (r *Room) save(tx *sqldb.Tx, c *Case) error {
	c.Updated = tx.Now().UTC().Truncate(time.Millisecond) // as it will be read
	_, err := tx.Exec(`update cases set subject = $3, status = $4, closed_by = $5, owner = $6, owner_name = $7, department = $8,
		question = $9, question_asked_at = $10, question_confirmed_at = $11, solution = $12, preview = $13, updated_at = $14,
		waiting_on = $15, waiting_since = $16, promise = $17, promise_text = $18, promise_due = $19, snoozed_until = $20,
		silence_due = $21, silence_asked_at = $22, closed_at = $23, dissatisfied = $24, unread = $25, merged_into = $26,
		link_version = $27, seq = $28, party_name = $29, party_address = $30, party = $31, tags = $32,
		answer_due = $33, answer_next = $34, due_at = $35, needs = $36 where org = $1 and id = $2`,
		c.Org, c.ID, c.Subject, string(c.Status), string(c.ClosedBy), sqldb.Null(c.Owner), c.OwnerName, sqldb.Null(c.Department),
		c.Question, c.QuestionAsked, c.QuestionConfirmed, c.Solution, c.Preview, c.Updated,
		string(c.Turn), c.WaitingSince, sqldb.Null(c.Promise), c.PromiseText, c.PromiseDue, c.SnoozedUntil,
		c.SilenceDue, c.SilenceAsked, c.ClosedAt, c.Dissatisfied, c.Unread, sqldb.Null(c.MergedInto),
		c.LinkVersion, c.Seq, c.PartyName, c.PartyAddress, c.Party, strings.Join(c.Tags, "\n"),
		c.AnswerDue, c.AnswerNext, c.Due(), c.Needs.Text())
	if err != nil || len(c.Tags) == 0 {
		return err
	}
	_, err = tx.Exec(`update tag set updated_at = $3 where org = $1 and case_id = $2`, c.Org, c.ID, c.Updated)
	return err
}

// Take loads a case to change it: until the transaction ends nobody else does.
func (r *Room) Take(tx *sqldb.Tx, org ident.Org, id ident.Case) (Case, error) {
	if tx.Engine() == sqldb.Postgres {
		if _, err := tx.Exec(`select 1 from cases where org = $1 and id = $2 for update`, org, id); err != nil {
			return Case{}, err
		}
	}
	return r.Get(tx, org, id)
}
