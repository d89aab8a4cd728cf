package listener

import (
	"cmp"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"balie/ground/clock"
)

// Limits keep one source, or many, from using up the listener. Trusted sources (a relay of our own in front) count
// for the totals only.
type Limits struct {
	Connections          int // at once, all sources together; 1000 when 0
	ConnectionsPerSource int // at once; 50 when 0
	Commands             int // per connection; 10,000 when 0
	CommandsPerSource    int // per minute; 3,000 when 0
	Trusted              []netip.Prefix
}

func (l Limits) filled() Limits {
	l.Connections = cmp.Or(l.Connections, 1000)
	l.ConnectionsPerSource = cmp.Or(l.ConnectionsPerSource, 50)
	l.Commands = cmp.Or(l.Commands, 10_000)
	l.CommandsPerSource = cmp.Or(l.CommandsPerSource, 3_000)
	return l
}

// gate counts connections and commands, and knows every open connection so that draining can end those that wait.
type gate struct {
	limits Limits
	clock  clock.Clock
	log    *slog.Logger

	mu      sync.Mutex
	open    map[*conn]struct{}
	sources map[netip.Addr]*count
	minute  time.Time
	closing bool
}

type count struct{ connections, commands int }

func newGate(l Limits, c clock.Clock, log *slog.Logger) *gate {
	return &gate{limits: l, clock: c, log: log, open: map[*conn]struct{}{}, sources: map[netip.Addr]*count{}}
}

func (g *gate) listen(l net.Listener) net.Listener { return &gated{Listener: l, gate: g} }

type gated struct {
	net.Listener
	gate *gate
}

// Accept lets the next connection in that is within the limits and turns the others away.
func (l *gated) Accept() (net.Conn, error) {
	for {
		raw, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &conn{Conn: raw, gate: l.gate}
		refusal := l.gate.admit(c)
		if refusal == "" {
			return c, nil
		}
		// A line this short fits in the buffer of a fresh socket, so this does not wait for the other side.
		_ = raw.SetWriteDeadline(clock.System{}.Now().Add(time.Second))
		_, _ = raw.Write([]byte("421 4.7.0 " + refusal + "\r\n"))
		raw.Close()
	}
}

// admit says why not, or nothing.
func (g *gate) admit(c *conn) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closing {
		return "This desk is going off line. Try again later."
	}
	if len(g.open) >= g.limits.Connections {
		g.log.Warn("too many mail connections", "limit", g.limits.Connections)
		return "Too many connections. Try again later."
	}
	if from, ok := source(c.RemoteAddr()); ok && !g.trusted(from) {
		n := g.sources[from]
		if n == nil {
			n = &count{}
			g.sources[from] = n
		}
		if n.connections >= g.limits.ConnectionsPerSource {
			return "Too many connections from your address. Try again later."
		}
		n.connections++
		c.count = n
		c.from = from
	}
	g.open[c] = struct{}{}
	return ""
}

func (g *gate) trusted(a netip.Addr) bool {
	if a.IsLoopback() {
		return true
	}
	for _, p := range g.limits.Trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// command counts one command; false when the connection has to end.
func (g *gate) command(c *conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	c.commands++
	if c.commands > g.limits.Commands {
		return false
	}
	if c.count == nil {
		return true
	}
	if now := g.clock.Now().Truncate(time.Minute); !now.Equal(g.minute) {
		g.minute = now
		for _, n := range g.sources {
			n.commands = 0
		}
	}
	c.count.commands++
	return c.count.commands <= g.limits.CommandsPerSource
}

func (g *gate) leave(c *conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, in := g.open[c]; !in {
		return
	}
	delete(g.open, c)
	if c.count == nil {
		return
	}
	// A source that comes straight back finds its commands of this minute counted still.
	if c.count.connections--; c.count.connections == 0 && len(g.sources) > 4*g.limits.Connections {
		delete(g.sources, c.from)
	}
}

// close turns new connections away and ends those that have no message under way.
func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closing = true
	for c := range g.open {
		if !c.busy {
			c.end()
		}
	}
}

// cut ends everything.
func (g *gate) cut() {
	g.mu.Lock()
	all := make([]*conn, 0, len(g.open))
	for c := range g.open {
		all = append(all, c)
	}
	g.mu.Unlock()
	for _, c := range all {
		c.Close()
	}
}

// conn is a connection that knows whether a message is coming in on it. Its fields are guarded by the gate's lock.
type conn struct {
	net.Conn
	gate     *gate
	from     netip.Addr
	count    *count
	commands int
	busy     bool
}

// past is a moment that is over: a read deadline in the past makes the library say 421 and close.
var past = time.Unix(1, 0)

// SetReadDeadline is called by the library before it reads each command; that makes it the place to count them.
func (c *conn) SetReadDeadline(t time.Time) error {
	if !c.gate.command(c) {
		return net.ErrClosed
	}
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	if c.gate.closing && !c.busy {
		return c.Conn.SetReadDeadline(past)
	}
	return c.Conn.SetReadDeadline(t)
}

func (c *conn) end() { _ = c.Conn.SetReadDeadline(past) }

// Close counts the connection out.
func (c *conn) Close() error {
	c.gate.leave(c)
	return c.Conn.Close()
}

// setBusy marks that a message is coming in, so that draining waits for it.
func (c *conn) setBusy(busy bool) {
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	c.busy = busy
}
