package cases

import (
	"fmt"
	"strings"
	"time"

	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Line lists the cases that wait for somebody to take them, the first one due first. A case whose customer is in a live
// contact is not among them: it waits in the queue.
func (r *Room) Line(tx *sqldb.Tx, org ident.Org, limit int) ([]Case, error) {
	return sqldb.All(tx, scan, `select `+columns+` from cases where org = $1 and owner is null and due_at is not null
		and snoozed_until is null order by due_at, id limit $2`, org, limit)
}

// InLine counts them, up to a thousand.
func (r *Room) InLine(tx *sqldb.Tx, org ident.Org) (int64, error) {
	return sqldb.Value(tx, `select count(*) from (select 1 from cases where org = $1 and owner is null and due_at is not null
		and snoozed_until is null limit $2) as counted`, org, countLimit)
}

// Before counts those of the line that come before a case of it: due earlier, for the same department or for whoever is
// free. It counts no further than MostBefore.
func (r *Room) Before(tx *sqldb.Tx, c *Case) (int64, error) {
	return sqldb.Value(tx, `select count(*) from (select 1 from cases where org = $1 and owner is null and due_at is not null
		and snoozed_until is null and (due_at, id) < ($2, $3) and (department is null or cast($5 as bigint) = 0 or department = $5)
		limit $4) as counted`, c.Org, c.Due(), c.ID, MostBefore, c.Department)
}

// MostBefore is up to where is counted who comes before a case.
const MostBefore = countLimit

// LeftBehind counts those of the line who were to be answered earlier than a case, for the same department and by somebody
// who knows the same, when that case is taken. Left out: those in but, which are put to somebody themselves.
func (r *Room) LeftBehind(tx *sqldb.Tx, c *Case, but []ident.Case) (int64, error) {
	args, out := []any{c.Org, c.Due(), c.ID, c.Department, c.Needs.Text(), countLimit}, strings.Builder{}
	for _, id := range but {
		args = append(args, id)
		fmt.Fprintf(&out, " and id <> $%d", len(args))
	}
	return sqldb.Value(tx, `select count(*) from (select 1 from cases where org = $1 and owner is null and due_at is not null
		and snoozed_until is null and (due_at, id) < ($2, $3) and coalesce(department, 0) = $4 and needs = $5`+out.String()+` limit $6) as counted`, args...)
}

// FirstDue is when the first of an agent's own cases is due; the zero time when none waits for the agent.
func (r *Room) FirstDue(tx *sqldb.Tx, org ident.Org, a ident.Agent) (time.Time, error) {
	return sqldb.One(tx, func(r sqldb.Row, t *time.Time) error { return r.Scan(sqldb.Time(t)) },
		`select min(due_at) from cases where org = $1 and owner = $2 and due_at is not null and snoozed_until is null`, org, a)
}

// OpenOf lists the cases that an agent owns and that are not closed, at most limit.
func (r *Room) OpenOf(tx *sqldb.Tx, org ident.Org, a ident.Agent, limit int) ([]ident.Case, error) {
	return sqldb.All(tx, func(r sqldb.Row, id *ident.Case) error { return r.Scan(id) }, `select id from cases
		where org = $1 and owner = $2 and owner is not null and status <> 'closed' order by updated_at desc limit $3`, org, a, limit)
}

// DueAnswer lists cases of all organisations whose answer must be looked at now, at most limit.
func (r *Room) DueAnswer(tx *sqldb.Tx, limit int) ([]Case, error) {
	return sqldb.All(tx, scan, `select `+columns+` from cases where answer_next is not null and answer_next <= $1
		order by answer_next limit $2`, tx.Now(), limit)
}

// answered ends the customer's waiting with an answer, and keeps how that compares with what was promised.
func (r *Room) answered(tx *sqldb.Tx, c *Case, by ledger.Actor) error {
	due, since := c.AnswerDue, c.WaitingSince
	c.waitsNoMore()
	if due.IsZero() || since.IsZero() || by.Kind != ledger.Agent {
		return nil
	}
	_, err := tx.Exec(`insert into answer (org, id, case_id, channel, department, agent, since, due, answered_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, c.Org, tx.NewID(), c.ID, c.Channel, sqldb.Null(c.Department), sqldb.Null(by.ID), since, due, tx.Now())
	return err
}

// Awaits records by when the customer of a case gets an answer, where nothing else of it changes.
func (r *Room) Awaits(tx *sqldb.Tx, c *Case, e Expected) error {
	if !c.AnswerDue.IsZero() || e.Due.IsZero() {
		return nil
	}
	c.Expect(e)
	return r.keep(tx, c, ledger.Desk, ChangedFact{What: "answer_due"})
}

// Reminded records that an answer is nearly late, or late. It is false when there is nothing to look at any more.
func (r *Room) Reminded(tx *sqldb.Tx, c *Case) (bool, error) {
	now := tx.Now()
	if c.AnswerNext.IsZero() || c.AnswerNext.After(now) {
		return false, nil
	}
	var fact ledger.Fact = AnswerNear{Due: c.AnswerDue}
	if c.AnswerNext = c.AnswerDue; !c.AnswerDue.After(now) {
		c.AnswerNext, fact = time.Time{}, AnswerLate{Due: c.AnswerDue}
	}
	return true, r.keep(tx, c, ledger.Desk, fact)
}
