package staff

import (
	"embed"
	"errors"
	"time"

	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Migrations makes the tables of this room.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Room is the room of the agents at work.
type Room struct{ log *ledger.Log }

// New makes the room.
func New(log *ledger.Log) *Room { return &Room{log: log} }

const columns = `p.agent, p.org, p.state, p.reason, p.chats, p.cap, p.since, p.missed, p.free_since,
	case when exists (select 1 from watch w where w.org = p.org and w.agent = p.agent and w.at > $2) then 1 else 0 end`

func scan(r sqldb.Row, p *Presence) error {
	return r.Scan(&p.Agent, &p.Org, &p.State, &p.Reason, &p.Chats, sqldb.Int(&p.Cap), sqldb.Time(&p.Since), &p.Missed, sqldb.Time(&p.Free), sqldb.Bool(&p.Here))
}

// Presence is that of one agent. Who never set the switch is away.
func (r *Room) Presence(tx *sqldb.Tx, org ident.Org, a ident.Agent) (Presence, error) {
	p, err := sqldb.One(tx, scan, `select `+columns+` from presence p where p.org = $1 and p.agent = $3`, org, tx.Now().Add(-Absent), a)
	if errors.Is(err, sqldb.ErrNone) {
		n, err := sqldb.Value(tx, `select count(*) from watch where org = $1 and agent = $2 and at > $3`, org, a, tx.Now().Add(-Absent))
		return Presence{Agent: a, Org: org, State: Away, Chats: UsualChats, Here: n > 0}, err
	}
	return p, err
}

// All lists the presence of everyone who ever set the switch.
func (r *Room) All(tx *sqldb.Tx, org ident.Org) ([]Presence, error) {
	return sqldb.All(tx, scan, `select `+columns+` from presence p where p.org = $1 order by p.agent`, org, tx.Now().Add(-Absent))
}

// Seat is an agent with room for one contact more, as far as the switch says; whether a screen listens is for Hears.
type Seat struct {
	Agent       ident.Agent
	Chats, Live int       // contacts at once, and those there are
	Free        time.Time // since when nothing was put to the agent
}

// WithRoom lists the agents whose switch says that they take contacts and who have fewer than they take at once, the longest free first.
func (r *Room) WithRoom(tx *sqldb.Tx, org ident.Org) ([]Seat, error) {
	return sqldb.All(tx, func(r sqldb.Row, s *Seat) error { return r.Scan(&s.Agent, &s.Chats, &s.Live, sqldb.Time(&s.Free)) },
		`select agent, chats, live, free_since from presence where org = $1 and state = 'available' and live < chats order by free_since, agent`, org)
}

// Occupied keeps how many contacts an agent has now, as count says. Nobody else counts for this agent meanwhile, so that two
// who change something at the same moment do not both miss what the other did.
func (r *Room) Occupied(tx *sqldb.Tx, org ident.Org, a ident.Agent, count func() (int, error)) error {
	if tx.Engine() == sqldb.Postgres {
		if _, err := tx.Exec(`select 1 from presence where org = $1 and agent = $2 for update`, org, a); err != nil {
			return err
		}
	}
	n, err := count()
	if err != nil {
		return err
	}
	_, err = tx.Exec(`update presence set live = $3 where org = $1 and agent = $2 and live <> $3`, org, a, n)
	return err
}

// Hears says whether a screen of an agent listens.
func (r *Room) Hears(tx *sqldb.Tx, org ident.Org, a ident.Agent) (bool, error) {
	n, err := sqldb.Value(tx, `select count(*) from watch where org = $1 and agent = $2 and at > $3`, org, a, tx.Now().Add(-Absent))
	return n > 0, err
}

// Ready lists the organisations where somebody has room.
func (r *Room) Ready(tx *sqldb.Tx) ([]ident.Org, error) {
	return sqldb.All(tx, func(r sqldb.Row, o *ident.Org) error { return r.Scan(o) },
		`select distinct org from presence where state = 'available' and live < chats`)
}

// Set sets the switch of an agent.
func (r *Room) Set(tx *sqldb.Tx, org ident.Org, who ledger.Actor, w Wish) (Presence, error) {
	w, err := w.check()
	if err != nil {
		return Presence{}, err
	}
	before, err := r.Presence(tx, org, ident.Agent(who.ID))
	if err != nil {
		return before, err
	}
	p := before
	p.State, p.Reason, p.Missed = w.State, w.Reason, 0
	p.limit(w.Chats)
	if before.State != w.State || before.Since.IsZero() {
		p.Since = tx.Now()
	}
	if before.State != Available && w.State == Available {
		p.Free = tx.Now()
	}
	return p, r.save(tx, p, who)
}

func (r *Room) save(tx *sqldb.Tx, p Presence, by ledger.Actor) error {
	if _, err := tx.Exec(`insert into presence (org, agent, state, reason, chats, since, missed, free_since, cap)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (org, agent) do update set state = excluded.state,
		reason = excluded.reason, chats = excluded.chats, since = excluded.since, missed = excluded.missed,
		free_since = excluded.free_since, cap = excluded.cap`,
		p.Org, p.Agent, string(p.State), p.Reason, p.Chats, p.Since, p.Missed, p.Free, sqldb.Null(int64(p.Cap))); err != nil {
		return err
	}
	return r.tell(tx, p, by)
}

func (r *Room) tell(tx *sqldb.Tx, p Presence, by ledger.Actor) error {
	state, reason := p.Shown()
	_, err := r.log.Append(tx, ledger.At{Org: p.Org, Actor: by}, PresenceChanged{Agent: p.Agent, State: state, Reason: reason, Chats: p.Chats})
	return err
}

// MissedOne records that an offer was left without an answer. After too many in a row the agent is away, and is told.
func (r *Room) MissedOne(tx *sqldb.Tx, org ident.Org, a ident.Agent) error {
	p, err := r.Presence(tx, org, a)
	if err != nil || p.Since.IsZero() {
		return err
	}
	p.Missed++
	if p.Missed < MissedOffers || p.State != Available {
		_, err := tx.Exec(`update presence set missed = $3 where org = $1 and agent = $2`, org, a, p.Missed)
		return err
	}
	p.State, p.Reason, p.Since = Away, Missed, tx.Now()
	return r.save(tx, p, ledger.Desk)
}

// Answered records that an agent answered an offer, or became free again: the longest free comes first.
func (r *Room) Answered(tx *sqldb.Tx, org ident.Org, a ident.Agent) error {
	_, err := tx.Exec(`update presence set missed = 0, free_since = $3 where org = $1 and agent = $2`, org, a, tx.Now())
	return err
}

// Screen is an agent whose screen listens at a node.
type Screen struct {
	Org   ident.Org
	Agent ident.Agent
}

// Opened records that a screen of an agent listens at a node. The first one of all is news.
func (r *Room) Opened(tx *sqldb.Tx, s Screen, node string) error {
	before, err := r.Presence(tx, s.Org, s.Agent)
	if err != nil {
		return err
	}
	if err := r.Still(tx, node, []Heard{{s, tx.Now()}}); err != nil || before.Here || before.Since.IsZero() {
		return err
	}
	before.Here = true
	if before.Free.IsZero() && before.State == Available {
		before.Free = tx.Now()
	}
	return r.tell(tx, before, ledger.Actor{Kind: ledger.Agent, ID: int64(s.Agent)})
}

// Heard is when a screen of an agent was last known to listen.
type Heard struct {
	Screen
	At time.Time
}

// Still records that screens listen at a node, or did until a moment. An earlier moment changes nothing.
func (r *Room) Still(tx *sqldb.Tx, node string, all []Heard) error {
	for _, h := range all {
		if _, err := tx.Exec(`insert into watch (org, agent, node, at) values ($1, $2, $3, $4)
			on conflict (org, agent, node) do update set at = excluded.at where excluded.at > watch.at`, h.Org, h.Agent, node, h.At); err != nil {
			return err
		}
	}
	return nil
}

// Listening tells which agents have a screen that listens, at whichever node.
func (r *Room) Listening(tx *sqldb.Tx, org ident.Org) (map[ident.Agent]bool, error) {
	all, err := sqldb.All(tx, func(r sqldb.Row, a *ident.Agent) error { return r.Scan(a) },
		`select distinct agent from watch where org = $1 and at > $2`, org, tx.Now().Add(-Absent))
	here := make(map[ident.Agent]bool, len(all))
	for _, a := range all {
		here[a] = true
	}
	return here, err
}

// GoneSince takes away what was not heard of for Absent and gives the agents who are not there any more.
func (r *Room) GoneSince(tx *sqldb.Tx) ([]Screen, error) {
	late := tx.Now().Add(-Absent)
	all, err := sqldb.All(tx, func(r sqldb.Row, s *Screen) error { return r.Scan(&s.Org, &s.Agent) },
		`delete from watch where at <= $1 returning org, agent`, late)
	var gone []Screen
	for _, s := range all {
		p, err := r.Presence(tx, s.Org, s.Agent)
		if err != nil {
			return nil, err
		}
		if p.Here {
			continue
		}
		if !p.Since.IsZero() {
			if err := r.tell(tx, p, ledger.Desk); err != nil {
				return nil, err
			}
		}
		gone = append(gone, s)
	}
	return gone, err
}

// NextGone is when the agent who was heard of longest ago counts as not there; the zero time when nobody is there.
func (r *Room) NextGone(tx *sqldb.Tx) (time.Time, error) {
	t, err := sqldb.One(tx, func(r sqldb.Row, t *time.Time) error { return r.Scan(sqldb.Time(t)) }, `select min(at) from watch`)
	if err != nil || t.IsZero() {
		return time.Time{}, err
	}
	return t.Add(Absent), nil
}
