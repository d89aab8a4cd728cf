package fake

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

func text(body object, key string) string {
	s, _ := body[key].(string)
	return s
}

func (d *Desk) act(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c, ok := d.find(r.PathValue("id"))
	if !ok {
		refuse(w, 404, "Deze zaak is er niet.")
		return
	}
	body := object{}
	_ = json.NewDecoder(r.Body).Decode(&body) // an empty body is fine for some
	what := r.PathValue("what")
	switch what {
	case "viewing":
		none(w, r)
		return
	case "seen":
		c["unread"], c["news"] = false, 0
		none(w, r)
		return
	case "fill":
		answer(w, 200, object{"text": fill(text(body, "text"), c)})
		return
	}
	if id := text(body, "client_id"); id == "" || !d.once[id] {
		d.once[id] = id != ""
		d.do(c, what, body)
		d.changed(c, "case."+what)
	}
	answer(w, 200, c)
}

func fill(s string, c object) string {
	name := c["customer"].(object)["name"].(string)
	for i := 0; i+17 <= len(s); i++ {
		if s[i:i+17] == "{{customer.name}}" {
			return s[:i] + name + fill(s[i+17:], c)
		}
	}
	return s
}

func (d *Desk) add(c, e object) { c["timeline"] = append(c["timeline"].([]object), e) }

func (d *Desk) do(c object, what string, body object) {
	switch what {
	case "messages", "notes":
		kind := map[string]string{"messages": "message", "notes": "note"}[what]
		e := d.entry(c, kind, 0, "11", text(body, "text"))
		e["mentions"], e["data"] = body["mentions"], object{"client_id": body["client_id"]}
		if kind == "message" {
			e["delivery"], c["preview"], c["waiting_on"], c["waiting_since"] = object{"state": "queued", "reason": ""}, text(body, "text"), "customer", nil
			if k, ok := c["contact"].(object); ok {
				k["waiting_since"], e["delivery"] = nil, nil
			}
		}
		d.add(c, e)
	case "read-back":
		e := d.entry(c, "read_back", 0, "11", "")
		e["data"] = object{"question": text(body, "question")}
		c["question"] = object{"text": text(body, "question"), "confirmed": false, "asked_at": d.ago(0), "confirmed_at": nil}
		d.add(c, e)
	case "promises":
		id := strconv.Itoa(d.next())
		p := object{"id": id, "text": text(body, "text"), "due": text(body, "due"), "status": "open", "owner": named("11", "Maaike Vos"), "made_at": d.ago(0), "kept_at": nil, "moved_from": nil, "call_at": nil}
		c["promises"] = append(c["promises"].([]object), p)
		c["next_promise"] = object{"id": id, "text": p["text"], "due": p["due"]}
		e := d.entry(c, "promise", 0, "11", text(body, "text"))
		e["data"] = object{"due": text(body, "due")}
		d.add(c, e)
	case "solution":
		c["status"] = "proposed"
		d.add(c, d.entry(c, "solution", 0, "11", text(body, "text")))
	case "snooze":
		c["snoozed_until"] = body["until"]
		e := d.entry(c, "snoozed", 0, "11", "")
		e["data"] = object{"due": body["until"]}
		d.add(c, e)
	default:
		d.organise(c, what, body)
	}
}

func (d *Desk) organise(c object, what string, body object) {
	switch what {
	case "owner":
		id := text(body, "agent")
		if id == "me" {
			id = "11"
		}
		c["owner"] = person(id)
		e := d.entry(c, "owner", 0, "11", text(body, "note"))
		if o, ok := c["owner"].(object); ok {
			e["data"] = object{"to": o["name"]}
		}
		d.add(c, e)
	case "tags":
		tags := []any{}
		for _, v := range asList(c["tags"]) {
			if !contains(asList(body["remove"]), v) {
				tags = append(tags, v)
			}
		}
		c["tags"] = append(tags, asList(body["add"])...)
	case "merge":
		c["merged_into"], c["status"] = text(body, "into"), "closed"
	}
}

func asList(v any) []any {
	switch list := v.(type) {
	case []any:
		return list
	case []string:
		out := make([]any, len(list))
		for i, s := range list {
			out[i] = s
		}
		return out
	}
	return nil
}

func contains(list []any, v any) bool {
	for _, o := range list {
		if o == v {
			return true
		}
	}
	return false
}

func (d *Desk) change(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	body := object{}
	_ = json.NewDecoder(r.Body).Decode(&body) // kept needs no body
	c, ok := d.find(r.PathValue("id"))
	if !ok {
		refuse(w, 404, "Deze zaak is er niet.")
		return
	}
	for _, p := range c["promises"].([]object) {
		if p["id"] != r.PathValue("pid") {
			continue
		}
		switch r.PathValue("what") {
		case "kept":
			p["status"], p["kept_at"], c["next_promise"] = "kept", d.ago(0), nil
			d.add(c, d.entry(c, "promise_kept", 0, "11", p["text"].(string)))
		case "withdraw":
			p["status"], c["next_promise"] = "withdrawn", nil
			d.add(c, d.entry(c, "promise_withdrawn", 0, "11", text(body, "reason")))
		case "move":
			p["moved_from"], p["due"] = p["due"], text(body, "due")
			c["next_promise"] = object{"id": p["id"], "text": p["text"], "due": p["due"]}
			e := d.entry(c, "promise_moved", 0, "11", text(body, "reason"))
			e["data"] = object{"due": p["due"]}
			d.add(c, e)
		}
	}
	d.changed(c, "promise.changed")
	answer(w, 200, c)
}

func (d *Desk) changed(c object, kind string) {
	c["seq"], c["updated_at"] = d.next(), d.ago(0)
	byChange(d.cases)
	d.tell(kind, object{"seq": d.seq, "kind": kind, "case": c["id"]}, true)
}

// Write lets the customer of a case say something.
func (d *Desk) Write(id, words string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c, ok := d.find(id); ok {
		d.add(c, d.entry(c, "message", 0, "customer", words))
		c["preview"], c["unread"], c["waiting_on"], c["waiting_since"] = words, true, "us", d.ago(0)
		if k, ok := c["contact"].(object); ok {
			n, _ := c["news"].(int)
			c["news"], k["waiting_since"], k["late_at"] = n+1, d.ago(0), stamp(d.now().Add(45*time.Second))
		}
		d.changed(c, "conversation.received")
	}
}

// Look lets a colleague look at a case or type in it.
func (d *Desk) Look(id, name string, typing bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tell("viewers", object{"case": id, "viewers": []object{{"id": "12", "name": name, "typing": typing}}}, false)
}

// Quietly does something of which no page hears, as where very many look.
func (d *Desk) Quietly(what func()) {
	d.hush(true)
	defer d.hush(false)
	what()
}

func (d *Desk) hush(is bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.quiet = is
}

// Missed tells later that something happened to a case; without a kind that it was too much to name.
func (d *Desk) Missed(kind, id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	facts := []object{}
	if kind != "" {
		facts = append(facts, object{"kind": kind, "case": id})
	}
	d.next()
	d.tell("missed", object{"facts": facts, "more": kind == ""}, true)
}

// Announce tells visitors something.
func (d *Desk) Announce(words string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.floor.notice = words
	d.tell("org.announced", object{"seq": d.next()}, true)
}
