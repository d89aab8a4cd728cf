package queue

import (
	"fmt"
	"strings"

	"balie/domain/cases"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Group is those in the line who ask for the same: a department, and what an agent must know.
type Group struct {
	Department ident.Department // zero: whoever is free
	Needs      cases.Needs
}

// Groups lists what those who wait ask for, each once, in the order of the first of each.
func (r *Room) Groups(tx *sqldb.Tx, org ident.Org) ([]Group, error) {
	return sqldb.All(tx, func(r sqldb.Row, g *Group) error {
		var needs string
		err := r.Scan(&g.Department, &needs)
		g.Needs = cases.ReadNeeds(needs)
		return err
	}, `select coalesce(department, 0), needs from wait where org = $1 and state = 'waiting' group by coalesce(department, 0), needs
		order by min(rank)`, org)
}

// LineOf is the line of some groups only, the next one first.
func (r *Room) LineOf(tx *sqldb.Tx, org ident.Org, groups []Group, limit int) ([]Wait, error) {
	if len(groups) == 0 {
		return nil, nil
	}
	args := []any{org}
	var either []string
	for _, g := range groups {
		args = append(args, g.Department, g.Needs.Text())
		either = append(either, fmt.Sprintf("(coalesce(department, 0) = $%d and needs = $%d)", len(args)-1, len(args)))
	}
	args = append(args, limit)
	return sqldb.All(tx, scan, `select `+columns+` from wait where org = $1 and state = 'waiting' and (`+strings.Join(either, " or ")+
		fmt.Sprintf(`) order by rank, id limit $%d`, len(args)), args...)
}
