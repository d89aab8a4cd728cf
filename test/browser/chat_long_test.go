package browser_test

import (
	"sync/atomic"
	"testing"
	"time"

	"balie/domain/org"
	"balie/ground/clock"
	"balie/ground/config"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/browser"
	"balie/test/desk"
	"balie/test/engine"
	"balie/test/widget"
)

// staying is a desk that comes back at the same address with the same data: behind a front, since an address that was given
// up may be taken by others.
type staying struct {
	at    engine.Target
	setup desk.Setup
	now   atomic.Pointer[desk.Desk]
}

func stays(t *testing.T) (s *staying) {
	t.Helper()
	s = &staying{at: engine.SQLite(t)}
	front, data := desk.NewFront(t, s.address), t.TempDir()
	s.setup.Config = func(c *config.Config) { c.Data, c.PublicURL, c.PublicURLGiven = data, "http://"+front.Address, true }
	s.now.Store(desk.Open(t, s.at, s.setup))
	return s
}

func (s *staying) address() string {
	if d := s.now.Load(); d != nil {
		return d.App.Address()
	}
	return ""
}

// restart ends the desk and starts it again.
func (s *staying) restart(t *testing.T) *desk.Desk {
	t.Helper()
	before := s.now.Swap(nil)
	before.Close()
	d := desk.Again(t, s.at, before, s.setup)
	s.now.Store(d)
	return d
}

// inTime waits longer than a screen is patient: for what the desk itself waits for.
func inTime(t *testing.T, what string, p *browser.Tab, expression string) {
	t.Helper()
	for range 600 {
		if browser.Ask[bool](p, expression) {
			return
		}
		if err := (clock.System{}).Sleep(t.Context(), 200*time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatalf("%s: it never came", what)
}

func TestAChatOutlivesALostLineARestartAHandOverAndAVanishedAgent(t *testing.T) {
	t.Parallel()
	s := stays(t)
	d := s.now.Load()
	maaike := signIn(t, d, desk.Maaike, browser.Desktop)
	joris := signIn(t, d, desk.Joris, browser.Desktop)
	available(maaike)
	v := widget.Visitor{Tab: browser.Open(t, browser.Desktop)}
	v.Arrive(website(t, d))
	v.Start("Chat met ons")
	v.Reads("Maaike")
	v.Write(firstWords, "Mijn meter staat stil")
	maaike.SeesIn(".offer", "Mijn meter staat stil")
	maaike.Press("y")
	v.Reads("Maaike helpt je")
	maaike.At("Antwoord")

	v.Offline(true)
	v.Write(nextWords, "Sinds gisteren avond")
	maaike.Type("Sinds wanneer?")
	maaike.Press("Enter")
	maaike.SeesIn(".ours:not(.pending) .bubble", "Sinds wanneer?")
	v.Offline(false)
	v.Reads("Sinds wanneer?")
	maaike.SeesIn(".theirs .bubble", "Sinds gisteren avond")

	d = s.restart(t)
	v.Write(nextWords, "Er knippert een rode lamp")
	maaike.SeesIn(".conversation", "Er knippert een rode lamp")
	maaike.At("Antwoord")
	maaike.Type("Dan vraag ik Joris erbij.")
	maaike.Press("Enter")
	v.Reads("Dan vraag ik Joris erbij.")
	if n := v.Count("[role=log] .said"); n != 5 {
		t.Errorf("after a lost line and a restart the visitor reads %d messages, want 5:\n%s", n, v.Words())
	}

	handedOver(t, maaike, joris, v)

	joris.Visit("about:blank") // the laptop is closed
	v.Write(nextWords, "Ben je er nog?")
	inTime(t, "the chat of an agent who vanished is offered to a colleague", maaike, `(document.querySelector(".offer")?.innerText ?? "").includes("Ben je er nog?")`)
	maaike.Press("y")
	v.Reads("Maaike helpt je")
	if c := d.Case("meter"); c.Text("owner.name") != "Maaike Vos" {
		t.Errorf("the case is of %q", c.Text("owner.name"))
	}
}

// handedOver is a chat that goes from Maaike to Joris, with the story.
func handedOver(t *testing.T, maaike, joris *browser.Tab, v widget.Visitor) {
	t.Helper()
	available(joris)
	do(maaike, "o")
	maaike.At("Aan wie?")
	maaike.Until("the colleagues", `document.querySelectorAll("#handover-to optgroup option").length > 1`)
	maaike.Type("Joris")
	maaike.Press("Tab")
	maaike.At("Wat moet de ander weten?")
	maaike.Type("Rode lamp op de meter.")
	maaike.Press("Tab", "Tab", "Enter")
	joris.SeesIn(".offer", "Een collega draagt het aan jou over")
	v.Shot("chat-handed-over")
	joris.Press("y")
	v.Reads("Joris helpt je")
	joris.SeesIn(".conversation", "Rode lamp op de meter.")
	joris.Axe("a live chat", browser.AllRules)
	v.Axe("the chat on a foreign page", browser.AllRules)
}

func TestOutsideTheHoursAVisitorLeavesTheQuestionAndGetsAnAnswerByMail(t *testing.T) {
	t.Parallel()
	d := open(t)
	if err := d.App.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
		return d.App.Flow.Org.SetWeek(tx, org.By{Org: d.Org, Actor: ledger.Desk}, "webchat", org.Week{})
	}); err != nil {
		t.Fatal(err)
	}
	v := widget.Visitor{Tab: browser.Open(t, browser.Telephone)}
	v.Arrive(website(t, d))
	v.Start("Chat met ons")
	v.Reads("We zijn er nu niet", "Antwoord per mail")
	v.Shot("chat-closed")
	v.Axe("the chat outside the hours", browser.AllRules)
	v.Fill(firstWords, "Mijn meter staat stil")
	v.Fill("Je e-mailadres", sanne)
	v.Click("button", "Verstuur je vraag")
	v.Reads("We hebben je vraag", sanne)
	maaike := signIn(t, d, desk.Maaike, browser.Desktop)
	maaike.Press("2")
	maaike.SeesIn(".rows", "Mijn meter staat stil")
	maaike.Press("Enter")
	maaike.SeesIn(".conversation", "Mijn meter staat stil")
	do(maaike, "r")
	maaike.At("Antwoord")
	maaike.Type("We sturen een monteur.")
	maaike.Press("Ctrl+Enter")
	d.MailTo(sanne, 2) // after the receipt
}
