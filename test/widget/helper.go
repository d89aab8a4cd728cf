package widget

import (
	"maps"
	"time"
)

// What whoever helps does, and what a test may look at.

// the newest conversation; the lock is held.
func (d *Desk) newest() *talk {
	if len(d.talks) == 0 {
		return nil
	}
	return d.talks[len(d.talks)-1]
}

// do runs something on the newest conversation.
func (d *Desk) do(what func(t *talk)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if t := d.newest(); t != nil {
		what(t)
	}
}

// Take lets somebody help.
func (d *Desk) Take(name string) {
	d.do(func(t *talk) {
		t.state, t.helper = "live", name
		d.add(t, "joined", map[string]any{"name": name, "picture": d.pictureOf(name)})
		d.signal(t, "queue", d.queue(t))
	})
}

func (d *Desk) pictureOf(name string) string {
	for _, a := range d.agents {
		if a.Name == name {
			return a.Picture
		}
	}
	return ""
}

// Hand gives the conversation to somebody else.
func (d *Desk) Hand(from, to string) {
	d.do(func(t *talk) {
		t.helper = ""
		d.add(t, "left", map[string]any{"name": from, "next": to})
	})
	d.Take(to)
}

// Say is a message of whoever helps.
func (d *Desk) Say(name, words string) {
	d.do(func(t *talk) {
		d.add(t, "message", map[string]any{"client_id": "", "from": "agent", "name": name, "text": words, "files": []file{}})
	})
}

// Picture sends a picture.
func (d *Desk) Picture(name, fileName string, data []byte) {
	d.do(func(t *talk) {
		f := file{Name: fileName, Kind: "image/png", Size: len(data), ID: "picture", data: data}
		t.files[f.ID] = f
		d.add(t, "message", map[string]any{"client_id": "", "from": "agent", "name": name, "text": "", "files": []file{f}})
	})
}

// Card puts a card in the conversation.
func (d *Desk) Card(kind, words, due string) {
	d.do(func(t *talk) {
		open := kind == "read_back" || kind == "solution" || kind == "feedback"
		d.add(t, "card", map[string]any{"kind": kind, "text": words, "due": nil, "due_text": due, "name": t.helper, "open": open})
	})
}

// Types shows that somebody types.
func (d *Desk) Types(name string) {
	d.do(func(t *talk) { d.signal(t, "typing", map[string]any{"name": name, "typing": true}) })
}

// Sees shows that everything up to now was seen.
func (d *Desk) Sees() {
	d.do(func(t *talk) { d.signal(t, "seen", map[string]any{"seq": len(t.lines)}) })
}

// Away makes every request about chats fail and ends the streams, or mends that.
func (d *Desk) Away(is bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.away = is
	d.tellAll()
}

// Break lets the browser get no more of the chat than its button.
func (d *Desk) Break() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.broken = true
}

// Lose lets the answers to so many messages get lost on their way back.
func (d *Desk) Lose(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lose = n
}

// Forget loses every conversation.
func (d *Desk) Forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.talks = nil
	d.tellAll()
}

// Close sends everybody home.
func (d *Desk) Close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open = false
}

// Nobody leaves the desk open with nobody free.
func (d *Desk) Nobody() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.agents = []Agent{}
}

// Dress gives the organisation an accent of its own and an announcement.
func (d *Desk) Dress(accent map[string]string, notice string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.accent, d.notice = accent, notice
}

// Heard are the visitor's messages in order.
func (d *Desk) Heard() []string {
	var all []string
	d.do(func(t *talk) {
		for _, l := range t.lines {
			if l.kind == "message" && l.data["from"] == "me" {
				all = append(all, l.data["text"].(string))
			}
		}
	})
	return all
}

// Kinds are the cards in order.
func (d *Desk) Kinds() []string {
	var all []string
	d.do(func(t *talk) {
		for _, l := range t.lines {
			if l.kind == "card" {
				all = append(all, l.data["kind"].(string))
			}
		}
	})
	return all
}

// First is what came with the first message.
func (d *Desk) First() map[string]any {
	var in map[string]any
	d.do(func(t *talk) { in = t.first })
	return in
}

// Around is what the website told while the conversation ran: pages, and what it came to know.
func (d *Desk) Around() (pages []string, given map[string]any) {
	given = map[string]any{}
	d.do(func(t *talk) {
		for _, in := range t.around {
			pages = append(pages, word(in, "page"))
			fields, _ := in["given"].(map[string]any)
			maps.Copy(given, fields)
		}
	})
	return pages, given
}

// Crowd lets these be there too.
func (d *Desk) Crowd(names ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, n := range names {
		d.agents = append(d.agents, Agent{Name: n})
	}
}

// Told is what the visitor filled in last.
func (d *Desk) Told() map[string]any {
	var in map[string]any
	d.do(func(t *talk) { in = t.details })
	return in
}

// Seen is up to where the visitor saw the conversation.
func (d *Desk) Seen() (seen, of int) {
	d.do(func(t *talk) { seen, of = t.seen, len(t.lines) })
	return seen, of
}

// Typing is true while the visitor types.
func (d *Desk) Typing() (is bool) {
	d.do(func(t *talk) { is = t.typing })
	return is
}

// Streams are the streams that are open now, and the most there were at once.
func (d *Desk) Streams() (now, most int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.streams, d.most
}

// Asked counts the requests with this method and path.
func (d *Desk) Asked(what string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asked[what]
}

// Ago moves what was said up to now back in time.
func (d *Desk) Ago(by time.Duration) {
	d.do(func(t *talk) {
		for _, l := range t.lines {
			if at, err := time.Parse(time.RFC3339, l.data["at"].(string)); err == nil {
				l.data["at"] = at.Add(-by).Format(time.RFC3339)
			}
		}
	})
}

// Taking gives the first time to be called back away at the moment that somebody chooses it.
func (d *Desk) Taking() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.taking = true
}

// Wanted lets every visitor who waits have been helped by somebody who is not free.
func (d *Desk) Wanted(name string, here bool, call string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wanted = map[string]any{"name": name, "here": here, "call": nil, "wait": "", "stays": "", "over": false}
	if call != "" {
		d.wanted["call"] = map[string]string{"at": "2026-11-03T13:00:00Z", "text": call}
	}
}

// Waitable says what waiting for whoever is wanted means.
func (d *Desk) Waitable(says string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wanted["wait"] = says
}

// InVain ends what a visitor waited on for; wait is what waiting again means, empty when the agent has left.
func (d *Desk) InVain(wait string) {
	d.do(func(t *talk) {
		d.wanted["stays"], d.wanted["over"], d.wanted["here"], d.wanted["wait"] = "", true, wait != "", wait
		d.signal(t, "queue", d.queue(t))
	})
}

// Chose is what the newest visitor chose.
func (d *Desk) Chose() (chose map[string]any) {
	d.do(func(t *talk) { chose = t.chose })
	return chose
}
