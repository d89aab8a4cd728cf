package chat

import (
	"context"
	"encoding/json"
	"time"

	"balie/domain/conversation"
	"balie/domain/queue"
	"balie/ground/ident"
	"balie/ground/live"
	"balie/ground/sqldb"
	"balie/ground/text"
)

// standing is where a visitor stands, as it was told last.
type standing struct {
	state    string
	name     string // who helps
	position int
	minutes  int // nine of ten are helped within; 0: not fit to say
	least    int // the least that was told while waiting: more than that needs an apology
	asked    asking
}

// jitter is how much more a wait must have become to be worth telling: a forecast moves a little all the time.
const jitter = 2

func (s standing) same(o standing) bool {
	if s.state != o.state || s.name != o.name || s.asked != o.asked || s.position != o.position || (s.minutes == 0) != (o.minutes == 0) {
		return false
	}
	return s.minutes >= o.minutes && s.minutes < o.minutes+jitter
}

// with says how long it takes from now, given what was told before. A little longer is not told; more than that is told
// with an apology, also to somebody who heard no time in between.
func (s standing) with(t queue.Told, before standing) standing {
	s.position, s.minutes, s.least = t.Position, 0, 0
	if before.state == s.state {
		s.least = before.least
	}
	if !t.Known() {
		return s
	}
	s.minutes = minutes(t.Bound)
	if s.least > 0 && s.minutes > s.least && s.minutes < s.least+jitter {
		s.minutes = s.least
	}
	if s.least == 0 || s.minutes < s.least {
		s.least = s.minutes
	}
	return s
}

func (s standing) event(t text.Texts) []byte {
	var data struct {
		State       string  `json:"state"`
		Position    int     `json:"position"`
		WaitSeconds *int    `json:"wait_seconds"`
		WaitText    string  `json:"wait_text"`
		Name        string  `json:"name"`
		Asked       *choice `json:"asked"`
	}
	data.State, data.Position, data.Name, data.Asked = s.state, s.position, s.name, s.asked.choice()
	if s.minutes > 0 {
		n := s.minutes * 60
		key := "chat.wait"
		if s.minutes >= s.least+jitter {
			key = "chat.wait_longer"
		}
		data.WaitSeconds, data.WaitText = &n, t.T(key, "count", s.minutes)
	}
	return passing("queue", data)
}

// standing is where the visitor of a look stands.
func (v view) standing(before standing) standing {
	s := standing{state: string(v.contact.State), name: first(v.contact.AgentName)}
	if v.contact.State == conversation.ContactWaiting {
		s.name, s.asked = "", v.askedFor()
		if before.state != s.state && v.first.Known() { // what the visitor heard before this stream, or on another node
			before = standing{state: s.state, least: minutes(v.first.Bound)}
		}
		return s.with(v.told, before)
	}
	return s
}

// passing is an event without a place: it is true now, and is told again when it changes.
func passing(kind string, data any) []byte {
	b, err := json.Marshal(data)
	if err != nil {
		return nil // texts and numbers always can be written
	}
	return []byte("event: " + kind + "\ndata: " + string(b) + "\n\n")
}

// noticeEvent tells an announcement; nothing when it is what was known.
func noticeEvent(now, before string) []byte {
	if now == before {
		return nil
	}
	return passing("notice", map[string]string{"text": now})
}

func seenEvent(seq int64) []byte {
	if seq == 0 {
		return nil
	}
	return passing("seen", map[string]int64{"seq": seq})
}

// notice tells everybody of an organisation what they should know now.
func (r *streams) notice(ctx context.Context, o ident.Org) {
	h, err := r.chat.houses.byID(ctx, o)
	if err != nil {
		return // the organisation is gone, or the database: who begins a stream later hears it
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	event := noticeEvent(h.Settings.Notice, r.notices[o])
	if r.notices[o] = h.Settings.Notice; event == nil {
		return
	}
	for _, t := range r.talks {
		if t.org != o {
			continue
		}
		for _, s := range t.streams {
			if !s.fresh {
				r.tell(s, event)
			}
		}
	}
}

// restless is how long changes of the queue are gathered: one look serves everybody who waits.
const restless = 500 * time.Millisecond

// queues tells those who wait their place when it changed.
func (r *streams) queues(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.stir:
		}
		r.mu.Lock()
		all := r.stirred
		r.stirred = make(map[ident.Org]bool)
		r.mu.Unlock()
		for o := range all {
			if err := r.line(ctx, o); err != nil && ctx.Err() == nil {
				r.chat.Log.Warn("the places in the queue wait", "error", err)
			}
		}
		if r.chat.DB.Clock().Sleep(ctx, restless) != nil {
			return
		}
	}
}

// line goes along the queue of an organisation once.
func (r *streams) line(ctx context.Context, o ident.Org) error {
	c := r.chat
	var line []queue.Wait
	var outlook queue.Outlook
	h, err := c.houses.byID(ctx, o)
	if err != nil {
		return err
	}
	if err := c.DB.Read(ctx, func(tx *sqldb.Tx) (err error) {
		if line, err = c.Flow.Queue.Line(tx, o, mostWaiting); err != nil {
			return err
		}
		outlook, err = c.Flow.Outlook(tx, o)
		return err
	}); err != nil {
		return err
	}
	places := positions(line)
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, w := range line {
		t := r.talks[w.Contact]
		if t == nil || t.told.state != string(conversation.ContactWaiting) {
			continue // a look of its own tells the first standing
		}
		if t.told.asked.name != "" {
			r.soil(t) // whether that agent is there, and for how long with others
		}
		now := t.told.with(outlook.ForecastOf(w, places[i]-1), t.told)
		if now.same(t.told) {
			continue
		}
		t.told = now
		for _, s := range t.streams {
			if !s.fresh {
				r.tell(s, now.event(h.texts(t.locale)))
			}
		}
	}
	return nil
}

// positions are the places of those who wait: before somebody of a department come those of it and those of none.
func positions(line []queue.Wait) []int {
	places := make([]int, len(line))
	of := make(map[ident.Department]int)
	for i, w := range line {
		places[i] = i + 1
		if w.Department != 0 {
			places[i] = of[0] + of[w.Department] + 1
		}
		of[w.Department]++
	}
	return places
}

// sign passes a sign of the agents on to the visitor: who is writing, and that somebody saw it.
func (r *streams) sign(t *talk, n live.News) {
	var data struct {
		From    string
		Seq     int64
		Viewers []struct {
			Name   string
			Typing bool
		}
	}
	b, err := json.Marshal(n.Sign)
	if err != nil || json.Unmarshal(b, &data) != nil {
		return
	}
	seen := t.seen
	switch {
	case n.Entry.Kind == "viewers":
		name := ""
		for _, v := range data.Viewers {
			if v.Typing && name == "" {
				name = first(v.Name)
			}
		}
		if name != t.typing {
			who := name
			if who == "" {
				who = t.typing
			}
			t.typing = name
			r.everybody(t, passing("typing", map[string]any{"name": who, "typing": name != ""}))
		}
	case n.Entry.Kind == "seen" && data.From == "agent":
		seen = max(seen, min(data.Seq, t.head))
		if data.Seq == 0 {
			seen = t.head
		}
	}
	if seen > t.seen {
		t.seen = seen
		r.everybody(t, seenEvent(seen))
	}
}

func (r *streams) everybody(t *talk, b []byte) {
	for _, s := range t.streams {
		if !s.fresh {
			r.tell(s, b)
		}
	}
}
