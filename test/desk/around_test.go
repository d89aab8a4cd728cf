package desk_test

import (
	"strings"
	"testing"

	"balie/test/desk"
)

func TestWhatTheWebsiteTellsLaterIsWithTheAgentAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk.Desk) {
		v, other := d.Visitor(), d.Visitor()
		v.Start("Waar blijft mijn pakket, vraagt kluut?", "page", "https://www.energie-oost.example/", "given", map[string]any{"order": "A-17"})
		other.Start("En het mijne, vraagt wulp?")
		stream := v.Events(0)
		stream.State("waiting")
		path := "/cases/" + d.Case("kluut").Text("id")
		heard := d.Hears(desk.Maaike)
		v.Must(204, "POST", v.At("around"), map[string]any{
			"page": "https://www.energie-oost.example/mand?x=1#y", "title": "Mand", "given": map[string]any{"order": "B-4", "Postcode": "1234 AB", "email": "x@post.example"},
		})
		heard.Until("the page", func(e desk.Event) bool { return e.Kind == "page" && e.Data.Text("title") == "Mand" })
		known := func() string {
			var all []string
			for _, k := range d.Ask(desk.Maaike, 200, "GET", path, nil).List("known") {
				all = append(all, k.Text("field")+"="+k.Text("value"))
			}
			return strings.Join(all, " ")
		}
		if got := known(); got != "order=B-4 order=A-17 postcode=1234 AB" {
			t.Errorf("the agent knows %s", got)
		}
		c := d.Ask(desk.Maaike, 200, "GET", path, nil)
		if c.Text("contact.page.url") != "https://www.energie-oost.example/mand?x=1" || c.Text("contact.page.title") != "Mand" {
			t.Errorf("the page is %v", c)
		}
		lines := func() int { return len(d.Ask(desk.Maaike, 200, "GET", path, nil).List("timeline")) }
		before := lines()
		v.Must(204, "POST", v.At("around"), map[string]any{"given": map[string]any{"order": "B-4"}}) // nothing new
		v.Must(400, "POST", v.At("around"), []byte(`{"given":`))
		v.Must(413, "POST", v.At("around"), []byte(`{"title":"`+strings.Repeat("x", 70_000)+`"}`))
		forged := *v
		forged.Token = other.Token
		forged.Must(404, "POST", v.At("around"), map[string]any{"given": map[string]any{"order": "X"}})
		if got := known(); got != "order=B-4 order=A-17 postcode=1234 AB" || lines() != before {
			t.Errorf("the agent knows %s", got)
		}
		v.Must(204, "POST", v.At("end"), map[string]any{})
		v.Must(204, "POST", v.At("around"), map[string]any{"page": "https://www.energie-oost.example/ziek", "given": map[string]any{"order": "C-1"}})
		if c := d.Ask(desk.Maaike, 200, "GET", path, nil); strings.Contains(known(), "C-1") || c.Text("contact.page.title") != "Mand" {
			t.Error("whoever ended the conversation is still followed")
		}
		tellsWithoutEnd(t, other)
	})
}

// tellsWithoutEnd is a page that tells something again and again: it is slowed down, and its visitor is not.
func tellsWithoutEnd(t *testing.T, v *desk.Visitor) {
	t.Helper()
	slow := 0
	for range 60 {
		if status, _, _, err := v.Do("POST", v.At("around"), map[string]any{"title": "x"}); err == nil && status == 429 {
			slow++
		}
	}
	if slow == 0 {
		t.Error("nobody slows it down")
	}
	v.Say("Ik mag nog wel praten")
}
