package browser_test

import (
	"regexp"
	"testing"

	"balie/test/browser"
	"balie/test/desk"
	"balie/test/widget"
)

var honest = regexp.MustCompile(`^9 van de 10 keer heeft Maaike binnen \d+ minu\w+ tijd$`)

// helped is a visitor whom Maaike helped, and who comes back while she has no room for one more.
func helped(t *testing.T, d *desk.Desk, maaike *browser.Tab) widget.Visitor {
	t.Helper()
	d.Ask(desk.Maaike, 200, "PUT", "/me/presence", map[string]any{"state": "available", "chats": 1})
	v := widget.Visitor{Tab: browser.Open(t, browser.Telephone)}
	v.Arrive(website(t, d))
	v.Start("Chat met ons")
	v.Reads("Maaike")
	v.Write(firstWords, "Mijn meter tikt")
	maaike.SeesIn(".offer", "Mijn meter tikt")
	maaike.Press("y")
	v.Reads("Maaike helpt je")
	endChat(maaike)
	v.Reads("Dit gesprek is afgesloten")

	d.Visitor().Start("Waar blijft mijn nota?")
	maaike.SeesIn(".offer", "Waar blijft mijn nota?")
	do(maaike, "y")
	maaike.SeesIn(".conversation", "Waar blijft mijn nota?")
	return v
}

// endChat ends the chat that is open, by keyboard.
func endChat(p *browser.Tab) {
	p.SeesIn(".tab.chat.here", "Bezoeker")
	do(p, "f")
	p.SeesIn("dialog", "afronden?")
	p.Press("Enter")
	p.Sees("De zaak blijft staan")
}

// The visitor chooses to wait on, colleagues see it and pass by, and the chat comes to the agent who was asked for.
func TestAVisitorWaitsOnForTheAgentWhoHelpedBeforeAndGetsThatAgent(t *testing.T) {
	t.Parallel()
	d := open(t)
	maaike := signIn(t, d, desk.Maaike, browser.Desktop)
	v := helped(t, d, maaike)
	v.Write(nextWords, "Ben je er nog, Maaike?")
	v.Reads("Maaike hielp je eerder, en is nu met iemand anders bezig", "Ik wacht op Maaike")
	v.ReadsNo("Maaike helpt je")
	says := browser.Ask[string](v.Tab, `document.querySelector("balie-chat").shadowRoot.querySelector(".own-wait").innerText`)
	if !honest.MatchString(says) {
		t.Errorf("about the wait is said %q", says)
	}
	v.Shot("asked for Maaike")
	v.Click("button", "Ik wacht op Maaike "+says)
	v.Reads("Je wacht op Maaike", "9 van de 10 keer lukt dat vóór", "Toch een collega", "Je bent de eerste in de rij")

	joris := signIn(t, d, desk.Joris, browser.Desktop)
	joris.Visit(d.URL + "/desk/queue")
	joris.SeesIn(".queue-pair", "Ben je er nog, Maaike?", "Wil wachten op Maaike Vos, tot")
	look(joris, "queue with who waits on")
	available(joris)
	d.Visitor().Start("Kan ik mijn contract meenemen?")
	joris.SeesIn(".offer", "Kan ik mijn contract meenemen?")
	joris.SeesNo(".offers", "Ben je er nog")
	v.Reads("Verstuurd") // and not read: she went on to somebody else
	v.Axe("a visitor who waits on", browser.AllRules)
	v.Shot("waits on for Maaike")

	endChat(maaike)
	maaike.SeesIn(".offer", "Ben je er nog, Maaike?", "koos om op jou te wachten")
	look(maaike, "offer of who waited on")
	maaike.Press("y")
	v.Reads("Maaike helpt je")
	v.ReadsNo("Je wacht op Maaike")
	v.Reads("Gelezen")
	maaike.SeesIn(".conversation", "Mijn meter tikt", "Ben je er nog, Maaike?")
	maaike.At("Antwoord")
	maaike.Type("Ja, daar ben ik weer.")
	maaike.Press("Enter")
	v.Reads("Ja, daar ben ik weer.")
	joris.SeesNo(".queue-pair", "Ben je er nog")
}
