package manage

import (
	"strconv"
	"time"

	"github.com/a-h/templ"

	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// written are the channels on which an answer is promised; the first stands for all of them.
var written = channels[:3]

// answerTimes are the choices of a target, in minutes of opening time.
var answerTimes = []int{0, 30, 60, 2 * 60, 4 * 60, 8 * 60, 16 * 60, 24 * 60, 40 * 60, 80 * 60}

// targetView is one promise, in words.
type targetView struct {
	Department, Channel string // as a form posts them
	For, Answer         string
	Fixed               bool // the usual one, that nobody set
}

type targetsView struct {
	All                []targetView
	Departments, Times []option
}

func showTargets(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.targets")
	all, err := s.pages.Org.Targets(tx, s.Org.ID)
	if err != nil {
		return nil, err
	}
	var v targetsView
	if v.Departments, err = s.departments(tx); err != nil {
		return nil, err
	}
	v.Departments[0].Label = s.T("manage.target_everywhere")
	for _, minutes := range answerTimes {
		v.Times = append(v.Times, option{strconv.Itoa(minutes), s.answerTime(time.Duration(minutes) * time.Minute)})
	}
	if len(all) == 0 || all[0].Department != 0 || all[0].Channel != "" {
		v.All = append(v.All, targetView{For: s.T("manage.target_everything"), Answer: s.answerTime(org.UsualAnswer), Fixed: true})
	}
	for _, t := range all {
		v.All = append(v.All, s.target(t, v.Departments))
	}
	return targetsPage(s, v), nil
}

// labelled are choices whose labels are message keys.
func (s *screen) labelled(choices []option) []option {
	all := make([]option, len(choices))
	for i, c := range choices {
		all[i] = option{c.Value, s.T(c.Label)}
	}
	return all
}

func (s *screen) target(t org.Target, departments []option) targetView {
	v := targetView{Department: ident.Text(t.Department), Channel: t.Channel, Answer: s.answerTime(t.Answer)}
	switch {
	case v.Department == "" && v.Channel == "":
		v.For = s.T("manage.target_everything")
	case v.Department == "":
		v.For = s.T(labelOf(written, v.Channel))
	case v.Channel == "":
		v.For = labelOf(departments, v.Department)
	default:
		v.For = labelOf(departments, v.Department) + " · " + s.T(labelOf(written, v.Channel))
	}
	return v
}

// answerTime says an amount of opening time; from two working days on in days of eight hours.
func (s *screen) answerTime(d time.Duration) string {
	switch {
	case d == 0:
		return s.T("manage.target_none")
	case d < time.Hour:
		return s.T("manage.target_minutes", "count", int(d/time.Minute))
	case d >= 2*org.UsualAnswer && d%org.UsualAnswer == 0:
		return s.T("manage.target_days", "count", int(d/org.UsualAnswer))
	}
	return s.T("manage.target_hours", "count", int(d/time.Hour))
}

// targetOf reads for which questions a form is.
func (s *screen) targetOf() (t org.Target, err error) {
	if t.Channel = s.post("channel"); !known(written, t.Channel) {
		return t, fault.New(fault.Unknown, "manage.no_page")
	}
	if d := s.post("department"); d != "" {
		n, err := strconv.ParseInt(d, 10, 64)
		if err != nil {
			return t, fault.New(fault.Unknown, "manage.no_page")
		}
		t.Department = ident.Department(n)
	}
	return t, nil
}

func saveTarget(s *screen) (answer, error) {
	t, err := s.targetOf()
	if err != nil {
		return answer{}, err
	}
	minutes, err := strconv.Atoi(s.post("minutes"))
	if err != nil {
		return answer{}, at("minutes", fault.New(fault.Invalid, "org.target_range", "most", int(org.MostAnswer/time.Hour)))
	}
	t.Answer = time.Duration(minutes) * time.Minute
	return s.save("/manage/targets", "saved", func(tx *sqldb.Tx) error { return s.pages.Org.SetTarget(tx, s.by(), t) })
}

func dropTarget(s *screen) (answer, error) {
	t, err := s.targetOf()
	if err != nil {
		return answer{}, err
	}
	return s.save("/manage/targets", "removed", func(tx *sqldb.Tx) error {
		return s.pages.Org.DropTarget(tx, s.by(), t.Department, t.Channel)
	})
}
