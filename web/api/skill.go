package api

import (
	"balie/domain/cases"
	"balie/domain/staff"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

type skillView struct {
	ID     string     `json:"id"`
	Name   string     `json:"name"`
	Sort   staff.Sort `json:"sort"`
	Locale string     `json:"locale"`
}

// needView is what an agent must know to help.
type needView struct {
	Skill named       `json:"skill"`
	Least cases.Level `json:"least"`
}

type needIn struct {
	Skill string      `json:"skill"`
	Least cases.Level `json:"least"`
}

func listSkills(c *call, tx *sqldb.Tx) (any, error) {
	all, err := c.Flow.Staff.Skills(tx, c.who.Org)
	views := make([]skillView, len(all))
	for i, s := range all {
		views[i] = skillView{ident.Text(s.ID), s.Name, s.Sort, s.Locale}
	}
	return map[string]any{"skills": views, "next": ""}, err
}

// needsOf names what is needed. Skills that were taken away are needed no longer.
func (c *call) needsOf(tx *sqldb.Tx, needs cases.Needs) ([]needView, error) {
	views := []needView{}
	if len(needs) == 0 {
		return views, nil
	}
	all, err := c.Flow.Staff.Skills(tx, c.who.Org)
	for _, s := range all {
		for _, n := range needs {
			if n.Skill == s.ID {
				views = append(views, needView{named{ident.Text(s.ID), s.Name}, n.Least})
			}
		}
	}
	return views, err
}

// mostNeedsIn bounds what is read of a request; the room says how many a case may need.
const mostNeedsIn = 50

func needsIn(in []needIn) (cases.Needs, error) {
	if len(in) > mostNeedsIn {
		return nil, fault.New(fault.Invalid, "api.field", "field", "needs")
	}
	needs := cases.Needs{}
	for _, n := range in {
		id, err := fieldID[ident.Skill]("needs", n.Skill)
		if err != nil || id == 0 {
			return nil, fault.New(fault.Invalid, "api.field", "field", "needs")
		}
		needs = append(needs, cases.Need{Skill: id, Least: n.Least})
	}
	return needs, nil
}

func need(c *call) (any, error) {
	var in struct {
		Needs []needIn `json:"needs"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	needs, err := needsIn(in.Needs)
	if err != nil {
		return nil, err
	}
	return c.after(c.Flow.Need(c.r.Context(), c.who, c.cas.ID, needs))
}
