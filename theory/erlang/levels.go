package erlang

import "math"

// Levels is what a planner asks of a pool, in the long run and with everything steady. Each share is of all arrivals
// unless it says otherwise.
type Levels struct {
	Waits        float64 // share that does not get an agent at once
	Abandonment  float64 // share that leaves before an agent; with infinite impatience: that is turned away
	Wait         float64 // mean wait in seconds of all, those helped at once counted as zero, those who left until they left
	WaitOfWaits  float64 // the same, of those who wait
	WaitAnswered float64 // mean wait in seconds of those who are answered (average speed of answer)
	Waiting      float64 // mean number waiting
	Occupancy    float64 // share of the agents at work: handling ÷ (handling + waiting for work); breaks are left out

	pool Pool
	rate float64
	log  float64 // of the weight of the states in which one waits
}

// Levels solves the pool as a birth–death chain: up at the rate of arrivals, down at min(k,n)·mu + max(k−n,0)·theta.
//
// Source: Erlang A is C. Palm, "Etude des délais d'attente" (1937), in the form of O. Garnett, A. Mandelbaum and
// M. Reiman, "Designing a call center with impatient customers" (2002). Exponential handle times and patience; left
// out: those who try again (see Redialling), and that a line takes a while to settle after a change.
func (p Pool) Levels() Levels {
	l := Levels{pool: p}
	switch {
	case p.Arrive <= 0:
		return l
	case p.Servers <= 0 || p.Service <= 0:
		return l.unattended()
	}
	_, l.rate = p.places()
	up, ok := overfull(p.Arrive, l.rate, p.Leave)
	if !ok {
		l.Waits, l.Wait, l.WaitOfWaits, l.WaitAnswered = 1, math.Inf(1), math.Inf(1), math.Inf(1)
		l.Waiting, l.Occupancy = math.Inf(1), 1
		return l
	}
	down := p.underfull()
	l.log = up.log
	l.Waits = 1 / (1 + math.Exp(down.log-up.log-math.Log(p.Arrive)))
	l.Waiting = l.Waits * up.waiting
	l.Occupancy = l.Waits + (1-l.Waits)*down.busy/float64(p.Servers)
	if math.IsInf(p.Leave, 1) {
		l.Abandonment = l.Waits
		return l
	}
	l.Abandonment = p.Leave * l.Waiting / p.Arrive
	l.Wait = l.Waiting / p.Arrive
	l.WaitOfWaits = up.waiting / p.Arrive
	l.WaitAnswered = l.Waits * up.answered / (1 - l.Abandonment)
	return l
}

// unattended is a line with nobody there: all who come wait until they give up, and no cap on the work is kept.
func (l Levels) unattended() Levels {
	l.Waits, l.Abandonment, l.Occupancy = 1, 1, 1
	l.Wait, l.WaitOfWaits = 1/l.pool.Leave, 1/l.pool.Leave
	l.Waiting, l.WaitAnswered = l.pool.Arrive/l.pool.Leave, math.NaN()
	if l.pool.Leave <= 0 {
		l.Abandonment = 0
	}
	return l
}

// ServiceLevel is the share answered within t seconds, of all arrivals: who left is not answered.
//
// Formula: 1 − abandonment − P(answered after t), with the density of the wait that an endlessly patient customer would
// have, f(v) = p(n−1)·λ·exp(λ(1−e^(−θv))/θ − nμv). Source: F. Baccelli and G. Hebuterne, "On queues with impatient
// customers" (1981). Its integral from t on is a sum like that of the states, with λ·e^(−θt) for λ.
func (l Levels) ServiceLevel(t float64) float64 {
	if l.pool.Arrive <= 0 {
		return 1
	}
	return max(0, 1-l.Abandonment-l.later(t, l.pool.Leave))
}

// ServiceLevelAnswered is the share answered within t seconds, of those answered. Left out: all who gave up, so it
// looks better the more do. Not what the house calls service level.
func (l Levels) ServiceLevelAnswered(t float64) float64 {
	return l.ServiceLevel(t) / (1 - l.Abandonment)
}

// ServiceLevelDecided is the share answered within t seconds, of those answered at any time and those who gave up after
// t. Left out: who gave up before t. Not what the house calls service level.
func (l Levels) ServiceLevelDecided(t float64) float64 {
	// Who gave up after t waited longer than t, and was not answered after it.
	late := l.longer(t) - l.later(t, l.pool.Leave)
	return l.ServiceLevel(t) / (1 - l.Abandonment + max(0, late))
}

// WaitWithin is the share that is done waiting within t seconds, answered or gone, of all arrivals.
func (l Levels) WaitWithin(t float64) float64 { return 1 - l.longer(t) }

// longer is the share that still waits after t seconds: an endlessly patient one would, and patience has not run out.
func (l Levels) longer(t float64) float64 {
	if l.pool.Leave > 0 && !math.IsInf(l.pool.Leave, 1) {
		return math.Exp(-l.pool.Leave*t) * l.later(t, 0)
	}
	return l.later(t, 0)
}

// later is the integral of f(v)·e^(−extra·v) from t on. extra zero: the share whose wait would be longer than t if they
// stayed; extra theta: the share that is answered after more than t.
func (l Levels) later(t, extra float64) float64 {
	p := l.pool
	if p.Arrive <= 0 || l.rate == 0 && p.Leave > 0 && extra > 0 {
		return 0
	}
	if math.IsInf(p.Leave, 1) {
		return 0 // nobody waits at all
	}
	if l.rate == 0 || math.IsInf(l.Waiting, 1) {
		return l.Waits
	}
	arrived, arrive := p.Arrive*t, p.Arrive
	if p.Leave > 0 {
		gone := -math.Expm1(-p.Leave * t)
		arrived, arrive = p.Arrive*gone/p.Leave, p.Arrive*(1-gone)
	}
	up, _ := overfull(arrive, l.rate+extra, p.Leave)
	return l.Waits * math.Exp(arrived-(l.rate+extra)*t+up.log-l.log)
}
