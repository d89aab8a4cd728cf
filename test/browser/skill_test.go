package browser_test

import (
	"testing"

	"balie/domain/cases"
	"balie/domain/staff"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/browser"
	"balie/test/desk"
)

// skilled is a desk with a language and a subject, which Maaike knows.
func skilled(t *testing.T, d *desk.Desk) {
	t.Helper()
	at := ledger.At{Org: d.Org, Actor: ledger.Desk}
	if err := d.App.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
		for _, s := range []staff.Skill{{Name: "Engels", Sort: staff.Language, Locale: "en"}, {Name: "Meters", Sort: staff.Subject}} {
			kept, err := d.App.Flow.Staff.SaveSkill(tx, at, s)
			if err != nil {
				return err
			}
			if err := d.App.Flow.Staff.Knows(tx, at, kept.ID, map[ident.Agent]cases.Level{d.Maike: cases.Good}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestWhatAQuestionNeedsIsChosenByKeyboard(t *testing.T) {
	t.Parallel()
	d := open(t)
	skilled(t, d)
	c := arrive(t, d, "De meter tikt", "Mijn meter tikt, koekoek.", "koekoek")
	p := signIn(t, d, desk.Maaike, browser.Desktop)
	p.Visit(d.URL + "/desk/cases/" + c.Text("id"))
	p.SeesIn(".conversation", "koekoek")
	do(p, "v")
	p.SeesIn("dialog", "Wat moet je hiervoor kunnen?", "Engels", "Meters")
	p.TabTo("Meters")
	p.Type("2")
	look(p, "needs")
	p.TabTo("Bewaren")
	p.Press("Enter")
	p.SeesIn(".customer", "Nodig voor deze vraag", "Meters (goed)")
	p.SeesIn(".story", "koos wat nodig is: Meters")
	p.Shot("needs chosen")

	// Whoever is there and lacks it reads why they are asked.
	joris := signIn(t, d, desk.Joris, browser.Desktop)
	available(joris)
	v := d.Visitor()
	v.Start("Why is my bill this high?", "lang", "en", "name", "Priya")
	d.Ask(desk.Maaike, 200, "PUT", "/me/presence", map[string]any{"state": "away"})
	joris.SeesIn(".offer", "Gevraagd", "Engels", "Er is niemand met de gevraagde vaardigheid")
	joris.Shot("offer without the skill")
}

func TestHowManyChatsAtOnceIsExplainedAndSet(t *testing.T) {
	t.Parallel()
	d := open(t)
	maaike := signIn(t, d, desk.Maaike, browser.Desktop)
	available(maaike)
	maaike.TabTo("Menu van Maaike Vos")
	maaike.Press("Enter")
	maaike.SeesIn("#account", "2 tegelijk om mee te beginnen")
	maaike.Click("button", "3")
	maaike.SeesIn("#account", "3 tegelijk, met de hand ingesteld")
	look(maaike, "limit of oneself")

	amina := signIn(t, d, desk.Amina, browser.Desktop)
	amina.Press("9")
	amina.SeesIn(".board-card", "Maaike Vos", "0 van 3")
	amina.Click("button", "0 van 3: waarom, en veranderen voor Maaike Vos")
	amina.SeesIn("dialog", "Chats tegelijk: Maaike Vos", "3 tegelijk, met de hand ingesteld")
	look(amina, "limit of an agent")
	amina.Type("1")
	amina.TabTo("Bewaren")
	amina.Press("Enter")
	amina.SeesIn(".board-card", "0 van 1")
	maaike.Until("one at once, told by itself", `document.querySelector("#account").innerText.includes("1 tegelijk")`)
}

func TestTheSkillsOfADeskAreKeptOnPages(t *testing.T) {
	t.Parallel()
	d := open(t)
	skilled(t, d)
	p := signIn(t, d, desk.Amina, browser.Desktop)
	p.Visit(d.URL + "/manage/skills")
	p.Sees("Engels", "Meters", "Maaike Vos")
	look(p, "skills")
	p.Click("link", "Meters")
	p.Sees("Wie heeft deze vaardigheid", "Joris Brand")
	look(p, "skill")
}
