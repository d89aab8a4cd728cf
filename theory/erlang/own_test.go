package erlang

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestTheWaitForOneServerIsThatOfTheContactsItHas(t *testing.T) {
	for _, c := range []struct {
		o    Own
		want float64
	}{
		{Own{Open: 1, Places: 1, Service: 1.0 / 360}, 360},
		{Own{Open: 3, Places: 3, Service: 1.0 / 360}, 120},
		{Own{Open: 4, Places: 3, Service: 1.0 / 360}, 90 + 120},           // one more than fits
		{Own{Open: 2, Places: 2, Before: 2, Service: 1.0 / 360}, 3 * 180}, // two come first
		{Own{Open: 1, Places: 2, Service: 1.0 / 360}, 0},                  // there is room
		{Own{Open: 1, Places: 1, Service: 1.0 / 360, Line: Line{Ahead: 2, Servers: 4, Service: 1.0 / 360}}, 360 + 2*90},
	} {
		if got := c.o.Wait(); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%+v takes %g, want %g", c.o, got, c.want)
		}
	}
	if !math.IsInf(Own{Open: 1, Places: 1}.Bound(), 1) {
		t.Error("what never ends has a bound")
	}
}

// Played out: how many of those who wait for one server are helped within the bound.
func TestNineOfTenWaitNoLongerForOneServerThanIsSaid(t *testing.T) {
	chance := rand.New(rand.NewPCG(20261102, 4))
	const mu, runs = 1.0 / 360, 20_000
	for _, o := range []Own{
		{Open: 1, Places: 1, Service: mu},
		{Open: 3, Places: 3, Service: mu},
		{Open: 5, Places: 3, Service: mu},
		{Open: 2, Places: 2, Before: 3, Service: mu},
		{Open: 2, Places: 2, Service: mu, Line: Line{Ahead: 6, Servers: 6, Service: mu}},
	} {
		within, bound := 0, o.Bound()
		for range runs {
			sum := 0.0
			for range o.Line.Ahead {
				sum += chance.ExpFloat64() / (o.Line.Servers * mu)
			}
			open, left := o.Open, o.Before+1
			for left > 0 {
				sum += chance.ExpFloat64() / (float64(open) * mu)
				if open--; open < o.Places { // the place goes to whoever comes first
					left, open = left-1, open+1
				}
			}
			if sum <= bound {
				within++
			}
		}
		if share := float64(within) / runs; share < 0.88 || share > 0.93 {
			t.Errorf("%+v: %.3f within the bound of %.0f seconds", o, share, bound)
		}
	}
}
