package cases

import (
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// RenewLink takes back every link to the customer's page of a case that was given out so far, also those of cases that
// were merged into it: they lead to the same page.
func (r *Room) RenewLink(tx *sqldb.Tx, c *Case, by ledger.Actor) error {
	if c.MergedInto != 0 {
		return fault.New(fault.Conflict, "cases.merged_already")
	}
	for into := []ident.Case{c.ID}; len(into) > 0; {
		merged, err := sqldb.All(tx, func(r sqldb.Row, id *ident.Case) error { return r.Scan(id) },
			`update cases set link_version = link_version + 1 where org = $1 and merged_into = $2 returning id`, c.Org, into[0])
		if err != nil {
			return err
		}
		into = append(into[1:], merged...)
	}
	c.LinkVersion++
	return r.keep(tx, c, by, ChangedFact{What: "link"})
}
