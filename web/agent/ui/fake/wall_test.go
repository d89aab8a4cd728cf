package fake

import (
	"fmt"
	"strings"
	"testing"

	"balie/test/browser"
)

// onWall is the screen that the wallboard is made for.
var onWall = browser.Screen{Name: "wall", Width: 1920, Height: 1080, Language: "nl"}

const (
	noScroll = `(() => { const w = document.querySelector(".wall"); return w.scrollHeight <= w.clientHeight && w.scrollWidth <= w.clientWidth && document.documentElement.scrollHeight <= innerHeight; })()`
	// Nothing of the wall lies outside it, and no row is cut in two.
	allSeen = `(() => { const end = document.querySelector(".wall").getBoundingClientRect().bottom; return [...document.querySelectorAll(".wall-card")].every((c) => { const b = c.getBoundingClientRect(); return b.bottom <= end && [...c.querySelectorAll("li, .told-list > div")].every((x) => x.getBoundingClientRect().bottom <= b.bottom + 1); }); })()`
)

func TestTheWallIsAccessibleInLightAndDarkOnABigScreenADeskAndAPhone(t *testing.T) {
	for name, c := range map[string]struct {
		o               Options
		selector, words string
		looks           []browser.Screen
	}{
		"full":    {chatting, ".wall-promises", "Terugbellen over de dubbele afschrijving", []browser.Screen{onWall, browser.Desktop, browser.Telephone}},
		"English": {Options{Locale: "en", Role: "agent", State: "full"}, ".wall-cards", "within the goal", []browser.Screen{onWall}},
		"empty":   {Options{Locale: "nl", Role: "agent", State: "empty"}, ".wall-arrived", "Vandaag kwam er nog niets binnen.", []browser.Screen{onWall, browser.Telephone}},
		"away":    {Options{Locale: "nl", Role: "lead", State: "failing"}, ".says", "Het wandbord kon niet worden opgehaald.", []browser.Screen{browser.Desktop}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, look := range c.looks {
				s := open(t, c.o, look, "/desk/wall")
				s.sees(c.selector, c.words)
				s.Axe(name, browser.AllRules)
				s.Fits(name)
				if look.Width > 1000 {
					s.Until("nothing to scroll", noScroll)
					s.Until("no row cut in two", allSeen)
				}
				s.Shot("wall-" + name + "-" + look.Name)
				look.Dark = true
				s.Use(look)
				s.Axe(name, browser.Colours)
				s.Shot("wall-" + name + "-" + look.Name + "-dark")
			}
		})
	}
}

func TestTheWallIsOpenedByAKeyFillsTheScreenAndIsLeftByEscape(t *testing.T) {
	s := open(t, lead, browser.Desktop, "/desk")
	s.sees(".row-name", "Sanne de Vries")
	s.Press("0")
	s.sees(".wall-cards", "Wachten in de rij")
	s.Press("f")
	s.Until("the whole screen", `document.fullscreenElement !== null && getComputedStyle(document.querySelector(".rail")).display === "none"`)
	s.Until("nothing to scroll", noScroll)
	s.Press("Esc")
	s.Until("the rail again", `document.fullscreenElement === null && getComputedStyle(document.querySelector(".rail")).display !== "none"`)
	s.Press("Esc")
	s.sees(".row-name", "Sanne de Vries")
}

// counted makes the page count how often the wall was asked for, and when.
const counted = `performance.getEntriesByType("resource").filter((r) => r.name.endsWith("/api/v1/wall")).map((r) => r.startTime)`

func TestAStormOfFactsAsksForTheWallOnceInTwoSeconds(t *testing.T) {
	s := open(t, chatting, onWall, "/desk/wall")
	s.sees(".wall-cards", "Wachten in de rij")
	s.Until("a page that listens", `document.querySelector(".wall-fresh") !== null`)
	for s.desk.Heard() == 0 {
		s.Until("a stream", `true`)
	}
	for round := range 3 {
		for range 40 {
			s.desk.mu.Lock()
			s.desk.tell("queue.joined", object{"seq": s.desk.next()}, true)
			s.desk.mu.Unlock()
		}
		s.Until("one more question", fmt.Sprintf(`%s.length >= %d`, counted, round+2))
	}
	s.Until("two seconds between", counted+`.every((at, i, all) => i === 0 || at - all[i - 1] > 1900)`)
}

func TestTheWallSaysThatItIsOldWhenTheLineIsGone(t *testing.T) {
	s := open(t, chatting, onWall, "/desk/wall")
	s.sees(".wall-fresh", "Bijgewerkt om")
	for s.desk.Heard() == 0 {
		s.Until("a stream", `true`)
	}
	s.desk.Cut(true)
	s.sees(".wall-fresh", "Geen verbinding. Cijfers van")
	s.sees(".wall-promises", "Terugbellen over de dubbele afschrijving")
	s.Axe("a wall without a line", browser.AllRules)
	s.desk.Cut(false)
	s.sees(".wall-fresh", "Bijgewerkt om")
	if strings.Contains(browser.Ask[string](s.Tab, `document.querySelector(".wall").className`), "stale") {
		t.Error("the figures are still grey")
	}
}
