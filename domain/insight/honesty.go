package insight

import (
	"time"

	"balie/domain/queue"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Honesty says how good what we told about waiting was.
//
// Numerator of Within: contacts that were answered within the bound they were told. Denominator: contacts that were told
// a bound and answered. Left out: who left before an agent came or chose another moment, since their whole wait is not
// known; who was told only a position; who chose to wait on for one agent, which is another wait: see Stays; and written
// work, which is told a moment instead: see Promptness.
type Honesty struct {
	Channel string
	Told    int     // contacts that were told a bound and answered
	Within  float64 // share of them, 0–1; the goal is GoalLeast to GoalMost
	// MeanTold and MeanReal are the means of what was expected and what happened.
	MeanTold, MeanReal time.Duration
	// Error is the root of the mean squared difference between expected and real; Naive is the same for a desk that would
	// tell everyone the wait of whoever was answered last.
	Error, Naive time.Duration
	Left         int // contacts that left while they waited
	Silent       int // contacts that were told no time, since none was fit to say
}

// The share of contacts that should stay within the bound. More is not better: it means that we frightened people with
// long times.
const (
	GoalLeast = 0.88
	GoalMost  = 0.92
)

// Fair says whether the share is within the goal.
func (h Honesty) Fair() bool { return h.Told > 0 && h.Within >= GoalLeast && h.Within <= GoalMost }

// past is one wait that ended.
type past struct {
	contact    ident.Contact
	channel    string
	department ident.Department
	rank       time.Time
	joined     time.Time
	ended      time.Time
	state      queue.State
	wait       int64
	bound      int64
	known      bool
	complains  bool
	needs      string // what an agent had to know: see cases.Needs
	tags       string // what the question was about, as the desk tagged it; one a line
	stayed     bool   // chose to wait on for one agent
}

func (p past) real() time.Duration { return p.ended.Sub(p.joined) }

// readAtMost bounds what one report reads; a longer period shows its last part.
const readAtMost = 100_000

// ended reads the waits that ended in a period, in the order of their end.
func ended(tx *sqldb.Tx, org ident.Org, from, to time.Time) ([]past, error) {
	all, err := sqldb.All(tx, func(r sqldb.Row, p *past) error {
		return r.Scan(&p.contact, &p.channel, sqldb.Int(&p.department), sqldb.Time(&p.rank), sqldb.Time(&p.joined), sqldb.Time(&p.ended),
			&p.state, sqldb.Int(&p.wait), sqldb.Int(&p.bound), sqldb.Bool(&p.known), sqldb.Bool(&p.complains), &p.needs, sqldb.Bool(&p.stayed), &p.tags)
	}, `select w.contact, w.channel, w.department, w.rank, w.joined_at, w.ended_at, w.state, w.told_wait, w.told_bound,
		case when exists (select 1 from cases o where o.org = w.org and o.party = c.party and o.id < c.id) then 1 else 0 end,
		case when exists (select 1 from cases o where o.org = w.org and o.party = c.party and o.dissatisfied = 1) then 1 else 0 end, w.needs,
		case when w.stay_at is null then 0 else 1 end, c.tags
		from wait w join cases c on c.id = w.case_id and c.org = w.org
		where w.org = $1 and w.ended_at >= $2 and w.ended_at < $3 order by w.ended_at desc, w.id desc limit $4`, org, from, to, readAtMost)
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return all, err
}

// HowHonest compares what was told with what happened, per channel, in a period.
func HowHonest(tx *sqldb.Tx, org ident.Org, from, to time.Time) ([]Honesty, error) {
	all, err := ended(tx, org, from, to)
	if err != nil {
		return nil, err
	}
	return perChannel(all), nil
}

// perChannel judges each channel by itself, in the order in which they first occur.
func perChannel(all []past) []Honesty {
	var names []string
	by := make(map[string][]past)
	for _, p := range all {
		if by[p.channel] == nil {
			names = append(names, p.channel)
		}
		by[p.channel] = append(by[p.channel], p)
	}
	var out []Honesty
	for _, name := range names {
		h := honesty(by[name])
		h.Channel = name
		out = append(out, h)
	}
	return out
}

// honesty judges waits that are in the order of their end.
func honesty(all []past) Honesty {
	var h Honesty
	var within, compared int
	var told, real, square, naive float64
	for i, p := range all {
		switch {
		case p.stayed:
			continue
		case p.state == queue.Gone:
			h.Left++
			continue
		case p.state != queue.Served: // another moment was chosen: the wait ended neither well nor badly
			continue
		case p.bound == 0:
			h.Silent++
			continue
		}
		h.Told++
		r, t := p.real().Seconds(), float64(p.wait)
		if r <= float64(p.bound) {
			within++
		}
		told, real, square = told+t, real+r, square+(t-r)*(t-r)
		if last, ok := lastAnswered(all[:i], p.joined); ok {
			naive += (last - r) * (last - r)
			compared++
		}
	}
	if h.Told == 0 {
		return h
	}
	n := float64(h.Told)
	h.Within = float64(within) / n
	h.MeanTold, h.MeanReal, h.Error = span(told/n), span(real/n), span(root(square/n))
	if compared > 0 {
		h.Naive = span(root(naive / float64(compared)))
	}
	return h
}

// lastAnswered is the wait in seconds of whoever was answered last before a moment.
func lastAnswered(before []past, at time.Time) (float64, bool) {
	for i := len(before) - 1; i >= 0; i-- {
		if p := before[i]; p.state == queue.Served && !p.ended.After(at) {
			return p.real().Seconds(), true
		}
	}
	return 0, false
}
