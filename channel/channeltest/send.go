package channeltest

import (
	"context"
	"strings"
	"testing"
	"time"

	"balie/channel"
	"balie/ground/clock"
	"balie/ground/fault"
)

func outgoing(u *under) channel.Outgoing {
	return channel.Outgoing{
		ID: 7, Org: 1,
		From:      channel.Person{Name: "Energie Oost", Address: DeskAddress},
		To:        channel.Person{Name: "Sanne de Wit", Address: "sanne@klant.example"},
		Subject:   "Uw vraag – café [2026-1207]",
		Text:      "Goedemiddag Sanne,\n\nWe bellen u morgen vóór 12 uur.\n.\nEnergie Oost",
		MessageID: "balie.7.k3@energie-oost.example",
		ReplyTo:   strings.Replace(DeskAddress, "@", "+t0ken@", 1), ReturnPath: DeskAddress,
		Files: files(),
	}
}

func sends(t *testing.T, h Harness) {
	u := start(t, h)
	if u.Remote == nil {
		carriesNothing(t, u)
		return
	}
	u.Remote.Behave(Taken)
	o := outgoing(u)
	if err := u.Adapter.Send(sendContext(t, 30*time.Second), o); err != nil {
		t.Fatal(err)
	}
	all := u.Remote.Received()
	if len(all) != 1 {
		t.Fatalf("the other side received %d messages", len(all))
	}
	got := all[0]
	if got.Subject != o.Subject || strings.TrimSpace(strings.ReplaceAll(got.Text, "\r\n", "\n")) != o.Text || got.From != o.From {
		t.Errorf("received %+v", got)
	}
	sameFiles(t, got.Files, o.Files)
}

// carriesNothing is the other half of the contract for a channel without a way out: say so, and for good.
func carriesNothing(t *testing.T, u *under) {
	t.Helper()
	err := u.Adapter.Send(sendContext(t, 30*time.Second), outgoing(u))
	if err == nil || fault.Is(err, fault.Unavailable) {
		t.Errorf("a channel that carries nothing out says %v", err)
	}
}

func sendErrors(t *testing.T, h Harness) {
	u := start(t, h)
	if u.Remote == nil {
		carriesNothing(t, u)
		return
	}
	for _, c := range []struct {
		answer Answer
		later  bool
	}{{TryLater, true}, {Away, true}, {Refused, false}} {
		u.Remote.Behave(c.answer)
		err := u.Adapter.Send(sendContext(t, 30*time.Second), outgoing(u))
		if err == nil {
			t.Errorf("the other side: %s; Send gave no error", c.answer)
			continue
		}
		if fault.Is(err, fault.Unavailable) != c.later {
			t.Errorf("the other side: %s; Send gave %v", c.answer, err)
		}
		if key := fault.Of(err).Key; key == "" || key == "ground.internal" {
			t.Errorf("the other side: %s; nobody can tell a person what %v means", c.answer, err)
		}
	}
	u.Remote.Behave(Taken)
	if err := u.Adapter.Send(sendContext(t, 30*time.Second), outgoing(u)); err != nil {
		t.Errorf("after the trouble: %v", err)
	}
	if n := len(u.Remote.Received()); n != 1 {
		t.Errorf("the other side took %d messages in all", n)
	}
}

func sendEnds(t *testing.T, h Harness) {
	u := start(t, h)
	if u.Remote == nil {
		carriesNothing(t, u)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	from := clock.System{}.Now()
	if err := u.Adapter.Send(ctx, outgoing(u)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Send with an ended context gave %v", err)
	}
	if d := (clock.System{}).Now().Sub(from); d > 5*time.Second {
		t.Errorf("it took %v", d)
	}
}
