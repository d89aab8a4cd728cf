// Package browser looks at the whole program through a real browser: the agent's workspace by keyboard alone, the
// customer's pages on a telephone without scripts, and axe on every page. BALIE_SHOTS=DIR keeps pictures.
package browser

import (
	"context"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Screen is what somebody looks with.
type Screen struct {
	Name          string
	Width, Height int64
	Dark          bool
	Language      string
	NoScript      bool
}

// The usual screens. A customer's telephone runs no scripts in these tests: their pages may not need any.
var (
	Desktop   = Screen{Name: "desktop", Width: 1440, Height: 900, Language: "nl"}
	Telephone = Screen{Name: "telephone", Width: 390, Height: 844, Language: "nl"}
	Customer  = Screen{Name: "customer", Width: 390, Height: 844, Language: "nl", NoScript: true}
)

// chromium is started once per process; each tab has a profile of its own in it.
var chromium struct {
	once sync.Once
	ctx  context.Context
	stop func()
	err  error
}

// Quit ends the browser of this process, if one was started.
func Quit() {
	if chromium.stop != nil {
		chromium.stop()
	}
}

func start() {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if at, err := exec.LookPath(name); err == nil && path == "" {
			path = at
		}
	}
	if path == "" {
		return
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	all, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(all)
	chromium.ctx = ctx
	chromium.stop = func() { end(); stop() }
	chromium.err = chromedp.Do(ctx)
}

// Tab is one page of the browser, with cookies and storage of its own.
type Tab struct {
	t      testing.TB
	ctx    context.Context
	Screen Screen
}

// patience is how long something may take that follows by itself.
const patience = 30 * time.Second

// Open opens an empty tab. Without chromium on the machine the test is skipped.
func Open(t testing.TB, s Screen) *Tab {
	t.Helper()
	chromium.once.Do(start)
	if chromium.ctx == nil {
		t.Skip("suite browser: chromium is not installed")
	}
	if chromium.err != nil {
		t.Fatalf("chromium does not start: %v", chromium.err)
	}
	ctx, end := chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(end)
	if err := chromedp.Do(ctx); err != nil { // without a limit: the tab lives as long as the context of this call
		t.Fatal(err)
	}
	p := &Tab{t: t, ctx: ctx}
	p.do(call(page.Enable, page.EnableParams{}))
	p.Use(s)
	p.listen()
	return p
}

// Beside opens another tab with the same cookies and storage.
func (p *Tab) Beside() *Tab {
	p.t.Helper()
	ctx, end := chromedp.NewContext(p.ctx)
	p.t.Cleanup(end)
	if err := chromedp.Do(ctx); err != nil {
		p.t.Fatal(err)
	}
	other := &Tab{t: p.t, ctx: ctx}
	other.do(call(page.Enable, page.EnableParams{}))
	other.Use(p.Screen)
	other.listen()
	return other
}

// call is a command of the browser as a step.
func call[P, R any](cmd cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, cmd, params)
		return err
	})
}

func (p *Tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatal(err)
	}
}

// Use looks with another screen from now on; the page stays.
func (p *Tab) Use(s Screen) {
	p.t.Helper()
	p.Screen = s
	scheme := "light"
	if s.Dark {
		scheme = "dark"
	}
	var options []chromedp.EmulateViewportOption
	if s.Width < 500 {
		options = append(options, chromedp.EmulateMobile, chromedp.EmulatePortrait)
	}
	p.do(chromedp.EmulateViewport(s.Width, s.Height, options...),
		call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}}),
		call(network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": s.Language}}),
		call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: s.NoScript}))
}

// listen fails the test on any error of the page: a script, a refused style, a broken policy.
func (p *Tab) listen() {
	go func() {
		for m, err := range chromedp.Console(p.ctx) {
			if err != nil {
				return
			}
			if bad := m.Type == "error" || m.Type == "exception" || m.Type == "warning"; bad && !strings.Contains(m.Text, "Failed to load resource") {
				p.t.Errorf("the page says %s: %s", m.Type, m.Text)
			}
		}
	}()
}

// Visit opens an address.
func (p *Tab) Visit(url string) {
	p.t.Helper()
	p.do(chromedp.Navigate(url))
}

// Reload asks for the page again.
func (p *Tab) Reload() {
	p.t.Helper()
	p.do(chromedp.Reload())
}

// Offline cuts the connection of the page, or mends it.
func (p *Tab) Offline(is bool) {
	p.t.Helper()
	p.do(call(network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{
		{Offline: is, DownloadThroughput: -1, UploadThroughput: -1},
	}}), call(network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: is, DownloadThroughput: -1, UploadThroughput: -1}))
}

// read evaluates an expression beside the page: in a world of our own that sees the same document, where neither the
// page's policy nor switched-off scripts stand in the way.
func read[T any](ctx context.Context, expression string) (T, error) {
	return chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) (T, error) {
		var zero T
		tree, err := cdp.Call(ctx, t, page.GetFrameTree, cdp.Empty{})
		if err != nil {
			return zero, err
		}
		world, err := cdp.Call(ctx, t, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: tree.FrameTree.Frame.ID, WorldName: "look"})
		if err != nil {
			return zero, err
		}
		return chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise, func(e *runtime.EvaluateParams) { e.ContextID = world.ExecutionContextID })(ctx, t)
	})
}

// Ask gives the value of an expression, asked beside the page.
func Ask[T any](p *Tab, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := read[T](ctx, expression)
	if err != nil {
		p.t.Fatalf("%.80s: %v", expression, err)
	}
	return v
}

// Inside runs statements in the page's own world, to put something in the place of what the outside world would do.
func (p *Tab) Inside(statements string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[int](statements+"; 0")); err != nil {
		p.t.Fatalf("%.80s: %v", statements, err)
	}
}

// Until waits until an expression is true. While a page makes place for the next one nothing is.
func (p *Tab) Until(what, expression string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for {
		if yes, err := read[bool](ctx, expression); err == nil && yes {
			return
		}
		if pause(ctx) != nil {
			p.Shot("failed-" + p.t.Name())
			p.t.Fatalf("%s: it never came. The focus is on %q; the page says:\n%.2500s", what, p.Focus(), Ask[string](p, `document.body.innerText`))
		}
	}
}
