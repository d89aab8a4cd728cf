package browser

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// violation is a rule that axe finds broken, with where.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

const runAxe = `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
	.then(() => Promise.all(document.getAnimations().map((a) => a.finished.catch(() => 0))))
	.then(() => axe.run(document, {iframes: false, resultTypes: ["violations"], runOnly: RULES}))
	.then((r) => JSON.stringify({checked: r.passes.length, violations: r.violations, broke: r.incomplete.filter((i) => i.error).map((i) => i.error.message)}))`

// What axe checks: all of it, or only what light and dark change.
const (
	AllRules = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]`
	Colours  = `{type: "rule", values: ["color-contrast", "link-in-text-block"]}`
)

// Axe fails the test on every rule that the page breaks.
func (p *Tab) Axe(what, rules string) {
	p.t.Helper()
	if !Ask[bool](p, `"axe" in globalThis`) {
		_, here, _, _ := runtime.Caller(0)
		program, err := os.ReadFile(filepath.Join(filepath.Dir(here), "..", "..", "third_party", "axe-core", "axe.min.js"))
		if err != nil {
			p.t.Fatal(err)
		}
		Ask[int](p, string(program)+";0")
	}
	var found struct {
		Checked    int         `json:"checked"`
		Violations []violation `json:"violations"`
		Broke      []string    `json:"broke"`
	}
	if err := json.Unmarshal([]byte(Ask[string](p, strings.Replace(runAxe, "RULES", rules, 1))), &found); err != nil {
		p.t.Fatal(err)
	}
	if found.Checked == 0 {
		p.t.Errorf("%s: axe checked nothing", what)
	}
	for _, why := range found.Broke { // such a rule counts as neither kept nor broken
		p.t.Errorf("%s, %s: axe gave up a rule: %s", what, p.Screen.Name, why)
	}
	for _, v := range found.Violations {
		for _, n := range v.Nodes {
			p.t.Errorf("%s, %s: %s: %s\n  %.300s\n  %s", what, p.Screen.Name, v.ID, v.Help, n.HTML, strings.ReplaceAll(n.Summary, "\n", "\n  "))
		}
	}
}
