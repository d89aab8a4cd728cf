package widget

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"balie/test/browser"
)

// Visitor is somebody on a page with the chat. Everything is said in their words: what they see and press. It does not
// know which desk answers.
type Visitor struct{ *browser.Tab }

const (
	root  = `document.querySelector("balie-chat").shadowRoot`
	words = `(` + root + `.querySelector("dialog")?.innerText ?? "").replace(/\s+/g, " ").toLowerCase()`
)

func plain(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// Tells lets the page of the website say something of its visitor, as its own program does.
func (v Visitor) Tells(fields string) {
	v.Inside(`document.querySelector("balie-chat").given(` + fields + `)`)
}

// Arrive opens the page; the button is there.
func (v Visitor) Arrive(page string) {
	v.Visit(page)
	v.Until("the button of the chat", `!!document.querySelector("balie-chat")?.shadowRoot?.querySelector(".launch")`)
}

// Start opens the chat with the button.
func (v Visitor) Start(label string) {
	v.Click("button", label)
	v.Until("the panel", root+`.querySelector("dialog")?.open === true`)
}

// Reads waits until all this can be read in the chat.
func (v Visitor) Reads(what ...string) {
	for _, w := range what {
		v.Until(fmt.Sprintf("%q in the chat", w), fmt.Sprintf(words+`.includes(%s)`, quote(plain(w))))
	}
}

// ReadsNo waits until this is gone from the chat.
func (v Visitor) ReadsNo(what string) {
	v.Until(fmt.Sprintf("no %q in the chat", what), fmt.Sprintf(`!`+words+`.includes(%s)`, quote(plain(what))))
}

// Words is all that can be read in the chat.
func (v Visitor) Words() string { return browser.Ask[string](v.Tab, words) }

// Count is how many elements of the chat a selector finds.
func (v Visitor) Count(selector string) int {
	return browser.Ask[int](v.Tab, fmt.Sprintf(root+`.querySelectorAll(%s).length`, quote(selector)))
}

// UntilCount waits for that many.
func (v Visitor) UntilCount(selector string, n int) {
	v.Until(fmt.Sprintf("%d of %s", n, selector), fmt.Sprintf(root+`.querySelectorAll(%s).length === %d`, quote(selector), n))
}

// Write types a message and sends it with the keyboard. label is the name of the field.
func (v Visitor) Write(label, message string) {
	v.Fill(label, message)
	v.Press("Enter")
}

// Focused is the accessible place of the focus: the text, label or name of what has it.
func (v Visitor) Focused() string {
	return browser.Ask[string](v.Tab, `(() => { let e = document.activeElement; while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
		return e?.getAttribute("aria-label") || e?.labels?.[0]?.innerText || e?.innerText || e?.tagName || ""; })()`)
}

// UntilFocus waits until the focus is there.
func (v Visitor) UntilFocus(name string) {
	v.Until("the focus on "+name, fmt.Sprintf(`(() => { let e = document.activeElement; while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
		return (e?.getAttribute("aria-label") || e?.labels?.[0]?.innerText || e?.innerText || "").includes(%s); })()`, quote(name)))
}

// Give hands files to the chat: how is "button", "paste" or "drop".
func (v Visitor) Give(how, name, kind string, content []byte) {
	const give = `(() => {
		const root = %s, data = new DataTransfer();
		data.items.add(new File([Uint8Array.from(atob(%s), (c) => c.charCodeAt(0))], %s, {type: %s}));
		const words = root.querySelector(".composer textarea"), pick = root.querySelector("input[type=file]");
		if (%[5]s === "button") { pick.files = data.files; pick.dispatchEvent(new Event("change")); }
		if (%[5]s === "paste") words.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
		if (%[5]s === "drop") for (const e of ["dragover", "drop"]) words.dispatchEvent(new DragEvent(e, {dataTransfer: data, bubbles: true, cancelable: true}));
		return 0;
	})()`
	browser.Ask[int](v.Tab, fmt.Sprintf(give, root, quote(base64.StdEncoding.EncodeToString(content)), quote(name), quote(kind), quote(how)))
}

func quote(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(text)
}
