package manage

import (
	"cmp"
	"strings"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

func onSite(s *screen, tx *sqldb.Tx) (access.Object, error) {
	v, err := s.site(tx)
	return access.Object{Org: v.Org}, err
}

// site is the one in the path.
func (s *screen) site(tx *sqldb.Tx) (org.Site, error) {
	v, err := id[ident.Site](s)
	if err != nil {
		return org.Site{}, err
	}
	return s.pages.Org.Site(tx, s.Who.Org, v)
}

// sitesView is what the page of the websites shows.
type sitesView struct {
	All         []org.Site
	Departments []option
	Skills      []option
}

func showSites(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.sites")
	var v sitesView
	var err error
	if v.All, err = s.pages.Org.Sites(tx, s.Org.ID); err != nil {
		return nil, err
	}
	if v.Departments, err = s.departments(tx); err != nil {
		return nil, err
	}
	v.Skills, err = s.skills(tx)
	return sitesPage(s, v), err
}

// siteView is the page of one website.
type siteView struct {
	org.Site
	Form        form
	Departments []option
	Skills      []option
	Tag         string
}

func sitePath(id ident.Site) string { return "/manage/sites/" + ident.Text(id) }

func showSite(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	v := siteView{}
	var err error
	if v.Site, err = s.site(tx); err != nil {
		return nil, err
	}
	s.Title = v.Name
	v.Form, v.Tag = s.form(sitePath(v.ID)), s.scriptTag(v.Site)
	if v.Departments, err = s.departments(tx); err != nil {
		return nil, err
	}
	v.Skills, err = s.skills(tx)
	return sitePage(s, v), err
}

// scriptTag is the one line that shows the chat on a website.
func (s *screen) scriptTag(v org.Site) string {
	base := strings.TrimRight(cmp.Or(s.Org.Settings.PublicURL, s.pages.PublicURL), "/")
	return `<script src="` + base + "/o/" + s.Org.Slug + `/widget.js" data-site="` + v.Key + `" async></script>`
}

// saveSite adds one, or changes the one in the path.
func saveSite(s *screen) (answer, error) {
	v, done := org.Site{Name: s.post("name"), Origins: strings.Fields(s.post("origins"))}, "added"
	var err error
	if v.Department, err = chosen[ident.Department](s, "department"); err != nil {
		return answer{}, at("department", err)
	}
	if s.r.PathValue("id") != "" {
		done = "saved"
		if v.ID, err = id[ident.Site](s); err != nil {
			return answer{}, err
		}
	}
	var kept org.Site
	err = s.pages.Edge.DB.Write(s.r.Context(), func(tx *sqldb.Tx) (err error) {
		if v.Skill, err = s.chosenSkill(tx); err != nil {
			return err
		}
		kept, err = s.pages.Org.SaveSite(tx, s.by(), v)
		if fault.Is(err, fault.Unknown) && v.Department != 0 {
			err = at("department", fault.New(fault.Invalid, "org.choice_unknown", "choice", ident.Text(v.Department)))
		}
		return placeLength(s, err, map[string]int{"name": 80})
	})
	return answer{To: sitePath(kept.ID), Done: done}, err
}

// showSecret shows what a website signs with. It is asked for by a form: no secret lies open on a page.
func showSecret(s *screen) (answer, error) {
	var v org.Site
	err := s.pages.Edge.DB.Read(s.r.Context(), func(tx *sqldb.Tx) (err error) {
		v, err = s.site(tx)
		return err
	})
	s.Title = s.T("manage.site_secret")
	return answer{Page: siteSecretPage(s, v)}, err
}

func renewSecret(s *screen) (answer, error) {
	v, err := id[ident.Site](s)
	if err != nil {
		return answer{}, err
	}
	return s.save(sitePath(v), "site_renewed", func(tx *sqldb.Tx) error { return s.pages.Org.RenewSite(tx, s.by(), v) })
}

func removeSite(s *screen) (answer, error) {
	v, err := id[ident.Site](s)
	if err != nil {
		return answer{}, err
	}
	return s.save("/manage/sites", "removed", func(tx *sqldb.Tx) error { return s.pages.Org.RemoveSite(tx, s.by(), v) })
}

// originsOf says which addresses may show the chat.
func (s *screen) originsOf(v org.Site) string {
	if len(v.Origins) == 0 {
		return s.T("manage.site_any")
	}
	return strings.Join(v.Origins, ", ")
}
