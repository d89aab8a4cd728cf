package nodes_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/smtp"
	"sync"
	"time"

	"balie/ground/clock"
	"balie/test/desk"
)

// pause waits a little; false at the end.
func pause(ctx context.Context, d time.Duration) bool { return (clock.System{}).Sleep(ctx, d) == nil }

// person is an agent with a token, at whichever node answers.
type person struct {
	base, token, name string
	number            int
	h                 *history
	mu                sync.Mutex
	said              map[string]string // what was acknowledged, and in which contact
}

// ask gives the status, 0 when nobody knows what became of it, and the answer.
func (p *person) ask(method, path string, body any) (int, desk.JSON) {
	var b []byte
	if body != nil {
		b, _ = json.Marshal(body) //nolint:errcheck // texts
	}
	req, err := http.NewRequest(method, p.base+"/api/v1"+path, bytes.NewReader(b))
	if err != nil {
		return 0, nil
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+p.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 500 {
		return 0, nil
	}
	var j desk.JSON
	json.Unmarshal(answer, &j) //nolint:errcheck // what is no JSON has no fields
	return resp.StatusCode, j
}

// outcomeOf is what a status says.
func outcomeOf(status int) outcome { return outcome{done: status/100 == 2, unknown: status == 0} }

// work takes what is offered, answers every chat and ends it, until ctx ends.
func (p *person) work(ctx context.Context) {
	go follow(ctx, p.base+"/api/v1/events", p.token, "", func(event) {})
	answered := map[string]int{}
	for turn := 0; pause(ctx, 20*time.Millisecond); turn++ {
		if turn%25 == 0 {
			p.ask("PUT", "/me/presence", map[string]any{"state": "available", "chats": 5})
		}
		_, list := p.ask("GET", "/offers", nil)
		for _, o := range list.List("offers") {
			about := o.Text("contact")
			if about == "" {
				about = written + o.Text("case.id")
			}
			p.h.did(p.number, deed{about, accept, p.name}, func() outcome {
				status, _ := p.ask("POST", "/offers/"+o.Text("id")+"/accept", nil)
				return outcomeOf(status)
			})
		}
		_, list = p.ask("GET", "/chats", nil)
		for _, c := range list.List("chats") {
			p.goOn(c, answered)
		}
	}
}

// goOn looks who has a chat, says something, and ends it after two answers. What nobody answered is said again with the
// same mark.
func (p *person) goOn(c desk.JSON, answered map[string]int) {
	contact, path := c.Text("contact"), "/cases/"+c.Text("case.id")
	p.look(contact, path)
	n := answered[contact]
	text := fmt.Sprintf("antwoord %d van %s in %s", n, p.name, contact)
	if status, _ := p.ask("POST", path+"/messages", map[string]any{"text": text, "client_id": text}); status/100 != 2 {
		return
	}
	p.mu.Lock()
	p.said[text] = contact
	p.mu.Unlock()
	if answered[contact]++; answered[contact]%2 == 0 && !p.h.goesOn(contact) {
		p.h.did(p.number, deed{contact, end, p.name}, func() outcome {
			status, _ := p.ask("POST", path+"/contact/end", nil)
			return outcomeOf(status)
		})
	}
}

func (p *person) look(contact, path string) {
	from := clock.System{}.Now()
	status, detail := p.ask("GET", path, nil)
	if status != http.StatusOK || detail.Text("contact.id") != contact {
		return // what was not answered says nothing
	}
	out := outcome{}
	if state := detail.Text("contact.state"); state == "live" || state == "left" {
		out.holder = detail.Text("contact.agent.name")
	}
	p.h.saw(p.number, deed{contact, look, ""}, from, out)
}

// guest is a customer at a website: a chat, with a screen that listens the whole time.
type guest struct {
	v    *desk.Visitor
	mu   sync.Mutex
	said []string
	told map[string]int
	over bool
}

// stay is talk for a customer who does not go, and who opens another screen now and then: mostly at another node.
func (g *guest) stay(ctx context.Context, base string) {
	go func() {
		for ctx.Err() == nil {
			one, leave := context.WithCancel(ctx)
			left := make(chan struct{})
			go func() {
				follow(one, base+g.v.At("events"), g.v.Token, "", g.hear)
				close(left)
			}()
			pause(ctx, 16*time.Second)
			leave()
			<-left
			g.mu.Lock()
			clear(g.told) // the next screen is told everything again
			g.mu.Unlock()
		}
	}()
	for pause(ctx, time.Second) {
		g.say()
	}
}

// say says the next thing, or again what nobody answered: nobody knows whether it was taken.
func (g *guest) say() bool {
	text := g.v.Again()
	if !g.v.Tries(text) {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.said = append(g.said, text)
	return true
}

// talk starts a chat, and says more until it is over or ctx ends.
func (g *guest) talk(ctx context.Context, base string) {
	listens := false
	for !g.done() && pause(ctx, 300*time.Millisecond) {
		if g.say() && !listens {
			listens = true
			go follow(ctx, base+g.v.At("events"), g.v.Token, "", g.hear)
		}
	}
}

func (g *guest) hear(e event) {
	var data desk.JSON
	json.Unmarshal([]byte(e.data), &data) //nolint:errcheck // what is no JSON has no fields
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case e.kind == "message":
		g.told[data.Text("text")]++
	case e.kind == "queue" && data.Text("state") == "ended":
		g.over = true
	}
}

func (g *guest) done() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.over
}

// post gives a mail to a listener and tells whether it was acknowledged. headers are further lines of its head.
func post(address, word string, headers ...string) bool {
	c, err := smtp.Dial(address)
	if err != nil {
		return false
	}
	defer c.Close()
	if c.Mail("sanne@post.example") != nil || c.Rcpt(desk.Address) != nil {
		return false
	}
	w, err := c.Data()
	if err != nil {
		return false
	}
	headers = append(headers, "Message-ID: <"+word+"@post.example>")
	if _, err := w.Write(desk.Compose("sanne@post.example", desk.Address, "Vraag "+word, "Mijn vraag is "+word, headers...)); err != nil {
		return false
	}
	return w.Close() == nil // nil: 250 was read
}
