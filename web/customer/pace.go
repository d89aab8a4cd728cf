package customer

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How often one address may send a form: a school or an office behind one address may have a busy hour, a program that
// fills in forms is slowed down to something that can be cleaned up.
const (
	paceBurst = 120
	paceEach  = 2 * time.Second
	paceMost  = 20_000 // addresses remembered
)

// pace is how often each address sent something lately.
type pace struct {
	mu      sync.Mutex
	sources map[netip.Prefix]*rate.Limiter
}

func newPace() *pace { return &pace{sources: make(map[netip.Prefix]*rate.Limiter)} }

// allow says whether an address may send now. An IPv6 address counts with its whole network: one household has as many
// as it likes.
func (p *pace) allow(a netip.Addr, now time.Time) bool {
	a = a.Unmap().WithZone("")
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	source, err := a.Prefix(bits)
	if err != nil {
		return true // nobody knows where it came from
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.sources[source]
	if l == nil {
		if len(p.sources) >= paceMost {
			p.forget(now)
		}
		l = rate.NewLimiter(rate.Every(paceEach), paceBurst)
		p.sources[source] = l
	}
	return l.AllowN(now, 1)
}

// forget drops the addresses that were quiet long enough; when none were, all, which is kinder than refusing everybody.
func (p *pace) forget(now time.Time) {
	for source, l := range p.sources {
		if l.TokensAt(now) >= paceBurst {
			delete(p.sources, source)
		}
	}
	if len(p.sources) >= paceMost {
		clear(p.sources)
	}
}
