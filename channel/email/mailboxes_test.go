package email_test

import (
	"context"
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

	"balie/channel"
	"balie/channel/channeltest"
	"balie/channel/email"
	"balie/channel/email/auth"
	"balie/channel/email/listener"
	"balie/channel/email/mailbox"
	"balie/ground/fault"
	"balie/ground/ident"
)

type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// imapHost is a mail host with one message in it.
func imapHost(t *testing.T, raw string) string {
	t.Helper()
	user := imapmemserver.NewUser("desk", "geheim")
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := user.Append("INBOX", literal{strings.NewReader(raw)}, &imap.AppendOptions{}); err != nil {
		t.Fatal(err)
	}
	memory := imapmemserver.New()
	memory.AddUser(user)
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		InsecureAuth: true, Logger: log.New(io.Discard, "", 0),
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { l.Close(); server.Close() })
	return l.Addr().String()
}

type marks struct {
	mu sync.Mutex
	at map[ident.Row]mailbox.Mark
}

func (m *marks) Load(_ context.Context, id ident.Row) (mailbox.Mark, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.at[id], nil
}

func (m *marks) Save(_ context.Context, id ident.Row, mark mailbox.Mark) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at[id] = mark
	return nil
}

type boxes []mailbox.Box

func (b boxes) Mailboxes(context.Context) ([]mailbox.Box, error) { return b, nil }

func TestTheSameMailByMailboxAndByListenerIsOne(t *testing.T) {
	m := channeltest.Message{ID: "1", To: channeltest.DeskAddress, Subject: "Jaarrekening", Text: "Klopt dit?"}
	m.From.Address = "sanne@klant.example"
	raw, err := customerMail(m)
	if err != nil {
		t.Fatal(err)
	}
	a := email.New(email.Config{
		Listener: listener.Options{SMTP: "127.0.0.1:0"},
		Mailbox: mailbox.Options{
			Memory: &marks{at: map[ident.Row]mailbox.Mark{}},
			Secret: func(context.Context, mailbox.Box) (string, error) { return "geheim", nil },
		},
		Mailboxes: boxes{{
			ID: 3, Address: channeltest.DeskAddress, Host: imapHost(t, string(raw)), Security: mailbox.Plain,
			Mechanism: auth.Plain, User: "desk",
		}},
	})
	if err := a.Listen(); err != nil {
		t.Fatal(err)
	}
	desk := channeltest.NewDesk(channeltest.DeskAddress)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.Run(running, desk) }()
	if err := desk.Wait(ctx, func() bool { return len(desk.Arrivals()) == 1 }); err != nil {
		t.Fatalf("nothing came from the mailbox: %v, %+v", err, a.Mailboxes())
	}
	if got, err := deliver(ctx, a.Address("smtp"), "smtp", m); err != nil || got != channeltest.Taken {
		t.Fatal(got, err)
	}
	if len(desk.Arrivals()) != 1 || desk.Again() != 1 {
		t.Errorf("%d copies, %d times again", len(desk.Arrivals()), desk.Again())
	}
	if s := a.Mailboxes(); len(s) != 1 || s[0].Heard.IsZero() {
		t.Errorf("status %+v", s)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run ended with %v", err)
	}
}

func TestWithoutARelayMailStaysInTheOutbox(t *testing.T) {
	a := email.New(email.Config{})
	if err := a.Send(t.Context(), channel.Outgoing{ID: 1}); !fault.Is(err, fault.Unavailable) || fault.Of(err).Key != "email.no_relay" {
		t.Errorf("%v", err)
	}
}

func TestAListenerThatCannotListenStopsTheChannel(t *testing.T) {
	first := email.New(email.Config{Listener: listener.Options{SMTP: "127.0.0.1:0"}})
	if err := first.Listen(); err != nil {
		t.Fatal(err)
	}
	second := email.New(email.Config{Listener: listener.Options{SMTP: first.Address("smtp")}})
	if err := second.Run(t.Context(), channeltest.NewDesk()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("%v", err)
	}
}
