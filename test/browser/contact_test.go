package browser_test

import (
	"strings"
	"testing"

	"balie/test/browser"
	"balie/test/desk"
	"balie/test/widget"
)

func TestTheContactPageOffersTheChatWhereItIsThere(t *testing.T) {
	t.Parallel()
	d := open(t)
	page := d.URL + "/o/energie-oost/"
	p := browser.Open(t, browser.Desktop)
	p.Visit(page)
	p.Sees("Schrijf ons hier")
	p.SeesNo("main", "Chat met ons") // no website shows the chat: there is none
	website(t, d)

	without := browser.Open(t, browser.Customer)
	without.Visit(page)
	without.Sees("Schrijf ons hier")
	without.SeesNo("main", "Chat met ons")

	maaike := signIn(t, d, desk.Maaike, browser.Desktop)
	available(maaike)
	d.Eventually("the desk knows that she is there", func() bool {
		_, body := d.Page(page)
		_, chat, _ := strings.Cut(body, `id="chat"`)
		chat, _, _ = strings.Cut(chat, "</section>")
		return chat != "" && !strings.Contains(chat, "We zijn er nu niet")
	})
	v := widget.Visitor{Tab: p}
	p.Visit(page)
	p.SeesIn("#chat", "Chat met ons", "Een mens antwoordt", "We zijn er nu")
	p.SeesNo("#chat", "We zijn er nu niet") // whatever the hour: she is there
	look(p, "contact with chat")
	p.Click("button", "Begin een chat")
	v.Reads("Maaike", "Hier antwoordt een mens")
	v.Write(firstWords, "Mijn rekening klopt niet")
	v.Reads("Je bent de eerste in de rij")
	maaike.SeesIn(".offer", "Mijn rekening klopt niet")
	p.Shot("contact-chat-waiting")

	english := browser.Telephone
	english.Language = "en"
	e := browser.Open(t, english)
	e.Visit(page)
	e.SeesIn("#chat", "Chat with us", "A person answers")
	look(e, "contact with chat in English")
	e.Click("button", "Start a chat")
	widget.Visitor{Tab: e}.Reads("Maaike is here now")
}
