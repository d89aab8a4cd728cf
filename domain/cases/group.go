package cases

import (
	"fmt"
	"strings"

	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Group is those in a line who ask for the same: a department, and what an agent must know.
type Group struct {
	Department ident.Department // zero: whoever is free
	Needs      Needs
}

// ReadGroup reads a group from a row with its department and its needs.
func ReadGroup(r sqldb.Row, g *Group) error {
	var needs string
	err := r.Scan(&g.Department, &needs)
	g.Needs = ReadNeeds(needs)
	return err
}

// Among is the condition that a row belongs to one of some groups, of which there is at least one, with its arguments after
// those there are.
func Among(groups []Group, args []any) (condition string, all []any) {
	var either []string
	for _, g := range groups {
		args = append(args, g.Department, g.Needs.Text())
		either = append(either, fmt.Sprintf("(coalesce(department, 0) = $%d and needs = $%d)", len(args)-1, len(args)))
	}
	return "(" + strings.Join(either, " or ") + ")", args
}

// LineGroups lists what the cases of the line ask for, each once, in the order of the first of each.
func (r *Room) LineGroups(tx *sqldb.Tx, org ident.Org) ([]Group, error) {
	return sqldb.All(tx, ReadGroup, `select coalesce(department, 0), needs from cases where org = $1 and owner is null and due_at is not null
		and snoozed_until is null group by coalesce(department, 0), needs order by min(due_at)`, org)
}

// LineOf is the line of some groups only, the first one due first.
func (r *Room) LineOf(tx *sqldb.Tx, org ident.Org, groups []Group, limit int) ([]Case, error) {
	if len(groups) == 0 {
		return nil, nil
	}
	among, args := Among(groups, []any{org, limit})
	return sqldb.All(tx, scan, `select `+columns+` from cases where org = $1 and owner is null and due_at is not null
		and snoozed_until is null and `+among+` order by due_at, id limit $2`, args...)
}
