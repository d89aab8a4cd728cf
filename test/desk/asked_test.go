package desk_test

import (
	"strings"
	"testing"
	"time"

	"balie/domain/routing"
	"balie/ground/clock"
	"balie/test/desk"
	"balie/test/engine"
)

// Whoever comes back to an agent who is not free is not kept waiting: a colleague, a call of that agent, or a message.
func TestWhoAsksForAnAgentThatIsNotFreeChooses(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		hand := clock.At(time.Date(2026, 11, 2, 10, 5, 0, 0, time.UTC)) // a Monday morning
		d := desk.Open(t, at, desk.Setup{Clock: hand})
		d.Look(desk.Maaike)
		d.Ask(desk.Maaike, 200, "PUT", "/me/presence", map[string]any{"state": "available", "chats": 1})
		returning := func(words string) (*desk.Visitor, *desk.Events) {
			v := d.Visitor()
			v.Start("Mijn vraag, " + words)
			d.AcceptNext(desk.Maaike)
			v.Must(204, "POST", v.At("end"), nil)
			return v, v.Events(0)
		}
		calls, first := returning("wulp")
		writes, second := returning("grutto")
		hurries, third := returning("kluut")
		d.Visitor().Start("Een gesprek dat duurt")
		d.AcceptNext(desk.Maaike)
		d.Available(desk.Amina)
		for v, stream := range map[*desk.Visitor]*desk.Events{calls: first, writes: second, hurries: third} {
			v.Say("Ben je er, Maaike?")
			asked := stream.State("waiting").Data
			if asked.Text("asked.name") != "Maaike" || asked.Text("asked.here") != "true" || asked.Text("asked.call.text") != "vandaag tussen 12.00 en 12.30 uur" {
				t.Fatalf("who asks for Maaike is told %v", asked)
			}
		}
		if n := d.Ask(desk.Amina, 200, "GET", "/offers", nil).List("offers"); len(n) != 0 {
			t.Errorf("at once it is put to somebody else: %v", n)
		}
		calls.Must(400, "POST", calls.At("choice"), map[string]string{"choice": "shout"})
		calls.Must(400, "POST", calls.At("choice"), map[string]string{"choice": "call", "phone": "bel maar", "at": "2026-11-02T11:00:00Z"})
		call := map[string]string{"choice": "call", "phone": "06 12345678", "at": "2026-11-02T11:00:00Z"}
		calls.Must(200, "POST", calls.At("choice"), call)
		first.State("left")
		if p := d.Case("wulp").List("promises"); len(p) != 1 || p[0].Text("owner.name") != "Maaike Vos" || p[0].Text("due") != "2026-11-02T11:30:00Z" {
			t.Errorf("the call is %v", p)
		}
		hurries.Must(409, "POST", hurries.At("choice"), call) // she calls somebody else then
		message := map[string]string{"choice": "message", "text": "De meter staat op 1234", "client_id": writes.NextID()}
		writes.Must(200, "POST", writes.At("choice"), message)
		second.Message("De meter staat op 1234")
		second.State("left")
		writes.Must(409, "POST", writes.At("choice"), message)
		if c := d.Case("grutto"); c.Text("owner.name") != "Maaike Vos" || c.Text("preview") != "De meter staat op 1234" {
			t.Errorf("the message is in %v", c)
		}
		hurries.Must(200, "POST", hurries.At("choice"), map[string]string{"choice": "colleague"})
		d.AcceptNext(desk.Amina)
		if name := third.State("live").Data.Text("name"); name != "Amina" {
			t.Errorf("the colleague is %s", name)
		}
		if n := d.Ask(desk.Amina, 200, "GET", "/queue", nil).List("waiting"); len(n) != 0 {
			t.Errorf("who chose another moment waits: %v", n)
		}
	})
}

// Waiting on for one agent is the visitor's own choice, for as long as is said; when it comes to nothing, the visitor hears it.
func TestWhoWaitsOnForAnAgentHearsWhatBecomesOfIt(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		hand := clock.At(time.Date(2026, 11, 2, 10, 5, 0, 0, time.UTC))
		d := desk.Open(t, at, desk.Setup{Clock: hand})
		d.Look(desk.Maaike)
		d.Ask(desk.Maaike, 200, "PUT", "/me/presence", map[string]any{"state": "available", "chats": 1})
		v := d.Visitor()
		v.Start("Mijn vraag, wulp")
		d.AcceptNext(desk.Maaike)
		v.Must(204, "POST", v.At("end"), nil)
		stream := v.Events(0)
		d.Visitor().Start("Een gesprek dat duurt")
		d.AcceptNext(desk.Maaike)
		d.Available(desk.Amina)
		v.Say("Ben je er, Maaike?")
		if asked := stream.State("waiting").Data; !strings.HasPrefix(asked.Text("asked.wait"), "9 van de 10 keer heeft Maaike binnen ") {
			t.Errorf("about waiting is said: %v", asked)
		}
		v.Must(200, "POST", v.At("choice"), map[string]string{"choice": "wait"})
		told := stream.Until("who waits on is told until when", func(e desk.Event) bool { return e.Kind == "queue" && e.Data.Text("asked.stays") != "" })
		stays := told[len(told)-1].Data
		if says := stays.Text("asked.stays"); !strings.Contains(says, "9 van de 10 keer lukt dat vóór 11.") || stays.Text("wait_text") != "" {
			t.Errorf("told %v", stays)
		}
		hand.Advance(routing.Hold + time.Second)
		line := d.Ask(desk.Amina, 200, "GET", "/queue", nil).List("waiting")
		if len(line) != 1 || line[0].Text("waits_for.name") != "Maaike Vos" || line[0].Text("waits_until") == "" {
			t.Errorf("colleagues read %v", line)
		}
		if n := d.Ask(desk.Amina, 200, "GET", "/offers", nil).List("offers"); len(n) != 0 {
			t.Errorf("who waits on for Maaike is put to somebody else: %v", n)
		}
		d.Ask(desk.Maaike, 200, "PUT", "/me/presence", map[string]any{"state": "away"})
		stream.Until("who waits on is told that she left", func(e desk.Event) bool {
			return e.Kind == "queue" && e.Data.Text("asked.over") == "true" && e.Data.Text("asked.here") == "false" && e.Data.Text("asked.wait") == ""
		})
		d.AcceptNext(desk.Amina)
		if name := stream.State("live").Data.Text("name"); name != "Amina" {
			t.Errorf("the colleague is %s", name)
		}
	})
}
