package insight

import (
	"time"

	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Record is how good what we told about waiting was, over all channels, as customers read it.
//
// Numerator of Within: contacts that were answered within the bound they were told. Denominator, Told: contacts that were
// told a bound and answered. Left out: the same as in Honesty.
type Record struct{ Told, Within int }

// recordLeast is how many waits it takes to say something about.
const recordLeast = 50

// RecordOver is how far back customers read: four weeks.
const RecordOver = 28 * 24 * time.Hour

// Enough says whether there is enough to tell customers about.
func (r Record) Enough() bool { return r.Told >= recordLeast }

// OfHundred is how many of a hundred stayed within what they were told, rounded down: nobody is made to look better.
func (r Record) OfHundred() int {
	if r.Told == 0 {
		return 0
	}
	return 100 * r.Within / r.Told
}

// HowGood counts the record of a period. It is that of HowHonest, all channels together, without reading each wait.
func HowGood(tx *sqldb.Tx, org ident.Org, from, to time.Time) (Record, error) {
	return sqldb.One(tx, func(r sqldb.Row, v *Record) error { return r.Scan(&v.Told, &v.Within) }, `select count(*),
		cast(coalesce(sum(case when ended_at - joined_at <= told_bound * 1000 then 1 else 0 end), 0) as bigint) from wait
		where org = $1 and ended_at >= $2 and ended_at < $3 and state = 'answered' and told_bound is not null`, org, from, to)
}
