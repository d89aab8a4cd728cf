package live_test

import (
	"maps"
	"strconv"
	"strings"
	"testing"

	"balie/domain/access"
	"balie/flow"
	"balie/ground/ident"
	"balie/test/engine"
	"balie/web/edge/edgetest"
	"balie/web/live"
)

// crowd opens a desk where three readers are very many.
func crowd(t *testing.T, at engine.Target) *desk {
	t.Helper()
	d := open(t, at)
	d.streams = live.New(live.Parts{
		DB: d.DB, Hub: d.Hub, Edge: d.Edge, Clock: d.clock, Log: d.Log, Staff: d.Flow.Staff, Node: "one", Stop: d.stop,
		Cases: d.Flow.Cases, Viewers: d.viewers(), Few: 2,
	})
	d.Client = edgetest.Serve(t, d.streams)
	return d
}

func (d *desk) viewers() *live.Viewers {
	if d.looking == nil {
		d.looking = live.NewViewers(d.clock, d.Hub)
	}
	return d.looking
}

func (d *desk) owns(t *testing.T, role access.Role, id ident.Case) {
	t.Helper()
	p := d.East.People[role]
	who := access.Principal{Org: d.East.ID, Agent: p.ID, Name: p.Name, Role: role}
	if err := d.Flow.Own(t.Context(), who, id, flow.HandOver{To: p.ID}); err != nil {
		t.Fatal(err)
	}
}

func TestInACrowdOnlyWhatConcernsAnAgentComesAtOnce(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := crowd(t, at)
		early := d.asks(t, d.East, "Van mij, van voor ik keek")
		d.owns(t, access.Agent, early)
		whole := d.As(d.East.Robot).Stream("/?calm=1") // a program always hears everything
		mine := d.agent().Stream("/?calm=1")
		lead := d.As(d.East.People[access.Lead].Token).Stream("/?calm=1")
		for _, s := range []*edgetest.Stream{whole, mine, lead} {
			s.Comment()
		}
		id := d.asks(t, d.East, "Van niemand")
		whole.Until("conversation.received")
		for rest := map[string]bool{}; !rest["case.opened "+ident.Text(id)] || !rest["conversation.received "+ident.Text(id)]; {
			if e := mine.Next(); e.Kind == "missed" {
				maps.Copy(rest, missed(t, e))
			} else if strings.Contains(e.Data, ident.Text(id)) {
				t.Fatalf("hears %s %s at once", e.Kind, e.Data)
			}
		}
		d.owns(t, access.Agent, id)
		mine.Until("case.owned")
		d.owns(t, access.Lead, early)
		for _, e := range mine.Until("case.owned") { // it was theirs, so it concerns them that it is so no more
			if e.Kind == "missed" {
				t.Errorf("hears %s %s of a case that is the agent's", e.Kind, e.Data)
			}
		}
		all := lead.Until("case.owned")
		var data struct{ Case string }
		all[len(all)-1].Into(t, &data)
		if data.Case != ident.Text(early) {
			t.Errorf("the lead hears of case %s at once", data.Case)
		}
	})
}

func TestWhoLooksAtACaseHearsOfItAtOnceAlsoInACrowd(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := crowd(t, at)
		id := d.asks(t, d.East, "Van niemand")
		other, third, s := d.As(d.East.Robot).Stream("/"), d.As(d.East.Robot).Stream("/"), d.agent().Stream("/?calm=1")
		for _, s := range []*edgetest.Stream{other, third, s} {
			s.Comment()
		}
		p := d.East.People[access.Agent]
		d.viewers().Saw(live.Looking{Org: d.East.ID, Case: id, Agent: p.ID, Name: p.Name})
		s.Until("viewers")
		d.owns(t, access.Lead, id)
		for _, e := range s.Until("case.owned") {
			if e.Kind == "missed" && missed(t, e)["case.owned "+ident.Text(id)] {
				t.Errorf("hears %s %s of the case that is looked at", e.Kind, e.Data)
			}
		}
	})
}

func TestACalmReaderThatComesBackMissesNothing(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := crowd(t, at)
		one, two := d.As(d.East.Robot).Stream("/"), d.As(d.East.Robot).Stream("/")
		one.Comment()
		two.Comment()
		want, got, last := map[string]bool{}, map[string]bool{}, "0"
		for i := range 6 {
			s := d.agent().With("Last-Event-ID", last).Stream("/?calm=1")
			id := d.asks(t, d.East, strconv.Itoa(i))
			if i%2 == 0 {
				d.owns(t, access.Agent, id)
			}
			want[ident.Text(id)] = true
			for len(got) < len(want) {
				e := s.Next()
				if before, _ := strconv.ParseInt(last, 10, 64); e.ID != "" {
					if now, _ := strconv.ParseInt(e.ID, 10, 64); now <= before {
						t.Fatalf("after place %s comes %s", last, e.ID)
					}
					last = e.ID
				}
				if e.Kind == "missed" {
					for f := range missed(t, e) {
						_, about, _ := strings.Cut(f, " ")
						got[about] = true
					}
					continue
				}
				var data struct{ Case string }
				e.Into(t, &data)
				got[data.Case] = true
			}
			delete(got, "")
			s.Close()
		}
		for id := range want {
			if !got[id] {
				t.Errorf("nothing was heard of case %s", id)
			}
		}
	})
}

// missed reads what an event says of the rest: the kind of each fact and its case.
func missed(t *testing.T, e edgetest.Event) map[string]bool {
	t.Helper()
	var data struct {
		Facts []struct{ Kind, Case string }
		More  bool
	}
	e.Into(t, &data)
	if e.Kind != "missed" || e.ID == "" || data.More {
		t.Fatalf("hears %s %s %s, not what was missed", e.ID, e.Kind, e.Data)
	}
	all := make(map[string]bool)
	for _, f := range data.Facts {
		all[f.Kind+" "+f.Case] = true
	}
	return all
}
