package live_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"balie/channel"
	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/clock"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/engine"
	"balie/web/edge/edgetest"
	"balie/web/live"
)

type desk struct {
	*edgetest.Office
	edgetest.Client
	streams *live.Streams
	clock   *clock.Hand
	stop    chan struct{}
	looking *live.Viewers
}

func open(t *testing.T, at engine.Target) *desk {
	t.Helper()
	d := &desk{Office: edgetest.Open(t, at, live.Texts), clock: clock.At(clock.System{}.Now()), stop: make(chan struct{})}
	d.streams = d.node("one")
	d.Client = edgetest.Serve(t, d.streams)
	return d
}

// node is a program on the desk's database.
func (d *desk) node(name string) *live.Streams {
	return live.New(live.Parts{
		DB: d.DB, Hub: d.Hub, Edge: d.Edge, Clock: d.clock, Log: d.Log, Staff: d.Flow.Staff, Node: name, Stop: d.stop,
	})
}

// asks lets somebody write to an organisation.
func (d *desk) asks(t *testing.T, o edgetest.Org, text string) ident.Case {
	t.Helper()
	r, err := d.Flow.Arrive(t.Context(), channel.Arrival{
		Org: o.ID, Channel: channel.Form, Key: text, Text: text, Auto: true,
		From: channel.Person{Name: "Fatma", Address: "fatma@klant.example"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r.Case
}

func (d *desk) agent() edgetest.Client { return d.As(d.East.People[access.Agent].Token) }

func TestAFactReachesWhoLooksNow(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		s := d.agent().Stream("/")
		if s.Status != 200 || s.Header.Get("X-Accel-Buffering") != "no" || s.Header.Get("Content-Type") != "text/event-stream" {
			t.Fatalf("%d %v", s.Status, s.Header)
		}
		s.Comment()
		id := d.asks(t, d.East, "Waar blijft mijn rekening?")
		var data struct {
			Seq           int64
			Kind, Case    string
			At            time.Time
			Actor         struct{ Kind, ID, Name string }
			Number, Entry string
		}
		all := s.Until("case.opened")
		e := all[len(all)-1]
		e.Into(t, &data)
		if data.Case != ident.Text(id) || data.Kind != "case.opened" || fmt.Sprint(data.Seq) != e.ID || data.Number == "" ||
			data.Actor.Name != "Fatma" || data.Actor.Kind != "customer" || data.At.IsZero() {
			t.Errorf("the event says %+v", data)
		}
		if strings.Contains(e.Data, "rekening") {
			t.Error("the event holds what the customer wrote")
		}
		s.Until("conversation.received")[0].Into(t, &data)
	})
}

func TestAReaderThatComesBackMissesNothingAndHearsNothingTwice(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		whole := d.agent().Stream("/?after=0")
		var told []string
		last := "0"
		for i := range 5 {
			s := d.agent().With("Last-Event-ID", last).Stream("/")
			d.asks(t, d.East, fmt.Sprint("eerste ", i))
			for n := 0; n < 2; {
				e := s.Next()
				told, last = append(told, e.ID), e.ID
				if e.Kind == "conversation.received" {
					n++
				}
				if n == 1 && e.Kind == "conversation.received" {
					d.asks(t, d.East, fmt.Sprint("tweede ", i))
				}
			}
			s.Close()
			d.asks(t, d.East, fmt.Sprint("tussendoor ", i))
		}
		end := d.agent().With("Last-Event-ID", last).Stream("/")
		d.asks(t, d.East, "slot")
		for n := 0; n < 2; {
			e := end.Next()
			told = append(told, e.ID)
			if e.Kind == "conversation.received" {
				n++
			}
		}
		for i, id := range told {
			if e := whole.Next(); e.ID != id {
				t.Fatalf("place %d: heard %s, want %s", i, id, e.ID)
			}
		}
	})
}

func TestAForgedPlaceIsRefusedOrCountsAsNow(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		for _, place := range []string{"x", "-1", "1e9", "99999999999999999999"} {
			if key := d.agent().Get("/?after=" + place).Is(400).Key(); key != "live.place_unusable" {
				t.Errorf("%s: %s", place, key)
			}
		}
		s := d.agent().Stream("/?after=9999999999")
		s.Comment()
		d.asks(t, d.East, "Hoor je mij?")
		s.Until("case.opened")
	})
}

func TestNobodyHearsAnotherOrganisation(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		id := d.asks(t, d.East, "Van oost")
		s := d.As(d.West.People[access.Admin].Token).Stream("/?after=0")
		s.Comment()
		d.asks(t, d.East, "Nog een van oost")
		d.Hub.Sign(d.East.ID, "viewers", id, live.ViewersSign{Case: ident.Text(id)})
		d.asks(t, d.West, "Van west")
		for _, e := range s.Until("conversation.received") {
			var data struct{ Case string }
			e.Into(t, &data)
			if e.Kind == "viewers" || data.Case == ident.Text(id) {
				t.Errorf("west hears %s %s", e.Kind, e.Data)
			}
		}
		d.asks(t, d.West, "Nog een van west")
		if e := s.Next(); e.Kind == "viewers" {
			t.Error("west hears who looks at a case of oost")
		}
	})
}

func TestTheAuditTrailIsForAdministrators(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		d.asks(t, d.East, "Iets om op te wachten")
		audit := func(role access.Role) (n int) {
			s := d.As(d.East.People[role].Token).Stream("/?after=0")
			for _, e := range s.Until("conversation.received") {
				if strings.HasPrefix(e.Kind, "access.") {
					n++
				}
			}
			return n
		}
		if agent, lead, admin := audit(access.Agent), audit(access.Lead), audit(access.Admin); agent != 0 || lead != 0 || admin == 0 {
			t.Errorf("the agent hears %d, the lead %d and the administrator %d entries of the audit trail", agent, lead, admin)
		}
	})
}

func TestAStreamEndsWithItsSession(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		joris := d.East.People[access.Agent]
		s := d.With("Cookie", d.Edge.SessionCookie()+"="+joris.Cookie).Stream("/")
		s.Comment()
		if err := d.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
			return d.Flow.Access.RevokeSessions(tx, org.By{Org: d.East.ID, Actor: ledger.Desk}, joris.ID, 0)
		}); err != nil {
			t.Fatal(err)
		}
		d.clock.Advance(6 * time.Second)
		d.asks(t, d.East, "Dit hoort een ander")
		for {
			e, open := s.NextOrEnd()
			if !open {
				return
			}
			if e.Kind == "case.opened" {
				t.Fatal("a stream went on telling after its session had ended")
			}
		}
	})
}

func TestASilentStreamShowsThatItIsThere(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		s := d.agent().Stream("/")
		s.Comment()
		for range 3 {
			if c := d.beat(t, s); c != "here" {
				t.Fatalf("comment %q", c)
			}
		}
	})
}

// patience is how often a test looks whether something happened: for a minute and a half, on a machine that does much else.
const patience = 9000

// beat moves the clock until the stream says something: it may not have begun to wait when the clock moves first.
func (d *desk) beat(t *testing.T, s *edgetest.Stream) string {
	t.Helper()
	told := make(chan string, 1)
	go func() { told <- s.Comment() }()
	for range patience {
		d.clock.Advance(15 * time.Second)
		select {
		case c := <-told:
			return c
		default:
		}
		(clock.System{}).Sleep(t.Context(), 10*time.Millisecond) //nolint:errcheck // the test ends
	}
	t.Fatal("the stream stays silent")
	return ""
}

func TestAStreamEndsWhenTheDeskStops(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		s := d.agent().Stream("/")
		s.Comment()
		close(d.stop)
		s.Ends()
	})
}

// until waits for something that another goroutine is about to do.
func (d *desk) until(t *testing.T, ok func() bool) {
	t.Helper()
	for range patience {
		if ok() {
			return
		}
		if err := (clock.System{}).Sleep(t.Context(), 10*time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("it did not happen")
}

func TestAReaderThatFallsBehindIsDropped(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		slow := d.agent().RawStream("/")
		quick := d.agent().Stream("/")
		quick.Comment()
		large := strings.Repeat("x", 64<<10)
		for range 600 {
			d.Hub.Sign(d.East.ID, "viewers", 1, large)
			quick.Next()
		}
		d.until(t, func() bool { return d.Hub.Readers() == 1 })
		if _, err := io.Copy(io.Discard, slow.Body); err != nil {
			t.Logf("the slow reader's connection was broken off: %v", err)
		}
		d.asks(t, d.East, "De snelle hoort alles")
		quick.Until("case.opened")
	})
}

func TestWhoIsLookingIsToldAndForgotten(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		v := live.NewViewers(d.clock, d.Hub)
		s := d.agent().Stream("/")
		s.Comment()
		at1 := live.Looking{Org: d.East.ID, Case: 7, Agent: 1, Name: "Joris"}
		v.Saw(at1)
		v.Saw(at1) // no news
		at1.Typing = true
		v.Saw(at1)
		v.Saw(live.Looking{Org: d.East.ID, Case: 7, Agent: 2, Name: "Anne"})
		var sign live.ViewersSign
		var told []string
		for range 3 {
			e := s.Next()
			e.Into(t, &sign)
			told = append(told, fmt.Sprint(sign.Viewers))
			if e.ID != "" || e.Kind != "viewers" {
				t.Errorf("a passing sign is %+v", e)
			}
		}
		if want := "[[{1 Joris false}] [{1 Joris true}] [{2 Anne false} {1 Joris true}]]"; fmt.Sprint(told) != want {
			t.Errorf("told %v, want %s", told, want)
		}
		d.clock.Advance(30 * time.Second)
		v.Saw(live.Looking{Org: d.East.ID, Case: 7, Agent: 2, Name: "Anne"})
		d.clock.Advance(15 * time.Second)
		if got := v.At(d.East.ID, 7); len(got) != 1 || got[0].Name != "Anne" {
			t.Errorf("after 45 s there are %v", got)
		}
		if got := v.At(d.West.ID, 7); len(got) != 0 {
			t.Errorf("the other organisation sees %v", got)
		}
		v.Sweep()
		e := s.Next()
		if e.Into(t, &sign); len(sign.Viewers) != 1 {
			t.Errorf("the sweep tells %v", sign.Viewers)
		}
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if err := v.Run(ctx); err != nil {
			t.Error(err)
		}
	})
}
