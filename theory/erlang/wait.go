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
// nobody leaves.
func (l Line) Wait() float64 {
	var sum float64
	for i := 0; i <= l.Ahead; i++ {
		rate := l.Servers*l.Service + float64(i)*l.Leave
		if rate <= 0 {
			return math.Inf(1)
		}
		sum += 1 / rate
	}
	return sum
}

// Bound is the wait in seconds that nine of ten stay within: the expected wait times 1 + 1.28/√(q+1) for q ahead. 1.28
// is the 90th percentile of the normal distribution; the spread of a sum of q+1 steps shrinks with their root.
func (l Line) Bound() float64 {
	return l.Wait() * (1 + 1.28/math.Sqrt(float64(l.Ahead)+1))
}
