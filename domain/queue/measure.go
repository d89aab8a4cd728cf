package queue

import (
	"cmp"
	"slices"
	"time"

	"balie/ground/ident"
	"balie/theory/erlang"
)

// Turn is one wait as it went, and how long its contact then kept a place with an agent.
type Turn struct {
	Contact    ident.Contact
	Department ident.Department
	Joined     time.Time
	Ended      time.Time   // zero: goes on
	Agent      ident.Agent // zero: not answered
	Until      time.Time   // when the place came free; zero: not yet
}

// Floor is whose pace is measured, and what is held to be true with nothing measured.
type Floor struct {
	Department ident.Department // zero: everybody
	Homes      map[ident.Agent]ident.Department
	Handle     time.Duration
	Patience   time.Duration
}

// How much the expectation counts against what was measured: as so many starts, and so many who gave up.
const (
	expectStarts = 10
	expectLeft   = 5
)

// changeOver is how long a place that came free counts as there: who takes nobody for longer has gone.
const changeOver = 2 * time.Minute

// Measure is the pace of a queue over the last hours, but for who is there now.
//
// Handle is one over the rate of starts per place. Numerator: starts of contacts that waited already when the place that
// they got came free, of everybody who waits for this department or for whoever is free. Denominator: seconds that the
// places of its agents were taken, or came free less than changeOver ago, while somebody waited. Left out: who found an
// agent free, and the first contacts of agents who have just come in. erlang.Pace says why.
//
// Patience is all time that was waited ÷ how many left without an agent: who is helped or still waits has shown to wait
// at least as long.
func Measure(turns []Turn, now time.Time, f Floor) Pace {
	p := Pace{Handle: f.Handle}
	var waited time.Duration
	left := 0
	for _, t := range turns {
		if !f.counts(t) {
			continue
		}
		switch {
		case t.Ended.IsZero():
			waited += now.Sub(t.Joined)
		case t.Agent == 0:
			left++
			waited += t.Ended.Sub(t.Joined)
		default:
			waited += t.Ended.Sub(t.Joined)
		}
	}
	p.Patience = max((waited+expectLeft*f.Patience)/time.Duration(left+expectLeft), time.Second)
	var pace erlang.Pace
	pace.Expect(f.Handle.Seconds(), expectStarts)
	m := meter{pace: &pace}
	m.play(f.happenings(turns, now), now)
	if rate := pace.Rate(); rate > 0 {
		p.Handle = time.Duration(float64(time.Second) / rate)
	}
	return p
}

// counts says whether a wait belongs to this queue.
func (f Floor) counts(t Turn) bool {
	return f.Department == 0 || t.Department == 0 || t.Department == f.Department
}

// has says whether an agent belongs to this queue.
func (f Floor) has(a ident.Agent) bool { return f.Department == 0 || f.Homes[a] == f.Department }

// happening is a change of how many wait and how many places are there.
type happening struct {
	at              time.Time
	waiting, places int
	start           bool
}

// happenings lists the changes in their order.
func (f Floor) happenings(turns []Turn, now time.Time) []happening {
	var all []happening
	add := func(at time.Time, waiting, places int, start bool) {
		all = append(all, happening{at, waiting, places, start})
	}
	went := f.wentOn(turns, add)
	for i, t := range turns {
		ended := t.Ended
		if ended.IsZero() {
			ended = now
		}
		// Whoever found an agent free did not wait for a place.
		if f.counts(t) && (t.Agent == 0 || went[i]) {
			add(t.Joined, 1, 0, false)
			add(ended, -1, 0, t.Agent != 0)
		}
		if t.Agent != 0 && f.has(t.Agent) {
			add(t.Ended, 0, 1, false)
			if !t.Until.IsZero() {
				add(t.Until, 0, -1, false)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b happening) int { return a.at.Compare(b.at) })
	return all
}

// wentOn finds the contacts that were waiting when the place that they got came free, and adds the time that such a
// place stood open.
func (f Floor) wentOn(turns []Turn, add func(time.Time, int, int, bool)) []bool {
	went := make([]bool, len(turns))
	started := make([]int, 0, len(turns))
	free := make(map[ident.Agent][]time.Time)
	for i, t := range turns {
		if t.Agent != 0 {
			started = append(started, i)
			if !t.Until.IsZero() {
				free[t.Agent] = append(free[t.Agent], t.Until)
			}
		}
	}
	slices.SortFunc(started, func(a, b int) int {
		return cmp.Or(turns[a].Ended.Compare(turns[b].Ended), cmp.Compare(turns[a].Contact, turns[b].Contact))
	})
	for _, all := range free {
		slices.SortFunc(all, time.Time.Compare)
	}
	for _, i := range started {
		t := turns[i]
		all := free[t.Agent]
		for len(all) > 0 && t.Ended.Sub(all[0]) > changeOver {
			all = all[1:]
		}
		if len(all) > 0 && !all[0].After(t.Ended) {
			went[i] = t.Joined.Before(all[0])
			if went[i] && f.has(t.Agent) {
				add(all[0], 0, 1, false)
				add(t.Ended, 0, -1, false)
			}
			all = all[1:]
		}
		free[t.Agent] = all
	}
	return went
}

// meter plays what happened to a pace.
type meter struct {
	pace            *erlang.Pace
	waiting, places int
}

func (m *meter) play(all []happening, now time.Time) {
	if len(all) == 0 {
		return
	}
	from := all[0].at
	for _, h := range all {
		m.pace.Pass(h.at.Sub(from).Seconds(), m.waiting, m.places)
		m.waiting, m.places = m.waiting+h.waiting, m.places+h.places
		if h.start {
			m.pace.Start()
		}
	}
	m.pace.Pass(now.Sub(from).Seconds(), m.waiting, m.places)
}
