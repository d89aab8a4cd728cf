package manage

import (
	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/sqldb"
)

func showOrganisations(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.organisations")
	all, err := s.pages.Org.List(tx)
	return organisationsPage(s, all), err
}

// createOrganisation makes an organisation and invites its first administrator. The operator gets the link to hand
// over: the new organisation has no address to send from yet.
func createOrganisation(s *screen) (answer, error) {
	o := org.Organisation{Name: s.post("name"), Slug: s.post("slug"), Locale: s.post("locale"), Zone: s.post("zone")}
	a := access.Account{Name: s.post("admin"), Email: s.post("email"), Role: access.Admin, Locale: o.Locale}
	var v invitation
	err := s.pages.Edge.DB.Write(s.r.Context(), func(tx *sqldb.Tx) error {
		made, err := s.pages.Org.Create(tx, s.Who.Actor(), o)
		if err != nil {
			return placeLength(s, err, map[string]int{"name": 120})
		}
		kept, link, err := s.pages.Access.Invite(tx, org.By{Org: made.ID, Actor: s.Who.Actor()}, a)
		if fault.Of(err) != nil && fault.Of(err).Key == "access.name_unusable" {
			err = at("admin", err)
		}
		if err != nil {
			return err
		}
		v = invitation{Account: kept, URL: "/welcome/" + link.Token, Expires: s.When(link.Expires)}
		if s.pages.Outside.LinkURL != nil {
			v.URL = s.pages.Outside.LinkURL(link)
		}
		return nil
	})
	s.Title = s.T("manage.organisation_made", "name", o.Name)
	return answer{Page: foundedPage(s, v)}, err
}
