package erlang

import "math"

// Line is a waiting line as somebody in it sees it.
type Line struct {
	Ahead   int     // how many are before them
	Servers float64 // contacts that can be helped at once
	Service float64 // one over the mean handle time, per second
	Leave   float64 // one over the mean patience, per second; zero: nobody gives up
}

// Wait is the expected wait in seconds of somebody with Ahead others before them: each step forward takes
// 1/(n·mu + i·theta), since either a server becomes free or one of those waiting gives up. +Inf when nobody serves and
// nobody leaves. With one skill, exponential handle times and patience it is exact: W. Whitt, "Improving service by
// informing customers about anticipated delays" (1999). Left out: that staffing changes while they wait.
func (l Line) Wait() float64 {
	rate := l.Servers * l.Service
	switch {
	case rate <= 0: // the first step never comes, however many give up
		return math.Inf(1)
	case l.Leave <= 0:
		return float64(l.Ahead+1) / rate
	}
	var sum float64
	direct := min(l.Ahead, oneByOne)
	for i := 0; i <= direct; i++ {
		sum += 1 / (rate + float64(i)*l.Leave)
	}
	if l.Ahead <= oneByOne {
		return sum
	}
	// The rest of a long line by the formula of Euler and Maclaurin: the integral, half of both ends, and the slopes.
	from, to := rate+(oneByOne+1)*l.Leave, rate+float64(l.Ahead)*l.Leave
	sum += math.Log(to/from)/l.Leave + (1/from+1/to)/2 + l.Leave/12*(1/(from*from)-1/(to*to))
	return sum - l.Leave*l.Leave*l.Leave/120*(1/(from*from*from*from)-1/(to*to*to*to))
}

// oneByOne is how many steps are added up one by one.
const oneByOne = 64

// Bound is the wait in seconds that nine of ten stay within: the expected wait times 1 + 1.28/√(q+1) for q ahead. 1.28
// is the 90th percentile of the normal distribution; the spread of a sum of q+1 steps shrinks with their root. Left out:
// that the pace is only measured; a Calibrator makes up for it.
func (l Line) Bound() float64 {
	return l.Wait() * (1 + 1.28/math.Sqrt(float64(l.Ahead)+1))
}
