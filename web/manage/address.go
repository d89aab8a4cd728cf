package manage

import (
	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

func onAddress(s *screen, tx *sqldb.Tx) (access.Object, error) {
	v, err := id[ident.Row](s)
	if err != nil {
		return access.Object{}, err
	}
	a, err := s.address(tx, v)
	return access.Object{Org: a.Org}, err
}

func (s *screen) address(tx *sqldb.Tx, v ident.Row) (org.Address, error) {
	all, err := s.pages.Org.Addresses(tx, s.Who.Org)
	for _, a := range all {
		if a.ID == v {
			return a, nil
		}
	}
	if err == nil {
		err = fault.New(fault.Unknown, "org.not_found")
	}
	return org.Address{}, err
}

// addressChoices are what can be chosen for an address.
type addressChoices struct{ Departments, Skills []option }

func showAddresses(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.addresses")
	all, err := s.pages.Org.Addresses(tx, s.Org.ID)
	if err != nil {
		return nil, err
	}
	var c addressChoices
	if c.Departments, err = s.departments(tx); err != nil {
		return nil, err
	}
	c.Skills, err = s.skills(tx)
	return addressesPage(s, all, c), err
}

// saveAddress adds one, or changes the one in the path.
func saveAddress(s *screen) (answer, error) {
	a, done := org.Address{Address: s.post("address"), Sender: s.post("sender") == "on"}, "added"
	var err error
	if a.Department, err = chosen[ident.Department](s, "department"); err != nil {
		return answer{}, at("department", err)
	}
	if s.r.PathValue("id") != "" {
		done = "saved"
		if a.ID, err = id[ident.Row](s); err != nil {
			return answer{}, err
		}
	}
	return s.save("/manage/addresses", done, func(tx *sqldb.Tx) (err error) {
		if a.Skill, err = s.chosenSkill(tx); err != nil {
			return err
		}
		_, err = s.pages.Org.SaveAddress(tx, s.by(), a)
		if fault.Is(err, fault.Unknown) {
			err = at("department", err)
		}
		return err
	})
}

func removeAddress(s *screen) (answer, error) {
	v, err := id[ident.Row](s)
	if err != nil {
		return answer{}, err
	}
	return s.save("/manage/addresses", "removed", func(tx *sqldb.Tx) error {
		return s.pages.Org.RemoveAddress(tx, s.by(), v)
	})
}
