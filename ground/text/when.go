package text

import (
	"strconv"
	"time"
)

// When says a moment as people do, seen from now and in the desk's own time zone: "vandaag om 16.00 uur",
// "morgen om 10.00 uur", "vrijdag 27 november om 14.00 uur". The year is said only when it is another one.
func (t Texts) When(at, now time.Time, loc *time.Location) string {
	return t.T("text.day_at_clock", "day", t.Day(at, now, loc), "clock", t.Clock(at, loc))
}

// Day says the day of a moment: "vandaag", "vrijdag 27 november".
func (t Texts) Day(at, now time.Time, loc *time.Location) string {
	at, now = at.In(loc), now.In(loc)
	switch days := dayNumber(at) - dayNumber(now); days {
	case -1:
		return t.T("text.yesterday")
	case 0:
		return t.T("text.today")
	case 1:
		return t.T("text.tomorrow")
	}
	weekday := t.T("text.weekday_" + strconv.Itoa(int(at.Weekday())))
	if at.Year() == now.Year() {
		return weekday + " " + t.dayMonth("text.month_", at)
	}
	return weekday + " " + t.dayMonth("text.month_", at) + " " + strconv.Itoa(at.Year())
}

// Date is a date in full, for whoever reads it later: "27 november 2026".
func (t Texts) Date(at time.Time, loc *time.Location) string {
	at = at.In(loc)
	return t.dayMonth("text.month_", at) + " " + strconv.Itoa(at.Year())
}

// Clock is the time of day: "16.00 uur", "16:00".
func (t Texts) Clock(at time.Time, loc *time.Location) string {
	return t.T("text.clock", "time", t.ShortClock(at, loc))
}

// ShortClock is the time of day without a word: "16.00", "16:00".
func (t Texts) ShortClock(at time.Time, loc *time.Location) string {
	if t.locale == Dutch {
		return at.In(loc).Format("15.04")
	}
	return at.In(loc).Format("15:04")
}

// Short fits in the column of a list: the time when it is today, otherwise "27 nov", with the year when it is
// another one.
func (t Texts) Short(at, now time.Time, loc *time.Location) string {
	at, now = at.In(loc), now.In(loc)
	switch {
	case dayNumber(at) == dayNumber(now):
		return t.ShortClock(at, loc)
	case at.Year() == now.Year():
		return t.dayMonth("text.month_short_", at)
	}
	return t.dayMonth("text.month_short_", at) + " " + strconv.Itoa(at.Year())
}

// Due says how a deadline stands: "nog 1 uur en 28 minuten" or "20 minuten te laat".
func (t Texts) Due(due, now time.Time) string {
	if now.After(due) {
		return t.T("text.late", "duration", t.Duration(now.Sub(due)))
	}
	return t.T("text.left", "duration", t.Duration(due.Sub(now)))
}

// Ago says how long ago it was: "20 minuten geleden"; less than a minute, and a clock that runs ahead, is "zojuist".
func (t Texts) Ago(at, now time.Time) string {
	if now.Sub(at) < time.Minute {
		return t.T("text.just_now")
	}
	return t.T("text.ago", "duration", t.Duration(now.Sub(at)))
}

// Duration says a length of time in at most two units, rounded down: "1 uur en 28 minuten", "3 dagen en 2 uur".
func (t Texts) Duration(d time.Duration) string {
	if d < 0 {
		d = -d
	}
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	switch {
	case days > 0:
		return t.two("text.days", days, "text.hours", hours)
	case hours > 0:
		return t.two("text.hours", hours, "text.minutes", minutes)
	case minutes > 0:
		return t.T("text.minutes", "count", minutes)
	}
	return t.T("text.under_a_minute")
}

func (t Texts) two(largeKey string, large int, smallKey string, small int) string {
	first := t.T(largeKey, "count", large)
	if small == 0 {
		return first
	}
	return t.T("text.two_units", "first", first, "second", t.T(smallKey, "count", small))
}

func (t Texts) dayMonth(prefix string, at time.Time) string {
	return strconv.Itoa(at.Day()) + " " + t.T(prefix+strconv.Itoa(int(at.Month())))
}

// dayNumber counts calendar days, so that the hour that a summer has less does not make a day disappear.
func dayNumber(at time.Time) int {
	y, m, d := at.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}
