package widget

import (
	"testing"

	"balie/test/browser"
)

// returning is a visitor who waits, and whom somebody helped before who is not free.
func returning(t *testing.T, s browser.Screen, here bool, call string) *scene {
	t.Helper()
	v := open(t, s, nil)
	v.Wanted("Maaike", here, call)
	label, words := "Chat met ons", ask
	if s.Language == "en" {
		label, words = "Chat with us", "What is your question?"
	}
	v.Start(label)
	v.Write(words, "Nog even over mijn meter")
	return v
}

func TestAColleagueIsOnePressAway(t *testing.T) {
	t.Parallel()
	v := returning(t, browser.Desktop, true, "vandaag tussen 14.00 en 14.30 uur")
	v.Reads("Maaike hielp je eerder, en is nu met iemand anders bezig", "Maaike belt je vandaag tussen 14.00 en 14.30 uur", "Laat een bericht achter voor Maaike")
	v.checked("asked")
	v.Click("button", "Een collega helpt me nu 9 van de 10 mensen zijn binnen 2 minuten aan de beurt.")
	v.UntilCount(".own-agent", 0)
	v.Reads("Je staat op plek 2 in de rij")
	if v.Chose()["choice"] != "colleague" {
		t.Errorf("the desk got %v", v.Chose())
	}
}

func TestACallIsAgreedWithWhoeverHelpedBefore(t *testing.T) {
	t.Parallel()
	v := returning(t, browser.Telephone, true, "vandaag tussen 14.00 en 14.30 uur")
	v.Click("button", "Maaike belt je vandaag tussen 14.00 en 14.30 uur")
	v.Fill("Je telefoonnummer", "020")
	v.Click("button", "Spreek dit af")
	v.Reads("Vul een heel telefoonnummer in")
	v.Fill("Je telefoonnummer", "020 123 45 67")
	v.Taking()
	v.Click("button", "Spreek dit af")
	v.Reads("Deze tijd is net vergeven. Kies een collega, of laat een bericht achter.")
	v.checked("asked call")
	v.Click("button", "Spreek dit af")
	v.Reads("Maaike belt je vandaag tussen 14.00 en 14.30 uur op 020 123 45 67.", "Zet in je agenda", "Je nummer is 2026-0412.")
	v.UntilCount(".own-agent", 0)
	v.Shot("asked-called")
	if c := v.Chose(); c["choice"] != "call" || c["phone"] != "020 123 45 67" || c["at"] != "2026-11-03T13:00:00Z" {
		t.Errorf("the desk got %v", c)
	}
}

func TestAMessageIsLeftForWhoeverHelpedBefore(t *testing.T) {
	t.Parallel()
	v := returning(t, english, false, "")
	v.Reads("Maaike helped you before, and is not here now", "A colleague helps me now")
	if n := v.Count(".choices button"); n != 2 {
		t.Errorf("%d choices when nobody knows when Maaike can call", n)
	}
	v.checked("asked in English")
	v.Click("button", "Leave a message for Maaike")
	v.Fill("Would you like to add something? (optional)", "The meter says 1234")
	v.Shot("asked-message")
	v.Click("button", "Leave it")
	v.Reads("Maaike reads your message and answers you.")
	if c := v.Chose(); c["choice"] != "message" || c["text"] != "The meter says 1234" || c["client_id"] == "" {
		t.Errorf("the desk got %v", c)
	}
}

func TestAVisitorWaitsOnForWhoeverHelpedBefore(t *testing.T) {
	t.Parallel()
	v := open(t, browser.Telephone, nil)
	v.Wanted("Maaike", true, "vandaag tussen 14.00 en 14.30 uur")
	const said = "9 van de 10 keer heeft Maaike binnen 12 minuten tijd"
	v.Waitable(said)
	v.Start("Chat met ons")
	v.Write(ask, "Nog even over mijn meter")
	v.Reads("Maaike hielp je eerder, en is nu met iemand anders bezig", said)
	v.checked("asked with waiting")
	v.Click("button", "Ik wacht op Maaike "+said)
	v.Reads("Je wacht op Maaike", "Daarna helpt de eerste collega die vrij is", "Toch een collega", "Maaike belt je vandaag tussen 14.00 en 14.30 uur")
	if v.Chose()["choice"] != "wait" {
		t.Errorf("the desk got %v", v.Chose())
	}
	v.checked("asked and waits on")
	v.InVain(said)
	v.Reads("Maaike kan je nu toch niet helpen. Sorry.", "De eerste collega die vrij is, helpt je", "Ik wacht nog even op Maaike")
	v.checked("asked in vain")
	v.Click("button", "Ik wacht nog even op Maaike "+said)
	v.Reads("Je wacht op Maaike")
	v.InVain("")
	v.Reads("Maaike is weggegaan. Sorry.", "Een collega helpt me nu")
	if n := v.Count(".own-wait"); n != 0 {
		t.Error("one can wait for somebody who has left")
	}
	v.Click("button", "Een collega helpt me nu 9 van de 10 mensen zijn binnen 2 minuten aan de beurt.")
	v.UntilCount(".own-agent", 0)
}

func TestWaitingOnIsTakenBackAtAnyTime(t *testing.T) {
	t.Parallel()
	s := english
	s.Dark = true
	v := open(t, s, nil)
	v.Wanted("Maaike", true, "")
	const said = "9 times out of 10 Maaike has time within 4 minutes"
	v.Waitable(said)
	v.Start("Chat with us")
	v.Write("What is your question?", "About my meter again")
	v.Click("button", "I will wait for Maaike "+said)
	v.Reads("You are waiting for Maaike", "You are number 2 in line")
	v.checked("asked and waits on in English, dark")
	v.Click("button", "A colleague after all")
	v.UntilCount(".own-agent", 0)
	if v.Chose()["choice"] != "colleague" {
		t.Errorf("the desk got %v", v.Chose())
	}
}
