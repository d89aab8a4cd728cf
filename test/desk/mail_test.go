package desk_test

import (
	"io"
	"net"
	"net/mail"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	"balie/domain/org"
	"balie/ground/config"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
	"balie/test/desk"
	"balie/test/dovecot"
	"balie/test/engine"
)

func TestMailFromAMailboxTakesTheSameWalk(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		host := dovecot.New(t)
		name, port, _ := net.SplitHostPort(host.Address)
		n, _ := strconv.Atoi(port)
		first := desk.Compose(sanne, desk.Address, "Vraag", "Van voor het begin: kievit.", "Message-ID: <een@post.example>")
		host.Put(string(first))
		d := desk.Open(t, at, desk.Setup{Config: func(c *config.Config) {
			c.OutsideAllow = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} // the host of this test is on this machine
		}})
		if err := d.App.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := d.App.Flow.Org.SaveMailbox(tx, org.By{Org: d.Org, Actor: ledger.Desk}, org.Mailbox{
				Address: desk.Address, Host: name, Port: n, TLS: org.Plain, User: dovecot.User, Auth: org.Password, Active: true,
				Credentials: org.Credentials{Password: secret.New(dovecot.Password)},
			})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		d.App.MailboxesChanged()
		found := func(word string) func() bool {
			return func() bool { return len(d.Ask(desk.Maaike, 200, "GET", "/cases?q="+word, nil).List("cases")) == 1 }
		}
		d.Eventually("the mail that was there", found("kievit"))
		host.Put(string(desk.Compose(sanne, desk.Address, "Re: Vraag", "Terwijl we luisteren: grutto.", "Message-ID: <twee@post.example>", "In-Reply-To: <een@post.example>")))
		d.Eventually("the mail that came", found("grutto"))
		if a, b := d.Case("kievit"), d.Case("grutto"); a.Text("id") != b.Text("id") {
			t.Error("an answer to itself is another case")
		}
		// The same mail by the other way in is the same mail.
		if err := d.Raw(sanne, desk.Address, first); err != nil {
			t.Fatal(err)
		}
		messages := 0
		for _, kind := range kinds(d.Case("kievit")) {
			if kind == "message" {
				messages++
			}
		}
		if messages != 2 {
			t.Errorf("%d messages, want 2", messages)
		}
	})
}

// relay is the mail server that carries our mail out. It can say no for a while.
type relay struct {
	mu      sync.Mutex
	busy    int // how many times it asks to come back later
	letters []*mail.Message
	bodies  []string
	to      []string
	from    []string
}

func newRelay(t *testing.T) (*relay, string) {
	t.Helper()
	r := &relay{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &relaySession{r: r}, nil }))
	s.Domain = "relay.example"
	go s.Serve(l) //nolint:errcheck // ends when it is closed
	t.Cleanup(func() { s.Close() })
	return r, l.Addr().String()
}

func (r *relay) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.letters)
}

type relaySession struct {
	r        *relay
	from, to string
}

func (s *relaySession) Reset()        {}
func (s *relaySession) Logout() error { return nil }
func (s *relaySession) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *relaySession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	if strings.HasPrefix(to, "weg@") {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	}
	return nil
}

func (s *relaySession) Data(body io.Reader) error {
	m, err := mail.ReadMessage(body)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(m.Body)
	if err != nil {
		return err
	}
	s.r.mu.Lock()
	defer s.r.mu.Unlock()
	if s.r.busy > 0 {
		s.r.busy--
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "come back later"}
	}
	s.r.letters, s.r.bodies = append(s.r.letters, m), append(s.r.bodies, string(text))
	s.r.to, s.r.from = append(s.r.to, s.to), append(s.r.from, s.from)
	return nil
}

func TestAnAnswerGoesOutAndTheReplyComesBack(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		r, address := newRelay(t)
		d := desk.Open(t, at, desk.Setup{Config: func(c *config.Config) {
			c.Relay = config.Relay{Host: address, TLS: config.TLSNone}
		}})
		if err := d.Mail("Sanne de Vries <"+sanne+">", "Mijn vraag", "Wat is een slobeend?", "Message-ID: <een@post.example>"); err != nil {
			t.Fatal(err)
		}
		d.Eventually("the receipt", func() bool { return r.count() == 1 })
		if r.from[0] != "" || r.letters[0].Header.Get("Auto-Submitted") != "auto-replied" {
			t.Errorf("the receipt comes from %q, %v", r.from[0], r.letters[0].Header)
		}
		path := "/cases/" + d.Case("slobeend").Text("id")
		d.Ask(desk.Maaike, 200, "POST", path+"/messages", map[string]string{"text": "Een eend met een **brede** snavel."})
		d.Eventually("the answer", func() bool { return r.count() == 2 })
		answer := r.letters[1].Header
		if r.from[1] == "" || answer.Get("In-Reply-To") != "<een@post.example>" || answer.Get("Auto-Submitted") != "" {
			t.Errorf("the answer comes from %q: %v", r.from[1], answer)
		}
		d.Eventually("it says sent", func() bool { return d.MailTo(sanne, 2).Text("state") == "sent" })
		reply, err := mail.ParseAddress(answer.Get("Reply-To"))
		if err != nil {
			t.Fatal(err)
		}
		// A mail program that keeps no header at all: the address alone leads back.
		if err := d.Raw(sanne, reply.Address, desk.Compose(sanne, reply.Address, "geen onderwerp", "Dank, ook voor de tafeleend.")); err != nil {
			t.Fatal(err)
		}
		if got := "/cases/" + d.Case("tafeleend").Text("id"); got != path {
			t.Error("the reply is another case")
		}
	})
}

func TestAMailThatCannotBeDeliveredIsToldToTheAgent(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		_, address := newRelay(t)
		d := desk.Open(t, at, desk.Setup{Config: func(c *config.Config) {
			c.Relay = config.Relay{Host: address, TLS: config.TLSNone}
		}})
		if err := d.Mail("weg@post.example", "Vraag", "Hoe heet een fuut?"); err != nil {
			t.Fatal(err)
		}
		path := "/cases/" + d.Case("fuut").Text("id")
		d.Ask(desk.Maaike, 200, "POST", path+"/messages", map[string]string{"text": "Fuut."})
		d.Eventually("the timeline says so", func() bool {
			return strings.Contains(strings.Join(kinds(d.Ask(desk.Maaike, 200, "GET", path, nil)), " "), "bounced")
		})
		d.Eventually("the outbox says why", func() bool {
			m := d.MailTo("weg@post.example", 2)
			return m.Text("state") == "failed" && strings.Contains(m.Text("reason"), "no such mailbox")
		})
	})
}
