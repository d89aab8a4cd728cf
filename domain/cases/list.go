package cases

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// View is one of the lists in which cases are looked at. Each has an index of its own, so that a page costs the same
// with a thousand cases and with a million.
type View string

// The views.
const (
	Mine         View = "mine"         // that I own, not closed, not snoozed
	Unassigned   View = "unassigned"   // that nobody owns, longest untouched first
	Promises     View = "promises"     // with an open promise, due first
	Waiting      View = "waiting"      // where the customer has the turn
	Sleeping     View = "snoozed"      // out of sight, first to wake first
	Dissatisfied View = "dissatisfied" // whose customer is dissatisfied now
	All          View = "all"
)

// order says how a view is sorted and which rows it has.
type order struct {
	key   string // column, a moment
	up    bool   // smallest first
	where string
}

var orders = map[View]order{
	Mine: {key: "updated_at", where: "owner = $2 and status <> 'closed' and snoozed_until is null"},
	Unassigned: {
		key: "updated_at", up: true,
		where: "owner is null and status in ('new', 'open') and snoozed_until is null",
	},
	Promises:     {key: "promise_due", up: true, where: "promise_due is not null"},
	Waiting:      {key: "updated_at", where: "waiting_on = 'customer' and status <> 'closed'"},
	Sleeping:     {key: "snoozed_until", up: true, where: "snoozed_until is not null"},
	Dissatisfied: {key: "updated_at", where: "dissatisfied = 1"},
	All:          {key: "updated_at"},
}

// Filter chooses cases. Everything but View may be left empty.
type Filter struct {
	View     View
	Me       ident.Agent // whose Mine it is
	Owner    ident.Agent
	NoOwner  bool
	Status   Status
	Customer ident.Party
	Tag      string
	Cursor   string
	Limit    int
}

// List gives a page of cases and the cursor of the next page, empty after the last.
func (r *Room) List(tx *sqldb.Tx, org ident.Org, f Filter) ([]Case, string, error) {
	q, err := r.page(tx, org, f)
	if err != nil {
		return nil, "", err
	}
	if f.Cursor != "" {
		key, id, err := readCursor(f.Cursor)
		if err != nil {
			return nil, "", err
		}
		q.args = append(q.args, key, id)
		sign := "<"
		if q.up {
			sign = ">"
		}
		q.where = append(q.where, fmt.Sprintf("(%s, %s) %s ($%d, $%d)", q.at, q.id, sign, len(q.args)-1, len(q.args)))
	}
	direction := " desc"
	if q.up {
		direction = ""
	}
	q.args = append(q.args, f.Limit+1)
	list, err := sqldb.Some(tx, f.Limit+1, scan, fmt.Sprintf(`select %s from %s where %s order by %s%s, %s%s limit $%d`,
		columns, q.from, strings.Join(q.where, " and "), q.at, direction, q.id, direction, len(q.args)), q.args...)
	if err != nil || len(list) <= f.Limit {
		return list, "", err
	}
	last := list[f.Limit-1]
	return list[:f.Limit], fmt.Sprintf("%d.%d", last.sortKey(q.key).UnixMilli(), last.ID), nil
}

// page is a query for a page of a list.
type page struct {
	order
	from   string
	at, id string // the columns in whose order it is read
	where  []string
	args   []any
}

// page says where a list is read from. A list of a tag is read from the tag, in its order, so that a rare tag costs as
// little as a common one; a view of work in hand is short and is looked through, unless the tag has even fewer cases.
func (r *Room) page(tx *sqldb.Tx, org ident.Org, f Filter) (page, error) {
	if f.View == "" {
		f.View = All
	}
	o, ok := orders[f.View]
	if !ok {
		return page{}, fault.New(fault.Invalid, "cases.view_unknown", "view", string(f.View))
	}
	q := page{order: o, from: "cases", at: o.key, id: "id", where: []string{"org = $1"}, args: []any{org}}
	f.Tag = tagName(f.Tag)
	if f.Tag != "" {
		n := int64(0)
		if f.View != All {
			var err error
			if n, err = sqldb.Value(tx, `select count(*) from (select 1 from tag where org = $1 and name = $2 limit $3) as counted`,
				org, f.Tag, fewTagged); err != nil {
				return q, err
			}
		}
		if n < fewTagged {
			q.args = append(q.args, f.Tag)
			// cross: SQLite reads the tag first, whatever it thinks of the views.
			q.from = `(select case_id as tagged, updated_at as tagged_at from tag where org = $1 and name = $2) as tag cross join cases`
			q.where = append(q.where, "id = tagged")
			f.Tag = ""
			if o.key == "updated_at" {
				q.at, q.id = "tagged_at", "tagged"
			}
		}
	}
	f.clauses(&q)
	return q, nil
}

// fewTagged is how many cases of a tag are looked at rather than those of a view.
const fewTagged = 300

func (q *page) add(clause string, v any) {
	q.args = append(q.args, v)
	q.where = append(q.where, strings.ReplaceAll(clause, "$2", "$"+strconv.Itoa(len(q.args))))
}

// clauses are those of the view and of what else is asked for.
func (f Filter) clauses(q *page) {
	if where := orders[f.View].where; strings.Contains(where, "$2") {
		q.add(where, f.Me)
	} else if where != "" {
		q.where = append(q.where, where)
	}
	if f.Owner != 0 {
		q.add("owner = $2", f.Owner)
	}
	if f.NoOwner {
		q.where = append(q.where, "owner is null")
	}
	if f.Status != "" {
		q.add("status = $2", string(f.Status))
	}
	if f.Customer != 0 {
		q.add("party = $2", f.Customer)
	}
	if f.Tag != "" {
		// exists: SQLite makes the list of "id in (…)" anew for every case that it looks at.
		q.add("exists (select 1 from tag where tag.org = cases.org and tag.case_id = cases.id and tag.name = $2)", f.Tag)
	}
}

func (c Case) sortKey(column string) time.Time {
	switch column {
	case "promise_due":
		return c.PromiseDue
	case "snoozed_until":
		return c.SnoozedUntil
	}
	return c.Updated
}

func readCursor(s string) (key, id int64, err error) {
	a, b, ok := strings.Cut(s, ".")
	if ok {
		key, err = strconv.ParseInt(a, 10, 64)
		if err == nil {
			id, err = strconv.ParseInt(b, 10, 64)
		}
	}
	if !ok || err != nil {
		return 0, 0, fault.New(fault.Invalid, "cases.cursor")
	}
	return key, id, nil
}

// countLimit is where counting a view stops: nobody reads the difference between 1,000 and 2,000.
const countLimit = 1000

// Count tells how many cases a view has, up to a thousand. All is not counted.
func (r *Room) Count(tx *sqldb.Tx, org ident.Org, v View, me ident.Agent) (int64, error) {
	o, ok := orders[v]
	if !ok || v == All {
		return 0, nil
	}
	args := []any{org}
	if v == Mine {
		args = append(args, me)
	}
	return sqldb.Value(tx, fmt.Sprintf(`select count(*) from (select 1 from cases where org = $1 and %s limit %d) as counted`,
		o.where, countLimit), args...)
}

// DueSilence lists cases of all organisations whose customer's silence is due, at most limit.
func (r *Room) DueSilence(tx *sqldb.Tx, limit int) ([]Case, error) {
	return sqldb.All(tx, scan, `select `+columns+` from cases where silence_due is not null and silence_due <= $1
		order by silence_due limit $2`, tx.Now(), limit)
}

// DueWake lists snoozed cases of all organisations that wake now, at most limit.
func (r *Room) DueWake(tx *sqldb.Tx, limit int) ([]Case, error) {
	return sqldb.All(tx, scan, `select `+columns+` from cases where snoozed_until is not null and snoozed_until <= $1
		order by snoozed_until limit $2`, tx.Now(), limit)
}

// NextDue is the next moment at which DueSilence, DueWake or DueAnswer has something; the zero time when there is none.
func (r *Room) NextDue(tx *sqldb.Tx) (time.Time, error) {
	n, err := sqldb.Value(tx, `select min(at) from (
		select min(silence_due) as at from cases where silence_due is not null
		union all select min(answer_next) as at from cases where answer_next is not null
		union all select min(snoozed_until) as at from cases where snoozed_until is not null) as due`)
	if err != nil || n == 0 || n == math.MaxInt64 {
		return time.Time{}, err
	}
	return time.UnixMilli(n).UTC(), nil
}
