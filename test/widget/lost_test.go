package widget

import (
	"slices"
	"strings"
	"testing"

	"balie/test/browser"
)

func TestWordsTypedWithoutAConnectionArriveOnceAndInOrder(t *testing.T) {
	t.Parallel()
	v := talking(t, browser.Desktop)
	v.Click("button", "Nee, dank je")
	v.Offline(true)
	v.Reads("Geen verbinding. Typ gerust door")
	v.Write(message, "Eerste")
	v.Write(message, "Tweede")
	v.Reads("Wacht op verbinding")
	v.Shot("offline")
	v.Offline(false)
	v.ReadsNo("Geen verbinding")
	v.Away(true) // the line is back, the desk is not
	v.Reads("Geen verbinding")
	v.Write(message, "Derde")
	v.Say("Maaike", "Ik zoek het op.")
	v.Away(false)
	v.Reads("Ik zoek het op.", "Verstuurd")
	v.ReadsNo("Wacht op verbinding")
	v.UntilCount(".waiting-lines > *", 0)
	want := []string{"Mijn rekening klopt niet", "Eerste", "Tweede", "Derde"}
	v.eventually("everything arrived", func() bool { return len(v.Heard()) >= len(want) })
	if got := v.Heard(); !slices.Equal(got, want) {
		t.Errorf("the desk heard %q", got)
	}
	for _, w := range want {
		if n := strings.Count(v.Words(), strings.ToLower(w)); n != 1 {
			t.Errorf("%q stands %d times in the chat", w, n)
		}
	}
}

func TestAnAnswerThatGetsLostDoublesNothing(t *testing.T) {
	t.Parallel()
	v := open(t, browser.Desktop, nil)
	v.Start("Chat met ons")
	v.Reads("zijn er nu")
	v.Lose(2)
	v.Write(ask, "Komt dit een keer aan?")
	v.Reads("plek 2 in de rij")
	v.Lose(2)
	v.Write(message, "En dit ook?")
	v.Write(message, "En dit daarna?")
	v.UntilCount("[role=log] .said.me", 3)
	v.UntilCount(".waiting-lines > *", 0)
	v.Reload()
	v.UntilCount("[role=log] .said.me", 3)
	if got, want := v.Heard(), []string{"Komt dit een keer aan?", "En dit ook?", "En dit daarna?"}; !slices.Equal(got, want) {
		t.Errorf("the desk heard %q", got)
	}
}

func TestAFirstQuestionThatFoundNoDeskIsKeptOverAReload(t *testing.T) {
	t.Parallel()
	v := open(t, browser.Desktop, nil)
	v.Start("Chat met ons")
	v.Reads("zijn er nu")
	v.Away(true)
	v.Write(ask, "Doet mijn meter het nog?")
	v.Reads("Doet mijn meter het nog?", "Wordt verstuurd")
	v.Reload()
	v.Reads("Het lukt even niet.", "Naar onze contactpagina")
	v.Away(false)
	v.Click("button", "Probeer het opnieuw")
	v.Reads("Doet mijn meter het nog?", "plek 2 in de rij")
	if got := v.Heard(); !slices.Equal(got, []string{"Doet mijn meter het nog?"}) {
		t.Errorf("the desk heard %q", got)
	}
}

func TestAReloadGoesOnWithTheSameConversation(t *testing.T) {
	t.Parallel()
	v := talking(t, browser.Desktop)
	v.Fill(message, "Half af")
	v.Visit(v.site + "/other")
	v.Reads("Mijn rekening klopt niet", "Maaike helpt je")
	v.Until("the draft", root+`.querySelector(".composer textarea")?.value === "Half af"`)
	if at := v.Focused(); strings.Contains(at, message) {
		t.Errorf("the chat took the focus on a new page: %q", at)
	}
	v.Click("button", "Sluit de chat")
	v.UntilFocus("Chat met ons")
	v.Reload()
	v.Say("Maaike", "Ben je er nog?")
	v.Until("a sign at the button", root+`.querySelector(".badge")?.innerText === "1"`)
	v.Shot("unread")
	v.Start("Chat met ons, 1 nieuw bericht")
	v.Reads("Ben je er nog?")
	v.Until("no sign at the button", root+`.querySelector(".badge").hidden`)
	if len(v.Heard()) != 1 {
		t.Errorf("the desk heard %q", v.Heard())
	}
}

func TestTwoTabsShareOneStream(t *testing.T) {
	t.Parallel()
	v := talking(t, browser.Desktop)
	other := Visitor{v.Beside()}
	other.Arrive(v.site)
	other.Start("Chat met ons")
	other.Reads("Mijn rekening klopt niet", "Maaike leest mee")
	v.Say("Maaike", "Ik kijk met je mee.")
	v.Reads("Ik kijk met je mee.")
	other.Reads("Ik kijk met je mee.")
	v.Reads("Wil je het antwoord ook per mail?")
	other.Write(message, "Uit het tweede tabblad")
	other.ReadsNo("Wil je het antwoord ook per mail?") // who goes on talking does not want it
	v.Reads("Uit het tweede tabblad")
	v.eventually("the desk heard it", func() bool { return slices.Contains(v.Heard(), "Uit het tweede tabblad") })
	if now, most := v.Streams(); now != 1 || most != 1 {
		t.Errorf("%d streams are open, %d at most", now, most)
	}
	v.Visit("about:blank") // the first tab goes away: the other follows the stream itself
	v.eventually("a stream", func() bool { now, _ := v.Streams(); return now == 1 })
	v.Say("Maaike", "Nog een tabblad over.")
	other.Reads("Nog een tabblad over.")
	other.UntilCount(".said.me", 2)
}

func TestWithoutLocksEachTabFollowsByItself(t *testing.T) {
	t.Parallel()
	v := open(t, browser.Desktop, func(s *Site) {
		s.Policy = Nonce(s.Desk)
		s.Script = `Object.defineProperty(navigator, "locks", {value: undefined}); crypto.randomUUID = undefined;`
	})
	v.Start("Chat met ons")
	v.Write(ask, "Een site zonder https")
	v.Reads("plek 2 in de rij")
	if id, _ := v.First()["client_id"].(string); len(id) != 36 {
		t.Errorf("the message is called %q", id)
	}
	other := Visitor{v.Beside()}
	other.Arrive(v.site)
	other.Start("Chat met ons")
	other.Reads("Een site zonder https")
	other.Write(message, "Uit het tweede tabblad")
	v.Reads("Uit het tweede tabblad")
	v.UntilCount("[role=log] .said.me", 2)
	other.UntilCount("[role=log] .said.me", 2)
	if now, _ := v.Streams(); now != 2 {
		t.Errorf("%d streams are open", now)
	}
	if got := v.Heard(); len(got) != 2 {
		t.Errorf("the desk heard %q", got)
	}
}

func TestAConversationThatTheDeskDoesNotKnowIsForgottenAndTheWordsStay(t *testing.T) {
	t.Parallel()
	v := talking(t, browser.Desktop)
	v.Offline(true)
	v.Reads("Geen verbinding")
	v.Write(message, "Deze was nog onderweg")
	v.Forget()
	v.Offline(false)
	v.Reads("Dit gesprek is er niet meer. Wat je typte staat hieronder.", "zijn er nu")
	v.Until("what was typed", root+`.querySelector(".composer textarea").value === "Deze was nog onderweg"`)
	v.Shot("forgotten")
	v.Fill(ask, "Deze was nog onderweg")
	v.Press("Enter")
	v.Reads("plek 2 in de rij")
	v.ReadsNo("Dit gesprek is er niet meer")
}

func TestAMessageThatTheDeskRefusesCanBeTakenAway(t *testing.T) {
	t.Parallel()
	v := talking(t, browser.Desktop)
	v.Write(message, "Dit zul je weigeren")
	v.Reads("Niet verstuurd: Dit bericht kunnen we niet aannemen.")
	v.Write(message, "Dit niet")
	v.eventually("what came after it arrives", func() bool { return slices.Contains(v.Heard(), "Dit niet") })
	v.Click("button", "Haal weg")
	v.ReadsNo("zul je weigeren")
}
