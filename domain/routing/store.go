package routing

import (
	"embed"
	"errors"
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Migrations makes the tables of this room.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Room is the room of offers and assignments.
type Room struct{ log *ledger.Log }

// New makes the room.
func New(log *ledger.Log) *Room { return &Room{log: log} }

const columns = `id, org, contact, case_id, agent, state, reason, declined, waiting_since, made_at, until, answered_at, coalesce(ahead, -1)`

func scan(r sqldb.Row, o *Offer) error {
	return r.Scan(&o.ID, &o.Org, &o.Contact, &o.Case, &o.Agent, &o.State, &o.Reason, &o.Declined, sqldb.Time(&o.Since),
		sqldb.Time(&o.Made), sqldb.Time(&o.Until), sqldb.Time(&o.Answered), &o.Ahead)
}

// Make puts a contact, or a case that waits in writing, to an agent. A case that is already put to somebody is a
// fault.Conflict: the row decides, on whichever node.
func (r *Room) Make(tx *sqldb.Tx, at ledger.At, o Offer) (Offer, error) {
	o.ID, o.Org, o.Case, o.State, o.Made = ident.Offer(tx.NewID()), at.Org, at.Case, Open, tx.Now()
	o.Until = o.Made.Add(Answer)
	if o.Written() {
		o.Until = o.Made.Add(AnswerWritten)
	}
	n, err := tx.Exec(`insert into offer (org, id, contact, case_id, agent, state, reason, waiting_since, made_at, until)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
		o.Org, o.ID, o.Contact, o.Case, o.Agent, string(o.State), string(o.Reason), o.Since, o.Made, o.Until)
	if err != nil {
		return o, err
	}
	if n == 0 {
		return o, fault.New(fault.Conflict, "routing.offered_already")
	}
	_, err = r.log.Append(tx, at, Offered{Offer: o.ID, Contact: o.Contact, Agent: o.Agent, Until: o.Until})
	return o, err
}

// Lock lets one node at a time decide about the offers of an organisation, until the transaction ends. SQLite has one
// writer anyway.
func (r *Room) Lock(tx *sqldb.Tx, org ident.Org) error {
	if tx.Engine() != sqldb.Postgres {
		return nil
	}
	_, err := tx.Exec(`insert into matching (org, at) values ($1, $2) on conflict (org) do update set at = excluded.at`, org, tx.Now())
	return err
}

// Get loads an offer; fault.Unknown when the organisation has none with this identifier.
func (r *Room) Get(tx *sqldb.Tx, org ident.Org, id ident.Offer) (Offer, error) {
	o, err := sqldb.One(tx, scan, `select `+columns+` from offer where org = $1 and id = $2`, org, id)
	if errors.Is(err, sqldb.ErrNone) {
		return o, fault.New(fault.Unknown, "routing.offer_unknown")
	}
	return o, err
}

// OpenOf lists the offers that an agent has to answer, oldest first.
func (r *Room) OpenOf(tx *sqldb.Tx, org ident.Org, a ident.Agent) ([]Offer, error) {
	return sqldb.All(tx, scan, `select `+columns+` from offer where org = $1 and agent = $2 and state = 'open' order by id`, org, a)
}

// AllOpen lists the offers of an organisation that wait for an answer.
func (r *Room) AllOpen(tx *sqldb.Tx, org ident.Org) ([]Offer, error) {
	return sqldb.All(tx, scan, `select `+columns+` from offer where org = $1 and state = 'open' order by id`, org)
}

// Overdue lists offers whose time is over.
func (r *Room) Overdue(tx *sqldb.Tx, limit int) ([]Offer, error) {
	return sqldb.All(tx, scan, `select `+columns+` from offer where state = 'open' and until <= $1 order by until limit $2`, tx.Now(), limit)
}

// Orgs lists the organisations where something is put to somebody.
func (r *Room) Orgs(tx *sqldb.Tx) ([]ident.Org, error) {
	return sqldb.All(tx, func(r sqldb.Row, o *ident.Org) error { return r.Scan(o) }, `select distinct org from offer where state = 'open'`)
}

// NextDue is when the time of an offer is over first; the zero time when none is open.
func (r *Room) NextDue(tx *sqldb.Tx) (time.Time, error) {
	return sqldb.One(tx, func(r sqldb.Row, t *time.Time) error { return r.Scan(sqldb.Time(t)) }, `select min(until) from offer where state = 'open'`)
}

// OfCase is the open offer of a case; ok is false when there is none.
func (r *Room) OfCase(tx *sqldb.Tx, org ident.Org, c ident.Case) (o Offer, ok bool, err error) {
	o, err = sqldb.One(tx, scan, `select `+columns+` from offer where org = $1 and case_id = $2 and state = 'open'`, org, c)
	if errors.Is(err, sqldb.ErrNone) {
		return o, false, nil
	}
	return o, err == nil, err
}

// OfContact is the open offer of a contact; ok is false when there is none.
func (r *Room) OfContact(tx *sqldb.Tx, org ident.Org, c ident.Contact) (o Offer, ok bool, err error) {
	o, err = sqldb.One(tx, scan, `select `+columns+` from offer where org = $1 and contact = $2 and state = 'open'`, org, c)
	if errors.Is(err, sqldb.ErrNone) {
		return o, false, nil
	}
	return o, err == nil, err
}

// AcceptedOf is the offer with which the last wait of a contact ended; ok is false when nobody accepted one.
func (r *Room) AcceptedOf(tx *sqldb.Tx, org ident.Org, c ident.Contact) (o Offer, ok bool, err error) {
	o, err = sqldb.One(tx, scan, `select `+columns+` from offer where org = $1 and contact = $2 and answered_at is not null
		and state = 'accepted' order by answered_at desc limit 1`, org, c)
	if errors.Is(err, sqldb.ErrNone) {
		return o, false, nil
	}
	return o, err == nil, err
}

// Tried lists who did not take a case within the last rest, and when the first of them may be asked again.
func (r *Room) Tried(tx *sqldb.Tx, org ident.Org, c ident.Case, rest time.Duration) (agents []ident.Agent, again time.Time, err error) {
	past, err := sqldb.All(tx, scan, `select `+columns+` from offer where org = $1 and case_id = $2
		and answered_at > $3 and state in ('declined', 'missed') order by answered_at`, org, c, tx.Now().Add(-rest))
	for _, o := range past {
		if again.IsZero() {
			again = o.Answered.Add(rest)
		}
		agents = append(agents, o.Agent)
	}
	return agents, again, err
}

// Rehouse lets the offers about one case go on for another, when two are merged.
func (r *Room) Rehouse(tx *sqldb.Tx, org ident.Org, from, to ident.Case) error {
	_, err := tx.Exec(`update offer set case_id = $3 where org = $1 and case_id = $2`, org, from, to)
	return err
}

// Accept ends an offer with "yes". Only the agent it was put to can, and only while it is open: the row decides.
func (r *Room) Accept(tx *sqldb.Tx, o Offer, by ledger.Actor) error {
	return r.end(tx, o, Accepted, "", by)
}

// Decline ends an offer with "not me", and why.
func (r *Room) Decline(tx *sqldb.Tx, o Offer, reason string, by ledger.Actor) error {
	reason, err := declineReason(reason)
	if err != nil {
		return err
	}
	return r.end(tx, o, Declined, reason, by)
}

// Miss ends an offer that nobody answered.
func (r *Room) Miss(tx *sqldb.Tx, o Offer) error { return r.end(tx, o, Missed, "", ledger.Desk) }

// Withdraw takes an offer back.
func (r *Room) Withdraw(tx *sqldb.Tx, o Offer) error { return r.end(tx, o, Withdrawn, "", ledger.Desk) }

func (r *Room) end(tx *sqldb.Tx, o Offer, to State, reason string, by ledger.Actor) error {
	n, err := tx.Exec(`update offer set state = $3, declined = $4, answered_at = $5, ahead = $6 where org = $1 and id = $2 and state = 'open'`,
		o.Org, o.ID, string(to), reason, tx.Now(), o.Ahead)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "routing.offer_gone")
	}
	_, err = r.log.Append(tx, ledger.At{Org: o.Org, Case: o.Case, Actor: by}, Ended{Offer: o.ID, Contact: o.Contact, Agent: o.Agent, Reason: reason, how: to})
	return err
}
