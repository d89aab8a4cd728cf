package queue

import (
	"balie/domain/cases"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Groups lists what those who wait ask for, each once, in the order of the first of each.
func (r *Room) Groups(tx *sqldb.Tx, org ident.Org) ([]cases.Group, error) {
	return sqldb.All(tx, cases.ReadGroup, `select coalesce(department, 0), needs from wait where org = $1 and state = 'waiting'
		group by coalesce(department, 0), needs order by min(rank)`, org)
}

// LineOf is the line of some groups only, the next one first.
func (r *Room) LineOf(tx *sqldb.Tx, org ident.Org, groups []cases.Group, limit int) ([]Wait, error) {
	if len(groups) == 0 {
		return nil, nil
	}
	among, args := cases.Among(groups, []any{org, limit})
	return sqldb.All(tx, scan, `select `+columns+` from wait where org = $1 and state = 'waiting' and `+among+` order by rank, id limit $2`, args...)
}

// Waits says whether somebody waits about a case.
func (r *Room) Waits(tx *sqldb.Tx, org ident.Org, c ident.Case) (bool, error) {
	n, err := sqldb.Value(tx, `select count(*) from wait where org = $1 and case_id = $2 and state = 'waiting'`, org, c)
	return n > 0, err
}
