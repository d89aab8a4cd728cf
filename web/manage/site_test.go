package manage_test

import (
	"html"
	"net/http"
	"strings"
	"testing"
	"time"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

func (d *desk) site(s *side) org.Site {
	return got(d, func(tx *sqldb.Tx) (org.Site, error) { return d.org.Site(tx, s.org.ID, s.site.ID) })
}

func TestAWebsiteIsAddedChangedAndTakenAway(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.admin()
		p := b.done("/manage/sites", "name", "Winkel", "origins", "https://winkel.example\nHTTPS://www.winkel.example/", "department", ident.Text(d.east.dept.ID))
		all := got(d, func(tx *sqldb.Tx) ([]org.Site, error) { return d.org.Sites(tx, d.east.org.ID) })
		if len(all) != 2 || all[1].Name != "Winkel" || strings.Join(all[1].Origins, " ") != "https://winkel.example https://www.winkel.example" ||
			all[1].Department != d.east.dept.ID {
			t.Fatalf("%+v", all)
		}
		tag := `<script src="https://balie.example/o/energie-oost/widget.js" data-site="` + all[1].Key + `" async></script>`
		if !strings.Contains(html.UnescapeString(p.body), tag) {
			t.Error(words(p.body))
		}
		if l := b.get("/manage/sites"); !strings.Contains(l.body, "Winkel") || !strings.Contains(l.body, "Storingen Energie Oost") {
			t.Error(words(l.body))
		}
		path := "/manage/sites/" + ident.Text(all[1].ID)
		b.refused("org.name_missing", path, "name", " ")
		b.refused("org.choice_unknown", path, "name", "Winkel", "department", ident.Text(d.west.dept.ID))
		p = b.refused("org.site_origin_unusable", path, "name", "Winkel", "origins", "winkel.example/pad")
		if !strings.Contains(p.body, "winkel.example/pad") {
			t.Error("what was typed is gone")
		}
		b.done(path, "name", "Webwinkel", "origins", "")
		if l := b.get("/manage/sites"); !strings.Contains(l.body, "Webwinkel") || !strings.Contains(l.body, "Elk adres") {
			t.Error(words(l.body))
		}
		b.done(path + "/removal")
		if p := b.get(path); p.status != http.StatusNotFound {
			t.Errorf("after the removal: %d", p.status)
		}
	})
}

func TestTheSecretOfAWebsiteIsShownOnlyWhenAskedFor(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.admin()
		path := "/manage/sites/" + ident.Text(d.east.site.ID)
		first := d.site(d.east).Secret.Reveal()
		for _, open := range []string{path, "/manage/sites"} {
			if p := b.get(open); strings.Contains(p.body, first) {
				t.Errorf("%s shows the secret", open)
			}
		}
		if p := b.post(path + "/secret"); p.status != http.StatusOK || !strings.Contains(p.body, first) || !strings.Contains(p.header.Get("Cache-Control"), "no-store") {
			t.Error(p.status, words(p.body))
		}
		if p := b.done(path + "/renewal"); !strings.Contains(p.body, "Er is een nieuw geheim") {
			t.Error(words(p.body))
		}
		second := d.site(d.east).Secret.Reveal()
		if p := b.post(path + "/secret"); second == first || !strings.Contains(p.body, second) || strings.Contains(p.body, first) {
			t.Error("the secret was not renewed")
		}
		if p := d.browser(d.east.people[access.Lead]).post(path + "/secret"); p.status != http.StatusForbidden {
			t.Errorf("a lead gets %d", p.status)
		}
		if p := b.get("/manage/audit"); !strings.Contains(p.body, "website") {
			t.Error("the audit trail does not say so")
		}
	})
}

func TestTheChatHasHoursOfItsOwn(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.admin()
		if p := b.get("/manage/hours?channel=webchat"); p.status != http.StatusOK || !strings.Contains(p.body, "Chat") {
			t.Fatal(p.status, words(p.body))
		}
		b.done("/manage/hours", "channel", "webchat", "day1-1", "09:00", "day1-2", "17:00")
		h := got(d, func(tx *sqldb.Tx) (org.Hours, error) { return d.org.Hours(tx, d.east.org.ID, "webchat") })
		if len(h.Week[time.Monday]) != 1 || len(h.Week[time.Tuesday]) != 0 {
			t.Errorf("%+v", h.Week)
		}
	})
}
