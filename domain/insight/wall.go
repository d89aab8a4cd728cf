package insight

import (
	"slices"
	"time"

	"balie/ground/ident"
	"balie/ground/sqldb"
)

// What hangs on the wall is asked for again after every change, by every screen, so nothing here reads more than a
// bounded number of rows, whatever the desk holds.

// countAtMost is up to where who waits is counted: a wall that says "1,000 or more" says enough.
const countAtMost = 1000

// Waiting is who waits for us on one channel.
//
// Live: contacts that stand in the queue for an agent, and since when the first of them counts (what they waited before on
// the same matter included). Left out: who was answered and waits for the next line of a running conversation.
// Written: cases in which the customer waits for us. Left out: snoozed ones, and cases with a contact that stands in the
// queue or runs, which are live. Both are counted up to a thousand, the longest waiting first.
type Waiting struct {
	Channel string
	Live    bool
	Count   int64
	Since   time.Time
}

// WhoWaits lists the channels on which somebody waits, the live ones first.
func WhoWaits(tx *sqldb.Tx, org ident.Org) ([]Waiting, error) {
	live, err := waiting(tx, true, `select channel, count(*), min(rank) from (
		select channel, rank from wait where org = $1 and state = 'waiting' order by rank, id limit $2) as first
		group by channel order by channel`, org)
	if err != nil {
		return nil, err
	}
	written, err := waiting(tx, false, `select channel, count(*), min(waiting_since) from (
		select c.channel, c.waiting_since from cases c
		where c.org = $1 and c.waiting_since is not null and c.snoozed_until is null and not exists (
			select 1 from contact k where k.org = c.org and k.case_id = c.id and k.state in ('waiting', 'live', 'left'))
		order by c.waiting_since, c.id limit $2) as first
		group by channel order by channel`, org)
	return append(live, written...), err
}

func waiting(tx *sqldb.Tx, live bool, text string, org ident.Org) ([]Waiting, error) {
	return sqldb.All(tx, func(r sqldb.Row, w *Waiting) error {
		w.Live = live
		return r.Scan(&w.Channel, &w.Count, sqldb.Time(&w.Since))
	}, text, org, countAtMost)
}

// latestTold is of how many waits, the latest ones, today's honesty is: more would not move the share by a whole percent.
const latestTold = 2000

// HonestToday is HowHonest of a day so far: the same numerator and denominator, of the latest 2,000 waits that ended since
// day. All is over the channels together.
func HonestToday(tx *sqldb.Tx, org ident.Org, day time.Time) (all Honesty, channels []Honesty, err error) {
	waits, err := sqldb.All(tx, func(r sqldb.Row, p *past) error {
		return r.Scan(&p.channel, sqldb.Time(&p.joined), sqldb.Time(&p.ended), &p.state, sqldb.Int(&p.wait), sqldb.Int(&p.bound), sqldb.Bool(&p.stayed))
	}, `select channel, joined_at, ended_at, state, told_wait, told_bound, case when stay_at is null then 0 else 1 end from wait
		where org = $1 and ended_at >= $2 order by ended_at desc, id desc limit $3`, org, day, latestTold)
	slices.Reverse(waits)
	return honesty(waits), perChannel(waits), err
}

// Unhappy is a case whose customer is dissatisfied now: the last score was that of a dissatisfied one. Since is when that
// score was given.
type Unhappy struct {
	Case      ident.Case
	Number    string
	Subject   string
	Party     ident.Party
	Customer  string
	Owner     ident.Agent
	OwnerName string
	Since     time.Time
}

// unhappyRead is among how many, the most recently changed, the longest dissatisfied are sought.
const unhappyRead = 100

// WhoIsUnhappy lists who is dissatisfied longest first.
func WhoIsUnhappy(tx *sqldb.Tx, org ident.Org, limit int) ([]Unhappy, error) {
	all, err := sqldb.All(tx, func(r sqldb.Row, u *Unhappy) error {
		return r.Scan(&u.Case, &u.Number, &u.Subject, &u.Party, &u.Customer, sqldb.Int(&u.Owner), &u.OwnerName, sqldb.Time(&u.Since))
	}, `select c.id, c.number, c.subject, c.party, c.party_name, c.owner, c.owner_name,
		coalesce((select max(f.at) from feedback f where f.org = c.org and f.case_id = c.id), c.updated_at)
		from cases c where c.org = $1 and c.dissatisfied = 1 order by c.updated_at desc, c.id desc limit $2`, org, unhappyRead)
	slices.SortStableFunc(all, func(a, b Unhappy) int { return a.Since.Compare(b.Since) })
	return all[:min(len(all), limit)], err
}
