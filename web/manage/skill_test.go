package manage_test

import (
	"net/http"
	"strings"
	"testing"

	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/staff"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

func TestALeadSaysWhoKnowsWhat(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.browser(d.east.people[access.Lead])
		b.done("/manage/skills", "name", " Engels ", "sort", "language", "locale", "EN")
		all := got(d, func(tx *sqldb.Tx) ([]staff.Skill, error) { return d.work.Skills(tx, d.east.org.ID) })
		if len(all) != 2 || all[0].Name != "Engels" || all[0].Locale != "en" {
			t.Fatalf("%+v", all)
		}
		b.refused("staff.skill_exists", "/manage/skills", "name", "engels", "sort", "subject")
		b.refused("staff.skill_locale_unusable", "/manage/skills", "name", "Frans", "sort", "language", "locale", "frans")
		path := "/manage/skills/" + ident.Text(all[0].ID)
		if p := b.get("/manage/skills"); !strings.Contains(p.body, "Nog niemand") {
			t.Error(words(p.body))
		}
		agent, lead := d.east.people[access.Agent], d.east.people[access.Lead]
		b.done(path+"/agents", "level-"+ident.Text(agent.ID), "3", "level-"+ident.Text(lead.ID), "1")
		b.done(path+"/agents", "level-"+ident.Text(agent.ID), "2", "level-"+ident.Text(lead.ID), "", "level-12", "3")
		b.refused("cases.level_unknown", path+"/agents", "level-"+ident.Text(agent.ID), "9")
		known := got(d, func(tx *sqldb.Tx) (map[ident.Agent]staff.Levels, error) { return d.work.Known(tx, d.east.org.ID) })
		if len(known) != 1 || known[agent.ID][all[0].ID] != cases.Good {
			t.Errorf("%+v", known)
		}
		if p := b.get("/manage/skills"); !strings.Contains(p.body, agent.Name) {
			t.Error(words(p.body))
		}
		if p := d.admin().get("/manage/agents/" + ident.Text(agent.ID)); !strings.Contains(p.body, "Engels") || !strings.Contains(p.body, "2 – goed") {
			t.Error(words(p.body))
		}
		if p := d.admin().get("/manage/audit"); !strings.Contains(p.body, "Wie vaardigheid Engels heeft is veranderd.") {
			t.Error(words(p.body))
		}
		b.done(path + "/removal")
		if p := b.get(path); p.status != http.StatusNotFound {
			t.Errorf("after the removal: %d", p.status)
		}
	})
}

func TestAWebsiteAndAnAddressNeedASkill(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.admin()
		site, address := "/manage/sites/"+ident.Text(d.east.site.ID), "/manage/addresses/"+ident.Text(d.east.address.ID)
		b.done(site, "name", "Klantomgeving", "skill", ident.Text(d.east.skill.ID))
		b.done(address, "address", d.east.address.Address, "sender", "on", "skill", ident.Text(d.east.skill.ID))
		if got := d.site(d.east).Skill; got != d.east.skill.ID {
			t.Errorf("the website needs %d", got)
		}
		b.refused("staff.skill_unknown", site, "name", "Klantomgeving", "skill", ident.Text(d.west.skill.ID))
		b.refused("staff.skill_unknown", address, "address", d.east.address.Address, "sender", "on", "skill", ident.Text(d.west.skill.ID))
		b.done(site, "name", "Klantomgeving", "skill", "")
		if got := d.site(d.east).Skill; got != 0 {
			t.Errorf("the website still needs %d", got)
		}
	})
}
