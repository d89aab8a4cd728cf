package manage

import (
	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

func onDepartment(s *screen, tx *sqldb.Tx) (access.Object, error) {
	v, err := id[ident.Department](s)
	if err != nil {
		return access.Object{}, err
	}
	d, err := s.pages.Org.Department(tx, s.Who.Org, v)
	return access.Object{Org: d.Org}, err
}

func showDepartments(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.departments")
	all, err := s.pages.Org.Departments(tx, s.Org.ID)
	return departmentsPage(s, all), err
}

// saveDepartment adds one, or renames the one in the path.
func saveDepartment(s *screen) (answer, error) {
	d, done := org.Department{Name: s.post("name")}, "added"
	if s.r.PathValue("id") != "" {
		done = "saved"
		var err error
		if d.ID, err = id[ident.Department](s); err != nil {
			return answer{}, err
		}
	}
	return s.save("/manage/departments", done, func(tx *sqldb.Tx) error {
		_, err := s.pages.Org.SaveDepartment(tx, s.by(), d)
		return placeLength(s, err, map[string]int{"name": 80})
	})
}

func removeDepartment(s *screen) (answer, error) {
	v, err := id[ident.Department](s)
	if err != nil {
		return answer{}, err
	}
	return s.save("/manage/departments", "removed", func(tx *sqldb.Tx) error {
		return s.pages.Org.RetireDepartment(tx, s.by(), v)
	})
}

// departments are the choices of a list, with everybody first.
func (s *screen) departments(tx *sqldb.Tx) ([]option, error) {
	all, err := s.pages.Org.Departments(tx, s.Org.ID)
	choices := []option{{"", s.T("manage.department_none")}}
	for _, d := range all {
		choices = append(choices, option{ident.Text(d.ID), d.Name})
	}
	return choices, err
}

// labelOf is what a list calls a value.
func labelOf(choices []option, value string) string {
	for _, o := range choices {
		if o.Value == value {
			return o.Label
		}
	}
	return "–"
}
