package automation

import (
	"encoding/json"
	"time"

	"balie/domain/conversation"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Outcome says what became of a rule that applied.
type Outcome string

// The outcomes.
const (
	Ran    Outcome = "ran"
	Paused Outcome = "paused" // it had run too often in this case
)

// Run is one time that a rule applied.
type Run struct {
	Rule    ident.Rule
	Case    ident.Case
	Number  string // of the case
	Seq     int64  // of the fact
	At      time.Time
	Outcome Outcome
	Replied bool // a saved reply went to the customer
	Deeds   []conversation.Deed
}

// MostRuns is how often a rule runs in one case within Within; then it pauses there.
const (
	MostRuns = 5
	Within   = time.Hour
)

// ReplyEvery is how long a case that got a saved reply by itself gets no other: two machines do not keep writing to each
// other (threats T5 and T6).
const ReplyEvery = 24 * time.Hour

// Past says what a rule did before in a case.
type Past struct {
	Had     bool // this very fact was handled
	Full    bool // it ran as often as it may
	Told    bool // it was said that it pauses
	Replied bool // the case had a saved reply by itself not long ago
}

// Before looks up what a rule did in a case before a fact.
func (r *Room) Before(tx *sqldb.Tx, v Rule, c ident.Case, seq int64) (Past, error) {
	var p Past
	had, err := sqldb.Value(tx, `select count(*) from rule_run where org = $1 and rule = $2 and seq = $3`, v.Org, v.ID, seq)
	if err != nil || had > 0 {
		p.Had = had > 0
		return p, err
	}
	count := func(outcome Outcome) (int64, error) {
		return sqldb.Value(tx, `select count(*) from rule_run where org = $1 and case_id = $2 and at > $3 and rule = $4 and outcome = $5`,
			v.Org, c, tx.Now().Add(-Within), v.ID, string(outcome))
	}
	ran, err := count(Ran)
	if err != nil {
		return p, err
	}
	paused, err := count(Paused)
	if err != nil {
		return p, err
	}
	replied, err := sqldb.Value(tx, `select count(*) from rule_run where org = $1 and case_id = $2 and at > $3 and replied = 1`,
		v.Org, c, tx.Now().Add(-ReplyEvery))
	return Past{Full: ran >= MostRuns, Told: paused > 0, Replied: replied > 0}, err
}

// Keep records that a rule applied to a fact. Twice for one fact is a conflict.
func (r *Room) Keep(tx *sqldb.Tx, o ident.Org, run Run) error {
	deeds, err := json.Marshal(run.Deeds)
	if err != nil {
		return fault.Wrap(fault.Internal, "ground.internal", err)
	}
	_, err = tx.Exec(`insert into rule_run (org, rule, seq, case_id, number, at, outcome, replied, deeds) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		o, run.Rule, run.Seq, run.Case, run.Number, tx.Now(), string(run.Outcome), run.Replied, string(deeds))
	return err
}

// Runs lists what a rule did, newest first.
func (r *Room) Runs(tx *sqldb.Tx, o ident.Org, id ident.Rule, limit int) ([]Run, error) {
	return sqldb.All(tx, scanRun, `select rule, case_id, number, seq, at, outcome, replied, deeds from rule_run
		where org = $1 and rule = $2 order by seq desc limit $3`, o, id, limit)
}

func scanRun(row sqldb.Row, v *Run) error {
	var deeds string
	if err := row.Scan(&v.Rule, &v.Case, &v.Number, &v.Seq, sqldb.Time(&v.At), &v.Outcome, sqldb.Bool(&v.Replied), &deeds); err != nil {
		return err
	}
	return json.Unmarshal([]byte(deeds), &v.Deeds)
}

// Count is how often a rule applied since a moment.
func (r *Room) Count(tx *sqldb.Tx, o ident.Org, id ident.Rule, since time.Time) (int64, error) {
	return sqldb.Value(tx, `select count(*) from rule_run where org = $1 and rule = $2 and at > $3`, o, id, since)
}
