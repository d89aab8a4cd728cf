package browser_test

import (
	"testing"
	"time"

	"balie/test/browser"
	"balie/test/desk"
)

// arrive sends a mail and gives the case it became.
func arrive(t *testing.T, d *desk.Desk, subject, text, word string) desk.JSON {
	t.Helper()
	if err := d.Mail("Sanne de Vries <"+sanne+">", subject, text, "Message-ID: <"+word+"@post.example>"); err != nil {
		t.Fatal(err)
	}
	return d.Case(word)
}

// working is Maaike with a case of hers open in the workspace.
func working(t *testing.T) (*desk.Desk, *browser.Tab, desk.JSON) {
	t.Helper()
	d := open(t)
	c := arrive(t, d, "Nota van november", "Waarom is mijn nota zo hoog, koekoek?", "koekoek")
	d.Ask(desk.Maaike, 200, "POST", "/cases/"+c.Text("id")+"/owner", map[string]string{"agent": "me"})
	p := signIn(t, d, desk.Maaike, browser.Desktop)
	p.Sees("Sanne de Vries")
	p.Press("j", "Enter")
	p.SeesIn(".conversation", "koekoek")
	return d, p, c
}

const written = `document.querySelector(".write").value`

func TestADraftSurvivesAReloadAndAnotherBrowser(t *testing.T) {
	t.Parallel()
	d, p, c := working(t)
	do(p, "r")
	p.At("Antwoord")
	p.Type("Nog niet af")
	p.Until("the words", written+` === "Nog niet af"`)
	p.Reload()
	p.SeesIn(".conversation", "koekoek")
	p.Until("the draft after a reload", written+` === "Nog niet af"`)
	d.Eventually("the draft at the server", func() bool {
		return d.Ask(desk.Maaike, 200, "GET", "/cases/"+c.Text("id"), nil).Text("draft.text") == "Nog niet af"
	})
	elsewhere := signIn(t, d, desk.Maaike, browser.Desktop)
	elsewhere.Visit(d.URL + "/desk/cases/" + c.Text("id"))
	elsewhere.SeesIn(".conversation", "koekoek")
	elsewhere.Until("the draft in another browser", written+` === "Nog niet af"`)
}

func TestWhatIsSentWithoutAConnectionArrivesOnceWhenItIsBack(t *testing.T) {
	t.Parallel()
	d, p, c := working(t)
	p.Offline(true)
	p.SeesIn(".offline", "Geen verbinding")
	do(p, "r")
	p.At("Antwoord")
	p.Type("Geschreven zonder verbinding.")
	p.Press("Ctrl+Enter")
	p.SeesIn(".pending", "Geschreven zonder verbinding.", "als de verbinding terug is")
	p.Type("En nog een begin")
	p.Shot("offline")
	p.Offline(false)
	p.Until("the message at the server", `!document.querySelector(".pending") && document.querySelectorAll(".ours .bubble").length === 1`)
	p.Until("no bar", `!document.querySelector(".offline")`)
	p.Until("what was being written", written+` === "En nog een begin"`)
	c = d.Ask(desk.Maaike, 200, "GET", "/cases/"+c.Text("id"), nil)
	n := 0
	for _, e := range c.List("timeline") {
		if e.Text("text") == "Geschreven zonder verbinding." {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the message stands there %d times", n)
	}
}

func TestAfterAStepTheFocusIsOnTheCaseWhereTheKeysWork(t *testing.T) {
	t.Parallel()
	_, p, _ := working(t)
	onTheCase := func(after string) {
		t.Helper()
		p.Until("the focus on the case after "+after, `document.activeElement.id === "main"`)
	}
	p.Press("q")
	p.At("Teruglezen")
	p.Type("Waarom is de nota zo hoog?")
	p.Press("Ctrl+Enter")
	p.SeesIn(".card-entry", "Wacht op bevestiging van de klant")
	onTheCase("a read-back")
	p.Press("a")
	p.At("Wat gaan wij doen?")
	p.Type("Wij bellen je")
	p.Press("Tab")
	p.At("Wanneer?")
	p.Type("morgen 10")
	p.Press("Enter")
	p.SeesIn(".customer .promise-card", "Wij bellen je")
	onTheCase("a promise")
	p.Press("s")
	p.At("Oplossing")
	p.Type("De nota is gecorrigeerd.")
	p.TabTo("Stel voor")
	p.Press("Enter")
	p.SeesIn(".card-entry.accent", "De nota is gecorrigeerd.")
	onTheCase("a solution by its button")
	p.Press("r")
	p.At("Antwoord")
	p.Type("Dat is gebeurd.")
	p.TabTo("Verstuur")
	p.Press("Enter")
	p.SeesIn(".ours:not(.pending) .bubble", "Dat is gebeurd.")
	p.At("Antwoord") // the field stays open
}

func TestAMovedPromiseIsReadInLinesOfItsOwn(t *testing.T) {
	t.Parallel()
	d, p, c := working(t)
	due := func(hours int) string {
		return d.App.Clock.Now().Add(time.Duration(hours) * time.Hour).UTC().Format(time.RFC3339)
	}
	path := "/cases/" + c.Text("id")
	made := d.Ask(desk.Maaike, 200, "POST", path+"/promises", map[string]string{"text": "Wij bellen je met de uitslag van de meting die de monteur heeft gedaan", "due": due(3)})
	d.Ask(desk.Maaike, 200, "POST", path+"/promises/"+made.List("promises")[0].Text("id")+"/move", map[string]string{"due": due(30), "reason": "De monteur heeft meer tijd nodig."})
	p.SeesIn(".line-entry", "Jij verzette een afspraak", "uitslag van de meting", "Reden: De monteur heeft meer tijd nodig.")
	for _, s := range []browser.Screen{browser.Desktop, browser.Telephone} {
		p.Use(s)
		p.Fits("a moved promise")
		p.Until("each part on lines of its own", `(() => {
			const parts = [...document.querySelectorAll(".line-entry p")].map((e) => e.getBoundingClientRect());
			return parts.length >= 3 && parts.every((r, i) => !i || r.top >= parts[i - 1].bottom);
		})()`)
		p.Shot("moved promise " + s.Name)
	}
}

func TestTwoAgentsInOneCaseSeeEachOther(t *testing.T) {
	t.Parallel()
	d, maaike, c := working(t)
	joris := signIn(t, d, desk.Joris, browser.Desktop)
	joris.Visit(d.URL + "/desk/cases/" + c.Text("id"))
	joris.SeesIn(".collision", "Maaike Vos kijkt ook mee")
	maaike.SeesIn(".collision", "Joris Brand kijkt ook mee")
	do(joris, "r")
	joris.At("Antwoord")
	joris.Type("Hallo")
	maaike.SeesIn(".collision.typing", "Joris Brand typt een antwoord")
	maaike.Shot("collision")
}

func TestAskingForWhatTheFormGaveIsSaidBeforeSending(t *testing.T) {
	t.Parallel()
	d := open(t)
	lotte := browser.Open(t, browser.Customer)
	lotte.Visit(d.URL + "/o/energie-oost/form")
	lotte.Fill("Je naam", "Lotte Bakker")
	lotte.Fill("Je e-mailadres", "lotte@post.example")
	lotte.Fill("Waar gaat het over?", "Verhuizing")
	lotte.Fill("Je vraag", "Kan ik mijn contract meenemen, reigerblauw?")
	lotte.Click("DisclosureTriangle", "Dit helpt ons om je sneller te helpen")
	lotte.Fill("Postcode", "1234 AB")
	lotte.Click("button", "Verstuur je vraag")
	lotte.Sees("Je vraag is binnen")

	p := signIn(t, d, desk.Maaike, browser.Desktop)
	p.Visit(d.URL + "/desk/cases/" + d.Case("reigerblauw").Text("id"))
	p.SeesIn(".conversation", "reigerblauw")
	do(p, "r")
	p.At("Antwoord")
	p.Type("Wat is je postcode?")
	p.SeesIn(".known-line", "Postcode is bekend: 1234 AB, formulier van vandaag")
	p.Shot("known")
}

func TestSearchFindsACaseByAWordInItsText(t *testing.T) {
	t.Parallel()
	d, p, _ := working(t)
	if err := d.Mail("Fatima El Idrissi <fatima@post.example>", "Zonnepanelen", "Leveren mijn panelen terug, wielewaal?"); err != nil {
		t.Fatal(err)
	}
	p.Press("Esc", "7")
	p.SeesIn(".rows", "Sanne de Vries", "Fatima El Idrissi")
	p.Press("/")
	p.At("Zoek klant")
	p.Type("wielewaal")
	p.SeesNo(".rows", "Sanne de Vries")
	p.SeesIn(".rows", "Fatima El Idrissi")
	p.Press("Down", "Enter")
	p.SeesIn(".conversation", "Zonnepanelen")
}

func TestTwoCasesOfACustomerAreMerged(t *testing.T) {
	t.Parallel()
	d, p, c := working(t)
	second := arrive(t, d, "Nog iets", "Ook de meter doet raar, pimpelmees.", "pimpelmees")
	p.Visit(d.URL + "/desk/cases/" + second.Text("id"))
	p.SeesIn(".conversation", "pimpelmees")
	do(p, "m")
	p.SeesIn("dialog", "Nota van november")
	p.At("Zoek een zaak")
	p.TabTo("Nota van november")
	p.Press("Space")
	p.TabTo("Voeg samen")
	p.Press("Enter")
	p.SeesIn(".conversation", "koekoek", "pimpelmees")
	if got := d.Ask(desk.Maaike, 200, "GET", "/cases/"+second.Text("id"), nil).Text("merged_into"); got != c.Text("id") {
		t.Errorf("the second case is merged into %q, want %q", got, c.Text("id"))
	}
}

func TestACaseIsHandedOverWithItsStory(t *testing.T) {
	t.Parallel()
	d, p, c := working(t)
	joris := signIn(t, d, desk.Joris, browser.Desktop)
	joris.Sees("Je hebt nu geen zaken")
	do(p, "o")
	p.At("Aan wie?")
	p.Until("the colleagues", `document.querySelectorAll("#handover-to optgroup option").length > 1`)
	p.Type("Joris")
	p.Press("Tab")
	p.At("Wat moet de ander weten?")
	p.Type("De klant wacht op de meting.")
	p.TabTo("Draag over")
	p.Press("Enter")
	p.Sees("Overgedragen")
	p.SeesIn(".case-head", "bij Joris Brand")
	joris.SeesIn(".rows", "Sanne de Vries") // by itself
	joris.Visit(d.URL + "/desk/cases/" + c.Text("id"))
	joris.SeesIn(".story", "koekoek", "De klant wacht op de meting.")
}

func TestASnoozedCaseComesBackWhenTheCustomerWrites(t *testing.T) {
	t.Parallel()
	d, p, _ := working(t)
	do(p, "z")
	p.At("Tot wanneer?")
	p.Type("morgen 9")
	p.Press("Enter")
	p.Sees("Uitgesteld tot")
	p.Press("Esc", "1")
	p.Sees("Je hebt nu geen zaken")
	if err := d.Mail(sanne, "Re: Nota van november", "Ik heb haast.", "In-Reply-To: <koekoek@post.example>"); err != nil {
		t.Fatal(err)
	}
	p.SeesIn(".rows", "Ik heb haast.")
}

func TestTheWorkspaceSpeaksEnglish(t *testing.T) {
	t.Parallel()
	_, p, _ := working(t)
	p.Press("Esc")
	p.TabTo("Menu van Maaike Vos")
	p.Press("Enter")
	p.TabTo("English")
	p.Press("Enter")
	p.Sees("My inbox")
	if lang := browser.Ask[string](p, `document.documentElement.lang`); lang != "en" {
		t.Errorf("the page says it is in %q", lang)
	}
	p.SeesNo("body", "Mijn inbox")
}

func TestAnAgentIsToldWhereTheyAreMentionedAndGoesThereByKeyboard(t *testing.T) {
	t.Parallel()
	d, p, c := working(t)
	joris := signIn(t, d, desk.Joris, browser.Desktop)
	joris.Sees("Je hebt nu geen zaken")
	do(p, "n")
	p.At("Notitie")
	p.Type("Kijk jij even mee, @Jo")
	p.SeesIn(".suggestions", "Joris Brand")
	p.Press("Enter")
	p.Until("the name", written+`.includes("Joris")`)
	p.Press("Ctrl+Enter")
	p.SeesIn(".bubble-line.note:not(.pending)", "Kijk jij even mee")

	joris.Sees("Maaike Vos noemt je in een notitie") // by itself
	joris.SeesIn(".place-count", "1")
	joris.Press("8")
	joris.SeesIn(".mention.unread", "Maaike Vos", "Kijk jij even mee", "Nota van november")
	joris.Press("j", "Enter")
	joris.SeesIn(".conversation", "koekoek", "Kijk jij even mee")
	joris.Until("no count any more", `!document.querySelector(".place-count")`)
	joris.Press("8")
	joris.SeesIn(".mention:not(.unread)", "Kijk jij even mee")

	d.Ask(desk.Maaike, 201, "POST", "/cases/"+c.Text("id")+"/notes", map[string]any{"text": "En dit ook?", "mentions": []string{agent(t, d, "Joris Brand")}})
	joris.SeesIn(".mention.unread", "En dit ook?") // the list grows by itself
	joris.TabTo("Alles gezien")
	joris.Press("Enter")
	joris.Until("everything seen", `document.querySelectorAll(".mention").length === 2 && !document.querySelector(".mention.unread, .place-count")`)
}

// agent is the identifier of somebody at the desk.
func agent(t *testing.T, d *desk.Desk, name string) string {
	t.Helper()
	for _, a := range d.Ask(desk.Amina, 200, "GET", "/agents", nil).List("agents") {
		if a.Text("name") == name {
			return a.Text("id")
		}
	}
	t.Fatalf("nobody is called %s", name)
	return ""
}

func TestACustomersLinkIsWithdrawnAfterAskingOnceMore(t *testing.T) {
	t.Parallel()
	d, p, _ := working(t)
	old := d.Link(d.MailTo(sanne, 1))
	p.TabTo("Meer acties")
	p.Press("Enter")
	p.TabTo("Nieuwe link voor de klant")
	p.Press("Enter")
	p.SeesIn("dialog", "werkt dan niet meer", sanne)
	p.TabTo("Trek de oude link in")
	p.Press("Enter")
	p.SeesIn(".line-entry", "Jij trok de link van de klant in")
	sannes := browser.Open(t, browser.Customer)
	sannes.Visit(old)
	sannes.Sees("Deze link werkt niet", "de link uit de laatste mail")
	sannes.Visit(d.Link(d.MailTo(sanne, 2)))
	sannes.Sees("Nota van november")
}
