package erlang

import "math"

// Pool is a group of agents with one line before it, helped in order of arrival.
type Pool struct {
	Servers int
	Arrive  float64 // contacts per second
	Service float64 // one over the mean handle time, per second
	Leave   float64 // one over the mean patience, per second; zero: nobody gives up (Erlang C); +Inf: nobody waits (B)

	// Speed is how fast each of j contacts of one agent goes, in place j−1, compared to one contact alone; one agent
	// has at most as many contacts at once as there are places here. Empty: one at a time.
	Speed []float64
}

// Load is the work that comes in, in erlang: arrivals × mean handle time. Nobody who gives up is taken off.
func (p Pool) Load() float64 { return p.Arrive / p.Service }

// places is how many contacts can be helped at once, and rate how many of them end per second when all are taken.
func (p Pool) places() (places int, rate float64) {
	if len(p.Speed) == 0 {
		return p.Servers, float64(p.Servers) * p.Service
	}
	places = p.Servers * len(p.Speed)
	return places, p.ends(places)
}

// ends is how many contacts end per second with k being helped, spread over the agents as evenly as can be.
func (p Pool) ends(k int) float64 {
	if len(p.Speed) == 0 {
		return float64(k) * p.Service
	}
	each, more := k/p.Servers, k%p.Servers
	return p.Service * (float64(more)*p.throughput(each+1) + float64(p.Servers-more)*p.throughput(each))
}

func (p Pool) throughput(j int) float64 {
	if j == 0 {
		return 0
	}
	return float64(j) * p.Speed[min(j, len(p.Speed))-1]
}

// below are the states in which a place is free, as weights compared to the state with exactly one place free; the
// weights come as a logarithm because they may be larger than any number.
type below struct {
	log  float64 // of the sum of the weights
	busy float64 // mean agents at work, over those states
}

// underfull goes from one place free down to nobody here: each step takes the weight times (rate of ends)/(arrivals).
func (p Pool) underfull() below {
	const large = 1e250
	places, _ := p.places()
	at := func(k int) float64 { return float64(min(k, p.Servers)) }
	sum, term, shift := 1.0, 1.0, 0.0
	busy := at(places - 1)
	for k := places - 1; k >= 1; k-- {
		step := p.ends(k) / p.Arrive
		term *= step
		sum += term
		busy += term * at(k-1)
		if step < 1 && term < enough*(1-step)*sum {
			break
		}
		if sum > large {
			sum, term, busy, shift = sum/large, term/large, busy/large, shift+math.Log(large)
		}
	}
	return below{log: shift + math.Log(sum), busy: busy / sum}
}

// above are the states in which all places are taken, weighed by arrivals^k / ∏ over i = 0..k of (rate + i·leave) for
// k waiting.
type above struct {
	log      float64 // of the sum of the weights
	waiting  float64 // mean number waiting, over those states
	answered float64 // of somebody who comes in such a state: wait until answered, zero for those who give up
}

// overfull sums those states. ok is false when the sum has no end: nobody gives up and more comes in than goes out.
func overfull(arrive, rate, leave float64) (a above, ok bool) {
	const large = 1e250
	if leave <= 0 && arrive >= rate {
		return a, false
	}
	term := 1 / rate
	var sum, waiting, answered, until, shift float64
	for k := 0.0; ; k++ {
		// One with k before them is answered with probability rate/(rate + (k+1)·leave), and if so waits until.
		own := rate + (k+1)*leave
		until += 1 / own
		sum += term
		waiting += k * term
		answered += term * until * rate / own
		step := arrive / own
		term *= step
		// The weights of the means grow with k: the tail is cut well after that of the sum.
		if step < 1 && term*(k+2) < enough*(1-step)*(1-step)*sum {
			break
		}
		if sum > large {
			sum, waiting, answered, term, shift = sum/large, waiting/large, answered/large, term/large, shift+math.Log(large)
		}
	}
	return above{log: shift + math.Log(sum), waiting: waiting / sum, answered: answered / sum}, true
}
