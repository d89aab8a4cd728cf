package org_test

import (
	"math"
	"testing"

	"balie/domain/org"
)

func TestContrastIsThatOfTheGuidelines(t *testing.T) {
	if got := org.Contrast("#ffffff", "#000000"); math.Abs(got-21) > 0.001 {
		t.Errorf("white on black is %v", got)
	}
	if got := org.Contrast("#767676", "#ffffff"); got < 4.5 || got > 4.6 {
		t.Errorf("the grey that just passes is %v", got)
	}
}

func TestEveryAccentHasAFormForDarkPages(t *testing.T) {
	for _, s := range []string{"#12566b", "#000", "#8a5200", "#a8322a"} {
		c, err := org.ParseColour(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := org.Contrast(c.OnDark(), "#1e2124"); got < org.Enough {
			t.Errorf("%s becomes %s, contrast %v", s, c.OnDark(), got)
		}
	}
}
