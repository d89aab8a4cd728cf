package queue

import (
	"math"
	"time"

	"balie/domain/cases"
	"balie/ground/ident"
	"balie/theory/erlang"
)

// Pace is how fast a queue moves.
type Pace struct {
	Places   int           // contacts that those who are there take at once
	Idle     int           // of those, how many nobody takes now
	Handle   time.Duration // from one contact to the next in one place while somebody waits, on average: see Measure
	Patience time.Duration // how long a customer waits before giving up, on average
}

// Outlook is what those who wait in an organisation can be told now. It is not changed once it is made.
type Outlook struct {
	Everybody   Pace                      // of who waits for whoever is free
	Departments map[ident.Department]Pace // of those with agents of their own
	Channels    map[string]erlang.Calibrator
	Crew        []Hand // who takes contacts now, where skills matter
}

// Hand is one of those who take contacts.
type Hand struct {
	Department ident.Department
	Idle       int // contacts more that fit
	Knows      map[ident.Skill]cases.Level
}

// Pace is that of a queue. A department that nobody belongs to does not move.
func (o Outlook) Pace(d ident.Department) Pace {
	if d == 0 {
		return o.Everybody
	}
	return o.Departments[d]
}

// toAnswer is about how long it takes an agent who has room to answer what is offered.
const toAnswer = 30 * time.Second

// Forecast is what somebody with that many before them can be told. Nothing is told about the time when nobody is
// there, or when the forecasts of a channel have shown not to be fit: only the position.
func (o Outlook) Forecast(ahead int, d ident.Department, channel string) Told {
	t, p := Told{Position: ahead + 1}, o.Pace(d)
	if p.Places <= 0 || p.Handle <= 0 {
		return t
	}
	if ahead < p.Idle { // somebody is asked at once; only the answer to the offer takes time
		t.Wait, t.Bound = toAnswer, 2*toAnswer
		return t
	}
	// Who is free takes the first of the line at once: the steps are those of the others.
	l := erlang.Line{Ahead: ahead - max(p.Idle, 0), Servers: float64(p.Places), Service: 1 / p.Handle.Seconds()}
	if p.Patience > 0 {
		l.Leave = 1 / p.Patience.Seconds()
	}
	c := o.Channels[channel]
	wait, bound := seconds(l.Wait()), minutes(l.Bound()*c.Stretch())
	if t.Line = bound; c.Fit() {
		t.Wait, t.Bound = wait, bound
	}
	return t
}

// ForecastOf is Forecast for a wait of which it is known what it needs. When some of the crew meet that and others do not,
// a time could not be kept: nobody knows how many of those before it want the same few. Then only the position is told,
// unless one of the few is free. So it is for whoever waits on for one agent: that time is told by itself.
func (o Outlook) ForecastOf(w Wait, ahead int) Told {
	if w.Stay.Holds() {
		return Told{Position: ahead + 1}
	}
	all, few, idle := 0, 0, 0
	for _, h := range o.Crew {
		if w.Department != 0 && h.Department != w.Department {
			continue
		}
		all++
		if w.Needs.Met(h.Knows) {
			few, idle = few+1, idle+h.Idle
		}
	}
	switch {
	case len(w.Needs) == 0 || few == 0 || few == all: // nobody meets it: whoever is free helps
		return o.Forecast(ahead, w.Department, w.Channel)
	case ahead < idle:
		return Told{Position: ahead + 1, Wait: toAnswer, Bound: 2 * toAnswer}
	}
	return Told{Position: ahead + 1}
}

// seconds and minutes round up: a wait that is told too short is a promise broken.
func seconds(s float64) time.Duration { return time.Duration(math.Ceil(s)) * time.Second }

func minutes(s float64) time.Duration { return time.Duration(math.Ceil(s/60)) * time.Minute }
