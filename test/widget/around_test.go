package widget

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"balie/test/browser"
)

func TestWhatTheSiteLearnsLaterIsToldOnceAndOnlyWhatIsNew(t *testing.T) {
	t.Parallel()
	v := open(t, browser.Desktop, nil)
	v.Tells(`{order: "A-17", basket: {a: 1}, gone: null}`)
	v.Start("Chat met ons")
	v.Write(ask, "Waar blijft mijn pakket?")
	v.Reads("plek 2 in de rij")
	if given, _ := v.First()["given"].(map[string]any); len(given) != 1 || given["order"] != "A-17" {
		t.Errorf("with the first message came %v", given)
	}
	v.Tells(`{order: "A-17", postcode: "1234 AB"}`)
	v.Tells(`{amount: 3}`)
	told := func(want string) {
		t.Helper()
		v.eventually("the desk knows "+want, func() bool { _, given := v.Around(); return fmt.Sprint(given) == want })
	}
	told("map[amount:3 postcode:1234 AB]")
	v.Take("Maaike")
	v.Reads("Maaike helpt je")
	v.Tells(`{order: "B-4", long: "` + strings.Repeat("x", 300) + `"}`)
	told("map[amount:3 long:" + strings.Repeat("x", 200) + " order:B-4 postcode:1234 AB]")

	v.Offline(true)
	v.Reads("Geen verbinding")
	v.Tells(`{customer_number: "8841"}`)
	v.Offline(false)
	told("map[amount:3 customer_number:8841 long:" + strings.Repeat("x", 200) + " order:B-4 postcode:1234 AB]")
	if pages, _ := v.Around(); len(pages) > 4 {
		t.Errorf("it was told in %d times", len(pages))
	}
	v.Click("button", "Nee, dank je")
	v.Click("button", "Meer keuzes")
	v.Click("button", "Sluit het gesprek af")
	v.Click("button", "Ja, sluit af")
	v.Reads("Dit gesprek is afgesloten.")
	before := v.Asked("POST /o/energie-oost/chat/talk1/around")
	v.Tells(`{secret: "x"}`)
	v.Write(message, "Toch nog iets") // begins anew, and tells then
	v.Reads("plek 2 in de rij")
	v.eventually("told once somebody waits again", func() bool { _, given := v.Around(); return given["secret"] == "x" })
	if n := v.Asked("POST /o/energie-oost/chat/talk1/around"); n != before+1 {
		t.Errorf("told %d times", n-before)
	}
}

func TestThePageThatTheVisitorIsOnNowIsTold(t *testing.T) {
	t.Parallel()
	v := open(t, browser.Desktop, nil)
	v.Start("Chat met ons")
	v.Write(ask, "Welk contract past bij mij?")
	v.Reads("plek 2 in de rij")
	pages := func(want ...string) {
		t.Helper()
		for i, p := range want {
			want[i] = v.site + p
		}
		v.eventually(fmt.Sprintf("the pages %q", want), func() bool { got, _ := v.Around(); return slices.Equal(got, want) })
	}
	v.Visit(v.site + "/other?token=secret")
	pages("/other")
	v.Inside(`history.pushState(null, "", "/")`) // a site of one page
	pages("/other", "/")
	v.Reload()
	v.Reads("Welk contract past bij mij?")

	other := Visitor{v.Beside()}
	other.Arrive(v.site + "/other")
	other.Reads("Welk contract past bij mij?")
	pages("/other", "/", "/other")
	v.Take("Maaike") // both tabs hear it, and neither tells its page again
	v.Reads("Maaike helpt je")
	other.Reads("Maaike helpt je")
	v.Tells(`{order: "A-17"}`)
	v.eventually("told", func() bool { _, given := v.Around(); return given["order"] == "A-17" })
	if got, _ := v.Around(); len(got) != 4 {
		t.Errorf("the pages %q", got)
	}
}

func TestAtMostFourFacesAreShownAndTheOthersAreCounted(t *testing.T) {
	t.Parallel()
	v := open(t, browser.Desktop, nil)
	v.Crowd("Joris")
	v.Start("Chat met ons")
	v.Reads("Maaike, Bram, Sanne en Joris zijn er nu")
	v.UntilCount(".who .face", 4)
	more := func(screen browser.Screen, label string, reads ...string) {
		one := open(t, screen, nil)
		one.Crowd("Joris", "Lotte")
		one.Start(label)
		one.Reads(reads[0])
		one.UntilCount(".who .face.others", 1)
		one.Crowd("Fatma", "Noor", "Youssef", "Ravi", "Maud", "Pieter", "Anouk", "Willemijn", "Gerrit")
		one.Reload()
		one.Reads(reads[1])
		one.Shot("crowd-" + screen.Language)
		one.Axe("a crowd", browser.AllRules)
	}
	more(browser.Desktop, "Chat met ons", "Maaike, Bram, Sanne, Joris en 1 ander zijn er nu", "Maaike, Bram, Sanne, Joris en 10 anderen zijn er nu")
	more(english, "Chat with us", "Maaike, Bram, Sanne, Joris and 1 other are here now", "Maaike, Bram, Sanne, Joris and 10 others are here now")
}
