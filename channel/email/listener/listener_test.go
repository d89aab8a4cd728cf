package listener_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"balie/channel"
	"balie/channel/email/listener"
	"balie/ground/fault"
)

const sender = "sanne@klant.example"

func TestMailForADeskAddressArrives(t *testing.T) {
	p := start(t, listener.Options{})
	if err := send(p.dial(t), sender, []string{desk}, message("1@klant.example")); err != nil {
		t.Fatal(err)
	}
	all := p.desk.Arrivals()
	if len(all) != 1 {
		t.Fatalf("the desk has %d arrivals", len(all))
	}
	a := all[0]
	if a.Org != 1 || a.Channel != channel.Email || a.Via != "smtp" || a.To != desk || a.Key == "" || a.At.IsZero() {
		t.Errorf("not filled in: %+v", a)
	}
	if string(a.Raw) != message("1@klant.example") {
		t.Errorf("the raw message changed on the way: %q", a.Raw)
	}
}

func TestUnknownAddressIsRefusedAtRcpt(t *testing.T) {
	p := start(t, listener.Options{})
	c := p.dial(t)
	if err := c.Mail(sender, nil); err != nil {
		t.Fatal(err)
	}
	refused(t, c.Rcpt("iemand@energie-oost.example", nil), 550, smtp.EnhancedCode{5, 1, 1},
		"iemand@energie-oost.example", "Check how it is written")
}

func TestMailForElsewhereIsNotRelayed(t *testing.T) {
	p := start(t, listener.Options{})
	for _, to := range []string{
		"x@elders.example", "x%elders.example@energie-oost.example", "klantenservice@energie-oost.example.elders.example",
		"elders.example!klantenservice@energie-oost.example",
	} {
		c := p.dial(t)
		if err := c.Mail("klantenservice@energie-oost.example", nil); err != nil {
			t.Fatal(err)
		}
		refused(t, c.Rcpt(to, nil), 550, smtp.EnhancedCode{5, 1, 1})
	}
}

func TestDeskAwayMeansTryLater(t *testing.T) {
	p := start(t, listener.Options{})
	c := p.dial(t)
	p.desk.Fail(fault.New(fault.Unavailable, "sqldb.disk_full"))
	if err := c.Mail(sender, nil); err != nil {
		t.Fatal(err)
	}
	refused(t, c.Rcpt(desk, nil), 451, smtp.EnhancedCode{4, 3, 0})
	p.desk.Fail(nil)
	if err := c.Rcpt(desk, nil); err != nil {
		t.Fatal(err)
	}
	p.desk.Fail(fault.New(fault.Unavailable, "sqldb.disk_full"))
	refused(t, data(c, message("2@klant.example")), 451, smtp.EnhancedCode{4, 3, 0}, "Try again later")
	p.desk.Fail(nil)
	if n := len(p.desk.Arrivals()); n != 0 {
		t.Fatalf("%d arrivals while the answer was 451", n)
	}
	if err := send(c, sender, []string{desk}, message("2@klant.example")); err != nil {
		t.Fatal(err)
	}
	if n := len(p.desk.Arrivals()); n != 1 {
		t.Fatalf("%d arrivals after the second try", n)
	}
}

func data(c *smtp.Client, raw string) error {
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, raw); err != nil {
		return err
	}
	return w.Close()
}

func TestWhatTheDeskWillNeverTakeIsRefusedForGood(t *testing.T) {
	p := start(t, listener.Options{})
	p.desk.Judge(func(channel.Arrival) error { return fault.New(fault.Invalid, "conversation.empty") })
	refused(t, send(p.dial(t), sender, []string{desk}, message("3@klant.example")), 554, smtp.EnhancedCode{5, 6, 0})
}

func TestTwoFromHeadersAreRefused(t *testing.T) {
	p := start(t, listener.Options{})
	raw := message("4@klant.example", "From: ander@klant.example\r\n")
	refused(t, send(p.dial(t), sender, []string{desk}, raw), 550, smtp.EnhancedCode{5, 6, 0}, "more than one sender")
	if n := len(p.desk.Arrivals()); n != 0 {
		t.Fatalf("%d arrivals", n)
	}
}

func TestAMessageOverTheLimitIsRefusedWithTheLimitNamed(t *testing.T) {
	p := start(t, listener.Options{MaxMessage: 2 << 20})
	big := message("5@klant.example") + strings.Repeat("0123456789abcdef\r\n", 3<<20/18)
	c := p.dial(t)
	refused(t, c.Mail(sender, &smtp.MailOptions{Size: int64(len(big))}), 552, smtp.EnhancedCode{5, 3, 4}, "2 MiB", "2097152")
	refused(t, send(c, sender, []string{desk}, big), 552, smtp.EnhancedCode{5, 3, 4}, "2 MiB")
	if err := send(c, sender, []string{desk}, message("6@klant.example")); err != nil {
		t.Fatalf("the next message on the connection: %v", err)
	}
	if n := len(p.desk.Arrivals()); n != 1 {
		t.Fatalf("%d arrivals", n)
	}
}

func TestALimitInsideTheMessageIsNamed(t *testing.T) {
	p := start(t, listener.Options{})
	raw := message("7@klant.example", "X-Parts: 5000\r\n")
	refused(t, send(p.dial(t), sender, []string{desk}, raw), 552, smtp.EnhancedCode{5, 3, 4}, "Parts: 100")
}

func TestAReaderThatBreaksKeepsTheMessageRaw(t *testing.T) {
	p := start(t, listener.Options{})
	if err := send(p.dial(t), sender, []string{desk}, message("8@klant.example", "X-Break: yes\r\n")); err != nil {
		t.Fatal(err)
	}
	a := p.desk.Arrivals()[0]
	if a.Problem != "email.unreadable" || !strings.Contains(string(a.Raw), "X-Break") {
		t.Errorf("not kept raw: problem %q", a.Problem)
	}
}

func TestADeskThatBreaksMeansTryLater(t *testing.T) {
	p := start(t, listener.Options{})
	p.desk.Before(func(channel.Arrival) { panic("broken desk") })
	c := p.dial(t)
	refused(t, send(c, sender, []string{desk}, message("9@klant.example")), 451, smtp.EnhancedCode{4, 3, 0})
	p.desk.Before(nil)
	if err := send(c, sender, []string{desk}, message("9@klant.example")); err != nil {
		t.Fatal(err)
	}
}

func TestTheTokenOfAReplyAddressComesAlong(t *testing.T) {
	p := start(t, listener.Options{})
	if err := send(p.dial(t), sender, []string{"Klantenservice+AbC-123@Energie-Oost.example"}, message("10@klant.example")); err != nil {
		t.Fatal(err)
	}
	if a := p.desk.Arrivals()[0]; a.Thread.Token != "AbC-123" || a.To != desk {
		t.Errorf("token %q, to %q", a.Thread.Token, a.To)
	}
}

func TestEachDeskAddressGetsItsOwnCopy(t *testing.T) {
	p := start(t, listener.Options{})
	to := []string{desk, "hallo@water-west.example", desk, "klantenservice+T@energie-oost.example"}
	if err := send(p.dial(t), sender, to, message("11@klant.example")); err != nil {
		t.Fatal(err)
	}
	all := p.desk.Arrivals()
	if len(all) != 2 || all[0].Org == all[1].Org || all[0].Key == all[1].Key {
		t.Fatalf("%d arrivals", len(all))
	}
}

func TestTheSameMessageByAnotherRouteIsTheSame(t *testing.T) {
	p := start(t, listener.Options{})
	c := p.dial(t)
	for i := range 5 {
		raw := fmt.Sprintf("Received: from hop%d.example; Sat, 21 Nov 2026 10:00:0%d +0000\r\n", i, i) + message("12@klant.example")
		if err := send(c, sender, []string{desk}, raw); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(p.desk.Arrivals()); n != 1 || p.desk.Again() != 4 {
		t.Fatalf("%d copies, %d times again", n, p.desk.Again())
	}
}

func TestALMTPClientHearsAboutEachRecipient(t *testing.T) {
	p := start(t, listener.Options{})
	p.desk.Before(func(a channel.Arrival) {
		if a.Org == 2 {
			panic("only the second organisation is in trouble")
		}
	})
	err := send(p.dialLMTP(t), sender, []string{desk, "hallo@water-west.example"}, message("13@klant.example"))
	var each smtp.LMTPDataError
	if !errors.As(err, &each) || len(each) != 1 || each["hallo@water-west.example"] == nil {
		t.Fatalf("the answers: %v", err)
	}
	refused(t, each["hallo@water-west.example"], 451, smtp.EnhancedCode{4, 3, 0})
	if all := p.desk.Arrivals(); len(all) != 1 || all[0].Via != "lmtp" {
		t.Fatalf("arrivals: %d", len(all))
	}
}

func TestABounceOfOurMailIsReported(t *testing.T) {
	p := start(t, listener.Options{})
	raw := message("14@mx.example", "X-Failed-Message: balie.77@energie-oost.example\r\n")
	if err := send(p.dial(t), "", []string{desk}, raw); err != nil {
		t.Fatal(err)
	}
	if len(p.desk.Reports()) != 1 || len(p.desk.Arrivals()) != 0 {
		t.Fatalf("%d reports, %d arrivals", len(p.desk.Reports()), len(p.desk.Arrivals()))
	}
}

func TestABounceOfSomebodyElsesMailIsAMessageFromAMachine(t *testing.T) {
	p := start(t, listener.Options{})
	raw := message("15@mx.example", "X-Failed-Message: 99@elders.example\r\n")
	if err := send(p.dial(t), "", []string{desk}, raw); err != nil {
		t.Fatal(err)
	}
	if all := p.desk.Arrivals(); len(all) != 1 || !all[0].Auto || len(p.desk.Reports()) != 0 {
		t.Fatalf("%d arrivals", len(all))
	}
}

func TestOurOwnMailComingBackIsDropped(t *testing.T) {
	p := start(t, listener.Options{})
	if err := send(p.dial(t), sender, []string{desk}, message("balie.78@energie-oost.example")); err != nil {
		t.Fatal(err)
	}
	if n := len(p.desk.Arrivals()); n != 0 {
		t.Fatalf("%d arrivals of a loop", n)
	}
}

func TestOneSourceCannotTakeAllConnections(t *testing.T) {
	// Loopback is trusted, so the total is what is tried here; per source is tried on the gate itself.
	p := start(t, listener.Options{Limits: listener.Limits{Connections: 2}})
	for range 2 {
		if err := p.dial(t).Hello("klant.example"); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, p.dial(t).Hello("klant.example"), 421, smtp.EnhancedCode{4, 7, 0}, "Too many connections")
}

func TestAConnectionHasALimitOfCommands(t *testing.T) {
	p := start(t, listener.Options{Limits: listener.Limits{Commands: 20}})
	c := p.dial(t)
	var err error
	n := 0
	for ; n < 100 && err == nil; n++ {
		err = c.Noop()
	}
	if err == nil || n > 21 {
		t.Fatalf("%d commands were answered", n)
	}
}

func TestGuessingAddressesStopsBeingAnswered(t *testing.T) {
	p := start(t, listener.Options{})
	c := p.dial(t)
	if err := c.Mail(sender, nil); err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		_ = c.Rcpt(fmt.Sprintf("gok%d@energie-oost.example", i), nil)
	}
	refused(t, c.Rcpt(desk, nil), 451, smtp.EnhancedCode{4, 3, 0}, "Too many unknown addresses")
}

func TestMessagesComingInAtOnceHaveALimitOfMemory(t *testing.T) {
	p := start(t, listener.Options{MaxMessage: 4 << 20, MaxMemory: 1 << 20})
	big := message("16@klant.example") + strings.Repeat("0123456789abcdef\r\n", 2<<20/18)
	refused(t, send(p.dial(t), sender, []string{desk}, big), 451, smtp.EnhancedCode{4, 3, 0}, "too much mail")
	if err := send(p.dial(t), sender, []string{desk}, message("17@klant.example")); err != nil {
		t.Fatalf("the room was not given back: %v", err)
	}
}

func TestWhenOneRecipientCanBeTriedAgainTheSenderDoesSo(t *testing.T) {
	p := start(t, listener.Options{})
	p.desk.Judge(func(a channel.Arrival) error {
		if a.Org == 2 {
			return fault.New(fault.Unavailable, "sqldb.away")
		}
		return fault.New(fault.Invalid, "conversation.empty")
	})
	for _, to := range [][]string{{desk, "hallo@water-west.example"}, {"hallo@water-west.example", desk}} {
		refused(t, send(p.dial(t), sender, to, message("21@klant.example")), 451, smtp.EnhancedCode{4, 3, 0})
	}
	p.desk.Judge(func(a channel.Arrival) error {
		if a.Org == 2 {
			return fault.New(fault.Invalid, "conversation.empty")
		}
		return nil
	})
	refused(t, send(p.dial(t), sender, []string{desk, "hallo@water-west.example"}, message("21@klant.example")), 554, smtp.EnhancedCode{5, 6, 0})
}
