package fake

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// Live chat on the fake desk: what the screens need to be seen working, and hands for a test to play the visitor and
// the colleagues with.

// floor is who is there, who waits and what is offered.
type floor struct {
	presence object
	offers   []object
	waiting  []object
	notice   string
	pushed   []string // the addresses that asked for web push
	reasons  []string // why offers were declined
}

func (d *Desk) chatRoutes(api func(string, func(http.ResponseWriter, *http.Request))) {
	api("PUT /me/presence", d.setPresence)
	api("GET /offers", d.locked(func(*http.Request) object { return object{"offers": d.floor.offers, "next": ""} }))
	api("POST /offers/{id}/accept", d.acceptOffer)
	api("POST /offers/{id}/decline", d.declineOffer)
	api("GET /chats", d.locked(func(*http.Request) object { return object{"chats": d.chats(), "next": ""} }))
	api("GET /queue", d.locked(func(*http.Request) object {
		return object{"waiting": d.floor.waiting, "in_writing": d.inWriting(), "agents": d.atDesk(), "announcement": d.floor.notice, "next": ""}
	}))
	api("POST /cases/{id}/contact/{what}", d.contactDeed)
	api("PUT /announcement", func(w http.ResponseWriter, r *http.Request) {
		words := text(bodyOf(r), "text")
		d.Announce(words)
		answer(w, 200, object{"text": words})
	})
	api("GET /push", d.locked(func(*http.Request) object {
		return object{"key": "BDd3_hVL9fZi9Ybo2UUzA284WG5FZR30_95YeZJsiApwXKpNcF1rRPF3foIiBHXRdJI2Qhumhf6_LFTeZaNndIo"}
	}))
	api("POST /push", func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.floor.pushed = append(d.floor.pushed, text(bodyOf(r), "endpoint"))
		none(w, r)
	})
	api("DELETE /push", none)
}

func bodyOf(r *http.Request) object {
	body := object{}
	_ = json.NewDecoder(r.Body).Decode(&body) // an empty body is fine for some
	return body
}

func (d *Desk) locked(say func(*http.Request) object) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		defer d.mu.Unlock()
		answer(w, 200, say(r))
	}
}

func (d *Desk) setPresence(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	body, p := bodyOf(r), d.floor.presence
	p["state"], p["reason"], p["since"] = body["state"], text(body, "reason"), d.ago(0)
	if n, ok := body["chats"].(float64); ok {
		p["chats"] = int(n)
	}
	d.presenceChanged()
	answer(w, 200, p)
}

func (d *Desk) presenceChanged() {
	d.tell("staff.presence_changed", object{"seq": d.next(), "agent": "11", "state": d.floor.presence["state"], "reason": d.floor.presence["reason"]}, true)
}

func (d *Desk) atDesk() []object {
	at := func(id, state, reason string, minutes, chats, live int) object {
		return object{"id": id, "name": person(id).(object)["name"], "state": state, "reason": reason, "since": d.ago(minutes), "present": state != "away", "chats": chats, "live": live}
	}
	if d.o.State == "empty" {
		return []object{}
	}
	me := d.floor.presence
	return []object{
		at("13", "away", "Lunch", 12, 2, 0), at("12", "available", "", 64, 3, 1), at("14", "busy", "Zaak afmaken", 4, 2, 2),
		{"id": "11", "name": "Maaike Vos", "state": me["state"], "reason": me["reason"], "since": me["since"], "present": true, "chats": me["chats"], "live": len(d.chats())},
	}
}

// chats are the cases with a contact of the agent that has not ended.
func (d *Desk) chats() []object {
	list := []object{}
	for _, c := range d.cases {
		k, _ := c["contact"].(object)
		if k == nil || (k["state"] != "live" && k["state"] != "left") || k["agent"] == nil || k["agent"].(object)["id"] != "11" {
			continue
		}
		n, _ := c["news"].(int)
		list = append(list, object{
			"contact": k["id"], "case": nameOfCase(c), "customer": c["customer"], "state": k["state"], "online": k["online"], "waiting_since": k["waiting_since"],
			"late_at": k["late_at"], "preview": c["preview"], "unread": n > 0, "unread_count": n, "started_at": k["started_at"],
		})
	}
	return list
}

// inWriting is what nobody took yet, and a customer waits for.
func (d *Desk) inWriting() object {
	first := []object{}
	for _, c := range d.inView("unassigned", "") {
		if c["waiting_on"] == "us" {
			first = append(first, object{
				"case": nameOfCase(c), "customer": c["customer"], "channel": c["channel"], "department": c["department"], "due": d.ahead(0.7 + 1.5*float64(len(first))),
				"call_at": nil, "offered_to": nil, "text": c["preview"],
			})
			if len(first) == 2 {
				first[1]["call_at"] = d.ahead(1.7)
			}
		}
	}
	return object{"count": len(first), "first": first}
}

func nameOfCase(c object) object {
	return object{"id": c["id"], "number": c["number"], "subject": c["subject"]}
}

func (d *Desk) offer(id string) (int, object) {
	for i, o := range d.floor.offers {
		if o["id"] == id {
			return i, o
		}
	}
	return -1, nil
}

func (d *Desk) drop(i int) { d.floor.offers = append(d.floor.offers[:i:i], d.floor.offers[i+1:]...) }

func (d *Desk) acceptOffer(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i, o := d.offer(r.PathValue("id"))
	if o == nil {
		answer(w, 409, object{"error": object{"kind": "conflict", "key": "routing.offer_gone", "message": "Deze chat is al bij een ander."}})
		return
	}
	d.drop(i)
	c, _ := d.find(o["case"].(object)["id"].(string))
	c["owner"] = named("11", "Maaike Vos")
	c["contact"] = d.contact(c, "live", 0)
	d.floor.waiting = nil
	d.tell("routing.accepted", object{"seq": d.next(), "offer": o["id"], "contact": o["contact"], "agent": "11"}, true)
	d.changed(c, "case.owner_changed")
	answer(w, 200, c)
}

func (d *Desk) declineOffer(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i, o := d.offer(r.PathValue("id"))
	if o != nil {
		d.drop(i)
		d.floor.reasons = append(d.floor.reasons, text(bodyOf(r), "reason"))
		d.tell("routing.declined", object{"seq": d.next(), "offer": o["id"], "contact": o["contact"], "agent": "11"}, true)
	}
	none(w, r)
}

func (d *Desk) contactDeed(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c, ok := d.find(r.PathValue("id"))
	if !ok {
		refuse(w, 404, "Deze zaak is er niet.")
		return
	}
	switch r.PathValue("what") {
	case "end":
		c["contact"].(object)["state"] = "ended"
		d.add(c, d.entry(c, "contact_ended", 0, "11", ""))
		d.changed(c, "conversation.contact_ended")
	case "details":
		c["customer"].(object)["email"] = text(bodyOf(r), "email")
		d.changed(c, "party.changed")
	}
	answer(w, 200, c)
}

// contact is a chat that began so many seconds ago, with an answer waited for.
func (d *Desk) contact(c object, state string, seconds int) object {
	at := func(ago int) string { return stamp(d.now().Add(-time.Duration(ago) * time.Second)) }
	k := object{
		"id": "7" + c["id"].(string), "channel": "webchat", "state": state, "agent": named("11", "Maaike Vos"), "online": state != "left",
		"page": object{"url": "https://www.energie-oost.example/nota/uitleg", "title": "Zo lees je je nota"}, "verified": true, "started_at": at(seconds + 400),
		"answered_at": at(seconds + 380), "left_at": nil, "visitor_seen": 0, "waiting_since": at(seconds), "late_at": at(seconds - 45),
	}
	if state == "left" {
		k["left_at"], k["waiting_since"], k["late_at"] = at(120), nil, nil
	}
	c["channel"] = "webchat"
	return k
}

func (d *Desk) seedChat() {
	d.floor.presence = object{"state": "available", "reason": "", "chats": 3, "since": d.ago(42), "most": 5}
	d.floor.offers, d.floor.waiting = []object{}, []object{}
	if d.o.State != "chat" {
		return
	}
	sanne, _ := d.find("4817")
	sanne["contact"] = d.contact(sanne, "live", 8)
	sanne["contact"].(object)["started_at"] = d.ago(1511)
	daan, _ := d.find("5000")
	daan["contact"], daan["news"] = d.contact(daan, "live", 52), 2
	fatima, _ := d.find("5001")
	fatima["contact"] = d.contact(fatima, "live", 90)
	fatima["contact"].(object)["waiting_since"], fatima["contact"].(object)["verified"] = nil, false
	d.floor.waiting = []object{d.waiter("5009", 1, 130, nil), d.waiter("5008", 2, 64, named("12", "Joris Bakker")), d.waiter("5006", 3, 20, nil)}
	last := d.floor.waiting[2]
	last["waits_for"], last["waits_until"] = named("12", "Joris Bakker"), d.ahead(0.2)
}

func (d *Desk) waiter(id string, position, seconds int, to any) object {
	c, _ := d.find(id)
	return object{
		"contact": "7" + id, "case": nameOfCase(c), "customer": c["customer"], "channel": "webchat", "department": departments[0], "position": position,
		"since": stamp(d.now().Add(-time.Duration(seconds) * time.Second)), "offered_to": to, "waits_for": nil, "waits_until": nil, "text": c["preview"],
	}
}

// Offer offers the chat of a case to the agent for so many seconds.
func (d *Desk) Offer(id string, seconds int) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	c, _ := d.find(id)
	who := c["customer"].(object)
	o := object{
		"id": strconv.Itoa(d.next()), "contact": "7" + id, "channel": "webchat", "case": nameOfCase(c), "text": c["preview"],
		"customer": object{"id": who["id"], "name": who["name"], "email": who["email"], "verified": true}, "reason": object{"key": "routing.first_in_line", "text": "Eerste in de rij sinds 14.02"},
		"known": []object{{"label": "Klantnummer", "value": "8841 207"}, {"label": "Vorige zaak", "value": "opgelost, cijfer 8"}},
		"page":  object{"url": "https://www.energie-oost.example/opzeggen", "title": "Opzeggen of verhuizen"}, "waiting_since": stamp(d.now().Add(-73 * time.Second)), "answer_due": nil, "call_at": nil,
		"made_at": d.ago(0), "until": stamp(d.now().Add(time.Duration(seconds) * time.Second)),
	}
	d.floor.offers = append(d.floor.offers, o)
	d.tell("routing.offered", object{"seq": d.next(), "offer": o["id"], "contact": o["contact"], "agent": "11", "until": o["until"]}, true)
	return o["id"].(string)
}

// Miss lets an offer go on to the next; after the second in a row the agent is away.
func (d *Desk) Miss(offer string, away bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i, o := d.offer(offer)
	if o == nil {
		return
	}
	d.drop(i)
	d.tell("routing.missed", object{"seq": d.next(), "offer": offer, "contact": o["contact"], "agent": "11"}, true)
	if away {
		d.floor.presence["state"], d.floor.presence["reason"], d.floor.presence["since"] = "away", "missed", d.ago(0)
		d.presenceChanged()
	}
}

// Visitor lets the visitor of a chat do something: "types", "stops", "saw" all that was said, "leaves" or "returns".
func (d *Desk) Visitor(id, what string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c, _ := d.find(id)
	k := c["contact"].(object)
	switch what {
	case "types", "stops":
		d.tell("typing", object{"case": id, "name": c["customer"].(object)["name"], "typing": what == "types", "from": "customer"}, false)
	case "saw":
		d.tell("seen", object{"case": id, "seq": d.seq}, false)
	case "leaves":
		k["state"], k["online"], k["left_at"], k["waiting_since"] = "left", false, d.ago(0), nil
		d.add(c, d.entry(c, "contact_left", 0, "customer", ""))
		d.changed(c, "conversation.contact_left")
	case "returns":
		k["state"], k["online"], k["left_at"] = "live", true, nil
		d.add(c, d.entry(c, "contact_back", 0, "customer", ""))
		d.changed(c, "conversation.contact_back")
	}
}
