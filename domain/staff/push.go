package staff

import (
	"crypto/ecdh"
	"encoding/base64"
	"net/url"
	"strings"
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Push is a browser of an agent that can be told something while no screen of the desk is open (RFC 8030).
type Push struct {
	Org      ident.Org
	Agent    ident.Agent
	Endpoint string // chosen by the maker of the browser; whoever knows it can send there
	P256dh   string // what is sent is sealed for this key, base64url (RFC 8291)
	Auth     string
}

const (
	mostBrowsers    = 10 // of one agent; the oldest make room
	longestEndpoint = 2000
	authBytes       = 16
)

func (p Push) check() error {
	unusable := fault.New(fault.Invalid, "staff.push_unusable")
	u, err := url.Parse(p.Endpoint)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil || len(p.Endpoint) > longestEndpoint {
		return unusable
	}
	key, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(p.P256dh, "="))
	if err != nil {
		return unusable
	}
	if _, err := ecdh.P256().NewPublicKey(key); err != nil {
		return unusable
	}
	auth, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(p.Auth, "="))
	if err != nil || len(auth) != authBytes {
		return unusable
	}
	return nil
}

// KeepPush keeps a browser. One that was somebody else's is this agent's from now on: they sit at it.
func (r *Room) KeepPush(tx *sqldb.Tx, p Push) error {
	if err := p.check(); err != nil {
		return err
	}
	if _, err := tx.Exec(`insert into push (org, endpoint, agent, p256dh, auth, created_at) values ($1, $2, $3, $4, $5, $6)
		on conflict (org, endpoint) do update set agent = excluded.agent, p256dh = excluded.p256dh, auth = excluded.auth,
		created_at = excluded.created_at`, p.Org, p.Endpoint, p.Agent, p.P256dh, p.Auth, tx.Now()); err != nil {
		return err
	}
	_, err := tx.Exec(`delete from push where org = $1 and agent = $2 and endpoint not in (
		select endpoint from push where org = $1 and agent = $2 order by created_at desc, endpoint limit $3)`, p.Org, p.Agent, mostBrowsers)
	return err
}

// DropPush forgets a browser of an agent.
func (r *Room) DropPush(tx *sqldb.Tx, org ident.Org, a ident.Agent, endpoint string) error {
	_, err := tx.Exec(`delete from push where org = $1 and agent = $2 and endpoint = $3`, org, a, endpoint)
	return err
}

// Pushes lists the browsers of an agent.
func (r *Room) Pushes(tx *sqldb.Tx, org ident.Org, a ident.Agent) ([]Push, error) {
	return sqldb.All(tx, func(r sqldb.Row, p *Push) error { return r.Scan(&p.Org, &p.Agent, &p.Endpoint, &p.P256dh, &p.Auth) },
		`select org, agent, endpoint, p256dh, auth from push where org = $1 and agent = $2 order by created_at, endpoint`, org, a)
}

// News is what an agent is told in a nudge.
type News string

// What can be told.
const (
	OfferedNews    News = "offered"
	MentionedNews  News = "mentioned"
	HandedOverNews News = "handed_over"
	AnswerNearNews News = "answer_near"
)

// Nudge is something to tell an agent in their browsers, until a moment.
type Nudge struct {
	ID    ident.Row
	Org   ident.Org
	Agent ident.Agent
	News  News
	Case  ident.Case
	Offer ident.Offer
	Until time.Time
	Tries int
}

// Nudge has an agent told, if they have a browser for it. It tells whether there is anything to do.
func (r *Room) Nudge(tx *sqldb.Tx, n Nudge) (bool, error) {
	browsers, err := sqldb.Value(tx, `select count(*) from push where org = $1 and agent = $2`, n.Org, n.Agent)
	if err != nil || browsers == 0 {
		return false, err
	}
	_, err = tx.Exec(`insert into nudge (org, id, agent, kind, case_id, offer, until, next_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		n.Org, tx.NewID(), n.Agent, string(n.News), n.Case, sqldb.Null(n.Offer), n.Until, tx.Now())
	return err == nil, err
}

// The pauses between attempts, and how many there are. Another node begins after hold when this one stops half-way.
const (
	hold      = 30 * time.Second
	mostTries = 4
)

// TakeNudges takes at most limit nudges that are due and keeps other nodes off them for a while. What is too late or was
// tried often enough goes away.
func (r *Room) TakeNudges(tx *sqldb.Tx, limit int) ([]Nudge, error) {
	if _, err := tx.Exec(`delete from nudge where next_at <= $1 and (until <= $1 or tries >= $2)`, tx.Now(), mostTries); err != nil {
		return nil, err
	}
	due, err := sqldb.All(tx, func(r sqldb.Row, n *Nudge) error {
		return r.Scan(&n.ID, &n.Org, &n.Agent, &n.News, &n.Case, sqldb.Int(&n.Offer), sqldb.Time(&n.Until), &n.Tries)
	}, `select id, org, agent, kind, case_id, offer, until, tries from nudge where next_at <= $1 order by next_at, id limit $2 {skip locked}`,
		tx.Now(), limit)
	if err != nil {
		return nil, err
	}
	for i := range due {
		due[i].Tries++
		if _, err := tx.Exec(`update nudge set next_at = $3, tries = tries + 1 where org = $1 and id = $2`,
			due[i].Org, due[i].ID, tx.Now().Add(hold)); err != nil {
			return nil, err
		}
	}
	return due, nil
}

// Nudged records that an agent was told, or cannot be.
func (r *Room) Nudged(tx *sqldb.Tx, n Nudge) error {
	_, err := tx.Exec(`delete from nudge where org = $1 and id = $2`, n.Org, n.ID)
	return err
}

// Again lets a nudge be tried again soon: twice as late each time.
func (r *Room) Again(tx *sqldb.Tx, n Nudge) error {
	_, err := tx.Exec(`update nudge set next_at = $3 where org = $1 and id = $2`, n.Org, n.ID, tx.Now().Add(time.Second<<n.Tries))
	return err
}

// NextNudge is when the next nudge is due; the zero time when none waits.
func (r *Room) NextNudge(tx *sqldb.Tx) (time.Time, error) {
	return sqldb.One(tx, func(r sqldb.Row, t *time.Time) error { return r.Scan(sqldb.Time(t)) }, `select min(next_at) from nudge`)
}
