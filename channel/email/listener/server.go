package listener

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/emersion/go-smtp"

	"balie/channel/email/delivery"
	"balie/ground/clock"
	"balie/ground/fault"
)

// Options are the settings of a listener. SMTP and LMTP are "host:port" or "unix:/path"; an empty one is off.
type Options struct {
	SMTP, LMTP string
	Hostname   string
	// TLS switches STARTTLS on.
	TLS *tls.Config
	// MaxMessage is the largest message in bytes; 35 MiB when 0.
	MaxMessage int64
	// MaxMemory is how many bytes of messages may be on their way in at once; eight times MaxMessage when 0.
	MaxMemory int64
	// MaxRecipients is how many addresses one message may have; 100 when 0.
	MaxRecipients int
	Limits        Limits
	// Trusted are the names of servers in front of this one whose Authentication-Results count (RFC 8601 section 5).
	Trusted []string
	// Idle is how long the other side may be silent between two commands; 5 minutes when 0 (RFC 5321 4.5.3.2.7).
	Idle time.Duration
	// Whole is how long one message may take to come in; 10 minutes when 0.
	Whole time.Duration
	// Drain is how long mail that is coming in gets to finish when the listener stops; 8 seconds when 0.
	Drain time.Duration
	Clock clock.Clock
	Log   *slog.Logger
}

func (o Options) filled() Options {
	o.Hostname = cmp.Or(o.Hostname, "localhost")
	o.MaxMessage = cmp.Or(o.MaxMessage, 35<<20)
	o.MaxMemory = cmp.Or(o.MaxMemory, 8*o.MaxMessage)
	o.MaxRecipients = cmp.Or(o.MaxRecipients, 100)
	o.Idle = cmp.Or(o.Idle, 5*time.Minute)
	o.Whole = cmp.Or(o.Whole, 10*time.Minute)
	o.Drain = cmp.Or(o.Drain, 8*time.Second)
	o.Limits = o.Limits.filled()
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// Server listens on one or two addresses.
type Server struct {
	o      Options
	local  *delivery.Local
	gate   *gate
	memory atomic.Int64 // bytes of messages on their way in
	work   context.Context
	stop   context.CancelFunc

	mu    sync.Mutex
	ports []port
}

type port struct {
	name string // "smtp" or "lmtp"
	net  net.Listener
}

// New makes a server that does not listen yet.
func New(o Options) *Server {
	o = o.filled()
	s := &Server{o: o, gate: newGate(o.Limits, o.Clock, o.Log)}
	s.work, s.stop = context.WithCancel(context.Background())
	return s
}

// Listen takes the addresses, so that a wrong one shows at the start.
func (s *Server) Listen() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.ports) > 0 {
		return nil
	}
	for _, p := range []struct{ name, address string }{{"smtp", s.o.SMTP}, {"lmtp", s.o.LMTP}} {
		if p.address == "" {
			continue
		}
		l, err := open(p.address)
		if err != nil {
			for _, taken := range s.ports {
				taken.net.Close()
			}
			s.ports = nil
			return fault.Wrap(fault.Unavailable, "email.cannot_listen", err, "protocol", p.name, "address", p.address)
		}
		s.ports = append(s.ports, port{name: p.name, net: l})
	}
	return nil
}

func open(address string) (net.Listener, error) {
	path, ok := strings.CutPrefix(address, "unix:")
	if !ok {
		return net.Listen("tcp", address)
	}
	l, err := net.Listen("unix", path)
	if errors.Is(err, syscall.EADDRINUSE) && deserted(path) {
		if err := os.Remove(path); err != nil {
			return nil, err
		}
		return net.Listen("unix", path)
	}
	return l, err
}

// deserted says that a socket was left behind by a program that was killed: nobody answers there.
func deserted(path string) bool {
	c, err := net.Dial("unix", path)
	if err == nil {
		c.Close()
	}
	return errors.Is(err, syscall.ECONNREFUSED)
}

// Address is where it listens for "smtp" or "lmtp"; empty when it does not.
func (s *Server) Address(protocol string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.ports {
		if p.name == protocol {
			return p.net.Addr().String()
		}
	}
	return ""
}

// Run takes mail in until ctx ends; then it finishes the messages that are under way and stops. It runs once.
func (s *Server) Run(ctx context.Context, local *delivery.Local) error {
	s.local = local
	if err := s.Listen(); err != nil {
		return err
	}
	defer s.stop()
	failed := make(chan error, len(s.ports))
	servers := make([]*smtp.Server, len(s.ports))
	for i, p := range s.ports {
		servers[i] = s.server(p.name)
		go func() { failed <- servers[i].Serve(s.gate.listen(p.net)) }()
	}
	var first error
	select {
	case <-ctx.Done():
	case first = <-failed:
	}
	if err := s.drain(ctx, servers); err != nil {
		s.o.Log.Warn("mail that was coming in was cut off; its senders will try again", "error", err)
	}
	if first != nil {
		return fault.Wrap(fault.Unavailable, "email.listener_stopped", first)
	}
	return nil
}

// drain stops listening, lets messages under way finish and ends connections that only wait.
func (s *Server) drain(ctx context.Context, servers []*smtp.Server) error {
	limited, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	tick, untick := clock.System{}.After(s.o.Drain)
	defer untick()
	go func() {
		select {
		case <-tick:
			cancel()
		case <-limited.Done():
		}
	}()
	s.gate.close()
	errs := make([]error, len(servers))
	var all sync.WaitGroup
	for i, srv := range servers {
		all.Go(func() {
			if errs[i] = srv.Shutdown(limited); limited.Err() != nil {
				s.stop() // the desk is told to give up what it is storing
			}
		})
	}
	all.Wait()
	s.gate.cut()
	return errors.Join(errs...)
}

func (s *Server) server(protocol string) *smtp.Server {
	srv := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return newSession(s, protocol, c)
	}))
	srv.LMTP = protocol == "lmtp"
	srv.Domain = s.o.Hostname
	srv.TLSConfig = s.o.TLS
	srv.MaxRecipients = s.o.MaxRecipients
	srv.ReadTimeout = s.o.Idle
	srv.WriteTimeout = s.o.Idle
	srv.EnableSMTPUTF8 = true
	// MaxMessageBytes stays 0: with it the library refuses an announced size in words of its own, without the limit.
	// SIZE without a number is what RFC 1870 section 4 has for that; the session checks and names the limit.
	srv.ErrorLog = errorLog{s.o.Log}
	return srv
}

// errorLog brings what the library has to say into our log, without the stack.
type errorLog struct{ log *slog.Logger }

func (e errorLog) Printf(format string, v ...any) {
	line, _, _ := strings.Cut(fmt.Sprintf(format, v...), "\n")
	e.log.Warn("mail connection", "error", line)
}

func (e errorLog) Println(v ...any) { e.Printf("%s", fmt.Sprintln(v...)) }

// source is what per-source limits count by: an IPv4 address or the 64 bits of IPv6 that one customer line has.
func source(a net.Addr) (netip.Addr, bool) {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}, false
	}
	ip := tcp.AddrPort().Addr().Unmap()
	if ip.Is6() {
		wide, err := ip.Prefix(64)
		if err == nil && !ip.IsLoopback() {
			return wide.Addr(), true
		}
	}
	return ip, true
}
