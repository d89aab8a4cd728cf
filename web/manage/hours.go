package manage

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/sqldb"
)

// channels are those that can have hours of their own; the first stands for all others.
var channels = []option{{"", "manage.channel_all"}, {"email", "manage.channel_email"}, {"form", "manage.channel_form"}, {"webchat", "manage.channel_webchat"}, {"phone", "manage.channel_call_back"}}

// opening is whether the desk is open, in a word and a sentence.
type opening struct {
	Word  string // a message key
	Says  string
	Never bool
}

func (s *screen) opening(h org.Hours) opening {
	if h.Open(s.Now) {
		closes := h.Closes(s.Now)
		if closes.IsZero() {
			return opening{"manage.open_now", s.T("manage.open_always"), false}
		}
		return opening{"manage.open_now", s.T("manage.open_until", "when", s.soon(closes)), false}
	}
	o := opening{Word: "manage.closed_now"}
	next := h.Next(s.Now)
	if o.Never = next.IsZero(); o.Never {
		o.Says = s.T("manage.open_never")
		return o
	}
	o.Says = s.T("manage.opens", "when", s.soon(next))
	if day, ok := h.Holiday(s.Now); ok && day.Name != "" {
		o.Says = day.Name + ". " + o.Says
	}
	return o
}

// soon says a moment, of today by its time alone.
func (s *screen) soon(at time.Time) string {
	if at.In(s.Zone).Format(time.DateOnly) == s.Now.In(s.Zone).Format(time.DateOnly) {
		return s.Clock(at, s.Zone)
	}
	return s.When(at)
}

// hoursView is what the page of the opening hours shows.
type hoursView struct {
	Channel  string
	Own      bool // the channel has hours of its own
	Open     opening
	Days     []dayView
	Holidays []org.Holiday
}

// dayView is one weekday with room for two spans.
type dayView struct {
	Name string
	Slot [4]field // from, to, from, to
}

// weekdays stand in the order of a week here; org counts from Sunday.
var weekdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

func showHours(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.hours")
	v := hoursView{Channel: s.query("channel")}
	if s.r.Method == post && s.r.PostForm.Has("channel") {
		v.Channel = s.post("channel")
	}
	if !known(channels, v.Channel) {
		return nil, fault.New(fault.Unknown, "manage.no_page")
	}
	h, err := s.pages.Org.Hours(tx, s.Org.ID, v.Channel)
	if err != nil {
		return nil, err
	}
	own, err := s.pages.Org.Channels(tx, s.Org.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range own {
		v.Own = v.Own || c == v.Channel
	}
	if v.Holidays, err = s.pages.Org.Holidays(tx, s.Org.ID); err != nil {
		return nil, err
	}
	v.Open = s.opening(h)
	for _, day := range weekdays {
		v.Days = append(v.Days, s.day(day, h.Week[day]))
	}
	return hoursPage(s, v), nil
}

func (s *screen) day(day time.Weekday, spans []org.Span) dayView {
	v := dayView{Name: s.T("manage.day_" + strconv.Itoa(int(day)))}
	for i := range v.Slot {
		v.Slot[i] = field{Name: slotName(dayName(day), i), Kind: "time", Label: s.T(slotLabels[i], "day", v.Name)}
		if i/2 < len(spans) {
			v.Slot[i].Value = clockOf([2]int{spans[i/2].From, spans[i/2].To}[i%2])
		}
	}
	return v
}

var slotLabels = [4]string{"manage.slot_from", "manage.slot_to", "manage.slot_from_2", "manage.slot_to_2"}

func dayName(d time.Weekday) string { return "day" + strconv.Itoa(int(d)) }

func slotName(prefix string, i int) string { return prefix + "-" + strconv.Itoa(i+1) }

// clockOf writes minutes after midnight as a time field does. Midnight at the end of a day is 00:00.
func clockOf(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60%24, minute%60) }

// spans reads the times of one day.
func (s *screen) spans(prefix string) ([]org.Span, error) {
	var spans []org.Span
	for i := 0; i < 4; i += 2 {
		from, to := s.post(slotName(prefix, i)), s.post(slotName(prefix, i+1))
		if from == "" && to == "" {
			continue
		}
		span, err := parseSpan(from, to)
		if err != nil {
			return nil, at(slotName(prefix, i), err)
		}
		for _, other := range spans {
			if span.From < other.To && other.From < span.To {
				return nil, at(slotName(prefix, i), fault.New(fault.Invalid, "org.hours_overlap"))
			}
		}
		spans = append(spans, span)
	}
	return spans, nil
}

func parseSpan(from, to string) (org.Span, error) {
	var span org.Span
	for _, x := range []struct {
		typed  string
		minute *int
	}{{from, &span.From}, {to, &span.To}} {
		t, err := time.Parse("15:04", strings.Replace(x.typed, ".", ":", 1))
		if err != nil {
			return span, fault.New(fault.Invalid, "manage.time_unreadable")
		}
		*x.minute = t.Hour()*60 + t.Minute()
	}
	if span.To == 0 {
		span.To = 24 * 60
	}
	if span.From >= span.To {
		return span, fault.New(fault.Invalid, "org.hours_out_of_order")
	}
	return span, nil
}

func known(choices []option, value string) bool {
	for _, o := range choices {
		if o.Value == value {
			return true
		}
	}
	return false
}

// hoursOf is the page of a channel.
func hoursOf(channel string) string {
	if channel == "" {
		return "/manage/hours"
	}
	return "/manage/hours?channel=" + channel
}

func saveHours(s *screen) (answer, error) {
	channel := s.post("channel")
	if !known(channels, channel) {
		return answer{}, fault.New(fault.Unknown, "manage.no_page")
	}
	var w org.Week
	for _, day := range weekdays {
		var err error
		if w[day], err = s.spans(dayName(day)); err != nil {
			return answer{}, err
		}
	}
	return s.save(hoursOf(channel), "saved", func(tx *sqldb.Tx) error {
		return s.pages.Org.SetWeek(tx, s.by(), channel, w)
	})
}

func dropHours(s *screen) (answer, error) {
	channel := s.post("channel")
	if !known(channels, channel) {
		return answer{}, fault.New(fault.Unknown, "manage.no_page")
	}
	return s.save(hoursOf(channel), "reset", func(tx *sqldb.Tx) error { return s.pages.Org.DropWeek(tx, s.by(), channel) })
}

func saveHoliday(s *screen) (answer, error) {
	d := org.Holiday{Date: s.post("date"), Name: s.post("name")}
	var err error
	if d.Spans, err = s.spans("holiday"); err != nil {
		return answer{}, err
	}
	return s.save("/manage/hours", "saved", func(tx *sqldb.Tx) error {
		return placeLength(s, s.pages.Org.SetHoliday(tx, s.by(), d), map[string]int{"name": 120})
	})
}

func removeHoliday(s *screen) (answer, error) {
	return s.save("/manage/hours", "removed", func(tx *sqldb.Tx) error {
		return s.pages.Org.RemoveHoliday(tx, s.by(), s.r.PathValue("date"))
	})
}

// holidaySays is when the desk is open on a holiday.
func (s *screen) holidaySays(d org.Holiday) string {
	if len(d.Spans) == 0 {
		return s.T("manage.holiday_closed")
	}
	var parts []string
	for _, x := range d.Spans {
		parts = append(parts, clockOf(x.From)+"–"+clockOf(x.To))
	}
	return strings.Join(parts, ", ")
}

// date writes the date of a holiday.
func (s *screen) date(d org.Holiday) string {
	t, err := time.ParseInLocation(time.DateOnly, d.Date, s.Zone)
	if err != nil {
		return d.Date
	}
	return s.Date(t, s.Zone)
}
