package chat

import (
	"sync"
	"time"

	"balie/domain/conversation"
	"balie/ground/ident"
	"balie/ground/text"
)

// The numbers of the streams.
const (
	heartbeat   = 25               // seconds of silence, so that a proxy does not take it for the end
	mostPending = 256 << 10        // what a reader may be behind in bytes
	mostScreens = 8                // streams of one contact; the oldest one gives way
	grace       = 30 * time.Second // how long the last stream of a visitor may be gone
	writers     = 4
	lookers     = 4
	errandsOnce = 4
)

// streams are the connections of all visitors. One reader of the hub feeds them. A line is told by its place: a stream
// knows up to where it was told everything, and news of a case only says that there is more to look up. So the lines
// before the stream began, those that came meanwhile and those of a time in which the hub dropped us come the same way,
// in order and once.
type streams struct {
	chat *Chat

	mu      sync.Mutex
	place   int64 // facts up to here have been committed and can be read
	talks   map[ident.Contact]*talk
	cases   map[ident.Case]*talk
	beats   [heartbeat][]*stream
	slot    int
	count   int
	opened  int // in this second
	wave    int // in the seconds before, since memory was tidied up
	away    map[ident.Contact]absence
	written map[ident.Contact]bool // where other nodes can see that the visitor is here
	dirty   []*talk                // to be looked at
	full    []*stream              // to be written to
	failed  []*talk                // could not be looked at; again at the next second
	stopped bool
	follows bool // the hub is heard, so place is what is true now
	look    *sync.Cond
	send    *sync.Cond

	wanted  chan struct{} // there is a stream, so the hub must be followed
	stirred map[ident.Org]bool
	notices map[ident.Org]string
	stir    chan struct{}
	errands errands
	quiet   sync.WaitGroup
}

// talk is a contact that somebody's screen shows.
type talk struct {
	subject
	next     *talk // another contact of the same case
	streams  []*stream
	dirty    bool // there is more to look up
	busy     bool // somebody looks
	vanished bool // the agent is not there any more
	told     standing
	name     string // of the visitor
	typing   string
	seen     int64 // up to where the desk saw it
	head     int64 // place of the last line
}

// subject is what a stream is about.
type subject struct {
	org     ident.Org
	contact ident.Contact
	cas     ident.Case
	locale  text.Locale
}

// absence is a visitor without a stream.
type absence struct {
	org ident.Org
	due time.Time
}

func newStreams(c *Chat) *streams {
	r := &streams{
		chat: c, talks: make(map[ident.Contact]*talk), cases: make(map[ident.Case]*talk), away: make(map[ident.Contact]absence),
		written: make(map[ident.Contact]bool),
		wanted:  make(chan struct{}, 1), stirred: make(map[ident.Org]bool), notices: make(map[ident.Org]string), stir: make(chan struct{}, 1),
	}
	r.errands.more = sync.NewCond(&r.errands.mu)
	r.look, r.send = sync.NewCond(&r.mu), sync.NewCond(&r.mu)
	return r
}

func (r *streams) open() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count
}

// at is the place up to which the streams follow.
func (r *streams) at() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.place
}

// where tells in which case a contact with a stream is, and the visitor's name.
func (r *streams) where(id ident.Contact) (ident.Case, string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.talks[id]; t != nil {
		return t.cas, t.name
	}
	return 0, ""
}

// add lets a stream be fed. It is false when the program stops.
func (r *streams) add(s *stream, about subject) bool {
	r.mu.Lock()
	if r.stopped {
		r.mu.Unlock()
		return false
	}
	t := r.talks[about.contact]
	if t == nil {
		t = &talk{subject: about, next: r.cases[about.cas]}
		r.talks[about.contact], r.cases[about.cas] = t, t
	}
	var oldest *stream
	if len(t.streams) >= mostScreens {
		oldest = t.streams[0]
	}
	s.talk = t
	t.streams = append(t.streams, s)
	s.slot, s.index = int32(r.slot), int32(len(r.beats[r.slot]))
	r.beats[r.slot] = append(r.beats[r.slot], s)
	r.count++
	r.opened++
	delete(r.away, about.contact)
	r.soil(t)
	r.mu.Unlock()
	if oldest != nil {
		r.drop(oldest)
	}
	nudge(r.wanted)
	return true
}

// nudge leaves a sign for somebody who looks later.
func nudge(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default: // it has one already
	}
}

// soil says that there is more to look up for a talk. Nothing is looked up before the hub is heard: follow does then.
func (r *streams) soil(t *talk) {
	if t.dirty {
		return
	}
	t.dirty = true
	if !t.busy && r.follows {
		r.dirty = append(r.dirty, t)
		r.look.Signal()
	}
}

// drop ends a stream. When it was the last one of its visitor, the visitor may come back for a while.
func (r *streams) drop(s *stream) {
	r.mu.Lock()
	if s.closed {
		r.mu.Unlock()
		return
	}
	s.closed, s.pending = true, nil
	r.count--
	beat := r.beats[s.slot]
	last := beat[len(beat)-1]
	beat[s.index], last.index = last, s.index
	beat[len(beat)-1] = nil
	r.beats[s.slot] = beat[:len(beat)-1]
	t := s.talk
	for i, one := range t.streams {
		if one == s {
			t.streams = append(t.streams[:i:i], t.streams[i+1:]...)
			break
		}
	}
	if len(t.streams) == 0 {
		r.forget(t)
	}
	r.mu.Unlock()
	s.close()
	if s.gone != nil {
		close(s.gone)
	}
}

func (r *streams) forget(t *talk) {
	delete(r.talks, t.contact)
	if first := r.cases[t.cas]; first == t {
		if t.next == nil {
			delete(r.cases, t.cas)
		} else {
			r.cases[t.cas] = t.next
		}
	} else {
		for p := first; p != nil; p = p.next {
			if p.next == t {
				p.next = t.next
				break
			}
		}
	}
	if !r.stopped && (r.written[t.contact] || t.told.state != string(conversation.ContactEnded)) {
		r.away[t.contact] = absence{org: t.org, due: r.chat.DB.Clock().Now().Add(grace)}
	}
}

// watch notices that the visitor hangs up. Nothing is expected on the connection.
func (r *streams) watch(s *stream) {
	var b [64]byte
	for {
		if _, err := s.conn.Read(b[:]); err != nil {
			r.drop(s)
			return
		}
	}
}

// tell queues something for a stream. A reader that is too far behind is dropped; it comes back with its last place.
// b is never changed, so that many streams may share it.
func (r *streams) tell(s *stream, b []byte) {
	if s.closed || len(b) == 0 {
		return
	}
	if len(s.pending) > mostPending {
		go r.drop(s)
		return
	}
	if s.pending == nil {
		s.pending = b[:len(b):len(b)]
	} else {
		s.pending = append(s.pending, b...)
	}
	if !s.writing {
		s.writing = true
		r.full = append(r.full, s)
		r.send.Signal()
	}
}

// write is a writer: it takes streams with something to say, one after another.
func (r *streams) write() {
	for {
		r.mu.Lock()
		for len(r.full) == 0 && !r.stopped {
			r.send.Wait()
		}
		if r.stopped {
			r.mu.Unlock()
			return
		}
		s := r.full[0]
		r.full[0] = nil
		if r.full = r.full[1:]; len(r.full) == 0 {
			r.full = nil
		}
		b := s.pending
		s.pending = nil
		r.mu.Unlock()
		n, err := s.try(b)
		switch {
		case err != nil:
			r.drop(s)
		case n < len(b):
			go r.slowly(s, b[n:]) // it lives as long as patience at most
		default:
			r.wrote(s)
		}
	}
}

// slowly writes to a reader who does not take everything at once.
func (r *streams) slowly(s *stream, b []byte) {
	if err := s.write(b); err != nil {
		r.drop(s)
		return
	}
	r.wrote(s)
}

// wrote lets a stream go, or lines it up again when more came meanwhile.
func (r *streams) wrote(s *stream) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(s.pending) == 0 || s.closed {
		s.writing = false
		return
	}
	r.full = append(r.full, s)
	r.send.Signal()
}
