package erlang

import "math"

// Target is what a pool must reach. What is zero is not asked.
type Target struct {
	ServiceLevel float64 // at least this share of all arrivals is answered …
	Within       float64 // … within so many seconds
	Wait         float64 // the mean wait of all is at most this, in seconds
	Abandonment  float64 // at most this share leaves before an agent
	Occupancy    float64 // agents are at work at most this share of the time
}

// met is false as soon as one of what is asked is not reached.
func (t Target) met(p Pool) bool {
	l := p.Levels()
	return (t.ServiceLevel <= 0 || l.ServiceLevel(t.Within) >= t.ServiceLevel) &&
		(t.Wait <= 0 || l.Wait <= t.Wait) &&
		(t.Abandonment <= 0 || l.Abandonment <= t.Abandonment && (p.Leave > 0 || p.Load() < float64(p.Servers))) &&
		(t.Occupancy <= 0 || l.Occupancy <= t.Occupancy)
}

// most is where the search for agents ends: no team is larger, and a target of 100 % is never reached.
const most = 1 << 20

// Staff is the smallest number of agents at work that meets the target; the Servers of the pool do not matter. ok is
// false when no number does.
//
// Every level gets better with every agent more, so the number is found by doubling and then halving. Left out: breaks,
// training and illness (see Rostered), and that a larger team may be needed to be sure on a bad day.
func (p Pool) Staff(t Target) (servers int, ok bool) {
	with := func(n int) bool { p.Servers = n; return t.met(p) }
	if with(0) {
		return 0, true
	}
	low, high := 0, max(1, int(math.Min(most, math.Ceil(p.Load()))))
	for !with(high) {
		if high >= most {
			return 0, false
		}
		low, high = high, min(most, 2*high)
	}
	for high-low > 1 {
		if mid := low + (high-low)/2; with(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high, true
}

// Rostered is how many must be on the roster for so many at work. shrinkage is the share of paid time in which
// somebody is not available: breaks, meetings, training, leave and illness. Formula: servers ÷ (1 − shrinkage), rounded
// up. Left out: that people come in whole shifts.
func Rostered(servers int, shrinkage float64) int {
	if shrinkage >= 1 {
		return most
	}
	return int(math.Ceil(float64(servers)/(1-max(0, shrinkage)) - 1e-9))
}

// Together is one pool instead of several: their agents, their arrivals, and the handle time and patience of a mean
// contact. It is the sum to show before a team or channel is split off: one pool of 20 agents at 90 % load and 300 s a
// contact waits 83 s, two of 10 wait 201 s. Left out: what people must learn to do each other's work. Speed is that of
// the first.
func Together(pools ...Pool) Pool {
	var all Pool
	var work, patience float64
	for i, p := range pools {
		if i == 0 {
			all.Speed = p.Speed
		}
		all.Servers += p.Servers
		all.Arrive += p.Arrive
		work += p.Load()
		if p.Leave > 0 {
			patience += p.Arrive / p.Leave
		} else {
			patience = math.Inf(1)
		}
	}
	all.Service, all.Leave = all.Arrive/work, all.Arrive/patience
	return all
}

// Redialling is the pool with those who call again: of who gives up, the share again comes back later and is one more
// arrival. amplification is all arrivals ÷ first attempts.
//
// Formula: the fixed point of λ' = λ/(1 − again·abandonment(λ')), Erlang X. Source: M. Sze, "A queueing model for
// telephone operator staffing" (1984) describes the redials; the fixed point treats them as fresh and independent. That
// is an approximation: it leaves out that redials come in busy times, and abandonment comes out some per cent too low.
func (p Pool) Redialling(again float64) (with Pool, amplification float64) {
	if p.Arrive <= 0 {
		return p, 1
	}
	// Abandonment grows with arrivals, so what comes in minus what this makes of it has one zero: it lies between no
	// redials and all of them.
	low, high := 1.0, 1/(1-min(again, 1-1e-9))
	for range 200 {
		mid := (low + high) / 2
		with = p
		with.Arrive *= mid
		if mid*(1-again*with.Levels().Abandonment) < 1 {
			low = mid
		} else {
			high = mid
		}
		if high-low <= 1e-15*high {
			break
		}
	}
	return with, with.Arrive / p.Arrive
}
