package desk

import (
	"context"
	"net/http"
)

// Hears opens the stream of an agent, which makes them present, and gives what comes.
func (d *Desk) Hears(who Who) *Events {
	d.t.Helper()
	return d.hears(who, "")
}

// HearsCalmly is Hears for a screen of the workspace, which in a crowd hears of what others do only now and then.
func (d *Desk) HearsCalmly(who Who) *Events {
	d.t.Helper()
	return d.hears(who, "?calm=1")
}

func (d *Desk) hears(who Who, how string) *Events {
	d.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, "GET", d.URL+"/api/v1/events"+how, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+d.Token(who))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		d.t.Fatalf("the agent's stream answers %d", resp.StatusCode)
	}
	e := &Events{t: d.t, all: make(chan Event, 1000), stop: stop}
	d.t.Cleanup(stop)
	go e.read(resp.Body)
	return e
}

// Look makes an agent present until the test ends, or stop is called.
func (d *Desk) Look(who Who) (stop func()) {
	d.t.Helper()
	e := d.Hears(who)
	go func() {
		for range e.all { // until it is closed
		}
	}()
	return e.stop
}

// Available makes an agent take chats.
func (d *Desk) Available(who Who) {
	d.t.Helper()
	d.Look(who)
	d.Ask(who, 200, "PUT", "/me/presence", map[string]any{"state": "available"})
}

// AcceptNext accepts what is offered to an agent next, and gives the case.
func (d *Desk) AcceptNext(who Who) JSON {
	d.t.Helper()
	var offers []JSON
	d.Eventually("an offer", func() bool {
		offers = d.Ask(who, 200, "GET", "/offers", nil).List("offers")
		return len(offers) > 0
	})
	return d.Ask(who, 200, "POST", "/offers/"+offers[0].Text("id")+"/accept", nil)
}
