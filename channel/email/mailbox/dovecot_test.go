package mailbox_test

import (
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2/imapclient"

	"balie/channel/email/auth"
	"balie/channel/email/mailbox"
	"balie/test/dovecot"
)

func TestARealMailHostIsFetchedOverARestart(t *testing.T) {
	d := dovecot.New(t)
	d.With(func(c *imapclient.Client) error { return c.Create("Klaar", nil).Wait() })
	p := newPlace(t)
	p.list.set(mailbox.Box{
		ID: 12, Address: desk, Host: d.Address, Security: mailbox.Plain, Mechanism: auth.Plain, User: "desk",
		After: mailbox.Move, MoveTo: "Klaar",
	})
	d.Put(message(1))
	p.run()
	p.until("what was there", p.arrived(1))
	d.Put(message(2))
	p.until("what IDLE told", p.arrived(2))
	p.until("both are moved", func() bool { return d.Count("Klaar") == 2 && d.Count("INBOX") == 0 })
	d.Stop()
	p.until("the trouble shows", func() bool { return p.boxes.Status()[0].Problem != "" })
	d.Start()
	d.Put(message(3))
	p.until("what came after the restart", p.arrived(3))
	p.stop()
	d.Put(message(4, "X-Gevuld: "+strings.Repeat("x", 500)+"\r\n") + strings.Repeat("een lange brief\r\n", 100_000))
	p.run()
	p.until("what came while we were away", p.arrived(4))
	if n := p.desk.Again(); n != 0 {
		t.Errorf("%d messages were fetched twice", n)
	}
	for _, a := range p.desk.Arrivals() {
		if a.Problem != "" || a.Via != "imap:12" {
			t.Errorf("problem %q via %q", a.Problem, a.Via)
		}
	}
}

func TestARealMailHostRefusesAWrongPassword(t *testing.T) {
	d := dovecot.New(t)
	p := newPlace(t)
	p.secret = "fout"
	p.list.set(mailbox.Box{
		ID: 12, Address: desk, Host: d.Address, Security: mailbox.Plain, Mechanism: auth.Plain, User: "desk",
	})
	p.run()
	p.until("the refusal shows", func() bool {
		s := p.boxes.Status()
		return len(s) == 1 && s[0].Problem == "email.sign_in_refused"
	})
}
