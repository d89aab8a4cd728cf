package browser_test

import (
	"testing"
	"time"

	"balie/test/browser"
	"balie/test/desk"
)

// crowd opens so many screens at a desk that nobody hears at once what concerns somebody else, and gives one of them.
func crowd(d *desk.Desk) *desk.Events {
	for range 11 {
		d.Look(desk.Joris)
	}
	return d.HearsCalmly(desk.Amina)
}

// missed waits until a screen in the crowd is told, later and in few words, that something came true about a case.
func missed(s *desk.Events, kind, about string) {
	s.Until(kind+" of case "+about+" among what was missed", func(e desk.Event) bool {
		if e.Kind != "missed" {
			return false
		}
		for _, f := range e.Data.List("facts") {
			if f.Text("kind") == kind && f.Text("case") == about {
				return true
			}
		}
		return false
	})
}

// What is nobody's, or a colleague's, comes later to a screen in a crowd. It comes, on each page, and nobody reloads it.
func TestInACrowdTheWorkspaceShowsWhatOthersDoWithoutAReload(t *testing.T) {
	t.Parallel()
	d := open(t)
	passing := crowd(d)
	d.Ask(desk.Joris, 200, "PUT", "/me/presence", map[string]any{"state": "available"})
	p := signIn(t, d, desk.Maaike, browser.Desktop)
	p.Press("7")
	p.Sees("Alle zaken")
	page := p.SamePage()

	c := arrive(t, d, "Nota van november", "Waarom is mijn nota zo hoog, koekoek?", "koekoek")
	missed(passing, "case.opened", c.Text("id"))
	p.SeesIn(".rows", "Sanne de Vries", "Nota van november")
	if err := d.Mail(sanne, "Re: Nota van november", "Het is al opgelost.", "In-Reply-To: <koekoek@post.example>"); err != nil {
		t.Fatal(err)
	}
	p.SeesIn(".rows", "Het is al opgelost.")

	p.TabTo("Wachtrij")
	p.Press("Enter")
	p.SeesIn(".queue-pair", "Er wacht niemand")
	d.Visitor().Start("Mijn meter tikt, roerdomp")
	p.SeesIn(".queue-pair", "Mijn meter tikt, roerdomp")

	other := arrive(t, d, "Verhuizen", "Kan ik mijn contract meenemen, wulp?", "wulp")
	p.Press("0")
	p.Sees("Wachten in de rij")
	d.Ask(desk.Joris, 201, "POST", "/cases/"+other.Text("id")+"/promises", map[string]any{
		"text": "Wij bellen over de nota", "due": d.App.Clock.Now().Add(20 * time.Minute).UTC().Format(time.RFC3339),
	})
	p.SeesIn(".wall-promises", "Wij bellen over de nota")

	p.Press("Esc", "/")
	p.At("Zoek klant")
	p.Type("koekoek")
	p.SeesNo(".rows", "wulp")
	p.SeesIn(".rows", "Nota van november")
	p.Press("Down", "Enter")
	p.SeesIn(".conversation", "koekoek")
	d.Ask(desk.Joris, 201, "POST", "/cases/"+c.Text("id")+"/notes", map[string]any{"text": "Ik bel straks."})
	p.SeesIn(".conversation", "Ik bel straks.")
	if p.SamePage() != page {
		t.Error("the page was loaded again")
	}
}
