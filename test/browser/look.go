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
	x, y := p.middle(p.find(role, name))
	for range 100 {
		if pause(p.ctx) != nil {
			break
		}
		before, above := x, y
		if x, y = p.middle(p.find(role, name)); x == before && y == above {
			break
		}
	}
	p.do(chromedp.MouseClickXY(x, y))
}

// Fill puts the focus in a field by its name and types over what is in it.
func (p *Tab) Fill(name, words string) {
	p.t.Helper()
	p.do(call(dom.Focus, dom.FocusParams{BackendNodeID: p.find("textbox", name)}))
	p.Press("Ctrl+a")
	p.Type(words)
}

// Choose gives files to a file field.
func (p *Tab) Choose(selector string, paths ...string) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		doc, err := cdp.Call(ctx, t, dom.GetDocument, dom.GetDocumentParams{})
		if err != nil {
			return err
		}
		field, err := cdp.Call(ctx, t, dom.QuerySelector, dom.QuerySelectorParams{NodeID: doc.Root.NodeID, Selector: selector})
		if err != nil {
			return err
		}
		_, err = cdp.Call(ctx, t, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: paths, NodeID: field.NodeID})
		return err
	}))
}

// find waits for the one that has the role and the name.
func (p *Tab) find(role, name string) (id cdp.BackendNodeID) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for id == 0 {
		found, err := p.query(ctx, role, name)
		switch {
		case err == nil && len(found) == 1:
			id = found[0]
		case err == nil && len(found) > 1:
			p.t.Fatalf("%d of role %s are called %q", len(found), role, name)
		case pause(ctx) != nil:
			p.Shot("failed-" + p.t.Name())
			p.t.Fatalf("no %s is called %q on the page:\n%.2500s", role, name, Ask[string](p, `document.body.innerText`))
		}
	}
	return id
}

func (p *Tab) query(ctx context.Context, role, name string) ([]cdp.BackendNodeID, error) {
	return chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) ([]cdp.BackendNodeID, error) {
		doc, err := cdp.Call(ctx, t, dom.GetDocument, dom.GetDocumentParams{})
		if err != nil {
			return nil, err
		}
		found, err := cdp.Call(ctx, t, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{NodeID: doc.Root.NodeID, Role: role, AccessibleName: name})
		if err != nil {
			return nil, err
		}
		var ids []cdp.BackendNodeID
		for _, n := range found.Nodes {
			if !n.Ignored {
				ids = append(ids, n.BackendDOMNodeID)
			}
		}
		return ids, nil
	})
}

// middle scrolls an element into sight and gives its middle.
func (p *Tab) middle(id cdp.BackendNodeID) (x, y float64) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
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
		for i := 0; i < 8; i += 2 {
			x += r.Quads[0][i] / 4
			y += r.Quads[0][i+1] / 4
		}
		return nil
	}))
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
