package channeltest

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/channel"
	"balie/ground/clock"
	"balie/ground/fault"
)

// Run is the suite. A channel passes it whole.
func Run(t *testing.T, h Harness) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Harness)
	}{
		{"a message arrives with all that the desk needs", arrives},
		{"taken means that the desk has it", takenMeansStored},
		{"sent five times, shuffled and late, is one", sentOftenIsOne},
		{"two messages with the same text are two", sameTextIsTwo},
		{"many at once all arrive once", manyAtOnce},
		{"attachments arrive byte for byte", attachments},
		{"a text in any letters arrives as it was written", letters},
		{"an address that no desk has is refused", unknownAddress},
		{"a desk that is away means try later", deskAway},
		{"a desk that will not have it means refused", deskRefuses},
		{"a desk that breaks costs one message", deskBreaks},
		{"running ends in time", ends},
		{"running ends in time with a message under way", endsUnderWay},
		{"what is sent is received", sends},
		{"the other side's answer decides the kind of error", sendErrors},
		{"sending ends with its context", sendEnds},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, h) })
	}
}

func arrives(t *testing.T, h Harness) {
	u := start(t, h)
	m := u.message("1")
	u.deliver(m, Taken)
	all := u.desk.Arrivals()
	if len(all) != 1 {
		t.Fatalf("%d arrivals", len(all))
	}
	a := all[0]
	if a.Channel == "" || a.Channel != u.Adapter.Kind() {
		t.Errorf("channel %q, adapter %q", a.Channel, u.Adapter.Kind())
	}
	for what, missing := range map[string]bool{
		"organisation": a.Org == 0, "way in": a.Via == "", "key": a.Key == "", "moment": a.At.IsZero(), "desk address": a.To == "",
		"raw message": len(a.Raw) == 0,
	} {
		if missing {
			t.Errorf("the %s is missing", what)
		}
	}
	if a.From.Address != m.From.Address || a.From.Name != m.From.Name || a.Subject != m.Subject || strings.TrimSpace(a.Text) != m.Text {
		t.Errorf("from %+v, subject %q, text %q", a.From, a.Subject, a.Text)
	}
	if a.Problem != "" || a.Auto {
		t.Errorf("an ordinary message has problem %q, automatic %v", a.Problem, a.Auto)
	}
}

func takenMeansStored(t *testing.T, h Harness) {
	u := start(t, h)
	for n := range 20 {
		u.deliver(u.message(fmt.Sprint(n)), Taken)
		if got := len(u.desk.Arrivals()); got != n+1 {
			t.Fatalf("%d of %d were stored when the sender was told so", got, n+1)
		}
	}
}

func sentOftenIsOne(t *testing.T, h Harness) {
	u := start(t, h)
	const messages, times = 12, 5
	var all []int
	for range times {
		for n := range messages {
			all = append(all, n)
		}
	}
	chance := rand.New(rand.NewPCG(1, 2))
	chance.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, n := range all {
		u.deliver(u.message(fmt.Sprint(n)), Taken)
	}
	if got := len(u.desk.Arrivals()); got != messages {
		t.Errorf("%d messages became %d", messages, got)
	}
	if got := u.desk.Again(); got != messages*(times-1) {
		t.Errorf("%d deliveries were seen as repeats, not %d", got, messages*(times-1))
	}
}

func sameTextIsTwo(t *testing.T, h Harness) {
	u := start(t, h)
	one, two := u.message("1"), u.message("2")
	two.Text = one.Text
	u.deliver(one, Taken)
	u.deliver(two, Taken)
	if got := len(u.desk.Arrivals()); got != 2 {
		t.Errorf("two messages became %d", got)
	}
}

func manyAtOnce(t *testing.T, h Harness) {
	u := start(t, h)
	const senders, each = 8, 5
	var all sync.WaitGroup
	for s := range senders {
		all.Go(func() {
			for n := range each {
				if got, err := u.Deliver(u.ctx, u.message(fmt.Sprintf("%d-%d", s, n))); err != nil || got != Taken {
					t.Errorf("told %q, %v", got, err)
				}
			}
		})
	}
	all.Wait()
	if got := len(u.desk.Arrivals()); got != senders*each || u.desk.Again() != 0 {
		t.Errorf("%d messages became %d, and %d repeats", senders*each, got, u.desk.Again())
	}
}

func attachments(t *testing.T, h Harness) {
	u := start(t, h)
	m := u.message("1")
	if m.Files = u.Files; m.Files == nil {
		m.Files = files()
	}
	u.deliver(m, Taken)
	sameFiles(t, u.desk.Arrivals()[0].Files, m.Files)
}

// files are attachments that show every way of damaging one.
func files() []channel.File {
	chance := rand.NewChaCha8([32]byte{1})
	big := make([]byte, 300_001)
	_, _ = chance.Read(big)
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	return []channel.File{
		{Name: "rekening 2026.pdf", Type: "application/pdf", Data: big},
		{Name: "alle bytes.bin", Type: "application/octet-stream", Data: every},
		{Name: "café ☕.png", Type: "image/png", Data: []byte("\x89PNG\r\n\x1a\n\x00\r\r\n\n")},
	}
}

func sameFiles(t *testing.T, got, want []channel.File) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d files became %d", len(want), len(got))
	}
	for i, w := range want {
		if got[i].Name != w.Name || got[i].Type != w.Type {
			t.Errorf("%q %s became %q %s", w.Name, w.Type, got[i].Name, got[i].Type)
		}
		if !bytes.Equal(got[i].Data, w.Data) {
			t.Errorf("%q changed: %d bytes became %d", w.Name, len(w.Data), len(got[i].Data))
		}
	}
}

func letters(t *testing.T, h Harness) {
	u := start(t, h)
	m := u.message("1")
	m.Subject = "Één vraag: 三 ☕ & <b>prijs</b>"
	m.Text = "Regel één\n\nRegel twee: €12,50 – “hoe kan dat?” 三 ☕\n.\nEen punt alleen op een regel, en <b>geen</b> opmaak."
	u.deliver(m, Taken)
	a := u.desk.Arrivals()[0]
	if a.Subject != m.Subject || strings.TrimSpace(strings.ReplaceAll(a.Text, "\r\n", "\n")) != m.Text {
		t.Errorf("subject %q\ntext %q", a.Subject, a.Text)
	}
}

func unknownAddress(t *testing.T, h Harness) {
	u := start(t, h)
	m := u.message("1")
	m.To = "iemand@energie-oost.example"
	u.deliver(m, Refused)
	if got := len(u.desk.Arrivals()); got != 0 {
		t.Errorf("%d arrivals", got)
	}
}

func deskAway(t *testing.T, h Harness) {
	u := start(t, h)
	u.desk.Fail(fault.New(fault.Unavailable, "sqldb.disk_full"))
	for n := range 5 {
		u.deliver(u.message(fmt.Sprint(n)), TryLater)
	}
	u.desk.Fail(nil)
	if got := len(u.desk.Arrivals()); got != 0 {
		t.Fatalf("%d arrivals while the desk was away", got)
	}
	for n := range 5 {
		u.deliver(u.message(fmt.Sprint(n)), Taken)
	}
	if got := len(u.desk.Arrivals()); got != 5 {
		t.Errorf("%d of 5 arrived once the desk was back", got)
	}
}

func deskRefuses(t *testing.T, h Harness) {
	u := start(t, h)
	u.desk.Judge(func(channel.Arrival) error { return fault.New(fault.Invalid, "conversation.cannot_be_used") })
	u.deliver(u.message("1"), Refused)
}

func deskBreaks(t *testing.T, h Harness) {
	u := start(t, h)
	u.desk.Before(func(a channel.Arrival) {
		if strings.Contains(a.Text, "bad") {
			panic("broken")
		}
	})
	u.deliver(u.message("bad"), TryLater)
	u.deliver(u.message("good"), Taken)
	if got := len(u.desk.Arrivals()); got != 1 {
		t.Errorf("%d arrivals", got)
	}
}

func ends(t *testing.T, h Harness) {
	u := start(t, h)
	u.deliver(u.message("1"), Taken)
	from := clock.System{}.Now()
	if err := u.end(); err != nil {
		t.Errorf("an orderly stop gave %v", err)
	}
	if d := (clock.System{}).Now().Sub(from); d > 10*time.Second {
		t.Errorf("stopping took %v", d)
	}
}

func endsUnderWay(t *testing.T, h Harness) {
	u := start(t, h)
	reached, proceed := make(chan struct{}), make(chan struct{})
	u.desk.Before(func(channel.Arrival) { close(reached); <-proceed })
	told := make(chan Answer, 1)
	go func() {
		got, err := u.Deliver(u.ctx, u.message("1"))
		if err != nil {
			got = TryLater // the line was cut: the sender knows nothing and tries again
		}
		told <- got
	}()
	<-reached
	ended := make(chan error, 1)
	go func() { ended <- u.end() }()
	_ = clock.System{}.Sleep(u.ctx, 100*time.Millisecond)
	close(proceed)
	if err := <-ended; err != nil {
		t.Errorf("an orderly stop gave %v", err)
	}
	got := <-told
	if stored := len(u.desk.Arrivals()) == 1; got == Taken && !stored || got == Refused {
		t.Errorf("the sender was told %q, stored: %v", got, stored)
	}
}

func sendContext(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}
