package fake

import (
	"strings"
	"testing"

	"balie/test/browser"
)

var lead = Options{Locale: "nl", Role: "lead", State: "full"}

// Every screen, with the words by which it is seen to be there.
var screens = []struct {
	name, path, keys, selector, words string
	o                                 Options
}{
	{"inbox", "/desk", "", ".row-name", "Sanne de Vries", lead},
	{"case", "/desk/cases/4817", "", ".bubble", "graag om 16.00", lead},
	{"case in English", "/desk/cases/4817", "", ".compose-tabs", "Read back", Options{Locale: "en", Role: "agent", State: "full"}},
	{"promise", "/desk/cases/4817", "a", ".promise-form", "Wanneer", lead},
	{"note", "/desk/cases/4817", "n", ".compose-says", "De klant ziet dit niet", lead},
	{"hand over", "/desk/cases/4817", "o", "dialog", "Wat moet de ander weten", lead},
	{"merge", "/desk/cases/4817", "m", "dialog", "Samenvoegen", lead},
	{"snooze", "/desk/cases/4817", "z", "dialog", "Uitstellen", lead},
	{"tags", "/desk/cases/4817", "t", "dialog", "#verhuizing", lead},
	{"new case", "/desk", "c", "dialog", "Wat vraagt de klant", lead},
	{"shortcuts", "/desk", "?", "dialog", "Sneltoetsen", lead},
	{"board", "/desk/board", "", ".numbers", "Wachten nu", lead},
	{"outbox", "/desk/outbox", "", "td", "klant0@post.example", lead},
	{"nothing to do", "/desk", "", ".says", "Je hebt nu geen zaken", Options{Locale: "nl", Role: "agent", State: "empty"}},
	{"server away", "/desk/cases/4817", "", ".says", "Probeer opnieuw", Options{Locale: "nl", Role: "agent", State: "failing"}},
	{"customer's page", "/sample/portal.html", "", "h2", "Waar staat mijn zaak", lead},
	{"customer's form", "/sample/form.html", "", "legend", "cijfer", lead},
	{"manage", "/sample/manage.html", "", "h1", "Medewerkers", lead},
	{"sign-in", "/sample/signin.html", "", "h1", "Inloggen", lead},
}

func TestEveryScreenIsAccessibleInLightAndDarkAndFitsOnAPhone(t *testing.T) {
	phone := browser.Telephone
	phone.Dark = true
	for _, c := range screens {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			for _, look := range []browser.Screen{browser.Desktop, phone} {
				s := open(t, c.o, look, c.path)
				if c.keys != "" {
					s.ready(c.path)
					s.Press(c.keys)
				}
				s.sees(c.selector, c.words)
				s.Axe(c.name, browser.AllRules)
				s.Fits(c.name)
			}
		})
	}
}

// ready waits for the case, since keys for a case do nothing before it is there.
func (s *screen) ready(path string) {
	s.t.Helper()
	if strings.Contains(path, "/cases/") {
		s.sees(".compose-tabs", "Antwoord")
		return
	}
	s.sees(".row-name", "Sanne de Vries")
}
