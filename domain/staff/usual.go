package staff

import (
	"time"

	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// HalfHour is the part of the week by which it is measured who is usually there.
const HalfHour = 30 * time.Minute

const (
	halves    = 7 * 48
	mostWeeks = 4      // that are looked back
	mostFacts = 50_000 // of presence that are read; with more than that fewer weeks count
	factsPage = 1000
)

// Usual is who is usually there in each half hour of the week, as the facts of presence of the last weeks show: four whole
// weeks, or as many as there are. Who was available or busy in the middle of a half hour was there in it.
type Usual struct {
	Weeks int // that were looked at; zero: nothing is known yet
	zone  *time.Location
	there map[ident.Agent]*[halves]uint8 // in how many of the weeks
}

// Agents is how many are usually there in the half hour that begins at a moment: the mean of the weeks, rounded down.
func (u Usual) Agents(at time.Time) int {
	if u.Weeks == 0 {
		return 0
	}
	n := 0
	for _, h := range u.there {
		n += int(h[u.half(at)])
	}
	return n / u.Weeks
}

// Expects says whether an agent is usually there in the half hour that begins at a moment: in at least half of the weeks.
func (u Usual) Expects(a ident.Agent, at time.Time) bool {
	h := u.there[a]
	return u.Weeks > 0 && h != nil && 2*int(h[u.half(at)]) >= u.Weeks
}

// Without leaves out who does not work here any more.
func (u Usual) Without(gone func(ident.Agent) bool) Usual {
	there := make(map[ident.Agent]*[halves]uint8, len(u.there))
	for a, h := range u.there {
		if !gone(a) {
			there[a] = h
		}
	}
	u.there = there
	return u
}

func (u Usual) half(at time.Time) int {
	local := at.In(u.zone)
	return int(local.Weekday())*48 + (local.Hour()*60+local.Minute())/30
}

// Usual reads who is usually there.
func (r *Room) Usual(tx *sqldb.Tx, org ident.Org, zone *time.Location) (Usual, error) {
	now := tx.Now()
	u := Usual{zone: zone, there: make(map[ident.Agent]*[halves]uint8)}
	facts, oldest, err := changes(tx, org, now.AddDate(0, 0, -7*mostWeeks))
	if err != nil || oldest.IsZero() {
		return u, err
	}
	u.Weeks = min(int(now.Sub(oldest)/(7*24*time.Hour)), mostWeeks)
	from := now.AddDate(0, 0, -7*u.Weeks)
	here := make(map[ident.Agent]time.Time) // since when
	for i := len(facts) - 1; i >= 0; i-- {
		c := facts[i]
		since, was := here[c.Agent]
		switch {
		case c.State == Away && was:
			u.add(c.Agent, since, c.at, from)
			delete(here, c.Agent)
		case c.State != Away && !was:
			here[c.Agent] = c.at
		}
	}
	for a, since := range here {
		u.add(a, since, now, from)
	}
	return u, nil
}

// add counts the half hours whose middle lies in a time that an agent was there.
func (u *Usual) add(a ident.Agent, since, until, from time.Time) {
	if since.Before(from) {
		since = from
	}
	if u.there[a] == nil {
		u.there[a] = new([halves]uint8)
	}
	for m := since.Add(HalfHour/2 - 1).Truncate(HalfHour / 2); m.Before(until); m = m.Add(HalfHour / 2) {
		if m.Truncate(HalfHour).Equal(m) {
			continue // a beginning, not a middle
		}
		u.there[a][u.half(m)]++
	}
}

type change struct {
	PresenceChanged
	at time.Time
}

// changes reads the facts of presence since a moment, newest first, and the moment from which on all are there.
func changes(tx *sqldb.Tx, org ident.Org, since time.Time) (all []change, oldest time.Time, err error) {
	var before int64
	for len(all) < mostFacts {
		page, err := ledger.Of(tx, org, PresenceChanged{}.Kind(), before, factsPage)
		if err != nil {
			return nil, oldest, err
		}
		for _, e := range page {
			before, oldest = e.Seq, e.Time
			if e.Time.Before(since) {
				return all, oldest, nil
			}
			c := change{at: e.Time}
			if err := e.Into(&c.PresenceChanged); err != nil {
				return nil, oldest, err
			}
			all = append(all, c)
		}
		if len(page) < factsPage {
			break
		}
	}
	return all, oldest, nil
}
