package edge

import (
	"net/http"
	"net/netip"
	"strings"

	"balie/domain/access"
)

// Client is the address of who asks. X-Forwarded-For is believed as far as trusted proxies wrote it: from the right,
// up to and including the first address that is not one of them.
func (e *Edge) Client(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	at := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && e.trusted(at); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		at = hop.Unmap()
	}
	return at
}

func (e *Edge) trusted(a netip.Addr) bool {
	for _, p := range e.Proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// Source is where somebody signs in from.
func (e *Edge) Source(r *http.Request) access.Source {
	return access.Source{IP: e.Client(r), Browser: r.UserAgent()}
}
