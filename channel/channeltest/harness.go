package channeltest

import (
	"context"
	"testing"
	"time"

	"balie/channel"
	"balie/ground/clock"
)

// Answer is what one side of a channel told the other about a message.
type Answer string

// The answers.
const (
	Taken    Answer = "taken"
	TryLater Answer = "try later"
	Refused  Answer = "refused"
	Away     Answer = "away" // no answer at all; only for Remote.Behave
)

// Message is what somebody sends, as far as every channel can carry it.
type Message struct {
	// ID differs for each message and is the same when one is sent again.
	ID      string
	From    channel.Person
	To      string // a desk address
	Subject string
	Text    string
	Files   []channel.File
}

// Subject is an adapter under test with the outside world around it.
type Subject struct {
	Adapter channel.Adapter
	// Address is a desk address in the form that the channel uses.
	Address string
	// Ready returns once Run takes messages in.
	Ready func(ctx context.Context) error
	// Deliver sends a message to the channel over the real protocol, as a customer's program would, and gives what
	// that program was told. An error means that the test itself cannot go on.
	Deliver func(ctx context.Context, m Message) (Answer, error)
	// Files are attachments of the sorts that the channel takes; nil: it takes any.
	Files []channel.File
	// Remote is the other side of Send; nil for a channel that carries nothing out.
	Remote Remote
}

// Remote is where a channel sends to.
type Remote interface {
	// Behave makes it answer like this from now on.
	Behave(a Answer)
	// Received is what it took, in order.
	Received() []Message
}

// Harness makes a subject for each test. It is given the desk so that its outside world may wait for it.
type Harness func(t *testing.T, desk *Desk) Subject

// DeskAddress is the address that the desk of the suite has.
const DeskAddress = "klantenservice@energie-oost.example"

// under is a subject that runs.
type under struct {
	Subject
	t    *testing.T
	desk *Desk
	ctx  context.Context
	end  func() error // ends Run and gives its error
}

// start makes a subject and runs it; the test may end it sooner.
func start(t *testing.T, h Harness) *under {
	t.Helper()
	desk := NewDesk(DeskAddress)
	u := &under{Subject: h(t, desk), t: t, desk: desk}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- u.Adapter.Run(ctx, desk) }()
	done := false
	u.end = func() error {
		if done {
			return nil
		}
		done = true
		stop()
		tick, untick := clock.System{}.After(15 * time.Second)
		defer untick()
		select {
		case err := <-ended:
			return err
		case <-tick:
			t.Error("Run did not stop within 15 seconds after its context ended")
			return nil
		}
	}
	t.Cleanup(func() { _ = u.end() })
	limited, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	u.ctx = limited
	if u.Ready != nil {
		if err := u.Ready(limited); err != nil {
			t.Fatalf("not ready: %v", err)
		}
	}
	return u
}

// deliver sends a message and checks the answer.
func (u *under) deliver(m Message, want Answer) {
	u.t.Helper()
	got, err := u.Deliver(u.ctx, m)
	if err != nil {
		u.t.Fatalf("delivering %s: %v", m.ID, err)
	}
	if got != want {
		u.t.Fatalf("the sender of %s was told %q, not %q", m.ID, got, want)
	}
}

func (u *under) message(id string) Message {
	return Message{
		ID: id, To: u.Address, From: channel.Person{Name: "Sanne de Wit", Address: "sanne@klant.example"},
		Subject: "Jaarrekening", Text: "Klopt mijn jaarrekening? Het gaat om " + id + ".",
	}
}
