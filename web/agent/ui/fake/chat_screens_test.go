package fake

import (
	"strings"
	"testing"

	"balie/test/browser"
)

// Every screen of live chat: what is done at the desk before, the keys, and the words by which it is seen to be there.
var chatScreens = []struct {
	name, path, keys, selector, words string
	o                                 Options
	before                            func(*Desk)
}{
	{"chats", "/desk/cases/4817", "", ".tab.chat", "Daan Mulder", chatting, nil},
	{"chats in English", "/desk/cases/4817", "", ".compose-says", "Sanne reads this at once", Options{Locale: "en", Role: "agent", State: "chat"}, nil},
	{"offer", "/desk", "", ".offer", "Neem aan", chatting, func(d *Desk) { d.Offer("5009", 600) }},
	{"offer in a chat", "/desk/cases/4817", "", ".offer", "Neem aan", chatting, func(d *Desk) { d.Offer("5009", 600); d.Offer("5008", 600) }},
	{"declining", "/desk", "x", ".offer-reasons", "Waarom nu niet?", chatting, func(d *Desk) { d.Offer("5009", 600) }},
	{"presence", "/desk", "b", ".presence-states :focus", "Beschikbaar", chatting, nil},
	{"set away", "/desk", "", ".away-bar", "twee aanbiedingen bleven liggen", chatting, func(d *Desk) { d.Miss(d.Offer("5009", 600), true) }},
	{"away in the menu", "/desk/queue", "", ".queue-pair", "Afwezig: twee aanbiedingen bleven liggen", chatting, func(d *Desk) { d.Miss(d.Offer("5009", 600), true) }},
	{"whisper", "/desk/cases/4817", "n", ".compose-says", "Alleen collega's zien dit", chatting, nil},
	{"visitor left", "/desk/cases/4817", "", ".chat-says", "gaat per mail naar", chatting, func(d *Desk) { d.Visitor("4817", "leaves") }},
	{"no address", "/desk/cases/4817", "", ".chat-says", "Er is geen mailadres", chatting, func(d *Desk) {
		c, _ := d.find("4817")
		c["customer"].(object)["email"] = ""
		d.Visitor("4817", "leaves")
	}},
	{"finish", "/desk/cases/4817", "f", "dialog", "Rond af", chatting, nil},
	{"hand over a chat", "/desk/cases/4817", "o", "#handover-to option", "1 van 3 chats", chatting, nil},
	{"queue", "/desk/queue", "", ".queue-pair", "Contract op naam van partner", chatting, func(d *Desk) { d.floor.notice = "Storing in Zwolle, rond 16.00 uur klaar." }},
	{"empty queue", "/desk/queue", "", ".queue-pair", "Er wacht niemand.", Options{Locale: "nl", Role: "agent", State: "empty"}, nil},
	{"queue away", "/desk/queue", "", ".says", "De wachtrij kon niet worden opgehaald.", Options{Locale: "nl", Role: "agent", State: "failing"}, nil},
	{"board with chats", "/desk/board", "", ".queue-pair", "Wie is er", chatting, nil},
}

func TestEveryScreenOfLiveChatIsAccessibleInLightAndDarkAndFitsOnAPhone(t *testing.T) {
	phone := browser.Telephone
	phone.Dark = true
	for _, c := range chatScreens {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			for _, look := range []browser.Screen{browser.Desktop, phone} {
				s := openWith(t, c.o, look, c.before)
				s.Visit(s.server + c.path)
				if c.keys != "" {
					s.sees(".tab.chat", "Sanne de Vries")
					if c.before != nil {
						s.sees(".offer", "Neem aan")
					}
					s.ready(c.path)
					s.Press(c.keys)
				}
				s.sees(c.selector, c.words)
				s.Axe(c.name, browser.AllRules)
				s.Fits(c.name)
				s.Shot(strings.ReplaceAll(c.name, " ", "-") + "-" + look.Name)
				look.Dark = !look.Dark
				s.Use(look)
				s.Axe(c.name, browser.Colours)
			}
		})
	}
}
