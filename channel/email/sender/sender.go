package sender

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"balie/channel"
	"balie/channel/email/auth"
	"balie/ground/clock"
	"balie/ground/fault"
)

// Security is how the connection to the relay is protected.
type Security string

// The kinds. Plain is for a relay on the same machine or a private line.
const (
	Plain    Security = ""
	StartTLS Security = "starttls" // required: no mail goes without it
	TLS      Security = "tls"      // from the first byte
)

// Options are the settings of a sender. Relay, "host:port", must be given.
type Options struct {
	Relay     string
	Security  Security
	TLS       *tls.Config
	Hostname  string // what we call ourselves
	Mechanism auth.Mechanism
	User      string
	Secret    auth.Secret
	// Key gives the key that signs the mail of a domain; false when the domain has none.
	Key func(domain string) (Key, bool)
	// Dial makes the connection; a plain dialer when nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Connections is how many the relay sees at most when idle; 4 when 0. Idle is how long one is kept; 30 s when 0.
	Connections int
	Idle        time.Duration
	// Reply is how long the relay may take for a command, Taken for the whole message: 1 and 5 minutes when 0.
	Reply, Taken time.Duration
	Clock        clock.Clock
	Log          *slog.Logger
}

// Sender hands mail to one relay and keeps connections for the next mail.
type Sender struct {
	o    Options
	mu   sync.Mutex
	idle []*line // the longest unused first
}

type line struct {
	client *smtp.Client
	since  time.Time
	fresh  bool
}

// New makes a sender. It connects when there is something to send.
func New(o Options) *Sender {
	o.Hostname = cmp.Or(o.Hostname, "localhost")
	o.Connections = cmp.Or(o.Connections, 4)
	o.Idle = cmp.Or(o.Idle, 30*time.Second)
	o.Reply = cmp.Or(o.Reply, time.Minute)
	o.Taken = cmp.Or(o.Taken, 5*time.Minute)
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{Timeout: 30 * time.Second}).DialContext
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Sender{o: o}
}

// Run closes connections that were not used for a while, until ctx ends.
func (s *Sender) Run(ctx context.Context) error {
	defer s.Close()
	for s.o.Clock.Sleep(ctx, s.o.Idle/2) == nil {
		s.sweep(s.o.Clock.Now().Add(-s.o.Idle))
	}
	return nil
}

// Close ends the connections that are kept. Send may be called after it.
func (s *Sender) Close() { s.sweep(s.o.Clock.Now().Add(time.Hour)) }

func (s *Sender) sweep(before time.Time) {
	s.mu.Lock()
	var old []*line
	for len(s.idle) > 0 && s.idle[0].since.Before(before) {
		old = append(old, s.idle[0])
		s.idle = s.idle[1:]
	}
	s.mu.Unlock()
	for _, l := range old {
		l.client.Close()
	}
}

// Send carries one message to the relay. nil: the relay took it, and it is the relay's to deliver. fault.Unavailable:
// try again later. fault.Invalid: it will never go through.
func (s *Sender) Send(ctx context.Context, o channel.Outgoing) error {
	m, err := Compose(o, s.o.Clock)
	if err != nil {
		return err
	}
	if s.o.Key != nil {
		domain := domainOf(o.From.Address)
		if k, ok := s.o.Key(domain); ok {
			if m.Data, err = Sign(m.Data, domain, k); err != nil {
				return err
			}
		}
	}
	for {
		l, err := s.take(ctx)
		if err != nil {
			return err
		}
		reused := !l.fresh
		begun, err := s.carry(ctx, l, m)
		if err == nil {
			return nil
		}
		if reused && !begun && gone(err) && ctx.Err() == nil {
			continue // the relay had closed a kept connection; nothing was handed over yet
		}
		return s.explain(err)
	}
}

// take gives a kept connection, or a new one that is signed in.
func (s *Sender) take(ctx context.Context) (*line, error) {
	s.sweep(s.o.Clock.Now().Add(-s.o.Idle))
	s.mu.Lock()
	if n := len(s.idle); n > 0 {
		l := s.idle[n-1]
		s.idle = s.idle[:n-1]
		s.mu.Unlock()
		l.fresh = false
		return l, nil
	}
	s.mu.Unlock()
	client, err := s.connect(ctx)
	if err != nil {
		return nil, s.explainConnect(err)
	}
	return &line{client: client, fresh: true}, nil
}

func (s *Sender) keep(l *line) {
	l.since = s.o.Clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.idle) >= s.o.Connections {
		go l.client.Close()
		return
	}
	s.idle = append(s.idle, l)
}

func (s *Sender) connect(ctx context.Context) (*smtp.Client, error) {
	raw, err := s.o.Dial(ctx, "tcp", s.o.Relay)
	if err != nil {
		return nil, err
	}
	defer context.AfterFunc(ctx, func() { raw.Close() })()
	client, err := s.greet(ctx, raw)
	if err != nil {
		raw.Close()
		return nil, err
	}
	return client, nil
}

func (s *Sender) greet(ctx context.Context, raw net.Conn) (*smtp.Client, error) {
	client, err := s.secure(raw)
	if err != nil {
		return nil, err
	}
	client.CommandTimeout, client.SubmissionTimeout = s.o.Reply, s.o.Taken
	if err := client.Hello(s.o.Hostname); err != nil {
		return nil, err
	}
	if s.o.Mechanism == auth.None {
		return client, nil
	}
	if s.o.Security == Plain {
		if err := auth.Exposed(s.o.Relay); err != nil {
			return nil, err
		}
	}
	word, err := auth.Client(ctx, s.o.Mechanism, s.o.User, s.o.Secret)
	if err != nil {
		return nil, err
	}
	return client, client.Auth(word)
}

func (s *Sender) secure(raw net.Conn) (*smtp.Client, error) {
	config := &tls.Config{}
	if s.o.TLS != nil {
		config = s.o.TLS.Clone()
	}
	if config.ServerName == "" {
		config.ServerName, _, _ = net.SplitHostPort(s.o.Relay)
	}
	switch s.o.Security {
	case TLS:
		return smtp.NewClient(tls.Client(raw, config)), nil
	case StartTLS:
		return smtp.NewClientStartTLS(raw, config)
	default:
		return smtp.NewClient(raw), nil
	}
}

// carry gives the message to the relay. begun is true from the moment that the relay may have the message.
func (s *Sender) carry(ctx context.Context, l *line, m Message) (begun bool, err error) {
	stopped := context.AfterFunc(ctx, func() { l.client.Close() })
	defer func() {
		if err == nil && stopped() {
			s.keep(l)
			return
		}
		stopped()
		// After an error the state of the talk is unsure; a new connection costs less than a mail in the wrong place.
		l.client.Close()
	}()
	utf8 := !ascii(m.From) || !ascii(m.To) || !ascii(strings.Join(m.CC, ""))
	if err := l.client.Mail(m.From, &smtp.MailOptions{UTF8: utf8, Size: int64(len(m.Data))}); err != nil {
		return false, err
	}
	if err := l.client.Rcpt(m.To, nil); err != nil {
		return false, err
	}
	for _, cc := range m.CC {
		err := l.client.Rcpt(cc, nil)
		if permanent(err) {
			// One wrong copy may not keep the answer from the customer who asked.
			s.o.Log.Warn("a copy was refused by the mail server", "error", err)
			continue
		}
		if err != nil {
			return false, err
		}
	}
	w, err := l.client.Data()
	if err != nil {
		return false, err
	}
	if _, err := w.Write(m.Data); err != nil {
		return true, err
	}
	return true, w.Close()
}

func permanent(err error) bool {
	var said *smtp.SMTPError
	return errors.As(err, &said) && said.Code >= 500
}

// gone says that the connection is lost: no answer at all, or 421 (RFC 5321 section 3.8).
func gone(err error) bool {
	var said *smtp.SMTPError
	return !errors.As(err, &said) || said.Code == 421
}

// explain gives the error the kind that the outbox goes by, with the server's own words.
func (s *Sender) explain(err error) error {
	if f := (*fault.Fault)(nil); errors.As(err, &f) {
		return err
	}
	var said *smtp.SMTPError
	switch {
	case !errors.As(err, &said) && strings.Contains(err.Error(), "does not support SMTPUTF8"):
		return fault.Wrap(fault.Invalid, "email.refused", err, "said", "the mail server cannot carry this address")
	case said == nil:
		return fault.Wrap(fault.Unavailable, "email.relay_away", err, "relay", s.o.Relay)
	case said.Code >= 500:
		return fault.Wrap(fault.Invalid, "email.refused", err, "code", enhanced(said), "said", words(said))
	default:
		return fault.Wrap(fault.Unavailable, "email.deferred", err, "code", enhanced(said), "said", words(said))
	}
}

// explainConnect is explain for what goes wrong before there is a message: whatever the relay says then, a refused
// sign-in too, is a matter of settings, and the mail can go when they are mended.
func (s *Sender) explainConnect(err error) error {
	var said *smtp.SMTPError
	if errors.As(err, &said) {
		return fault.Wrap(fault.Unavailable, "email.relay_refused", err, "relay", s.o.Relay, "said", words(said))
	}
	if f := (*fault.Fault)(nil); errors.As(err, &f) {
		later := fault.Wrap(fault.Unavailable, f.Key, err)
		later.Args = f.Args
		return later
	}
	return s.explain(err)
}
