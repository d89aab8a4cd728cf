package desk

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/domain/org"
	"balie/ground/clock"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Visitor is somebody at a website with the chat, as the widget is for them.
type Visitor struct {
	t            testing.TB
	base         string // of the organisation's public addresses, with a slash at the end
	Conversation string
	Token        string
	Case         string // number
	n            int
	id           string
	open         string // mark of the message that nobody answered
}

// Visitor opens the chat of the organisation.
func (d *Desk) Visitor() *Visitor { return NewVisitor(d.t, d.URL+"/o/energie-oost/") }

var visitors struct {
	sync.Mutex
	n int
}

// NewVisitor opens the chat at an address.
func NewVisitor(t testing.TB, base string) *Visitor {
	visitors.Lock()
	defer visitors.Unlock()
	visitors.n++
	return &Visitor{t: t, base: base, id: fmt.Sprintf("bezoeker-%d-%d", visitors.n, clock.System{}.Now().UnixMilli())}
}

// NextID is the mark of the next message.
func (v *Visitor) NextID() string {
	v.n++
	return fmt.Sprintf("%s-%d", v.id, v.n)
}

// Do asks the chat something and gives the status and the answer.
func (v *Visitor) Do(method, path string, body any) (int, http.Header, JSON, error) {
	var r io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case []byte:
		r = bytes.NewReader(b)
	default:
		data, err := json.Marshal(b)
		if err != nil {
			return 0, nil, nil, err
		}
		r = bytes.NewReader(data)
	}
	return v.send(method, path, kind, r)
}

func (v *Visitor) send(method, path, kind string, body io.Reader) (int, http.Header, JSON, error) {
	req, err := http.NewRequest(method, v.base+path, body)
	if err != nil {
		return 0, nil, nil, err
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Origin", "https://www.energie-oost.example")
	req.Header.Set("Accept-Language", "nl")
	if v.Token != "" {
		req.Header.Set("Authorization", "Bearer "+v.Token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, nil, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	var answer JSON
	if err == nil && len(data) > 0 {
		if json.Unmarshal(data, &answer) != nil {
			answer = JSON{"bytes": string(data)}
		}
	}
	return resp.StatusCode, resp.Header, answer, err
}

// Move goes on at another address: the program was started again.
func (v *Visitor) Move(base string) { v.base = base }

// Again is the next message, or the one that nobody answered: a browser sends it again with the same mark.
func (v *Visitor) Again() string {
	if v.open == "" {
		v.open = v.NextID()
	}
	return "tekst " + v.open
}

// Tries sends what Again gave, and tells whether it was taken. What is too fast is sent again.
func (v *Visitor) Tries(text string) bool {
	path := "chat"
	if v.Conversation != "" {
		path = v.At("messages")
	}
	for {
		status, _, answer, err := v.Do("POST", path, map[string]any{"text": text, "client_id": v.open})
		switch {
		case err == nil && status == http.StatusTooManyRequests:
			if (clock.System{}).Sleep(v.t.Context(), 100*time.Millisecond) == nil {
				continue
			}
		case err == nil && status == http.StatusCreated:
			v.open = ""
			if v.Conversation == "" {
				v.Took(answer)
			}
			return true
		}
		return false
	}
}

// Must is Do with the status that is expected.
func (v *Visitor) Must(status int, method, path string, body any) JSON {
	v.t.Helper()
	got, _, answer, err := v.Do(method, path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	if got != status {
		v.t.Fatalf("%s %s answers %d, want %d: %v", method, path, got, status, answer)
	}
	return answer
}

// Start begins a conversation. more are further fields, name and value.
func (v *Visitor) Start(text string, more ...any) JSON {
	v.t.Helper()
	frame := map[string]any{"text": text, "client_id": v.NextID()}
	for i := 0; i+1 < len(more); i += 2 {
		frame[fmt.Sprint(more[i])] = more[i+1]
	}
	return v.Took(v.Must(http.StatusCreated, "POST", "chat", frame))
}

// Took goes on with the conversation that an answer names.
func (v *Visitor) Took(answer JSON) JSON {
	v.Conversation, v.Token, v.Case = answer.Text("conversation"), answer.Text("token"), answer.Text("case")
	return answer
}

// At is an address in the conversation.
func (v *Visitor) At(path string) string { return "chat/" + v.Conversation + "/" + path }

// Say sends a message and gives its place.
func (v *Visitor) Say(text string) int64 {
	v.t.Helper()
	answer := v.Must(http.StatusCreated, "POST", v.At("messages"), map[string]any{"text": text, "client_id": v.NextID()})
	seq, _ := answer["seq"].(float64)
	return int64(seq)
}

// Attach uploads a file and gives its identifier.
func (v *Visitor) Attach(name string, data []byte) (int, JSON) {
	v.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		v.t.Fatal(err)
	}
	part.Write(data) //nolint:errcheck // in memory
	w.Close()        //nolint:errcheck // in memory
	status, _, answer, err := v.send("POST", v.At("files"), w.FormDataContentType(), &b)
	if err != nil {
		v.t.Fatal(err)
	}
	return status, answer
}

// Event is one event of a stream.
type Event struct {
	ID   int64
	Kind string
	Data JSON
}

// Events is an open stream.
type Events struct {
	t    testing.TB
	all  chan Event
	stop context.CancelFunc
	Last int64 // place of the last line that came
	held []Event
	told Event // the state that was told last
}

// Events opens the stream after a place.
func (v *Visitor) Events(after int64) *Events {
	v.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, "GET", v.base+v.At("events"), nil)
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+v.Token)
	req.Header.Set("Last-Event-ID", strconv.FormatInt(after, 10))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		v.t.Fatalf("the stream answers %d", resp.StatusCode)
	}
	e := &Events{t: v.t, all: make(chan Event, 1000), stop: stop, Last: after}
	v.t.Cleanup(stop)
	go e.read(resp.Body)
	return e
}

func (e *Events) read(body io.ReadCloser) {
	defer close(e.all)
	defer body.Close()
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 1<<20)
	var now Event
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case lines.Text() == "" && now.Kind != "":
			e.all <- now
			now = Event{}
		case name == "event":
			now.Kind = value
		case name == "id":
			now.ID, _ = strconv.ParseInt(value, 10, 64)
		case name == "data":
			if err := json.Unmarshal([]byte(value), &now.Data); err != nil {
				e.t.Errorf("an event that is no JSON: %s", value)
			}
		}
	}
}

// Until gives the events up to and including the first for which ok says so.
func (e *Events) Until(what string, ok func(Event) bool) []Event {
	e.t.Helper()
	held := e.held
	for i, one := range held {
		if ok(one) {
			e.held = held[i+1:]
			return held[:i+1]
		}
	}
	e.held = nil
	return e.further(what, held, ok)
}

// further reads on from what is new.
func (e *Events) further(what string, all []Event, ok func(Event) bool) []Event {
	e.t.Helper()
	tick, stop := clock.System{}.After(90 * time.Second)
	defer stop()
	for {
		select {
		case one, open := <-e.all:
			if !open {
				e.t.Fatalf("the stream ended before %s; it told %v", what, all)
			}
			e.Last = max(e.Last, one.ID)
			if one.Kind == "queue" {
				e.told = one
			}
			if all = append(all, one); ok(one) {
				return all
			}
		case <-tick:
			e.t.Fatalf("never told: %s; but %v", what, all)
		}
	}
}

// Message waits for a message with these words.
func (e *Events) Message(words string) Event {
	e.t.Helper()
	all := e.Until("the message "+words, func(e Event) bool { return e.Kind == "message" && e.Data.Text("text") == words })
	return all[len(all)-1]
}

// Card waits for a card.
func (e *Events) Card(kind string) Event {
	e.t.Helper()
	all := e.Until("the card "+kind, func(e Event) bool { return e.Kind == "card" && e.Data.Text("kind") == kind })
	return all[len(all)-1]
}

// State waits until what the visitor was told last is this state. How it stands may be told before or after a line of
// the same moment, so lines that come meanwhile are kept for whoever waits for them.
func (e *Events) State(state string) Event {
	e.t.Helper()
	if e.told.Data.Text("state") != state {
		e.held = e.further("the state "+state, e.held, func(e Event) bool { return e.Kind == "queue" && e.Data.Text("state") == state })
	}
	return e.told
}

// Ends waits for the end of the stream.
func (e *Events) Ends() {
	e.t.Helper()
	tick, stop := clock.System{}.After(90 * time.Second)
	defer stop()
	for {
		select {
		case _, open := <-e.all:
			if !open {
				return
			}
		case <-tick:
			e.t.Fatal("the stream goes on")
		}
	}
}

// Close hangs up.
func (e *Events) Close() { e.stop() }

// Site adds a website with one origin.
func (d *Desk) Site(origin string) (s org.Site) {
	d.t.Helper()
	if err := d.App.DB.Write(d.t.Context(), func(tx *sqldb.Tx) (err error) {
		s, err = d.App.Flow.Org.SaveSite(tx, org.By{Org: d.Org, Actor: ledger.Desk}, org.Site{Name: origin, Origins: []string{origin}})
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	if err := (clock.System{}).Sleep(d.t.Context(), 1100*time.Millisecond); err != nil { // what the chat knew a moment ago
		d.t.Fatal(err)
	}
	return s
}
