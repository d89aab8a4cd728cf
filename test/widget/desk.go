// Package widget looks at the chat on somebody else's page through a real browser: a page of another origin with a
// strict policy, and a desk in memory that keeps to the chat's contract. The stories in story.go are told of a visitor
// and whoever helps, so that they can be told of the whole program too. BALIE_SHOTS=DIR keeps pictures.
package widget

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"balie/ground/clock"
	"balie/ground/text"
	"balie/web/assets"
	"balie/web/customer"
	chat "balie/web/customer/widget"
)

// Agent is somebody who can help.
type Agent struct {
	Name    string `json:"name"`
	Picture string `json:"picture"`
}

// Desk is the visitor's side of the desk in memory. It forgets everything when the process ends.
type Desk struct {
	Clock clock.Clock
	files *assets.Files
	texts *text.Catalogue
	mux   *http.ServeMux

	mu      sync.Mutex
	changed chan struct{} // closed at each change
	talks   []*talk
	open    bool
	agents  []Agent
	accent  map[string]string
	notice  string
	away    bool           // every request about chats fails
	taking  bool           // the first time to be called back is given away when it is chosen
	broken  bool           // the panel of the chat cannot be fetched
	taken   bool           // the first time to be called back was given away
	wanted  map[string]any // who is asked for and not free, as the widget is told
	lose    int            // answers that get lost after the desk did what was asked
	most    int            // streams open at the same time, at most
	streams int
	asked   map[string]int
}

type event struct {
	seq  int
	kind string
	data map[string]any
}

type talk struct {
	id, token, state, helper string
	first                    map[string]any
	lines                    []event
	signs                    []event // without a place in the order; only for who listens now
	known                    map[string]int
	files                    map[string]file
	seen                     int
	typing                   bool
	details                  map[string]any
	chose                    map[string]any
	around                   []map[string]any // what the website told while it ran
}

type file struct {
	Name string `json:"name"`
	Kind string `json:"type"`
	Size int    `json:"size"`
	ID   string `json:"id"`
	data []byte
}

// New makes a desk that is open, with three people.
func New(c clock.Clock) (*Desk, error) {
	files, err := assets.New()
	if err != nil {
		return nil, err
	}
	texts, err := text.Load(customer.Texts)
	if err != nil {
		return nil, err
	}
	d := &Desk{
		Clock: c, files: files, texts: texts, mux: http.NewServeMux(), changed: make(chan struct{}), open: true, asked: map[string]int{},
		agents: []Agent{{Name: "Maaike", Picture: "/face.png"}, {Name: "Bram"}, {Name: "Sanne"}},
	}
	d.mux.Handle("GET "+assets.Prefix, files)
	d.mux.HandleFunc("GET /face.png", d.face)
	d.mux.HandleFunc("GET /o/energie-oost/widget.js", d.script)
	for pattern, answer := range map[string]func(http.ResponseWriter, *http.Request, *talk){
		"GET /events": d.events, "POST /messages": d.message, "POST /files": d.upload, "GET /files/{id}": d.download, "GET /calendar": d.calendar, "POST /choice": d.choose, "POST /typing": d.sign,
		"POST /seen": d.sign, "POST /around": d.around, "POST /details": d.tell, "POST /transcript": d.tell, "POST /end": d.end, "POST /answers": d.answer,
	} {
		method, path, _ := strings.Cut(pattern, " ")
		d.mux.HandleFunc(method+" /o/energie-oost/chat/{talk}"+path, d.with(answer))
	}
	d.mux.HandleFunc("GET /o/energie-oost/chat", d.welcome)
	d.mux.HandleFunc("POST /o/energie-oost/chat", d.start)
	return d, nil
}

// ServeHTTP puts the permission for other sites around every answer.
func (d *Desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	if strings.Contains(r.URL.Path, "/chat") {
		h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		h.Set("Access-Control-Expose-Headers", "Retry-After")
		h.Set("Vary", "Origin")
		if r.Method == http.MethodOptions {
			h.Set("Access-Control-Allow-Methods", "GET, POST")
			h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Last-Event-ID")
			w.WriteHeader(http.StatusNoContent)
			return
		}
	}
	d.mu.Lock()
	lost := d.lose > 0 && r.Method == http.MethodPost && (strings.HasSuffix(r.URL.Path, "/messages") || strings.HasSuffix(r.URL.Path, "/chat"))
	if lost {
		d.lose--
	}
	away := d.away && strings.Contains(r.URL.Path, "/chat") || d.broken && strings.HasPrefix(r.URL.Path, assets.Prefix)
	d.asked[r.Method+" "+r.URL.Path]++
	d.mu.Unlock()
	if away {
		h.Set("Access-Control-Allow-Origin", "*")
		refuse(w, http.StatusServiceUnavailable, "Het lukt even niet.")
		return
	}
	if lost {
		d.mux.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}
	d.mux.ServeHTTP(w, r)
}

func (d *Desk) script(w http.ResponseWriter, _ *http.Request) {
	content, tag := d.files.Content("widget.js")
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("ETag", tag)
	_, _ = w.Write(content) // the browser left: nobody to tell
}

func (d *Desk) welcome(w http.ResponseWriter, r *http.Request) {
	locale, ok := text.ParseLocale(r.URL.Query().Get("lang"))
	if !ok {
		locale = text.Dutch
	}
	say := d.texts.For(locale)
	all := map[string]string{}
	for _, key := range chat.Keys() {
		all[key] = say.T(key)
	}
	in := func(nl, en string) string {
		if locale == text.Dutch {
			return nl
		}
		return en
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	wait, hours := in("9 van de 10 mensen zijn binnen 2 minuten aan de beurt", "9 out of 10 people are helped within 2 minutes"), in("Vandaag open tot 21.00 uur", "Open today until 9 pm")
	agents, callback := d.agents, []map[string]string{}
	if !d.open {
		agents, wait, hours = []Agent{}, "", in("We zijn er weer maandag om 8.00 uur", "We are back on Monday at 8 am")
	}
	if len(agents) == 0 {
		for n, slot := range []string{in("maandag tussen 9.00 en 9.30 uur", "Monday between 9 and 9:30 am"), in("maandag tussen 13.00 en 13.30 uur", "Monday between 1 and 1:30 pm")} {
			if n == 0 && d.taken {
				continue
			}
			callback = append(callback, map[string]string{"at": d.Clock.Now().Add(time.Duration(48+4*n) * time.Hour).UTC().Format(time.RFC3339), "text": slot})
		}
	}
	give(w, http.StatusOK, map[string]any{
		"org": map[string]string{"name": "Energie Oost", "slug": "energie-oost"}, "lang": string(locale), "accent": d.accent, "open": d.open,
		"hours": hours, "agents": agents[:min(len(agents), 12)], "more": max(len(agents)-12, 0), "waiting": min(len(agents), 3), "wait_text": wait, "notice": d.notice, "texts": all, "callback": callback,
		"ways": []map[string]string{
			{"kind": "phone", "text": in("Bel 088 123 45 67", "Call 088 123 45 67"), "url": "tel:+31881234567"},
			{"kind": "mail", "text": in("Mail klantenservice@energie-oost.example", "Mail klantenservice@energie-oost.example"), "url": "mailto:klantenservice@energie-oost.example"},
			{"kind": "form", "text": in("Schrijf ons via het formulier", "Write to us with the form"), "url": "https://desk.example/o/energie-oost/form"},
		},
		"limits": map[string]any{"file_bytes": 2 << 20, "message_chars": 4000, "types": []string{".png", ".jpg", ".pdf", ".txt"}},
	})
}

func give(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the browser left: nobody to tell
}

func refuse(w http.ResponseWriter, status int, message string) {
	give(w, status, map[string]any{"error": map[string]string{"kind": "test", "key": "chat.refused", "message": message}})
}

// with finds the conversation that the token opens.
func (d *Desk) with(answer func(http.ResponseWriter, *http.Request, *talk)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		var found *talk
		for _, t := range d.talks {
			if t.id == r.PathValue("talk") && r.Header.Get("Authorization") == "Bearer "+t.token {
				found = t
			}
		}
		d.mu.Unlock()
		if found == nil {
			refuse(w, http.StatusNotFound, "Dit gesprek is er niet.")
			return
		}
		answer(w, r, found)
	}
}

// tellAll wakes the streams; the lock is held.
func (d *Desk) tellAll() {
	close(d.changed)
	d.changed = make(chan struct{})
}

func (d *Desk) add(t *talk, kind string, data map[string]any) int {
	seq := len(t.lines) + 1
	data["seq"] = seq
	if data["at"] == nil {
		data["at"] = d.Clock.Now().UTC().Format(time.RFC3339)
	}
	t.lines = append(t.lines, event{seq, kind, data})
	d.tellAll()
	return seq
}

func (d *Desk) signal(t *talk, kind string, data map[string]any) {
	t.signs = append(t.signs, event{0, kind, data})
	d.tellAll()
}

func (d *Desk) queue(t *talk) map[string]any {
	q := map[string]any{"state": t.state, "position": 0, "wait_seconds": nil, "wait_text": "", "name": t.helper}
	if t.state == "waiting" {
		q["position"], q["wait_seconds"], q["wait_text"] = 2, 120, "9 van de 10 mensen zijn binnen 2 minuten aan de beurt."
		if t.first["lang"] == "en" {
			q["wait_text"] = "9 out of 10 people are helped within 2 minutes."
		}
		q["asked"] = d.wanted
	}
	return q
}

func (d *Desk) find(id string) *talk {
	for _, t := range d.talks {
		if t.id == id {
			return t
		}
	}
	return nil
}
