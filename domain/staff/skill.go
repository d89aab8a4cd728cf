package staff

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"balie/domain/cases"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Skill is something that an agent may know, and that a case may need.
type Skill struct {
	ID      ident.Skill
	Org     ident.Org
	Name    string
	Sort    Sort
	Locale  string // of a language: "en"
	Retired bool   // nothing needs it any more
}

// Sort says what a skill is.
type Sort string

// The sorts of skill.
const (
	Subject  Sort = "subject"
	Language Sort = "language"
)

// Levels is what somebody knows, and how well.
type Levels = map[ident.Skill]cases.Level

const skillColumns = `id, org, name, sort, locale, retired`

func scanSkill(r sqldb.Row, s *Skill) error {
	var retired time.Time
	err := r.Scan(&s.ID, &s.Org, &s.Name, &s.Sort, &s.Locale, sqldb.Time(&retired))
	s.Retired = !retired.IsZero()
	return err
}

// Skills lists the skills of an organisation, languages first, each by name.
func (r *Room) Skills(tx *sqldb.Tx, org ident.Org) ([]Skill, error) {
	return sqldb.All(tx, scanSkill, `select `+skillColumns+` from skill where org = $1 and retired is null order by sort, lower(name)`, org)
}

// Skill reads one, retired or not.
func (r *Room) Skill(tx *sqldb.Tx, org ident.Org, id ident.Skill) (Skill, error) {
	s, err := sqldb.One(tx, scanSkill, `select `+skillColumns+` from skill where org = $1 and id = $2`, org, id)
	if errors.Is(err, sqldb.ErrNone) {
		return s, fault.New(fault.Unknown, "staff.skill_unknown")
	}
	return s, err
}

const (
	longestSkill = 60
	mostSkills   = 100 // of an organisation
)

var localeCode = regexp.MustCompile(`^[a-z]{2,3}$`)

func (s Skill) check() (Skill, error) {
	s.Name = strings.Join(strings.Fields(s.Name), " ")
	s.Locale = strings.ToLower(strings.TrimSpace(s.Locale))
	switch {
	case s.Name == "":
		return s, fault.New(fault.Invalid, "staff.skill_name_missing")
	case len([]rune(s.Name)) > longestSkill:
		return s, fault.New(fault.Invalid, "staff.skill_name_long", "limit", longestSkill)
	case s.Sort != Subject && s.Sort != Language:
		return s, fault.New(fault.Invalid, "staff.skill_sort_unknown")
	case s.Sort == Language && !localeCode.MatchString(s.Locale):
		return s, fault.New(fault.Invalid, "staff.skill_locale_unusable")
	case s.Sort == Subject:
		s.Locale = ""
	}
	return s, nil
}

// SaveSkill adds a skill, or changes the one with this ID.
func (r *Room) SaveSkill(tx *sqldb.Tx, at ledger.At, s Skill) (Skill, error) {
	s, err := s.check()
	if err != nil {
		return s, err
	}
	all, err := r.Skills(tx, at.Org)
	if err != nil {
		return s, err
	}
	for _, other := range all {
		if other.ID == s.ID {
			continue
		}
		if strings.EqualFold(other.Name, s.Name) {
			return s, fault.New(fault.Conflict, "staff.skill_exists", "name", other.Name)
		}
		if s.Locale != "" && other.Locale == s.Locale {
			return s, fault.New(fault.Conflict, "staff.skill_locale_taken", "name", other.Name)
		}
	}
	if s.ID == 0 && len(all) >= mostSkills {
		return s, fault.New(fault.Invalid, "staff.skills_many", "limit", mostSkills)
	}
	s.Org = at.Org
	did, n := SkillRenamed, int64(1)
	if s.ID == 0 {
		s.ID, did = ident.Skill(tx.NewID()), SkillAdded
		_, err = tx.Exec(`insert into skill (org, id, name, sort, locale) values ($1, $2, $3, $4, $5)`, s.Org, s.ID, s.Name, string(s.Sort), s.Locale)
	} else {
		n, err = tx.Exec(`update skill set name = $3, sort = $4, locale = $5 where org = $1 and id = $2 and retired is null`,
			s.Org, s.ID, s.Name, string(s.Sort), s.Locale)
	}
	if err != nil && fault.Of(err).Key == sqldb.Duplicate { // added elsewhere at the same moment
		return s, fault.Wrap(fault.Conflict, "staff.skill_exists", err, "name", s.Name)
	}
	if err != nil {
		return s, err
	}
	if n == 0 {
		return s, fault.New(fault.Unknown, "staff.skill_unknown")
	}
	_, err = r.log.Append(tx, at, SkillChanged{Skill: s.ID, Name: s.Name, Did: did})
	return s, err
}

// RetireSkill takes a skill away. What needed it needs it no longer.
func (r *Room) RetireSkill(tx *sqldb.Tx, at ledger.At, id ident.Skill) error {
	s, err := r.Skill(tx, at.Org, id)
	if err != nil || s.Retired {
		return err
	}
	if _, err := tx.Exec(`update skill set retired = $3 where org = $1 and id = $2`, at.Org, id, tx.Now()); err != nil {
		return err
	}
	if _, err := tx.Exec(`delete from knows where org = $1 and skill = $2`, at.Org, id); err != nil {
		return err
	}
	_, err = r.log.Append(tx, at, SkillChanged{Skill: id, Name: s.Name, Did: SkillRemoved})
	return err
}

// Known is what every agent knows.
func (r *Room) Known(tx *sqldb.Tx, org ident.Org) (map[ident.Agent]Levels, error) {
	type row struct {
		agent ident.Agent
		skill ident.Skill
		level int
	}
	rows, err := sqldb.All(tx, func(r sqldb.Row, v *row) error { return r.Scan(&v.agent, &v.skill, &v.level) },
		`select agent, skill, level from knows where org = $1`, org)
	all := make(map[ident.Agent]Levels)
	for _, v := range rows {
		if all[v.agent] == nil {
			all[v.agent] = make(Levels)
		}
		all[v.agent][v.skill] = cases.Level(v.level)
	}
	return all, err
}

// Knows says who knows a skill from now on, and how well; whoever is not named knows it no longer.
func (r *Room) Knows(tx *sqldb.Tx, at ledger.At, id ident.Skill, who map[ident.Agent]cases.Level) error {
	s, err := r.Skill(tx, at.Org, id)
	if err != nil {
		return err
	}
	if s.Retired {
		return fault.New(fault.Unknown, "staff.skill_unknown")
	}
	if _, err := tx.Exec(`delete from knows where org = $1 and skill = $2`, at.Org, id); err != nil {
		return err
	}
	var agents []ident.Agent
	for a, level := range who {
		if !level.Known() {
			return fault.New(fault.Invalid, "cases.level_unknown")
		}
		agents = append(agents, a)
	}
	slices.Sort(agents)
	for _, a := range agents {
		if _, err := tx.Exec(`insert into knows (org, agent, skill, level) values ($1, $2, $3, $4)`, at.Org, a, id, int(who[a])); err != nil {
			return err
		}
	}
	_, err = r.log.Append(tx, at, SkillChanged{Skill: id, Name: s.Name, Did: SkillGiven})
	return err
}
