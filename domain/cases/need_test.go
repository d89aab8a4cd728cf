package cases

import (
	"slices"
	"testing"

	"balie/ground/ident"
)

func TestNeedsReadAsTheyWereWritten(t *testing.T) {
	var n Needs
	n = n.With(Need{4712, Able}).With(Need{4711, Good}).With(Need{4712, Expert}).With(Need{4711, Able})
	if n.Text() != "4711:2 4712:3" {
		t.Errorf("%q", n.Text())
	}
	if back := ReadNeeds(n.Text()); !slices.Equal(back, n) {
		t.Errorf("%v", back)
	}
	if ReadNeeds("") != nil {
		t.Error("nothing is needed")
	}
}

func TestNeedsAreMetByWhoKnowsAllOfThemWellEnough(t *testing.T) {
	n := Needs{{1, Good}, {2, Able}}
	for _, c := range []struct {
		has  map[ident.Skill]Level
		want bool
	}{
		{nil, false},
		{map[ident.Skill]Level{1: Good}, false},
		{map[ident.Skill]Level{1: Able, 2: Expert}, false},
		{map[ident.Skill]Level{1: Good, 2: Able}, true},
		{map[ident.Skill]Level{1: Expert, 2: Expert, 3: Able}, true},
	} {
		if got := n.Met(c.has); got != c.want {
			t.Errorf("%v: %v", c.has, got)
		}
	}
	if !Needs(nil).Met(nil) {
		t.Error("who needs nothing can be helped by anybody")
	}
}

func TestAddingANeedLeavesTheOthersAsTheyWere(t *testing.T) {
	a := Needs{{1, Able}, {3, Able}}
	_ = a.With(Need{2, Good})
	_ = a.With(Need{1, Expert})
	if a.Text() != "1:1 3:1" {
		t.Error(a.Text())
	}
}
