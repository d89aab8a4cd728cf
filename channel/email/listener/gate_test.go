package listener

import (
	"log/slog"
	"net"
	"net/netip"
	"testing"
	"time"

	"balie/ground/clock"
)

// from is a connection that says it comes from there.
type from struct {
	net.Conn
	address string
}

func (f from) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(f.address))
}
func (f from) Close() error                    { return nil }
func (f from) SetReadDeadline(time.Time) error { return nil }

func TestOneSourceGetsItsShareAndNoMore(t *testing.T) {
	hand := clock.At(time.Date(2026, 11, 12, 9, 0, 0, 0, time.UTC))
	g := newGate(Limits{
		Connections: 10, ConnectionsPerSource: 2, Commands: 100, CommandsPerSource: 5,
		Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
	}, hand, slog.New(slog.DiscardHandler))
	enter := func(address string) (*conn, bool) {
		c := &conn{Conn: from{address: address}, gate: g}
		return c, g.admit(c) == ""
	}
	first, ok := enter("192.0.2.1:1000")
	if !ok {
		t.Fatal("the first connection was refused")
	}
	if _, ok := enter("192.0.2.1:1001"); !ok {
		t.Error("the second connection was refused")
	}
	if _, ok := enter("192.0.2.1:1002"); ok {
		t.Error("a third connection of one source came in")
	}
	if _, ok := enter("192.0.2.2:1000"); !ok {
		t.Error("another source was refused")
	}
	for n := range 2 {
		if _, ok := enter([]string{"[2001:db8::1]:1", "[2001:db8::ffff:2]:1"}[n]); !ok {
			t.Error("a connection over IPv6 was refused")
		}
	}
	if _, ok := enter("[2001:db8::3]:1"); ok {
		t.Error("another address in the same /64 counts as another source")
	}
	for range 5 {
		if _, ok := enter("10.1.2.3:1000"); !ok {
			t.Error("a trusted source was refused")
		}
	}
	if _, ok := enter("192.0.2.9:1000"); ok {
		t.Error("more connections than the total came in")
	}
	for range 5 {
		if first.SetReadDeadline(time.Time{}) != nil {
			t.Error("a command within the limit was refused")
		}
	}
	if first.SetReadDeadline(time.Time{}) == nil {
		t.Error("a source had more commands in a minute than the limit")
	}
	hand.Advance(time.Minute)
	if first.SetReadDeadline(time.Time{}) != nil {
		t.Error("the next minute does not count anew")
	}
	first.Close()
	first.Close() // twice, as the library does
	if _, ok := enter("192.0.2.1:1003"); !ok {
		t.Error("a connection that ended is still counted")
	}
}
