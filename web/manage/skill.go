package manage

import (
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/staff"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

func onSkill(s *screen, tx *sqldb.Tx) (access.Object, error) {
	v, err := s.skill(tx)
	return access.Object{Org: v.Org}, err
}

// skill is the one in the path; one that was taken away is no page.
func (s *screen) skill(tx *sqldb.Tx) (staff.Skill, error) {
	v, err := id[ident.Skill](s)
	if err != nil {
		return staff.Skill{}, err
	}
	one, err := s.pages.Staff.Skill(tx, s.Who.Org, v)
	if err == nil && one.Retired {
		return one, fault.New(fault.Unknown, "manage.no_page")
	}
	return one, err
}

// skillsView is what the page of the skills shows.
type skillsView struct {
	All []staff.Skill
	Who map[ident.Skill][]string // names of who knows it
}

func showSkills(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.skills")
	v := skillsView{Who: make(map[ident.Skill][]string)}
	var err error
	if v.All, err = s.pages.Staff.Skills(tx, s.Org.ID); err != nil {
		return nil, err
	}
	known, err := s.pages.Staff.Known(tx, s.Org.ID)
	if err != nil {
		return nil, err
	}
	people, err := s.pages.Access.Accounts(tx, s.Org.ID)
	for _, a := range people {
		for skill := range known[a.ID] {
			if a.State != access.Blocked {
				v.Who[skill] = append(v.Who[skill], a.Name)
			}
		}
	}
	return skillsPage(s, v), err
}

// skillView is the page of one skill.
type skillView struct {
	staff.Skill
	Form   form
	Given  form
	People []access.Account
	Levels map[ident.Agent]cases.Level
}

func skillPath(id ident.Skill) string { return "/manage/skills/" + ident.Text(id) }

func showSkill(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	one, err := s.skill(tx)
	if err != nil {
		return nil, err
	}
	s.Title = one.Name
	v := skillView{Skill: one, Form: s.form(skillPath(one.ID)), Given: s.form(skillPath(one.ID) + "/agents"), Levels: make(map[ident.Agent]cases.Level)}
	known, err := s.pages.Staff.Known(tx, s.Org.ID)
	if err != nil {
		return nil, err
	}
	for a, levels := range known {
		v.Levels[a] = levels[one.ID]
	}
	v.People, err = s.pages.Access.Accounts(tx, s.Org.ID)
	v.People = slices.DeleteFunc(v.People, func(a access.Account) bool { return a.State == access.Blocked })
	return skillPage(s, v), err
}

// at is where a lead changes something, as the ledger keeps it.
func (s *screen) at() ledger.At { return ledger.At{Org: s.Who.Org, Actor: s.by().Actor} }

// saveSkill adds one, or changes the one in the path.
func saveSkill(s *screen) (answer, error) {
	v, done := staff.Skill{Name: s.post("name"), Sort: staff.Sort(s.post("sort")), Locale: s.post("locale")}, "added"
	var err error
	if s.r.PathValue("id") != "" {
		done = "saved"
		if v.ID, err = id[ident.Skill](s); err != nil {
			return answer{}, err
		}
	}
	var kept staff.Skill
	err = s.pages.Edge.DB.Write(s.r.Context(), func(tx *sqldb.Tx) (err error) {
		kept, err = s.pages.Staff.SaveSkill(tx, s.at(), v)
		return err
	})
	return answer{To: skillPath(kept.ID), Done: done}, err
}

// giveSkill says who knows the skill in the path, and how well.
func giveSkill(s *screen) (answer, error) {
	v, err := id[ident.Skill](s)
	if err != nil {
		return answer{}, err
	}
	return s.save(skillPath(v), "saved", func(tx *sqldb.Tx) error {
		people, err := s.pages.Access.Accounts(tx, s.Who.Org)
		if err != nil {
			return err
		}
		who := make(map[ident.Agent]cases.Level)
		for _, a := range people {
			field := levelField(a.ID)
			if s.post(field) == "" || a.State == access.Blocked {
				continue
			}
			level, err := strconv.Atoi(s.post(field))
			if err != nil || !cases.Level(level).Known() {
				return at(field, fault.New(fault.Invalid, "cases.level_unknown"))
			}
			who[a.ID] = cases.Level(level)
		}
		return s.pages.Staff.Knows(tx, s.at(), v, who)
	})
}

func removeSkill(s *screen) (answer, error) {
	v, err := id[ident.Skill](s)
	if err != nil {
		return answer{}, err
	}
	return s.save("/manage/skills", "removed", func(tx *sqldb.Tx) error { return s.pages.Staff.RetireSkill(tx, s.at(), v) })
}

// levelField is the name of the choice for one agent.
func levelField(a ident.Agent) string { return "level-" + ident.Text(a) }

// levels are the choices for how well somebody knows a skill.
func (s *screen) levels() []option {
	all := []option{{"", s.T("manage.level_none")}}
	for l := cases.Able; l <= cases.Expert; l++ {
		all = append(all, option{strconv.Itoa(int(l)), s.T("manage.level_" + strconv.Itoa(int(l)))})
	}
	return all
}

// levelText is the choice that a level is; none is empty.
func levelText(l cases.Level) string {
	if !l.Known() {
		return ""
	}
	return strconv.Itoa(int(l))
}

// skills are the choices for what an agent must know.
func (s *screen) skills(tx *sqldb.Tx) ([]option, error) {
	all, err := s.pages.Staff.Skills(tx, s.Org.ID)
	choices := []option{{"", s.T("manage.skill_none")}}
	for _, k := range all {
		choices = append(choices, option{ident.Text(k.ID), k.Name})
	}
	return choices, err
}

// chosenSkill is the skill that was chosen in a form, if it is there.
func (s *screen) chosenSkill(tx *sqldb.Tx) (ident.Skill, error) {
	v, err := chosen[ident.Skill](s, "skill")
	if err != nil || v == 0 {
		return 0, at("skill", err)
	}
	k, err := s.pages.Staff.Skill(tx, s.Who.Org, v)
	if fault.Is(err, fault.Unknown) || (err == nil && k.Retired) {
		return 0, at("skill", fault.New(fault.Invalid, "staff.skill_unknown"))
	}
	return v, err
}

// sorts are the choices for what a skill is.
func (s *screen) sorts() []option {
	return []option{{string(staff.Subject), s.T("manage.skill_subject")}, {string(staff.Language), s.T("manage.skill_language")}}
}
