package conversation

import (
	"errors"

	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Draft is what an agent was writing.
type Draft struct {
	Sort Sort // Message or Note
	Text string
}

// KeepDraft keeps what an agent is writing in a case; an empty text throws it away.
func (r *Room) KeepDraft(tx *sqldb.Tx, org ident.Org, c ident.Case, by ident.Agent, d Draft) error {
	if d.Text == "" {
		_, err := tx.Exec(`delete from draft where org = $1 and case_id = $2 and agent = $3`, org, c, by)
		return err
	}
	_, err := tx.Exec(`insert into draft (org, case_id, agent, kind, text, at) values ($1, $2, $3, $4, $5, $6)
		on conflict (org, case_id, agent) do update set kind = excluded.kind, text = excluded.text, at = excluded.at`,
		org, c, by, string(d.Sort), d.Text, tx.Now())
	return err
}

// Draft loads what an agent was writing; the empty draft when nothing.
func (r *Room) Draft(tx *sqldb.Tx, org ident.Org, c ident.Case, by ident.Agent) (Draft, error) {
	d, err := sqldb.One(tx, func(r sqldb.Row, d *Draft) error { return r.Scan(&d.Sort, &d.Text) },
		`select kind, text from draft where org = $1 and case_id = $2 and agent = $3`, org, c, by)
	if errors.Is(err, sqldb.ErrNone) {
		return Draft{}, nil
	}
	return d, err
}
