package org

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"balie/ground/fault"
)

// Span is a part of a day in minutes after midnight on the clock on the wall; To is not in it.
type Span struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Week holds the spans of each weekday, Sunday first as in package time.
type Week [7][]Span

// Holiday is a date with other hours than its weekday: none when there are no spans.
type Holiday struct {
	Date  string // 2006-01-02
	Name  string
	Spans []Span
}

// Hours are the opening hours of one channel of an organisation.
type Hours struct {
	Zone     *time.Location
	Week     Week
	Holidays map[string]Holiday // by date
}

// horizon is how far Next looks: longer than any closing that a person plans.
const horizon = 400

// spans are those of the calendar day of a moment that is already in the zone.
func (h Hours) spans(local time.Time) []Span {
	if day, ok := h.Holidays[local.Format(time.DateOnly)]; ok {
		return day.Spans
	}
	return h.Week[local.Weekday()]
}

// Holiday gives the holiday on the day of a moment.
func (h Hours) Holiday(at time.Time) (Holiday, bool) {
	day, ok := h.Holidays[at.In(h.Zone).Format(time.DateOnly)]
	return day, ok
}

// Open says whether the desk is open: what the clock on the wall shows lies in a span of that day. In the hour that
// comes twice in autumn it is open twice.
func (h Hours) Open(at time.Time) bool {
	local := at.In(h.Zone)
	minute := local.Hour()*60 + local.Minute()
	return slices.ContainsFunc(h.spans(local), func(s Span) bool { return s.From <= minute && minute < s.To })
}

// Next is the first moment from at on that the desk is open; at itself when it is open now. The zero moment means that
// it does not open within a year.
func (h Hours) Next(at time.Time) time.Time {
	return h.first(at, horizon, func(t time.Time) bool { return h.Open(t) })
}

// Closes is the first moment from at on that the desk is closed; at itself when it is closed now. The zero moment
// means that it does not close within a year.
func (h Hours) Closes(at time.Time) time.Time {
	return h.first(at, horizon, func(t time.Time) bool { return !h.Open(t) })
}

// After is the moment at which so much opening time has passed since at. Where the desk does not open any more, the
// time counts by the clock.
func (h Hours) After(at time.Time, open time.Duration) time.Time {
	for {
		begins := h.Next(at)
		if begins.IsZero() {
			return at.Add(open)
		}
		// A desk that never closes is looked at for as many days as it takes, and not for a year.
		ends := h.first(begins, 2+int(open/(24*time.Hour)), func(t time.Time) bool { return !h.Open(t) })
		if ends.IsZero() || open <= ends.Sub(begins) {
			return begins.Add(open)
		}
		open -= ends.Sub(begins)
		at = ends
	}
}

// first looks only at the moments at which something can change, in the next days.
func (h Hours) first(at time.Time, days int, found func(time.Time) bool) time.Time {
	if found(at) {
		return at
	}
	y, m, d := at.In(h.Zone).Date()
	for n := range days {
		changes := h.changes(y, m, d+n)
		slices.SortFunc(changes, func(a, b time.Time) int { return cmp.Compare(a.UnixMilli(), b.UnixMilli()) })
		for _, t := range changes {
			if !t.Before(at) && found(t) {
				return t.In(at.Location())
			}
		}
	}
	return time.Time{}
}

// changes are the moments of a day at which the desk may open or close: midnight, the ends of its spans, and where
// the clock is set forward or back.
func (h Hours) changes(y int, m time.Month, d int) []time.Time {
	noon := time.Date(y, m, d, 12, 0, 0, 0, h.Zone)
	all := []time.Time{time.Date(y, m, d, 0, 0, 0, 0, h.Zone)}
	if start, _ := noon.ZoneBounds(); !start.IsZero() {
		all = append(all, start)
	}
	if _, end := noon.ZoneBounds(); !end.IsZero() {
		all = append(all, end)
	}
	for _, s := range h.spans(noon) {
		for _, minute := range [2]int{s.From, s.To} {
			t := time.Date(y, m, d, 0, minute, 0, 0, h.Zone)
			all = append(all, t)
			// In the hour that comes twice, time.Date gives one of the two.
			_, offset := t.Zone()
			for _, near := range [2]time.Time{t.Add(-3 * time.Hour), t.Add(3 * time.Hour)} {
				if _, other := near.Zone(); other != offset {
					all = append(all, t.Add(time.Duration(offset-other)*time.Second))
				}
			}
		}
	}
	_, _, day := noon.Date()
	return slices.DeleteFunc(all, func(t time.Time) bool { return t.In(h.Zone).Day() != day || t.Sub(noon).Abs() > 36*time.Hour })
}

// checkSpans sorts the spans of a day and refuses what overlaps or lies outside it.
func checkSpans(spans []Span) ([]Span, error) {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	for i, s := range spans {
		if s.From < 0 || s.To > 24*60 || s.From >= s.To {
			return nil, fault.New(fault.Invalid, "org.hours_out_of_order")
		}
		if i > 0 && spans[i-1].To > s.From {
			return nil, fault.New(fault.Invalid, "org.hours_overlap")
		}
	}
	return spans, nil
}

func (w Week) check() (Week, error) {
	for day, spans := range w {
		var err error
		if w[day], err = checkSpans(spans); err != nil {
			return w, err
		}
	}
	return w, nil
}

func (d Holiday) check() (Holiday, error) {
	if _, err := time.Parse(time.DateOnly, d.Date); err != nil {
		return d, fault.New(fault.Invalid, "org.holiday_date_unusable", "date", d.Date)
	}
	var err error
	if d.Name, err = line(d.Name, 120); err != nil {
		return d, err
	}
	d.Spans, err = checkSpans(d.Spans)
	return d, err
}

func spansText(v any) string {
	b, _ := json.Marshal(v) //nolint:errcheck // whole numbers always can be written
	return string(b)
}
