package fake

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
)

func (d *Desk) me() object {
	name := "Maaike Vos"
	count := func(view string) int { return len(d.inView(view, "")) }
	counts := object{}
	for _, v := range []string{"mine", "unassigned", "promises", "waiting", "snoozed", "dissatisfied", "all"} {
		counts[v] = count(v)
	}
	counts["offers"], counts["chats"] = len(d.floor.offers), len(d.chats())
	return object{
		"agent": object{"id": "11", "name": name, "email": "maaike@energie-oost.example", "role": d.o.Role, "locale": d.o.Locale, "signature": "Met vriendelijke groet,\nMaaike Vos"},
		"org":   object{"id": "1", "slug": "energie-oost", "name": "Energie Oost", "locale": "nl", "timezone": "Europe/Amsterdam"}, "counts": counts, "presence": d.floor.presence,
	}
}

var shared = []string{"timeline", "promises", "feedback", "known", "draft", "viewers", "customer_link", "merged_into", "contact", "news"}

func row(c object) object {
	r := maps.Clone(c)
	for _, key := range shared {
		delete(r, key)
	}
	return r
}

func (d *Desk) inView(view, q string) []object {
	list := []object{}
	for _, c := range d.cases {
		owner, _ := c["owner"].(object)
		mine, live := owner != nil && owner["id"] == "11", c["status"] != "closed"
		fits := map[string]bool{
			"mine": mine && c["snoozed_until"] == nil && (live || c["updated_at"].(string) > d.ago(600)), "unassigned": owner == nil && live, "promises": c["next_promise"] != nil && live,
			"waiting": c["waiting_on"] == "customer" && live, "snoozed": c["snoozed_until"] != nil, "dissatisfied": c["dissatisfied"] == true, "all": true,
		}[view]
		text := strings.ToLower(fmt.Sprint(c["customer"], c["subject"], c["number"], c["preview"]))
		if fits && strings.Contains(text, strings.ToLower(q)) {
			list = append(list, row(c))
		}
	}
	return list
}

func (d *Desk) list(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	ask := r.URL.Query()
	list := d.inView(ask.Get("view"), ask.Get("q"))
	if id := ask.Get("customer"); id != "" {
		kept := []object{}
		for _, c := range list {
			if c["customer"].(object)["id"] == id {
				kept = append(kept, c)
			}
		}
		list = kept
	}
	from, _ := strconv.Atoi(ask.Get("cursor"))
	to, next := min(from+80, len(list)), ""
	if to < len(list) {
		next = strconv.Itoa(to)
	}
	answer(w, 200, object{"cases": list[from:to], "next": next})
}

func (d *Desk) detail(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c, ok := d.find(r.PathValue("id")); ok {
		answer(w, 200, c)
		return
	}
	refuse(w, 404, "Deze zaak is er niet.")
}

func (d *Desk) create(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Customer      struct{ Name, Email string }
		Subject, Text string
	}
	_ = json.NewDecoder(r.Body).Decode(&body) // what is missing stays empty
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.plain(len(d.cases)+500, line{body.Customer.Name, body.Subject, body.Text, "email", "11", "new", 0, 0, false, false, "us"})
	d.cases = append(d.cases, c)
	d.changed(c, "case.opened")
	answer(w, 201, c)
}

func (d *Desk) customer(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	id := r.PathValue("id")
	cases, events := []object{}, []object{}
	var who object
	for _, c := range d.cases {
		if c["customer"].(object)["id"] != id {
			continue
		}
		who = maps.Clone(c["customer"].(object))
		cases = append(cases, row(c))
		events = append(events, object{"case": c["id"], "number": c["number"], "kind": "message", "at": c["updated_at"], "text": c["subject"]})
	}
	if who == nil {
		refuse(w, 404, "Deze klant is er niet.")
		return
	}
	who["since"] = "2019-04-02T10:00:00Z"
	who["contact_points"] = []object{{"channel": "email", "address": who["email"], "proved": true}, {"channel": "phone", "address": "06 00 00 41 07", "proved": false}}
	if id == "77" {
		events = append(events, object{"case": "5006", "number": "2026-4694", "kind": "solved", "at": d.ago(36000), "text": ""},
			object{"case": "5006", "number": "2026-4694", "kind": "promise_kept", "at": d.ago(60000), "text": "Meterstand nakijken"},
			object{"case": "5006", "number": "2026-4694", "kind": "feedback", "at": d.ago(200000), "text": "Snel opgelost, dank."})
	}
	answer(w, 200, object{"customer": who, "given": []object{}, "cases": cases, "timeline": events})
}

func (d *Desk) board(w http.ResponseWriter, _ *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	waiting, promises := 0, []object{}
	for _, c := range d.cases {
		if c["waiting_on"] == "us" && c["status"] != "closed" {
			waiting++
		}
		if p, ok := c["next_promise"].(object); ok && c["status"] != "closed" {
			promises = append(promises, object{"id": p["id"], "case": object{"id": c["id"], "number": c["number"], "subject": c["subject"]}, "text": p["text"], "due": p["due"], "owner": c["owner"], "status": "open"})
		}
	}
	board := object{
		"waiting": waiting, "oldest_waiting_since": d.ago(300), "unassigned": len(d.inView("unassigned", "")), "promises_due_today": 3, "promises_due_hour": 1, "promises_broken_open": 1,
		"dissatisfied": len(d.inView("dissatisfied", "")), "closed_today": 9, "closed_by_customer_today": 8, "grade_today": 8.2, "dissatisfied_cases": d.inView("dissatisfied", ""), "promises": promises,
	}
	if len(d.cases) == 0 {
		maps.Copy(board, object{"oldest_waiting_since": nil, "promises_due_today": 0, "promises_due_hour": 0, "promises_broken_open": 0, "closed_today": 0, "closed_by_customer_today": 0, "grade_today": nil})
	}
	answer(w, 200, board)
}

func (d *Desk) outbox(w http.ResponseWriter, r *http.Request) {
	mails := []object{}
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, state := range []string{"queued", "sent", "bounced", "sent", "failed", "sent"} {
		l := lines[i]
		if s := r.URL.Query().Get("state"); len(d.cases) == 0 || (s != "" && s != state) {
			continue
		}
		reason := map[string]string{"bounced": "552 mailbox vol", "failed": "451 probeer later opnieuw"}[state]
		mails = append(mails, object{
			"id": strconv.Itoa(i), "to": "klant" + strconv.Itoa(i) + "@post.example", "subject": "Re: " + l.subject, "text": "Goedemiddag,\n\nWij kijken het na.\n\nMaaike Vos", "html": "",
			"state": state, "reason": reason, "attempts": i%3 + 1, "created_at": d.ago(i * 40), "sent_at": nil, "case": strconv.Itoa(5000 + i),
		})
	}
	answer(w, 200, object{"messages": mails, "next": ""})
}

func preview(w http.ResponseWriter, r *http.Request) {
	var body struct{ Text string }
	_ = json.NewDecoder(r.Body).Decode(&body) // an empty text gives an empty preview
	safe := strings.NewReplacer("&", "&amp;", "<", "&lt;", "\n\n", "</p><p>", "**", "").Replace(body.Text)
	answer(w, 200, object{"html": "<p>" + safe + `</p><p><b>vet</b> <a href="https://energie-oost.example/">adres</a><script>document.title="no"</script></p>`})
}

func (d *Desk) upload(w http.ResponseWriter, r *http.Request) {
	_, head, err := r.FormFile("file")
	if err != nil {
		refuse(w, 400, err.Error())
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	answer(w, 201, object{"id": strconv.Itoa(d.next()), "name": head.Filename, "type": head.Header.Get("Content-Type"), "size": head.Size})
}

func html(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	fmt.Fprint(w, `<!doctype html><body style="font-family:Georgia;color:#333"><h2 style="color:#a00">Mijn nota</h2><p>Goedemiddag, ik ben vorige maand <b>verhuisd</b>.</p>`)
}
