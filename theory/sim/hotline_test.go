package sim

import (
	"math"

	"balie/theory/erlang"
)

// day is how long the hotline is open.
const day = 12 * 3600.0

// hotline is a varying day of some 50,000 contacts: three skills, agents of whom many have two or three, and peaks that
// the staffing follows only roughly. People come on duty one after the other, not all in one second.
func hotline(staffing float64, handle Span) Desk {
	shape := []float64{.45, .7, .95, 1.15, 1.2, 1.1, 1, .85, .9, 1.05, 1.12, 1.1, 1, .8, .65, .5}
	const perSecond = 50000 / day / .91
	d := Desk{Length: day, Target: 20}
	for skill, s := range []struct{ share, handle, patience float64 }{{.5, 240, 240}, {.3, 360, 300}, {.2, 300, 180}} {
		rates := make([]float64, len(shape))
		for i := range rates {
			rates[i] = perSecond * s.share * shape[(i+skill/2)%len(shape)]
		}
		handle.Mean = s.handle
		d.Streams = append(d.Streams, Stream{
			Skill: skill, Rates: rates, Period: day / float64(len(shape)), Handle: handle, Patience: Span{Mean: s.patience},
		})
	}
	for _, c := range []struct {
		levels []int
		n      float64
	}{{[]int{1}, 55}, {[]int{0, 1}, 45}, {[]int{2, 1}, 60}, {[]int{0, 2, 1}, 50}, {[]int{2, 2, 1}, 35}} {
		for _, shift := range []struct{ from, until, share float64 }{{0, 0, .6}, {.14, .5, .2}, {.22, .9, .25}, {.5, .82, .15}} {
			all := int(math.Round(shift.share * c.n * perSecond * staffing))
			d.Groups = append(d.Groups, oneByOne(all, c.levels, shift.from*day, shift.until*day)...)
		}
	}
	return d
}

// oneByOne spreads the coming and going of a shift over half an hour.
func oneByOne(all int, levels []int, from, until float64) []Group {
	const waves, between = 12, 150
	var groups []Group
	for w := range waves {
		g := Group{Agents: all*(w+1)/waves - all*w/waves, Levels: levels, From: from, Until: until}
		if from > 0 {
			g.From += float64(w) * between
			g.Until += float64(w) * between
		}
		groups = append(groups, g)
	}
	return groups
}

// told is what one contact was told, by each of the ways to forecast, and what then came.
type told struct {
	skill             int
	rank              float64
	own, ownBound     float64 // erlang.Line with the measured pace of the queue itself
	lines, linesBound float64 // erlang.Lines: the order played forward
	last              float64 // the wait of who was last helped
	took              float64 // until it was their turn, also when they had given up by then
	waited            bool    // took is known, and is not zero
	decided           bool    // answered after waiting, or still there when the bound passed
}

// forecaster listens to a day and forecasts as the queue does, from what it has seen so far.
type forecaster struct {
	run   *Run
	crew  []int // by group
	lines erlang.Lines
	paces []erlang.Pace // by crew
	own   []erlang.Pace // by skill
	last  []float64
	ended []float64 // by agent
	told  []told
	gone  [][]int64 // by skill: who gave up before it was their turn

	ownStretch, linesStretch []erlang.Calibrator
}

func newForecaster(r *Run) *forecaster {
	d := &r.desk
	n := len(d.Streams)
	f := &forecaster{
		run: r, own: make([]erlang.Pace, n), last: make([]float64, n), ended: make([]float64, len(r.agents)),
		gone: make([][]int64, n), ownStretch: make([]erlang.Calibrator, n), linesStretch: make([]erlang.Calibrator, n),
	}
	f.lines.Ranks = make([][]float64, n)
	for k, s := range d.Streams {
		f.lines.Leave = append(f.lines.Leave, 1/s.Patience.Mean)
		f.own[k].Memory = 300
		f.own[k].Expect(2*s.Handle.Mean, 10)
	}
	for g := range d.Groups {
		f.crew = append(f.crew, f.crewOf(g))
	}
	return f
}

// crewOf finds the crew with the skills of a group, or makes it.
func (f *forecaster) crewOf(group int) int {
	serves := f.run.serves[group]
	for i, c := range f.lines.Crews {
		same := len(c.Skills) == len(serves)
		for k := range serves {
			same = same && c.Skills[k] == int(serves[k])
		}
		if same {
			return i
		}
	}
	var c erlang.Crew
	for _, s := range serves {
		c.Skills = append(c.Skills, int(s))
	}
	f.lines.Crews = append(f.lines.Crews, c)
	f.paces = append(f.paces, erlang.Pace{})
	f.paces[len(f.paces)-1].Expect(300, 50)
	return len(f.lines.Crews) - 1
}

// pass lets the time pass until an event.
func (f *forecaster) pass(now float64) {
	var there [16]int
	for i := range f.run.agents {
		if a := &f.run.agents[i]; a.on {
			there[f.crew[a.group]]++
		}
	}
	for i := range f.lines.Crews {
		waiting := 0
		for _, s := range f.lines.Crews[i].Skills {
			waiting += len(f.lines.Ranks[s])
		}
		f.paces[i].Pass(now, waiting, there[i])
		f.lines.Crews[i].Pace = float64(there[i]) * f.paces[i].Rate()
	}
	for s := range f.own {
		f.own[s].Pass(now, len(f.lines.Ranks[s]), f.run.Staffed(s))
	}
}

func (f *forecaster) see(e Event) {
	s := e.Stream // each skill has one stream here
	f.pass(e.At)
	switch e.What {
	case Joined:
		f.tell(e)
	case Answered:
		f.answered(e)
	case Ended:
		f.ended[e.Agent] = e.At
	case Left:
		f.step(s, e.Rank)
		f.gone[s] = append(f.gone[s], e.Contact)
		t := &f.told[e.Contact]
		t.decided = e.Waited > t.linesBound
	}
}

func (f *forecaster) tell(e Event) {
	s := e.Stream
	l := erlang.Line{Ahead: e.Ahead, Servers: float64(f.run.Staffed(s)), Service: f.own[s].Rate(), Leave: f.lines.Leave[s]}
	t := told{skill: s, rank: e.Rank, last: f.last[s], own: l.Wait()}
	t.ownBound = l.Bound() * f.ownStretch[s].Stretch()
	wait, bound := f.lines.Forecast(s, e.Rank)
	t.lines, t.linesBound = wait, bound*f.linesStretch[s].Stretch()
	f.told = append(f.told, t)
	f.lines.Ranks[s] = append(f.lines.Ranks[s], e.Rank)
}

func (f *forecaster) answered(e Event) {
	s := e.Stream
	f.step(s, e.Rank)
	if e.Waited > 0 {
		f.last[s] = e.Waited
		t := &f.told[e.Contact]
		t.waited, t.decided = true, true
		f.turn(t, e.Waited)
		if f.ended[e.Agent] == e.At {
			f.own[s].Start()
			f.paces[f.crew[f.run.agents[e.Agent].group]].Start()
		}
	}
	// Whoever gave up and stood before this one would have been helped by now.
	left := f.gone[s][:0]
	for _, id := range f.gone[s] {
		if t := &f.told[id]; t.rank < e.Rank {
			t.waited = true
			f.turn(t, e.At-t.rank)
		} else {
			left = append(left, id)
		}
	}
	f.gone[s] = left
}

func (f *forecaster) turn(t *told, took float64) {
	t.took = took
	f.ownStretch[t.skill].Learn(t.ownBound, took)
	f.linesStretch[t.skill].Learn(t.linesBound, took)
}

// step takes somebody out of the picture of a line.
func (f *forecaster) step(s int, rank float64) {
	ranks := f.lines.Ranks[s]
	for i, r := range ranks {
		if r == rank {
			f.lines.Ranks[s] = append(ranks[:i], ranks[i+1:]...)
			return
		}
	}
}
