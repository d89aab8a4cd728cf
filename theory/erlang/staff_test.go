package erlang

import (
	"math"
	"testing"
)

func TestStaffIsTheSmallestNumberThatMeetsTheTarget(t *testing.T) {
	p := Pool{Arrive: 0.4, Service: 1.0 / 260, Leave: 1.0 / 150}
	for _, target := range []Target{
		{ServiceLevel: 0.8, Within: 20},
		{ServiceLevel: 0.95, Within: 10},
		{Wait: 5},
		{Abandonment: 0.03},
		{Occupancy: 0.85},
		{ServiceLevel: 0.8, Within: 20, Occupancy: 0.8, Abandonment: 0.05, Wait: 30},
	} {
		n, ok := p.Staff(target)
		with, less := p, p
		with.Servers, less.Servers = n, n-1
		if !ok || !target.met(with) || target.met(less) {
			t.Errorf("%+v: %d agents (%v): with %+v, with one less %+v", target, n, ok, with.Levels(), less.Levels())
		}
	}
}

func TestATargetThatNobodyCanReachIsNotMetByMillions(t *testing.T) {
	p := Pool{Arrive: 0.4, Service: 1.0 / 260}
	if n, ok := p.Staff(Target{ServiceLevel: 1.01, Within: 20}); ok {
		t.Errorf("101 %% is reached by %d", n)
	}
	if n, ok := p.Staff(Target{Occupancy: 0.9}); !ok || n != int(math.Ceil(p.Load()/0.9)) {
		t.Errorf("at most 90 %% at work: %d (%v), the work is %v", n, ok, p.Load())
	}
	if n, ok := (Pool{Service: 0.01}).Staff(Target{ServiceLevel: 0.9, Within: 10}); !ok || n != 0 {
		t.Errorf("nobody comes, and %d must be there", n)
	}
}

func TestWithoutPatienceNoTargetIsMetByTooFew(t *testing.T) {
	// Nobody gives up, so no share of abandonment is ever too high; the line must not grow without end all the same.
	p := Pool{Arrive: 0.1, Service: 1.0 / 100}
	if n, ok := p.Staff(Target{Abandonment: 0.05}); !ok || n != 11 {
		t.Errorf("ten erlang: %d agents (%v), want 11", n, ok)
	}
}

func TestOnePoolWaitsLessThanTwo(t *testing.T) {
	half := Pool{Servers: 10, Arrive: 0.03, Service: 1.0 / 300}
	both := Together(half, half)
	if both.Servers != 20 || !near(both.Arrive, 0.06, 1e-12) || !near(both.Service, 1.0/300, 1e-12) || both.Leave != 0 {
		t.Fatalf("together they are %+v", both)
	}
	if one, two := both.Levels().Wait, half.Levels().Wait; math.Round(one) != 83 || math.Round(two) != 201 {
		t.Errorf("one pool of 20 waits %v s, two of 10 wait %v s; want 83 and 201", one, two)
	}
}

func TestTogetherKeepsTheWorkOfBoth(t *testing.T) {
	calls := Pool{Servers: 4, Arrive: 0.01, Service: 1.0 / 300, Leave: 1.0 / 100}
	mails := Pool{Servers: 2, Arrive: 0.03, Service: 1.0 / 60, Leave: 1.0 / 200}
	both := Together(calls, mails)
	if !near(both.Load(), calls.Load()+mails.Load(), 1e-12) || !near(1/both.Leave, (0.01*100+0.03*200)/0.04, 1e-12) {
		t.Errorf("together they are %+v with load %v", both, both.Load())
	}
}

func TestShrinkageRoundsUpAndNeverDivides(t *testing.T) {
	for _, c := range []struct {
		servers   int
		shrinkage float64
		want      int
	}{{14, 0.3, 20}, {7, 0.3, 10}, {7, 0, 7}, {0, 0.3, 0}, {1, 0.01, 2}, {9, 0.1, 10}} {
		if got := Rostered(c.servers, c.shrinkage); got != c.want {
			t.Errorf("%d with %v: %d, want %d", c.servers, c.shrinkage, got, c.want)
		}
	}
}

func TestThoseWhoCallAgainAreCountedOnTop(t *testing.T) {
	p := perMinute(3.5, 3, 2, 10)
	with, amplification := p.Redialling(0.6)
	if got := amplification * (1 - 0.6*with.Levels().Abandonment); !near(got, 1, 1e-9) {
		t.Errorf("the fixed point is not one: %v", got)
	}
	if _, exact := redialChain(p, 0.6, 1.0/600); exact < with.Levels().Abandonment || exact > 1.05*with.Levels().Abandonment {
		t.Errorf("exactly %v give up, the fixed point says %v: not a few per cent too low", exact, with.Levels().Abandonment)
	}
	if same, one := p.Redialling(0); one != 1 && !near(one, 1, 1e-12) || !near(same.Arrive, p.Arrive, 1e-12) {
		t.Errorf("nobody calls again, and %v times as many come", one)
	}
}
