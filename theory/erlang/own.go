package erlang

import "math"

// Own is the wait for one server in particular, who helps several at once and has no room now.
type Own struct {
	Open    int     // contacts that this server has now
	Places  int     // contacts that this server takes at once
	Before  int     // others who wait for this server and come first
	Service float64 // one over the mean handle time of one contact, per second
	Line    Line    // those who come first and may be helped by whoever is free; Ahead is their number
}

// steps gives the mean and the variance of the time until there is room. Each step is one of the contacts that the server
// has coming to its end, with an exponential time: 1/(j·mu) with j open. Before it the line itself moves on. Both are taken
// one after the other, although they go on at the same time: so it is told too long rather than too short.
func (o Own) steps() (mean, variance float64) {
	add := func(seconds float64) { mean, variance = mean+seconds, variance+seconds*seconds }
	if n := o.Line.Ahead; n > 0 {
		l := o.Line
		l.Ahead-- // the last of them has gone when it would have been the turn of one more
		w := l.Wait()
		mean, variance = w, w*w/float64(n)
	}
	open := o.Open
	for ; open >= o.Places && open > 0; open-- {
		add(1 / (float64(open) * o.Service))
	}
	for range o.Before {
		add(1 / (float64(max(o.Places, 1)) * o.Service))
	}
	return mean, variance
}

// Wait is the expected time in seconds until this server has room for somebody. +Inf when nothing ever ends. Left out: that
// the server may leave, and how long the contacts have lasted already.
func (o Own) Wait() float64 {
	if o.Service <= 0 {
		return math.Inf(1)
	}
	mean, _ := o.steps()
	return mean
}

// Bound is the time in seconds that nine of ten stay within: the mean and 1.28 standard deviations, as for Line.
func (o Own) Bound() float64 {
	if o.Service <= 0 {
		return math.Inf(1)
	}
	mean, variance := o.steps()
	return mean + 1.28*math.Sqrt(variance)
}
