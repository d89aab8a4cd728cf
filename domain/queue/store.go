package queue

import (
	"embed"
	"errors"
	"time"

	"balie/domain/cases"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Migrations makes the tables of this room.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Room is the room of those who wait.
type Room struct{ log *ledger.Log }

// New makes the room.
func New(log *ledger.Log) *Room { return &Room{log: log} }

const columns = `id, org, contact, case_id, channel, department, wanted, rank, joined_at, state, ended_at, agent, told_position, told_wait, told_bound, line_bound, needs,
	stay_at, stay_until, stay_bound`

func scan(r sqldb.Row, w *Wait) error {
	var wait, bound, line, stay int64
	var needs string
	err := r.Scan(&w.ID, &w.Org, &w.Contact, &w.Case, &w.Channel, sqldb.Int(&w.Department), sqldb.Int(&w.Wanted), sqldb.Time(&w.Rank),
		sqldb.Time(&w.Joined), &w.State, sqldb.Time(&w.Ended), sqldb.Int(&w.Agent), sqldb.Int(&w.Told.Position), sqldb.Int(&wait), sqldb.Int(&bound),
		sqldb.Int(&line), &needs, sqldb.Time(&w.Stay.At), sqldb.Time(&w.Stay.Until), sqldb.Int(&stay))
	w.Needs = cases.ReadNeeds(needs)
	w.Told.Wait, w.Told.Bound, w.Told.Line = time.Duration(wait)*time.Second, time.Duration(bound)*time.Second, time.Duration(line)*time.Second
	w.Stay.Bound = time.Duration(stay) * time.Second
	return err
}

// credit is how far back an attempt on the same matter still counts.
const credit = 24 * time.Hour

// Join puts a contact in the queue. What was waited on the same case before, without an answer, counts: nobody loses a
// place by trying again. A zero Rank is the moment of joining; a contact that goes back keeps the one it had.
func (r *Room) Join(tx *sqldb.Tx, at ledger.At, w Wait, o Outlook) (Wait, error) {
	w.ID, w.Org, w.Case, w.Joined, w.State = ident.Row(tx.NewID()), at.Org, at.Case, tx.Now(), Waiting
	if w.Rank.IsZero() {
		before, err := r.waitedBefore(tx, w)
		if err != nil {
			return w, err
		}
		w.Rank = tx.Now().Add(-before)
	}
	ahead, err := r.aheadOfNew(tx, w)
	if err != nil {
		return w, err
	}
	w.Told = o.ForecastOf(w, ahead)
	if err := r.count(tx, w.Org, w.Department, 1); err != nil {
		return w, err
	}
	if _, err := tx.Exec(`insert into wait (org, id, contact, case_id, channel, department, wanted, rank, joined_at, state,
		told_position, told_wait, told_bound, line_bound, needs) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		w.Org, w.ID, w.Contact, w.Case, w.Channel, sqldb.Null(w.Department), sqldb.Null(w.Wanted), w.Rank, w.Joined, string(w.State),
		w.Told.Position, sqldb.Null(int64(w.Told.Wait/time.Second)), sqldb.Null(int64(w.Told.Bound/time.Second)),
		sqldb.Null(int64(w.Told.Line/time.Second)), w.Needs.Text()); err != nil {
		return w, err
	}
	_, err = r.log.Append(tx, at, Joined{Contact: w.Contact, Position: w.Told.Position})
	return w, err
}

// waitedBefore sums the attempts on the same case that were not answered. The plus keeps SQLite from looking through all
// who left in that time.
func (r *Room) waitedBefore(tx *sqldb.Tx, w Wait) (time.Duration, error) {
	ms, err := sqldb.Value(tx, `select cast(coalesce(sum(ended_at - joined_at), 0) as bigint) from wait
		where org = $1 and case_id = $2 and state in ('left', 'put_off') and +ended_at > $3`, w.Org, w.Case, tx.Now().Add(-credit))
	return time.Duration(ms) * time.Millisecond, err
}

// aheadOfNew is how many come before somebody who joins. Mostly that is everybody, whose number is kept.
func (r *Room) aheadOfNew(tx *sqldb.Tx, w Wait) (int, error) {
	_, err := sqldb.Value(tx, `select 1 from wait where org = $1 and state = 'waiting' and rank > $2 limit 1`, w.Org, w.Rank)
	if err == nil {
		return r.ahead(tx, w)
	}
	if !errors.Is(err, sqldb.ErrNone) {
		return 0, err
	}
	n, err := sqldb.Value(tx, `select cast(coalesce(sum(n), 0) as bigint) from line
		where org = $1 and (cast($2 as bigint) = 0 or department in (0, $2))`, w.Org, w.Department)
	return int(n), err
}

// ahead counts those who come before a wait.
func (r *Room) ahead(tx *sqldb.Tx, w Wait) (int, error) {
	n, err := sqldb.Value(tx, `select count(*) from wait where org = $1 and state = 'waiting'
		and (rank < $2 or (rank = $2 and id < $3)) and (department is null or cast($4 as bigint) = 0 or department = $4)`, w.Org, w.Rank, w.ID, w.Department)
	return int(n), err
}

// Of is the wait of a contact that goes on; ok is false when it does not wait.
func (r *Room) Of(tx *sqldb.Tx, org ident.Org, c ident.Contact) (w Wait, ok bool, err error) {
	w, err = sqldb.One(tx, scan, `select `+columns+` from wait where org = $1 and contact = $2 and state = 'waiting' order by id desc limit 1`, org, c)
	if errors.Is(err, sqldb.ErrNone) {
		return w, false, nil
	}
	return w, err == nil, err
}

// Hold keeps the wait of a contact as it is until the transaction ends, and tells whether it goes on.
func (r *Room) Hold(tx *sqldb.Tx, org ident.Org, c ident.Contact) (bool, error) {
	lock := ""
	if tx.Engine() == sqldb.Postgres {
		lock = " for update"
	}
	_, err := sqldb.Value(tx, `select id from wait where org = $1 and contact = $2 and state = 'waiting'`+lock, org, c)
	if errors.Is(err, sqldb.ErrNone) {
		return false, nil
	}
	return err == nil, err
}

// Line lists those who wait, in the order in which they are helped.
func (r *Room) Line(tx *sqldb.Tx, org ident.Org, limit int) ([]Wait, error) {
	return sqldb.All(tx, scan, `select `+columns+` from wait where org = $1 and state = 'waiting' order by rank, id limit $2`, org, limit)
}

// Length counts those who wait.
func (r *Room) Length(tx *sqldb.Tx, org ident.Org) (int, error) {
	n, err := sqldb.Value(tx, `select cast(coalesce(sum(n), 0) as bigint) from line where org = $1`, org)
	return int(n), err
}

// Lengths counts those who wait per department; zero is whoever is free.
func (r *Room) Lengths(tx *sqldb.Tx, org ident.Org) (map[ident.Department]int, error) {
	type row struct {
		department ident.Department
		n          int
	}
	rows, err := sqldb.All(tx, func(r sqldb.Row, v *row) error { return r.Scan(&v.department, &v.n) },
		`select department, n from line where org = $1`, org)
	all := make(map[ident.Department]int, len(rows))
	for _, v := range rows {
		all[v.department] = v.n
	}
	return all, err
}

// Position is the place of a wait: 1 is next.
func (r *Room) Position(tx *sqldb.Tx, w Wait) (int, error) {
	n, err := r.ahead(tx, w)
	return n + 1, err
}

// Rehouse lets the waits of one case go on for another, when two are merged.
func (r *Room) Rehouse(tx *sqldb.Tx, org ident.Org, from, to ident.Case) error {
	_, err := tx.Exec(`update wait set case_id = $3 where org = $1 and case_id = $2`, org, from, to)
	return err
}

// Need says what an agent must know from now on to be asked for those who wait about a case. They keep their places.
func (r *Room) Need(tx *sqldb.Tx, org ident.Org, c ident.Case, needs cases.Needs) error {
	_, err := tx.Exec(`update wait set needs = $3 where org = $1 and case_id = $2 and state = 'waiting'`, org, c, needs.Text())
	return err
}

// Orgs lists the organisations where somebody waits.
func (r *Room) Orgs(tx *sqldb.Tx) ([]ident.Org, error) {
	return sqldb.All(tx, func(r sqldb.Row, o *ident.Org) error { return r.Scan(o) }, `select distinct org from line where n > 0`)
}

// Place is for whom somebody waits.
type Place struct {
	Department ident.Department // zero: whoever is free
	Wanted     ident.Agent      // asked first; zero: nobody in particular
}

// Move lets a wait go on for another department or another agent, with the rank that it has and what was told: whoever is
// handed over while waiting did not give up. Who waited on for one agent does so no longer.
func (r *Room) Move(tx *sqldb.Tx, at ledger.At, w Wait, to Place) error {
	n, err := tx.Exec(`update wait set department = $3, wanted = $4, stay_until = null,
		stay_bound = case when stay_until is null then stay_bound end where org = $1 and id = $2 and state = 'waiting'`,
		w.Org, w.ID, sqldb.Null(to.Department), sqldb.Null(to.Wanted))
	if err != nil || n == 0 {
		return err
	}
	if to.Department != w.Department {
		if err := r.count(tx, w.Org, w.Department, -1); err != nil {
			return err
		}
		if err := r.count(tx, w.Org, to.Department, 1); err != nil {
			return err
		}
	}
	_, err = r.log.Append(tx, at, Moved{Contact: w.Contact})
	return err
}

// count changes how many wait for a department.
func (r *Room) count(tx *sqldb.Tx, org ident.Org, d ident.Department, by int) error {
	_, err := tx.Exec(`insert into line (org, department, n) values ($1, $2, $3)
		on conflict (org, department) do update set n = line.n + excluded.n`, org, d, by)
	return err
}

// Serve ends a wait with an agent.
func (r *Room) Serve(tx *sqldb.Tx, at ledger.At, w Wait, a ident.Agent) error {
	if err := r.end(tx, w, Served, a); err != nil {
		return err
	}
	_, err := r.log.Append(tx, at, Answered{Contact: w.Contact, Agent: a, Waited: int64(tx.Now().Sub(w.Joined) / time.Second)})
	return err
}

// Leave ends the wait of a contact without an agent, if it waits.
func (r *Room) Leave(tx *sqldb.Tx, at ledger.At, c ident.Contact) error {
	w, ok, err := r.Of(tx, at.Org, c)
	if err != nil || !ok {
		return err
	}
	if err := r.end(tx, w, Gone, 0); err != nil {
		return err
	}
	_, err = r.log.Append(tx, at, Left{Contact: c, Waited: int64(tx.Now().Sub(w.Joined) / time.Second)})
	return err
}

// PutOff ends the wait of a contact whose customer chose another moment. It counts when they come back, and nobody gave up.
func (r *Room) PutOff(tx *sqldb.Tx, at ledger.At, c ident.Contact) error {
	w, ok, err := r.Of(tx, at.Org, c)
	if err != nil || !ok {
		return err
	}
	if err := r.end(tx, w, Later, 0); err != nil {
		return err
	}
	_, err = r.log.Append(tx, at, PutOff{Contact: c, Waited: int64(tx.Now().Sub(w.Joined) / time.Second)})
	return err
}

func (r *Room) end(tx *sqldb.Tx, w Wait, to State, a ident.Agent) error {
	n, err := tx.Exec(`update wait set state = $3, ended_at = $4, agent = $5 where org = $1 and id = $2 and state = 'waiting'`,
		w.Org, w.ID, string(to), tx.Now(), sqldb.Null(a))
	if err != nil || n == 0 {
		return err
	}
	if err := r.count(tx, w.Org, w.Department, -1); err != nil {
		return err
	}
	return r.learn(tx, w, to)
}

// OfCase lists the waits of a case, oldest first.
func (r *Room) OfCase(tx *sqldb.Tx, org ident.Org, c ident.Case) ([]Wait, error) {
	return sqldb.All(tx, scan, `select `+columns+` from wait where org = $1 and case_id = $2 order by id`, org, c)
}
