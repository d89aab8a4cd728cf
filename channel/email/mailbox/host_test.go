package mailbox_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-sasl"

	"balie/channel/channeltest"
	"balie/channel/email/auth"
	"balie/channel/email/delivery"
	"balie/channel/email/mailbox"
	"balie/ground/clock"
	"balie/ground/ident"
)

const desk = "klantenservice@energie-oost.example"

// host is a mail host that can be cut off, taken away and brought back.
type host struct {
	t       *testing.T
	user    *imapmemserver.User
	address string
	server  *imapserver.Server
	port    net.Listener

	mu     sync.Mutex
	lines  []net.Conn // our ends
	dials  int
	deaf   bool // IDLE tells nothing
	broken map[uint32]int
}

func newHost(t *testing.T) *host {
	h := &host{t: t, user: imapmemserver.NewUser("desk", "geheim"), broken: map[uint32]int{}}
	for _, folder := range []string{"INBOX", "Klaar"} {
		if err := h.user.Create(folder, nil); err != nil {
			t.Fatal(err)
		}
	}
	h.up()
	t.Cleanup(h.down)
	return h
}

func (h *host) up() {
	h.t.Helper()
	address := h.address
	if address == "" {
		address = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		h.t.Fatal(err)
	}
	h.port, h.address = l, l.Addr().String()
	h.server = imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &hostSession{UserSession: imapmemserver.NewUserSession(h.user), host: h}, nil, nil
		},
		Caps: imap.CapSet{
			imap.CapIMAP4rev1: {}, imap.CapUIDPlus: {}, imap.CapMove: {}, imap.CapIdle: {},
			"SASL-IR": {}, "AUTH=XOAUTH2": {}, "AUTH=PLAIN": {},
		},
		InsecureAuth: true,
		Logger:       log.New(io.Discard, "", 0),
	})
	server := h.server
	go func() { _ = server.Serve(l) }()
}

func (h *host) down() {
	h.port.Close() // the server may not have begun to listen yet, and then would not close it
	h.server.Close()
}

// dial is how our side reaches the host; it remembers the lines so that a test can cut them.
func (h *host) dial(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := (&net.Dialer{}).DialContext(ctx, network, address)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dials++
	if err == nil {
		h.lines = append(h.lines, c)
	}
	return c, err
}

func (h *host) dialled() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.dials
}

func (h *host) cut() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.lines {
		c.Close()
	}
	h.lines = nil
}

type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

func (h *host) put(raw string) {
	h.t.Helper()
	if _, err := h.user.Append("INBOX", literal{strings.NewReader(raw)}, &imap.AppendOptions{}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *host) count(folder string) uint32 {
	h.t.Helper()
	data, err := h.user.Status(folder, &imap.StatusOptions{NumMessages: true})
	if err != nil {
		h.t.Fatal(err)
	}
	return *data.NumMessages
}

type hostSession struct {
	*imapmemserver.UserSession
	host *host
}

// Idle tells what is new until it is stopped. The server's own waits for the next change, and would keep to itself what
// changed between the command before and this one.
func (s *hostSession) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	for {
		if err := s.Poll(w, true); err != nil {
			return err
		}
		tick, end := clock.System{}.After(5 * time.Millisecond)
		select {
		case <-stop:
			end()
			return nil
		case <-tick:
		}
	}
}

// Poll of a deaf host tells nothing after other commands either.
func (s *hostSession) Poll(w *imapserver.UpdateWriter, expunge bool) error {
	s.host.mu.Lock()
	deaf := s.host.deaf
	s.host.mu.Unlock()
	if deaf {
		return nil
	}
	return s.UserSession.Poll(w, expunge)
}

// Fetch hangs up in the middle of a message that is marked as broken.
func (s *hostSession) Fetch(w *imapserver.FetchWriter, set imap.NumSet, o *imap.FetchOptions) error {
	s.host.mu.Lock()
	for uid, times := range s.host.broken {
		if uids, ok := set.(imap.UIDSet); ok && uids.Contains(imap.UID(uid)) && times > 0 {
			s.host.broken[uid]--
			s.host.mu.Unlock()
			s.host.cut()
			return errors.New("hung up")
		}
	}
	s.host.mu.Unlock()
	return s.UserSession.Fetch(w, set, o)
}

func (s *hostSession) AuthenticateMechanisms() []string { return []string{"PLAIN", "XOAUTH2"} }

func (s *hostSession) Authenticate(mechanism string) (sasl.Server, error) {
	if mechanism == "XOAUTH2" {
		return &tokenServer{session: s}, nil
	}
	return sasl.NewPlainServer(func(_, user, word string) error { return s.Login(user, word) }), nil
}

// tokenServer refuses as the large providers do: a reason first, and "no" after an answer of one byte.
type tokenServer struct {
	session *hostSession
	refused bool
}

func (t *tokenServer) Next(r []byte) ([]byte, bool, error) {
	if t.refused {
		if string(r) != "\x01" {
			return nil, true, fmt.Errorf("the refusal was answered with %q", r)
		}
		return nil, true, &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeAuthenticationFailed, Text: "token expired"}
	}
	if string(r) != "user=desk\x01auth=Bearer geheim\x01\x01" {
		t.refused = true
		return []byte(`{"status":"400"}`), false, nil
	}
	return nil, true, t.session.Login("desk", "geheim")
}

// memory keeps the marks over a "restart" of a test.
type memory struct {
	mu    sync.Mutex
	marks map[ident.Row]mailbox.Mark
	err   error
}

func (m *memory) Load(_ context.Context, id ident.Row) (mailbox.Mark, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.marks[id], m.err
}

func (m *memory) Save(_ context.Context, id ident.Row, mark mailbox.Mark) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err == nil {
		m.marks[id] = mark
	}
	return m.err
}

func (m *memory) get() mailbox.Mark {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.marks[12]
}

// list is a source that a test can change.
type list struct {
	mu    sync.Mutex
	boxes []mailbox.Box
}

func (l *list) Mailboxes(context.Context) ([]mailbox.Box, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]mailbox.Box(nil), l.boxes...), nil
}

func (l *list) set(boxes ...mailbox.Box) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.boxes = boxes
}

type place struct {
	t      *testing.T
	host   *host
	desk   *channeltest.Desk
	memory *memory
	list   *list
	clock  clock.Clock
	secret string
	max    int64
	boxes  *mailbox.Boxes
	stop   func()
}

func newPlace(t *testing.T) *place {
	h := newHost(t)
	p := &place{
		t: t, host: h, desk: channeltest.NewDesk(desk), memory: &memory{marks: map[ident.Row]mailbox.Mark{}},
		list: &list{}, clock: clock.System{}, secret: "geheim",
	}
	p.list.set(p.box())
	return p
}

func (p *place) box() mailbox.Box {
	return mailbox.Box{
		ID: 12, Address: desk, Host: p.host.address, Security: mailbox.Plain, Mechanism: auth.Plain, User: "desk",
	}
}

// run starts fetching; calling it again after stop is a restart of the program.
func (p *place) run() {
	p.boxes = mailbox.New(mailbox.Options{
		Memory: p.memory, Clock: p.clock, Dial: p.host.dial, MaxMessage: p.max,
		Secret: func(context.Context, mailbox.Box) (string, error) { return p.secret, nil },
	})
	local := delivery.New(delivery.Options{Desk: p.desk, Clock: p.clock})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.boxes.Run(ctx, p.list, local) }()
	var once sync.Once
	p.stop = func() {
		once.Do(func() {
			cancel()
			if err := <-ended; err != nil {
				p.t.Errorf("Run ended with %v", err)
			}
		})
	}
	p.t.Cleanup(p.stop)
}

// waiting is how many wait for the clock when nobody is at work: whoever looks after the list, and the mailbox.
const waiting = 2

// until waits for what must come true. A hand clock is moved on meanwhile, a second at a time, and stands still while a
// mailbox is at work, however slow the machine is; but never for good.
func (p *place) until(what string, ok func() bool) {
	p.t.Helper()
	for i := range 9000 {
		if ok() {
			return
		}
		if hand, is := p.clock.(*clock.Hand); is && (hand.Waiting() >= waiting || i%200 == 199) {
			hand.Advance(time.Second)
		}
		_ = clock.System{}.Sleep(context.Background(), 10*time.Millisecond)
	}
	p.t.Fatalf("never: %s; status %+v, %d arrivals, mark %+v", what, p.boxes.Status(), len(p.desk.Arrivals()), p.memory.get())
}

func (p *place) arrived(n int) func() bool {
	return func() bool { return len(p.desk.Arrivals()) == n }
}

func (p *place) remembered(uid uint32) func() bool {
	return func() bool { return p.memory.get().Next == uid+1 }
}

func message(n int, more ...string) string {
	return fmt.Sprintf("From: Sanne <sanne@klant.example>\r\nTo: %s\r\nSubject: Vraag %d\r\nDate: Thu, 12 Nov 2026 10:00:00 +0100\r\n"+
		"Message-ID: <%d@klant.example>\r\n%s\r\nDit is vraag %d.\r\n", desk, n, n, strings.Join(more, ""), n)
}
