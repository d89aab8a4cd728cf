package fake

import (
	"testing"
	"time"

	"balie/ground/clock"
	"balie/test/browser"
)

func work(t *testing.T) *screen {
	t.Helper()
	s := open(t, lead, browser.Desktop, "/desk/cases/4817")
	s.ready("/cases/")
	for end := 0; s.desk.Heard() == 0; end++ {
		if end == 1200 { // half a minute
			t.Fatal("the page does not listen to the stream")
		}
		if err := (clock.System{}).Sleep(t.Context(), 25*time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func TestAReplySentByKeyStandsInTheConversationOnce(t *testing.T) {
	s := work(t)
	s.Press("r")
	s.sees(".write:focus", "")
	s.Type("Wij bellen je om vier uur.")
	s.js(`document.querySelector(".write").dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", ctrlKey: true, bubbles: true}))`)
	s.sees(".ours:not(.pending) .bubble footer", "wordt verstuurd") // kept, not only sent
	s.sees(".row-preview", "Wij bellen je om vier uur.")
	s.once(".bubble", "Wij bellen je om vier uur.")
}

func TestWhatIsSentWhileTheLineIsDownArrivesOnceWhenItIsBack(t *testing.T) {
	s := work(t)
	s.desk.Cut(true)
	s.sees(".offline", "Geen verbinding")
	s.focus(".write")
	s.Type("Geschreven zonder lijn.")
	s.js(`document.querySelector(".compose-foot .primary").click()`)
	s.sees(".pending", "als de verbinding terug is")
	s.Reload() // the page itself is still there; what was written must be too
	s.sees(".says", "Probeer opnieuw")
	s.desk.Cut(false)
	s.js(`document.querySelector(".conversation .says .button").click()`)
	s.sees(".row-preview", "Geschreven zonder lijn.")
	s.sees(".bubble-line:not(.pending) .bubble", "Geschreven zonder lijn.")
	s.once(".bubble", "Geschreven zonder lijn.")
	s.Until("no bar", `!document.querySelector(".offline")`)
}

func TestADraftSurvivesAReload(t *testing.T) {
	s := work(t)
	s.Press("n")
	s.sees(".write:focus", "")
	s.Type("Nog niet af")
	s.Reload()
	s.sees(".compose-says", "De klant ziet dit niet")
	s.Until("what was written", `document.querySelector(".write").value === "Nog niet af"`)
}

func TestANewMessageComesWithoutAReloadAndIsReadAloud(t *testing.T) {
	s := work(t)
	s.desk.Write("4817", "Hallo, nog iets vergeten.")
	s.sees(".theirs .bubble", "nog iets vergeten")
	s.sees("[role=log]", "Sanne de Vries schrijft: Hallo, nog iets vergeten.")
}

func TestAColleagueWhoTypesIsSeenAboveTheComposer(t *testing.T) {
	s := work(t)
	s.desk.Look("4817", "Joris", false)
	s.sees(".collision", "Joris kijkt ook mee")
	s.desk.Look("4817", "Joris", true)
	s.sees(".collision.typing", "Joris typt een antwoord")
}

func TestAskingForWhatIsKnownIsSaidBeforeSending(t *testing.T) {
	s := work(t)
	s.focus(".write")
	s.Type("Wat is je adres?")
	s.sees(".known-line", "Adres is bekend: Beukstraat 19, Zwolle, formulier van")
	s.js(`document.querySelector(".write").select()`)
	s.Type("Dank voor het adres.")
	s.Until("thanking is not taken for asking", `document.querySelector(".write").value === "Dank voor het adres." && !document.querySelector(".known-line")`)
}

func TestAPromiseIsMadeInWordsMovedAndKept(t *testing.T) {
	s := work(t)
	s.Press("a")
	s.sees(".promise-form", "Wanneer")
	s.focus("#promise-text")
	s.Type("Wij sturen een nota")
	s.focus("#promise-due")
	for typed, read := range map[string]string{"gisteren": "Dit is geen moment", "overmorgen 9.30": "om 09:30", "vrijdag 14": "Vrijdag", "tomorrow at 4pm": "om 16:00", "over 3 dagen": "om", "31-12 10:15": "31 december"} {
		s.js(`document.querySelector("#promise-due").select()`)
		s.Type(typed)
		s.sees("#promise-due-read", read)
	}
	s.js(`document.querySelector("#promise-due").select()`)
	s.Type("morgen 10")
	s.Press("Enter")
	s.sees(".customer .promise-card", "morgen 10.00")
	s.js(`[...document.querySelectorAll(".customer .promise-card")].find((c) => c.textContent.includes("nota")).querySelectorAll(".link")[1].click()`)
	s.sees(".promise-change .due input:focus", "")
	s.Type("morgen 12")
	s.focus(".promise-change [id^=why]")
	s.Type("Druk")
	s.Press("Enter")
	s.sees(".customer .promise-card", "morgen 12.00")
	s.js(`[...document.querySelectorAll(".customer .promise-card")].find((c) => c.textContent.includes("nota")).querySelectorAll(".link")[0].click()`)
	s.sees(".customer .promise-card.kept", "Wij sturen een nota")
}

func TestTheListIsWalkedByKeyAndLoadsMore(t *testing.T) {
	s := open(t, lead, browser.Desktop, "/desk?view=all")
	s.sees(".rows ul[aria-label='Alle zaken'] .row-name", "Sanne de Vries")
	s.Press("j", "j")
	s.Press("Enter")
	s.sees(".case-title", "Klantnummer zoeken")
	s.Press("k")
	s.sees(".case-title", "Lamp op de meter knippert")
	s.js(`document.querySelector(".rows").scrollTop = 1e6`)
	s.Until("the second page", `document.querySelectorAll(".row").length > 80`)
	s.Press("/")
	s.sees("#search:focus", "")
	s.js(`document.querySelector("#search").select()`) // the test's keyboard types the key that brought it here
	s.Type("fatima")
	s.sees(".rows ul", "Fatima")
	s.Until("only what was searched", `![...document.querySelectorAll(".row-name")].some((e) => e.textContent.includes("Sanne"))`)
}

func TestThePreviewShowsTheMailAndRunsNothingOfIt(t *testing.T) {
	s := work(t)
	s.focus(".write")
	s.Type("Wij kijken het na.")
	s.js(`document.querySelectorAll(".compose-foot .tool")[2].click()`)
	s.sees(".preview p", "Wij kijken het na.")
	s.sees(".preview b", "vet")
	if title := browser.Ask[string](s.Tab, `document.title`); title == "no" {
		t.Error("a script of the preview ran")
	}
}

func TestASearchThatFindsNothingSaysWhatToDo(t *testing.T) {
	s := open(t, lead, browser.Desktop, "/desk")
	s.sees(".row-name", "Sanne de Vries")
	s.Press("/")
	s.sees("#search:focus", "")
	s.js(`document.querySelector("#search").select()`)
	s.Type("zzzz")
	s.sees(".says", "Niets gevonden voor “zzzz”. Probeer een naam")
}

func TestASavedReplyIsChosenByKeyAndItsFieldsAreFilledIn(t *testing.T) {
	s := work(t)
	s.Press("r")
	s.sees(".write:focus", "")
	s.Type("/dank")
	s.sees(".suggestions", "Dank voor je geduld")
	s.js(`document.querySelector(".write").dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}))`)
	s.Until("the filled in reply", `document.querySelector(".write").value === "Dank voor je geduld, Sanne de Vries. Ik zoek dit nu voor je uit."`)
}

func TestTheCommandPaletteFindsACaseAndACommand(t *testing.T) {
	s := work(t)
	s.Press("Ctrl+k")
	s.sees("dialog [role=option]", "Vraag teruglezen")
	s.At("Zoek een opdracht")
	s.Type("mulder")
	s.sees("dialog [role=option][aria-selected=true]", "Daan Mulder")
	s.Press("Enter")
	s.sees(".case-title", "Lamp op de meter knippert")
}
