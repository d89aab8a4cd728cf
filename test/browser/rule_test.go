package browser_test

import (
	"testing"

	"balie/test/browser"
	"balie/test/desk"
)

func TestAnAdministratorWritesTriesAndSwitchesOnARule(t *testing.T) {
	t.Parallel()
	d := open(t)
	if err := d.Mail("Sanne de Vries <"+sanne+">", "Help", "Ik ruik gas, kievit."); err != nil {
		t.Fatal(err)
	}
	d.MailTo(sanne, 1)
	p := signIn(t, d, desk.Amina, browser.Desktop)
	p.Visit(d.URL + "/manage/rules")
	p.Sees("Er zijn nog geen regels")
	look(p, "manage rules empty")
	p.Click("link", "Nieuwe regel")
	p.Sees("En de zaak is zo")
	look(p, "manage rule new")
	p.Fill("Naam", "Gaslucht")
	p.TabTo("Bericht van de klant")
	p.Type("bevat")
	p.Fill("Labels erbij", "gas, spoed")
	p.Click("button", "Bewaren")
	p.Sees("Vul hier in waar de regel naar kijkt")
	look(p, "manage rule with an error")
	p.Fill("Bericht van de klant: woorden", "gas")
	p.Click("button", "Probeer op de laatste 30 dagen")
	p.Sees("Dit had de regel gedaan", "Help", "label erbij: gas, spoed")
	look(p, "manage rule tried")
	p.Click("button", "Bewaren")
	p.Sees("Deze regel doet nu niets")
	p.Click("button", "Zet aan")
	p.Sees("De regel staat aan")
	look(p, "manage rule")
	if err := d.Mail("Lotte Bakker <lotte@post.example>", "Kelder", "Weer gas, wielewaal."); err != nil {
		t.Fatal(err)
	}
	id := d.Case("wielewaal").Text("id")
	d.Eventually("the rule ran", func() bool { return len(d.Ask(desk.Amina, 200, "GET", "/cases/"+id, nil)["tags"].([]any)) == 2 })
	p.Click("link", "Wat de regel deed")
	p.Sees("label erbij: gas, spoed")
	look(p, "manage rule runs")
	p.Visit(d.URL + "/desk/cases/" + id)
	p.SeesIn(".line-entry", "Regel ‘Gaslucht’: label erbij: gas, spoed")
	look(p, "case with a rule")
	p.Click("link", "Regel ‘Gaslucht’")
	p.Sees("Werkt sinds")
	p.Visit(d.URL + "/manage/rules")
	p.Sees("Gaslucht", "aan")
	look(p, "manage rules")
}
