package nodes_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"balie/test/desk"
)

// screen keeps what a stream tells.
type screen struct {
	mu  sync.Mutex
	all []event
}

// shows opens a stream at a node until the test ends.
func shows(t *testing.T, url, token string) *screen {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	s, ended := &screen{}, make(chan struct{})
	go func() {
		defer close(ended)
		follow(ctx, url, token, "", s.hear)
	}()
	t.Cleanup(func() { stop(); <-ended })
	return s
}

func (s *screen) hear(e event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, e)
}

// has says whether the screen was told something of a kind of which this is so.
func (s *screen) has(kind string, ok func(desk.JSON) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.all {
		var data desk.JSON
		if e.kind == kind && json.Unmarshal([]byte(e.data), &data) == nil && ok(data) {
			return true
		}
	}
	return false
}

// The balancer sends each request of a visitor to any node: their stream is at one, the agent's at another, and what they do
// comes to a third.
func TestWhatAVisitorTypesAndSeesReachesTheAgentOverNodes(t *testing.T) {
	if testing.Short() {
		t.Skip("suite kill: left out by -short")
	}
	o := open(t, 3, 1)
	home := make([]string, len(o.nodes))
	for i, n := range o.nodes {
		home[i] = "http://" + n.web()
	}
	agent := o.agents[0]
	there := shows(t, home[1]+"/api/v1/events", agent.token)
	v := desk.NewVisitor(t, home[2]+"/o/energie-oost/")
	v.Start("Mijn meter staat stil", "name", "Sanne")
	here := shows(t, home[0]+"/o/energie-oost/"+v.At("events"), v.Token)
	eventually(t, "the visitor's screen shows the first words", func() bool {
		return here.has("message", func(d desk.JSON) bool { return d.Text("from") == "me" })
	})
	path := accepted(t, agent)

	said := fmt.Sprint("antwoord aan ", v.Conversation)
	eventually(t, "the agent answers", func() bool {
		status, _ := agent.ask("POST", path+"/messages", map[string]any{"text": said, "client_id": said})
		return status/100 == 2
	})
	var seq any
	eventually(t, "the visitor reads it", func() bool {
		return here.has("message", func(d desk.JSON) bool { seq = d["seq"]; return d.Text("text") == said })
	})
	eventually(t, "the agent hears that the visitor types", func() bool {
		v.Must(204, "POST", v.At("typing"), map[string]any{"typing": true})
		return there.has("typing", func(d desk.JSON) bool { return d.Text("from") == "customer" && d.Text("name") == "Sanne" })
	})
	v.Must(204, "POST", v.At("seen"), map[string]any{"seq": seq})
	eventually(t, "the agent hears up to where the visitor saw it", func() bool {
		return there.has("seen", func(d desk.JSON) bool { return path == "/cases/"+d.Text("case") && d["seq"] == seq })
	})
	v.Must(204, "POST", v.At("seen"), map[string]any{"seq": 1 << 40})
	if n := o.count(`select count(*) from contact c where seen > (select max(seq) from entry e where e.org = c.org and e.case_id = c.case_id)`); n != 0 {
		t.Error("the visitor saw what was not said yet")
	}
	v.Say("En de lamp knippert")
	eventually(t, "the visitor hears that the agent types and saw it", func() bool {
		agent.ask("POST", path+"/viewing", map[string]any{"typing": true})
		agent.ask("POST", path+"/seen", map[string]any{})
		return here.has("typing", func(d desk.JSON) bool { return d["typing"] == true }) && here.has("seen", func(desk.JSON) bool { return true })
	})
}

// accepted waits for an offer to an agent, takes it and gives the address of its case.
func accepted(t *testing.T, p *person) (path string) {
	t.Helper()
	eventually(t, "the agent takes the chat", func() bool {
		p.ask("PUT", "/me/presence", map[string]any{"state": "available", "chats": 5})
		_, list := p.ask("GET", "/offers", nil)
		for _, o := range list.List("offers") {
			if status, _ := p.ask("POST", "/offers/"+o.Text("id")+"/accept", nil); status/100 == 2 {
				path = "/cases/" + o.Text("case.id")
			}
		}
		return path != ""
	})
	return path
}
