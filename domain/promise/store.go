package promise

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

// Room is the room of the promises.
type Room struct{ log *ledger.Log }

// New makes the room.
func New(log *ledger.Log) *Room { return &Room{log: log} }

const columns = `id, org, case_id, party, text, owner, owner_name, made_at, due, moved_from, status, kept_at, broken_at, call_at, changes`

func scan(r sqldb.Row, p *Promise) error {
	return r.Scan(&p.ID, &p.Org, &p.Case, &p.Party, &p.Text, sqldb.Int(&p.Owner), &p.OwnerName, sqldb.Time(&p.Made),
		sqldb.Time(&p.Due), sqldb.Time(&p.MovedFrom), &p.Status, sqldb.Time(&p.KeptAt), sqldb.Time(&p.BrokenAt), sqldb.Time(&p.CallAt), &p.Changes)
}

// limits of a promise: longer is a letter, and further away is not a promise.
const (
	textLimit = 500
	farthest  = 366 * 24 * time.Hour
)

func checkDue(now, due time.Time) error {
	switch {
	case due.IsZero():
		return fault.New(fault.Invalid, "promise.due_missing")
	case !due.After(now):
		return fault.New(fault.Invalid, "promise.due_in_the_past")
	case due.After(now.Add(farthest)):
		return fault.New(fault.Invalid, "promise.due_too_far")
	}
	return nil
}

// Make keeps a promise: text, owner, deadline and, of a call, the beginning of p, in the case and for the customer of at.
func (r *Room) Make(tx *sqldb.Tx, at ledger.At, p Promise) (Promise, error) {
	p.Text = strings.TrimSpace(p.Text)
	if p.Text == "" {
		return p, fault.New(fault.Invalid, "promise.text_missing")
	}
	if len([]rune(p.Text)) > textLimit {
		return p, fault.New(fault.TooLarge, "promise.text_long", "limit", textLimit)
	}
	if err := checkDue(tx.Now(), p.Due); err != nil {
		return p, err
	}
	p.ID, p.Org, p.Case, p.Party = ident.Promise(tx.NewID()), at.Org, at.Case, at.Party
	p.Made, p.Status = tx.Now(), Open
	if _, err := tx.Exec(`insert into promise (org, id, case_id, party, text, owner, owner_name, made_at, due, status,
		call_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, p.Org, p.ID, p.Case, p.Party, p.Text,
		sqldb.Null(p.Owner), p.OwnerName, p.Made, p.Due, string(p.Status), p.CallAt); err != nil {
		return p, err
	}
	_, err := r.log.Append(tx, at, MadeFact{Promise: p.ID, Due: p.Due})
	return p, err
}

// Get loads a promise; fault.Unknown when the organisation has none with this identifier.
func (r *Room) Get(tx *sqldb.Tx, org ident.Org, id ident.Promise) (Promise, error) {
	p, err := sqldb.One(tx, scan, `select `+columns+` from promise where org = $1 and id = $2`, org, id)
	if errors.Is(err, sqldb.ErrNone) {
		return p, fault.New(fault.Unknown, "promise.unknown")
	}
	return p, err
}

// OfCase lists the promises of a case, oldest first.
func (r *Room) OfCase(tx *sqldb.Tx, org ident.Org, c ident.Case) ([]Promise, error) {
	return sqldb.All(tx, scan, `select `+columns+` from promise where org = $1 and case_id = $2 order by id`, org, c)
}

// First is the promise of a case that still has to be done and is due first; the zero Promise when there is none.
func (r *Room) First(tx *sqldb.Tx, org ident.Org, c ident.Case) (Promise, error) {
	all, err := r.OfCase(tx, org, c)
	var first Promise
	for _, p := range all {
		if p.Waits() && (first.ID == 0 || p.Due.Before(first.Due)) {
			first = p
		}
	}
	return first, err
}

// Keep records that it was done, in time or late.
func (r *Room) Keep(tx *sqldb.Tx, at ledger.At, p *Promise) error {
	late := p.Status == Broken && p.KeptAt.IsZero()
	if !late {
		var err error
		if p.Status, err = p.Status.to(Kept); err != nil {
			return err
		}
	}
	p.KeptAt = tx.Now()
	if err := r.save(tx, p); err != nil {
		return err
	}
	_, err := r.log.Append(tx, at, KeptFact{Promise: p.ID, Late: late})
	return err
}

// Move gives an open promise another deadline. A broken one cannot be moved: a new promise is made.
func (r *Room) Move(tx *sqldb.Tx, at ledger.At, p *Promise, due time.Time) error {
	if p.Status != Open {
		return fault.New(fault.Conflict, "promise.step_not_possible", "from", string(p.Status), "to", "moved")
	}
	if err := checkDue(tx.Now(), due); err != nil {
		return err
	}
	if p.MovedFrom.IsZero() {
		p.MovedFrom = p.Due
	}
	if p.Call() { // it lasts as long as it did
		p.CallAt = due.Add(p.CallAt.Sub(p.Due))
	}
	p.Due, p.Changes = due, p.Changes+1
	if err := r.save(tx, p); err != nil {
		return err
	}
	_, err := r.log.Append(tx, at, MovedFact{Promise: p.ID, Due: due})
	return err
}

// Withdraw takes an open promise back.
func (r *Room) Withdraw(tx *sqldb.Tx, at ledger.At, p *Promise) (err error) {
	if p.Status, err = p.Status.to(Withdrawn); err != nil {
		return err
	}
	p.Changes++
	if err := r.save(tx, p); err != nil {
		return err
	}
	_, err = r.log.Append(tx, at, WithdrawnFact{Promise: p.ID})
	return err
}

// Break records that the deadline of an open promise passed.
func (r *Room) Break(tx *sqldb.Tx, at ledger.At, p *Promise) (err error) {
	if !p.Overdue(tx.Now()) {
		return fault.New(fault.Conflict, "promise.step_not_possible", "from", string(p.Status), "to", string(Broken))
	}
	if p.Status, err = p.Status.to(Broken); err != nil {
		return err
	}
	p.BrokenAt = tx.Now()
	if err := r.save(tx, p); err != nil {
		return err
	}
	_, err = r.log.Append(tx, at, BrokenFact{Promise: p.ID})
	return err
}

func (r *Room) save(tx *sqldb.Tx, p *Promise) error {
	_, err := tx.Exec(`update promise set due = $3, moved_from = $4, status = $5, kept_at = $6, broken_at = $7, owner = $8,
		owner_name = $9, call_at = $10, changes = $11 where org = $1 and id = $2`, p.Org, p.ID, p.Due, p.MovedFrom, string(p.Status), p.KeptAt, p.BrokenAt,
		sqldb.Null(p.Owner), p.OwnerName, p.CallAt, p.Changes)
	return err
}

// Due lists open promises of all organisations whose deadline has passed, at most limit.
func (r *Room) Due(tx *sqldb.Tx, limit int) ([]Promise, error) {
	return sqldb.All(tx, scan, `select `+columns+` from promise where status = 'open' and due <= $1 order by due limit $2`,
		tx.Now(), limit)
}

// NextDue is the first deadline of an open promise over all organisations; the zero time when there is none.
func (r *Room) NextDue(tx *sqldb.Tx) (time.Time, error) {
	return sqldb.One(tx, func(r sqldb.Row, t *time.Time) error { return r.Scan(sqldb.Time(t)) },
		`select min(due) from promise where status = 'open'`)
}

// Coming lists what an organisation still has to do until a moment, broken promises that wait included, due first.
func (r *Room) Coming(tx *sqldb.Tx, org ident.Org, until time.Time, limit int) ([]Promise, error) {
	// Two parts, each with an index of its own: with "or" every promise ever made is read.
	return sqldb.All(tx, scan, `select `+columns+` from (
		select * from (select * from promise where org = $1 and status = 'open' and due <= $2 order by due limit $3) as coming
		union all
		select * from (select * from promise where org = $1 and status = 'broken' and kept_at is null and due <= $2
			order by due limit $3) as late) as promise order by due limit $3`, org, until, limit)
}

// Calls counts the call backs of an organisation that are promised and begin from a moment on, by that beginning; those of
// one agent when it is given.
func (r *Room) Calls(tx *sqldb.Tx, org ident.Org, from time.Time, of ident.Agent) (map[time.Time]int, error) {
	type begin struct {
		at time.Time
		n  int
	}
	rows, err := sqldb.All(tx, func(r sqldb.Row, b *begin) error { return r.Scan(sqldb.Time(&b.at), &b.n) },
		`select call_at, count(*) from promise where org = $1 and status = 'open' and due > $2 and call_at >= $2
		and (cast($3 as bigint) = 0 or owner = $3) group by call_at`, org, from, of)
	all := make(map[time.Time]int, len(rows))
	for _, b := range rows {
		all[b.at.UTC()] = b.n
	}
	return all, err
}

// Adopt gives what nobody answers for in a case to an agent: whoever takes a case takes its promises.
func (r *Room) Adopt(tx *sqldb.Tx, at ledger.At, a ident.Agent, name string) error {
	all, err := r.OfCase(tx, at.Org, at.Case)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.Owner != 0 || !p.Waits() {
			continue
		}
		p.Owner, p.OwnerName = a, name
		if err := r.save(tx, &p); err != nil {
			return err
		}
		if _, err := r.log.Append(tx, at, OwnedFact{Promise: p.ID, Owner: a}); err != nil {
			return err
		}
	}
	return nil
}

// Rehouse gives the promises of one case to another, when two are merged.
func (r *Room) Rehouse(tx *sqldb.Tx, org ident.Org, from, to ident.Case) error {
	_, err := tx.Exec(`update promise set case_id = $3 where org = $1 and case_id = $2`, org, from, to)
	return err
}
