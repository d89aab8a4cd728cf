package chat

import (
	"net/http"
	"time"

	"balie/channel"
	"balie/domain/org"
	"balie/domain/queue"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/text"
	"balie/web/customer"
	"balie/web/edge"
)

// welcome is what somebody sees before the first message.
type welcome struct {
	Org struct {
		Name string `json:"name"`
		Slug string `json:"slug"`
	} `json:"org"`
	Lang        text.Locale       `json:"lang"`
	Accent      *customer.Shades  `json:"accent"`
	Open        bool              `json:"open"`
	OpensAt     *time.Time        `json:"opens_at"`
	ClosesAt    *time.Time        `json:"closes_at"`
	Hours       string            `json:"hours"`
	Agents      []person          `json:"agents"`
	More        int               `json:"more"` // who are there and not named
	Waiting     int               `json:"waiting"`
	WaitSeconds *int              `json:"wait_seconds"`
	WaitText    string            `json:"wait_text"`
	WaitRecord  string            `json:"wait_record"` // how good that was until now
	Ways        []way             `json:"ways"`
	Callback    []slot            `json:"callback"`
	Notice      string            `json:"notice"`
	Texts       map[string]string `json:"texts"`
	Limits      Limits            `json:"limits"`
}

// mostAgents is how many of those who are there are named: the page of a visitor shows a few faces, no telephone book.
const mostAgents = 12

type person struct {
	Name    string `json:"name"`
	Picture string `json:"picture"` // its address, or nothing
}

// way is another way to reach a human.
type way struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
	URL  string `json:"url"`
}

// slot is a time at which we can call back.
type slot struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// info answers who is there, how long it takes, and what else there is.
func (c *Chat) info(q *asked) error {
	if err := c.mayLook(q); err != nil {
		return err
	}
	var site org.Site
	if key := q.r.URL.Query().Get("site"); key != "" {
		var err error
		if site, err = c.siteFor(q, key); err != nil {
			return err
		}
	}
	edge.JSON(q.w, http.StatusOK, c.welcome(q, site))
	return nil
}

// siteFor gives the website with a key, for a page of that website.
func (c *Chat) siteFor(q *asked, key string) (org.Site, error) {
	s, ok := q.house.site(key)
	if !ok {
		return s, fault.New(fault.Unknown, "chat.site_unknown")
	}
	if origin := q.r.Header.Get("Origin"); origin != "" && !s.Allows(origin) {
		q.w.Header().Del("Access-Control-Allow-Origin")
		return s, fault.New(fault.Denied, "chat.origin_refused")
	}
	return s, nil
}

func (c *Chat) welcome(q *asked, site org.Site) welcome {
	h, t := q.house, q.T()
	v := welcome{
		Lang: q.lang, Waiting: h.ahead(site.Department), Notice: h.Settings.Notice, Texts: h.widgetTexts(q.lang), Limits: c.Limits,
		Agents: make([]person, 0, min(len(h.agents), mostAgents)), Ways: c.ways(q), Callback: []slot{},
	}
	v.Org.Name, v.Org.Slug = h.Sender(), h.Slug
	if h.Settings.Accent != "" {
		shades := customer.ShadesOf(h.Settings.Accent)
		v.Accent = &shades
	}
	for _, a := range h.agents[:min(len(h.agents), mostAgents)] {
		v.Agents = append(v.Agents, c.person(h, a.id, a.name))
	}
	v.More = len(h.agents) - len(v.Agents)
	v.open(q)
	v.WaitSeconds, v.WaitText = waitOf(t, h.outlook.Forecast(v.Waiting, site.Department, string(channel.Webchat)))
	if kept := h.record.Wait(string(channel.Webchat)); v.WaitText != "" && kept.Enough() {
		v.WaitRecord = t.T("chat.wait_record", "share", kept.OfHundred())
	}
	if !v.Open || len(v.Agents) == 0 {
		v.Callback = slots(t, h, q.now, h.slots)
	}
	return v
}

// open says whether we are open, and until or from when. Who is there outside the hours is there all the same.
func (v *welcome) open(q *asked) {
	h, t, now := q.house, q.T(), q.now
	inHours := h.hours.Open(now)
	v.Open = inHours || len(h.agents) > 0
	next, closes := h.hours.Next(now), h.hours.Closes(now)
	switch {
	case inHours && (closes.IsZero() || closes.Sub(now) > 24*time.Hour), v.Open && !inHours:
		v.Hours = t.T("customer.open")
	case inHours:
		v.ClosesAt = &closes
		v.Hours = t.T("customer.open_until", "clock", t.Clock(closes, h.zone))
	case next.IsZero():
		v.Hours = t.T("customer.closed")
	default:
		v.OpensAt = &next
		v.Hours = t.T("customer.closed_until", "when", t.When(next, now, h.zone))
	}
}

// waitOf says within how long nine of ten are helped, rounded up to minutes; nothing when that is not fit to say.
func waitOf(t text.Texts, told queue.Told) (seconds *int, words string) {
	if !told.Known() {
		return nil, ""
	}
	n := minutes(told.Bound)
	s := n * 60
	return &s, t.T("chat.wait", "count", n)
}

// minutes rounds up: a wait that is told too short is a promise broken.
func minutes(d time.Duration) int { return int((d + time.Minute - 1) / time.Minute) }

// base is the address of the desk on the web.
func (c *Chat) base(h *house) string {
	if h.Settings.PublicURL != "" {
		return h.Settings.PublicURL
	}
	return c.PublicURL
}

func (c *Chat) ways(q *asked) []way {
	h, t := q.house, q.T()
	all := []way{{Kind: "form", Text: t.T("chat.way_form"), URL: c.base(h) + "/o/" + h.Slug + "/form"}}
	if len(h.addresses) > 0 {
		address := h.addresses[0].Address
		all = append(all, way{Kind: "mail", Text: t.T("chat.way_mail", "address", address), URL: "mailto:" + address})
	}
	return all
}

// mostSlots is how many times to be called back are offered.
const mostSlots = 24

func slots(t text.Texts, h *house, now time.Time, begins []time.Time) []slot {
	all := make([]slot, 0, len(begins))
	for _, at := range begins {
		all = append(all, slot{At: at.UTC(), Text: slotText(t, h, now, at)})
	}
	return all
}

func slotText(t text.Texts, h *house, now, at time.Time) string {
	return t.T("chat.slot", "day", t.Day(at, now, h.zone), "from", t.ShortClock(at, h.zone), "to", t.Clock(at.Add(flow.CallBackSlot), h.zone))
}

// script gives the widget to a page of somebody else.
func (c *Chat) script(w http.ResponseWriter, r *http.Request) {
	content, tag := []byte(nil), ""
	if c.Script != nil {
		content, tag = c.Script()
	}
	if len(content) == 0 {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "no-cache") // the button names the panel that belongs to it
	h.Set("ETag", tag)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if r.Method != http.MethodHead {
		_, _ = w.Write(content) // the browser left: nobody to tell
	}
}
