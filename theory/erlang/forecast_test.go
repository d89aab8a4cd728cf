package erlang

import (
	"math"
	"testing"
)

func TestOneLineAndOneCrewWaitAsTheFormulaSays(t *testing.T) {
	for _, ahead := range []int{0, 1, 5, 40} {
		ranks := make([]float64, ahead)
		for i := range ranks {
			ranks[i] = float64(i)
		}
		l := Lines{Ranks: [][]float64{ranks}, Leave: []float64{0}, Crews: []Crew{{Pace: 0.2, Skills: []int{0}}}}
		line := Line{Ahead: ahead, Servers: 60, Service: 1.0 / 300}
		wait, steps := l.Wait(0, 1000)
		if !near(wait, line.Wait(), 1e-9) || !near(steps, float64(ahead+1), 1e-9) {
			t.Errorf("%d ahead: %v s in %v steps, the formula says %v", ahead, wait, steps, line.Wait())
		}
		if _, bound := l.Forecast(0, 1000); !near(bound, line.Bound(), 1e-9) {
			t.Errorf("%d ahead: nine of ten within %v, the formula says %v", ahead, bound, line.Bound())
		}
		// With people who give up the two differ by less than one step.
		l.Leave[0], line.Leave = 1.0/200, 1.0/200
		if wait, _ := l.Wait(0, 1000); math.Abs(wait-line.Wait()) > 5 {
			t.Errorf("%d ahead who give up: %v s, the formula says %v", ahead, wait, line.Wait())
		}
	}
}

func TestWhoSharesAnAgentWaitsForTheOtherLineToo(t *testing.T) {
	l := Lines{
		Ranks: [][]float64{{0, 1, 2, 3}, {}}, Leave: []float64{0, 0},
		Crews: []Crew{{Pace: 0.1, Skills: []int{0}}, {Pace: 0.1, Skills: []int{0, 1}}},
	}
	// All four before this one are of the other skill: both crews first help those, the second then this one.
	if wait, _ := l.Wait(1, 10); !near(wait, 4/0.2+1/0.1, 1e-9) {
		t.Errorf("behind four of the other line: %v s, want 30", wait)
	}
	// Who waited longer in all does not stand behind them.
	if wait, _ := l.Wait(1, -1); !near(wait, 1/0.1, 1e-9) {
		t.Errorf("before all of the other line: %v s, want 10", wait)
	}
	// Nobody of the second crew: nobody with the skill.
	l.Crews = l.Crews[:1]
	if wait, bound := l.Forecast(1, 10); !math.IsInf(wait, 1) || !math.IsInf(bound, 1) {
		t.Errorf("with nobody who can: %v and %v", wait, bound)
	}
}

func TestAForecastDoesNotDependOnTheOneBefore(t *testing.T) {
	l := Lines{
		Ranks: [][]float64{{0, 2, 4}, {1, 3}}, Leave: []float64{0.01, 0.002},
		Crews: []Crew{{Pace: 0.1, Skills: []int{0}}, {Pace: 0.3, Skills: []int{0, 1}}},
	}
	first, _ := l.Wait(0, 5)
	l.Wait(1, 2)
	if again, _ := l.Wait(0, 5); again != first {
		t.Errorf("asked twice: %v and %v", first, again)
	}
	if allocs := testing.AllocsPerRun(10, func() { l.Wait(1, 5) }); allocs != 0 {
		t.Errorf("a forecast takes %v pieces of memory", allocs)
	}
}

func TestPaceCountsOnlyTimeInWhichSomebodyWaits(t *testing.T) {
	var p Pace
	if p.Rate() != 0 {
		t.Errorf("with nothing measured the pace is %v", p.Rate())
	}
	now := 0.0
	for range 5000 {
		p.Pass(now+30, 0, 10) // nobody waits
		p.Pass(now+60, 3, 10)
		p.Start()
		now += 60
	}
	if got := p.Rate(); !near(got, 1.0/300, 1e-3) {
		t.Errorf("ten agents start one in 30 s each time: %v, want 1/300", got)
	}
	// Half the agents are at half the pace: per agent nothing changed, so the forecast needs no time to learn it.
	before := p.Rate()
	p.Pass(now+60, 3, 5)
	p.Start()
	if got := p.Rate(); !near(got, before, 1e-3) {
		t.Errorf("with half the agents and half the starts: %v, before %v", got, before)
	}
}

func TestPaceForgetsWhatItExpected(t *testing.T) {
	p := Pace{Memory: 50}
	p.Expect(100, 20)
	if got := p.Rate(); !near(got, 0.01, 1e-12) {
		t.Errorf("expected one in 100 s: %v", got)
	}
	for i := range 1000 {
		p.Pass(float64(i+1)*20, 1, 10)
		p.Start()
	}
	if got := p.Rate(); !near(got, 1.0/200, 1e-3) {
		t.Errorf("ten agents start one each 20 s: %v, want 1/200", got)
	}
}

func TestTheCalibratorBringsNineOfTenInside(t *testing.T) {
	// The real waits are spread otherwise than the forecast holds, and at half time all get twice as long.
	for _, off := range []float64{0.6, 1, 1.7} {
		var c Calibrator
		const n = 20000
		inside := 0
		for i := range n {
			// 0.618… turns through the shares evenly without chance
			share := math.Mod(float64(i)*0.6180339887498949, 1)
			took := off * -100 * math.Log1p(-share)
			if i > n/2 {
				took *= 2
			}
			bound := 230 * c.Stretch()
			if took <= bound {
				inside++
			}
			c.Learn(bound, took)
		}
		if got := float64(inside) / n; got < 0.88 || got > 0.92 {
			t.Errorf("forecasts off by %v: %v inside", off, got)
		}
		if !c.Fit() {
			t.Errorf("forecasts off by %v: given up at a stretch of %v", off, c.Stretch())
		}
	}
}

func TestAForecastThatIsFarOffIsNotFitToBeTold(t *testing.T) {
	var c Calibrator
	if c.Stretch() != 1 || !c.Fit() {
		t.Errorf("with nothing learnt the stretch is %v", c.Stretch())
	}
	for range 200 {
		c.Learn(100*c.Stretch(), 10000)
	}
	if c.Fit() || !near(c.Stretch(), mostStretch, 1e-9) {
		t.Errorf("a hundred times too long, always: %v is told", c.Stretch())
	}
	for range 400 {
		c.Learn(100*c.Stretch(), 90)
	}
	if !c.Fit() || c.Stretch() > 1.8 {
		t.Errorf("it does not come back: %v", c.Stretch())
	}
}
