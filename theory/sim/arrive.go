package sim

import "math"

// contact is somebody with a question, over all attempts.
type contact struct {
	rank   float64 // the moment that the wait counts from
	joined float64 // this attempt
	credit float64 // waited in earlier attempts
	leaves float64 // gives up then
	until  float64 // waiting for the own agent: then anybody; offered: then it is accepted or missed
	due    float64 // of a promise
	work   float64 // handle time that is left, since
	since  float64

	id         int64
	prev, next int32
	line       int32
	agent      int32
	stream     int32
	state      state
	kind       Kind
	place      uint8 // among the chats of the agent
	tries      uint8 // at calling back
	calledBack bool
	miss       bool
}

type state uint8

const (
	waiting state = iota // in a line, or held for an agent
	offered
	served
	ringing // is called back, and will not answer
	elsewhere
)

// How calling back goes when it is not answered.
const (
	ringFor    = 30.0
	tryAgainIn = 15 * 60.0
	attempts   = 2
)

func (r *Run) tell(what Happening, i int32, ahead int) {
	c := &r.contacts[i]
	e := Event{At: r.now, What: what, Stream: int(c.stream), Contact: c.id, Agent: int(c.agent), Ahead: ahead, Rank: c.rank}
	if what == Answered || what == Left {
		e.Waited = r.now - c.joined
	}
	r.watch(e)
}

// arrive lets the next contact of a stream in.
func (r *Run) arrive(stream int) {
	s := &r.desk.Streams[stream]
	r.todo.set(int32(stream), r.next(s))
	if len(r.free) == 0 {
		r.free = append(r.free, int32(len(r.contacts)))
		r.contacts = append(r.contacts, contact{})
		r.todo.grow(int(r.first) + len(r.contacts))
	}
	i := r.free[len(r.free)-1]
	r.free = r.free[:len(r.free)-1]
	r.contacts[i] = contact{stream: int32(stream), kind: s.Kind, id: r.matters, line: nobody}
	r.matters++
	r.enter(i)
}

// enter begins an attempt: helped at once, or in line with the credit of earlier attempts.
func (r *Run) enter(i int32) {
	c := &r.contacts[i]
	s := &r.desk.Streams[c.stream]
	r.result.Streams[c.stream].Arrived++
	c.joined, c.rank, c.leaves = r.now, r.now-c.credit, math.Inf(1)
	c.state, c.agent, c.due = waiting, nobody, 0
	if c.kind == Written && s.Due > 0 {
		c.due = r.now + s.Due
	}
	if s.Patience.Mean > 0 {
		c.leaves = -1 // drawn when it turns out that there is something to wait for
	}
	if s.Known > 0 && r.chance.share() < s.Known && r.own(i) {
		return
	}
	if a := r.find(i); a != nobody {
		if r.watch != nil {
			r.tell(Joined, i, 0)
		}
		r.begin(i, a)
		return
	}
	r.wait(i)
}

// wait puts a contact in line, for as long as its patience lasts.
func (r *Run) wait(i int32) {
	c := &r.contacts[i]
	s := &r.desk.Streams[c.stream]
	queue := whole
	switch {
	case c.kind == Chat:
		queue = chats
	case c.kind == Written:
		queue = backlog
		if c.due > 0 {
			c.rank = c.due - s.Lead
		}
	}
	ahead := r.join(i, int32(s.Skill*queues+queue))
	r.patience(c, s)
	if s.CallBackFrom > 0 && ahead >= s.CallBackFrom && r.chance.share() < s.CallBack {
		c.calledBack, c.leaves = true, math.Inf(1)
	}
	if r.watch != nil {
		r.tell(Joined, i, ahead)
	}
	at := c.leaves
	if queue == backlog && c.due > 0 {
		at = min(at, max(r.now, c.rank))
	}
	r.todo.set(r.first+i, at)
}

func (r *Run) patience(c *contact, s *Stream) {
	if c.leaves < 0 {
		c.leaves = r.now + s.Patience.draw(&r.chance)
	}
}

// own asks for the agent who helped before: helped at once, or held for them. False when that agent is not there.
func (r *Run) own(i int32) bool {
	c := &r.contacts[i]
	s := &r.desk.Streams[c.stream]
	holders := r.holders[s.Skill]
	if len(holders) == 0 {
		return false
	}
	a := holders[r.chance.below(len(holders))]
	if r.takes(a, c) {
		if r.watch != nil {
			r.tell(Joined, i, 0)
		}
		r.begin(i, a)
		return true
	}
	if !r.agents[a].on || s.Hold <= 0 {
		return false
	}
	ahead := r.join(i, int32(r.skills*queues)+a)
	r.patience(c, s)
	c.until = r.now + s.Hold
	if r.watch != nil {
		r.tell(Joined, i, ahead)
		r.tell(Held, i, ahead)
	}
	r.todo.set(r.first+i, min(c.leaves, c.until))
	return true
}

// contactDue is called when the time of a contact has come: what for depends on where it is.
func (r *Run) contactDue(i int32) {
	c := &r.contacts[i]
	switch c.state {
	case served:
		r.end(i)
	case waiting:
		r.waited(i)
	case offered:
		r.offerEnds(i)
	case ringing:
		r.unreached(i)
	case elsewhere:
		if !c.calledBack {
			r.enter(i)
			return
		}
		c.state, c.agent = waiting, nobody
		r.resume(i)
	}
}

// waited is the end of patience, of holding the line, or of the slack of a promise.
func (r *Run) waited(i int32) {
	c := &r.contacts[i]
	held := c.line >= int32(r.skills*queues)
	r.part(i)
	if r.now >= c.leaves {
		r.leave(i)
		return
	}
	if r.watch != nil {
		if held {
			r.tell(Unheld, i, 0)
		} else {
			r.tell(Due, i, 0)
		}
	}
	r.resume(i)
}

// resume puts a contact that keeps its place back in line: whoever is free takes it, else its rank decides.
func (r *Run) resume(i int32) {
	if a := r.find(i); a != nobody {
		r.todo.drop(r.first + i)
		r.begin(i, a)
		return
	}
	c := &r.contacts[i]
	queue := whole
	if c.kind == Chat {
		queue = chats
	}
	r.join(i, int32(r.desk.Streams[c.stream].Skill*queues+queue))
	r.todo.set(r.first+i, c.leaves)
}

// leave is the end of an attempt without an agent.
func (r *Run) leave(i int32) {
	c := &r.contacts[i]
	s, t := &r.desk.Streams[c.stream], &r.result.Streams[c.stream]
	waited := r.now - c.joined
	c.agent = nobody
	t.Left++
	t.Wait += waited
	if waited > r.desk.Target {
		t.LeftLate++
	}
	if r.watch != nil {
		r.tell(Left, i, 0)
	}
	if s.Again <= 0 || r.chance.share() >= s.Again {
		r.forget(i)
		return
	}
	if r.watch != nil {
		r.tell(ComesAgain, i, 0)
	}
	c.credit += waited
	c.state = elsewhere
	r.todo.set(r.first+i, r.now+s.Back.draw(&r.chance))
}

// forget gives the place of a contact that is over to another.
func (r *Run) forget(i int32) {
	r.todo.drop(r.first + i)
	r.free = append(r.free, i)
}
