package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"balie/channel"
	"balie/domain/access"
	"balie/ground/ident"
	"balie/ground/sqldb"
	"balie/test/engine"
	"balie/web/api"
	"balie/web/edge"
)

func TestWhatTheCustomerGaveIsKnownInTheReadersLanguage(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		r, err := d.Flow.Arrive(t.Context(), channel.Arrival{
			Org: d.East.ID, Channel: channel.Form, Key: "f1", Text: "Vraag",
			From: channel.Person{Name: "Evi", Address: "evi@klant.example"}, Given: map[string]string{"postcode": "1234 AB", "dakkleur": "rood"},
		})
		if err != nil {
			t.Fatal(err)
		}
		var k kase
		d.joris().Do("PUT", "/api/v1/me", map[string]any{"locale": "en"}).Is(200)
		d.joris().Get("/api/v1/cases/" + ident.Text(r.Case)).Is(200).Into(&k)
		if len(k.Known) != 2 || k.Known[0].Label != "Dakkleur" || k.Known[1].Label != "Postcode" || k.Known[1].Value != "1234 AB" {
			t.Errorf("known: %+v", k.Known)
		}
	})
}

func TestADraftIsKeptForItsWriterAlone(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		k := asks(d.joris(), "Finn", "Vraag")
		d.joris().Do("PUT", k.path()+"/draft", map[string]any{"text": "Beste Finn,", "kind": "note"}).Is(204)
		d.joris().Do("PUT", k.path()+"/draft", map[string]any{"text": "x", "kind": "letter"}).Is(400)
		d.joris().Get(k.path()).Is(200).Into(&k)
		if k.Draft == nil || k.Draft.Text != "Beste Finn," || k.Draft.Kind != "note" {
			t.Errorf("the writer sees %+v", k.Draft)
		}
		k.Draft = nil
		d.lotte().Get(k.path()).Is(200).Into(&k)
		if k.Draft != nil {
			t.Errorf("a colleague sees %+v", k.Draft)
		}
		d.joris().Do("PUT", k.path()+"/draft", map[string]any{"text": ""}).Is(204)
		d.joris().Get(k.path()).Is(200).Into(&k)
		if k.Draft != nil {
			t.Errorf("after it was emptied there is %+v", k.Draft)
		}
		d.As(d.East.Robot).Do("PUT", k.path()+"/draft", map[string]any{"text": "x"}).Is(403)
	})
}

func TestWhoIsLookingIsSeenByColleagues(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		k := asks(d.joris(), "Guus", "Vraag")
		s := d.lotte().Stream("/api/v1/events")
		s.Comment()
		d.joris().Post(k.path()+"/viewing", map[string]any{"typing": true}).Is(204)
		all := s.Until("viewers")
		if e := all[len(all)-1]; e.ID != "" || !strings.Contains(e.Data, `"typing":true`) || !strings.Contains(e.Data, k.ID) {
			t.Errorf("colleagues hear %+v", e)
		}
		d.lotte().Get(k.path()).Is(200).Into(&k)
		if len(k.Viewers) != 1 || k.Viewers[0].Name != "Joris" {
			t.Errorf("viewers %+v", k.Viewers)
		}
		d.As(d.East.Robot).Post(k.path()+"/viewing", nil).Is(403)
	})
}

func TestAPromiseIsMovedAndTakenBack(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		k := asks(d.joris(), "Hugo", "Vraag")
		other := asks(d.joris(), "Ilse", "Andere vraag")
		d.joris().Post(k.path()+"/promises", map[string]any{"text": "Ik bel", "due": soon(), "owner": idOf(d.East.People[access.Lead])}).Is(201).Into(&k)
		p := k.Promises[0]
		if p.Owner == nil || p.Owner.Name != "Lotte" {
			t.Errorf("the owner is %+v", p.Owner)
		}
		d.joris().Post(other.path()+"/promises/"+p.ID+"/kept", nil).Is(404)
		d.joris().Post(k.path()+"/promises/"+p.ID+"/move", map[string]any{"reason": "x"}).Is(400)
		d.joris().Post(k.path()+"/promises/"+p.ID+"/move", map[string]any{"due": soon(), "reason": "Het is druk"}).Is(200).Into(&k)
		if k.Promises[0].MovedFrom == nil {
			t.Error("the first deadline is not kept")
		}
		d.joris().Post(k.path()+"/promises/"+p.ID+"/withdraw", map[string]any{"reason": " "}).Is(400)
		d.joris().Post(k.path()+"/promises/"+p.ID+"/withdraw", map[string]any{"reason": "Al geregeld"}).Is(200).Into(&k)
		if k.Promises[0].Status != "withdrawn" {
			t.Errorf("status %s", k.Promises[0].Status)
		}
		if key := d.joris().Post(k.path()+"/promises/"+p.ID+"/kept", nil).Is(409).Key(); key != "promise.step_not_possible" {
			t.Errorf("keeping what was taken back: %s", key)
		}
	})
}

func TestTwoQuestionsOfOneCustomerGoOnAsOne(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		a, b := asks(d.joris(), "Jan", "Eerste"), asks(d.joris(), "Jan", "Tweede")
		other := asks(d.joris(), "Kees", "Van een ander")
		if key := d.joris().Post(a.path()+"/merge", map[string]any{"into": other.ID}).Is(409).Key(); key != "cases.merge_other_customer" {
			t.Errorf("with another customer: %s", key)
		}
		d.joris().Post(a.path()+"/merge", map[string]any{"into": b.ID}).Is(200).Into(&a)
		if a.MergedInto == nil || *a.MergedInto != b.ID || a.Status != "closed" || a.ClosedBy != "" {
			t.Errorf("the first is %+v", a)
		}
		d.joris().Get(b.path()).Is(200).Into(&b)
		if kinds := b.kinds(); !slices.Contains(kinds, "merged") {
			t.Errorf("the second has %v", kinds)
		}
	})
}

func TestASnoozedCaseIsOutOfSightUntilItWakes(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		k := asks(d.joris(), "Lena", "Vraag")
		d.joris().Post(k.path()+"/owner", map[string]any{"agent": "me"}).Is(200)
		d.joris().Post(k.path()+"/snooze", map[string]any{"until": soon()}).Is(200).Into(&k)
		if k.SnoozedUntil == nil || len(found(t, d, "view=mine")) != 0 || len(found(t, d, "view=snoozed")) != 1 {
			t.Errorf("snoozed: %+v", k.SnoozedUntil)
		}
		d.joris().Post(k.path()+"/snooze", `{"until":null}`).Is(200).Into(&k)
		if k.SnoozedUntil != nil || len(found(t, d, "view=mine")) != 1 {
			t.Errorf("woken: %+v", k.SnoozedUntil)
		}
		d.joris().Post(k.path()+"/seen", nil).Is(204)
		d.joris().Get(k.path()).Is(200).Into(&k)
		if k.Unread {
			t.Error("still unread after it was seen")
		}
	})
}

func TestTheFirstScreenIsWhatTheAPIWouldAnswer(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		k := asks(d.joris(), "Mila", "Vraag")
		d.joris().Post(k.path()+"/owner", map[string]any{"agent": "me"}).Is(200).Into(&k)
		a := api.New(api.Parts{DB: d.DB, Flow: d.Flow, Edge: d.Edge, Catalogue: d.Catalogue})
		r, _ := http.NewRequestWithContext(t.Context(), "GET", "/desk", nil)
		var who access.Principal
		if err := d.DB.Read(t.Context(), func(tx *sqldb.Tx) (err error) {
			who, err = d.Edge.Who(tx, edge.Credential{Cookie: d.East.People[access.Agent].Cookie})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		f, err := a.First(r, who)
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Cases) != 1 || f.Cases[0].ID != k.ID || f.Seq < k.Seq || f.Me.Agent.Name != "Joris" || f.Me.Counts.Mine != 1 {
			t.Errorf("first: %+v, the case is at %d", f, k.Seq)
		}
	})
}
