package insight

import (
	"slices"
	"time"

	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Record is how good what we told was, as customers read it, channel by channel.
type Record struct {
	Waits   []Kept // live channels: answered within the bound that was told
	Answers []Kept // written ones: answered by the moment that was told
}

// Kept is the record of a channel.
//
// Of waits, the numerator of Within: contacts that were answered within the bound they were told. Denominator, Told: contacts
// that were told a bound and answered. Left out: the same as in Honesty.
//
// Of answers, the numerator: answers by an agent that were given by the moment the customer was told. Denominator: answers for
// which a moment was told, and the questions that should have had theirs by now and wait still: who forgets to answer does
// not look better for it. Left out: the rest of what Promptness leaves out.
type Kept struct {
	Channel      string
	Told, Within int
}

// recordLeast is how many there must be of a channel to say something about.
const recordLeast = 50

// RecordOver is how far back customers read: four weeks.
const RecordOver = 28 * 24 * time.Hour

// Enough says whether there is enough to tell customers about.
func (k Kept) Enough() bool { return k.Told >= recordLeast }

// OfHundred is how many of a hundred went as was told, rounded down: nobody is made to look better.
func (k Kept) OfHundred() int {
	if k.Told == 0 {
		return 0
	}
	return 100 * k.Within / k.Told
}

// Wait is the record of a live channel.
func (r Record) Wait(channel string) Kept {
	for _, k := range r.Waits {
		if k.Channel == channel {
			return k
		}
	}
	return Kept{Channel: channel}
}

// HowGood counts the record of a period. Of waits it is that of HowHonest, without reading each.
func HowGood(tx *sqldb.Tx, org ident.Org, from, to time.Time) (r Record, err error) {
	r.Waits, err = sqldb.All(tx, func(r sqldb.Row, k *Kept) error { return r.Scan(&k.Channel, &k.Told, &k.Within) }, `select channel, count(*),
		cast(sum(case when ended_at - joined_at <= told_bound * 1000 then 1 else 0 end) as bigint) from wait
		where org = $1 and ended_at >= $2 and ended_at < $3 and state = 'answered' and told_bound is not null and stay_at is null
		group by channel order by channel`, org, from, to)
	if err != nil {
		return r, err
	}
	prompt, err := HowPrompt(tx, org, from, to)
	for _, p := range prompt {
		r.Answers = append(r.Answers, Kept{p.Channel, p.Answered + p.Late, p.Within})
	}
	few := func(k Kept) bool { return !k.Enough() }
	r.Waits, r.Answers = slices.DeleteFunc(r.Waits, few), slices.DeleteFunc(r.Answers, few)
	return r, err
}
