package widget

import (
	"net/http/httptest"
	"os"
	"slices"
	"testing"

	"balie/ground/clock"
	"balie/test/browser"
)

func TestMain(m *testing.M) {
	code := m.Run()
	browser.Quit()
	os.Exit(code)
}

// scene is a visitor on somebody else's page and a desk.
type scene struct {
	Visitor
	*Desk
	t    *testing.T
	desk *httptest.Server
	site string
}

// english is a desk in the other language.
var english = browser.Screen{Name: "desktop", Width: 1440, Height: 900, Language: "en"}

func open(t *testing.T, s browser.Screen, change func(*Site)) *scene {
	t.Helper()
	d, err := New(clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	desk := httptest.NewServer(d)
	page := Site{Desk: desk.URL, Policy: Strict(desk.URL), Language: s.Language}
	if change != nil {
		change(&page)
	}
	site := httptest.NewServer(page)
	t.Cleanup(func() {
		d.Away(true) // ends the streams, for which the server would wait
		for _, server := range []*httptest.Server{desk, site} {
			server.CloseClientConnections()
			server.Close()
		}
	})
	v := &scene{Visitor: Visitor{browser.Open(t, s)}, Desk: d, t: t, desk: desk, site: site.URL}
	v.Arrive(v.site)
	return v
}

// eventually waits for something that the desk sees.
func (s *scene) eventually(what string, yes func() bool) {
	s.t.Helper()
	for range 1200 {
		if yes() {
			return
		}
		browser.Ask[int](s.Tab, `new Promise((done) => setTimeout(() => done(0), 25))`)
	}
	s.t.Fatalf("%s: it never came", what)
}

const (
	ask     = "Wat is je vraag?"
	message = "Je bericht"
)

// talking is a visitor whom Maaike helps.
func talking(t *testing.T, s browser.Screen) *scene {
	t.Helper()
	v := open(t, s, nil)
	v.Start("Chat met ons")
	v.Write(ask, "Mijn rekening klopt niet")
	v.Reads("Mijn rekening klopt niet", "plek 2 in de rij")
	v.Take("Maaike")
	v.Reads("Maaike helpt je")
	return v
}

func TestAVisitorAsksWaitsTalksAndJudges(t *testing.T) {
	t.Parallel()
	v := open(t, browser.Desktop, nil)
	if n := v.Asked("GET /o/energie-oost/chat"); n != 0 {
		t.Errorf("before it was opened the desk was asked %d times who is there", n)
	}
	v.Start("Chat met ons")
	v.Reads("Chat met Energie Oost", "Maaike, Bram en Sanne zijn er nu", "9 van de 10 mensen", "Vandaag open tot 21.00 uur", "Bel 088", "Hier antwoordt een mens.")
	v.UntilFocus(ask)
	v.Shot("story-1-before")
	v.Write(ask, "Mijn rekening klopt niet")
	v.Reads("Mijn rekening klopt niet", "Je staat op plek 2 in de rij", "binnen 2 minuten", "Wil je het antwoord ook per mail?")
	v.Shot("story-2-waiting")
	v.Take("Maaike")
	v.Reads("Maaike leest mee en helpt je", "Maaike helpt je")
	v.ReadsNo("plek 2 in de rij")
	v.Click("button", "Nee, dank je")
	v.ReadsNo("ook per mail?")
	v.Types("Maaike")
	v.Reads("Maaike is aan het typen")
	v.Say("Maaike", "Goedemiddag. Gaat het om de nota van 12 november?")
	v.Reads("de nota van 12 november?")
	v.ReadsNo("aan het typen")
	v.Fill(message, "Ja")
	v.eventually("the desk sees that the visitor types", v.Typing)
	v.Press("Enter")
	v.UntilCount("[role=log] .said.me", 2)
	v.Reads("Verstuurd")
	v.Desk.Sees()
	v.Reads("Gelezen")
	v.eventually("the desk knows what the visitor saw", func() bool { seen, of := v.Seen(); return seen > 2 && seen <= of })
	v.Shot("story-3-talk")
	v.cards()
	v.judgement()
	want := []string{"read_back", "confirmed", "promise", "solution", "not_solved", "solution", "solved", "feedback", "feedback"}
	if got := v.Kinds(); !slices.Equal(got, want) {
		t.Errorf("the desk has the cards %v", got)
	}
}

// cards are the question read back, a promise and two solutions, of which the second helps.
func (v *scene) cards() {
	v.t.Helper()
	v.Card("read_back", "Het verbruik na 28 oktober hoort niet op mijn nota.", "")
	v.Reads("Is dit je vraag?", "Het verbruik na 28 oktober")
	v.Shot("story-4-read-back")
	v.Click("button", "Ja, dat is mijn vraag")
	v.Reads("Je zei: dit is mijn vraag")
	v.UntilCount(".answer", 0)
	v.Card("promise", "Wij sturen je een nieuwe nota", "vandaag voor 17.00 uur")
	v.Reads("Wij beloven je", "vandaag voor 17.00 uur")
	v.Card("solution", "De nota is aangepast en staat klaar.", "")
	v.Click("button", "Nee, nog niet")
	v.Fill("Wat is er nog niet goed?", "Het bedrag staat er nog")
	v.Click("button", "Verstuur je antwoord")
	v.Reads("Je zei: nog niet opgelost", "Het bedrag staat er nog")
	v.Card("solution", "Nu is het bedrag ook aangepast.", "")
	v.Shot("story-5-solution")
	v.Click("button", "Ja, opgelost")
	v.Reads("Je zei: het is opgelost")
}

// judgement is a face, then a grade.
func (v *scene) judgement() {
	v.t.Helper()
	v.Reads("Hoe vond je onze hulp?")
	v.Click("button", "Verstuur je oordeel")
	v.Reads("Kies wat je het beste vindt passen.")
	v.Click("radio", "Heel tevreden")
	v.Click("radio", "9")
	v.Shot("story-6-rating")
	v.Click("button", "Verstuur je oordeel")
	v.Reads("Jouw oordeel", "Heel tevreden · 9", "Dank je.")
	v.Shot("story-7-rated")
}
