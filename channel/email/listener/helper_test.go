package listener_test

import (
	"bytes"
	"context"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"balie/channel"
	"balie/channel/channeltest"
	"balie/channel/email/delivery"
	"balie/channel/email/letter"
	"balie/channel/email/listener"
	"balie/ground/clock"
	"balie/ground/fault"
)

const desk = "klantenservice@energie-oost.example"

// read is a plain reader: these tests are about the listener, not about reading mail.
func read(raw []byte, _ letter.Options) (letter.Letter, error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return letter.Letter{}, fault.Wrap(fault.Invalid, "email.unreadable", err)
	}
	if len(m.Header["From"]) > 1 {
		return letter.Letter{}, fault.New(fault.Invalid, "email.two_from")
	}
	if m.Header.Get("X-Parts") != "" {
		return letter.Letter{}, fault.New(fault.TooLarge, "email.too_large", "parts", 100)
	}
	if m.Header.Get("X-Break") != "" {
		panic("a reader that breaks")
	}
	var a letter.Letter
	a.Thread.ID = strings.Trim(m.Header.Get("Message-Id"), "<>")
	a.Subject = m.Header.Get("Subject")
	a.From.Address = m.Header.Get("From")
	return a, nil
}

func notice(raw []byte) (channel.Report, bool) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil || m.Header.Get("X-Failed-Message") == "" {
		return channel.Report{}, false
	}
	return channel.Report{MessageID: m.Header.Get("X-Failed-Message"), State: channel.Bounced}, true
}

type place struct {
	desk   *channeltest.Desk
	server *listener.Server
	stop   func() error // stops Run and gives its answer
}

func start(t *testing.T, o listener.Options) *place {
	t.Helper()
	p := &place{desk: channeltest.NewDesk(desk, "info@energie-oost.example")}
	p.desk.Add("hallo@water-west.example", 2)
	if o.SMTP == "" && o.LMTP == "" {
		o.SMTP, o.LMTP = "127.0.0.1:0", "127.0.0.1:0"
	}
	p.server = listener.New(o)
	local := delivery.New(delivery.Options{
		Desk: p.desk, Read: read, Notice: notice,
		Ours: func(id string) bool { return strings.HasPrefix(id, "balie.") },
	})
	if err := p.server.Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.server.Run(ctx, local) }()
	stopped := false
	p.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-ended
	}
	t.Cleanup(func() { _ = p.stop() })
	return p
}

func (p *place) dial(t *testing.T) *smtp.Client {
	t.Helper()
	c, err := smtp.Dial(p.server.Address("smtp"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func (p *place) dialLMTP(t *testing.T) *smtp.Client {
	t.Helper()
	conn, err := net.Dial("tcp", p.server.Address("lmtp"))
	if err != nil {
		t.Fatal(err)
	}
	c := smtp.NewClientLMTP(conn)
	t.Cleanup(func() { c.Close() })
	return c
}

func message(id string, more ...string) string {
	return "From: sanne@klant.example\r\nTo: " + desk + "\r\nSubject: Jaarrekening\r\nMessage-ID: <" + id + ">\r\n" +
		strings.Join(more, "") + "\r\nKlopt mijn jaarrekening?\r\n"
}

func send(c *smtp.Client, from string, to []string, raw string) error {
	return c.SendMail(from, to, strings.NewReader(raw))
}

// refused checks the code and that the answer holds these words.
func refused(t *testing.T, err error, code int, enhanced smtp.EnhancedCode, words ...string) {
	t.Helper()
	said, ok := err.(*smtp.SMTPError)
	if !ok {
		t.Fatalf("the answer was %v, not %d", err, code)
	}
	if said.Code != code || said.EnhancedCode != enhanced {
		t.Errorf("the answer was %d %v, not %d %v (%s)", said.Code, said.EnhancedCode, code, enhanced, said.Message)
	}
	for _, w := range words {
		if !strings.Contains(said.Message, w) {
			t.Errorf("the answer %q does not hold %q", said.Message, w)
		}
	}
}

func within(t *testing.T, d time.Duration, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	tick, stop := clock.System{}.After(d)
	defer stop()
	select {
	case <-done:
	case <-tick:
		t.Fatalf("%s took more than %v", what, d)
	}
}
