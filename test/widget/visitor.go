package widget

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// What the visitor asks of the desk.

func read(w http.ResponseWriter, r *http.Request) (map[string]any, bool) {
	var in map[string]any
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&in); err != nil {
		refuse(w, http.StatusBadRequest, "Dit is geen bericht.")
		return nil, false
	}
	return in, true
}

func word(in map[string]any, name string) string { s, _ := in[name].(string); return s }

func (d *Desk) start(w http.ResponseWriter, r *http.Request) {
	in, ok := read(w, r)
	if !ok {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if later, ok := in["later"].(map[string]any); ok && word(later, "kind") == "callback" && d.taking {
		d.taking, d.taken = false, true
		refuse(w, http.StatusConflict, "Deze tijd is net vergeven. Deze tijden zijn nog vrij: maandag tussen 13.00 en 13.30 uur. Kies een andere tijd.")
		return
	}
	var t *talk
	for _, had := range d.talks {
		if word(had.first, "client_id") == word(in, "client_id") {
			t = had
		}
	}
	if t == nil {
		n := len(d.talks) + 1
		t = &talk{id: fmt.Sprintf("talk%d", n), token: fmt.Sprintf("token%d", n), state: "waiting", first: in, known: map[string]int{}, files: map[string]file{}}
		if in["later"] != nil {
			t.state = "later"
		}
		d.talks = append(d.talks, t)
		t.known[word(in, "client_id")] = d.add(t, "message", map[string]any{"client_id": word(in, "client_id"), "from": "me", "name": word(in, "name"), "text": word(in, "text"), "files": []file{}})
	}
	give(w, http.StatusCreated, map[string]any{"conversation": t.id, "token": t.token, "case": "2026-0412", "position": 2, "wait_seconds": 120, "state": t.state})
}

func (d *Desk) message(w http.ResponseWriter, r *http.Request, t *talk) {
	in, ok := read(w, r)
	if !ok {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if strings.Contains(word(in, "text"), "weigeren") {
		refuse(w, http.StatusUnprocessableEntity, "Dit bericht kunnen we niet aannemen.")
		return
	}
	if seq, had := t.known[word(in, "client_id")]; had {
		give(w, http.StatusCreated, map[string]int{"seq": seq})
		return
	}
	files := []file{}
	ids, _ := in["files"].([]any)
	for _, id := range ids {
		files = append(files, t.files[fmt.Sprint(id)])
	}
	seq := d.add(t, "message", map[string]any{"client_id": word(in, "client_id"), "from": "me", "name": "", "text": word(in, "text"), "files": files})
	t.known[word(in, "client_id")] = seq
	if t.state == "ended" {
		t.state = "waiting"
		d.signal(t, "queue", d.queue(t))
	}
	give(w, http.StatusCreated, map[string]int{"seq": seq})
}

func (d *Desk) upload(w http.ResponseWriter, r *http.Request, t *talk) {
	in, head, err := r.FormFile("file")
	if err != nil {
		refuse(w, http.StatusBadRequest, "Er is geen bestand.")
		return
	}
	data, err := io.ReadAll(in)
	if err != nil {
		refuse(w, http.StatusBadRequest, "Het bestand kwam niet heel aan.")
		return
	}
	kind := http.DetectContentType(data)
	d.mu.Lock()
	defer d.mu.Unlock()
	f := file{Name: head.Filename, Kind: kind, Size: len(data), ID: fmt.Sprintf("file%d", len(t.files)+1), data: data}
	t.files[f.ID] = f
	give(w, http.StatusCreated, f)
}

func (d *Desk) download(w http.ResponseWriter, r *http.Request, t *talk) {
	d.mu.Lock()
	f, ok := t.files[r.PathValue("id")]
	d.mu.Unlock()
	if !ok {
		refuse(w, http.StatusNotFound, "Dit bestand is er niet.")
		return
	}
	w.Header().Set("Content-Disposition", "attachment")
	w.Header().Set("Content-Type", f.Kind)
	_, _ = w.Write(f.data) // the browser left: nobody to tell
}

func (d *Desk) sign(w http.ResponseWriter, r *http.Request, t *talk) {
	in, ok := read(w, r)
	if !ok {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if typing, is := in["typing"].(bool); is {
		t.typing = typing
	}
	if seq, is := in["seq"].(float64); is {
		t.seen = max(t.seen, int(seq))
	}
	w.WriteHeader(http.StatusNoContent)
}

func (d *Desk) around(w http.ResponseWriter, r *http.Request, t *talk) {
	in, ok := read(w, r)
	if !ok {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	t.around = append(t.around, in)
	w.WriteHeader(http.StatusNoContent)
}

func (d *Desk) tell(w http.ResponseWriter, r *http.Request, t *talk) {
	in, ok := read(w, r)
	if !ok {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	t.details = in
	w.WriteHeader(http.StatusNoContent)
}

func (d *Desk) end(w http.ResponseWriter, _ *http.Request, t *talk) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t.state = "ended"
	d.signal(t, "queue", d.queue(t))
	w.WriteHeader(http.StatusNoContent)
}

func (d *Desk) answer(w http.ResponseWriter, r *http.Request, t *talk) {
	in, ok := read(w, r)
	if !ok {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	kind := map[string]string{"read_back yes": "confirmed", "read_back no": "corrected", "solution yes": "solved", "solution no": "not_solved", "feedback ": "feedback"}[word(in, "card")+" "+word(in, "answer")]
	card := map[string]any{"kind": kind, "text": word(in, "text"), "open": false, "due": nil, "due_text": "", "name": ""}
	for _, field := range []string{"satisfaction", "grade", "recommend"} {
		card[field] = in[field]
	}
	if kind == "confirmed" {
		card["text"] = ""
	}
	for _, line := range t.lines {
		if line.data["kind"] == in["card"] {
			line.data["open"] = false
		}
	}
	seq := d.add(t, "card", card)
	if kind == "solved" {
		d.add(t, "card", map[string]any{"kind": "feedback", "text": "", "open": true, "due": nil, "due_text": "", "name": ""})
	}
	give(w, http.StatusCreated, map[string]int{"seq": seq})
}

// events is the stream of a conversation: what is there after the last that the visitor has, then what comes.
func (d *Desk) events(w http.ResponseWriter, r *http.Request, t *talk) {
	last, _ := strconv.Atoi(r.Header.Get("Last-Event-ID")) // absent: from the first line
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	d.mu.Lock()
	d.streams++
	d.most = max(d.most, d.streams)
	signs := len(t.signs)
	now := []event{{0, "queue", d.queue(t)}}
	d.mu.Unlock()
	defer func() { d.mu.Lock(); d.streams--; d.mu.Unlock() }()
	for {
		d.mu.Lock()
		if d.away || d.find(t.id) == nil {
			d.mu.Unlock()
			return
		}
		out := append([]event{}, t.lines[min(last, len(t.lines)):]...)
		last = len(t.lines)
		out = append(append(out, now...), t.signs[min(signs, len(t.signs)):]...)
		signs, now = len(t.signs), nil
		wake := d.changed
		var b bytes.Buffer
		for _, e := range out {
			if e.seq > 0 {
				fmt.Fprintf(&b, "id: %d\n", e.seq)
			}
			text, _ := json.Marshal(e.data) // maps of plain values
			fmt.Fprintf(&b, "event: %s\ndata: %s\n\n", e.kind, text)
		}
		d.mu.Unlock()
		if _, err := w.Write(b.Bytes()); err != nil {
			return
		}
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
		select {
		case <-wake:
		case <-r.Context().Done():
			return
		}
	}
}

// face is a picture of somebody who helps.
func (d *Desk) face(w http.ResponseWriter, _ *http.Request) {
	picture := image.NewRGBA(image.Rect(0, 0, 64, 64))
	for x := range 64 {
		for y := range 64 {
			c := color.RGBA{R: 0xd8, G: 0xb8, B: 0x9a, A: 0xff}
			if (x-32)*(x-32)+(y-26)*(y-26) < 180 {
				c = color.RGBA{R: 0x7a, G: 0x4b, B: 0x2a, A: 0xff}
			} else if (x-32)*(x-32)+(y-66)*(y-66) < 560 {
				c = color.RGBA{R: 0x12, G: 0x56, B: 0x6b, A: 0xff}
			}
			picture.Set(x, y, c)
		}
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Content-Type", "image/png")
	_ = png.Encode(w, picture) // the browser left: nobody to tell
}

func (d *Desk) calendar(w http.ResponseWriter, _ *http.Request, _ *talk) {
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	_, _ = io.WriteString(w, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n") // the browser left: nobody to tell
}

func (d *Desk) choose(w http.ResponseWriter, r *http.Request, t *talk) {
	in, ok := read(w, r)
	if !ok {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.taking {
		d.taking = false
		refuse(w, http.StatusConflict, "Deze tijd is net vergeven. Kies een collega, of laat een bericht achter.")
		return
	}
	t.chose = in
	switch word(in, "choice") {
	case "wait":
		d.wanted["stays"], d.wanted["over"] = d.wanted["wait"].(string)+" Daarna helpt de eerste collega die vrij is.", false
		d.wanted["wait"] = ""
	case "colleague":
		d.wanted = nil
	default:
		d.wanted, t.state = nil, "left"
	}
	d.signal(t, "queue", d.queue(t))
	give(w, http.StatusOK, map[string]string{"state": t.state})
}
