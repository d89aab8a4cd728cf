package api_test

import (
	"fmt"
	"testing"

	"balie/domain/access"
	"balie/test/engine"
	"balie/web/edge/edgetest"
)

type mentionPage struct {
	Mentions []struct {
		ID    string
		Case  struct{ ID, Number, Subject string }
		Actor struct{ Kind, ID, Name string }
		Text  string
		Seen  bool
	}
	Next string
}

// mentionsOf lists the mentions of somebody, and how many are new.
func mentionsOf(c edgetest.Client) (p mentionPage, fresh int64) {
	var me struct{ Counts struct{ Mentions int64 } }
	c.Get("/api/v1/mentions").Is(200).Into(&p)
	c.Get("/api/v1/me").Is(200).Into(&me)
	return p, me.Counts.Mentions
}

func TestAnAgentSeesWhereTheyWereMentioned(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		lotte := fmt.Sprint(int64(d.East.People[access.Lead].Account.ID))
		joris := fmt.Sprint(int64(d.East.People[access.Agent].Account.ID))
		first, second := asks(d.joris(), "Finn", "Vraag"), asks(d.joris(), "Evi", "Vraag")
		note := func(k kase, words string, who ...string) {
			d.joris().Post(k.path()+"/notes", map[string]any{"text": words, "mentions": append([]string{}, who...)}).Is(201)
		}
		note(first, "Weet jij dit?", lotte, joris)
		note(second, "En dit?", lotte)
		note(second, "Voor niemand")
		p, fresh := mentionsOf(d.lotte())
		if len(p.Mentions) != 2 || fresh != 2 || p.Mentions[0].Text != "En dit?" || p.Mentions[0].Seen || p.Mentions[0].Actor.ID != joris ||
			p.Mentions[0].Case.ID != second.ID || p.Mentions[1].Case.Number != first.Number {
			t.Fatalf("%d new: %+v", fresh, p)
		}
		if own, n := mentionsOf(d.joris()); len(own.Mentions) != 0 || n != 0 {
			t.Errorf("whoever writes is reminded of their own note: %+v", own)
		}
		if other, n := mentionsOf(d.stranger()); len(other.Mentions) != 0 || n != 0 {
			t.Errorf("another organisation sees %+v", other)
		}
		d.As(d.East.Robot).Get("/api/v1/mentions").Is(404)

		byPage(t, d.lotte(), second.ID, first.ID)
		// Looking at the case is seeing it; a colleague's look is not.
		d.joris().Post(second.path()+"/seen", nil).Is(204)
		if _, n := mentionsOf(d.lotte()); n != 2 {
			t.Errorf("a colleague looked and %d are new", n)
		}
		d.lotte().Post(second.path()+"/seen", nil).Is(204)
		if p, n := mentionsOf(d.lotte()); n != 1 || !p.Mentions[0].Seen || p.Mentions[1].Seen {
			t.Errorf("after a look at the case %d are new: %+v", n, p)
		}

		// Up to one that was seen: what came in the meantime stays new.
		note(first, "Nog iets", lotte)
		d.lotte().Post("/api/v1/mentions/seen", map[string]any{"until": p.Mentions[1].ID}).Is(204)
		if p, n := mentionsOf(d.lotte()); n != 1 || p.Mentions[0].Seen || !p.Mentions[2].Seen {
			t.Errorf("after seeing up to the first %d are new: %+v", n, p)
		}

		// After a merge it leads to the case that goes on.
		d.lotte().Post("/api/v1/mentions/seen", nil).Is(204)
		again := asks(d.joris(), "Finn", "Dezelfde vraag")
		d.joris().Post(first.path()+"/merge", map[string]any{"into": again.ID}).Is(200)
		if p, n := mentionsOf(d.lotte()); n != 0 || p.Mentions[0].Case.ID != again.ID {
			t.Errorf("after a merge %d are new: %+v", n, p)
		}
	})
}

// byPage reads the list one by one.
func byPage(t *testing.T, c edgetest.Client, cases ...string) {
	t.Helper()
	cursor := ""
	for i, want := range cases {
		var page mentionPage
		c.Get("/api/v1/mentions?limit=1&cursor=" + cursor).Is(200).Into(&page)
		if len(page.Mentions) != 1 || page.Mentions[0].Case.ID != want || (page.Next == "") != (i == len(cases)-1) {
			t.Errorf("page %d: %+v", i+1, page)
		}
		cursor = page.Next
	}
}
