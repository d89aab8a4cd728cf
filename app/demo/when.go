package demo

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// openDay is how long the desk is open on a working day: a "day" of desk work.
const openDay = (closes - opens) * time.Minute

// hoursOf are the opening hours of the day of a moment; false on a day that is closed.
func hoursOf(local time.Time) (from, to time.Time, open bool) {
	y, m, d := local.Date()
	at := func(minute int) time.Time { return time.Date(y, m, d, 0, minute, 0, 0, local.Location()) }
	switch local.Weekday() {
	case time.Sunday:
		return at(0), at(0), false
	case time.Saturday:
		return at(opensSaturday), at(closesSaturday), true
	}
	return at(opens), at(closes), true
}

// addOpen is the moment at which the desk has been open for d since t.
func addOpen(t time.Time, d time.Duration, zone *time.Location) time.Time {
	for t = t.In(zone); ; t = midnight(t, 1) {
		from, to, open := hoursOf(t)
		if !open || !t.Before(to) {
			continue
		}
		if t.Before(from) {
			t = from
		}
		if left := to.Sub(t); d > left {
			d -= left
			continue
		}
		return t.Add(d)
	}
}

// backOpen is the moment since which the desk has been open for d at t.
func backOpen(t time.Time, d time.Duration, zone *time.Location) time.Time {
	for t = t.In(zone); ; t = midnight(t, 0).Add(-time.Minute) {
		from, to, open := hoursOf(t)
		if !open || !t.After(from) {
			continue
		}
		if t.After(to) {
			t = to
		}
		if had := t.Sub(from); d > had {
			d -= had
			continue
		}
		return t.Add(-d)
	}
}

func midnight(t time.Time, days int) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d+days, 0, 0, 0, 0, t.Location())
}

// awake moves what a customer would do at night to the morning.
func awake(t time.Time, zone *time.Location) time.Time {
	local := t.In(zone)
	switch {
	case local.Hour() >= 22:
		return midnight(local, 1).Add(7*time.Hour + time.Duration(local.Minute())*time.Minute)
	case local.Hour() < 7:
		return midnight(local, 0).Add(7*time.Hour + time.Duration(local.Minute())*time.Minute)
	}
	return local
}

// length reads "20m", "3h" or "2d"; day is how long a day is.
func length(s string, day time.Duration) (time.Duration, error) {
	if n, ok := strings.CutSuffix(s, "d"); ok {
		days, err := strconv.ParseFloat(n, 64)
		return time.Duration(days * float64(day)), err
	}
	if s == "" {
		return 0, nil
	}
	return time.ParseDuration(s)
}

// begin is when a story begins: "33d 09:12" or "6h", see story.When.
func (p *play) begin(when string) (time.Time, error) {
	days, at, ok := strings.Cut(when, " ")
	if !ok {
		d, err := length(when, openDay)
		return backOpen(p.d.Now, d, p.zone), err
	}
	n, err := strconv.Atoi(strings.TrimSuffix(days, "d"))
	if err != nil {
		return time.Time{}, err
	}
	return p.onDay(midnight(p.d.Now.In(p.zone), -n), at)
}

// onDay is a time of a day, "09:12", with seconds that nobody chose.
func (p *play) onDay(day time.Time, at string) (time.Time, error) {
	clock, err := time.Parse("15:04", at)
	if err != nil {
		return time.Time{}, err
	}
	return day.Add(time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute +
		time.Duration(p.d.Chance.IntN(60))*time.Second), nil
}

// due reads a deadline: "+2d 16:00" and "+3h" count from the step, "now+2d 12:00", "now+2h" and "now-1h" from the end
// of the history. A deadline always lies after the step in which it is set.
func (p *play) due(s string) (time.Time, error) {
	base, least := p.d.Clock.Now(), p.d.Clock.Now().Add(time.Minute)
	rest, fromNow := strings.CutPrefix(s, "now")
	if fromNow {
		base = p.d.Now
	}
	if len(rest) < 2 {
		return time.Time{}, fmt.Errorf("%q is no deadline", s)
	}
	t, err := p.deadline(base, rest[0] == '-', rest[1:], fromNow)
	if t.Before(least) {
		t = least
	}
	return t.Truncate(time.Minute).Add(time.Minute), err
}

func (p *play) deadline(base time.Time, back bool, s string, exact bool) (time.Time, error) {
	if days, at, ok := strings.Cut(s, " "); ok {
		n, err := strconv.Atoi(strings.TrimSuffix(days, "d"))
		day := midnight(base.In(p.zone), 0)
		for ; n > 0; n-- {
			if day = midnight(day, 1); day.Weekday() == time.Sunday {
				day = midnight(day, 1)
			}
		}
		if err != nil {
			return day, err
		}
		clock, err := time.Parse("15:04", at)
		return day.Add(time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute), err
	}
	d, err := length(s, openDay)
	switch {
	case back:
		return base.Add(-d), err
	case exact:
		return base.Add(d), err
	}
	return addOpen(base, d, p.zone), err
}
