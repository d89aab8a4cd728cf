package live_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"balie/domain/access"
	"balie/domain/staff"
	"balie/ground/clock"
	"balie/ground/sqldb"
	"balie/test/engine"
	"balie/web/edge/edgetest"
	"balie/web/live"
)

// still opens a desk whose time stands still, for the rooms too.
func still(t *testing.T, at engine.Target) *desk {
	t.Helper()
	d := &desk{clock: clock.At(clock.System{}.Now()), stop: make(chan struct{})}
	d.Office = edgetest.OpenAt(t, at, d.clock, live.Texts)
	d.streams = d.node("one")
	d.Client = edgetest.Serve(t, d.streams)
	return d
}

// here is what the room of the staff knows of Joris.
func (d *desk) here(t *testing.T) staff.Presence {
	t.Helper()
	var p staff.Presence
	d.read(t, func(tx *sqldb.Tx) (err error) {
		p, err = d.Flow.Staff.Presence(tx, d.East.ID, d.East.People[access.Agent].ID)
		return err
	})
	return p
}

func (d *desk) read(t *testing.T, fn func(tx *sqldb.Tx) error) {
	t.Helper()
	if err := d.DB.Read(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// takes sets the switch of Joris.
func (d *desk) takes(t *testing.T) {
	t.Helper()
	joris := d.East.People[access.Agent]
	who := access.Principal{Org: d.East.ID, Agent: joris.ID, Name: joris.Name, Role: access.Agent}
	if _, err := d.Flow.SetPresence(t.Context(), who, staff.Wish{State: staff.Available}); err != nil {
		t.Fatal(err)
	}
}

// pass lets time pass with what the program does meanwhile.
func (d *desk) pass(t *testing.T, by time.Duration, nodes ...*live.Streams) {
	t.Helper()
	for ; by > 0; by -= 5 * time.Second {
		d.clock.Advance(min(by, 5*time.Second))
		for _, n := range nodes {
			if err := n.Refresh(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := d.Flow.MatchNow(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestAnAgentIsThereFromTheFirstStreamToHalfAMinuteAfterTheLast(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := still(t, at)
		d.takes(t)
		if d.here(t).Here {
			t.Fatal("there without a stream")
		}
		a, b := d.agent().Stream("/"), d.agent().Stream("/")
		a.Comment() // whoever hears something is seen
		b.Comment()
		if p := d.here(t); !p.Takes() {
			t.Fatalf("with a stream open: %+v", p)
		}
		d.pass(t, 5*time.Minute, d.streams)
		a.Close()
		d.until(t, func() bool { return d.Hub.Readers() == 1 })
		d.pass(t, time.Minute, d.streams)
		if !d.here(t).Takes() {
			t.Fatal("gone with one of two streams open")
		}
		b.Close()
		d.until(t, func() bool { return d.Hub.Readers() == 0 })
		d.left(t)
		d.pass(t, 29*time.Second, d.streams)
		if !d.here(t).Takes() {
			t.Fatal("gone before half a minute passed")
		}
		d.pass(t, time.Second, d.streams)
		if state, reason := d.here(t).Shown(); state != staff.Away || reason != staff.Gone {
			t.Fatalf("half a minute after the last stream: %s %s", state, reason)
		}
		c := d.agent().Stream("/")
		c.Comment()
		if !d.here(t).Takes() {
			t.Fatal("not back with a new stream")
		}
	})
}

// left waits until the streams know that the last one of Joris ended: the reader leaves the hub just before that.
func (d *desk) left(t *testing.T) {
	t.Helper()
	d.until(t, func() bool {
		if err := d.streams.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.clock.Advance(time.Millisecond)
		before := d.seen(t)
		if err := d.streams.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		return d.seen(t).Equal(before)
	})
}

// seen is when somebody was last known to be there.
func (d *desk) seen(t *testing.T) (at time.Time) {
	t.Helper()
	d.read(t, func(tx *sqldb.Tx) (err error) {
		at, err = d.Flow.Staff.NextGone(tx)
		return err
	})
	return at
}

func TestComingAndGoingIsTold(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := still(t, at)
		before := d.Hub.Subscribe(d.East.ID)
		d.takes(t)
		for n := range before.C { // on PostgreSQL a fact may come a little after its commit
			if n.Entry.Kind == "staff.presence_changed" {
				break
			}
		}
		before.Close()
		lotte := d.As(d.East.People[access.Lead].Token).Stream("/")
		lotte.Comment()
		stranger := d.As(d.West.People[access.Admin].Token).Stream("/?after=0")
		stranger.Comment()
		told := func(state, reason string) {
			t.Helper()
			var data struct{ Agent, State, Reason string }
			all := lotte.Until("staff.presence_changed")
			all[len(all)-1].Into(t, &data)
			if data.State != state || data.Reason != reason || data.Agent == "" {
				t.Fatalf("told %+v, want %s %s", data, state, reason)
			}
		}
		a := d.agent().Stream("/")
		told("available", "")
		a.Close()
		d.until(t, func() bool { return d.Hub.Readers() == 2 })
		other := d.node("other") // only the lead's stream is kept fresh
		d.clock.Advance(31 * time.Second)
		if err := other.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.pass(t, time.Second)
		told("away", "gone")
		d.asks(t, d.West, "Van west")
		for _, e := range stranger.Until("conversation.received") {
			if e.Kind == "staff.presence_changed" {
				t.Error("another organisation hears who is there")
			}
		}
	})
}

func TestAnAgentWithAStreamAtAnyNodeIsThere(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := still(t, at)
		d.takes(t)
		two := d.node("two")
		second := edgetest.Serve(t, two).As(d.East.People[access.Agent].Token)
		a, b := d.agent().Stream("/"), second.Stream("/")
		a.Comment()
		b.Comment()
		a.Close()
		d.until(t, func() bool { return d.Hub.Readers() == 1 })
		d.pass(t, 2*time.Minute, d.streams, two)
		if !d.here(t).Takes() {
			t.Fatal("gone at one node, still at the other: must be there")
		}
		d.pass(t, time.Minute, d.streams) // the second node is killed: it writes nothing any more
		if d.here(t).Here {
			t.Fatal("there because of a node that is gone")
		}
		// The node was only cut off from the database: whoever has a stream there is back, and that is told.
		if err := two.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !d.here(t).Takes() {
			t.Fatal("not back with the node")
		}
	})
}

func TestPresenceIsKeptFreshUntilTheProgramStops(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := still(t, at)
		d.takes(t)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- d.streams.Run(ctx) }()
		s := d.agent().Stream("/")
		s.Comment()
		first := d.seen(t)
		d.until(t, func() bool {
			d.clock.Advance(10 * time.Second)
			return d.seen(t).After(first)
		})
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	})
}

func TestSignsOfVisitorsReachTheirOwnDeskOnly(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		ours, theirs := d.agent().Stream("/"), d.As(d.West.People[access.Admin].Token).Stream("/")
		ours.Comment()
		theirs.Comment()
		d.Hub.Sign(d.East.ID, "typing", 7, map[string]any{"case": "7", "name": "Fatma", "typing": true, "from": "customer"})
		d.Hub.Sign(d.East.ID, "seen", 7, map[string]any{"case": "7", "seq": 12})
		for _, kind := range []string{"typing", "seen"} {
			if e := ours.Next(); e.Kind != kind || e.ID != "" || !strings.Contains(e.Data, `"case":"7"`) {
				t.Errorf("a passing sign is %+v", e)
			}
		}
		d.asks(t, d.West, "Van west")
		for _, e := range theirs.Until("conversation.received") {
			if e.Kind == "typing" || e.Kind == "seen" {
				t.Errorf("west hears %s %s", e.Kind, e.Data)
			}
		}
	})
}
