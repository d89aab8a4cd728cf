package api_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"balie/domain/access"
	"balie/domain/conversation"
	"balie/ground/ident"
	"balie/test/engine"
	"balie/web/api"
	"balie/web/edge/edgetest"
)

// things are the objects of one organisation that the addresses of routes name.
type things struct{ kase, other, promise, file, entry, customer, agent, offer string }

func thingsOf(t *testing.T, d *desk, o edgetest.Org, pattern string) things {
	t.Helper()
	as := d.As(o.People[access.Agent].Token)
	k := asks(as, "Els", "Een vraag om mee te proberen")
	as.Post(k.path()+"/promises", map[string]any{"text": "Ik bel", "due": soon()}).Is(201).Into(&k)
	var f struct{ ID string }
	body, kind := form("proef.txt", pixel)
	as.With("Content-Type", kind).Post("/api/v1/files", body).Is(201).Into(&f)
	v := things{kase: k.ID, promise: k.Promises[0].ID, file: f.ID, customer: k.Customer.ID, agent: k.Owner.ID}
	v.other = asks(as, "Els", "Dezelfde vraag nog eens").ID
	v.entry = mailWithHTML(t, d, o, v.kase)
	if strings.Contains(pattern, "/contact/") || strings.Contains(pattern, "/offers/") {
		v.chat(t, d, o)
	}
	return v
}

// chat makes the case one with a chat, which is put to the agent.
func (v *things) chat(t *testing.T, d *desk, o edgetest.Org) {
	t.Helper()
	d.listens(t, o, access.Agent)
	as := d.As(o.People[access.Agent].Token)
	as.Do("PUT", "/api/v1/me/presence", map[string]any{"state": "available", "chats": 5}).Is(200)
	v.kase = ident.Text(d.chats(t, o, "Een vraag in de chat").Case)
	d.match(t)
	var list struct{ Offers []offer }
	as.Get("/api/v1/offers").Is(200).Into(&list)
	if len(list.Offers) != 1 {
		t.Fatalf("offered: %+v", list)
	}
	v.offer = list.Offers[0].ID
}

// mailWithHTML adds a line with an HTML form and a raw message to a case.
func mailWithHTML(t *testing.T, d *desk, o edgetest.Org, id string) string {
	t.Helper()
	return addLine(t, d, o, id, conversation.Line{Raw: []byte("From: els@klant.example\r\n\r\nHallo"), HTML: "<p>Hallo</p>"})
}

func form(name, content string) (io.Reader, string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, _ := w.CreateFormFile("file", name)
	io.WriteString(part, content) //nolint:errcheck // a buffer takes everything
	w.Close()                     //nolint:errcheck // a buffer takes everything
	return &b, w.FormDataContentType()
}

func (v things) path(pattern, folder string) string {
	id := v.kase
	switch {
	case strings.Contains(pattern, "/files/"):
		id = v.file
	case strings.Contains(pattern, "/messages/{id}/"):
		id = v.entry
	case strings.Contains(pattern, "/offers/"):
		id = v.offer
	case strings.Contains(pattern, "/agents/"):
		id = v.agent
	case strings.Contains(pattern, "/customers/"):
		id = v.customer
	case folder == "" && strings.HasSuffix(pattern, "/merge"):
		id = v.other
	}
	return strings.NewReplacer("{id}", id, "{pid}", v.promise).Replace(pattern)
}

// bodies are what each changing route is sent.
func (v things) body(rt api.Route) any {
	switch rt.Pattern[strings.LastIndexByte(rt.Pattern, '/')+1:] {
	case "chats":
		return map[string]any{"chats": 3}
	case "presence":
		return map[string]any{"state": "busy"}
	case "decline":
		return map[string]any{"reason": "busy"}
	case "announcement":
		return map[string]any{"text": "Er is een storing in Oost."}
	case "push":
		return pushBody(rt.Method)
	case "details":
		return map[string]any{"email": "els@klant.example"}
	case "me":
		return map[string]any{"signature": "Groet"}
	case "cases":
		return map[string]any{"customer": map[string]any{"name": "Els", "email": "els@klant.example"}, "text": "Nog een vraag"}
	case "messages", "notes", "solution", "preview", "fill", "draft":
		return map[string]any{"text": "Dag {{customer.name}}"}
	case "owner":
		return map[string]any{"agent": v.agent}
	case "read-back":
		return map[string]any{"question": "Is dit uw vraag?"}
	case "promises":
		return map[string]any{"text": "Ik bel", "due": soon()}
	case "move":
		return map[string]any{"due": soon(), "reason": "Het is druk"}
	case "withdraw":
		return map[string]any{"reason": "Niet meer nodig"}
	case "tags":
		return map[string]any{"add": []string{"proef"}}
	case "needs":
		return map[string]any{"needs": []any{}}
	case "snooze":
		return map[string]any{"until": soon()}
	case "merge":
		return map[string]any{"into": v.kase}
	case "viewing":
		return map[string]any{"typing": true}
	}
	return nil
}

// TestEveryRouteKeepsItsPlace walks all routes × roles × organisations (promise P13).
func TestEveryRouteKeepsItsPlace(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		least := map[access.Action]access.Role{}
		for _, rule := range access.Actions() {
			least[rule.Action] = rule.Least
		}
		for _, rt := range api.Routes() {
			t.Run(rt.Method+" "+rt.Pattern, func(t *testing.T) {
				d := &desk{Office: d.Office, Client: d.For(t)}
				ours := thingsOf(t, d, d.East, rt.Pattern)
				path := ours.path(rt.Pattern, "")
				send := func(c edgetest.Client) edgetest.Answer {
					c = c.For(t)
					if strings.HasSuffix(rt.Pattern, "/v1/files") {
						body, kind := form("proef.txt", "proef")
						return c.With("Content-Type", kind).Do(rt.Method, path, body)
					}
					return c.Do(rt.Method, path, ours.body(rt))
				}
				if rt.Action == "" {
					openRoute(t, rt, send(d.Client))
					return
				}
				send(d.Client).Is(401)
				send(d.As("balie_" + strings.Repeat("x", 32))).Is(401)
				if strings.Contains(rt.Pattern, "{") {
					for _, role := range access.Roles() {
						send(d.As(d.West.People[role].Token)).Is(404)
					}
				}
				for _, role := range access.Roles() {
					if !role.Covers(least[rt.Action]) {
						send(d.As(d.East.People[role].Token)).Is(403)
					}
				}
				succeeds(t, d, rt, least[rt.Action], send)
			})
		}
	})
}

func openRoute(t *testing.T, rt api.Route, a edgetest.Answer) {
	t.Helper()
	if strings.HasSuffix(rt.Pattern, "openapi.json") {
		a.Is(200)
		return
	}
	a.Is(404) // a picture without a signature is not there
}

// succeeds sends with every role that may, the least first; steps that can be taken once have their own tests with more
// roles.
func succeeds(t *testing.T, d *desk, rt api.Route, least access.Role, send func(edgetest.Client) edgetest.Answer) {
	t.Helper()
	switch {
	case strings.HasSuffix(rt.Pattern, "/events"):
		streams(t, d, rt)
	case strings.HasSuffix(rt.Pattern, "/session"):
		send(d.As(d.East.People[least].Token)).Is(403) // a token has no session to end
		send(d.With("Cookie", d.Edge.SessionCookie()+"="+d.East.People[access.Lead].Cookie)).Is(204)
	default:
		if a := send(d.As(d.East.People[least].Token)); a.Status/100 != 2 {
			t.Fatalf("%s may not: %d %s", least, a.Status, a.Body)
		}
	}
}

func streams(t *testing.T, d *desk, rt api.Route) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	req, err := http.NewRequestWithContext(ctx, rt.Method, d.URL()+rt.Pattern, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+d.East.People[access.Agent].Token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // the stream is left
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("status %d, %s", resp.StatusCode, resp.Header.Get("Content-Type"))
	}
}
