package sim

// list is a line of contacts or agents, linked both ways so that anybody can step out.
type list struct{ head, tail, n int32 }

// before says who of two contacts comes first: whose wait counts from earlier.
func (c *contact) before(o *contact) bool {
	return c.rank < o.rank || c.rank == o.rank && c.id < o.id
}

// join puts a contact in a line by its rank, and says how many are before it. Most come last: the search is from the
// end.
func (r *Run) join(i, line int32) (ahead int) {
	l, c := &r.lines[line], &r.contacts[i]
	before := l.tail
	behind := 0
	for before != nobody && c.before(&r.contacts[before]) {
		before = r.contacts[before].prev
		behind++
	}
	c.line, c.prev = line, before
	if before == nobody {
		c.next, l.head = l.head, i
	} else {
		c.next, r.contacts[before].next = r.contacts[before].next, i
	}
	if c.next == nobody {
		l.tail = i
	} else {
		r.contacts[c.next].prev = i
	}
	ahead = int(l.n) - behind
	l.n++
	if c.kind == Chat {
		r.chats++
	}
	return ahead
}

// part takes a contact out of its line.
func (r *Run) part(i int32) {
	c := &r.contacts[i]
	l := &r.lines[c.line]
	if c.prev == nobody {
		l.head = c.next
	} else {
		r.contacts[c.prev].next = c.next
	}
	if c.next == nobody {
		l.tail = c.prev
	} else {
		r.contacts[c.next].prev = c.prev
	}
	l.n--
	c.line = nobody
	if c.kind == Chat {
		r.chats--
	} else if r.chats > 0 {
		r.stirred = true
	}
}

// earlier is whichever of the first of a line and best comes first; nobody when neither is there.
func (r *Run) earlier(line, best int32) int32 {
	head := r.lines[line].head
	if head == nobody || best != nobody && r.contacts[best].before(&r.contacts[head]) {
		return best
	}
	return head
}

// settle offers places to chats that stood behind somebody who has left the line.
func (r *Run) settle() {
	r.stirred = false
	for again := true; again; {
		again = false
		for skill := range r.skills {
			i := r.lines[skill*queues+chats].head
			if i == nobody {
				continue
			}
			if a := r.find(i); a != nobody {
				r.part(i)
				r.begin(i, a)
				again = true
			}
		}
	}
}
