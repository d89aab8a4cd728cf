package live

import (
	"sort"

	"balie/ground/ident"
	"balie/ground/ledger"
)

// Calm is what one of very many readers wants at once. The rest of the facts it asks for now and then, with Missed: waking
// two thousand readers for each fact that one of them is about would cost more than everything else.
type Calm struct {
	From  int             // as long as there are no more readers than this, everything comes at once
	Wants func(News) bool // called by one goroutine at a time; must not call the hub
}

// SubscribeCalm is Subscribe for a reader who wants most of the news only now and then.
func (h *Hub) SubscribeCalm(org ident.Org, c Calm) *Reader {
	return h.add(&Reader{C: make(chan News, queue), org: org, hub: h, calm: &c})
}

// Missed lists the facts of the reader's organisation after one place and before another; zero is as far as there are any. ok is
// false when the first of them are not at hand any more. Where news waits on C it lists nothing: that comes first.
func (r *Reader) Missed(after, before int64) (facts []ledger.Entry, ok bool) {
	r.hub.mu.Lock()
	defer r.hub.mu.Unlock()
	if before == 0 {
		if len(r.C) > 0 {
			return nil, true
		}
		before = r.hub.seq + 1
	}
	return r.hub.recent.between(r.org, after, before)
}

// recentFacts is how many facts are at hand.
const recentFacts = 4096

// recent is a ring of the facts that were spread last.
type recent struct {
	ring  []ledger.Entry
	next  int   // where the next one goes
	first int64 // everything after this place is at hand
}

// add keeps a fact that follows a place.
func (r *recent) add(after int64, e ledger.Entry) {
	e.Body = nil // who wants it whole had it already
	if len(r.ring) < recentFacts {
		if len(r.ring) == 0 {
			r.first = after
		}
		r.ring = append(r.ring, e)
		return
	}
	r.first = r.ring[r.next].Seq
	r.ring[r.next] = e
	r.next = (r.next + 1) % recentFacts
}

func (r *recent) between(org ident.Org, after, before int64) (facts []ledger.Entry, ok bool) {
	n := len(r.ring)
	at := func(i int) *ledger.Entry { return &r.ring[(r.next+i)%n] }
	for i := sort.Search(n, func(i int) bool { return at(i).Seq > after }); i < n && at(i).Seq < before; i++ {
		if at(i).Org == org {
			facts = append(facts, *at(i))
		}
	}
	return facts, n == 0 || after >= r.first
}
