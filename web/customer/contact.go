package customer

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"balie/channel"
	"balie/domain/org"
	"balie/domain/staff"
	"balie/ground/sqldb"
)

// way is one channel on the contact page.
type way struct {
	Kind      channel.Kind
	Addresses []string
	Open      bool
	State     string // "nu open, tot 17.00 uur"
	Rows      []hoursRow
}

// hoursRow is one line of the table of hours.
type hoursRow struct{ Days, Hours string }

// contactView is the contact page.
type contactView struct {
	*frame
	Ways     []way
	Holidays []hoursRow
	Record   []string // how good what we told was, a sentence per channel
	Chat     *way     // nil: this organisation has no chat
}

// ChatScript is the address of the chat, on this origin.
func (v contactView) ChatScript() string { return string(v.Home()) + "widget.js" }

// showsChat shows how to begin a chat where the chat is there: without a script, or when it does not load, the page is as
// it was.
const showsChat = `customElements.whenDefined("balie-chat").then(() => {
	const way = document.getElementById("chat");
	way.hidden = false;
	way.querySelector("button").addEventListener("click", () => document.querySelector("balie-chat").open());
});`

// holidayAhead is how far ahead the contact page names days with other hours.
const holidayAhead = 60 * 24 * time.Hour

func (p *Pages) contact(w http.ResponseWriter, r *http.Request, f *frame) error {
	if err := p.bySlug(r.Context(), f, r.PathValue("slug")); err != nil {
		return err
	}
	v := contactView{frame: f}
	err := p.DB.Read(r.Context(), func(tx *sqldb.Tx) error {
		addresses, err := p.Flow.Org.Addresses(tx, f.Org.ID)
		if err != nil {
			return err
		}
		for _, kind := range []channel.Kind{channel.Form, channel.Email} {
			h, err := p.Flow.Org.Hours(tx, f.Org.ID, string(kind))
			if err != nil {
				return err
			}
			one := f.way(kind, h)
			if kind == channel.Email {
				for _, a := range addresses {
					one.Addresses = append(one.Addresses, a.Address)
				}
				if len(addresses) == 0 {
					continue
				}
			}
			v.Ways = append(v.Ways, one)
		}
		if v.Chat, err = p.chat(tx, f); err != nil {
			return err
		}
		record, err := p.Flow.Record(tx, f.Org.ID)
		if err != nil {
			return err
		}
		v.Record = f.kept(record)
		v.Holidays, err = p.holidays(tx, f)
		return err
	})
	if err != nil {
		return err
	}
	f.Title = f.T("customer.contact_title", "desk", f.Name())
	if v.Chat != nil {
		f.policy(w.Header(), "connect-src 'self'; ")
	}
	p.write(w, r, http.StatusOK, contactPage(v))
	return nil
}

// chat is how the chat stands. An organisation that shows it on a website has it on its own page too.
func (p *Pages) chat(tx *sqldb.Tx, f *frame) (*way, error) {
	sites, err := p.Flow.Org.Sites(tx, f.Org.ID)
	if err != nil || len(sites) == 0 {
		return nil, err
	}
	h, err := p.Flow.Org.Hours(tx, f.Org.ID, string(channel.Webchat))
	if err != nil {
		return nil, err
	}
	w := f.way(channel.Webchat, h)
	all, err := p.Flow.Staff.All(tx, f.Org.ID)
	if !w.Open && slices.ContainsFunc(all, staff.Presence.Takes) { // who is there outside the hours is there all the same
		w.Open, w.State = true, f.T("customer.open")
	}
	return &w, err
}

func (f *frame) way(kind channel.Kind, h org.Hours) way {
	w := way{Kind: kind, Open: h.Open(f.Now), Rows: f.week(h.Week)}
	switch next := h.Next(f.Now); {
	case w.Open:
		closes := h.Closes(f.Now)
		if closes.IsZero() || closes.Sub(f.Now) > 24*time.Hour {
			w.State = f.T("customer.open")
		} else {
			w.State = f.T("customer.open_until", "clock", f.Clock(closes, f.Zone))
		}
	case next.IsZero():
		w.State = f.T("customer.closed")
	default:
		w.State = f.T("customer.closed_until", "when", f.When(next))
	}
	if day, ok := h.Holiday(f.Now); ok && day.Name != "" {
		w.State += " (" + day.Name + ")"
	}
	return w
}

// week says the hours of a week, with days that have the same hours on one line, Monday first.
func (f *frame) week(w org.Week) []hoursRow {
	var rows []hoursRow
	for from := 0; from < 7; {
		to := from
		for to < 6 && slices.Equal(w[(to+2)%7], w[(from+1)%7]) {
			to++
		}
		days := f.weekday(from)
		switch {
		case to == from+1:
			days = f.T("customer.days_and", "first", days, "last", f.weekday(to))
		case to > from+1:
			days = f.T("customer.days_to", "first", days, "last", f.weekday(to))
		}
		rows = append(rows, hoursRow{days, f.spans(w[(from+1)%7])})
		from = to + 1
	}
	return rows
}

// weekday is the name of a day, counted from Monday.
func (f *frame) weekday(n int) string { return f.T("text.weekday_" + strconv.Itoa((n+1)%7)) }

func (f *frame) spans(spans []org.Span) string {
	if len(spans) == 0 {
		return f.T("customer.closed_day")
	}
	s := ""
	for _, span := range spans {
		if s != "" {
			s += ", "
		}
		s += f.minute(span.From) + "–" + f.minute(span.To)
	}
	return s
}

func (f *frame) minute(n int) string {
	if n == 24*60 {
		n = 0
	}
	return f.ShortClock(time.Date(2000, 1, 1, n/60, n%60, 0, 0, time.UTC), time.UTC)
}

func (p *Pages) holidays(tx *sqldb.Tx, f *frame) ([]hoursRow, error) {
	all, err := p.Flow.Org.Holidays(tx, f.Org.ID)
	var rows []hoursRow
	today := f.Now.In(f.Zone).Format(time.DateOnly)
	last := f.Now.Add(holidayAhead).In(f.Zone).Format(time.DateOnly)
	for _, d := range all {
		day, broken := time.ParseInLocation(time.DateOnly, d.Date, f.Zone)
		if broken != nil || d.Date < today || d.Date > last {
			continue
		}
		name := f.Day(day, f.Now, f.Zone)
		if d.Name != "" {
			name += ", " + d.Name
		}
		rows = append(rows, hoursRow{name, f.spans(d.Spans)})
	}
	return rows, err
}
