package queue

import (
	"time"

	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Stay is the customer's own choice to wait on for the agent who is wanted, where a colleague could help sooner.
type Stay struct {
	At    time.Time     // when it was chosen last; zero: never
	Until time.Time     // the customer waits for nobody else until then; zero: no longer
	Bound time.Duration // within this the agent was said to have room, nine times of ten; zero: nothing could be said
}

// Holds says whether the customer waits on for one agent now.
func (s Stay) Holds() bool { return !s.Until.IsZero() }

// Over says whether the customer did, and it came to nothing.
func (s Stay) Over() bool { return !s.At.IsZero() && s.Until.IsZero() }

// Stayed says that a customer chose to wait on for one agent.
type Stayed struct {
	Contact ident.Contact `json:"contact,string"`
	Agent   ident.Agent   `json:"agent,string"`
	Until   time.Time     `json:"until"`
}

// Kind is the fact's name.
func (Stayed) Kind() string { return "queue.stayed" }

// StayEnded says that an agent for whom a customer waited on did not come: the time is over, or the agent is away.
type StayEnded struct {
	Contact ident.Contact `json:"contact,string"`
	Agent   ident.Agent   `json:"agent,string"`
}

// Kind is the fact's name.
func (StayEnded) Kind() string { return "queue.stay_ended" }

// Stay lets a wait go on for the agent who is wanted, with the rank that it has.
func (r *Room) Stay(tx *sqldb.Tx, at ledger.At, w Wait, s Stay) error {
	n, err := tx.Exec(`update wait set stay_at = $3, stay_until = $4, stay_bound = $5 where org = $1 and id = $2 and state = 'waiting'`,
		w.Org, w.ID, s.At, s.Until, sqldb.Null(int64(s.Bound/time.Second)))
	if err != nil || n == 0 {
		return err
	}
	_, err = r.log.Append(tx, at, Stayed{Contact: w.Contact, Agent: w.Wanted, Until: s.Until})
	return err
}

// StayEnds lets a wait go on for whoever is free, with the rank that it has. The agent is still asked first when there.
func (r *Room) StayEnds(tx *sqldb.Tx, w Wait) error {
	n, err := tx.Exec(`update wait set stay_until = null where org = $1 and id = $2 and state = 'waiting' and stay_until is not null`, w.Org, w.ID)
	if err != nil || n == 0 {
		return err
	}
	_, err = r.log.Append(tx, ledger.At{Org: w.Org, Case: w.Case, Actor: ledger.Desk}, StayEnded{Contact: w.Contact, Agent: w.Wanted})
	return err
}

// Staying lists those who wait on for one agent, the first one whose time is over first. The last condition, which is always
// true, has SQLite go by the index of these few and not along the whole line.
func (r *Room) Staying(tx *sqldb.Tx, org ident.Org) ([]Wait, error) {
	return sqldb.All(tx, scan, `select `+columns+` from wait where org = $1 and state = 'waiting' and stay_until is not null
		and stay_until > 0 order by stay_until, id`, org)
}

// StayingIn counts them.
func (r *Room) StayingIn(tx *sqldb.Tx, org ident.Org) (int, error) {
	n, err := sqldb.Value(tx, `select count(*) from wait where org = $1 and state = 'waiting' and stay_until is not null
		and stay_until > 0`, org)
	return int(n), err
}

// Crowd is who comes before a wait.
type Crowd struct {
	Anybody int // for whoever is free
	Same    int // on for the same agent
}

// Crowd counts who comes before a wait. Left out: who waits on for another agent.
func (r *Room) Crowd(tx *sqldb.Tx, w Wait) (Crowd, error) {
	return sqldb.One(tx, func(r sqldb.Row, c *Crowd) error { return r.Scan(&c.Anybody, &c.Same) },
		`select cast(coalesce(sum(case when stay_until is null then 1 else 0 end), 0) as bigint),
		cast(coalesce(sum(case when stay_until is not null and wanted = $5 then 1 else 0 end), 0) as bigint) from wait
		where org = $1 and state = 'waiting' and (rank < $2 or (rank = $2 and id < $3))
		and (department is null or cast($4 as bigint) = 0 or department = $4)`, w.Org, w.Rank, w.ID, w.Department, w.Wanted)
}
