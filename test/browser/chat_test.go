package browser_test

import (
	"net/http/httptest"
	"testing"

	"balie/domain/org"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/browser"
	"balie/test/desk"
	"balie/test/widget"
)

// website is somebody else's page with the chat of the desk, under a policy that allows nothing but that.
func website(t *testing.T, d *desk.Desk) string {
	t.Helper()
	var site org.Site
	if err := d.App.DB.Write(t.Context(), func(tx *sqldb.Tx) (err error) {
		site, err = d.App.Flow.Org.SaveSite(tx, org.By{Org: d.Org, Actor: ledger.Desk}, org.Site{Name: "Mijn verbruik"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(widget.Site{Desk: d.URL, Key: site.Key, Policy: widget.Strict(d.URL)})
	t.Cleanup(server.Close)
	return server.URL
}

// available sets the switch of an agent, by keyboard.
func available(p *browser.Tab) {
	p.Press("b")
	p.Until("the agent is available", `!!document.querySelector(".me .presence-dot.available")`)
}

const (
	firstWords = "Wat is je vraag?"
	nextWords  = "Je bericht"
)

func TestAChatFromAForeignPageToSolved(t *testing.T) {
	t.Parallel()
	d := open(t)
	maaike := signIn(t, d, desk.Maaike, browser.Desktop)
	available(maaike)
	v := widget.Visitor{Tab: browser.Open(t, browser.Desktop)}
	v.Arrive(website(t, d))
	v.Start("Chat met ons")
	v.Reads("Maaike", "Hier antwoordt een mens")
	v.Write(firstWords, "Mijn rekening klopt niet sinds de verhuizing")
	maaike.SeesIn(".offer", "Mijn rekening klopt niet")
	maaike.Shot("chat-offer")
	v.Shot("chat-waiting")
	maaike.Press("y")
	v.Reads("Maaike helpt je")
	maaike.SeesIn(".tab.chat.here", "0:")
	maaike.SeesIn(".conversation", "Mijn rekening klopt niet sinds de verhuizing")
	maaike.At("Antwoord")
	maaike.Type("Goedemiddag, ik kijk met je mee.")
	v.Reads("Maaike is aan het typen")
	maaike.Press("Enter")
	v.Reads("ik kijk met je mee")
	v.Write(nextWords, "Het gaat om november")
	maaike.SeesIn(".theirs .bubble", "Het gaat om november")
	maaike.Shot("chat-talk")

	do(maaike, "q")
	maaike.At("Teruglezen")
	maaike.Type("Klopt de nota van november?")
	maaike.Press("Ctrl+Enter")
	v.Reads("Klopt de nota van november?")
	v.Shot("chat-card")
	v.Click("button", "Ja, dat is mijn vraag")
	maaike.SeesIn(".card-entry", "Bevestigd")

	do(maaike, "s")
	maaike.At("Oplossing")
	maaike.Type("De nota is gecorrigeerd.")
	maaike.Press("Ctrl+Enter")
	v.Reads("De nota is gecorrigeerd.")
	v.Click("button", "Ja, opgelost")
	maaike.SeesIn(".conversation", "De klant zegt: opgelost")
	v.Shot("chat-solved")
	c := d.Case("verhuizing")
	if c.Text("status") != "closed" || c.Text("closed_by") != "customer" || c.Text("channel") != "webchat" {
		t.Errorf("the case is %s by %q, on %s", c.Text("status"), c.Text("closed_by"), c.Text("channel"))
	}
}
