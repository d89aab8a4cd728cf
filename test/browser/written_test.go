package browser_test

import (
	"testing"

	"balie/test/browser"
	"balie/test/desk"
)

// Mail stands in the same line as chats: whoever is free is offered what is due first, by one key, with no bell.
func TestWrittenWorkIsOfferedToWhoIsFree(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.Ask(desk.Amina, 200, "GET", "/queue", nil)
	maaike := signIn(t, d, desk.Maaike, browser.Desktop)
	arrive(t, d, "Nota van november", "Waarom is mijn nota zo hoog, koekoek?", "koekoek")
	arrive(t, d, "Verhuizen", "Kan ik mijn contract meenemen, roerdomp?", "roerdomp")
	lead := signIn(t, d, desk.Amina, browser.Desktop)
	lead.Visit(d.URL + "/desk/queue")
	lead.SeesIn(".queue-pair", "Wacht op antwoord per mail of formulier", "Nota van november", "Verhuizen", "Antwoord vóór")
	available(maaike)
	maaike.SeesIn(".offer", "Sanne de Vries", "Nota van november", "Antwoord vóór", "Eerste in de rij")
	look(maaike, "offer of a mail")
	lead.SeesIn(".queue-pair", "Maaike")
	look(lead, "queue with mail")
	maaike.Press("y")
	maaike.SeesIn(".conversation", "koekoek")
	maaike.SeesIn(".case-head", "Antwoord vóór")
	maaike.SeesNo(".offers", "Verhuizen")
	customer := browser.Open(t, browser.Customer)
	customer.Visit(d.Link(d.MailTo(sanne, 1)))
	customer.Sees("Antwoord op je vraag", "Je krijgt antwoord vóór", "was je vraag aan de beurt", "Niemand werd overgeslagen")
	look(customer, "case with an answer that is promised")
	do(maaike, "r")
	maaike.At("Antwoord")
	maaike.Type("Dat ligt aan de koude oktober.")
	maaike.Press("Ctrl+Enter")
	maaike.SeesIn(".offer", "Verhuizen")
	do(maaike, "x")
	maaike.At("Ik ben nog bezig 1")
	maaike.Press("1")
	maaike.SeesNo(".offers", "Verhuizen")
}
