package staff

import (
	"errors"
	"time"

	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// LearntOver is how far back the number of chats at once is learnt from, and LearnEvery how often.
const (
	LearntOver = 28 * 24 * time.Hour
	LearnEvery = 24 * time.Hour
)

func dayOf(at time.Time) int64 { return at.Unix() / (24 * 60 * 60) }

// open counts the contacts that an agent has, as far as the facts were followed.
func (r *Room) open(tx *sqldb.Tx, org ident.Org, a ident.Agent) (int, error) {
	n, err := sqldb.Value(tx, `select count(*) from in_hand where org = $1 and agent = $2`, org, a)
	return int(n), err
}

// hand is since when an agent has as many open as now.
type hand struct {
	since time.Time
	away  bool
}

// spent adds the time until a moment to the number of chats that are open. Time with nobody at the screen does not count.
func (r *Room) spent(tx *sqldb.Tx, org ident.Org, a ident.Agent, until time.Time) (away bool, err error) {
	h, err := sqldb.One(tx, func(r sqldb.Row, h *hand) error { return r.Scan(sqldb.Time(&h.since), sqldb.Bool(&h.away)) },
		`select since, away from hand where org = $1 and agent = $2`, org, a)
	if errors.Is(err, sqldb.ErrNone) {
		return false, nil
	}
	if err != nil || h.away || !until.After(h.since) {
		return h.away, err
	}
	n, err := r.open(tx, org, a)
	if err != nil || n == 0 {
		return false, err
	}
	return false, r.add(tx, sum{org: org, agent: a, day: dayOf(until), chats: n, busy: until.Sub(h.since)})
}

func (r *Room) since(tx *sqldb.Tx, org ident.Org, a ident.Agent, h hand) error {
	_, err := tx.Exec(`insert into hand (org, agent, since, away) values ($1, $2, $3, $4)
		on conflict (org, agent) do update set since = excluded.since, away = excluded.away`, org, a, h.since, h.away)
	return err
}

// sum is what is added to an agent's sums of a day.
type sum struct {
	org           ident.Org
	agent         ident.Agent
	day           int64
	chats         int
	busy          time.Duration
	done          int
	replies, slow int
	judged, score int
}

func (r *Room) add(tx *sqldb.Tx, s sum) error {
	_, err := tx.Exec(`insert into at_once (org, agent, day, chats, busy, done, replies, slow, judged, points)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (org, agent, day, chats) do update set
		busy = at_once.busy + excluded.busy, done = at_once.done + excluded.done, replies = at_once.replies + excluded.replies,
		slow = at_once.slow + excluded.slow, judged = at_once.judged + excluded.judged, points = at_once.points + excluded.points`,
		s.org, s.agent, s.day, min(max(s.chats, FewestChats), MostChats), s.busy.Milliseconds(), s.done, s.replies, s.slow, s.judged, s.score)
	return err
}

// At is a contact, and when something became of it.
type At struct {
	Org     ident.Org
	Contact ident.Contact
	Time    time.Time
}

// Holds counts a contact among those of an agent. Whoever had it before has it no longer, and did not finish it.
func (r *Room) Holds(tx *sqldb.Tx, at At, a ident.Agent) error {
	if err := r.let(tx, at); err != nil {
		return err
	}
	away, err := r.spent(tx, at.Org, a, at.Time)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`insert into in_hand (org, contact, agent, since) values ($1, $2, $3, $4)`, at.Org, at.Contact, a, at.Time); err != nil {
		return err
	}
	return r.since(tx, at.Org, a, hand{at.Time, away})
}

// Passes counts a contact no longer among those of its agent: it waits for another one.
func (r *Room) Passes(tx *sqldb.Tx, at At) error { return r.let(tx, at) }

// Finishes is Passes, and the agent finished it. A customer who comes back in the same contact is not counted twice.
func (r *Room) Finishes(tx *sqldb.Tx, at At) error {
	a, ok, err := r.holder(tx, at)
	if err != nil || !ok {
		return err
	}
	n, err := r.open(tx, at.Org, a)
	if err != nil {
		return err
	}
	first, err := tx.Exec(`insert into helped (org, contact, agent, chats, at) values ($1, $2, $3, $4, $5) on conflict do nothing`,
		at.Org, at.Contact, a, n, at.Time)
	if err != nil {
		return err
	}
	if err := r.let(tx, at); err != nil || first == 0 {
		return err
	}
	return r.add(tx, sum{org: at.Org, agent: a, day: dayOf(at.Time), chats: n, done: 1})
}

func (r *Room) let(tx *sqldb.Tx, at At) error {
	a, ok, err := r.holder(tx, at)
	if err != nil || !ok {
		return err
	}
	away, err := r.spent(tx, at.Org, a, at.Time)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`delete from in_hand where org = $1 and contact = $2`, at.Org, at.Contact); err != nil {
		return err
	}
	return r.since(tx, at.Org, a, hand{at.Time, away})
}

// holder is who has a contact; ok is false when nobody has.
func (r *Room) holder(tx *sqldb.Tx, at At) (a ident.Agent, ok bool, err error) {
	a, err = sqldb.One(tx, func(r sqldb.Row, a *ident.Agent) error { return r.Scan(a) },
		`select agent from in_hand where org = $1 and contact = $2`, at.Org, at.Contact)
	if errors.Is(err, sqldb.ErrNone) {
		return 0, false, nil
	}
	return a, err == nil, err
}

// Stays records that an agent is at the screen, or away, from a moment on.
func (r *Room) Stays(tx *sqldb.Tx, org ident.Org, p PresenceChanged, from time.Time) error {
	if _, err := r.spent(tx, org, p.Agent, from); err != nil {
		return err
	}
	return r.since(tx, org, p.Agent, hand{from, p.State == Away})
}

// Replied records an answer to a customer who waited for one since a moment, and how long at most was promised. What was
// waited before this agent took the contact does not count.
func (r *Room) Replied(tx *sqldb.Tx, at At, a ident.Agent, since time.Time, promised time.Duration) error {
	took, err := sqldb.One(tx, func(r sqldb.Row, t *time.Time) error { return r.Scan(sqldb.Time(t)) },
		`select since from in_hand where org = $1 and contact = $2 and agent = $3`, at.Org, at.Contact, a)
	if errors.Is(err, sqldb.ErrNone) {
		return nil // somebody else helps, or it began a moment ago
	}
	if err != nil {
		return err
	}
	n, err := r.open(tx, at.Org, a)
	if err != nil {
		return err
	}
	if took.After(since) {
		since = took
	}
	s := sum{org: at.Org, agent: a, day: dayOf(at.Time), chats: n, replies: 1}
	if promised > 0 && at.Time.Sub(since) > promised {
		s.slow = 1
	}
	return r.add(tx, s)
}

// Judged records how satisfied the customer of a contact was, from 1 to 5, with the agent who helped and the number of
// chats that were open then. Each judgement counts.
func (r *Room) Judged(tx *sqldb.Tx, at At, satisfaction int) error {
	type past struct {
		agent ident.Agent
		chats int
	}
	h, err := sqldb.One(tx, func(r sqldb.Row, h *past) error { return r.Scan(&h.agent, &h.chats) },
		`select agent, chats from helped where org = $1 and contact = $2`, at.Org, at.Contact)
	if errors.Is(err, sqldb.ErrNone) {
		var ok bool
		if h.agent, ok, err = r.holder(tx, at); err != nil || !ok {
			return err
		}
		h.chats, err = r.open(tx, at.Org, h.agent)
	}
	if err != nil {
		return err
	}
	return r.add(tx, sum{org: at.Org, agent: h.agent, day: dayOf(at.Time), chats: h.chats, judged: 1, score: satisfaction})
}

// Measured is what is known of the work of an agent, and of everybody's.
func (r *Room) Measured(tx *sqldb.Tx, org ident.Org, a ident.Agent) (m Measured, err error) {
	type row struct {
		agent ident.Agent
		chats int
		busy  int64
		level Level
	}
	rows, err := sqldb.All(tx, func(r sqldb.Row, v *row) error {
		return r.Scan(&v.agent, &v.chats, &v.busy, &v.level.Done, &v.level.Replies, &v.level.Slow, &v.level.Judged, &v.level.Points)
	}, `select agent, chats, cast(sum(busy) as bigint), cast(sum(done) as bigint), cast(sum(replies) as bigint),
		cast(sum(slow) as bigint), cast(sum(judged) as bigint), cast(sum(points) as bigint) from at_once
		where org = $1 and day > $2 group by agent, chats`, org, dayOf(tx.Now().Add(-LearntOver)))
	for _, v := range rows {
		v.level.Time = time.Duration(v.busy) * time.Millisecond
		m.Team[v.chats-1].plus(v.level)
		if v.agent == a {
			m.Agent[v.chats-1].plus(v.level)
		}
	}
	return m, err
}

func (l *Level) plus(o Level) {
	l.Time += o.Time
	l.Done, l.Replies, l.Slow = l.Done+o.Done, l.Replies+o.Replies, l.Slow+o.Slow
	l.Judged, l.Points = l.Judged+o.Judged, l.Points+o.Points
}

// ToLearn lists the agents who worked with chats and of whom nothing was learnt within a day.
func (r *Room) ToLearn(tx *sqldb.Tx) ([]Screen, error) {
	return sqldb.All(tx, func(r sqldb.Row, s *Screen) error { return r.Scan(&s.Org, &s.Agent) },
		`select distinct p.org, p.agent from presence p where exists (select 1 from at_once o where o.org = p.org and o.agent = p.agent)
		and not exists (select 1 from advice v where v.org = p.org and v.agent = p.agent and v.at > $1) order by p.org, p.agent`,
		tx.Now().Add(-LearnEvery))
}

// million is the unit in which a rate is kept.
const million = 1e6

// LearnOf learns how many chats at once go well with an agent and sets the limit to it. It tells when that is another
// number. What is too old to learn from goes away.
func (r *Room) LearnOf(tx *sqldb.Tx, s Screen) error {
	claimed, err := tx.Exec(`insert into advice (org, agent, chats, why, rate, less, at) values ($1, $2, 0, '', 0, 0, $3)
		on conflict (org, agent) do update set at = excluded.at where advice.at <= $4`, s.Org, s.Agent, tx.Now(), tx.Now().Add(-LearnEvery))
	if err != nil || claimed == 0 {
		return err // another node did
	}
	p, err := r.Presence(tx, s.Org, s.Agent)
	if err != nil || p.Since.IsZero() {
		return err
	}
	m, err := r.Measured(tx, s.Org, s.Agent)
	if err != nil {
		return err
	}
	a := Learn(p.Chats, p.Cap, m)
	if _, err := tx.Exec(`update advice set chats = $3, why = $4, rate = $5, less = $6 where org = $1 and agent = $2`, s.Org, s.Agent,
		a.Chats, string(a.Why), int64(a.Rate*million), int64(a.Less*million)); err != nil {
		return err
	}
	if err := r.forget(tx, s, tx.Now().Add(-LearntOver)); err != nil {
		return err
	}
	if a.Chats == p.Chats {
		return nil
	}
	before := p.Chats
	p.Chats = a.Chats
	if _, err := r.log.Append(tx, ledger.At{Org: p.Org, Actor: ledger.Desk}, LimitChanged{Agent: p.Agent, From: before, Chats: a.Chats, Why: a.Why}); err != nil {
		return err
	}
	return r.save(tx, p, ledger.Desk)
}

// forget clears away what is too old to learn from.
func (r *Room) forget(tx *sqldb.Tx, s Screen, until time.Time) error {
	if _, err := tx.Exec(`delete from at_once where org = $1 and agent = $2 and day <= $3`, s.Org, s.Agent, dayOf(until)); err != nil {
		return err
	}
	_, err := tx.Exec(`delete from helped where org = $1 and agent = $2 and at <= $3`, s.Org, s.Agent, until)
	return err
}

// advised is what was learnt of one agent.
type advised struct {
	Agent ident.Agent
	Advice
}

func scanAdvice(r sqldb.Row, v *advised) error {
	var rate, less int64
	err := r.Scan(&v.Agent, &v.Chats, &v.Why, &rate, &less, sqldb.Time(&v.At))
	v.Rate, v.Less = float64(rate)/million, float64(less)/million
	return err
}

const adviceColumns = `agent, chats, why, rate, less, at`

// Advice is what was learnt of an agent last; Why is empty when nothing was yet.
func (r *Room) Advice(tx *sqldb.Tx, org ident.Org, a ident.Agent) (Advice, error) {
	v, err := sqldb.One(tx, scanAdvice, `select `+adviceColumns+` from advice where org = $1 and agent = $2`, org, a)
	if errors.Is(err, sqldb.ErrNone) {
		return Advice{}, nil
	}
	return v.Advice, err
}

// Advices is what was learnt of each agent last.
func (r *Room) Advices(tx *sqldb.Tx, org ident.Org) (map[ident.Agent]Advice, error) {
	rows, err := sqldb.All(tx, scanAdvice, `select `+adviceColumns+` from advice where org = $1`, org)
	all := make(map[ident.Agent]Advice, len(rows))
	for _, v := range rows {
		all[v.Agent] = v.Advice
	}
	return all, err
}

// Limit sets by hand how many chats at once an agent takes at most; AsLearnt leaves it to what is learnt.
func (r *Room) Limit(tx *sqldb.Tx, at ledger.At, a ident.Agent, chats int) (Presence, error) {
	w, err := Wish{State: Away, Chats: chats}.check()
	if err != nil {
		return Presence{}, err
	}
	p, err := r.Presence(tx, at.Org, a)
	if err != nil {
		return p, err
	}
	before := p.Chats
	p.limit(w.Chats)
	if p.Since.IsZero() {
		p.Since = tx.Now()
	}
	if _, err := r.log.Append(tx, at, LimitChanged{Agent: a, From: before, Chats: p.Chats, Why: p.why()}); err != nil {
		return p, err
	}
	return p, r.save(tx, p, at.Actor)
}
