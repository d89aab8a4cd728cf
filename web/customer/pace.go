package customer

import (
	"net/netip"
	"time"

	"balie/web/edge"
)

// How often one address may send a form: a school or an office behind one address may have a busy hour, a program that
// fills in forms is slowed down to something that can be cleaned up.
const (
	paceBurst = 120
	paceEach  = 2 * time.Second
	paceMost  = 20_000 // addresses remembered
)

// pace is how often each address sent something lately.
type pace struct{ *edge.Pace[netip.Prefix] }

func newPace() *pace { return &pace{edge.NewPace[netip.Prefix](paceEach, paceBurst, paceMost)} }

// allow says whether an address may send now.
func (p *pace) allow(a netip.Addr, now time.Time) bool {
	source, known := edge.Household(a)
	return !known || p.Allow(source, now)
}
