package insight

import (
	"strings"
	"time"

	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Now is what a team lead sees of this moment. Cases and promises are counted up to a thousand: nobody does anything else
// at 2,000 than at 1,000, and counting 20,000 took longer than the whole board.
type Now struct {
	Waiting       int64     // cases in which the customer waits for us; snoozed ones are left out
	OldestSince   time.Time // since when the longest of them waits
	Unassigned    int64     // new or open cases without an owner; snoozed ones are left out
	DueHour       int64     // open promises with a deadline within the hour
	DueToday      int64     // open promises with a deadline until the end of today, organisation's time
	BrokenWaiting int64     // promises whose deadline passed and that are still to be done
	Dissatisfied  int64     // cases whose customer's last score was that of a dissatisfied one
	ClosedToday   int64     // cases closed since midnight by the customer or by silence; merged ones are left out
	ByCustomer    int64     // of these: on the customer's own word
	GradeToday    float64   // mean grade given since midnight, 1–10
	Grades        int64     // how many grades that mean is of; with none it means nothing
}

// Look takes the measures of an organisation. day is midnight in its own time zone.
func Look(tx *sqldb.Tx, org ident.Org, day time.Time) (Now, error) {
	var n Now
	now := tx.Now()
	counts := []struct {
		to   *int64
		text string
		args []any
	}{
		{&n.Waiting, `select 1 from cases where org = $1 and waiting_since is not null and snoozed_until is null`, nil},
		{&n.Unassigned, `select 1 from cases where org = $1 and owner is null and status in ('new', 'open') and snoozed_until is null`, nil},
		{&n.DueHour, `select 1 from promise where org = $1 and status = 'open' and due <= $2`, []any{now.Add(time.Hour)}},
		{&n.DueToday, `select 1 from promise where org = $1 and status = 'open' and due < $2`, []any{day.AddDate(0, 0, 1)}},
		{&n.BrokenWaiting, `select 1 from promise where org = $1 and status = 'broken' and kept_at is null`, nil},
		{&n.Dissatisfied, `select 1 from cases where org = $1 and dissatisfied = 1`, nil},
		{&n.ClosedToday, `select count(*) from cases where org = $1 and closed_at >= $2 and closed_by <> ''`, []any{day}},
		{&n.ByCustomer, `select count(*) from cases where org = $1 and closed_at >= $2 and closed_by = 'customer'`, []any{day}},
		{&n.Grades, `select count(grade) from feedback where org = $1 and at >= $2`, []any{day}},
	}
	for _, c := range counts {
		if strings.HasPrefix(c.text, "select 1 ") {
			c.text = "select count(*) from (" + c.text + " limit 1000) as counted"
		}
		var err error
		if *c.to, err = sqldb.Value(tx, c.text, append([]any{org}, c.args...)...); err != nil {
			return n, err
		}
	}
	var err error
	n.OldestSince, err = sqldb.One(tx, func(r sqldb.Row, t *time.Time) error { return r.Scan(sqldb.Time(t)) },
		`select min(waiting_since) from cases where org = $1 and waiting_since is not null and snoozed_until is null`, org)
	if err != nil || n.Grades == 0 {
		return n, err
	}
	sum, err := sqldb.Value(tx, `select sum(grade) from feedback where org = $1 and at >= $2`, org, day)
	n.GradeToday = float64(sum) / float64(n.Grades)
	return n, err
}
