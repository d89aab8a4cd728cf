package conversation

import (
	"errors"
	"slices"
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Contact is one unbroken exchange on a live channel, such as a chat. What is said in it stands in the timeline of its
// case, like everything else.
type Contact struct {
	ID        ident.Contact
	Org       ident.Org
	Case      ident.Case
	Party     ident.Party
	Channel   string
	State     ContactState
	Agent     ident.Agent // who helps, or helped last
	AgentName string
	Site      ident.Site
	PageURL   string
	PageTitle string
	Verified  bool // the organisation's own website signed who it is
	Locale    string
	Started   time.Time
	Answered  time.Time
	Left      time.Time
	Ended     time.Time
	Seen      int64 // place of the last line that the customer's screen showed
	PutOff    bool  // left on the customer's own choice of another moment
	Mailed    int64 // place of the last line that was mailed since the screen did not show it
}

// ContactState is where a contact is in its life.
type ContactState string

// The life of a contact.
const (
	ContactWaiting ContactState = "waiting" // for an agent
	ContactLive    ContactState = "live"    // with an agent
	ContactLeft    ContactState = "left"    // the customer is not there any more and may come back
	ContactEnded   ContactState = "ended"
)

// contactNext is what can follow what. Nothing is final: a customer who writes again is heard again.
var contactNext = map[ContactState][]ContactState{
	ContactWaiting: {ContactLive, ContactLeft, ContactEnded},
	ContactLive:    {ContactWaiting, ContactLeft, ContactEnded},
	ContactLeft:    {ContactWaiting, ContactLive, ContactEnded},
	ContactEnded:   {ContactWaiting, ContactLive},
}

// Can says whether to may follow s.
func (s ContactState) Can(to ContactState) bool { return slices.Contains(contactNext[s], to) }

// Here says whether somebody sits at the other end now, as far as is known.
func (s ContactState) Here() bool { return s == ContactWaiting || s == ContactLive }

const contactColumns = `id, org, case_id, party, channel, state, agent, agent_name, site, page_url, page_title, verified,
	locale, started_at, answered_at, left_at, ended_at, seen, mailed, put_off`

func scanContact(r sqldb.Row, c *Contact) error {
	return r.Scan(&c.ID, &c.Org, &c.Case, &c.Party, &c.Channel, &c.State, sqldb.Int(&c.Agent), &c.AgentName,
		sqldb.Int(&c.Site), &c.PageURL, &c.PageTitle, sqldb.Bool(&c.Verified), &c.Locale, sqldb.Time(&c.Started),
		sqldb.Time(&c.Answered), sqldb.Time(&c.Left), sqldb.Time(&c.Ended), &c.Seen, &c.Mailed, sqldb.Bool(&c.PutOff))
}

// Begin begins a contact; the caller filled in everything but its identifier and its beginning.
func (r *Room) Begin(tx *sqldb.Tx, c Contact, by ledger.Actor) (Contact, error) {
	c.ID, c.Started = ident.Contact(tx.NewID()), tx.Now()
	if c.State == ContactLeft {
		c.Left = tx.Now()
	}
	if _, err := tx.Exec(`insert into contact (org, id, case_id, party, channel, state, site, page_url, page_title, verified,
		locale, started_at, left_at, put_off) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		c.Org, c.ID, c.Case, c.Party, c.Channel, string(c.State), sqldb.Null(c.Site), c.PageURL, c.PageTitle, c.Verified,
		c.Locale, c.Started, c.Left, c.PutOff); err != nil {
		return c, err
	}
	_, err := r.log.Append(tx, c.at(by), ContactStarted{Contact: c.ID, State: c.State})
	return c, err
}

func (c Contact) at(by ledger.Actor) ledger.At {
	return ledger.At{Org: c.Org, Case: c.Case, Party: c.Party, Actor: by}
}

// Contact loads one; fault.Unknown when the organisation has none with this identifier.
func (r *Room) Contact(tx *sqldb.Tx, org ident.Org, id ident.Contact) (Contact, error) {
	c, err := sqldb.One(tx, scanContact, `select `+contactColumns+` from contact where org = $1 and id = $2`, org, id)
	if errors.Is(err, sqldb.ErrNone) {
		return c, fault.New(fault.Unknown, "conversation.contact_unknown")
	}
	return c, err
}

// TakeContact loads a contact to change it: until the transaction ends nobody else does.
func (r *Room) TakeContact(tx *sqldb.Tx, org ident.Org, id ident.Contact) (Contact, error) {
	if tx.Engine() == sqldb.Postgres {
		if _, err := tx.Exec(`select 1 from contact where org = $1 and id = $2 for update`, org, id); err != nil {
			return Contact{}, err
		}
	}
	return r.Contact(tx, org, id)
}

// ContactOf is the newest contact of a case; ok is false when it has none.
func (r *Room) ContactOf(tx *sqldb.Tx, org ident.Org, c ident.Case) (Contact, bool, error) {
	found, err := sqldb.One(tx, scanContact, `select `+contactColumns+` from contact
		where org = $1 and case_id = $2 order by id desc limit 1`, org, c)
	if errors.Is(err, sqldb.ErrNone) {
		return found, false, nil
	}
	return found, err == nil, err
}

// ContactsOf lists the contacts of an agent that go on, oldest first.
func (r *Room) ContactsOf(tx *sqldb.Tx, org ident.Org, a ident.Agent) ([]Contact, error) {
	return sqldb.All(tx, scanContact, `select `+contactColumns+` from contact
		where org = $1 and agent = $2 and agent is not null and state in ('live', 'left') order by id`, org, a)
}

// OpenContacts lists the contacts whose customers are there as far as is known, oldest first.
func (r *Room) OpenContacts(tx *sqldb.Tx, org ident.Org, limit int) ([]Contact, error) {
	return sqldb.All(tx, scanContact, `select `+contactColumns+` from contact
		where org = $1 and state in ('waiting', 'live') order by id limit $2`, org, limit)
}

// Live counts the contacts that each agent has now. Both states are named since that is what their index is of.
func (r *Room) Live(tx *sqldb.Tx, org ident.Org) (map[ident.Agent]int, error) {
	type load struct {
		agent ident.Agent
		n     int
	}
	all, err := sqldb.All(tx, func(r sqldb.Row, l *load) error { return r.Scan(&l.agent, &l.n) },
		`select agent, count(*) from contact where org = $1 and agent is not null and state in ('live', 'left')
		and state = 'live' group by agent`, org)
	m := make(map[ident.Agent]int, len(all))
	for _, l := range all {
		m[l.agent] = l.n
	}
	return m, err
}

// LiveOf counts the contacts that an agent has now.
func (r *Room) LiveOf(tx *sqldb.Tx, org ident.Org, a ident.Agent) (int, error) {
	n, err := sqldb.Value(tx, `select count(*) from contact where org = $1 and agent = $2 and agent is not null and state in ('live', 'left')
		and state = 'live'`, org, a)
	return int(n), err
}

// Turn brings a contact to another state, with the fact that says so.
func (r *Room) Turn(tx *sqldb.Tx, c *Contact, to ContactState, by ledger.Actor) error {
	if c.State == to {
		return nil
	}
	if !c.State.Can(to) {
		return fault.New(fault.Conflict, "conversation.contact_step", "from", string(c.State), "to", string(to))
	}
	from := c.State
	c.State, c.PutOff = to, c.PutOff && to == ContactLeft
	var fact ledger.Fact = ContactWaits{Contact: c.ID, From: from}
	switch to {
	case ContactLive:
		fact = ContactAnswered{Contact: c.ID, From: from, Agent: c.Agent}
		if c.Answered.IsZero() {
			c.Answered = tx.Now()
		}
	case ContactLeft:
		fact, c.Left = ContactGone{Contact: c.ID, From: from}, tx.Now()
	case ContactEnded:
		fact, c.Ended = ContactOver{Contact: c.ID, From: from}, tx.Now()
	}
	if err := r.saveContact(tx, c); err != nil {
		return err
	}
	_, err := r.log.Append(tx, c.at(by), fact)
	return err
}

func (r *Room) saveContact(tx *sqldb.Tx, c *Contact) error {
	_, err := tx.Exec(`update contact set state = $3, agent = $4, agent_name = $5, answered_at = $6, left_at = $7, ended_at = $8,
		case_id = $9, party = $10, verified = $11, put_off = $12 where org = $1 and id = $2`,
		c.Org, c.ID, string(c.State), sqldb.Null(c.Agent), c.AgentName, c.Answered, c.Left, c.Ended, c.Case, c.Party, c.Verified, c.PutOff)
	return err
}

// TakenOver gives a live contact to another agent.
func (r *Room) TakenOver(tx *sqldb.Tx, c *Contact, by ledger.Actor) error {
	if err := r.saveContact(tx, c); err != nil {
		return err
	}
	_, err := r.log.Append(tx, c.at(by), ContactAnswered{Contact: c.ID, From: c.State, Agent: c.Agent})
	return err
}

// HelpedBy gives a contact to an agent, without a change of its state.
func (r *Room) HelpedBy(tx *sqldb.Tx, c *Contact, a ident.Agent, name string) error {
	c.Agent, c.AgentName = a, name
	return r.saveContact(tx, c)
}

// ShownTo records up to which line the customer's screen showed the conversation, and tells whether that is news.
func (r *Room) ShownTo(tx *sqldb.Tx, org ident.Org, id ident.Contact, seq int64) (bool, error) {
	n, err := tx.Exec(`update contact set seen = $3 where org = $1 and id = $2 and seen < $3`, org, id, seq)
	return n == 1, err
}

// OnPage records on which page of the website the customer is now, and tells whether that is news. Where they were before
// is not kept: it is nobody's business.
func (r *Room) OnPage(tx *sqldb.Tx, org ident.Org, id ident.Contact, url, title string) (bool, error) {
	n, err := tx.Exec(`update contact set page_url = $3, page_title = $4
		where org = $1 and id = $2 and (page_url <> $3 or page_title <> $4)`, org, id, url, title)
	return n == 1, err
}

// MailedTo records up to which line was mailed to a customer who had left.
func (r *Room) MailedTo(tx *sqldb.Tx, c *Contact, seq int64) error {
	c.Mailed = seq
	_, err := tx.Exec(`update contact set mailed = $3 where org = $1 and id = $2`, c.Org, c.ID, seq)
	return err
}

// Posted tells which lines of a case went by mail on their own.
func (r *Room) Posted(tx *sqldb.Tx, org ident.Org, c ident.Case) (map[ident.Entry]bool, error) {
	all, err := sqldb.All(tx, func(r sqldb.Row, e *ident.Entry) error { return r.Scan(sqldb.Int(e)) },
		`select entry from outgoing where org = $1 and case_id = $2 and entry is not null`, org, c)
	posted := make(map[ident.Entry]bool, len(all))
	for _, e := range all {
		posted[e] = true
	}
	return posted, err
}

// After loads the lines of a case that follow a place in the ledger, oldest first, with their attachments.
func (r *Room) After(tx *sqldb.Tx, org ident.Org, c ident.Case, seq int64) ([]Entry, error) {
	entries, err := sqldb.All(tx, scanEntry, `select `+entryColumns+` from entry e
		where e.org = $1 and e.case_id = $2 and e.seq > $3 order by e.seq`, org, c, seq)
	if err != nil {
		return nil, err
	}
	for i := range entries {
		if entries[i].Files, err = r.FilesOf(tx, org, entries[i].ID); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// Last is the place of the last line of a case.
func (r *Room) Last(tx *sqldb.Tx, org ident.Org, c ident.Case) (int64, error) {
	return sqldb.Value(tx, `select coalesce(max(seq), 0) from entry where org = $1 and case_id = $2`, org, c)
}

// NewFromCustomer counts what the customer of a case said since somebody of us last did something in it.
func (r *Room) NewFromCustomer(tx *sqldb.Tx, org ident.Org, c ident.Case) (int64, error) {
	return sqldb.Value(tx, `select count(*) from entry where org = $1 and case_id = $2 and kind = 'message' and actor_kind = 'customer'
		and seq > (select coalesce(max(seq), 0) from entry where org = $1 and case_id = $2 and actor_kind = 'agent')`, org, c)
}

// HandleTime is the mean time that a contact is with an agent: the last 50 that ended, and five at the usual time, so that
// the first few do not decide alone.
// Numerator: time from the first answer to the end. Denominator: contacts. Left out: those that nobody answered.
func (r *Room) HandleTime(tx *sqldb.Tx, org ident.Org, usual time.Duration) (time.Duration, error) {
	type span struct{ from, to time.Time }
	const weight = 5
	all, err := sqldb.All(tx, func(r sqldb.Row, s *span) error { return r.Scan(sqldb.Time(&s.from), sqldb.Time(&s.to)) },
		`select answered_at, ended_at from contact where org = $1 and ended_at is not null and answered_at is not null
		order by ended_at desc limit 50`, org)
	sum := weight * usual
	for _, s := range all {
		sum += max(s.to.Sub(s.from), 0)
	}
	return sum / time.Duration(len(all)+weight), err
}
