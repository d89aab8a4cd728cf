package browser_test

import "balie/test/browser"

// look checks the page that is shown with axe, on a desktop and on a telephone, in light and dark. In the dark only the
// colours are others. Pages that need no scripts get them for a moment: axe itself is one.
func look(p *browser.Tab, what string) {
	before := p.Screen
	p.Until("an icon in the head of "+what, `!!document.querySelector('head link[rel~="icon"][href$=".svg"]')`)
	for _, s := range []browser.Screen{browser.Desktop, browser.Telephone} {
		p.Use(s)
		p.Axe(what, browser.AllRules)
		p.Fits(what)
		p.Shot("page " + what + " " + s.Name + " light")
		s.Dark = true
		p.Use(s)
		p.Axe(what+" in the dark", browser.Colours)
		p.Shot("page " + what + " " + s.Name + " dark")
	}
	p.Use(before)
}
