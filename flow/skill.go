package flow

import (
	"context"
	"slices"
	"strings"

	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/routing"
	"balie/domain/staff"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// knowledge is what those who are there know, by which the needs of a customer are weighed.
type knowledge struct {
	skills map[ident.Skill]staff.Skill
	free   []routing.Agent // can be asked now
	there  []routing.Agent // a screen listens and the switch is not at away; with or without room
	eased  map[string]easing
}

// easing is what became of needs in a department.
type easing struct {
	needs cases.Needs
	less  lessened
}

// lessened says whether needs were lowered since nobody who is there meets them.
type lessened bool

// reason is why an agent is asked.
func (l lessened) reason(why routing.Reason) routing.Reason {
	if l {
		return routing.WithoutSkill
	}
	return why
}

// knowledge tells who is there and what they know, and fills in the skills of those who can be asked.
func (f *Flow) knowledge(tx *sqldb.Tx, o ident.Org, ask []routing.Agent) (*knowledge, error) {
	k := &knowledge{skills: make(map[ident.Skill]staff.Skill), eased: make(map[string]easing), free: ask}
	all, err := f.Staff.Skills(tx, o)
	if err != nil || len(all) == 0 {
		return k, err
	}
	for _, s := range all {
		k.skills[s.ID] = s
	}
	known, err := f.Staff.Known(tx, o)
	if err != nil {
		return k, err
	}
	for i := range ask {
		ask[i].Skills = known[ask[i].ID]
	}
	homes, err := f.Access.Homes(tx, o)
	if err != nil {
		return k, err
	}
	there, err := f.Staff.All(tx, o)
	for _, p := range there {
		if d, active := homes[p.Agent]; active && p.Here && p.State != staff.Away {
			k.there = append(k.there, routing.Agent{ID: p.Agent, Department: d, Skills: known[p.Agent]})
		}
	}
	return k, err
}

// ask says what an agent must know to be asked now. Skills that were taken away count no longer; of the others, languages
// weigh more than subjects.
func (k *knowledge) ask(w *routing.Waiting, needs cases.Needs) lessened {
	if len(needs) == 0 {
		return false
	}
	key := ident.Text(w.Department) + "/" + needs.Text()
	e, done := k.eased[key]
	if !done {
		w.Needs = slices.DeleteFunc(slices.Clone(needs), func(n cases.Need) bool { return k.skills[n.Skill].ID == 0 })
		slices.SortStableFunc(w.Needs, func(a, b cases.Need) int {
			return strings.Compare(string(k.skills[a.Skill].Sort), string(k.skills[b.Skill].Sort))
		})
		var less bool
		e.needs, less = routing.Ease(*w, k.there)
		e.less = lessened(less)
		k.eased[key] = e
	}
	w.Needs = e.needs
	return e.less
}

// mostGroups is how many sorts of asking are looked at; those who come first count.
const mostGroups = 100

// helpable are the groups that somebody who is free can help: a long line of those whom nobody can help now does not hide the
// others.
func (k *knowledge) helpable(groups []cases.Group) []cases.Group {
	groups = slices.DeleteFunc(groups, func(g cases.Group) bool {
		asks := routing.Waiting{Department: g.Department}
		k.ask(&asks, g.Needs)
		_, _, ok := routing.Choose(asks, k.free)
		return !ok
	})
	return groups[:min(len(groups), mostGroups)]
}

// needsAt is what a new case needs: the skill of the website or address that it came in by, and the customer's language
// when that is not the desk's own and the organisation has a skill for it.
func (f *Flow) needsAt(tx *sqldb.Tx, o ident.Org, at ident.Skill, locale string) (cases.Needs, error) {
	all, err := f.Staff.Skills(tx, o)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	desk, err := f.Org.Load(tx, o)
	if err != nil {
		return nil, err
	}
	language := primary(locale)
	var needs cases.Needs
	for _, s := range all {
		if s.ID == at || (s.Locale != "" && s.Locale == language && s.Locale != primary(desk.Locale)) {
			needs = needs.With(cases.Need{Skill: s.ID, Least: cases.Able})
		}
	}
	return needs, nil
}

// primary is the language of a locale: "en" of "en-GB".
func primary(locale string) string {
	language, _, _ := strings.Cut(strings.ToLower(locale), "-")
	return language
}

// Need says what an agent must know to help with a case. Who waits keeps the place.
func (f *Flow) Need(ctx context.Context, who access.Principal, id ident.Case, needs cases.Needs) error {
	return f.on(ctx, who.Org, id, func(tx *sqldb.Tx, c *cases.Case) error { return f.need(tx, who, c, needs) })
}

func (f *Flow) need(tx *sqldb.Tx, who access.Principal, c *cases.Case, needs cases.Needs) error {
	if c.MergedInto != 0 {
		return fault.New(fault.Conflict, "cases.merged_already")
	}
	l := line(c, conversation.Needed, agentOf(who), "")
	for _, n := range needs {
		s, err := f.Staff.Skill(tx, c.Org, n.Skill)
		if err != nil {
			return err
		}
		if s.Retired {
			return fault.New(fault.Unknown, "staff.skill_unknown")
		}
		l.Data.Tags = append(l.Data.Tags, s.Name)
	}
	before := c.Needs.Text()
	if err := f.Cases.Need(tx, c, agentOf(who), needs); err != nil || c.Needs.Text() == before {
		return err
	}
	if _, err := f.Conversation.Add(tx, l); err != nil {
		return err
	}
	return f.Queue.Need(tx, c.Org, c.ID, c.Needs)
}
