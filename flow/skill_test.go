package flow_test

import (
	"fmt"
	"testing"
	"time"

	"balie/channel"
	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/org"
	"balie/domain/routing"
	"balie/domain/staff"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// skill makes a skill that some agents have.
func (w *floor) skill(s staff.Skill, who map[ident.Agent]cases.Level) ident.Skill {
	w.t.Helper()
	at := ledger.At{Org: w.org, Actor: ledger.Desk}
	w.write(func(tx *sqldb.Tx) (err error) {
		if s, err = w.flow.Staff.SaveSkill(tx, at, s); err != nil {
			return err
		}
		return w.flow.Staff.Knows(tx, at, s.ID, who)
	})
	return s.ID
}

// asks is a visitor who speaks a language.
func (w *floor) asks(words, locale string, site ident.Site) *visitor {
	w.t.Helper()
	w.node++
	r, err := w.flow.Arrive(w.t.Context(), channel.Arrival{
		Org: w.org, Channel: channel.Webchat, Key: fmt.Sprint("visit ", w.node), Text: words, Locale: locale, Live: &channel.Live{Site: site},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.hand.Advance(time.Second)
	return &visitor{AtContact: flow.AtContact{Org: w.org, Contact: r.Contact, Token: w.flow.ContactToken(w.org, r.Contact)}, id: r.Case}
}

func (w *floor) needs(v *visitor, want string) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) error {
		c, err := w.flow.Cases.Get(tx, w.org, v.id)
		if err == nil && c.Needs.Text() != want {
			w.t.Errorf("the case needs %q, not %q", c.Needs.Text(), want)
		}
		return err
	})
}

func (w *floor) need(v *visitor, who access.Principal, n ...cases.Need) {
	w.t.Helper()
	w.ok(w.flow.Need(w.t.Context(), who, v.id, n))
}

func TestAChatGoesToWhoKnowsItsLanguageAndSubject(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne, bram := w.works("Anne", 3), w.works("Bram", 3)
		english := w.skill(staff.Skill{Name: "Engels", Sort: staff.Language, Locale: "en"}, map[ident.Agent]cases.Level{bram.Agent: cases.Good})
		meters := w.skill(staff.Skill{Name: "Meters", Sort: staff.Subject}, map[ident.Agent]cases.Level{anne.Agent: cases.Able, bram.Agent: cases.Expert})
		var site org.Site
		w.write(func(tx *sqldb.Tx) (err error) {
			site, err = w.flow.Org.SaveSite(tx, org.By{Org: w.org, Actor: ledger.Desk}, org.Site{Name: "Meters", Skill: meters})
			return err
		})
		a := w.asks("In English please", "en", 0)
		w.needs(a, cases.Needs{{Skill: english, Least: cases.Able}}.Text())
		w.match()
		w.offered(a, bram, routing.FirstInLine) // Anne is free longer and does not know English
		w.accept(a, bram)
		b := w.asks("Mijn meter tikt", "nl", site.ID)
		w.needs(b, cases.Needs{{Skill: meters, Least: cases.Able}}.Text())
		w.match()
		w.offered(b, anne, routing.FirstInLine) // has less to do, and knows enough
		w.need(b, anne, cases.Need{Skill: meters, Least: cases.Expert})
		w.accept(b, anne) // what is put to somebody already stays with them
		c := w.asks("Onze meter staat stil", "nl", 0)
		w.needs(c, "")
		w.need(c, anne, cases.Need{Skill: meters, Least: cases.Good})
		w.match()
		w.offered(c, bram, routing.FirstInLine)
		w.accept(c, bram)
		w.ok(w.flow.Own(t.Context(), bram, c.id, flow.HandOver{Needs: &cases.Needs{{Skill: meters, Least: cases.Able}}}))
		w.needs(c, cases.Needs{{Skill: meters, Least: cases.Able}}.Text())
		w.match()
		w.offered(c, anne, routing.FirstInLine)
	})
}

func TestWhoNeedsSomebodyWithRoomDoesNotHoldUpTheOthers(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne, bram := w.works("Anne", 1), w.works("Bram", 1)
		english := w.skill(staff.Skill{Name: "Engels", Sort: staff.Language, Locale: "en"}, map[ident.Agent]cases.Level{bram.Agent: cases.Able})
		first := w.asks("Hello", "en", 0)
		w.match()
		w.accept(first, bram)
		second, third, fourth := w.asks("Hello again", "en", 0), w.asks("Dag", "nl", 0), w.asks("And me", "en", 0)
		w.match()
		w.offered(third, anne, routing.FirstInLine) // Bram has no room now, and will have it: the others wait for him
		w.accept(third, anne)
		w.ok(w.flow.EndContactOf(t.Context(), bram, first.id))
		w.match()
		w.offered(second, bram, routing.FirstInLine)
		w.accept(second, bram)
		w.waits("And me")
		// Bram goes: nobody knows English, so whoever comes free helps as well as they can, and is told so.
		w.set(bram, staff.Wish{State: staff.Away})
		w.ok(w.flow.EndContactOf(t.Context(), anne, third.id))
		w.match()
		w.offered(fourth, anne, routing.WithoutSkill)
		w.needs(fourth, cases.Needs{{Skill: english, Least: cases.Able}}.Text()) // for now only
	})
}

func TestASkillThatWasTakenAwayHoldsNobodyUp(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne, bram := w.works("Anne", 1), w.works("Bram", 1)
		meters := w.skill(staff.Skill{Name: "Meters", Sort: staff.Subject}, map[ident.Agent]cases.Level{bram.Agent: cases.Able})
		v := w.asks("Mijn meter", "nl", 0)
		w.need(v, anne, cases.Need{Skill: meters, Least: cases.Able})
		w.write(func(tx *sqldb.Tx) error {
			return w.flow.Staff.RetireSkill(tx, ledger.At{Org: w.org, Actor: ledger.Desk}, meters)
		})
		w.match()
		w.offered(v, anne, routing.FirstInLine)
		if err := w.flow.Need(t.Context(), anne, v.id, cases.Needs{{Skill: meters, Least: cases.Able}}); !fault.Is(err, fault.Unknown) {
			t.Errorf("a skill that is not there: %v", err)
		}
	})
}

func TestASkillIsRefusedWithWhatToDo(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne := w.works("Anne", 1)
		w.skill(staff.Skill{Name: "Engels", Sort: staff.Language, Locale: "EN"}, nil)
		for _, c := range []struct {
			skill staff.Skill
			key   string
		}{
			{staff.Skill{Sort: staff.Subject}, "staff.skill_name_missing"},
			{staff.Skill{Name: "engels", Sort: staff.Subject}, "staff.skill_exists"},
			{staff.Skill{Name: "English", Sort: staff.Language, Locale: "en"}, "staff.skill_locale_taken"},
			{staff.Skill{Name: "Frans", Sort: staff.Language}, "staff.skill_locale_unusable"},
			{staff.Skill{Name: "Frans", Sort: "dialect"}, "staff.skill_sort_unknown"},
		} {
			err := w.db.Write(t.Context(), func(tx *sqldb.Tx) error {
				_, err := w.flow.Staff.SaveSkill(tx, ledger.At{Org: w.org, Actor: ledger.Desk}, c.skill)
				return err
			})
			if fault.Of(err).Key != c.key {
				t.Errorf("%+v: %v", c.skill, err)
			}
		}
		v := w.visits("vraag")
		if err := w.flow.Need(t.Context(), anne, v.id, cases.Needs{{Skill: 12, Least: cases.Able}}); !fault.Is(err, fault.Unknown) {
			t.Errorf("an unknown skill: %v", err)
		}
		if err := w.flow.Need(t.Context(), anne, v.id, cases.Needs{{Skill: 12, Least: 4}}); err == nil {
			t.Error("an unknown level")
		}
	})
}

func TestWhoNeedsWhatFewKnowHearsThePlaceAndNoTimeThatCannotBeKept(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne, bram := w.works("Anne", 1), w.works("Bram", 1)
		w.skill(staff.Skill{Name: "Engels", Sort: staff.Language, Locale: "en"}, map[ident.Agent]cases.Level{bram.Agent: cases.Able})
		first := w.asks("Hello", "en", 0)
		if told := w.wait(first).Told; told.Position != 1 || !told.Known() {
			t.Errorf("Bram is free: %+v", told)
		}
		w.match()
		w.accept(first, bram)
		other := w.visits("eerste")
		w.match()
		w.accept(other, anne)
		w.hand.Advance(3 * time.Second) // who is there is remembered for a moment
		second, third := w.asks("Hello again", "en", 0), w.visits("tweede")
		if told := w.wait(second).Told; told.Position != 1 || told.Known() {
			t.Errorf("only Bram knows English: %+v", told)
		}
		if told := w.wait(third).Told; told.Position != 2 || !told.Known() {
			t.Errorf("anybody can help: %+v", told)
		}
	})
}

func TestALongLineForWhoIsBusyDoesNotHideTheOthers(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne, bram := w.works("Anne", 1), w.works("Bram", 1)
		w.skill(staff.Skill{Name: "Engels", Sort: staff.Language, Locale: "en"}, map[ident.Agent]cases.Level{bram.Agent: cases.Able})
		first := w.asks("Hello", "en", 0)
		w.match()
		w.accept(first, bram)
		for range 201 {
			w.asks("Hello", "en", 0)
		}
		w.listens(anne, bram)
		last := w.visits("de laatste")
		w.match()
		w.offered(last, anne, routing.FirstInLine)
	})
}
