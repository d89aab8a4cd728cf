//go:build browser

package fake

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

func work(t *testing.T) *screen {
	t.Helper()
	s := open(t, lead, "light", "/desk/cases/4817", 1440)
	s.ready("/cases/")
	for i := 0; s.desk.Heard() == 0; i++ {
		if i == 100 {
			t.Fatal("the page does not listen to the stream")
		}
		s.do(chromedp.Sleep(50 * time.Millisecond))
	}
	return s
}

const write = `document.querySelector(".write").focus()`

func TestAReplySentByKeyStandsInTheConversationOnce(t *testing.T) {
	s := work(t)
	s.keys("r")
	s.sees(".write:focus", "")
	s.keys("Wij bellen je om vier uur.")
	s.js(`document.querySelector(".write").dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", ctrlKey: true, bubbles: true}))`)
	s.sees(".ours .bubble footer", "wordt verstuurd")
	s.sees(".row-preview", "Wij bellen je om vier uur.")
	if n := s.count(".bubble", "Wij bellen je om vier uur."); n != 1 {
		t.Errorf("the reply stands there %d times", n)
	}
}

func TestWhatIsSentWhileTheLineIsDownArrivesOnceWhenItIsBack(t *testing.T) {
	s := work(t)
	s.desk.Cut(true)
	s.sees(".offline", "Geen verbinding")
	s.js(write)
	s.keys("Geschreven zonder lijn.")
	s.js(`document.querySelector(".compose-foot .primary").click()`)
	s.sees(".pending", "als de verbinding terug is")
	s.do(chromedp.Reload()) // the page itself is still there; what was written must be too
	s.sees(".says", "Probeer opnieuw")
	s.desk.Cut(false)
	s.js(`document.querySelector(".conversation .says .button").click()`)
	s.sees(".row-preview", "Geschreven zonder lijn.")
	s.sees(".bubble", "Geschreven zonder lijn.")
	if n := s.count(".bubble", "Geschreven zonder lijn."); n != 1 {
		t.Errorf("the message stands there %d times", n)
	}
	if n := s.count(".offline", ""); n != 0 {
		t.Error("the bar is still there")
	}
}

func TestADraftSurvivesAReload(t *testing.T) {
	s := work(t)
	s.keys("n")
	s.sees(".write:focus", "")
	s.keys("Nog niet af")
	s.do(chromedp.Reload())
	s.sees(".compose-says", "De klant ziet dit niet")
	s.sees(".write", "")
	text, err := chromedp.Run(s.ctx, chromedp.Evaluate[string](`document.querySelector(".write").value`))
	if err != nil || text != "Nog niet af" {
		t.Errorf("after the reload the field has %q, %v", text, err)
	}
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
	s.js(write)
	s.keys("Wat is je adres?")
	s.sees(".known-line", "Adres is bekend: Beukstraat 19, Zwolle, formulier van")
	s.js(`document.querySelector(".write").select()`)
	s.keys("Dank voor het adres.")
	if n := s.count(".known-line", "Adres"); n != 0 {
		t.Error("thanking is taken for asking")
	}
}

func TestAPromiseIsMadeInWordsMovedAndKept(t *testing.T) {
	s := work(t)
	s.keys("a")
	s.sees(".promise-form", "Wanneer")
	s.js(`document.querySelector("#promise-text").focus()`)
	s.keys("Wij sturen een nota")
	s.js(`document.querySelector("#promise-due").focus()`)
	for typed, read := range map[string]string{"gisteren": "Dit is geen moment", "overmorgen 9.30": "om 09:30", "vrijdag 14": "Vrijdag", "tomorrow at 4pm": "om 16:00", "over 3 dagen": "om", "31-12 10:15": "31 december"} {
		s.js(`document.querySelector("#promise-due").select()`)
		s.keys(typed)
		s.sees("#promise-due-read", read)
	}
	s.js(`document.querySelector("#promise-due").select()`)
	s.keys("morgen 10")
	s.keys("\r")
	s.sees(".customer .promise-card", "morgen 10.00")
	s.js(`[...document.querySelectorAll(".customer .promise-card")].find((c) => c.textContent.includes("nota")).querySelectorAll(".link")[1].click()`)
	s.sees(".promise-change .due input:focus", "")
	s.keys("morgen 12")
	s.js(`document.querySelector(".promise-change [id^=why]").focus()`)
	s.keys("Druk\r")
	s.sees(".customer .promise-card", "morgen 12.00")
	s.js(`[...document.querySelectorAll(".customer .promise-card")].find((c) => c.textContent.includes("nota")).querySelectorAll(".link")[0].click()`)
	s.sees(".customer .promise-card.kept", "Wij sturen een nota")
}

func TestTheListIsWalkedByKeyAndLoadsMore(t *testing.T) {
	s := open(t, lead, "light", "/desk?view=all", 1440)
	s.sees(".rows ul[aria-label='Alle zaken'] .row-name", "Sanne de Vries")
	s.keys("jj\r")
	s.sees(".case-title", "Klantnummer zoeken")
	s.keys("k")
	s.sees(".case-title", "Lamp op de meter knippert")
	s.js(`document.querySelector(".rows").scrollTop = 1e6`)
	if _, err := chromedp.Run(s.ctx, chromedp.Poll[bool](`document.querySelectorAll(".row").length > 80`)); err != nil {
		t.Fatal(err)
	}
	s.keys("/")
	s.sees("#search:focus", "")
	s.js(`document.querySelector("#search").select()`) // the test's keyboard types the key that brought it here
	s.keys("fatima")
	s.sees(".rows ul", "Fatima")
	if _, err := chromedp.Run(s.ctx, chromedp.Poll[bool](`![...document.querySelectorAll(".row-name")].some((e) => e.textContent.includes("Sanne"))`)); err != nil {
		t.Fatal(err)
	}
}

func TestThePreviewShowsTheMailAndRunsNothingOfIt(t *testing.T) {
	s := work(t)
	s.js(write)
	s.keys("Wij kijken het na.")
	s.js(`document.querySelectorAll(".compose-foot .tool")[2].click()`)
	s.sees(".preview p", "Wij kijken het na.")
	s.sees(".preview b", "vet")
	title, err := chromedp.Run(s.ctx, chromedp.Title())
	if err != nil || title == "no" {
		t.Errorf("the title is %q, %v", title, err)
	}
}

func TestASearchThatFindsNothingSaysWhatToDo(t *testing.T) {
	s := open(t, lead, "light", "/desk", 1440)
	s.sees(".row-name", "Sanne de Vries")
	s.keys("/")
	s.sees("#search:focus", "")
	s.js(`document.querySelector("#search").select()`)
	s.keys("zzzz")
	s.sees(".says", "Niets gevonden voor “zzzz”. Probeer een naam")
}

func TestASavedReplyIsChosenByKeyAndItsFieldsAreFilledIn(t *testing.T) {
	s := work(t)
	s.keys("r")
	s.sees(".write:focus", "")
	s.keys("/dank")
	s.sees(".suggestions", "Dank voor je geduld")
	s.js(`document.querySelector(".write").dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}))`)
	if _, err := chromedp.Run(s.ctx, chromedp.Poll[bool](`document.querySelector(".write").value === "Dank voor je geduld, Sanne de Vries. Ik zoek dit nu voor je uit."`, chromedp.WithPollingTimeout(5*time.Second))); err != nil {
		t.Fatal(err)
	}
}

func TestTheCommandPaletteFindsACaseAndACommand(t *testing.T) {
	s := work(t)
	s.js(`dispatchEvent(new KeyboardEvent("keydown", {key: "k", ctrlKey: true}))`)
	s.sees("dialog [role=option]", "Vraag teruglezen")
	s.keys("mulder")
	s.sees("dialog [role=option][aria-selected=true]", "Daan Mulder")
	s.keys("\r")
	s.sees(".case-title", "Lamp op de meter knippert")
}
