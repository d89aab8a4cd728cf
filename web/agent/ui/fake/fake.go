// Package fake is a small desk in memory behind the workspace's API, for work on the screens and for their browser
// test. It knows no rooms and keeps nothing; what the real server refuses or orders is not decided here.
package fake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"balie/ground/clock"
	"balie/web/assets"
	"balie/web/assets/sample"
)

// Options choose who looks at the desk and what state it is in: "full", "chat" (full, with
// running chats), "empty" or "failing".
type Options struct{ Locale, Role, State string }

type object = map[string]any

// Desk is the fake server.
type Desk struct {
	http.Handler
	clock  clock.Clock
	o      Options
	assets *assets.Files

	mu      sync.Mutex
	seq     int
	cases   []object
	once    map[string]bool // client ids that were taken
	hearers map[chan string]bool
	told    []string // every fact, to be told again to who missed it
	floor   floor
	cut     bool // the stream and the API are away
	quiet   bool // nobody is told what becomes true
}

// New makes a desk with cases around the present moment.
func New(c clock.Clock, o Options) (*Desk, error) {
	files, err := assets.New()
	if err != nil {
		return nil, err
	}
	d := &Desk{clock: c, o: o, assets: files, seq: 1000, once: map[string]bool{}, hearers: map[chan string]bool{}}
	if o.State != "empty" {
		d.seed()
	}
	d.seedChat()
	mux := http.NewServeMux()
	mux.Handle(assets.Prefix, files)
	mux.Handle("GET /sample/", http.StripPrefix("/sample", sample.Handler(files)))
	mux.HandleFunc("GET /desk", d.page)
	mux.HandleFunc("GET /desk/", d.page)
	d.routes(mux)
	d.Handler = mux
	return d, nil
}

// Cut takes the API away or brings it back, as a broken line would.
func (d *Desk) Cut(away bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cut = away
	if away {
		for h := range d.hearers {
			delete(d.hearers, h)
			close(h)
		}
	}
}

func (d *Desk) routes(mux *http.ServeMux) {
	api := func(pattern string, h func(http.ResponseWriter, *http.Request)) {
		mux.HandleFunc(strings.Replace(pattern, " ", " /api/v1", 1), d.guarded(h))
	}
	api("GET /me", func(w http.ResponseWriter, _ *http.Request) {
		d.mu.Lock()
		defer d.mu.Unlock()
		answer(w, 200, d.me())
	})
	api("PUT /me", none)
	api("DELETE /session", none)
	api("GET /cases", d.list)
	api("POST /cases", d.create)
	api("GET /cases/{id}", d.detail)
	api("POST /cases/{id}/{what}", d.act)
	api("POST /cases/{id}/promises/{pid}/{what}", d.change)
	api("PUT /cases/{id}/draft", none)
	api("GET /customers/{id}", d.customer)
	api("GET /agents", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, object{"agents": colleagues}) })
	api("GET /departments", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, object{"departments": departments}) })
	api("GET /skills", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, object{"skills": skills}) })
	api("GET /replies", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, object{"replies": replies}) })
	api("POST /preview", preview)
	api("POST /files", d.upload)
	api("GET /files/{id}", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "file") })
	api("GET /messages/{id}/html", html)
	api("GET /messages/{id}/raw", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "Subject: x\r\n\r\n") })
	api("GET /mentions", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, object{"mentions": []object{}, "next": ""})
	})
	api("POST /mentions/seen", none)
	api("GET /board", d.board)
	api("GET /wall", d.wall)
	api("GET /outbox", d.outbox)
	d.chatRoutes(api)
	mux.HandleFunc("GET /api/v1/events", d.events)
}

func (d *Desk) guarded(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		cut := d.cut
		d.mu.Unlock()
		if cut || (d.o.State == "failing" && r.Method == "GET") {
			refuse(w, 503, "De server is even niet bereikbaar. Wacht een minuut en probeer het opnieuw.")
			return
		}
		h(w, r)
	}
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the browser left: nobody to tell
}

func refuse(w http.ResponseWriter, status int, message string) {
	answer(w, status, object{"error": object{"kind": "busy", "key": "desk.failed", "message": message}})
}

func none(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }

func (d *Desk) now() time.Time { return d.clock.Now() }
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
func (d *Desk) ago(minutes int) string {
	return stamp(d.now().Add(-time.Duration(minutes) * time.Minute))
}

func (d *Desk) ahead(hours float64) string {
	return stamp(d.now().Add(time.Duration(hours * float64(time.Hour))))
}
func (d *Desk) next() int          { d.seq++; return d.seq }
func named(id, name string) object { return object{"id": id, "name": name} }
func (d *Desk) find(id string) (object, bool) {
	for _, c := range d.cases {
		if c["id"] == id {
			return c, true
		}
	}
	return nil, false
}

// tell sends a fact or, without a number, a passing event to every open page.
func (d *Desk) tell(kind string, data object, numbered bool) {
	if d.quiet {
		return
	}
	text, _ := json.Marshal(data) // maps of plain values
	event := "event: " + kind + "\ndata: " + string(text) + "\n\n"
	if numbered {
		event = "id: " + strconv.Itoa(d.seq) + "\n" + event
		d.told = append(d.told, event)
	}
	for h := range d.hearers {
		select {
		case h <- event:
		default:
		}
	}
}

func (d *Desk) events(w http.ResponseWriter, r *http.Request) {
	hear := make(chan string, 512)
	d.mu.Lock()
	cut := d.cut || d.o.State == "failing"
	if !cut {
		d.hearers[hear] = true
		for _, event := range d.told {
			hear <- event // the page skips what it knows
		}
	}
	d.mu.Unlock()
	if cut {
		refuse(w, 503, "weg")
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprint(w, ": hello\n\n")
	flush := http.NewResponseController(w)
	_ = flush.Flush()
	for {
		beat, stop := d.clock.After(15 * time.Second)
		select {
		case <-r.Context().Done():
			stop()
			d.mu.Lock()
			delete(d.hearers, hear)
			d.mu.Unlock()
			return
		case event, open := <-hear:
			stop()
			if !open {
				return
			}
			fmt.Fprint(w, event)
		case <-beat:
			fmt.Fprint(w, ": beat\n\n")
		}
		_ = flush.Flush()
	}
}

// Heard is how many pages listen now.
func (d *Desk) Heard() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.hearers)
}

// byChange sorts newest first, as the list is.
func byChange(list []object) {
	sort.SliceStable(list, func(a, b int) bool { return list[a]["updated_at"].(string) > list[b]["updated_at"].(string) })
}
