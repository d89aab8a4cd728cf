package desk_test

import (
	"testing"

	"balie/domain/cases"
	"balie/domain/staff"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/desk"
)

func TestAChatInEnglishGoesToWhoSpeaksItAndWaitsForNobodyWhoIsNotThere(t *testing.T) {
	each(t, func(t *testing.T, d *desk.Desk) {
		at := ledger.At{Org: d.Org, Actor: ledger.Desk}
		var english staff.Skill
		if err := d.App.DB.Write(t.Context(), func(tx *sqldb.Tx) (err error) {
			if english, err = d.App.Flow.Staff.SaveSkill(tx, at, staff.Skill{Name: "Engels", Sort: staff.Language, Locale: "en"}); err != nil {
				return err
			}
			return d.App.Flow.Staff.Knows(tx, at, english.ID, map[ident.Agent]cases.Level{d.Maike: cases.Good})
		}); err != nil {
			t.Fatal(err)
		}
		d.Available(desk.Joris)
		d.Available(desk.Maaike)
		v := d.Visitor()
		v.Start("Why is my bill this high?", "lang", "en")
		c := d.AcceptNext(desk.Maaike)
		if needs := c.List("needs"); len(needs) != 1 || needs[0].Text("skill.name") != "Engels" || c.Text("number") != v.Case {
			t.Errorf("the case: %v", c)
		}
		v.Events(0).State("live")

		// Maaike goes: who asks in English now is helped by whoever is there, who hears why.
		d.Ask(desk.Maaike, 200, "PUT", "/me/presence", map[string]any{"state": "away"})
		other := d.Visitor()
		other.Start("And mine?", "lang", "en")
		var offers []desk.JSON
		d.Eventually("an offer to who knows no English", func() bool {
			offers = d.Ask(desk.Joris, 200, "GET", "/offers", nil).List("offers")
			return len(offers) > 0
		})
		if offers[0].Text("reason.key") != "routing.without_skill" || len(offers[0].List("needs")) != 1 {
			t.Errorf("the offer: %v", offers[0])
		}
		// A question that needs nothing keeps going to everybody.
		d.AcceptNext(desk.Joris)
		third := d.Visitor()
		third.Start("Waarom is mijn nota hoog?")
		mine := d.AcceptNext(desk.Joris)
		path := "/cases/" + mine.Text("id")
		needs := []any{map[string]any{"skill": ident.Text(english.ID), "least": 1}}
		handed := d.Ask(desk.Joris, 200, "POST", path+"/owner", map[string]any{"needs": needs})
		if len(handed.List("needs")) != 1 {
			t.Errorf("after the hand-over: %v", handed)
		}
		d.Ask(desk.Maaike, 200, "PUT", "/me/presence", map[string]any{"state": "available"})
		if c := d.AcceptNext(desk.Maaike); c.Text("id") != mine.Text("id") {
			t.Errorf("handed over to who speaks English: %v", c)
		}
	})
}
