package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// inside gives the visible words of all that a selector finds, without regard to case and spaces.
const inside = `[...document.querySelectorAll(%q)].filter((e) => e.checkVisibility()).map((e) => e.innerText).join(" ").replace(/\s+/g, " ").toLowerCase()`

func plain(words string) string { return strings.ToLower(strings.Join(strings.Fields(words), " ")) }

// Sees waits until all these words can be read on the page.
func (p *Tab) Sees(words ...string) {
	p.t.Helper()
	p.SeesIn("body", words...)
}

// SeesIn waits until all these words can be read in what the selector finds.
func (p *Tab) SeesIn(selector string, words ...string) {
	p.t.Helper()
	for _, w := range words {
		if plain(w) == "" {
			p.t.Fatal("no words are everywhere: say which")
		}
		p.Until(fmt.Sprintf("%q in %s", w, selector), fmt.Sprintf(inside+`.includes(%q)`, selector, plain(w)))
	}
}

// SeesNo waits until the words are gone.
func (p *Tab) SeesNo(selector, words string) {
	p.t.Helper()
	p.Until(fmt.Sprintf("no %q in %s", words, selector), fmt.Sprintf(`!`+inside+`.includes(%q)`, selector, plain(words)))
}

// SamePage gives a number that changes with every load of a page.
func (p *Tab) SamePage() float64 { p.t.Helper(); return Ask[float64](p, `performance.timeOrigin`) }

// Fits fails the test when the page is wider than the screen.
func (p *Tab) Fits(what string) {
	p.t.Helper()
	if over := Ask[int](p, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		p.t.Errorf("%s is %d px wider than the screen (%s)", what, over, p.Screen.Name)
	}
}

// Click presses what has this role and this accessible name, as a finger or a mouse does, once it stands still: while a
// page is still growing a finger would wait as well. Scripts are not needed.
func (p *Tab) Click(role, name string) {
	p.t.Helper()
	x, y := p.middle(role, name)
	for range 100 {
		if pause(p.ctx) != nil {
			break
		}
		before, above := x, y
		if x, y = p.middle(role, name); x == before && y == above {
			break
		}
	}
	p.do(chromedp.MouseClickXY(x, y))
}

// Fill puts the focus in a field by its name and types over what is in it.
func (p *Tab) Fill(name, words string) {
	p.t.Helper()
	p.steady("focus on "+name, func(ctx context.Context, t *chromedp.Target) error {
		id, err := find(ctx, t, "textbox", name)
		if err == nil {
			_, err = cdp.Call(ctx, t, dom.Focus, dom.FocusParams{BackendNodeID: id})
		}
		return err
	})
	p.Press("Ctrl+a")
	p.Type(words)
}

// Choose gives files to a file field.
func (p *Tab) Choose(selector string, paths ...string) {
	p.t.Helper()
	p.steady("files for "+selector, func(ctx context.Context, t *chromedp.Target) error {
		field, err := object(ctx, t, fmt.Sprintf("document.querySelector(%q)", selector))
		if err == nil {
			_, err = cdp.Call(ctx, t, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: paths, ObjectID: field})
		}
		return err
	})
}

// steady does something with an element of the page, again when the page put another in its place meanwhile.
func (p *Tab) steady(what string, step func(context.Context, *chromedp.Target) error) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for {
		err := chromedp.Do(ctx, chromedp.Func(step))
		if err == nil {
			return
		}
		if pause(ctx) != nil {
			p.Shot("failed-" + p.t.Name())
			p.t.Fatalf("%s: %v; the page says:\n%.2500s", what, err, Ask[string](p, `document.body.innerText`))
		}
	}
}

// object is the element that an expression gives. Numbers of nodes would change with every look at the document.
func object(ctx context.Context, t *chromedp.Target, expression string) (runtime.RemoteObjectID, error) {
	found, err := cdp.Call(ctx, t, runtime.Evaluate, runtime.EvaluateParams{Expression: expression})
	switch {
	case err != nil:
		return "", err
	case found.Result == nil || found.Result.ObjectID == "":
		return "", fmt.Errorf("%s is not on the page", expression)
	}
	return found.Result.ObjectID, nil
}

// find gives the one that has the role and the name.
func find(ctx context.Context, t *chromedp.Target, role, name string) (id cdp.BackendNodeID, err error) {
	document, err := object(ctx, t, "document")
	if err != nil {
		return 0, err
	}
	all, err := cdp.Call(ctx, t, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{ObjectID: document, Role: role, AccessibleName: name})
	if err != nil {
		return 0, err
	}
	found := 0
	for _, n := range all.Nodes {
		if !n.Ignored {
			id = n.BackendDOMNodeID
			found++
		}
	}
	if found != 1 {
		return 0, fmt.Errorf("%d of role %s are called %q", found, role, name)
	}
	return id, nil
}

// middle scrolls an element into sight and gives its middle.
func (p *Tab) middle(role, name string) (x, y float64) {
	p.t.Helper()
	p.steady("the place of "+name, func(ctx context.Context, t *chromedp.Target) error {
		id, err := find(ctx, t, role, name)
		if err != nil {
			return err
		}
		if _, err := cdp.Call(ctx, t, dom.ScrollIntoViewIfNeeded, dom.ScrollIntoViewIfNeededParams{BackendNodeID: id}); err != nil {
			return err
		}
		r, err := cdp.Call(ctx, t, dom.GetContentQuads, dom.GetContentQuadsParams{BackendNodeID: id})
		if err != nil {
			return err
		}
		if len(r.Quads) == 0 || len(r.Quads[0]) != 8 {
			return fmt.Errorf("it has no place on the page")
		}
		x, y = 0, 0
		for i := 0; i < 8; i += 2 {
			x += r.Quads[0][i] / 4
			y += r.Quads[0][i+1] / 4
		}
		return nil
	})
	return x, y
}

// Shot keeps a picture of the screen when BALIE_SHOTS names a folder.
func (p *Tab) Shot(name string) {
	p.t.Helper()
	dir := os.Getenv("BALIE_SHOTS")
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	name = strings.NewReplacer("/", "-", " ", "-").Replace(name)
	if err := os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644); err != nil {
		p.t.Fatal(err)
	}
}
