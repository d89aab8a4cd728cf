package insight

import (
	"sync"
	"time"

	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Hour is what came in within one hour of the clock on the wall.
type Hour struct {
	N     int64
	Usual float64 // zero when there is nothing to compare with
}

// Day is what came in today, hour by hour, and what usually does.
//
// N: cases that began in that hour, on every channel, those that an agent opened for a customer included. Left out:
// what a customer added to a case that was there.
// Usual: the numerator is how many began in the same hour of the same weekday in the four weeks before, the denominator
// how many of those days count. Left out: days on which nothing came in at all, such as those before the desk began and
// the ones on which it was closed.
type Day struct {
	Hours [24]Hour
	Weeks int   // of how many days Usual is the mean; 0 means that there is nothing to compare with
	N     int64 // the whole day so far
	// UsualByNow is Usual over the hours that passed, and of the present one the part that did.
	UsualByNow float64
}

// weeksBack is how many earlier days of the same name are looked at.
const weeksBack = 4

// settled is how long after an hour it is no longer counted again: who began a case within it has long been kept.
const settled = 5 * time.Minute

// Arrivals counts what comes in. It remembers the hours that are past, since they no longer change: what is read each
// time is the present hour alone. It counts by the key of the cases, which grows with time, so that no case costs more to
// keep for the sake of a wall.
type Arrivals struct {
	mu    sync.Mutex
	known map[dayOf]counted
}

type dayOf struct {
	org   ident.Org
	start int64 // midnight, in milliseconds
}

// counted is the hours since midnight that are settled: hours[i] for i < until. A day has 25 when the clock is set back.
type counted struct {
	until int
	hours [25]int64
}

// NewArrivals remembers nothing yet.
func NewArrivals() *Arrivals { return &Arrivals{known: make(map[dayOf]counted)} }

// Of counts a day; midnight is in the time zone of the organisation.
func (a *Arrivals) Of(tx *sqldb.Tx, org ident.Org, midnight time.Time) (Day, error) {
	var d Day
	today, err := a.count(tx, org, midnight)
	if err != nil {
		return d, err
	}
	now := tx.Now()
	for i, n := range onTheClock(midnight, today) {
		d.Hours[i].N = n
		d.N += n
	}
	for week := 1; week <= weeksBack; week++ {
		start := midnight.AddDate(0, 0, -7*week)
		c, err := a.count(tx, org, start)
		if err != nil {
			return d, err
		}
		d.add(onTheClock(start, c))
	}
	a.forget(org, midnight.AddDate(0, 0, -7*weeksBack))
	local := now.In(midnight.Location())
	for i := range d.Hours {
		if d.Weeks > 0 {
			d.Hours[i].Usual /= float64(d.Weeks)
		}
		switch {
		case i < local.Hour():
			d.UsualByNow += d.Hours[i].Usual
		case i == local.Hour():
			d.UsualByNow += d.Hours[i].Usual * float64(local.Minute()) / 60
		}
	}
	return d, nil
}

// add takes an earlier day with, unless nothing came in on it.
func (d *Day) add(hours [24]int64) {
	sum := int64(0)
	for i, n := range hours {
		d.Hours[i].Usual += float64(n)
		sum += n
	}
	if sum > 0 {
		d.Weeks++
	}
}

// onTheClock gives the hours since midnight to those of the clock: they differ on the two days on which it is set.
func onTheClock(midnight time.Time, since [25]int64) (hours [24]int64) {
	for i, n := range since {
		if n > 0 {
			hours[midnight.Add(time.Duration(i)*time.Hour).Hour()] += n
		}
	}
	return hours
}

// count gives the hours since a midnight; those that are settled are remembered.
func (a *Arrivals) count(tx *sqldb.Tx, org ident.Org, midnight time.Time) ([25]int64, error) {
	end := midnight.AddDate(0, 0, 1)
	all := int(end.Sub(midnight) / time.Hour)
	key := dayOf{org, midnight.UnixMilli()}
	a.mu.Lock()
	c := a.known[key]
	a.mu.Unlock()
	if c.until >= all {
		return c.hours, nil
	}
	fresh, err := began(tx, org, midnight, c.until, end)
	if err != nil {
		return c.hours, err
	}
	hours := c.hours
	for _, h := range fresh {
		hours[min(h.at, len(hours)-1)] += h.n
	}
	if until := min(int(tx.Now().Add(-settled).Sub(midnight)/time.Hour), all); until > c.until {
		c.until = until
		copy(c.hours[:until], hours[:until])
		a.mu.Lock()
		a.known[key] = c
		a.mu.Unlock()
	}
	return hours, nil
}

// forget drops the days of an organisation before the earliest that is still compared with.
func (a *Arrivals) forget(org ident.Org, before time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for key := range a.known {
		if key.org == org && key.start < before.UnixMilli() {
			delete(a.known, key)
		}
	}
}

type hourCount struct {
	at int
	n  int64
}

// began counts the cases of a day by the hour since midnight, from an hour on.
func began(tx *sqldb.Tx, org ident.Org, midnight time.Time, from int, end time.Time) ([]hourCount, error) {
	start := midnight.Add(time.Duration(from) * time.Hour)
	// The plus keeps SQLite from taking an index that begins with the organisation and reading every case in it.
	return sqldb.All(tx, func(r sqldb.Row, h *hourCount) error { return r.Scan(&h.at, &h.n) },
		`select (id / $4 - $5) / 3600000 as at, count(*) from cases where +org = $1 and id >= $2 and id < $3 group by 1`,
		org, ident.Floor(start), ident.Floor(end), int64(ident.PerMilli), midnight.UnixMilli())
}
