package conversation

import (
	"errors"
	"time"

	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Arrived is where something that was delivered before has been kept.
type Arrived struct {
	Case  ident.Case
	Entry ident.Entry
}

// Before tells whether something with this mark was taken in before.
func (r *Room) Before(tx *sqldb.Tx, org ident.Org, mark string) (Arrived, bool, error) {
	a, err := sqldb.One(tx, func(r sqldb.Row, a *Arrived) error { return r.Scan(&a.Case, &a.Entry) },
		`select case_id, entry from arrived where org = $1 and mark = $2`, org, mark)
	if errors.Is(err, sqldb.ErrNone) {
		return a, false, nil
	}
	return a, err == nil, err
}

// Mark remembers that something was taken in. A second one with the same mark, taken in at the same moment by another
// node, breaks the primary key: the transaction is tried again and then finds it with Before.
func (r *Room) Mark(tx *sqldb.Tx, e Entry, mark string) error {
	_, err := tx.Exec(`insert into arrived (org, mark, case_id, entry) values ($1, $2, $3, $4)`, e.Org, mark, e.Case, e.ID)
	return err
}

// Refer remembers that message identifiers belong to a case: its own, and those it answers, so that a message that
// comes in after its answer still finds the case. The first case keeps a reference.
func (r *Room) Refer(tx *sqldb.Tx, org ident.Org, c ident.Case, refs ...string) error {
	for _, ref := range refs {
		if ref == "" || len(ref) > 500 {
			continue
		}
		if _, err := tx.Exec(`insert into message_ref (org, ref, case_id) values ($1, $2, $3) on conflict do nothing`, org, ref, c); err != nil {
			return err
		}
	}
	return nil
}

// CaseOf finds the case that a message identifier belongs to; zero when there is none.
func (r *Room) CaseOf(tx *sqldb.Tx, org ident.Org, refs ...string) (ident.Case, error) {
	for _, ref := range refs {
		c, err := sqldb.Value(tx, `select case_id from message_ref where org = $1 and ref = $2`, org, ref)
		if err == nil {
			return ident.Case(c), nil
		}
		if !errors.Is(err, sqldb.ErrNone) {
			return 0, err
		}
	}
	return 0, nil
}

// sentWindow is how far back the sender's own clock is believed.
const sentWindow = 7 * 24 * time.Hour

// SaidAt is the place in time of a message: when its sender says it was sent, so that messages delivered in another
// order are still read in theirs; not in the future, not far back, and not before what it answers.
func SaidAt(now, sent, answered time.Time) time.Time {
	if sent.IsZero() || sent.After(now) || sent.Before(now.Add(-sentWindow)) {
		return now
	}
	if !sent.After(answered) {
		return answered.Add(time.Millisecond)
	}
	return sent
}

// LastAnswer is when we last said something in a case; the zero time when we did not.
func (r *Room) LastAnswer(tx *sqldb.Tx, org ident.Org, c ident.Case) (time.Time, error) {
	return sqldb.One(tx, func(r sqldb.Row, t *time.Time) error { return r.Scan(sqldb.Time(t)) },
		`select max(at) from entry where org = $1 and case_id = $2 and actor_kind = 'agent' and kind <> 'note'`, org, c)
}

// LastReceived gives the Message-ID of the newest message of the customer in a case, for the headers of an answer;
// empty when there is none.
func (r *Room) LastReceived(tx *sqldb.Tx, org ident.Org, c ident.Case) ([]string, error) {
	last, err := sqldb.One(tx, scanEntry, `select `+entryColumns+` from entry e where e.org = $1 and e.case_id = $2
		and e.kind = 'message' and e.actor_kind = 'customer' order by e.at desc, e.id desc limit 1`, org, c)
	if errors.Is(err, sqldb.ErrNone) || (err == nil && last.Data.MessageID == "") {
		return nil, nil
	}
	return []string{last.Data.MessageID}, err
}

// SaidBy is what the customer said last at a place in the ledger; the first thing they said when that came later.
func (r *Room) SaidBy(tx *sqldb.Tx, org ident.Org, c ident.Case, seq int64) (string, error) {
	for _, q := range []string{
		`select text from entry where org = $1 and case_id = $2 and kind = 'message' and actor_kind = 'customer' and actor_id is not null and seq <= $3 order by seq desc limit 1`,
		`select text from entry where org = $1 and case_id = $2 and kind = 'message' and actor_kind = 'customer' and actor_id is not null and seq > $3 order by seq limit 1`,
	} {
		said, err := sqldb.One(tx, func(r sqldb.Row, s *string) error { return r.Scan(s) }, q, org, c, seq)
		if err == nil || !errors.Is(err, sqldb.ErrNone) {
			return said, err
		}
	}
	return "", nil
}
