package sim

import "math"

// agent is somebody who helps.
type agent struct {
	group      int32
	prev, next int32
	list       int32 // of those who can take one more; nobody: in none
	load       uint8 // contacts in hand
	call       bool  // with one that needs the whole agent
	on         bool
	away       bool
	chats      [mostChats]int32
	since      float64 // at work since
}

// takes says whether an agent can be asked for a contact now.
func (r *Run) takes(a int32, c *contact) bool {
	w := &r.agents[a]
	if w.list == nobody || w.load > 0 && (c.kind != Chat || r.stands(w.group, c)) {
		return false
	}
	return true
}

// stands says whether somebody who needs a whole agent of this group was there before this chat: an agent who is
// helping others takes no more chats then, or those who need a whole agent would wait for ever.
func (r *Run) stands(group int32, c *contact) bool {
	for _, skill := range r.serves[group] {
		head := r.lines[skill*queues+whole].head
		if head != nobody && r.contacts[head].before(c) {
			return true
		}
	}
	return false
}

// find is the agent to ask for a contact: the best level, then the least in hand, then the longest free.
func (r *Run) find(i int32) int32 {
	c := &r.contacts[i]
	best, level, load := int32(nobody), int32(math.MaxInt32), uint8(mostChats)
	for _, route := range r.routes[r.desk.Streams[c.stream].Skill] {
		if route.level > level {
			break
		}
		most := 1
		if c.kind == Chat {
			most = max(1, r.desk.Groups[route.group].Chats)
		}
		for n := uint8(0); int(n) < most && n <= load; n++ {
			a := r.idle[int(route.group)*mostChats+int(n)].head
			if a == nobody {
				continue
			}
			if n > 0 && r.stands(route.group, c) {
				break
			}
			if best == nobody || n < load || r.agents[a].since < r.agents[best].since {
				best, level, load = a, route.level, n
			}
			break
		}
	}
	return best
}

// available lets an agent who can take one more take who is first, until nobody is left or there is no place.
func (r *Run) available(a int32) {
	w := &r.agents[a]
	for w.on && !w.away && !w.call && int(w.load) < max(1, r.desk.Groups[w.group].Chats) {
		r.unlist(a)
		i := r.nextFor(a)
		if i == nobody {
			r.list(a)
			return
		}
		r.part(i)
		r.begin(i, a)
	}
}

// nextFor is who comes first of all that an agent may help now.
func (r *Run) nextFor(a int32) int32 {
	w := &r.agents[a]
	var live, place int32 = nobody, nobody
	serves := r.serves[w.group]
	for _, skill := range serves {
		live = r.earlier(skill*queues+whole, live)
		if r.chats > 0 {
			place = r.earlier(skill*queues+chats, place)
		}
	}
	if held := r.lines[int32(r.skills*queues)+a].head; held != nobody {
		if r.contacts[held].kind == Chat {
			place = r.earlier(int32(r.skills*queues)+a, place)
		} else {
			live = r.earlier(int32(r.skills*queues)+a, live)
		}
	}
	if place != nobody && (live == nobody || r.contacts[place].before(&r.contacts[live])) {
		return place
	}
	if w.load > 0 || live != nobody {
		if w.load > 0 {
			return nobody
		}
		return live
	}
	written := int32(nobody)
	for _, skill := range serves {
		written = r.earlier(skill*queues+backlog, written)
	}
	return written
}

// list puts an agent with those who can take one more, behind the others.
func (r *Run) list(a int32) {
	w := &r.agents[a]
	w.list = w.group*mostChats + int32(w.load)
	l := &r.idle[w.list]
	w.prev, w.next = l.tail, nobody
	if l.tail == nobody {
		l.head = a
	} else {
		r.agents[l.tail].next = a
	}
	l.tail = a
	l.n++
	if w.load == 0 {
		w.since = r.now
	}
}

func (r *Run) unlist(a int32) {
	w := &r.agents[a]
	if w.list == nobody {
		return
	}
	l := &r.idle[w.list]
	if w.prev == nobody {
		l.head = w.next
	} else {
		r.agents[w.prev].next = w.next
	}
	if w.next == nobody {
		l.tail = w.prev
	} else {
		r.agents[w.next].prev = w.prev
	}
	l.n--
	w.list = nobody
}

// startShift and endShift are the ends of a shift. What an agent has in hand is finished.
func (r *Run) startShift(group int32) {
	r.todo.drop(r.coming + group)
	for a := range r.agents {
		if r.agents[a].group == group {
			r.agents[a].on = true
			r.available(int32(a))
		}
	}
}

func (r *Run) endShift(group int32) {
	r.todo.drop(r.going + group)
	for a := range r.agents {
		if r.agents[a].group == group {
			r.agents[a].on = false
			r.unlist(int32(a))
		}
	}
}

// begin puts a contact that is in no line to an agent.
func (r *Run) begin(i, a int32) {
	w, c := &r.agents[a], &r.contacts[i]
	r.unlist(a)
	if w.load == 0 {
		w.since = r.now
	}
	r.pace(a)
	if c.kind == Chat {
		w.chats[w.load], c.place = i, w.load
	} else {
		w.call = true
	}
	w.load++
	c.agent = a
	if r.offers {
		r.offer(i)
	} else {
		r.answer(i)
	}
	r.repace(a)
	// Several chats may fit, and a list is only for those who can take one more now.
	if c.kind == Chat && int(w.load) < max(1, r.desk.Groups[w.group].Chats) && w.on && !w.away {
		r.list(a)
	}
}

// offer asks the agent, who accepts after a while or does not answer.
func (r *Run) offer(i int32) {
	c, o := &r.contacts[i], &r.desk.Offers
	c.state, c.miss = offered, o.Missed > 0 && r.chance.share() < o.Missed
	if r.watch != nil {
		r.tell(Offered, i, 0)
	}
	c.until = r.now + o.Limit
	if !c.miss {
		c.until = r.now + o.Answer.draw(&r.chance)
	}
	r.patience(c, &r.desk.Streams[c.stream])
	r.todo.set(r.first+i, min(c.until, c.leaves))
}

// offerEnds is the answer to an offer, or that the customer gave up meanwhile.
func (r *Run) offerEnds(i int32) {
	c := &r.contacts[i]
	a := c.agent
	if r.now < c.until {
		r.release(i)
		r.leave(i)
		r.available(a)
		return
	}
	if !c.miss {
		r.answer(i)
		r.repace(a)
		return
	}
	if r.watch != nil {
		r.tell(Missed, i, 0)
	}
	r.release(i)
	r.agents[a].away = true
	r.unlist(a)
	r.todo.set(r.returning+a, r.now+r.desk.Offers.Away)
	c.state, c.agent = waiting, nobody
	r.resume(i)
}

// answer is the end of a wait.
func (r *Run) answer(i int32) {
	c := &r.contacts[i]
	s := &r.desk.Streams[c.stream]
	if c.calledBack && s.Reached < 1 && r.chance.share() >= s.Reached {
		c.state = ringing
		r.todo.set(r.first+i, r.now+ringFor)
		return
	}
	t, waited := &r.result.Streams[c.stream], r.now-c.joined
	c.state = served
	t.Answered++
	t.Wait += waited
	t.WaitFirst += waited
	if waited <= r.desk.Target {
		t.InTarget++
	}
	if c.due > 0 && r.now > c.due {
		t.Late++
	}
	if r.watch != nil {
		r.tell(Answered, i, 0)
	}
	c.work, c.since = s.Handle.draw(&r.chance), r.now
	r.todo.set(r.first+i, r.now+c.work)
}

// unreached is the end of an attempt at calling back that nobody answered.
func (r *Run) unreached(i int32) {
	c := &r.contacts[i]
	a := c.agent
	c.tries++
	r.release(i)
	what := Unreached
	if c.tries >= attempts {
		what = Messaged
		r.result.Streams[c.stream].Messaged++
	}
	if r.watch != nil {
		r.tell(what, i, 0)
	}
	if what == Messaged {
		r.forget(i)
	} else {
		c.state = elsewhere
		r.todo.set(r.first+i, r.now+tryAgainIn)
	}
	r.available(a)
}

// end is the end of a contact with an agent.
func (r *Run) end(i int32) {
	a := r.contacts[i].agent
	if r.watch != nil {
		r.tell(Ended, i, 0)
	}
	r.release(i)
	r.forget(i)
	r.available(a)
}

// release takes a contact out of the hands of its agent.
func (r *Run) release(i int32) {
	c := &r.contacts[i]
	w := &r.agents[c.agent]
	r.unlist(c.agent)
	r.pace(c.agent)
	w.load--
	if c.kind == Chat {
		last := w.chats[w.load]
		w.chats[c.place] = last
		r.contacts[last].place = c.place
	} else {
		w.call = false
	}
	if w.load == 0 {
		r.result.Busy += r.now - w.since
	}
	r.repace(c.agent)
}

// pace takes off what was done on the chats of an agent since the last change, and repace says when they now end.
func (r *Run) pace(a int32) {
	w := &r.agents[a]
	speed := r.desk.Groups[w.group].Speed
	if len(speed) == 0 || w.call {
		return
	}
	for _, i := range w.chats[:w.load] {
		if c := &r.contacts[i]; c.state == served {
			c.work -= (r.now - c.since) * speed[w.load-1]
			c.since = r.now
		}
	}
}

func (r *Run) repace(a int32) {
	w := &r.agents[a]
	speed := r.desk.Groups[w.group].Speed
	if len(speed) == 0 || w.call {
		return
	}
	for _, i := range w.chats[:w.load] {
		if c := &r.contacts[i]; c.state == served {
			r.todo.set(r.first+i, r.now+max(0, c.work)/speed[w.load-1])
		}
	}
}
