package queue

import (
	"time"

	"balie/ground/ident"
	"balie/ground/sqldb"
)

// mostArrivals bounds what is read of the past; a busier desk is measured over fewer weeks.
const mostArrivals = 200_000

// Arrivals is how many contacts began to wait in each half hour, from Since on. A contact that tried again counts again:
// it is work again.
type Arrivals struct {
	Since time.Time
	n     map[int64]int // by half hours since 1970
}

const halfHour = 30 * time.Minute

// Mean is how many come in a half hour on average: that of a moment, so many weeks back. Half hours of before Since are
// left out.
func (a Arrivals) Mean(at, now time.Time, zone *time.Location, weeks int) float64 {
	sum, seen := 0, 0
	for back := at.In(zone); seen < weeks; {
		back = back.AddDate(0, 0, -7)
		if back.Before(a.Since) {
			break
		}
		if back.Add(halfHour).After(now) {
			continue
		}
		seen++
		sum += a.n[back.UnixMilli()/halfHour.Milliseconds()]
	}
	if seen == 0 {
		return 0
	}
	return float64(sum) / float64(seen)
}

// Arrivals counts who began to wait since a moment, as far as they wait no longer.
func (r *Room) Arrivals(tx *sqldb.Tx, org ident.Org, since time.Time) (Arrivals, error) {
	a := Arrivals{Since: since, n: make(map[int64]int)}
	type row struct {
		half int64
		n    int
	}
	rows, err := sqldb.All(tx, func(r sqldb.Row, v *row) error { return r.Scan(&v.half, &v.n) },
		`select half, count(*) from (select joined_at / 1800000 as half from wait where org = $1 and ended_at > $2
		order by ended_at desc limit $3) as latest group by half`, org, since, mostArrivals)
	total, first := 0, int64(0)
	for _, v := range rows {
		a.n[v.half] = v.n
		if total += v.n; first == 0 || v.half < first {
			first = v.half
		}
	}
	if total == mostArrivals { // the rest of that half hour may be missing
		a.Since = time.UnixMilli((first + 1) * halfHour.Milliseconds())
	}
	return a, err
}
