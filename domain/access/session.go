package access

import (
	"errors"
	"time"

	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

// How long a session lives: so long without use, and so long at all.
const (
	idle     = 12 * time.Hour
	absolute = 7 * 24 * time.Hour
)

// Method is how somebody signed in.
type Method string

// The methods.
const (
	ByCode     Method = "code"     // password and code of an authenticator program
	ByRecovery Method = "recovery" // password and recovery code
	ByPasskey  Method = "passkey"
	ByDemo     Method = "demo"
)

// Session is one browser in which somebody is signed in.
type Session struct {
	ID      ident.Row
	Method  Method
	IP      string
	Browser string
	Created time.Time
	Seen    time.Time
	Expires time.Time
}

// SignedIn is what the browser gets. Cookie is told once: only its hash is kept.
type SignedIn struct {
	Cookie  string
	Expires time.Time
	Account Account
}

// begin makes a new session. It is only called when everything that signing in asks has been shown.
func (r *Room) begin(tx *sqldb.Tx, a Account, m Method, from Source) (SignedIn, error) {
	if a.State != Active {
		return SignedIn{}, fault.New(fault.SignIn, "access.wrong_password")
	}
	text, err := secret.Token(r.chance)
	if err != nil {
		return SignedIn{}, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	now := tx.Now()
	s := SignedIn{Cookie: text, Expires: now.Add(absolute), Account: a}
	if _, err := tx.Exec(`insert into session (org, id, hash, account, method, ip, browser, created, seen, expires)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)`,
		a.Org, tx.NewID(), secret.Hash(text), a.ID, string(m), from.text(), from.browser(), now, s.Expires); err != nil {
		return s, err
	}
	return s, r.note(tx, self(a), SignedInFact{ident.Text(a.ID), m, from.text()})
}

type hot struct {
	who     Principal
	seen    time.Time
	expires time.Time
}

// BySession says who the browser with this cookie is; fault.SignIn when nobody, or no longer. One indexed query, and
// none at all within five seconds.
func (r *Room) BySession(tx *sqldb.Tx, cookie string) (Principal, error) {
	if p, ok := r.Remembered(cookie, tx.Now()); ok && !p.Token {
		return p, nil
	}
	hash, now := secret.Hash(cookie), tx.Now()
	h, err := sqldb.One(tx, func(r sqldb.Row, h *hot) error {
		p := &h.who
		return r.Scan(&p.Row, sqldb.Time(&h.seen), sqldb.Time(&h.expires), &p.Org, &p.Agent, &p.Name, &p.Role,
			sqldb.Bool(&p.Operator), &p.Locale, sqldb.Int(&p.Department))
	}, `select s.id, s.seen, s.expires, a.org, a.id, a.name, a.role, a.operator, a.locale, a.department
		from session s join account a on a.id = s.account and a.org = s.org and a.state = 'active' where s.hash = $1`, hash)
	if errors.Is(err, sqldb.ErrNone) {
		return Principal{}, fault.New(fault.SignIn, "access.not_signed_in")
	}
	if err != nil {
		return Principal{}, err
	}
	if !now.Before(h.expires) || now.Sub(r.lastSeen(h)) > idle {
		return Principal{}, fault.New(fault.SignIn, "access.session_expired")
	}
	r.cache.put(hash, h.who, now, h.expires)
	r.saw(h.who, now)
	return h.who, nil
}

// lastSeen takes a sighting of this node into account that is not written down yet.
func (r *Room) lastSeen(h hot) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s, ok := r.seen[h.who.Row]; ok && s.at.After(h.seen) {
		return s.at
	}
	return h.seen
}

// Remembered says who has this cookie or bearer text when that was looked up less than five seconds ago, without a
// transaction.
func (r *Room) Remembered(text string, now time.Time) (Principal, bool) {
	return r.cache.get(secret.Hash(text), now)
}

// Sessions lists where somebody is signed in, the last used first.
func (r *Room) Sessions(tx *sqldb.Tx, org ident.Org, agent ident.Agent) ([]Session, error) {
	return sqldb.All(tx, func(r sqldb.Row, s *Session) error {
		return r.Scan(&s.ID, &s.Method, &s.IP, &s.Browser, sqldb.Time(&s.Created), sqldb.Time(&s.Seen), sqldb.Time(&s.Expires))
	}, `select id, method, ip, browser, created, seen, expires from session
		where org = $1 and account = $2 and expires > $3 and seen > $4 order by seen desc, id desc`,
		org, agent, tx.Now(), tx.Now().Add(-idle))
}

// SignOut ends one session: that of the principal.
func (r *Room) SignOut(tx *sqldb.Tx, p Principal) error {
	if p.Token {
		return fault.New(fault.Denied, "access.denied", "action", "sign out")
	}
	if err := one(tx.Exec(`delete from session where org = $1 and id = $2`, p.Org, p.Row)); err != nil {
		return err
	}
	tx.AfterCommit(func() { r.cache.dropRow(p.Row) })
	return r.note(tx, org.By{Org: p.Org, Actor: p.Actor()}, SignedOutFact{ident.Text(p.Agent)})
}

// RevokeSession ends one session of somebody.
func (r *Room) RevokeSession(tx *sqldb.Tx, by org.By, agent ident.Agent, id ident.Row) error {
	if err := one(tx.Exec(`delete from session where org = $1 and account = $2 and id = $3`, by.Org, agent, id)); err != nil {
		return err
	}
	tx.AfterCommit(func() { r.cache.dropRow(id) })
	return r.note(tx, by, SessionsRevokedFact{ident.Text(agent), 1})
}

// RevokeSessions ends all sessions of somebody but one; zero leaves none.
func (r *Room) RevokeSessions(tx *sqldb.Tx, by org.By, agent ident.Agent, but ident.Row) error {
	a, err := r.Account(tx, by.Org, agent)
	if err != nil {
		return err
	}
	return r.endSessions(tx, by, a, but)
}

func (r *Room) endSessions(tx *sqldb.Tx, by org.By, a Account, but ident.Row) error {
	n, err := tx.Exec(`delete from session where org = $1 and account = $2 and id <> $3`, a.Org, a.ID, but)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`delete from ticket where org = $1 and account = $2`, a.Org, a.ID); err != nil {
		return err
	}
	tx.AfterCommit(func() { r.cache.dropAgent(a.ID) })
	if n == 0 {
		return nil
	}
	return r.note(tx, by, SessionsRevokedFact{ident.Text(a.ID), n})
}
