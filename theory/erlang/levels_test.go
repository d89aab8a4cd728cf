package erlang

import (
	"math"
	"testing"
)

func near(a, b, within float64) bool {
	return a == b || math.Abs(a-b) <= within*max(math.Abs(a), math.Abs(b), 1e-3)
}

func TestPatienceWithoutEndIsErlangCAndWithoutAnyIsErlangB(t *testing.T) {
	for _, n := range []int{1, 2, 7, 30, 200, 3000} {
		for _, use := range []float64{0.2, 0.7, 0.95} {
			p := Pool{Servers: n, Service: 1.0 / 300}
			p.Arrive = use * float64(n) * p.Service
			p.Leave = 1e-12
			patient := p.Levels()
			if c := C(n, p.Load()); !near(patient.Waits, c, 1e-6) {
				t.Errorf("%d servers at %v with endless patience: %v, Erlang C %v", n, use, patient.Waits, c)
			}
			p.Leave = 1e9
			hasty, b := p.Levels(), B(n, p.Load())
			if !near(hasty.Abandonment, b, 1e-6) {
				t.Errorf("%d servers at %v with no patience: %v, Erlang B %v", n, use, hasty.Abandonment, b)
			}
			p.Leave = math.Inf(1)
			if none := p.Levels(); !near(none.Abandonment, b, 1e-12) || none.Wait != 0 || !near(none.ServiceLevel(0), 1-b, 1e-12) {
				t.Errorf("%d servers at %v where nobody waits: %+v, Erlang B %v", n, use, none, b)
			}
			p.Leave = 0
			c := C(n, p.Load())
			if l := p.Levels(); !near(l.Waits, c, 1e-12) || !near(l.Wait, c/(float64(n)*p.Service-p.Arrive), 1e-11) {
				t.Errorf("%d servers at %v where nobody leaves: %+v, Erlang C %v", n, use, l, c)
			}
		}
	}
}

// whole solves the chain by adding up every state, and the waits by numeric integration: slow, and with nothing in
// common with what it checks but the model.
func whole(p Pool, t float64) Levels {
	n, most := p.Servers, p.Servers+2000
	weight := make([]float64, most+1)
	log := 0.0
	peak := 0.0
	for k := 1; k <= most; k++ {
		log += math.Log(p.Arrive / (float64(min(k, n))*p.Service + float64(max(k-n, 0))*p.Leave))
		weight[k] = log
		peak = max(peak, log)
	}
	var sum, waits, waiting, busy float64
	for k := range weight {
		weight[k] = math.Exp(weight[k] - peak)
		sum += weight[k]
		busy += weight[k] * float64(min(k, n))
		if k >= n {
			waits += weight[k]
			waiting += weight[k] * float64(k-n)
		}
	}
	l := Levels{Waits: waits / sum, Waiting: waiting / sum, Occupancy: busy / sum / float64(n)}
	l.Abandonment = p.Leave * l.Waiting / p.Arrive
	l.Wait = l.Waiting / p.Arrive
	density := func(v float64) float64 {
		return weight[n-1] / sum * p.Arrive *
			math.Exp(p.Arrive*-math.Expm1(-p.Leave*v)/p.Leave-float64(n)*p.Service*v-p.Leave*v)
	}
	const steps = 20000
	within := density(0) + density(t)
	for i := 1; i < steps; i++ {
		within += density(t*float64(i)/steps) * float64(2+2*(i%2))
	}
	l.log = 1 - l.Waits + within*t/steps/3 // the service level, for want of a field
	return l
}

func TestLevelsEqualTheWholeChainAddedUp(t *testing.T) {
	for _, n := range []int{1, 3, 12, 100} {
		for _, use := range []float64{0.4, 0.95, 1.6} {
			for _, patience := range []float64{20, 120, 900} {
				p := Pool{Servers: n, Service: 1.0 / 240, Leave: 1 / patience}
				p.Arrive = use * float64(n) * p.Service
				got, want := p.Levels(), whole(p, 25)
				for _, c := range []struct {
					what      string
					got, want float64
				}{
					{"waits", got.Waits, want.Waits},
					{"abandonment", got.Abandonment, want.Abandonment},
					{"wait", got.Wait, want.Wait},
					{"waiting", got.Waiting, want.Waiting},
					{"occupancy", got.Occupancy, want.Occupancy},
					{"service level", got.ServiceLevel(25), want.log},
				} {
					if !near(c.got, c.want, 1e-9) {
						t.Errorf("%d servers at %v, patience %v s: %s is %.12g, want %.12g", n, use, patience, c.what, c.got, c.want)
					}
				}
			}
		}
	}
}

func TestWhatIsKnownFromTwoSidesAgrees(t *testing.T) {
	p := Pool{Servers: 9, Arrive: 1.0 / 28, Service: 1.0 / 260, Leave: 1.0 / 200}
	l := p.Levels()
	if got, want := l.Occupancy, p.Load()*(1-l.Abandonment)/9; !near(got, want, 1e-12) {
		t.Errorf("occupancy is %v, and the work of those answered %v", got, want)
	}
	if got := l.ServiceLevel(0); !near(got, 1-l.Waits, 1e-12) {
		t.Errorf("answered within no time: %v, and %v do not wait", got, 1-l.Waits)
	}
	if got := l.ServiceLevel(1e6); !near(got, 1-l.Abandonment, 1e-12) {
		t.Errorf("answered at last: %v, and %v leave", got, l.Abandonment)
	}
	// The mean is the area above the distribution, both for all and for those answered.
	var all, answered float64
	const step = 0.25
	for at := step / 2; at < 6000; at += step {
		all += (1 - l.WaitWithin(at)) * step
		answered += (1 - l.ServiceLevelAnswered(at)) * step
	}
	if !near(all, l.Wait, 1e-6) {
		t.Errorf("the mean wait is %v, and the area says %v", l.Wait, all)
	}
	if !near(answered, l.WaitAnswered, 1e-6) {
		t.Errorf("those answered wait %v, and the area says %v", l.WaitAnswered, answered)
	}
}

func TestThousandsOfServersStayExact(t *testing.T) {
	for _, n := range []int{1000, 5000, 20000} {
		p := Pool{Servers: n, Arrive: float64(n) / 300, Service: 1.0 / 300, Leave: 1.0 / 300}
		// With patience like the handle time the number here is Poisson with the load as its mean.
		got := p.Levels().Waits
		var want float64
		term := math.Exp(float64(n)*math.Log(float64(n)) - float64(n) - lgamma(n+1))
		for k := n; k < 2*n && term > 0; k++ {
			want += term
			term *= float64(n) / float64(k+1)
		}
		if !near(got, want, 1e-8) {
			t.Errorf("%d servers: %.12g wait, a Poisson tail says %.12g", n, got, want)
		}
		// far over and far under the load, nothing is lost to overflow
		p.Arrive *= 4
		if l := p.Levels(); !near(l.Abandonment, 0.75, 1e-6) || !near(l.ServiceLevel(60), 0, 1e-6) {
			t.Errorf("%d servers with four times the load: %+v", n, l)
		}
		p.Arrive /= 400
		if l := p.Levels(); l.Abandonment > 1e-300 || !near(l.Occupancy, 0.01, 1e-9) || l.ServiceLevel(0) != 1 {
			t.Errorf("%d servers with hardly any load: %+v", n, l)
		}
	}
}

func lgamma(n int) float64 {
	l, _ := math.Lgamma(float64(n))
	return l
}

func TestALineThatGrowsWithoutEndSaysSo(t *testing.T) {
	l := Pool{Servers: 3, Arrive: 0.02, Service: 1.0 / 300}.Levels()
	if l.Waits != 1 || !math.IsInf(l.Wait, 1) || l.ServiceLevel(1e6) != 0 || l.Occupancy != 1 || l.Abandonment != 0 {
		t.Errorf("six erlang on three servers: %+v, service level %v", l, l.ServiceLevel(1e6))
	}
	if C(3, 3) != 1 || C(3, 100) != 1 {
		t.Errorf("C is %v and %v", C(3, 3), C(3, 100))
	}
}

func TestWithNobodyThereEverybodyGivesUp(t *testing.T) {
	l := Pool{Arrive: 0.1, Service: 0.01, Leave: 1.0 / 60}.Levels()
	if l.Abandonment != 1 || l.Wait != 60 || l.ServiceLevel(600) != 0 || !near(l.WaitWithin(60), 1-math.Exp(-1), 1e-12) {
		t.Errorf("nobody there: %+v, service level %v, gone in a minute %v", l, l.ServiceLevel(600), l.WaitWithin(60))
	}
	quiet := Pool{Servers: 2, Service: 0.01}.Levels()
	if quiet.Waits != 0 || quiet.ServiceLevel(0) != 1 {
		t.Errorf("nobody comes: %+v", quiet)
	}
}

func TestEachLevelGetsBetterWithEachAgentMore(t *testing.T) {
	p := Pool{Arrive: 0.11, Service: 1.0 / 200, Leave: 1.0 / 90}
	before := p.Levels()
	for p.Servers = 1; p.Servers < 60; p.Servers++ {
		l := p.Levels()
		if l.ServiceLevel(20) < before.ServiceLevel(20) || l.Wait > before.Wait || l.Abandonment > before.Abandonment ||
			p.Servers > 1 && l.Occupancy > before.Occupancy {
			t.Fatalf("with %d agents %+v, with one less %+v", p.Servers, l, before)
		}
		before = l
	}
}

func TestChatsBesideEachOtherAtFullSpeedAreMoreAgents(t *testing.T) {
	one := Pool{Servers: 12, Arrive: 0.05, Service: 1.0 / 220, Leave: 1.0 / 100}
	two := one
	two.Servers, two.Speed = 6, []float64{1, 1}
	if a, b := one.Levels(), two.Levels(); !near(a.Waits, b.Waits, 1e-12) || !near(a.Abandonment, b.Abandonment, 1e-12) {
		t.Errorf("twelve with one each %+v, six with two each %+v", a, b)
	}
	two.Speed = []float64{1, 0.5}
	half := one
	half.Servers = 6
	if a, b := half.Levels(), two.Levels(); b.Waits > a.Waits || b.Abandonment > a.Abandonment {
		t.Errorf("two at half speed: %+v, one after the other: %+v", b, a)
	}
}
