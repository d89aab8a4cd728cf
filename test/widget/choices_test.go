package widget

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"balie/test/browser"
)

func TestOutsideHoursTheVisitorChoosesMailOrACall(t *testing.T) {
	t.Parallel()
	v := open(t, browser.Telephone, nil)
	v.Desk.Close()
	v.Start("Chat met ons")
	v.Reads("We zijn er nu niet", "We zijn er weer maandag om 8.00 uur", "Stel je vraag nu", "Antwoord per mail", "Bel mij terug", "Schrijf ons via het formulier")
	v.Shot("closed")
	v.Fill(ask, "Mijn meter staat stil")
	v.Click("button", "Verstuur je vraag")
	v.Reads("Vul een heel adres in")
	v.Fill("Je e-mailadres", "sanne@post.example")
	v.Click("button", "Verstuur je vraag")
	v.Reads("We hebben je vraag. We antwoorden naar sanne@post.example.", "Je nummer is 2026-0412.", "Mijn meter staat stil")
	v.Shot("closed-mail")
	later, _ := v.First()["later"].(map[string]any)
	if v.First()["email"] != "sanne@post.example" || later["kind"] != "mail" || v.First()["site"] != "site1" {
		t.Errorf("the desk got %v", v.First())
	}
}

func TestWithNobodyThereTheVisitorAsksForACall(t *testing.T) {
	t.Parallel()
	v := open(t, browser.Desktop, nil)
	v.Nobody()
	v.Start("Chat met ons")
	v.Reads("Er is nu niemand vrij")
	v.Click("radio", "Bel mij terug")
	v.Fill(ask, "Bellen over mijn contract")
	v.Fill("Je telefoonnummer", "020")
	v.Click("button", "Vraag dit gesprek aan")
	v.Reads("Vul een heel telefoonnummer in")
	v.Fill("Je telefoonnummer", "020 123 45 67")
	v.Click("button", "Vraag dit gesprek aan")
	v.Reads("We bellen je maandag tussen 9.00 en 9.30 uur op 020 123 45 67.", "Zet in je agenda")
	v.Shot("closed-call")
	v.Click("button", "Zet in je agenda")
	v.eventually("the calendar", func() bool { return v.Asked("GET /o/energie-oost/chat/talk1/calendar") == 1 })
	v.Reload()
	v.Reads("We bellen je maandag tussen 9.00 en 9.30 uur op 020 123 45 67.")
}

func TestATimeThatWasJustGivenAwayLeavesTheFormAsItWas(t *testing.T) {
	t.Parallel()
	v := open(t, browser.Telephone, nil)
	v.Nobody()
	v.Taking()
	v.Start("Chat met ons")
	v.Click("radio", "Bel mij terug")
	v.Fill(ask, "Bellen over mijn contract")
	v.Fill("Je telefoonnummer", "020 123 45 67")
	v.Click("button", "Vraag dit gesprek aan")
	v.Reads("Deze tijd is net vergeven. Deze tijden zijn nog vrij: maandag tussen 13.00")
	v.UntilCount("select.times option", 1)
	v.Shot("closed-taken")
	v.Click("button", "Vraag dit gesprek aan")
	v.Reads("We bellen je maandag tussen 13.00 en 13.30 uur op 020 123 45 67.")
	if v.First()["text"] != "Bellen over mijn contract" {
		t.Errorf("the desk got %v", v.First())
	}
}

func TestFilesGoByButtonPasteAndDragWhenTheyAreAllowed(t *testing.T) {
	t.Parallel()
	v := open(t, browser.Desktop, nil)
	v.Start("Chat met ons")
	v.Reads("zijn er nu")
	v.Give("paste", "vroeg.txt", "text/plain", []byte("te vroeg"))
	v.Reads("Stuur eerst je vraag.")
	v.Write(ask, "Ik stuur foto's van de meter")
	v.Reads("plek 2 in de rij")
	v.Give("button", "stand.exe", "application/octet-stream", []byte("x"))
	v.Reads("stand.exe kunnen we niet aannemen. Dit kan wel: .png, .jpg, .pdf, .txt.")
	v.Give("drop", "film.pdf", "application/pdf", []byte(strings.Repeat("x", 2<<20+1)))
	v.Reads("film.pdf is te groot. Een bestand mag 2 MB zijn.")
	v.Give("button", "stand.txt", "text/plain", []byte("Stand 1234"))
	v.Give("paste", "plak.txt", "text/plain", []byte("Geplakt"))
	v.Give("drop", "sleep.txt", "text/plain", []byte("Gesleept"))
	v.UntilCount(".tray li", 3)
	v.UntilCount(".tray .busy", 0)
	v.Click("button", "Haal plak.txt weg")
	v.UntilCount(".tray li", 2)
	v.Shot("files")
	v.Fill(message, "Hier zijn ze")
	v.Click("button", "Verstuur")
	v.Reads("stand.txt", "sleep.txt", "Hier zijn ze")
	v.UntilCount(".lines .file", 2)
	v.UntilCount(".tray li", 0)
	v.Take("Bram")
	v.Desk.Picture("Bram", "voorbeeld.png", drawing(t))
	v.UntilCount(".file.picture canvas", 1)
	v.Shot("picture")
}

// drawing is a small picture.
func drawing(t *testing.T) []byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 320, 200))
	for x := range 320 {
		for y := range 200 {
			picture.Set(x, y, color.RGBA{R: uint8(80 + x/3), G: uint8(120 + y/3), B: 150, A: 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHostileWordsStayWords(t *testing.T) {
	t.Parallel()
	v := talking(t, browser.Desktop)
	hostile := `<img src=x onerror="document.title='gehackt'"> javascript:alert(1) data:text/html,x`
	v.Say(`<b onclick="x">Maaike</b>`, hostile+` zie https://desk.example/uitleg(1). En https://a.example/?q="x of mail help@energie-oost.example!`)
	v.Card("promise", hostile, `<script>document.title="gehackt"</script>`)
	v.Card("solution", hostile, "")
	v.Take(hostile)
	v.Reads(`<img src=x onerror=`, `javascript:alert(1)`, `https://desk.example/uitleg(1)`)
	if n := v.Count("img, script, iframe, .bubble b"); n != 0 {
		t.Errorf("%d elements came out of words", n)
	}
	type link struct{ Href, Rel, Target string }
	links := browser.Ask[[]link](v.Tab, `[...`+root+`.querySelectorAll(".lines a")].map((a) => ({Href: a.href, Rel: a.rel, Target: a.target}))`)
	want := []string{"https://desk.example/uitleg(1)", "https://a.example/?q=", "mailto:help@energie-oost.example"}
	if len(links) != len(want) {
		t.Fatalf("the links are %v", links)
	}
	for i, l := range links {
		if l.Href != want[i] || l.Rel != "noopener noreferrer nofollow" || l.Target != "_blank" {
			t.Errorf("link %d is %+v", i, l)
		}
	}
	if title := browser.Ask[string](v.Tab, `document.title`); title != "Groene stroom" {
		t.Errorf("the title became %q", title)
	}
}

func TestThePageMayAllowScriptsByANonceOnly(t *testing.T) {
	t.Parallel()
	v := open(t, english, func(s *Site) { s.Policy = Nonce(s.Desk) })
	v.Start("Chat with us")
	v.Reads("Maaike, Bram and Sanne are here now", "A person answers here.")
	v.Write("What is your question?", "Is this fine?")
	v.Reads("You are number 2 in line")
	v.Shot("english-waiting")
}

func TestThePageOpensTheChatAndTellsWhatItKnows(t *testing.T) {
	t.Parallel()
	v := open(t, browser.Desktop, func(s *Site) {
		s.Policy = Nonce(s.Desk)
		s.Script = `customElements.whenDefined("balie-chat").then(() => setTimeout(() => {
			const chat = document.querySelector("balie-chat");
			chat.given({order: "A-17", amount: 3});
			chat.open();
		}))`
	})
	v.Reads("zijn er nu")
	v.Write(ask, "Waar blijft mijn pakket?")
	v.Reads("plek 2 in de rij")
	given, _ := v.First()["given"].(map[string]any)
	if given["order"] != "A-17" || given["amount"] != "3" {
		t.Errorf("the desk was given %v", given)
	}
}

func TestWhatTheSiteKnowsIsFilledInAndNotAskedAgain(t *testing.T) {
	t.Parallel()
	signed := base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"7","name":"Noor Visser","email":"noor@post.example","exp":1}`)) + ".c2ln"
	v := open(t, browser.Desktop, func(s *Site) { s.Tag = `data-identity="` + signed + `" data-accent="#7a1f5c"` })
	if colour := browser.Ask[string](v.Tab, `getComputedStyle(`+root+`.querySelector(".launch")).backgroundColor`); colour != "rgb(122, 31, 92)" {
		t.Errorf("the button is %s", colour)
	}
	v.Start("Chat met ons")
	v.Write(ask, "Waar is mijn bestelling?")
	v.Reads("plek 2 in de rij")
	if v.First()["identity"] != signed || v.First()["page"] != v.site+"/" || v.First()["title"] != "Groene stroom" {
		t.Errorf("the desk got %v", v.First())
	}
	v.Click("button", "Ja, graag")
	v.Shot("mail-too")
	v.Click("button", "Bewaar")
	v.Reads("We sturen ons antwoord ook naar noor@post.example.")
	if told := v.Told(); told["email"] != "noor@post.example" || told["name"] != "Noor Visser" {
		t.Errorf("the desk was told %v", told)
	}
	v.Click("button", "Meer keuzes")
	v.Shot("menu")
	v.Click("button", "Mail mij dit gesprek")
	v.Click("button", "Mail het mij")
	v.Reads("We mailen dit gesprek naar noor@post.example.")
	v.Hand("Maaike", "Bram")
	v.Reads("Maaike geeft je vraag met het hele verhaal door aan Bram", "Bram helpt je")
	v.Click("button", "Meer keuzes")
	v.Click("button", "Sluit het gesprek af")
	v.Reads("Wil je dit gesprek afsluiten?")
	v.Click("button", "Ja, sluit af")
	v.Reads("Dit gesprek is afgesloten.")
	v.Shot("ended")
	v.Write(message, "Toch nog iets")
	v.Reads("plek 2 in de rij")
}
