package cases

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Level says how well somebody knows something, or must know it.
type Level int

// The levels of a skill.
const (
	Able   Level = 1 // can help with it
	Good   Level = 2
	Expert Level = 3
)

// Known says whether it is one of the levels.
func (l Level) Known() bool { return l >= Able && l <= Expert }

// Need is a skill that an agent must have to help, and how well.
type Need struct {
	Skill ident.Skill
	Least Level
}

// Needs are what an agent must know to help, by skill. It is about the question: what it is about and the language that it
// is asked in, never about the customer.
type Needs []Need

// mostNeeds is how many skills a case may need: with more, nobody is left who has them all.
const mostNeeds = 5

// Text is the form in which needs are kept: "4711:2 4712:1". The same needs have the same text.
func (n Needs) Text() string {
	var b strings.Builder
	for i, one := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%d:%d", one.Skill, one.Least)
	}
	return b.String()
}

// ReadNeeds reads what Text made.
func ReadNeeds(s string) Needs {
	if s == "" {
		return nil
	}
	var n Needs
	for part := range strings.FieldsSeq(s) {
		skill, least, _ := strings.Cut(part, ":")
		id, err := ident.Parse[ident.Skill](skill)
		level, wrong := strconv.Atoi(least)
		if err == nil && wrong == nil {
			n = append(n, Need{id, Level(level)})
		}
	}
	return n
}

// With adds a need; of two for the same skill the higher level counts.
func (n Needs) With(one Need) Needs {
	all := slices.Clone(n)
	for i, had := range all {
		if had.Skill == one.Skill {
			all[i].Least = max(had.Least, one.Least)
			return all
		}
	}
	all = append(all, one)
	slices.SortFunc(all, func(a, b Need) int { return cmp.Compare(a.Skill, b.Skill) })
	return all
}

// Met says whether somebody who knows this much can help.
func (n Needs) Met(has map[ident.Skill]Level) bool {
	for _, one := range n {
		if has[one.Skill] < one.Least {
			return false
		}
	}
	return true
}

// Need says what an agent must know to help with a case from now on.
func (r *Room) Need(tx *sqldb.Tx, c *Case, by ledger.Actor, needs Needs) error {
	var all Needs
	for _, one := range needs {
		if !one.Least.Known() {
			return fault.New(fault.Invalid, "cases.level_unknown")
		}
		all = all.With(one)
	}
	if len(all) > mostNeeds {
		return fault.New(fault.Invalid, "cases.needs_many", "limit", mostNeeds)
	}
	c.Needs = all
	return r.keep(tx, c, by, ChangedFact{What: "needs"})
}
