package edge

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Pace is how often each of many did something lately: addresses, conversations. It remembers a bounded number of them.
type Pace[K comparable] struct {
	every time.Duration
	burst int
	most  int
	mu    sync.Mutex
	known map[K]*rate.Limiter
}

// NewPace lets each do something once in every, and burst times in a row after a rest. most are remembered.
func NewPace[K comparable](every time.Duration, burst, most int) *Pace[K] {
	return &Pace[K]{every: every, burst: burst, most: most, known: make(map[K]*rate.Limiter)}
}

// Allow says whether somebody may do it now, and counts it.
func (p *Pace[K]) Allow(who K, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.known[who]
	if l == nil {
		if len(p.known) >= p.most {
			p.forget(now)
		}
		l = rate.NewLimiter(rate.Every(p.every), p.burst)
		p.known[who] = l
	}
	return l.AllowN(now, 1)
}

// Len is how many are remembered.
func (p *Pace[K]) Len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.known)
}

// Wait is how long it takes until somebody who was refused may do it again.
func (p *Pace[K]) Wait() time.Duration { return max(p.every, time.Second) }

// forget drops those that were quiet long enough; when none were, all, which is kinder than refusing everybody.
func (p *Pace[K]) forget(now time.Time) {
	for who, l := range p.known {
		if l.TokensAt(now) >= float64(p.burst) {
			delete(p.known, who)
		}
	}
	if len(p.known) >= p.most {
		clear(p.known)
	}
}

// Household is what counts as one address: an IPv6 address counts with its whole network, of which one household has as
// many as it likes. ok is false when nobody knows where something came from.
func Household(a netip.Addr) (_ netip.Prefix, ok bool) {
	a = a.Unmap().WithZone("")
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	return p, err == nil
}
