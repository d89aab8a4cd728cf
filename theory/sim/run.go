package sim

import (
	"math"
	"slices"
)

// Run is a desk that is ready to be played, again and again, without new memory. One goroutine at a time.
type Run struct {
	desk     Desk
	offers   bool
	skills   int
	contacts []contact
	free     []int32 // places in contacts
	agents   []agent
	idle     []list // by group and number of chats: who can take one more
	lines    []list // by skill and queue, then one per agent: who is held for them
	routes   [][]route
	holders  [][]int32 // agents by skill
	serves   [][]int32 // skills by group
	todo     agenda
	chance   chance
	watch    func(Event)
	result   Result

	now     float64
	matters int64
	chats   int  // waiting in all lines
	stirred bool // somebody who needs a whole agent left the line: chats that stood behind may now go
	// What the numbers in the agenda mean: streams, then groups coming on, groups going off, agents, contacts.
	coming, going, returning, first int32
}

// route is a group that may help with a skill.
type route struct{ group, level int32 }

// Each skill has three queues.
const (
	whole   = iota // needs an agent without other contacts: calls, call-backs and promises near their time
	chats          // needs a place
	backlog        // written, for when nothing live waits; in order of when it is due
	queues
)

const nobody = -1

// New prepares a desk.
func New(d Desk) (*Run, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	r := &Run{desk: d, skills: d.skills()}
	r.offers = d.Offers.Missed > 0 || d.Offers.Answer.Mean > 0
	r.routes, r.holders = make([][]route, r.skills), make([][]int32, r.skills)
	for g, group := range d.Groups {
		var serves []int32
		for skill, level := range group.Levels[:min(len(group.Levels), r.skills)] {
			if level > 0 {
				serves = append(serves, int32(skill))
				r.routes[skill] = append(r.routes[skill], route{int32(g), int32(level)})
			}
		}
		for range group.Agents {
			for _, skill := range serves {
				r.holders[skill] = append(r.holders[skill], int32(len(r.agents)))
			}
			r.agents = append(r.agents, agent{group: int32(g)})
		}
		r.serves = append(r.serves, serves)
	}
	for _, routes := range r.routes {
		slices.SortStableFunc(routes, func(a, b route) int { return int(a.level - b.level) })
	}
	r.idle = make([]list, len(d.Groups)*mostChats)
	r.lines = make([]list, r.skills*queues+len(r.agents))
	r.coming = int32(len(d.Streams))
	r.going = r.coming + int32(len(d.Groups))
	r.returning = r.going + int32(len(d.Groups))
	r.first = r.returning + int32(len(r.agents))
	r.todo.grow(int(r.first))
	r.result.Streams = make([]Tally, len(d.Streams))
	return r, nil
}

// Play plays the day with this seed. watch is told of every event, in order; it may be nil. The streams of the result
// are overwritten by the next Play.
func (r *Run) Play(seed uint64, watch func(Event)) Result {
	r.reset(seed)
	r.watch = watch
	for len(r.todo.heap) > 0 {
		next := r.todo.heap[0]
		r.now = next.at()
		r.result.Events++
		switch {
		case next.thing >= r.first:
			r.contactDue(next.thing - r.first)
		case next.thing < r.coming:
			r.arrive(int(next.thing))
		case next.thing < r.going:
			r.startShift(next.thing - r.coming)
		case next.thing < r.returning:
			r.endShift(next.thing - r.going)
		default:
			r.todo.drop(next.thing)
			a := next.thing - r.returning
			r.agents[a].away = false
			r.available(a)
		}
		if r.stirred {
			r.settle()
		}
	}
	r.result.End = r.now
	return r.result
}

func (r *Run) reset(seed uint64) {
	r.chance = chance{seed}
	r.now, r.matters, r.chats, r.stirred = 0, 0, 0, false
	r.todo.clear()
	r.free = r.free[:0]
	for i := len(r.contacts) - 1; i >= 0; i-- {
		r.free = append(r.free, int32(i))
	}
	for i := range r.agents {
		r.agents[i] = agent{group: r.agents[i].group, list: nobody}
	}
	for i := range r.idle {
		r.idle[i] = list{nobody, nobody, 0}
	}
	for i := range r.lines {
		r.lines[i] = list{nobody, nobody, 0}
	}
	streams := r.result.Streams
	clear(streams)
	r.result = Result{Streams: streams}
	for i := range r.desk.Streams {
		r.todo.set(int32(i), r.next(&r.desk.Streams[i]))
	}
	for i := range r.desk.Groups {
		g := &r.desk.Groups[i]
		r.todo.set(r.coming+int32(i), g.From)
		until := r.desk.Length
		if g.Until > 0 {
			until = min(until, g.Until)
			r.todo.set(r.going+int32(i), g.Until)
		}
		r.result.On += max(0, until-g.From) * float64(g.Agents)
	}
}

// next is when somebody of a stream comes after now; +Inf when nobody does. The rate changes with the periods, so what
// is drawn is how much rate passes until then.
func (r *Run) next(s *Stream) float64 {
	at, wait := r.now, r.chance.exp()
	if len(s.Rates) == 1 {
		at += wait / s.Rates[0]
	} else {
		for p := int(at / s.Period); ; p++ {
			rate := s.Rates[min(p, len(s.Rates)-1)]
			end := float64(p+1) * s.Period
			if p >= len(s.Rates)-1 {
				end = math.Inf(1)
			}
			if pass := rate * (end - at); rate > 0 && pass >= wait {
				at += wait / rate
				break
			} else if rate > 0 {
				wait -= pass
			}
			if math.IsInf(end, 1) || end > r.desk.Length {
				return math.Inf(1)
			}
			at = end
		}
	}
	if at >= r.desk.Length {
		return math.Inf(1)
	}
	return at
}

// Staffed is how many agents with a skill are on duty now, those who are away for a moment included.
func (r *Run) Staffed(skill int) int {
	n := 0
	for _, a := range r.holders[skill] {
		if r.agents[a].on {
			n++
		}
	}
	return n
}
