package customer

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"balie/domain/cases"
	"balie/ground/fault"
	"balie/test/engine"
)

// screen is what somebody looks with.
type screen struct {
	name     string
	width    int64
	height   int64
	scheme   string
	language string
}

var screens = []screen{
	{"phone-nl-light", 360, 740, "light", "nl"},
	{"phone-en-dark", 360, 740, "dark", "en"},
	{"desk-nl-dark", 1280, 800, "dark", "nl"},
	{"desk-en-light", 1280, 800, "light", "en"},
}

// violation is what axe finds.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

const runAxe = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(r => JSON.stringify(r.violations))`

// tooSmall lists what can be pressed and is smaller than 44 px and not a word in a sentence.
const tooSmall = `JSON.stringify([...document.querySelectorAll("a, button, summary, input:not([type=hidden], [type=radio]), textarea, .faces label, .grades label")]
	.filter(e => !e.closest(".bubble, .trap, .missing, p, .free") && !e.matches(".skip"))
	.filter(e => { const r = e.getBoundingClientRect(); return r.width > 0 && (r.height < 43.5 || r.width < 24) })
	.map(e => e.outerHTML.slice(0, 120) + " " + e.getBoundingClientRect().height))`

const wide = `document.documentElement.scrollWidth - document.documentElement.clientWidth`

// look checks the page that the browser shows.
func (b browser) look(s screen, name string) {
	b.t.Helper()
	axe, err := os.ReadFile(filepath.Join("..", "..", "third_party", "axe-core", "axe.min.js"))
	if err != nil {
		b.t.Fatal(err)
	}
	b.keep(name + "-" + s.name)
	if ask[int](b, unfold) > 0 { // what is folded away is looked at too
		b.keep(name + "-unfolded-" + s.name)
	}
	ask[struct{}](b, string(axe))
	report(b.t, s.name+" "+name, ask[string](b, runAxe))
	if small := ask[string](b, tooSmall); small != "[]" {
		b.t.Errorf("%s %s: smaller than 44 px: %s", s.name, name, small)
	}
	if over := ask[int](b, wide); over > 0 {
		b.t.Errorf("%s %s: %d px wider than the screen", s.name, name, over)
	}
}

// keep writes a picture of the page to the folder BALIE_PICTURES.
func (b browser) keep(name string) {
	b.t.Helper()
	dir := os.Getenv("BALIE_PICTURES")
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), b.picture(), 0o644); err != nil {
		b.t.Fatal(err)
	}
}

const unfold = `(() => { const shut = document.querySelectorAll("details:not([open])"); shut.forEach(d => d.open = true); return shut.length })()`

func report(t *testing.T, where, found string) {
	t.Helper()
	var all []violation
	if err := json.Unmarshal([]byte(found), &all); err != nil {
		t.Fatalf("%s: %v in %.200q", where, err, found)
	}
	for _, v := range all {
		for _, n := range v.Nodes {
			t.Errorf("%s: %s: %s\n  %.200s\n  %s", where, v.ID, v.Help, n.HTML, strings.ReplaceAll(n.Summary, "\n", "\n  "))
		}
	}
}

func TestEveryPageIsAccessibleOnEveryScreen(t *testing.T) {
	all := chromium(t)
	for _, s := range screens {
		t.Run(s.name, func(t *testing.T) {
			b := all.in(t)
			d := open(t, engine.SQLite(t))
			b.use(s)
			for _, one := range d.everyPage() {
				b.visit(d.server.URL + one.path)
				b.look(s, one.name)
			}
			d.looksWhenRefused(b, s)
		})
	}
}

// looksWhenRefused looks at the pages that say what is wrong.
func (d *desk) looksWhenRefused(b browser, s screen) {
	d.t.Helper()
	b.visit(d.server.URL + formPath)
	b.write("#f-name", "Sanne de Vries")
	b.write("#f-email", "sanne@")
	b.press("form .button.primary")
	b.look(s, "form-wrong")
	d.breaks = fault.New(fault.Unavailable, "ground.database_away")
	b.visit(d.server.URL + formPath)
	for name, words := range filled() {
		b.write("#f-"+name, words[0])
	}
	b.press("form .button.primary")
	b.look(s, "form-away")
	d.breaks = nil
	for _, c := range d.all() {
		if c.Status == cases.New && c.Question != "" {
			b.visit(d.server.URL + d.link(c.ID))
			b.click("#vraag summary")
			b.press("#vraag details .button.primary")
			b.look(s, "case-wrong")
		}
	}
	b.visit(d.server.URL + d.link(d.silent().ID))
	b.look(s, "case-silent")
}

func TestTheWalkInABrowserWithoutAScript(t *testing.T) {
	b := chromium(t)
	d := open(t, engine.SQLite(t))
	c := d.mail("Nota", "Klopt mijn nota?")
	d.readBack(c, "Klopt mijn nota van november?")
	b.use(screens[0])
	b.scripts(true)
	b.visit(d.server.URL + d.link(c.ID))
	b.press("#vraag .button.primary")
	b.told("Je vraag is bevestigd")
	d.propose(c, "Ja, hij klopt.")
	b.visit(d.server.URL + d.link(c.ID))
	b.press("#opgelost .button.primary")
	b.told("Fijn dat het is opgelost")
	b.click(`input[name=satisfaction][value="4"]`)
	b.click(`input[name=grade][value="8"]`)
	b.press(".judge .button.primary")
	b.told("Dank je voor je oordeel")
	if all := d.judged(c); len(all) != 1 || *all[0].Satisfaction != 4 || *all[0].Grade != 8 {
		t.Errorf("kept %+v", all)
	}
	if now := d.load(c.ID); now.Status != cases.Closed {
		t.Errorf("the case is %s", now.Status)
	}
}

// told checks that the page says what was done, and that a screen reader begins there.
func (b browser) told(what string) {
	b.t.Helper()
	b.scripts(false)
	defer b.scripts(true)
	if at := ask[string](b, `document.activeElement.id`); at != "status" {
		b.t.Errorf("the focus is on %q", at)
	}
	if said := ask[string](b, `document.getElementById("status").innerText`); !strings.Contains(said, what) {
		b.t.Errorf("the page says %q, not %q", said, what)
	}
}
