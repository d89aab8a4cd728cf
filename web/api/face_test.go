package api_test

import (
	"strings"
	"testing"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/engine"
)

func TestColleaguesSeeThePictureThatAnAgentGave(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		joris := d.East.People[access.Agent]
		for range 2 {
			if err := d.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
				by := org.By{Org: d.East.ID, Actor: ledger.Desk}
				return d.Flow.Access.SetPicture(tx, by, joris.ID, access.Picture{Hash: strings.Repeat("a", 32), Type: "image/jpeg", Bytes: []byte("x")})
			}); err != nil {
				t.Fatal(err)
			}
		}
		want := access.Pictures{joris.ID: strings.Repeat("a", 32)}.Path(d.East.Slug, joris.ID)
		type person struct{ ID, Name, Picture string }
		var me struct{ Agent person }
		d.joris().Get("/api/v1/me").Is(200).Into(&me)
		if me.Agent.Picture != want {
			t.Errorf("their own: %q instead of %q", me.Agent.Picture, want)
		}
		d.joris().Do("PUT", "/api/v1/me/presence", map[string]any{"state": "busy"}).Is(200)
		for _, path := range []string{"/api/v1/agents", "/api/v1/queue"} {
			var all struct{ Agents []person }
			d.lotte().Get(path).Is(200).Into(&all)
			seen := 0
			for _, a := range all.Agents {
				switch {
				case a.Name == joris.Name && a.Picture == want:
					seen++
				case a.Picture != "":
					t.Errorf("%s: %+v", path, a)
				}
			}
			if seen != 1 {
				t.Errorf("%s: %+v", path, all.Agents)
			}
		}
		var strangers struct{ Agents []person }
		d.stranger().Get("/api/v1/agents").Is(200).Into(&strangers)
		for _, a := range strangers.Agents {
			if a.Picture != "" {
				t.Errorf("another organisation: %+v", a)
			}
		}
	})
}
