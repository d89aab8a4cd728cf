package fake

import (
	"testing"
	"time"

	"balie/ground/clock"
	"balie/test/browser"
)

var chatting = Options{Locale: "nl", Role: "lead", State: "chat"}

// chats opens the desk with three running chats, in the first of them.
func chats(t *testing.T) *screen {
	t.Helper()
	s := open(t, chatting, browser.Desktop, "/desk/cases/4817")
	s.sees(".tab.chat.here", "Sanne de Vries")
	s.sees(".compose-tabs", "Antwoord")
	s.listens()
	return s
}

// listens waits until the page hears the stream.
func (s *screen) listens() {
	s.t.Helper()
	s.settles("the page listens to the stream", func(d *Desk) bool { return len(d.hearers) > 0 })
}

// settles waits until something is true of the desk.
func (s *screen) settles(what string, is func(*Desk) bool) {
	s.t.Helper()
	for range 1200 {
		s.desk.mu.Lock()
		done := is(s.desk)
		s.desk.mu.Unlock()
		if done {
			return
		}
		if err := (clock.System{}).Sleep(s.t.Context(), 25*time.Millisecond); err != nil {
			s.t.Fatal(err)
		}
	}
	s.t.Fatalf("it does not come to this: %s", what)
}

func (s *screen) gone(selector string) {
	s.t.Helper()
	s.Until("no "+selector, `!document.querySelector("`+selector+`")`)
}

func TestAnOfferIsAcceptedByOneKeyAlsoWhileTyping(t *testing.T) {
	s := chats(t)
	s.focus(".write")
	s.Type("Half af")
	s.desk.Offer("5009", 600)
	s.sees(".offer h2", "Maud Dijkstra")
	for _, words := range []string{"Contract op naam van partner", "Klantnummer", "Opzeggen of verhuizen", "Eerste in de rij sinds 14.02", "identiteit bevestigd", "daarna bij een collega"} {
		s.sees(".offer", words)
	}
	s.sees("[role=log]", "Chat van Maud Dijkstra aangeboden")
	if at := s.Focus(); at != "Antwoord" {
		t.Fatalf("the offer took the focus: it is on %q", at)
	}
	s.Press("Alt+y")
	s.sees(".tab.chat.here", "Maud Dijkstra")
	s.gone(".offer")
	s.sees(".write:focus", "")
	s.Press("Alt+1")
	s.sees(".tab.chat.here", "Sanne de Vries")
	s.Until("the words that were being typed", `document.querySelector(".write")?.value === "Half af"`)
}

func TestAnOfferIsDeclinedWithAReason(t *testing.T) {
	s := chats(t)
	s.desk.Offer("5009", 600)
	s.desk.Offer("5008", 600)
	s.sees(".offer h2", "Ravi Vermeulen")
	s.Press("x")
	s.sees(".offer-reasons", "Waarom nu niet?")
	s.sees(".offer-reasons button:focus", "Ik ben nog bezig")
	s.Press("2")
	s.Until("one offer left", `document.querySelectorAll(".offer").length === 1`)
	s.sees(".told", "De chat van Maud Dijkstra gaat naar een collega.")
	s.Press("x")
	s.sees(".offer-reasons button:focus", "Ik ben nog bezig")
	s.focus(".offer-own input")
	s.Type("Ken de klant")
	s.Press("Enter")
	s.gone(".offer")
	s.settles("both reasons at the desk", func(d *Desk) bool {
		return len(d.floor.reasons) == 2 && d.floor.reasons[0] == "skill" && d.floor.reasons[1] == "Ken de klant"
	})
}

func TestMissedOffersGoOnAndTheAgentIsToldAndBackByOneKey(t *testing.T) {
	s := chats(t)
	first := s.desk.Offer("5009", 600)
	s.sees(".offer h2", "Maud Dijkstra")
	s.desk.Miss(first, false)
	s.gone(".offer")
	s.sees(".told", "De chat van Maud Dijkstra ging door naar een collega.")
	second := s.desk.Offer("5008", 600)
	s.sees(".offer h2", "Ravi Vermeulen")
	s.desk.Miss(second, true)
	s.sees(".away-bar", "Je staat op afwezig: twee aanbiedingen bleven liggen.")
	s.sees(".me .presence-dot.away", "")
	s.Press("b")
	s.gone(".away-bar")
	s.sees(".me .presence-dot.available", "")
}

func TestAnOfferThatWasTakenByAnotherSaysSo(t *testing.T) {
	s := chats(t)
	id := s.desk.Offer("5009", 600)
	s.sees(".offer h2", "Maud Dijkstra")
	s.desk.mu.Lock()
	i, _ := s.desk.offer(id)
	s.desk.drop(i) // without a word over the stream, as when the line is slow
	s.desk.mu.Unlock()
	s.Press("y")
	s.sees(".told", "De chat van Maud Dijkstra ging door naar een collega.")
	s.gone(".offer")
	s.sees(".tab.chat.here", "Sanne de Vries")
}

func TestTabsShowWhoWaitsAndAreReachedByKey(t *testing.T) {
	s := chats(t)
	s.sees(".tab.chat", "Daan Mulder")
	s.Until("a clock that counts", `/^wacht \d+:\d\d/.test(document.querySelector(".tab.chat.here .wait")?.textContent ?? "")`)
	before := browser.Ask[string](s.Tab, `document.querySelector(".tab.chat.here .wait").textContent`)
	s.Until("another second", `document.querySelector(".tab.chat.here .wait").textContent !== `+quoted(before))
	s.sees(".tab.chat .wait.amber", "langer dan beloofd") // Daan waits longer than was promised
	s.sees(".tab.chat .count", "2")
	s.sees(".tab.chat", "is er")
	s.focus(".write")
	s.Press("Alt+w")
	s.sees(".tab.chat.here", "Daan Mulder")
	s.Press("Alt+2")
	s.sees(".tab.chat.here", "Fatima El Amrani")
	s.sees(".case-title", "Klantnummer zoeken")
	s.desk.Write("5000", "Ben je er nog?")
	s.sees(".tab.chat .count", "1") // the two before were read when the chat was opened
}

func TestTheClockDrawsOnlyItself(t *testing.T) {
	s := chats(t)
	s.js(`globalThis.touched = []; new MutationObserver((all) => all.forEach((m) => { const e = m.target.nodeType === 1 ? m.target : m.target.parentElement; if (!e.closest(".wait, .offer-left, .offer-wait, .offer-bar")) touched.push(e.className || e.tagName); })).observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true})`)
	before := browser.Ask[string](s.Tab, `document.querySelector(".tab.chat.here .wait").textContent`)
	s.Until("three more seconds", `(globalThis.seen ??= new Set()).add(document.querySelector(".tab.chat.here .wait").textContent).size > 3`)
	if touched := browser.Ask[string](s.Tab, `touched.filter((x) => !/amber|online/.test(x)).join(", ")`); touched != "" {
		t.Errorf("from %s on the seconds also changed: %s", before, touched)
	}
}

func TestPresenceIsSetWithAReasonAndALimit(t *testing.T) {
	s := chats(t)
	s.Press("b")
	s.sees(".presence-states button:focus", "Beschikbaar")
	s.TabTo("Afwezig")
	s.Press("Enter")
	s.sees(".presence-reason", "Lunch")
	s.js(`[...document.querySelectorAll(".presence-reason .chip")].find((c) => c.textContent === "Lunch").click()`)
	s.sees(".presence-reason .chip[aria-pressed=true]", "Lunch")
	s.js(`document.querySelectorAll(".presence-most button")[3].click()`)
	s.sees(".presence-most [aria-pressed=true]", "4")
	s.settles("the presence at the desk", func(d *Desk) bool {
		p := d.floor.presence
		return p["state"] == "away" && p["reason"] == "Lunch" && p["chats"] == 4
	})
	s.Until("the words on the picture", `document.querySelector(".me").ariaLabel === "Menu van Maaike Vos, Afwezig: Lunch"`)
	s.Press("Esc")
	s.Press("b")
	s.sees(".me .presence-dot.available", "")
}
