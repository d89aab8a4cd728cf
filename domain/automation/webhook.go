package automation

import (
	"errors"
	"fmt"
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// State is where a call is.
type State string

// The states of a call.
const (
	Queued State = "queued"
	Sent   State = "sent"
	Failed State = "failed" // given up; somebody may send it again
)

// Call is one call to another program.
type Call struct {
	ID       ident.Row
	Org      ident.Org
	Rule     ident.Rule
	Case     ident.Case
	URL      string
	Body     string // JSON
	State    State
	Attempts int
	Reason   string // why the last attempt failed
	Next     time.Time
	Created  time.Time
	Sent     time.Time
}

const callColumns = `id, org, rule, case_id, url, body, state, attempts, reason, next_at, created_at, sent_at`

func scanCall(r sqldb.Row, c *Call) error {
	return r.Scan(&c.ID, &c.Org, &c.Rule, &c.Case, &c.URL, &c.Body, &c.State, &c.Attempts, &c.Reason, sqldb.Time(&c.Next),
		sqldb.Time(&c.Created), sqldb.Time(&c.Sent))
}

// NextCall makes the identifier of a call: it stands in the body too.
func (r *Room) NextCall(tx *sqldb.Tx) ident.Row { return ident.Row(tx.NewID()) }

// Post puts a call on its way. It leaves after the commit.
func (r *Room) Post(tx *sqldb.Tx, c Call) error {
	if _, err := tx.Exec(`insert into webhook_call (org, id, rule, case_id, url, body, state, next_at, created_at)
		values ($1, $2, $3, $4, $5, $6, 'queued', $7, $8)`, c.Org, c.ID, c.Rule, c.Case, c.URL, c.Body, tx.Now(), tx.Now()); err != nil {
		return err
	}
	return r.wake(tx, c)
}

// wake lets somebody look at the calls of a rule; a receiver that was down is left alone until its time.
func (r *Room) wake(tx *sqldb.Tx, c Call) error {
	_, err := tx.Exec(`insert into receiver (org, rule, next_at) values ($1, $2, $3)
		on conflict (org, rule) do update set next_at = coalesce(receiver.next_at, excluded.next_at)`, c.Org, c.Rule, tx.Now())
	return err
}

// hold is how long a node has a receiver for itself before another may begin. A call takes at most ten seconds; with less
// than enough left the node asks for more before the next. batch is how many calls it takes.
const (
	hold   = 20 * time.Second
	enough = 15 * time.Second
	batch  = 20
)

// Line is the calls that are due at one receiver, at most one of each case, so that the next of a case leaves after it.
type Line struct {
	Rule     Rule
	Calls    []Call
	failures int64
	until    time.Time // it is held; what stands in the row, so that nobody else's hold is taken for it
}

type due struct {
	org      ident.Org
	rule     ident.Rule
	failures int64
}

// Lease takes the lines of at most limit receivers that are due and keeps other nodes off them for a while.
func (r *Room) Lease(tx *sqldb.Tx, limit int) ([]Line, error) {
	all, err := sqldb.All(tx, func(row sqldb.Row, d *due) error { return row.Scan(&d.org, &d.rule, &d.failures) },
		`select org, rule, failures from receiver where next_at <= $1 and held_until <= $1 order by next_at limit $2 {skip locked}`, tx.Now(), limit)
	if err != nil {
		return nil, err
	}
	var lines []Line
	for _, d := range all {
		l := Line{failures: d.failures, until: tx.Now().Add(hold)}
		if _, err := tx.Exec(`update receiver set next_at = $3, held_until = $3 where org = $1 and rule = $2`, d.org, d.rule, l.until); err != nil {
			return nil, err
		}
		if l.Rule, err = r.Rule(tx, d.org, d.rule); err != nil {
			return nil, err
		}
		if l.Calls, err = sqldb.All(tx, scanCall, `select `+callColumns+` from webhook_call c
			where org = $1 and rule = $2 and state = 'queued' and next_at <= $3 and not exists (
				select 1 from webhook_call p where p.org = c.org and p.rule = c.rule and p.case_id = c.case_id and p.id < c.id and p.state = 'queued')
			order by id limit $4`, d.org, d.rule, tx.Now(), batch); err != nil {
			return nil, err
		}
		lines = append(lines, l)
	}
	return lines, nil
}

// Lasts says whether a receiver is still held for as long as a call may take.
func (l Line) Lasts(now time.Time) bool { return l.until.Sub(now) >= enough }

// Hold keeps other nodes off a receiver for longer. It is false when another node has it by now, or may take it: this one
// took too long, and makes no more of its calls.
func (r *Room) Hold(tx *sqldb.Tx, l *Line) (bool, error) {
	until := tx.Now().Add(hold)
	n, err := tx.Exec(`update receiver set next_at = $3, held_until = $3 where org = $1 and rule = $2 and held_until = $4 and held_until > $5`,
		l.Rule.Org, l.Rule.ID, until, l.until, tx.Now())
	if err != nil || n == 0 {
		return false, err
	}
	l.until = until
	return true, nil
}

// NextDue is when a receiver wants to be looked at; the zero time when nothing waits.
func (r *Room) NextDue(tx *sqldb.Tx) (time.Time, error) {
	return sqldb.One(tx, func(row sqldb.Row, t *time.Time) error { return row.Scan(sqldb.Time(t)) }, `select min(next_at) from receiver`)
}

// giveUp is how long a call is tried, atLeast how often, keep how long one that arrived is remembered.
const (
	giveUp  = 72 * time.Hour
	atLeast = 8
	keep    = 30 * 24 * time.Hour
)

// Backoff is the pause after the n-th failure in a row: half a minute, doubling, at most fifteen minutes, so that a
// receiver that is back gets everything soon.
func Backoff(n int64) time.Duration {
	d := 30 * time.Second
	for ; n > 1 && d < 15*time.Minute; n-- {
		d *= 2
	}
	return min(d, 15*time.Minute)
}

// Arrived records that a receiver took a call; once, whoever says so.
func (r *Room) Arrived(tx *sqldb.Tx, c Call) error {
	_, err := tx.Exec(`update webhook_call set state = 'sent', sent_at = $3, reason = '', attempts = attempts + 1
		where org = $1 and id = $2 and state <> 'sent'`, c.Org, c.ID, tx.Now())
	return err
}

// Refused records an attempt that failed. A call that was tried for long enough is given up, and those behind it go on. One
// that arrived meanwhile, by another node, stays so.
func (r *Room) Refused(tx *sqldb.Tx, c Call, why error) error {
	state, n := Queued, int64(c.Attempts+1)
	if n >= atLeast && !tx.Now().Before(c.Created.Add(giveUp)) {
		state = Failed
	}
	_, err := tx.Exec(`update webhook_call set state = $3, attempts = $4, reason = $5, next_at = $6
		where org = $1 and id = $2 and state <> 'sent'`, c.Org, c.ID, string(state), n, reasonOf(fault.Of(why)), tx.Now().Add(Backoff(n)))
	return err
}

// reasonOf is why an attempt failed: what the receiver answered, or the key of a message.
func reasonOf(f *fault.Fault) string {
	if status, ok := f.Args["status"]; ok {
		return fmt.Sprint("HTTP ", status)
	}
	return f.Key
}

// Done lets go of a receiver. When it is down all its calls wait; else the next that is due is for somebody to look at. A
// receiver that another node has by now is left to that.
func (r *Room) Done(tx *sqldb.Tx, l Line, down error) error {
	// The row is a lock: what is posted meanwhile is seen here, or wakes the receiver after this.
	n, err := tx.Exec(`update receiver set next_at = null, held_until = 0 where org = $1 and rule = $2 and held_until = $3`, l.Rule.Org, l.Rule.ID, l.until)
	if err != nil || n == 0 {
		return err
	}
	next, err := sqldb.One(tx, func(row sqldb.Row, t *time.Time) error { return row.Scan(sqldb.Time(t)) },
		`select min(next_at) from webhook_call c where org = $1 and rule = $2 and state = 'queued' and not exists (
			select 1 from webhook_call p where p.org = c.org and p.rule = c.rule and p.case_id = c.case_id and p.id < c.id and p.state = 'queued')`,
		l.Rule.Org, l.Rule.ID)
	if err != nil {
		return err
	}
	failures := int64(0)
	if down != nil {
		failures = l.failures + 1
		next = tx.Now().Add(Backoff(failures))
	}
	if _, err := tx.Exec(`update receiver set next_at = $3, failures = $4 where org = $1 and rule = $2`, l.Rule.Org, l.Rule.ID, next, failures); err != nil {
		return err
	}
	_, err = tx.Exec(`delete from webhook_call where org = $1 and rule = $2 and sent_at < $3`, l.Rule.Org, l.Rule.ID, tx.Now().Add(-keep))
	return err
}

// Calls lists the calls of a rule, newest first.
func (r *Room) Calls(tx *sqldb.Tx, o ident.Org, id ident.Rule, limit int) ([]Call, error) {
	return sqldb.All(tx, scanCall, `select `+callColumns+` from webhook_call where org = $1 and rule = $2 order by id desc limit $3`, o, id, limit)
}

// Call reads one.
func (r *Room) Call(tx *sqldb.Tx, o ident.Org, id ident.Row) (Call, error) {
	c, err := sqldb.One(tx, scanCall, `select `+callColumns+` from webhook_call where org = $1 and id = $2`, o, id)
	if errors.Is(err, sqldb.ErrNone) {
		return c, fault.New(fault.Unknown, "automation.unknown")
	}
	return c, err
}

// Resend puts a call that was given up on its way again, and one that waits goes now.
func (r *Room) Resend(tx *sqldb.Tx, o ident.Org, id ident.Row) (Call, error) {
	c, err := r.Call(tx, o, id)
	if err != nil {
		return c, err
	}
	n, err := tx.Exec(`update webhook_call set state = 'queued', next_at = $3, created_at = $3, attempts = 0
		where org = $1 and id = $2 and state <> 'sent'`, o, id, tx.Now())
	if err != nil {
		return c, err
	}
	if n == 0 {
		return c, fault.New(fault.Conflict, "automation.call_arrived")
	}
	if err := r.wake(tx, c); err != nil {
		return c, err
	}
	// Nobody begins while another node is busy with the receiver.
	_, err = tx.Exec(`update receiver set next_at = {greatest}($3, held_until) where org = $1 and rule = $2`, o, c.Rule, tx.Now())
	return c, err
}
