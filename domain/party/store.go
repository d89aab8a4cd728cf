package party

import (
	"embed"
	"errors"
	"sort"
	"strings"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// Migrations makes the tables of this room.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Room is the room of the customers.
type Room struct{ log *ledger.Log }

// New makes the room.
func New(log *ledger.Log) *Room { return &Room{log: log} }

func scanParty(r sqldb.Row, p *Party) error {
	return r.Scan(&p.ID, &p.Org, &p.Name, &p.Locale, sqldb.Time(&p.Created))
}

// Get loads a customer; fault.Unknown when the organisation has none with this identifier.
func (r *Room) Get(tx *sqldb.Tx, org ident.Org, id ident.Party) (Party, error) {
	p, err := sqldb.One(tx, scanParty, `select id, org, name, locale, created_at from party where org = $1 and id = $2`, org, id)
	if errors.Is(err, sqldb.ErrNone) {
		return p, fault.New(fault.Unknown, "party.unknown")
	}
	return p, err
}

// Claim is who somebody says to be.
type Claim struct {
	Name    string
	Address string // e-mail
	Locale  string
}

// Recognise finds the customer who uses an e-mail address, or makes one. The name is taken over when there was none.
func (r *Room) Recognise(tx *sqldb.Tx, org ident.Org, c Claim) (Party, error) {
	c.Address = Normal(c.Address)
	c.Name = strings.TrimSpace(c.Name)
	if c.Address == "" {
		return Party{}, fault.New(fault.Invalid, "party.address_missing")
	}
	p, err := sqldb.One(tx, scanParty, `select p.id, p.org, p.name, p.locale, p.created_at
		from contact_point c join party p on p.id = c.party and p.org = c.org
		where c.org = $1 and c.channel = 'email' and c.address = $2`, org, c.Address)
	if err == nil {
		return p, r.complete(tx, &p, c)
	}
	if !errors.Is(err, sqldb.ErrNone) {
		return p, err
	}
	p = Party{ID: ident.Party(tx.NewID()), Org: org, Name: c.Name, Locale: c.Locale, Created: tx.Now()}
	n, err := tx.Exec(`insert into contact_point (org, channel, address, party, created_at)
		values ($1, 'email', $2, $3, $4) on conflict do nothing`, org, c.Address, p.ID, tx.Now())
	if err != nil {
		return p, err
	}
	if n == 0 { // another node was first; its row is visible now
		return r.Recognise(tx, org, c)
	}
	return p, r.insert(tx, p)
}

// Appear makes a customer who gave no address: somebody on a live channel.
func (r *Room) Appear(tx *sqldb.Tx, org ident.Org, c Claim) (Party, error) {
	p := Party{ID: ident.Party(tx.NewID()), Org: org, Name: strings.TrimSpace(c.Name), Locale: c.Locale, Created: tx.Now()}
	return p, r.insert(tx, p)
}

func (r *Room) insert(tx *sqldb.Tx, p Party) error {
	if _, err := tx.Exec(`insert into party (org, id, name, locale, created_at) values ($1, $2, $3, $4, $5)`,
		p.Org, p.ID, p.Name, p.Locale, p.Created); err != nil {
		return err
	}
	_, err := r.log.Append(tx, ledger.At{Org: p.Org, Party: p.ID}, Appeared{})
	return err
}

// siteChannel is the channel of contact points that are names at the organisation's own website.
const siteChannel = "site"

// RecogniseSubject finds the customer whom the organisation's own website calls by this name, which it signed. When it
// also named an e-mail address, that is the customer's: the website vouches for it. When nobody is known under either,
// one is made.
func (r *Room) RecogniseSubject(tx *sqldb.Tx, org ident.Org, subject string, c Claim) (Party, error) {
	p, err := sqldb.One(tx, scanParty, `select p.id, p.org, p.name, p.locale, p.created_at
		from contact_point c join party p on p.id = c.party and p.org = c.org
		where c.org = $1 and c.channel = $2 and c.address = $3`, org, siteChannel, subject)
	if err == nil {
		return p, r.complete(tx, &p, c)
	}
	if !errors.Is(err, sqldb.ErrNone) {
		return p, err
	}
	if Normal(c.Address) == "" {
		p, err = r.Appear(tx, org, c)
	} else if p, err = r.Recognise(tx, org, c); err == nil {
		err = r.Prove(tx, org, c.Address, BySite)
	}
	if err != nil {
		return p, err
	}
	_, err = tx.Exec(`insert into contact_point (org, channel, address, party, created_at, proved_at, proof)
		values ($1, $2, $3, $4, $5, $5, $6) on conflict do nothing`, org, siteChannel, subject, p.ID, tx.Now(), string(BySite))
	return p, err
}

// Reach gives a customer without an e-mail address the one that was claimed. When it is another customer's already, that
// customer is given back: what was said belongs to their story, until something shows otherwise.
func (r *Room) Reach(tx *sqldb.Tx, org ident.Org, id ident.Party, c Claim) (Party, error) {
	p, err := r.Get(tx, org, id)
	if err != nil {
		return p, err
	}
	c.Address = Normal(c.Address)
	if c.Address == "" {
		return p, r.complete(tx, &p, c)
	}
	n, err := tx.Exec(`insert into contact_point (org, channel, address, party, created_at)
		values ($1, 'email', $2, $3, $4) on conflict do nothing`, org, c.Address, p.ID, tx.Now())
	if err != nil {
		return p, err
	}
	if n == 0 {
		return r.Recognise(tx, org, c)
	}
	return p, r.complete(tx, &p, c)
}

func (r *Room) complete(tx *sqldb.Tx, p *Party, c Claim) error {
	if (p.Name != "" || c.Name == "") && (p.Locale != "" || c.Locale == "") {
		return nil
	}
	if p.Name == "" {
		p.Name = c.Name
	}
	if p.Locale == "" {
		p.Locale = c.Locale
	}
	_, err := tx.Exec(`update party set name = $3, locale = $4 where org = $1 and id = $2`, p.Org, p.ID, p.Name, p.Locale)
	return err
}

func scanPoint(r sqldb.Row, c *ContactPoint) error {
	return r.Scan(&c.Party, &c.Channel, &c.Address, sqldb.Time(&c.Proved), &c.Proof)
}

// Point loads the contact point of an e-mail address; fault.Unknown when nobody uses it.
func (r *Room) Point(tx *sqldb.Tx, org ident.Org, address string) (ContactPoint, error) {
	c, err := sqldb.One(tx, scanPoint, `select party, channel, address, proved_at, proof from contact_point
		where org = $1 and channel = 'email' and address = $2`, org, Normal(address))
	if errors.Is(err, sqldb.ErrNone) {
		return c, fault.New(fault.Unknown, "party.unknown")
	}
	return c, err
}

// Points lists the addresses of a customer.
func (r *Room) Points(tx *sqldb.Tx, org ident.Org, id ident.Party) ([]ContactPoint, error) {
	return sqldb.All(tx, scanPoint, `select party, channel, address, proved_at, proof from contact_point
		where org = $1 and party = $2 order by created_at, address`, org, id)
}

// Prove records what showed that an e-mail address belongs to its customer. The first proof stays.
func (r *Room) Prove(tx *sqldb.Tx, org ident.Org, address string, by Proof) error {
	c, err := r.Point(tx, org, address)
	if err != nil || c.Known() {
		return err
	}
	if _, err := tx.Exec(`update contact_point set proved_at = $3, proof = $4
		where org = $1 and channel = 'email' and address = $2`, org, Normal(address), tx.Now(), string(by)); err != nil {
		return err
	}
	_, err = r.log.Append(tx, ledger.At{Org: org, Party: c.Party}, Proved{Channel: c.Channel, By: by})
	return err
}

// MayMail tells whether an automatic mail may go to an address, and counts it. A proved address may always have one;
// an unproved one at most one a day (promise P14), since anybody can write down somebody else's address.
func (r *Room) MayMail(tx *sqldb.Tx, org ident.Org, address string) (bool, error) {
	c, err := r.Point(tx, org, address)
	if err != nil || c.Known() {
		return err == nil, err
	}
	return r.MayMailStranger(tx, org, address)
}

// MayMailStranger tells whether a neutral mail may go to an address because somebody asked who did not show to be its
// owner, and counts it: at most one a day, also when the address is proved to be somebody's.
func (r *Room) MayMailStranger(tx *sqldb.Tx, org ident.Org, address string) (bool, error) {
	day := tx.Now().Unix() / 86400
	n, err := tx.Exec(`insert into neutral_mail (org, address, day) values ($1, $2, $3) on conflict do nothing`,
		org, Normal(address), day)
	return n == 1, err
}

// Give keeps what the customer told us. Another answer to the same question stands beside the earlier one, with where it
// came from; an empty one is no answer.
func (r *Room) Give(tx *sqldb.Tx, at ledger.At, source string, fields map[string]string) error {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	sort.Strings(names) // rows are locked in one order on every node
	for _, name := range names {
		value := strings.TrimSpace(fields[name])
		if r := []rune(value); len(r) > valueLimit {
			value = string(r[:valueLimit])
		}
		if value == "" {
			continue
		}
		if _, err := tx.Exec(`insert into given (org, party, field, value, source, at) values ($1, $2, $3, $4, $5, $6)
			on conflict (org, party, field, value) do update set source = excluded.source, at = excluded.at`,
			at.Org, at.Party, name, value, source, tx.Now()); err != nil {
			return err
		}
		if _, err := r.log.Append(tx, at, Gave{Field: name}); err != nil {
			return err
		}
	}
	return nil
}

// valueLimit is how much of an answer is kept, in characters: a name, a number, an address.
const valueLimit = 200

// Known lists what the customer already told us, the newest answer to each question first.
func (r *Room) Known(tx *sqldb.Tx, org ident.Org, id ident.Party) ([]Given, error) {
	return sqldb.All(tx, func(r sqldb.Row, g *Given) error {
		return r.Scan(&g.Field, &g.Value, &g.Source, sqldb.Time(&g.At))
	}, `select field, value, source, at from given where org = $1 and party = $2 order by field, at desc, value`, org, id)
}
