package conversation

import (
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Visit is a node at which the screen of a customer listens, or did until a moment ago.
type Visit struct {
	Org     ident.Org
	Contact ident.Contact
	Node    string
}

func scanVisit(r sqldb.Row, v *Visit) error { return r.Scan(&v.Org, &v.Contact, &v.Node) }

// Visits records that a customer's screen listens at a node.
func (r *Room) Visits(tx *sqldb.Tx, v Visit) error {
	_, err := tx.Exec(`insert into visit (org, contact, node) values ($1, $2, $3) on conflict do nothing`, v.Org, v.Contact, v.Node)
	return err
}

// GoneFrom records that no screen of a customer listens at a node any more, and tells whether one may at another node
// that lives. Take the contact first: of two nodes that find the customer gone the second must see what the first found.
func (r *Room) GoneFrom(tx *sqldb.Tx, v Visit) (elsewhere bool, err error) {
	if _, err := tx.Exec(`delete from visit where org = $1 and contact = $2 and node = $3`, v.Org, v.Contact, v.Node); err != nil {
		return false, err
	}
	rest, err := sqldb.All(tx, scanVisit, `select org, contact, node from visit where org = $1 and contact = $2`, v.Org, v.Contact)
	if err != nil || len(rest) == 0 {
		return false, err
	}
	living, err := ledger.Living(tx)
	for _, other := range rest {
		elsewhere = elsewhere || living[other.Node]
	}
	return elsewhere, err
}

// Visited are the contacts of an organisation of which it is known at which node the customer listens, or last did.
func (r *Room) Visited(tx *sqldb.Tx, org ident.Org) (map[ident.Contact]bool, error) {
	all, err := sqldb.All(tx, scanVisit, `select org, contact, node from visit where org = $1`, org)
	known := make(map[ident.Contact]bool, len(all))
	for _, v := range all {
		known[v.Contact] = true
	}
	return known, err
}

// Orphans lists visits at nodes that do not live any more.
func (r *Room) Orphans(tx *sqldb.Tx, limit int) ([]Visit, error) {
	return sqldb.All(tx, scanVisit, `select v.org, v.contact, v.node from visit v
		where not exists (select 1 from node n where n.name = v.node and n.until > $1) order by v.node, v.org, v.contact limit $2`, tx.Now(), limit)
}
