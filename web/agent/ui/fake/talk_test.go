package fake

import (
	"encoding/json"
	"testing"

	"balie/test/browser"
)

func quoted(words string) string {
	text, _ := json.Marshal(words) // a string always can
	return string(text)
}

func TestEnterSendsInAChatAndShiftEnterMakesALine(t *testing.T) {
	s := chats(t)
	s.focus(".write")
	s.Until("the hint", `document.querySelector(".write").placeholder.includes("Enter verstuurt")`)
	s.Type("Eerste regel")
	s.Press("Shift+Enter")
	s.Type("tweede regel")
	s.Press("Enter")
	s.sees(".ours .bubble", "tweede regel")
	s.Until("an empty field", `document.querySelector(".write").value.trim() === ""`) // the test's keyboard types the Enter too
	s.settles("one message of two lines", func(d *Desk) bool {
		c, _ := d.find("4817")
		all := c["timeline"].([]object)
		return all[len(all)-1]["text"] == "Eerste regel\ntweede regel"
	})
	s.Until("nobody waits in this tab", `!document.querySelector(".tab.chat.here .wait")`)
}

func TestEnterIsANewLineInAMail(t *testing.T) {
	s := work(t)
	s.focus(".write")
	s.Type("Een")
	s.Press("Enter")
	s.Type("twee")
	s.Until("two lines", `document.querySelector(".write").value === "Een\ntwee"`)
}

func TestTheVisitorIsSeenTypingAndReading(t *testing.T) {
	s := chats(t)
	s.desk.Visitor("4817", "types")
	s.sees(".chat-line", "Sanne is aan het typen")
	s.desk.Visitor("4817", "stops")
	s.Until("no more typing", `!document.querySelector(".chat-line .types")`)
	s.focus(".write")
	s.Type("Ik kijk het na.")
	s.Press("Enter")
	s.sees(".row-preview", "Ik kijk het na.")
	s.desk.Visitor("4817", "saw")
	s.sees(".bubble .seen-mark", "gezien")
	s.once(".seen-mark", "gezien") // only the last of ours says so
}

func TestALeadWhispersInTheChatOfAColleague(t *testing.T) {
	s := chats(t)
	s.desk.mu.Lock()
	c, _ := s.desk.find("4817")
	c["contact"].(object)["agent"], c["owner"] = named("12", "Joris Bakker"), named("12", "Joris Bakker")
	s.desk.changed(c, "case.owned")
	s.desk.mu.Unlock()
	s.sees(".chat-says", "Joris Bakker helpt Sanne nu. Fluister om mee te denken")
	s.sees(".case-acts", "Neem over")
	s.js(`document.getElementById("main").focus()`)
	s.Press("n")
	s.sees(".compose-says", "Alleen collega's zien dit")
	s.sees(".write:focus", "")
	s.Type("Vraag naar de meterstand.")
	s.Press("Enter")
	s.sees(".note .private", "Fluister: alleen collega's zien dit")
	s.js(`document.getElementById("main").focus()`)
	s.Press("e")
	s.Until("the lead helps now", `!document.querySelector(".case-acts")?.textContent.includes("Neem over")`)
}

func TestHandingAChatOverShowsWhoIsFree(t *testing.T) {
	s := chats(t)
	s.Press("o")
	s.sees("#handover-to option", "Joris Bakker · Beschikbaar · 1 van 3 chats")
	s.sees("#handover-to option", "Pim Jansen · Bezet: Zaak afmaken · 2 van 2 chats")
	if first := browser.Ask[string](s.Tab, `document.querySelector("#handover-to optgroup option").textContent`); first != "Joris Bakker · Beschikbaar · 1 van 3 chats" {
		t.Errorf("first in the list is %q and not who is free", first)
	}
	s.js(`const to = document.querySelector("#handover-to"); to.value = "agent:12"; to.dispatchEvent(new Event("input", {bubbles: true}))`)
	s.sees("dialog .hint", "Joris Bakker krijgt de chat aangeboden. Sanne ziet wie er komt.")
	s.focus("#handover-note")
	s.Type("Meterstand klopt niet.")
	s.js(`document.querySelector(".box-feet .primary").click()`)
	s.sees(".told", "Overgedragen.")
	s.sees(".line-entry", "Jij gaf de zaak aan Joris Bakker.")
}

func TestWhenTheVisitorLeftTheAnswerGoesByMail(t *testing.T) {
	s := chats(t)
	s.desk.Visitor("4817", "leaves")
	s.sees(".chat-says", "Je antwoord gaat per mail naar sanne.devries@post.example")
	s.sees(".tab.chat.here", "weg")
	s.sees(".line-entry", "De bezoeker ging weg")
	s.focus(".write")
	s.Type("Beste Sanne,")
	s.Press("Enter")
	s.Until("a new line and no message", `document.querySelector(".write").value === "Beste Sanne,\n"`)
	s.desk.Visitor("4817", "returns")
	s.gone(".chat-says")
	s.sees(".compose-says", "Sanne leest dit meteen")
}

func TestAVisitorWhoLeftWithoutAnAddressCanBeGivenOne(t *testing.T) {
	s := chats(t)
	s.desk.mu.Lock()
	c, _ := s.desk.find("4817")
	c["customer"].(object)["email"] = ""
	s.desk.mu.Unlock()
	s.desk.Visitor("4817", "leaves")
	s.sees(".chat-says", "Er is geen mailadres.")
	s.sees(".compose-says", "Staat klaar als Sanne terugkomt")
	s.focus("#chat-email")
	s.Type("sanne@post.example")
	s.Press("Enter")
	s.sees(".chat-says", "Je antwoord gaat per mail naar sanne@post.example")
}

func TestAChatIsFinishedAndTheCaseStays(t *testing.T) {
	s := chats(t)
	s.Press("f")
	s.sees("dialog", "De zaak blijft open: alleen de klant sluit hem.")
	s.At("Rond af")
	s.Press("Enter")
	s.sees(".told", "De chat met Sanne is klaar.")
	s.Until("no tab of this chat", `![...document.querySelectorAll(".tab.chat")].some((e) => e.textContent.includes("Sanne"))`)
	s.sees(".line-entry", "Jij rondde de chat af")
	s.Until("the hint of a mail", `!document.querySelector(".write").placeholder.includes("Enter verstuurt")`)
}

func TestTheQueueShowsWhoWaitsAndAMessageIsPutUpForVisitors(t *testing.T) {
	s := chats(t)
	s.js(`document.getElementById("main").focus()`)
	s.Press("9")
	s.sees(".queue-pair td", "Maud Dijkstra")
	s.sees(".queue-pair td", "Joris Bakker")
	s.sees(".queue-pair td", "Bezet: Zaak afmaken")
	s.js(`document.querySelector(".sheet-head .button").click()`)
	s.sees("#announce:focus", "")
	s.Type("Storing in Zwolle.")
	s.js(`document.querySelector(".box-feet .primary").click()`)
	s.sees("dialog", "Dit lezen alle bezoekers zodra je het plaatst:")
	s.sees(".box-feet .primary:focus", "Plaats bij iedereen")
	s.Press("Enter")
	s.sees("section.announced", "Storing in Zwolle.") // in the dialog stand the same words
	s.js(`document.querySelector("section.announced .button").click()`)
	s.sees(".box-feet", "Haal weg")
	s.js(`document.querySelector(".box-feet .apart").click()`)
	s.sees(".box-feet .primary:focus", "Haal weg")
	s.Press("Enter")
	s.gone(".announced")
}

func TestWebPushIsTurnedOnInTheMenu(t *testing.T) {
	s := chats(t)
	// The push service of the browser's maker is not asked; all else is real.
	s.Inside(`Notification.requestPermission = async () => "granted"; PushManager.prototype.subscribe = async function () { return {toJSON: () => ({endpoint: "https://push.example/1", keys: {p256dh: "a", auth: "b"}})}; }`)
	s.Press("b")
	s.sees(".bell-choice", "Melding als het tabblad dicht is")
	s.js(`document.querySelectorAll(".bell-choice .switch")[2].click()`)
	s.settles("the address at the desk", func(d *Desk) bool { return len(d.floor.pushed) == 1 && d.floor.pushed[0] == "https://push.example/1" })
	s.Until("the switch on", `document.querySelectorAll(".bell-choice .switch")[2].ariaChecked === "true"`)
}

func TestTheSoundStaysOffAndANotificationIsShownOnlyWhenItWasTurnedOn(t *testing.T) {
	s := chats(t)
	s.js(`document.querySelectorAll(".bell-choice .switch")[0].click()`)
	s.Until("the sound off", `document.querySelector(".bell-choice .switch").ariaChecked === "false"`)
	s.Reload()
	s.sees(".tab.chat.here", "Sanne de Vries")
	s.Until("the sound still off", `document.querySelector(".bell-choice .switch").ariaChecked === "false"`)
	s.listens()
	// The page is made to think that nobody sees it, and the window of the system is put aside.
	s.Inside(`Object.defineProperty(document, "visibilityState", {get: () => "hidden"}); window.Notification = class { static permission = "granted"; static async requestPermission() { return "granted"; } constructor(title, more) { document.documentElement.dataset.shown = title + ": " + more.body; } close() {} }`)
	first := s.desk.Offer("5008", 600)
	s.sees(".offer h2", "Ravi Vermeulen")
	s.Until("no notification yet", `!document.documentElement.dataset.shown`)
	s.desk.Miss(first, false)
	s.gone(".offer")
	s.js(`document.querySelectorAll(".bell-choice .switch")[1].click()`)
	s.Until("notifications on", `document.querySelectorAll(".bell-choice .switch")[1].ariaChecked === "true"`)
	s.desk.Offer("5009", 600)
	s.Until("a notification", `document.documentElement.dataset.shown === "Chat van Maud Dijkstra: Contract op naam van partner zetten."`)
}
