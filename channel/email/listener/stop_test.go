package listener_test

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"balie/channel"
	"balie/channel/email/listener"
	"balie/ground/clock"
	"balie/ground/fault"
)

func TestStoppingFinishesTheMessageThatIsComingIn(t *testing.T) {
	p := start(t, listener.Options{})
	idle, busy := p.dial(t), p.dial(t)
	if err := idle.Hello("klant.example"); err != nil {
		t.Fatal(err)
	}
	stored, go_ := make(chan struct{}), make(chan struct{})
	p.desk.Before(func(channel.Arrival) { close(stored); <-go_ })
	answer := make(chan error, 1)
	go func() { answer <- send(busy, sender, []string{desk}, message("18@klant.example")) }()
	<-stored
	ended := make(chan error, 1)
	go func() { ended <- p.stop() }()
	if err := idle.Noop(); err == nil {
		t.Log("the idle connection had one more answer")
	}
	close(go_)
	if err := <-answer; err != nil {
		t.Errorf("the message under way was answered %v", err)
	}
	within(t, 10*time.Second, "stopping", func() {
		if err := <-ended; err != nil {
			t.Errorf("Run ended with %v", err)
		}
	})
	if n := len(p.desk.Arrivals()); n != 1 {
		t.Errorf("%d arrivals", n)
	}
	if _, err := net.Dial("tcp", p.server.Address("smtp")); err == nil {
		t.Error("still listening after the stop")
	}
}

func TestStoppingDoesNotWaitForASenderThatStalls(t *testing.T) {
	p := start(t, listener.Options{Drain: 200 * time.Millisecond})
	c := p.dial(t)
	w := begin(t, c)
	if _, err := io.WriteString(w, "From: sanne@klant.example\r\n"); err != nil {
		t.Fatal(err)
	}
	_ = clock.System{}.Sleep(context.Background(), 50*time.Millisecond)
	within(t, 5*time.Second, "stopping", func() { _ = p.stop() })
	if n := len(p.desk.Arrivals()); n != 0 {
		t.Errorf("%d arrivals of half a message", n)
	}
}

func TestAnAddressThatIsTakenIsToldAtTheStart(t *testing.T) {
	p := start(t, listener.Options{})
	second := listener.New(listener.Options{SMTP: p.server.Address("smtp")})
	if err := second.Listen(); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("the error was %v", err)
	}
}

func TestASocketLeftBehindIsTakenOver(t *testing.T) {
	path := t.TempDir() + "/lmtp"
	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	left.SetUnlinkOnClose(false)
	if err := listener.New(listener.Options{LMTP: "unix:" + path}).Listen(); err == nil {
		t.Error("a socket in use was taken over")
	}
	left.Close()
	if err := listener.New(listener.Options{LMTP: "unix:" + path}).Listen(); err != nil {
		t.Error(err)
	}
}

func TestStoppingLetsASenderFinishItsMessage(t *testing.T) {
	p := start(t, listener.Options{})
	c := p.dial(t)
	w := begin(t, c)
	if _, err := io.WriteString(w, message("19@klant.example")[:60]); err != nil {
		t.Fatal(err)
	}
	_ = clock.System{}.Sleep(t.Context(), 50*time.Millisecond)
	ended := make(chan error, 1)
	go func() { ended <- p.stop() }()
	_ = clock.System{}.Sleep(t.Context(), 100*time.Millisecond)
	if _, err := io.WriteString(w, message("19@klant.example")[60:]); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Errorf("the message under way was answered %v", err)
	}
	within(t, 5*time.Second, "stopping", func() { <-ended })
	if n := len(p.desk.Arrivals()); n != 1 {
		t.Errorf("%d arrivals", n)
	}
}

// begin goes as far as the first byte of a message.
func begin(t *testing.T, c *smtp.Client) *smtp.DataCommand {
	t.Helper()
	if err := c.Mail(sender, nil); err != nil {
		t.Fatal(err)
	}
	if err := c.Rcpt(desk, nil); err != nil {
		t.Fatal(err)
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	return w
}
