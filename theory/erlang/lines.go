package erlang

import "math"

// Crew is agents with the same skills.
type Crew struct {
	Pace   float64 // contacts they start per second, all together, when there is always one waiting
	Skills []int
}

// Lines are the waiting lines of several skills that share agents, as they are now. With one skill and one crew Wait is
// that of Line, but for those who give up: there each step counts who is left, here each contact ahead counts for as
// much as it is likely to be still there.
type Lines struct {
	Ranks [][]float64 // per skill, in order: the moment that the wait of each contact counts from
	Leave []float64   // per skill: one over the mean patience, per second
	Crews []Crew

	next []int     // per skill: the first who is not yet helped
	left []float64 // per skill: how much of that one is left to begin
	pace []float64 // per skill: how fast it goes
	mine []float64 // per skill: how much of that pace is of crews that also serve the skill asked about
}

// Wait is the expected wait in seconds of a contact of this skill whose wait counts from rank, and how many steps it
// stands for: contacts that are helped or give up before, this one included, as far as it is by agents with the skill.
//
// Formula: a fluid that flows as the order says. Each crew works on whoever came first of all it may help; a contact
// ahead is begun when one contact's worth of pace has gone into it, and one who may have given up by then takes as much
// less as that is likely: e^(−leave·t). Once the contact asked about is first in its line, the rest of its wait is
// ∫ e^(−pace so far) dt, since a crew may come free at any moment and more crews join as other lines run out. +Inf when
// nobody with the skill is there. Left out: who comes later (they stand behind), and that agents will come and go.
func (l *Lines) Wait(skill int, rank float64) (seconds, steps float64) {
	const sure = 1e-4
	l.begin()
	var now float64
	still := 1.0 // the likelihood that it is not yet helped
	for still > sure {
		l.share(skill, rank)
		own := l.own(skill, rank)
		// The first line in which somebody is done.
		first, after := -1, math.Inf(1)
		for s, pace := range l.pace {
			if pace > 0 && l.left[s] < after*pace && (s != skill || !own) {
				first, after = s, l.left[s]/pace
			}
		}
		if own && l.pace[skill] > 0 {
			helped := still * -math.Expm1(-l.pace[skill]*after)
			seconds += helped / l.pace[skill]
			steps += helped
			still -= helped
		} else {
			seconds += still * after
		}
		if first < 0 {
			return seconds, steps
		}
		now += after
		for s, pace := range l.pace {
			if pace <= 0 || own && s == skill {
				continue
			}
			steps += still * after * l.mine[s] / max(l.size(s, now), 1e-9)
			l.left[s] -= after * pace
		}
		l.next[first]++
		l.left[first] = l.size(first, now)
	}
	return seconds, steps
}

// Forecast is the expected wait, and what nine of ten stay within: as Line.Bound, with the steps of all lines that it
// depends on.
func (l *Lines) Forecast(skill int, rank float64) (wait, bound float64) {
	wait, steps := l.Wait(skill, rank)
	return wait, wait * (1 + 1.28/math.Sqrt(max(1, steps)))
}

// own is true when it is the turn of the contact asked about.
func (l *Lines) own(skill int, rank float64) bool {
	return l.next[skill] >= len(l.Ranks[skill]) || l.Ranks[skill][l.next[skill]] >= rank
}

// size is how likely it is that the first of a line has not given up.
func (l *Lines) size(s int, now float64) float64 { return math.Exp(-l.Leave[s] * now) }

func (l *Lines) begin() {
	n := len(l.Ranks)
	if len(l.next) != n {
		l.next, l.left, l.pace, l.mine = make([]int, n), make([]float64, n), make([]float64, n), make([]float64, n)
	}
	for s := range n {
		l.next[s], l.left[s] = 0, 1
	}
}

// share puts each crew on whoever came first of all it may help, and who stands before the contact asked about.
func (l *Lines) share(skill int, rank float64) {
	clear(l.pace)
	clear(l.mine)
	for _, c := range l.Crews {
		best, first, has := -1, math.Inf(1), false
		for _, s := range c.Skills {
			has = has || s == skill
			at := math.Inf(1)
			if l.next[s] < len(l.Ranks[s]) {
				at = l.Ranks[s][l.next[s]]
			}
			if s == skill {
				at = min(at, rank)
			}
			if at < first && at <= rank {
				best, first = s, at
			}
		}
		if best >= 0 {
			l.pace[best] += c.Pace
			if has {
				l.mine[best] += c.Pace
			}
		}
	}
}
