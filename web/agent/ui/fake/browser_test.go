package fake

import (
	"fmt"
	"net/http/httptest"
	"os"
	"testing"

	"balie/ground/clock"
	"balie/test/browser"
)

func TestMain(m *testing.M) {
	code := m.Run()
	browser.Quit()
	os.Exit(code)
}

// screen is the workspace on a fake desk in a tab of a real browser.
type screen struct {
	*browser.Tab
	t      *testing.T
	desk   *Desk
	server string
}

func open(t *testing.T, o Options, s browser.Screen, path string) *screen {
	t.Helper()
	w := openWith(t, o, s, nil)
	w.Visit(w.server + path)
	return w
}

// openWith opens an empty tab beside a desk to which something was done before anybody looked.
func openWith(t *testing.T, o Options, s browser.Screen, before func(*Desk)) *screen {
	t.Helper()
	desk, err := New(clock.System{}, o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(desk)
	t.Cleanup(func() {
		desk.Cut(true) // ends the streams, for which the server would wait
		server.CloseClientConnections()
		server.Close()
	})
	if before != nil {
		before(desk)
	}
	return &screen{Tab: browser.Open(t, s), t: t, desk: desk, server: server.URL}
}

// js does something on the page.
func (s *screen) js(statement string) {
	s.t.Helper()
	browser.Ask[int](s.Tab, "(() => { "+statement+"; return 0; })()")
}

// focus puts the focus in the element, after a frame in which the page may move it itself.
func (s *screen) focus(selector string) {
	s.t.Helper()
	s.Until("a "+selector, fmt.Sprintf(`!!document.querySelector(%q)`, selector))
	s.js(fmt.Sprintf(`document.querySelector(%q).focus()`, selector))
}

// sees waits until the words stand in what the selector finds, seen or only read aloud.
func (s *screen) sees(selector, words string) {
	s.t.Helper()
	s.Until(fmt.Sprintf("%q in %s", words, selector), fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.textContent.includes(%q))`, selector, words))
}

// once waits until the words stand in exactly one of what the selector finds.
func (s *screen) once(selector, words string) {
	s.t.Helper()
	s.Until(fmt.Sprintf("%q once in %s", words, selector), fmt.Sprintf(`[...document.querySelectorAll(%q)].filter((e) => e.textContent.includes(%q)).length === 1`, selector, words))
}
