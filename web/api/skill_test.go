package api_test

import (
	"testing"

	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/staff"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/engine"
)

type needs struct {
	Needs []struct {
		Skill struct{ ID, Name string } `json:"skill"`
		Least int                       `json:"least"`
	} `json:"needs"`
}

func TestACaseSaysWhatItNeeds(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		var skill, theirs staff.Skill
		if err := d.DB.Write(t.Context(), func(tx *sqldb.Tx) (err error) {
			if skill, err = d.Flow.Staff.SaveSkill(tx, ledger.At{Org: d.East.ID, Actor: ledger.Desk}, staff.Skill{Name: "Meters", Sort: staff.Subject}); err != nil {
				return err
			}
			theirs, err = d.Flow.Staff.SaveSkill(tx, ledger.At{Org: d.West.ID, Actor: ledger.Desk}, staff.Skill{Name: "Meters", Sort: staff.Subject})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		k := asks(d.joris(), "Els", "Mijn meter tikt")
		id := ident.Text(skill.ID)
		var got needs
		d.joris().Post(k.path()+"/needs", map[string]any{"needs": []any{map[string]any{"skill": id, "least": 2}}}).Is(200).Into(&got)
		if len(got.Needs) != 1 || got.Needs[0].Skill.Name != "Meters" || got.Needs[0].Least != int(cases.Good) {
			t.Fatalf("%+v", got)
		}
		for body, key := range map[string]string{
			`{"needs":[{"skill":"12","least":1}]}`:                            "staff.skill_unknown",
			`{"needs":[{"skill":"` + ident.Text(theirs.ID) + `","least":1}]}`: "staff.skill_unknown",
			`{"needs":[{"skill":"x","least":1}]}`:                             "api.field",
			`{"needs":[{"skill":"` + id + `","least":4}]}`:                    "cases.level_unknown",
			`{"needs":"x"}`: "edge.field_type",
		} {
			if got := d.joris().Do("POST", k.path()+"/needs", body).Key(); got != key {
				t.Errorf("%s: %s", body, got)
			}
		}
		got = needs{}
		d.joris().Post(k.path()+"/owner", map[string]any{"needs": []any{}}).Is(200).Into(&got)
		if len(got.Needs) != 0 {
			t.Errorf("after the hand-over: %+v", got)
		}
	})
}

type limit struct {
	ByHand *int   `json:"by_hand"`
	Why    string `json:"why"`
	Text   string `json:"text"`
}

func TestTheLimitIsExplainedAndSetByHand(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		var p struct {
			Chats int   `json:"chats"`
			Limit limit `json:"limit"`
		}
		joris := d.joris()
		joris.Do("PUT", "/api/v1/me/presence", map[string]any{"state": "available"}).Is(200).Into(&p)
		if p.Chats != 2 || p.Limit.ByHand != nil || p.Limit.Text != "2 tegelijk om mee te beginnen. Daarna leert de balie hoeveel er goed gaan." {
			t.Errorf("%+v", p)
		}
		joris.Do("PUT", "/api/v1/me/presence", map[string]any{"state": "available", "chats": 3}).Is(200).Into(&p)
		if p.Chats != 3 || p.Limit.ByHand == nil || *p.Limit.ByHand != 3 || p.Limit.Text != "3 tegelijk, met de hand ingesteld. De balie gaat er niet boven." {
			t.Errorf("%+v", p)
		}
		joris.Do("PUT", "/api/v1/me/presence", map[string]any{"state": "busy"}).Is(200).Into(&p)
		if p.Chats != 3 || p.Limit.ByHand == nil {
			t.Errorf("another state changed the number: %+v", p)
		}
		path := "/api/v1/agents/" + ident.Text(d.East.People[access.Agent].ID) + "/chats"
		joris.Do("PUT", path, map[string]any{"chats": 1}).Is(403)
		var l limit
		d.lotte().Do("PUT", path, map[string]any{"chats": 1}).Is(200).Into(&l)
		if l.ByHand == nil || *l.ByHand != 1 {
			t.Errorf("%+v", l)
		}
		d.lotte().Do("PUT", path, map[string]any{"chats": 0}).Is(200).Into(&l)
		if l.ByHand != nil {
			t.Errorf("%+v", l)
		}
		d.lotte().Do("PUT", path, `{}`).Is(400)
		d.stranger().Do("PUT", path, map[string]any{"chats": 1}).Is(404)
	})
}
