package browser_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"balie/test/browser"
	"balie/test/desk"
)

func TestTheWalkByKeyboardAndOnATelephoneWithoutScripts(t *testing.T) {
	t.Parallel()
	d := open(t)
	maaike := signIn(t, d, desk.Maaike, browser.Desktop)
	first := maaike.SamePage()
	maaike.Sees("Je hebt nu geen zaken")
	maaike.Press("2")
	maaike.Sees("Elke zaak heeft een eigenaar")

	if err := d.Mail("Sanne de Vries <"+sanne+">", "Nota van november", "Waarom is mijn nota twee keer zo hoog?"); err != nil {
		t.Fatal(err)
	}
	maaike.SeesIn(".rows", "Sanne de Vries", "Waarom is mijn nota") // by itself
	maaike.Press("Enter")
	maaike.SeesIn(".conversation", "Nota van november", "Waarom is mijn nota twee keer zo hoog?")
	maaike.Press("e")
	maaike.Sees("De zaak is nu van jou")

	maaike.Press("q")
	maaike.At("Teruglezen")
	maaike.Type("Waarom is de nota van november twee keer zo hoog als die van oktober?")
	maaike.Press("Ctrl+Enter")
	maaike.SeesIn(".card-entry", "Wacht op bevestiging van de klant")

	sannes := browser.Open(t, browser.Customer)
	sannes.Visit(d.Link(d.MailTo(sanne, 2)))
	sannes.Sees("Waarom is de nota van november twee keer zo hoog als die van oktober?", "Maaike helpt je")
	sannes.Click("button", "Ja, dat is mijn vraag")
	sannes.Sees("Je vraag is bevestigd")
	maaike.SeesIn(".card-entry", "Bevestigd door Sanne")

	promised(t, maaike, sannes)
	answered(t, maaike, sannes)
	solved(t, maaike, sannes)

	if maaike.SamePage() != first {
		t.Error("the workspace was loaded again on the way")
	}
	c := d.Case("november")
	if c.Text("status") != "closed" || c.Text("closed_by") != "customer" {
		t.Errorf("the case is %s by %q", c.Text("status"), c.Text("closed_by"))
	}
}

// promised is a promise that is made, seen and kept.
func promised(t *testing.T, maaike, sannes *browser.Tab) {
	t.Helper()
	do(maaike, "a")
	maaike.At("Wat gaan wij doen?")
	maaike.Type("Wij bellen je met de uitslag van de meting")
	maaike.Press("Tab")
	maaike.At("Wanneer?")
	maaike.Type("morgen 10")
	maaike.Press("Enter")
	maaike.SeesIn(".customer .promise-card", "Wij bellen je met de uitslag", "10.00")
	sannes.Reload()
	sannes.Sees("Wij bellen je met de uitslag van de meting", "10.00")
	sannes.Shot("customer-promise")
	maaike.TabTo("Nagekomen")
	maaike.Press("Enter")
	maaike.Sees("Er staat geen afspraak open", "Jij kwam een afspraak na")
	sannes.Reload()
	sannes.Sees("Gedaan:")
}

// answered is an answer with a file.
func answered(t *testing.T, maaike, sannes *browser.Tab) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "meting.txt")
	if err := os.WriteFile(file, []byte("stand 4817"), 0o600); err != nil {
		t.Fatal(err)
	}
	do(maaike, "r")
	maaike.At("Antwoord")
	maaike.Type("De meting staat in de bijlage.")
	maaike.TabTo("Bijlage toevoegen")
	maaike.Attach(file)
	maaike.SeesIn(".composer", "meting.txt")
	maaike.TabTo("Verstuur")
	maaike.Press("Enter")
	maaike.SeesIn(".ours:not(.pending) .bubble", "De meting staat in de bijlage.", "meting.txt") // kept, not only sent
	sannes.Reload()
	sannes.Sees("De meting staat in de bijlage.", "meting.txt")
	resp, err := http.Get(browser.Ask[string](sannes, `document.querySelector("a[download]").href`))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if b, err := io.ReadAll(resp.Body); err != nil || string(b) != "stand 4817" {
		t.Errorf("the file of the customer's page has %q, %v", b, err)
	}
}

// solved is a solution that is refused, proposed again and confirmed with a judgement.
func solved(t *testing.T, maaike, sannes *browser.Tab) {
	t.Helper()
	propose := func(words string) {
		do(maaike, "s")
		maaike.At("Oplossing")
		maaike.Type(words)
		maaike.Press("Ctrl+Enter")
		maaike.SeesIn(".card-entry", words)
		maaike.SeesIn(".case-acts", "Ter bevestiging")
		sannes.Reload()
		sannes.Sees(words)
	}
	propose("De nota is gecorrigeerd.")
	sannes.Click("DisclosureTriangle", "Nee, nog niet")
	sannes.Fill("Wat moet er nog gebeuren?", "Het bedrag klopt nog niet.")
	sannes.Click("button", "Verstuur en open mijn zaak weer")
	sannes.Sees("Je zaak is weer open")
	maaike.SeesIn(".card-entry.red", "Nog niet opgelost", "Het bedrag klopt nog niet.")
	maaike.SeesNo(".case-acts", "Ter bevestiging")

	propose("Het bedrag is nu ook aangepast.")
	sannes.Click("button", "Ja, opgelost")
	sannes.Sees("Fijn dat het is opgelost")
	sannes.Click("radio", "zeer tevreden")
	sannes.Click("radio", "9")
	sannes.Click("button", "Verstuur mijn oordeel")
	sannes.Sees("Dank je voor je oordeel")
	maaike.SeesIn(".conversation", "De klant zegt: opgelost", "Zeer tevreden · cijfer 9")
	maaike.SeesIn(".case-acts", "Opgelost")
}
