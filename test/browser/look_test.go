package browser_test

import "balie/test/browser"

// look checks the page that is shown with axe, in light and dark, on a desktop and on a telephone.
func look(p *browser.Tab, what string) {
	before := p.Screen
	for _, s := range []browser.Screen{browser.Desktop, browser.Telephone} {
		s.NoScript = before.NoScript
		for _, s.Dark = range []bool{false, true} {
			p.Use(s)
			p.Axe(what)
			p.Fits(what)
			p.Shot("page " + what + " " + s.Name + map[bool]string{false: " light", true: " dark"}[s.Dark])
		}
	}
	p.Use(before)
}
