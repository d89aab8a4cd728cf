package sender_test

import (
	"io"
	"net"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// relay is the mail server outside: it keeps what it took and answers what it was told to answer.
type relay struct {
	mu          sync.Mutex
	address     string
	server      *smtp.Server
	taken       []taken
	connections int
	rcpt        map[string]error
	mail, data  error
	mechanisms  map[string]func() sasl.Server
	signedIn    int
}

type taken struct {
	from string
	to   []string
	raw  string
}

func newRelay(t *testing.T) *relay {
	t.Helper()
	r := &relay{rcpt: map[string]error{}, mechanisms: map[string]func() sasl.Server{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.address = l.Addr().String()
	r.serve(t, l)
	return r
}

func (r *relay) serve(t *testing.T, l net.Listener) {
	r.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.connections++
		return &relaySession{relay: r}, nil
	}))
	r.server.AllowInsecureAuth = true
	go func() { _ = r.server.Serve(l) }()
	t.Cleanup(func() { r.server.Close() })
}

func (r *relay) all() []taken {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]taken(nil), r.taken...)
}

func (r *relay) set(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
}

type relaySession struct {
	relay *relay
	now   taken
}

func (s *relaySession) Reset()        { s.now = taken{} }
func (s *relaySession) Logout() error { return nil }

func (s *relaySession) Mail(from string, _ *smtp.MailOptions) error {
	s.relay.mu.Lock()
	defer s.relay.mu.Unlock()
	s.now.from = from
	return s.relay.mail
}

func (s *relaySession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.relay.mu.Lock()
	defer s.relay.mu.Unlock()
	if err := s.relay.rcpt[to]; err != nil {
		return err
	}
	s.now.to = append(s.now.to, to)
	return nil
}

func (s *relaySession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.relay.mu.Lock()
	defer s.relay.mu.Unlock()
	if s.relay.data != nil {
		return s.relay.data
	}
	s.now.raw = string(raw)
	s.relay.taken = append(s.relay.taken, s.now)
	return nil
}

func (s *relaySession) AuthMechanisms() []string {
	s.relay.mu.Lock()
	defer s.relay.mu.Unlock()
	var all []string
	for name := range s.relay.mechanisms {
		all = append(all, name)
	}
	return all
}

func (s *relaySession) Auth(name string) (sasl.Server, error) {
	s.relay.mu.Lock()
	defer s.relay.mu.Unlock()
	s.relay.signedIn++
	return s.relay.mechanisms[name](), nil
}
