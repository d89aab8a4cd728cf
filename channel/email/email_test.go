package email_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/jhillyerd/enmime/v2"

	"balie/channel"
	"balie/channel/channeltest"
	"balie/channel/email"
	"balie/channel/email/listener"
	"balie/channel/email/sender"
)

func TestMailPassesTheSuiteOfChannels(t *testing.T) {
	for _, protocol := range []string{"smtp", "lmtp"} {
		t.Run(protocol, func(t *testing.T) {
			channeltest.Run(t, func(t *testing.T, _ *channeltest.Desk) channeltest.Subject { return subject(t, protocol) })
		})
	}
}

func subject(t *testing.T, protocol string) channeltest.Subject {
	remote := newRemote(t)
	c := email.Config{Sender: sender.Options{Relay: remote.address}}
	if protocol == "smtp" {
		c.Listener = listener.Options{SMTP: "127.0.0.1:0"}
	} else {
		c.Listener = listener.Options{LMTP: "127.0.0.1:0"}
	}
	a := email.New(c)
	if err := a.Listen(); err != nil {
		t.Fatal(err)
	}
	return channeltest.Subject{
		Adapter: a, Address: channeltest.DeskAddress, Remote: remote,
		Deliver: func(ctx context.Context, m channeltest.Message) (channeltest.Answer, error) {
			return deliver(ctx, a.Address(protocol), protocol, m)
		},
	}
}

// deliver is a mail server outside that hands over one message.
func deliver(ctx context.Context, address, protocol string, m channeltest.Message) (channeltest.Answer, error) {
	raw, err := customerMail(m)
	if err != nil {
		return "", err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return "", err
	}
	c := smtp.NewClient(conn)
	if protocol == "lmtp" {
		c = smtp.NewClientLMTP(conn)
	}
	defer c.Close()
	err = c.SendMail(m.From.Address, []string{m.To}, bytes.NewReader(raw))
	var each smtp.LMTPDataError
	if errors.As(err, &each) {
		err = each[m.To]
	}
	var said *smtp.SMTPError
	switch {
	case err == nil:
		return channeltest.Taken, nil
	case !errors.As(err, &said):
		return "", err
	case said.Code >= 500:
		return channeltest.Refused, nil
	default:
		return channeltest.TryLater, nil
	}
}

// customerMail is written by another library than the one that reads it here.
func customerMail(m channeltest.Message) ([]byte, error) {
	b := enmime.Builder().From(m.From.Name, m.From.Address).To("", m.To).Subject(m.Subject).Text([]byte(m.Text)).
		Header("Message-ID", "<"+m.ID+"@klant.example>").
		Date(time.Date(2026, 11, 12, 9, 0, 0, 0, time.UTC))
	for _, f := range m.Files {
		b = b.AddAttachment(f.Data, f.Type, f.Name)
	}
	part, err := b.Build()
	if err != nil {
		return nil, err
	}
	var raw bytes.Buffer
	err = part.Encode(&raw)
	return raw.Bytes(), err
}

// remote is the relay outside.
type remote struct {
	t       *testing.T
	address string

	mu       sync.Mutex
	server   *smtp.Server
	port     net.Listener
	answer   channeltest.Answer
	received []channeltest.Message
}

func newRemote(t *testing.T) *remote {
	r := &remote{t: t, address: "127.0.0.1:0", answer: channeltest.Taken}
	r.up()
	t.Cleanup(func() { r.Behave(channeltest.Away) })
	return r
}

func (r *remote) up() {
	l, err := net.Listen("tcp", r.address)
	if err != nil {
		r.t.Fatal(err)
	}
	r.port, r.address = l, l.Addr().String()
	r.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &remoteSession{r}, nil }))
	server := r.server
	go func() { _ = server.Serve(l) }()
}

// Behave makes the relay answer like this from now on.
func (r *remote) Behave(a channeltest.Answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if a == channeltest.Away && r.server != nil {
		r.port.Close()
		r.server.Close()
		r.server = nil
	}
	if a != channeltest.Away && r.server == nil {
		r.up()
	}
	r.answer = a
}

// Received is what the relay took.
func (r *remote) Received() []channeltest.Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]channeltest.Message(nil), r.received...)
}

type remoteSession struct{ remote *remote }

func (s *remoteSession) Reset()                               {}
func (s *remoteSession) Logout() error                        { return nil }
func (s *remoteSession) Mail(string, *smtp.MailOptions) error { return nil }

func (s *remoteSession) Rcpt(string, *smtp.RcptOptions) error {
	s.remote.mu.Lock()
	defer s.remote.mu.Unlock()
	switch s.remote.answer {
	case channeltest.TryLater:
		return &smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 2, 1}, Message: "later"}
	case channeltest.Refused:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "nobody here"}
	default:
		return nil
	}
}

func (s *remoteSession) Data(r io.Reader) error {
	e, err := enmime.ReadEnvelope(r)
	if err != nil {
		return err
	}
	m := channeltest.Message{Subject: e.GetHeader("Subject"), Text: e.Text}
	if from, err := e.AddressList("From"); err == nil {
		m.From = channel.Person{Name: from[0].Name, Address: from[0].Address}
	}
	for _, p := range e.Attachments {
		m.Files = append(m.Files, channel.File{Name: p.FileName, Type: strings.ToLower(p.ContentType), Data: p.Content})
	}
	s.remote.mu.Lock()
	defer s.remote.mu.Unlock()
	s.remote.received = append(s.remote.received, m)
	return nil
}
