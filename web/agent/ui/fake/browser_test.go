//go:build browser

package fake

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"balie/ground/clock"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// screen is one tab of a real browser with the workspace in it. All that touches the browser's library is in this file.
type screen struct {
	t    *testing.T
	ctx  context.Context
	desk *Desk
	url  string
}

// browser is started once; each screen has a profile of its own in it.
var browser context.Context

func TestMain(m *testing.M) {
	ctx, stop := chromedp.NewContext(context.Background(), chromedp.WithAllocatorOptions(chromedp.NoSandbox, chromedp.DisableGPU))
	if err := chromedp.Do(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "these tests need chromium:", err)
		os.Exit(1)
	}
	browser = ctx
	code := m.Run()
	stop()
	os.Exit(code)
}

func open(t *testing.T, o Options, scheme, path string, width int64) *screen {
	t.Helper()
	desk, err := New(clock.System{}, o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(desk)
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	ctx, late := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(func() {
		desk.Cut(true) // ends the streams, for which the server would wait
		late()
		cancel()
		server.CloseClientConnections()
		server.Close()
	})
	s := &screen{t: t, ctx: ctx, desk: desk, url: server.URL}
	s.do(chromedp.EmulateViewport(width, 900), chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		return err
	}))
	s.listen()
	s.do(chromedp.Navigate(s.url + path))
	return s
}

// listen fails the test on any error of the page: a script, a refused style, a broken policy.
func (s *screen) listen() {
	go func() {
		for m, err := range chromedp.Console(s.ctx) {
			if err != nil {
				return
			}
			if (m.Type == "error" || m.Type == "exception" || m.Type == "warning") && !strings.Contains(m.Text, "Failed to load resource") {
				s.t.Errorf("the page says %s: %s", m.Type, m.Text)
			}
		}
	}()
}

func (s *screen) do(steps ...chromedp.Action[chromedp.Void]) {
	s.t.Helper()
	if err := chromedp.Do(s.ctx, steps...); err != nil {
		s.t.Fatal(err)
	}
}

func (s *screen) keys(keys string) { s.t.Helper(); s.do(chromedp.KeyEvent(keys)) }

func (s *screen) js(expression string) {
	s.t.Helper()
	s.do(chromedp.Evaluate[chromedp.Void](expression))
}

// sees waits until the words stand in the element.
func (s *screen) sees(selector, words string) {
	s.t.Helper()
	expression := fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.textContent.includes(%q))`, selector, words)
	if _, err := chromedp.Run(s.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(12*time.Second))); err != nil {
		text, _ := chromedp.Run(s.ctx, chromedp.Evaluate[string](fmt.Sprintf(`[...document.querySelectorAll(%q)].map((e) => e.textContent).join(" | ")`, selector)))
		s.t.Fatalf("%q does not come in %s; there is: %.600s", words, selector, text)
	}
}

func (s *screen) count(selector, words string) int {
	s.t.Helper()
	n, err := chromedp.Run(s.ctx, chromedp.Evaluate[int](fmt.Sprintf(`[...document.querySelectorAll(%q)].filter((e) => e.textContent.includes(%q)).length`, selector, words)))
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// axe fails the test on every rule of WCAG 2.2 AA that the page breaks.
func (s *screen) axe(what string) {
	s.t.Helper()
	program, err := os.ReadFile("../../../../third_party/axe-core/axe.min.js")
	if err != nil {
		s.t.Fatal(err)
	}
	s.js(string(program) + ";0")
	found, err := chromedp.Run(s.ctx, chromedp.Evaluate[string](`axe.run(document, {iframes: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
		.then((r) => (r.passes.length ? "" : "axe checked nothing\n") + r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target.join(" ")).join(", ")).join("\n"))`, chromedp.EvalAwaitPromise))
	if err != nil {
		s.t.Fatal(err)
	}
	if found != "" {
		s.t.Errorf("%s: %s", what, found)
	}
}

func (s *screen) fits(what string) {
	s.t.Helper()
	over, err := chromedp.Run(s.ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - innerWidth`))
	if err != nil {
		s.t.Fatal(err)
	}
	if over > 0 {
		s.t.Errorf("%s is %d px wider than the screen", what, over)
	}
}
