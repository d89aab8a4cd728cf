package org_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"balie/domain/org"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

func amsterdam(t *testing.T) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func everyDay(spans ...org.Span) (w org.Week) {
	for day := range w {
		w[day] = spans
	}
	return w
}

func TestTheDeskOpensByTheClockOnTheWallOverTheSummerChange(t *testing.T) {
	loc := amsterdam(t)
	h := org.Hours{Zone: loc, Week: org.OfficeWeek()}
	for _, c := range []struct{ at, next string }{
		{"2026-03-27T16:59:59+01:00", "2026-03-27T16:59:59+01:00"}, // Friday, still open
		{"2026-03-27T17:00:00+01:00", "2026-03-30T09:00:00+02:00"}, // over the night that summer begins
		{"2026-10-23T18:00:00+02:00", "2026-10-26T09:00:00+01:00"}, // and back
	} {
		at, _ := time.Parse(time.RFC3339, c.at)
		if got := h.Next(at).In(loc).Format(time.RFC3339); got != c.next {
			t.Errorf("from %s it opens at %s, want %s", c.at, got, c.next)
		}
	}
}

func TestTheHourThatDoesNotExistAndTheHourThatComesTwice(t *testing.T) {
	loc := amsterdam(t)
	h := org.Hours{Zone: loc, Week: everyDay(org.Span{From: 2*60 + 15, To: 3*60 + 30})}
	// 29 March 2026: the clock goes from 02:00 to 03:00, and opening falls in between.
	if got := h.Next(time.Date(2026, 3, 29, 0, 30, 0, 0, loc)); !got.Equal(time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC)) {
		t.Errorf("opens at %s", got)
	}
	h.Week = everyDay(org.Span{From: 2 * 60, To: 2*60 + 30})
	// 25 October 2026: between the first 02:30 and the second 02:00 it is closed.
	if got := h.Next(time.Date(2026, 10, 25, 0, 40, 0, 0, time.UTC)); !got.Equal(time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC)) {
		t.Errorf("opens the second time at %s", got)
	}
}

func TestHolidaysGoBeforeTheWeek(t *testing.T) {
	loc := amsterdam(t)
	h := org.Hours{Zone: loc, Week: org.OfficeWeek(), Holidays: map[string]org.Holiday{
		"2026-12-25": {Date: "2026-12-25", Name: "Kerst"},
		"2026-12-24": {Date: "2026-12-24", Name: "Kerstavond", Spans: []org.Span{{From: 9 * 60, To: 12 * 60}}},
	}}
	if h.Open(time.Date(2026, 12, 24, 12, 0, 0, 0, loc)) || !h.Open(time.Date(2026, 12, 24, 11, 59, 0, 0, loc)) {
		t.Error("closes at twelve on the 24th")
	}
	if got := h.Next(time.Date(2026, 12, 24, 12, 0, 0, 0, loc)); !got.Equal(time.Date(2026, 12, 28, 9, 0, 0, 0, loc)) {
		t.Errorf("opens after Christmas at %s", got)
	}
	if got := h.Closes(time.Date(2026, 12, 24, 10, 0, 0, 0, loc)); !got.Equal(time.Date(2026, 12, 24, 12, 0, 0, 0, loc)) {
		t.Errorf("closes at %s", got)
	}
	if day, ok := h.Holiday(time.Date(2026, 12, 24, 23, 30, 0, 0, time.UTC)); !ok || day.Name != "Kerst" {
		t.Errorf("half past midnight in Amsterdam is %+v", day)
	}
	if never := (org.Hours{Zone: loc}).Next(noon); !never.IsZero() {
		t.Errorf("a desk without hours opens at %s", never)
	}
	if always := (org.Hours{Zone: loc, Week: everyDay(org.Span{To: 24 * 60})}).Closes(noon); !always.IsZero() {
		t.Errorf("a desk that is always open closes at %s", always)
	}
}

// TestNextIsWhereAMinuteByMinuteSearchFindsIt compares with the slow way on random weeks around both changes of the
// clock, in zones that change at midnight and by half an hour.
func TestNextIsWhereAMinuteByMinuteSearchFindsIt(t *testing.T) {
	chance := rand.New(rand.NewPCG(3, 4))
	for _, zone := range []string{"Europe/Amsterdam", "Africa/Cairo", "Australia/Lord_Howe"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for range 40 {
			var w org.Week
			for day := range w {
				if from := chance.IntN(300); chance.IntN(4) > 0 {
					w[day] = []org.Span{{From: from, To: from + 1 + chance.IntN(200)}}
				}
			}
			h := org.Hours{Zone: loc, Week: w}
			start := time.Date(2026, []time.Month{3, 4, 10}[chance.IntN(3)], 22+chance.IntN(8), chance.IntN(24), chance.IntN(60), 0, 0, time.UTC)
			want := start
			for n := 0; !h.Open(want) && n < 10*24*60; n++ {
				want = want.Add(time.Minute)
			}
			if got := h.Next(start); h.Open(want) && !got.Equal(want) {
				t.Fatalf("%s from %s: %s, want %s, week %v", zone, start, got, want, w)
			}
		}
	}
}

func TestHoursPerChannelAndHolidaysAreKept(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		d.write(func(tx *sqldb.Tx) error {
			if err := d.room.SetWeek(tx, d.east, "chat", everyDay(org.Span{From: 22 * 60, To: 24 * 60}, org.Span{From: 8 * 60, To: 12 * 60})); err != nil {
				return err
			}
			return d.room.SetHoliday(tx, d.east, org.Holiday{Date: "2026-11-20", Name: "Jubileum"})
		})
		hours := func(channel string) org.Hours {
			return read(d, func(tx *sqldb.Tx) (org.Hours, error) { return d.room.Hours(tx, d.east.Org, channel) })
		}
		if h := hours("chat"); h.Week[0][0].From != 8*60 || h.Open(noon) || !h.Open(noon.Add(46*time.Hour)) {
			t.Errorf("%+v", h)
		}
		d.write(func(tx *sqldb.Tx) error {
			if err := d.room.RemoveHoliday(tx, d.east, "2026-11-20"); err != nil {
				return err
			}
			return d.room.DropWeek(tx, d.east, "chat")
		})
		if h := hours("chat"); !h.Open(noon) {
			t.Error("the general hours do not count again")
		}
		d.refused("org.hours_overlap", func(tx *sqldb.Tx) error {
			return d.room.SetWeek(tx, d.east, "", everyDay(org.Span{From: 1, To: 9}, org.Span{From: 8, To: 10}))
		})
		d.refused("org.hours_out_of_order", func(tx *sqldb.Tx) error {
			return d.room.SetWeek(tx, d.east, "", everyDay(org.Span{From: 9, To: 9}))
		})
		d.refused("org.holiday_date_unusable", func(tx *sqldb.Tx) error {
			return d.room.SetHoliday(tx, d.east, org.Holiday{Date: "2026-02-30"})
		})
	})
}

func TestAnswerTimeCountsWhileTheDeskIsOpen(t *testing.T) {
	zone := amsterdam(t)
	office := org.Hours{Zone: zone, Week: org.OfficeWeek(), Holidays: map[string]org.Holiday{"2026-11-24": {Date: "2026-11-24"}}}
	var always org.Week
	for d := range always {
		always[d] = []org.Span{{From: 0, To: 24 * 60}}
	}
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, zone) }
	for name, c := range map[string]struct {
		hours org.Hours
		from  time.Time
		open  time.Duration
		want  time.Time
	}{
		"within the day":                {office, at(23, 9, 30), 2 * time.Hour, at(23, 11, 30)},
		"up to closing time":            {office, at(23, 9, 0), 8 * time.Hour, at(23, 17, 0)},
		"over a night and a holiday":    {office, at(23, 16, 0), 2 * time.Hour, at(25, 10, 0)},
		"from the weekend":              {office, at(22, 2, 45), 8 * time.Hour, at(23, 17, 0)},
		"over a weekend":                {office, at(20, 16, 30), time.Hour, at(23, 9, 30)},
		"at a desk that never closes":   {org.Hours{Zone: zone, Week: always}, at(20, 23, 0), 30 * time.Hour, at(22, 5, 0)},
		"at a desk that does not open":  {org.Hours{Zone: zone}, at(20, 23, 0), time.Hour, at(21, 0, 0)},
		"nothing, in the middle of one": {office, at(23, 9, 30), 0, at(23, 9, 30)},
	} {
		if got := c.hours.After(c.from, c.open); !got.Equal(c.want) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestTheDepartmentCountsMoreThanTheChannel(t *testing.T) {
	all := org.Targets{{Answer: 4 * time.Hour}, {Channel: "form", Answer: time.Hour}, {Department: 7, Answer: 2 * time.Hour}, {Department: 7, Channel: "email"}}
	for _, c := range []struct {
		department ident.Department
		channel    string
		want       time.Duration
	}{{0, "email", 4 * time.Hour}, {0, "form", time.Hour}, {7, "form", 2 * time.Hour}, {7, "email", 0}, {8, "form", time.Hour}} {
		if got := all.For(c.department, c.channel); got != c.want {
			t.Errorf("department %d, %s: %s, want %s", c.department, c.channel, got, c.want)
		}
	}
	if got := (org.Targets{}).For(3, "email"); got != org.UsualAnswer {
		t.Errorf("nothing set: %s", got)
	}
}
