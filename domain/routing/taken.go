package routing

import (
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Take keeps why an agent has what was put to nobody, or to somebody else: every assignment has its reason. That the agent
// has it now is a fact of the rooms of the case and of the queue.
func (r *Room) Take(tx *sqldb.Tx, at ledger.At, o Offer) error {
	o.ID, o.Org, o.Case, o.Made = ident.Offer(tx.NewID()), at.Org, at.Case, tx.Now()
	_, err := tx.Exec(`insert into offer (org, id, contact, case_id, agent, state, reason, waiting_since, made_at, until, answered_at, ahead)
		values ($1, $2, $3, $4, $5, 'accepted', $6, $7, $8, $8, $8, $9)`,
		o.Org, o.ID, o.Contact, o.Case, o.Agent, string(o.Reason), o.Since, o.Made, o.Ahead)
	return err
}

// Assignments lists the offers of a case that were accepted, oldest first: who had it in turn, and why.
func (r *Room) Assignments(tx *sqldb.Tx, org ident.Org, c ident.Case) ([]Offer, error) {
	return sqldb.All(tx, scan, `select `+columns+` from offer where org = $1 and case_id = $2 and answered_at is not null
		and state = 'accepted' order by answered_at, id`, org, c)
}

// Reading lists the cases that are put to somebody now as written work.
func (r *Room) Reading(tx *sqldb.Tx, org ident.Org) ([]ident.Case, error) {
	return sqldb.All(tx, func(r sqldb.Row, c *ident.Case) error { return r.Scan(c) },
		`select case_id from offer where org = $1 and state = 'open' and contact = 0`, org)
}
