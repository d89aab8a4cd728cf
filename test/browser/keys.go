package browser

import (
	"context"
	"fmt"
	"strings"
	"time"

	"balie/ground/clock"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func pause(ctx context.Context) error { return (clock.System{}).Sleep(ctx, 25*time.Millisecond) }

// writable says that what has the focus takes words.
const writable = `(() => {
	let e = document.activeElement;
	while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
	return !!e && (e.isContentEditable || e.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])"));
})()`

// Type types words where the focus is, once that is in a field: a command's key may have opened it a moment ago.
func (p *Tab) Type(words string) {
	p.t.Helper()
	p.Until("a field to type in", writable)
	p.do(chromedp.KeyEvent(words))
}

var named = map[string]string{
	"Enter": kb.Enter, "Tab": kb.Tab, "Esc": kb.Escape, "Space": " ", "Down": kb.ArrowDown, "Up": kb.ArrowUp,
	"Left": kb.ArrowLeft, "Right": kb.ArrowRight, "Backspace": kb.Backspace,
}

// Press presses keys one after the other: "e", "Enter", "Shift+Tab", "Ctrl+k", "Alt+y".
func (p *Tab) Press(keys ...string) {
	p.t.Helper()
	for _, key := range keys {
		var with []kb.Modifier
		for mod, m := range map[string]kb.Modifier{"Ctrl+": kb.ModifierCtrl, "Shift+": kb.ModifierShift, "Alt+": kb.ModifierAlt} {
			if rest, ok := strings.CutPrefix(key, mod); ok {
				key, with = rest, append(with, m)
			}
		}
		if k, ok := named[key]; ok {
			key = k
		}
		p.do(chromedp.KeyEvent(key, chromedp.KeyModifiers(with...)))
	}
}

// nameOf is what a screen reader would call the element that has the focus, near enough.
const nameOf = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return "";
	const by = e.getAttribute("aria-labelledby");
	const name = e.getAttribute("aria-label") || (by && document.getElementById(by)?.innerText) || e.labels?.[0]?.innerText || e.innerText || e.title || "";
	return name.replace(/\s+/g, " ").trim();
})()`

// Focus is the name of what has the focus.
func (p *Tab) Focus() string { p.t.Helper(); return Ask[string](p, nameOf) }

// At waits until the focus is on what is called so.
func (p *Tab) At(name string) {
	p.t.Helper()
	p.Until(fmt.Sprintf("the focus on %q", name), fmt.Sprintf(nameOf+`.startsWith(%q)`, name))
}

// TabTo presses Tab until the focus is on what is called so.
func (p *Tab) TabTo(name string) {
	p.t.Helper()
	var passed []string
	for range 120 {
		p.Press("Tab")
		at := p.Focus()
		if strings.HasPrefix(at, name) {
			return
		}
		passed = append(passed, at)
	}
	p.Shot("failed-" + p.t.Name())
	p.t.Fatalf("Tab never comes to %q; it passes %q", name, passed)
}

// Attach presses Enter on the button that has the focus and chooses a file in the window that opens.
func (p *Tab) Attach(path string) {
	p.t.Helper()
	p.AttachBy("Enter", path)
}

// AttachBy is Attach with another key.
func (p *Tab) AttachBy(key, path string) {
	p.t.Helper()
	if k, ok := named[key]; ok {
		key = k
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	p.do(call(page.SetInterceptFileChooserDialog, page.SetInterceptFileChooserDialogParams{Enabled: true}))
	opened, err := chromedp.Run(ctx, chromedp.WaitEvent(page.FileChooserOpened, nil, chromedp.KeyEvent(key)))
	if err != nil {
		p.t.Fatal("no window to choose a file: ", err)
	}
	p.do(call(dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{path}, BackendNodeID: opened.BackendNodeID}))
}

// Authenticator gives the tab a device for passkeys that says yes to everything.
func (p *Tab) Authenticator() {
	p.t.Helper()
	p.do(call(webauthn.Enable, webauthn.EnableParams{}),
		call(webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}}))
}
