package queue

import (
	"math"
	"time"

	"balie/ground/ident"
	"balie/ground/sqldb"
	"balie/theory/erlang"
)

// What of the past a pace is measured from.
const (
	recently   = 4 * time.Hour
	mostTurns  = 400
	mostInLine = 200
)

// Turns are the waits of the last hours, and the first of those that go on.
func (r *Room) Turns(tx *sqldb.Tx, org ident.Org) ([]Turn, error) {
	scan := func(r sqldb.Row, t *Turn) error {
		return r.Scan(&t.Contact, sqldb.Int(&t.Department), sqldb.Time(&t.Joined), sqldb.Time(&t.Ended), sqldb.Int(&t.Agent), sqldb.Time(&t.Until))
	}
	all, err := sqldb.All(tx, scan, `select contact, department, joined_at, ended_at, agent, null from wait
		where org = $1 and state = 'waiting' order by rank, id limit $2`, org, mostInLine)
	if err != nil {
		return nil, err
	}
	past, err := sqldb.All(tx, scan, `select w.contact, w.department, w.joined_at, w.ended_at, w.agent,
		case when c.state = 'left' then c.left_at else c.ended_at end
		from wait w left join contact c on c.org = w.org and c.id = w.contact
		where w.org = $1 and w.ended_at > $2 order by w.ended_at desc limit $3`, org, tx.Now().Add(-recently), mostTurns)
	all = append(all, past...)
	// A contact that waits again has left its place by then. The newest come first.
	again := make(map[ident.Contact]time.Time)
	for i := range all {
		t := &all[i]
		if next := again[t.Contact]; !next.IsZero() && (t.Until.IsZero() || next.Before(t.Until)) {
			t.Until = next
		}
		again[t.Contact] = t.Joined
	}
	return all, err
}

// million is the unit in which a stretch is kept.
const million = 1e6

// Calibrations are those of an organisation, by channel.
func (r *Room) Calibrations(tx *sqldb.Tx, org ident.Org) (map[string]erlang.Calibrator, error) {
	type row struct {
		channel string
		log     int64
	}
	rows, err := sqldb.All(tx, func(r sqldb.Row, v *row) error { return r.Scan(&v.channel, &v.log) },
		`select channel, stretch from calibration where org = $1`, org)
	all := make(map[string]erlang.Calibrator, len(rows))
	for _, v := range rows {
		var c erlang.Calibrator
		c.Resume(float64(v.log) / million)
		all[v.channel] = c
	}
	return all, err
}

// learn takes in a wait that ends. Of whoever left before the bound nothing is known, and nothing is learnt from whom an
// agent was free for or who chose to wait on for one agent.
func (r *Room) learn(tx *sqldb.Tx, w Wait, to State) error {
	took := tx.Now().Sub(w.Joined)
	if w.Told.Line <= 0 || !w.Stay.At.IsZero() || (to != Served && took <= w.Told.Line) {
		return nil
	}
	var c erlang.Calibrator
	change := math.Round(million * c.Change(w.Told.Line.Seconds(), took.Seconds()))
	c.Resume(math.Inf(-1)) // the ends are rounded outward, so that who has come to one is seen to be there
	least := math.Floor(million * c.Log())
	c.Resume(math.Inf(1))
	most := math.Ceil(million * c.Log())
	_, err := tx.Exec(`insert into calibration (org, channel, stretch, seen) values ($1, $2, $3, 1)
		on conflict (org, channel) do update set seen = calibration.seen + 1, stretch = case
			when calibration.stretch + excluded.stretch < cast($4 as bigint) then cast($4 as bigint)
			when calibration.stretch + excluded.stretch > cast($5 as bigint) then cast($5 as bigint)
			else calibration.stretch + excluded.stretch end`, w.Org, w.Channel, int64(change), int64(least), int64(most))
	return err
}
