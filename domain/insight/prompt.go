package insight

import (
	"time"

	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Promptness says whether written questions got their answer in the time that was promised.
//
// Numerator of Within: answers by an agent that were given by the moment the customer was told. Denominator, Answered:
// all answers by an agent for which a moment was promised, in the period in which they were given. Left out: questions
// that still wait (those that are late already are in Late), answers without a promise, and live channels, which have
// their bound (see Honesty).
type Promptness struct {
	Channel  string
	Answered int
	Within   int
	Mean     time.Duration // from the question to the answer, by the clock
	Late     int           // wait now, and should have had their answer
}

// Share is the part that was in time, 0–1.
func (p Promptness) Share() float64 {
	if p.Answered == 0 {
		return 0
	}
	return float64(p.Within) / float64(p.Answered)
}

// HowPrompt counts the promised answers of a period, per channel.
func HowPrompt(tx *sqldb.Tx, org ident.Org, from, to time.Time) ([]Promptness, error) {
	all, err := sqldb.All(tx, func(r sqldb.Row, p *Promptness) error {
		var mean int64
		err := r.Scan(&p.Channel, &p.Answered, &p.Within, &mean)
		p.Mean = time.Duration(mean) * time.Millisecond
		return err
	}, `select channel, count(*), cast(sum(case when answered_at <= due then 1 else 0 end) as bigint), cast(avg(answered_at - since) as bigint)
		from answer where org = $1 and answered_at >= $2 and answered_at < $3 group by channel order by channel`, org, from, to)
	if err != nil {
		return nil, err
	}
	late, err := sqldb.All(tx, func(r sqldb.Row, p *Promptness) error { return r.Scan(&p.Channel, &p.Late) },
		`select channel, count(*) from (
			select channel, answer_due from cases where org = $1 and owner is null and due_at is not null and due_at < $2
			union all select channel, answer_due from cases where org = $1 and owner is not null and due_at is not null and due_at < $2
		) as due where answer_due < $2 group by channel order by channel`, org, to)
	if err != nil {
		return nil, err
	}
	for _, l := range late {
		found := false
		for i := range all {
			if all[i].Channel == l.Channel {
				all[i].Late, found = l.Late, true
			}
		}
		if !found {
			all = append(all, l)
		}
	}
	return all, nil
}
