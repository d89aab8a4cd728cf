package browser_test

import (
	"testing"
	"time"

	"balie/domain/org"
	"balie/ground/clock"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/browser"
	"balie/test/desk"
	"balie/test/engine"
)

// hourly is a desk that is always open, promises an answer within an hour and began so long ago. Its clock is in the test's
// hand; a screen goes by the machine's, so the two should agree by the time that somebody looks.
func hourly(t *testing.T, ago time.Duration) (*desk.Desk, *clock.Hand) {
	t.Helper()
	hand := clock.At(clock.System{}.Now().Add(-ago))
	d := desk.Open(t, engine.SQLite(t), desk.Setup{Clock: hand})
	if err := d.App.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
		by, always := org.By{Org: d.Org, Actor: ledger.Desk}, org.Week{}
		for day := range always {
			always[day] = []org.Span{{From: 0, To: 24 * 60}}
		}
		if err := d.App.Flow.Org.SetWeek(tx, by, "", always); err != nil {
			return err
		}
		return d.App.Flow.Org.SetTarget(tx, by, org.Target{Answer: time.Hour})
	}); err != nil {
		t.Fatal(err)
	}
	return d, hand
}

// The owner is not there when three quarters of the time are over: the case goes to whoever is. When it is late all the same,
// the wall says so to everybody, and the customer's page to the customer.
func TestACaseOfWhoIsNotThereGoesBackInLineAndALateAnswerIsOnTheWall(t *testing.T) {
	t.Parallel()
	d, hand := hourly(t, 70*time.Minute)
	c := arrive(t, d, "Nota van november", "Waarom is mijn nota zo hoog, koekoek?", "koekoek")
	path := "/cases/" + c.Text("id")
	d.Ask(desk.Maaike, 200, "POST", path+"/owner", map[string]string{"agent": "me"})
	hand.Advance(45*time.Minute - 10*time.Second)
	d.Available(desk.Joris)
	hand.Advance(10 * time.Second)
	d.Eventually("the case is nobody's", func() bool { return d.Ask(desk.Amina, 200, "GET", path, nil).Text("owner.name") == "" })
	customer := browser.Open(t, browser.Customer)
	customer.Visit(d.Link(d.MailTo(sanne, 1)))
	customer.Sees("Maaike is er niet. Je vraag staat weer in de rij")
	look(customer, "case of who is not there")
	d.Ask(desk.Joris, 200, "PUT", "/me/presence", map[string]any{"state": "busy"}) // so it is late
	hand.Advance(25 * time.Minute)

	p := signIn(t, d, desk.Amina, browser.Desktop)
	p.Visit(d.URL + "/desk" + path)
	p.SeesIn(".line-entry", "Maaike Vos is er niet. De zaak staat weer in de rij")
	p.SeesIn(".case-head", "te laat")
	look(p, "case back in line")
	p.Press("Esc", "0")
	p.SeesIn(".wall-promises", "Antwoord", "Nota van november", "te laat")
	look(p, "wall with a late answer")
	customer.Reload()
	customer.Sees("Te laat: je zou antwoord krijgen")
	look(customer, "case with a late answer")
}
