package insight

import (
	"time"

	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Stays says how it went for those who chose to wait on for one agent, and were told within which time that agent has room
// nine times of ten.
//
// Numerator of Kept: answered by that agent before the time that was told last was over. Denominator, Told: those who were
// told a time and answered by somebody. Left out: who left or chose another moment, who took it back for a colleague, and
// who could be told no time.
type Stays struct{ Told, Kept int }

// Share is the part that went as was said, 0–1.
func (s Stays) Share() float64 {
	if s.Told == 0 {
		return 0
	}
	return float64(s.Kept) / float64(s.Told)
}

// HowStaysWent counts a period.
func HowStaysWent(tx *sqldb.Tx, org ident.Org, from, to time.Time) (Stays, error) {
	return sqldb.One(tx, func(r sqldb.Row, s *Stays) error { return r.Scan(&s.Told, &s.Kept) }, `select count(*),
		cast(coalesce(sum(case when agent = wanted and ended_at <= stay_until then 1 else 0 end), 0) as bigint) from wait
		where org = $1 and ended_at >= $2 and ended_at < $3 and state = 'answered' and stay_bound is not null`, org, from, to)
}
