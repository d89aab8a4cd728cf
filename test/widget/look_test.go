package widget

import (
	"testing"
	"time"

	"balie/test/browser"
)

// screens are those that the pictures are made with.
var screens = []browser.Screen{
	{Name: "desktop", Width: 1440, Height: 900, Language: "nl"},
	{Name: "desktop-dark", Width: 1440, Height: 900, Language: "nl", Dark: true},
	{Name: "telephone", Width: 390, Height: 844, Language: "nl"},
	{Name: "telephone-dark", Width: 390, Height: 844, Language: "nl", Dark: true},
	{Name: "narrow", Width: 360, Height: 640, Language: "nl"},
	{Name: "zoomed", Width: 640, Height: 400, Language: "en"}, // a screen of 1280 by 800 at 200 %
}

// checked looks with every screen: axe finds nothing, nothing is wider than the screen, and there is a picture.
func (s *scene) checked(what string) {
	s.t.Helper()
	first := s.Screen
	for i, screen := range screens {
		if screen.Language != first.Language {
			continue
		}
		s.Use(screen)
		s.settle()
		rules := browser.Colours
		if i == 0 || i == 2 || screen.Language == "en" {
			rules = browser.AllRules
		}
		if screen.Name != "narrow" { // the colours of the telephone
			s.Axe(what+" "+screen.Name, rules)
		}
		s.Fits(what)
		s.inside(what)
		s.Shot("look-" + what + "-" + screen.Name)
	}
	s.Use(first)
	s.settle()
}

// settle waits until the page has taken the size of the screen.
func (s *scene) settle() {
	s.Until("the size of the screen", `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
}

// inside fails the test when a part of the chat is wider than the panel or a control is smaller than a finger.
func (s *scene) inside(what string) {
	s.t.Helper()
	bad := browser.Ask[[]string](s.Tab, `(() => {
		const root = `+root+`, panel = root.querySelector("dialog[open]"), bad = [];
		if (!panel) return bad;
		const box = panel.getBoundingClientRect();
		for (const e of panel.querySelectorAll("*")) {
			if (!e.checkVisibility() || e.closest("svg, .sr")) continue;
			const r = e.getBoundingClientRect();
			if (r.width > 1 && (r.left < box.left - 1 || r.right > box.right + 1)) bad.push("outside: " + e.tagName + "." + e.className);
			const finger = e.matches("button, select, input:not([type=file], [type=radio]), textarea, summary, .pick, .row label, .ways a");
			if (finger && r.width > 1 && (r.height < 43.5 || r.width < 43.5)) bad.push("small: " + e.tagName + "." + e.className + " " + e.textContent + " " + r.width + "x" + r.height);
		}
		return bad;
	})()`)
	for _, b := range bad {
		s.t.Errorf("%s, %s: %s", what, s.Screen.Name, b)
	}
}

func TestTheChatLooksRightAndAxeFindsNothing(t *testing.T) {
	t.Parallel()
	v := open(t, screens[0], nil)
	v.Dress(nil, "Storing in Almelo: we verwachten dat alles om 15.00 uur weer werkt.")
	v.checked("closed-button")
	v.Start("Chat met ons")
	v.Reads("zijn er nu", "Storing in Almelo")
	v.checked("before")
	v.Write(ask, "Mijn rekening klopt niet")
	v.Reads("plek 2 in de rij")
	v.checked("waiting")
	v.Click("button", "Ja, graag")
	v.checked("mail-too")
	v.Click("button", "Nee, dank je")
	v.Ago(26 * time.Hour)
	v.Take("Maaike")
	v.Say("Maaike", "Goedemiddag. Gaat het om de nota van 12 november? Je vindt hem op https://energie-oost.example/nota.")
	v.Write(message, "Ja, die. Ik ben op 28 oktober verhuisd en betaal nog voor het oude huis.")
	v.UntilCount("[role=log] .said.me", 2)
	v.Say("Maaike", "Dat zoek ik uit.")
	v.Say("Maaike", "Ik kijk even mee in je contract.")
	v.Desk.Sees()
	v.Reads("Gelezen")
	v.Types("Maaike")
	v.Reads("aan het typen")
	v.checked("talk")
	v.Card("read_back", "Het verbruik na 28 oktober op Lindelaan 4 hoort niet op mijn nota.", "")
	v.Reads("Is dit je vraag?")
	v.checked("read-back")
	v.Click("button", "Nee, niet helemaal")
	v.checked("read-back-no")
	v.Click("button", "Terug")
	v.Click("button", "Ja, dat is mijn vraag")
	v.Reads("Je zei: dit is mijn vraag")
	v.Card("promise", "Wij sturen je een nieuwe nota", "vandaag voor 17.00 uur")
	v.Card("promise_moved", "Wij sturen je een nieuwe nota", "morgen voor 10.00 uur")
	v.Reads("Onze afspraak is verzet")
	v.checked("promise")
	v.Card("promise_kept", "Wij sturen je een nieuwe nota", "")
	v.Card("promise_withdrawn", "Wij bellen je terug", "")
	v.Card("solution", "De nota is aangepast. Je krijgt 41,20 euro terug.", "")
	v.Reads("Is je vraag hiermee opgelost?")
	v.checked("solution")
	v.Click("button", "Ja, opgelost")
	v.Reads("Hoe vond je onze hulp?")
	v.Click("radio", "Tevreden")
	v.checked("rating")
	v.Offline(true)
	v.Reads("Geen verbinding")
	v.checked("offline")
}

func TestTheChatLooksRightWhenNobodyIsThereAndInEnglish(t *testing.T) {
	t.Parallel()
	v := open(t, screens[0], nil)
	v.Desk.Close()
	v.Dress(map[string]string{"light": "#7a1f5c", "light_bg": "#f8e9f3", "on_light": "#ffffff", "dark": "#f0a6d4", "dark_bg": "#3d1a30", "on_dark": "#2a0f20"}, "")
	v.Start("Chat met ons")
	v.Reads("We zijn er nu niet")
	v.checked("away")
	v.Click("radio", "Bel mij terug")
	v.checked("away-call")

	small := open(t, screens[5], nil)
	small.Start("Chat with us")
	small.Reads("are here now")
	small.checked("english-before")
	small.Write("What is your question?", "My bill is not right")
	small.Reads("number 2 in line")
	small.Take("Bram")
	small.Say("Bram", "Good afternoon. I will look into it.")
	small.Reads("Bram is helping you")
	small.checked("english-talk")
}

func TestOnATelephoneTheChatIsADialogThatKeepsTheFocus(t *testing.T) {
	t.Parallel()
	v := open(t, browser.Telephone, nil)
	v.Start("Chat met ons")
	v.Reads("zijn er nu")
	v.UntilFocus("Chat met Energie Oost")
	if !browser.Ask[bool](v.Tab, root+`.querySelector("dialog").matches(":modal")`) {
		t.Error("the dialog is not modal")
	}
	for range 12 {
		v.Press("Tab")
		if browser.Ask[string](v.Tab, `document.activeElement?.name ?? ""`) == "q" {
			t.Fatal("the focus went to the page behind the chat")
		}
	}
	v.Press("Esc")
	v.UntilFocus("Chat met ons")
	if browser.Ask[bool](v.Tab, root+`.querySelector("dialog").open`) {
		t.Error("it is still open")
	}
}

func TestOnADeskThePageStaysInReachAndTheKeyboardDoesAll(t *testing.T) {
	t.Parallel()
	v := open(t, browser.Desktop, nil)
	v.Until("the focus in the page", `(document.querySelector("[name=q]").focus(), true)`)
	v.Press("Tab", "Enter")
	v.Reads("zijn er nu")
	v.UntilFocus(ask)
	if browser.Ask[bool](v.Tab, root+`.querySelector("dialog").matches(":modal")`) {
		t.Error("the page is out of reach")
	}
	v.Type("Met het toetsenbord")
	v.Press("Tab", "Enter")
	v.Reads("plek 2 in de rij")
	v.Press("Shift+Tab") // from the words to the files
	v.UntilFocus("Voeg een bestand toe")
	v.Press("Shift+Tab")
	v.UntilFocus("Nee, dank je")
	v.Press("Enter")
	v.ReadsNo("ook per mail?")
	v.Take("Maaike")
	v.Card("read_back", "Werkt alles met het toetsenbord?", "")
	v.Reads("Is dit je vraag?")
	v.UntilFocus(message)
	v.Press("Shift+Tab", "Shift+Tab", "Shift+Tab")
	v.UntilFocus("Ja, dat is mijn vraag")
	v.Press("Enter")
	v.Reads("Je zei: dit is mijn vraag")
	v.UntilFocus(message)
	v.Press("Esc")
	v.UntilFocus("Chat met ons")
}
