package insight

import (
	"slices"
	"time"

	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Awaited is a case whose customer waits for an answer that was promised by a moment.
type Awaited struct {
	Case      ident.Case
	Number    string
	Subject   string
	Owner     ident.Agent
	OwnerName string
	Due       time.Time
}

// WhoseAnswerIsDue lists the answers that are due before a moment or were already, first due first, up to a thousand of those
// that somebody owns and a thousand of those that nobody does.
// Left out: snoozed cases. It goes by the indexes of what is due first, of the line and of each owner; of the cases that are
// owned it looks at every one in which something is due.
func WhoseAnswerIsDue(tx *sqldb.Tx, org ident.Org, until time.Time) ([]Awaited, error) {
	scan := func(r sqldb.Row, a *Awaited) error {
		return r.Scan(&a.Case, &a.Number, &a.Subject, sqldb.Int(&a.Owner), &a.OwnerName, sqldb.Time(&a.Due))
	}
	all, err := sqldb.All(tx, scan, `select id, number, subject, owner, owner_name, answer_due from cases where org = $1 and owner is null
		and due_at is not null and due_at <= $2 and answer_due is not null and answer_due <= $2 and snoozed_until is null limit $3`, org, until, countAtMost)
	if err != nil {
		return nil, err
	}
	owned, err := sqldb.All(tx, scan, `select id, number, subject, owner, owner_name, answer_due from cases where org = $1 and owner is not null
		and due_at is not null and due_at <= $2 and answer_due is not null and answer_due <= $2 and snoozed_until is null limit $3`, org, until, countAtMost)
	all = append(all, owned...)
	slices.SortFunc(all, func(a, b Awaited) int { return a.Due.Compare(b.Due) })
	return all, err
}
