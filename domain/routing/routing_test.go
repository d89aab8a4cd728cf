package routing

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"balie/domain/cases"
	"balie/ground/ident"
)

func TestOnlyWhoKnowsEnoughIsAsked(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	free := Agent{ID: 1, Room: 2, Free: now.Add(-time.Hour)}
	some := Agent{ID: 2, Room: 1, Load: 1, Free: now, Skills: map[ident.Skill]cases.Level{7: cases.Able}}
	best := Agent{ID: 3, Room: 1, Load: 3, Free: now, Skills: map[ident.Skill]cases.Level{7: cases.Expert}}
	for _, c := range []struct {
		needs cases.Needs
		want  ident.Agent
	}{
		{nil, 1},
		{cases.Needs{{Skill: 7, Least: cases.Able}}, 2},
		{cases.Needs{{Skill: 7, Least: cases.Good}}, 3},
		{cases.Needs{{Skill: 7, Least: cases.Able}, {Skill: 8, Least: cases.Able}}, 0},
	} {
		got, _, ok := Choose(Waiting{Needs: c.needs}, []Agent{free, some, best})
		if got.ID != c.want || ok != (c.want != 0) {
			t.Errorf("%v: %d", c.needs, got.ID)
		}
	}
	if got, why, _ := Choose(Waiting{Wanted: 1, Needs: cases.Needs{{Skill: 7, Least: cases.Good}}}, []Agent{free, some, best}); got.ID != 3 || why != FirstInLine {
		t.Errorf("whom the customer knows has to know enough too: %d %s", got.ID, why)
	}
}

func TestANeedThatNobodyThereMeetsIsLoweredForNow(t *testing.T) {
	french, bills := ident.Skill(1), ident.Skill(2)
	there := []Agent{
		{ID: 1, Department: 10, Skills: map[ident.Skill]cases.Level{french: cases.Good}},
		{ID: 2, Department: 10, Skills: map[ident.Skill]cases.Level{bills: cases.Expert}},
		{ID: 3, Department: 20, Skills: map[ident.Skill]cases.Level{french: cases.Expert, bills: cases.Able}},
	}
	for _, c := range []struct {
		about      string
		department ident.Department
		needs      cases.Needs
		want       string
		eased      bool
	}{
		{"met", 10, cases.Needs{{Skill: french, Least: cases.Good}}, "1:2", false},
		{"lowered to the best there is", 10, cases.Needs{{Skill: french, Least: cases.Expert}}, "1:2", true},
		{"nobody knows it", 10, cases.Needs{{Skill: 3, Least: cases.Able}}, "", true},
		{"nobody knows both: the first counts", 10, cases.Needs{{Skill: french, Least: cases.Able}, {Skill: bills, Least: cases.Able}}, "1:1", true},
		{"somebody elsewhere knows both", 0, cases.Needs{{Skill: french, Least: cases.Able}, {Skill: bills, Least: cases.Able}}, "1:1 2:1", false},
		{"nobody of the department is there", 30, cases.Needs{{Skill: french, Least: cases.Able}}, "", true},
		{"nothing is needed", 10, nil, "", false},
	} {
		got, eased := Ease(Waiting{Department: c.department, Needs: c.needs}, there)
		if got.Text() != c.want || eased != c.eased {
			t.Errorf("%s: %q %v", c.about, got.Text(), eased)
		}
	}
}

// day is a line and those who work, made by chance.
type day struct {
	line   []Waiting
	agents []Agent
}

func byChance(chance *rand.Rand) day {
	var d day
	for i := range 1 + chance.IntN(6) {
		a := Agent{
			ID: ident.Agent(i + 1), Department: ident.Department(chance.IntN(3)), Room: chance.IntN(3), Load: chance.IntN(4),
			Free: time.Unix(int64(chance.IntN(100)), 0), Skills: map[ident.Skill]cases.Level{},
		}
		for s := range 3 {
			if level := cases.Level(chance.IntN(4)); level.Known() {
				a.Skills[ident.Skill(s+1)] = level
			}
		}
		d.agents = append(d.agents, a)
	}
	for i := range chance.IntN(20) {
		w := Waiting{Contact: ident.Contact(i + 1), Department: ident.Department(chance.IntN(3)), Wanted: ident.Agent(chance.IntN(8))}
		for s := range 3 {
			if level := cases.Level(chance.IntN(8)); level.Known() {
				w.Needs = w.Needs.With(cases.Need{Skill: ident.Skill(s + 1), Least: level})
			}
		}
		d.line = append(d.line, w)
	}
	return d
}

// TestNobodyWithTheSameNeedsIsOvertaken goes along lines made by chance as the desk does, each in the order of arrival.
func TestNobodyWithTheSameNeedsIsOvertaken(t *testing.T) {
	for seed := range uint64(3000) {
		d := byChance(rand.New(rand.NewPCG(seed, 1)))
		there := d.agents
		left := append([]Agent(nil), d.agents...)
		passed := make(map[string]ident.Contact)
		for _, w := range d.line {
			asks := w
			asks.Needs, _ = Ease(w, there)
			a, _, ok := Choose(asks, left)
			key := fmt.Sprint(w.Department, " ", w.Needs.Text())
			if !ok {
				passed[key] = w.Contact
				continue
			}
			if before := passed[key]; before != 0 {
				t.Fatalf("seed %d: contact %d went before %d, who needs the same", seed, w.Contact, before)
			}
			if !asks.Needs.Met(a.Skills) {
				t.Fatalf("seed %d: contact %d is put to somebody who does not know enough", seed, w.Contact)
			}
			for i := range left {
				if left[i].ID == a.ID {
					left[i].Room, left[i].Load = left[i].Room-1, left[i].Load+1
				}
			}
		}
	}
}

// TestNobodyIsStuckWhileSomebodyOfTheDepartmentIsFree: with everybody free, everybody in the line has somebody.
func TestNobodyIsStuckWhileSomebodyOfTheDepartmentIsFree(t *testing.T) {
	for seed := range uint64(3000) {
		d := byChance(rand.New(rand.NewPCG(seed, 2)))
		for i := range d.agents {
			d.agents[i].Room = 1
		}
		for _, w := range d.line {
			asks := w
			asks.Needs, _ = Ease(w, d.agents)
			_, _, ok := Choose(asks, d.agents)
			if somebodyAt := somebody(d.agents, w.Department, nil); ok != somebodyAt {
				t.Fatalf("seed %d: contact %d with %q is put to somebody: %v; somebody is there: %v", seed, w.Contact, w.Needs.Text(), ok, somebodyAt)
			}
		}
	}
}
