package browser_test

import (
	"os"
	"path/filepath"
	"testing"

	"balie/test/browser"
	"balie/test/desk"
	"balie/test/widget"
)

// webp is a picture of red, green, blue and white.
func webp(t *testing.T) (path string, data []byte) {
	t.Helper()
	path, err := filepath.Abs("../../ground/picture/testdata/lossy.webp")
	if err != nil {
		t.Fatal(err)
	}
	if data, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	return path, data
}

// reddish says that the first corner of the first such canvas is red.
func reddish(canvas string) string {
	return `(() => { const c = ` + canvas + `; if (!c?.width) return false;
		const [r, g, b] = c.getContext("2d").getImageData(c.width / 5, c.height / 5, 1, 1).data; return r > 200 && g < 80 && b < 80; })()`
}

func TestTheAgentSeesWhatTheSiteLearnsAndAPictureWhileTheChatRuns(t *testing.T) {
	t.Parallel()
	d := open(t)
	maaike := signIn(t, d, desk.Maaike, browser.Desktop)
	available(maaike)
	v := widget.Visitor{Tab: browser.Open(t, browser.Desktop)}
	site := website(t, d)
	v.Arrive(site)
	v.Tells(`{order_number: "A-17"}`)
	v.Start("Chat met ons")
	v.Reads("Maaike")
	v.Write(firstWords, "Waar blijft mijn pakket?")
	maaike.SeesIn(".offer", "Waar blijft mijn pakket?", "A-17", "Groene stroom")
	v.Tells(`{postcode: "1234 AB", basket_total: 3}`)
	maaike.SeesIn(".offer", "1234 AB")
	maaike.Press("y")
	v.Reads("Maaike helpt je")
	maaike.SeesIn(".customer .data", "A-17", "Postcode", "1234 AB", "Basket total")
	v.Tells(`{order_number: "B-4"}`)
	maaike.SeesIn(".customer .data", "B-4")
	maaike.SeesNo(".customer .data", "A-17")
	maaike.At("Antwoord")
	maaike.Type("Wat is je postcode?")
	maaike.SeesIn(".known-line", "Postcode is bekend: 1234 AB")

	v.Visit(site + "/other?token=geheim")
	maaike.Until("the page that the visitor is on now", `document.querySelector(".now-in-chat a")?.href === "`+site+`/other"`)
	v.Reads("Waar blijft mijn pakket?")
	_, picture := webp(t)
	v.Give("drop", "meter.webp", "image/webp", picture)
	v.UntilCount(".tray li:not(.busy)", 1)
	v.Write(nextWords, "Dit is de doos")
	v.UntilCount(".file.picture canvas", 1)
	v.Until("the picture on the visitor's screen", reddish(`document.querySelector("balie-chat").shadowRoot.querySelector(".file.picture canvas")`))
	maaike.SeesIn(".theirs .files", "meter.webp")
	maaike.Until("the picture on the agent's screen", reddish(`document.querySelector(".theirs .picture canvas")`))
	look(maaike, "a picture in a chat")
	v.Shot("picture in the chat")
}

func TestAnAgentsOwnPictureMayBeWebP(t *testing.T) {
	t.Parallel()
	d := open(t)
	maaike := signIn(t, d, desk.Maaike, browser.Desktop)
	maaike.Visit(d.URL + "/manage/me")
	path, _ := webp(t)
	maaike.Choose(`input[type="file"]`, path)
	maaike.Click("button", "Foto bewaren")
	maaike.Sees("Je foto staat erop.")
	maaike.Until("the picture on the profile", `document.querySelector("img.portrait-face")?.naturalWidth === 192`)
}

func TestALeadWhispersAndTakesOverWhileTheVisitorSeesWhoHelps(t *testing.T) {
	t.Parallel()
	d := open(t)
	maaike := signIn(t, d, desk.Maaike, browser.Desktop)
	available(maaike)
	v := widget.Visitor{Tab: browser.Open(t, browser.Telephone)}
	v.Arrive(website(t, d))
	v.Start("Chat met ons")
	v.Reads("Maaike")
	v.Write(firstWords, "Mijn meter tikt")
	maaike.SeesIn(".offer", "Mijn meter tikt")
	maaike.Press("y")
	v.Reads("Maaike helpt je")

	amina := signIn(t, d, desk.Amina, browser.Desktop)
	amina.Visit(d.URL + "/desk/cases/" + d.Case("tikt").Text("id"))
	amina.SeesIn(".chat-says", "helpt", "nu. Fluister om mee te denken")
	do(amina, "n")
	amina.At("Fluister")
	amina.Type("Vraag naar het stopcontact.")
	amina.Press("Enter")
	maaike.SeesIn(".bubble-line.note", "Fluister: alleen collega's zien dit", "Vraag naar het stopcontact.")
	maaike.Shot("whispered")
	amina.Until("the focus on the case", `(document.getElementById("main")?.focus(), document.activeElement.id === "main")`)
	amina.Press("e")
	v.Reads("Amina helpt je")
	do(amina, "r")
	amina.At("Antwoord")
	amina.Type("Goedemiddag, ik neem het over.")
	amina.Press("Enter")
	v.Reads("ik neem het over")
	v.ReadsNo("stopcontact")
	v.Shot("taken over")
	maaike.SeesNo(".tab.chat", "Bezoeker")
}
