package org

import (
	"net/mail"
	"strings"
	"unicode"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Address is a desk address: what is sent there arrives at this organisation. No two organisations share one.
type Address struct {
	ID         ident.Row
	Org        ident.Org
	Department ident.Department // zero: the organisation as a whole
	Address    string           // lower case
	Skill      ident.Skill      // what an agent must know to help with what is sent there; zero: nothing
	Sender     bool             // what the desk writes itself comes from here; one of them does
}

// ParseAddress gives an address the form in which it is kept and looked up: lower case, without a name.
func ParseAddress(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s || len(s) > 254 || strings.ContainsFunc(s, unicode.IsControl) ||
		strings.ContainsAny(s, "+\"") {
		return "", fault.New(fault.Invalid, "org.address_unusable")
	}
	return s, nil
}

const addressColumns = `id, org, department, address, sender, skill`

func scanAddress(r sqldb.Row, a *Address) error {
	return r.Scan(&a.ID, &a.Org, sqldb.Int(&a.Department), &a.Address, sqldb.Bool(&a.Sender), sqldb.Int(&a.Skill))
}

// ByAddress finds a desk address over the whole installation, without case. What stands between + and @ is not looked
// at: it is ours, for replies.
func (r *Room) ByAddress(tx *sqldb.Tx, address string) (Address, error) {
	address = strings.ToLower(strings.TrimSpace(address))
	if local, domain, ok := strings.Cut(address, "@"); ok {
		local, _, _ = strings.Cut(local, "+")
		address = local + "@" + domain
	}
	return found(sqldb.One(tx, scanAddress, `select `+addressColumns+` from address where address = $1`, address))
}

// Addresses lists the desk addresses of an organisation, the sender first.
func (r *Room) Addresses(tx *sqldb.Tx, org ident.Org) ([]Address, error) {
	return sqldb.All(tx, scanAddress, `select `+addressColumns+` from address where org = $1
		order by sender desc, address`, org)
}

// Sender is the address that the desk's own mail comes from.
func (r *Room) Sender(tx *sqldb.Tx, org ident.Org) (Address, error) {
	return found(sqldb.One(tx, scanAddress, `select `+addressColumns+` from address where org = $1 and sender = 1`, org))
}

// SaveAddress adds a desk address, or changes the one with this ID. The first one becomes the sender, and another
// becomes it only by saying so.
func (r *Room) SaveAddress(tx *sqldb.Tx, by By, a Address) (Address, error) {
	var err error
	if a.Address, err = ParseAddress(a.Address); err != nil {
		return a, err
	}
	if err := r.checkDepartment(tx, by.Org, a.Department); err != nil {
		return a, err
	}
	a.Org = by.Org
	others, err := sqldb.Value(tx, `select count(*) from address where org = $1 and id <> $2 and sender = 1`, a.Org, a.ID)
	if err != nil {
		return a, err
	}
	if others == 0 {
		a.Sender = true
	} else if a.Sender {
		if _, err := tx.Exec(`update address set sender = 0 where org = $1`, a.Org); err != nil {
			return a, err
		}
	}
	fact := ChangedFact{About: AboutAddress, Did: Changed, Name: a.Address, Fields: []string{"address", "department", "sender", "skill"}}
	var n int64 = 1
	if a.ID == 0 {
		a.ID, fact.Did, fact.Fields = ident.Row(tx.NewID()), Added, nil
		_, err = tx.Exec(`insert into address (org, id, department, address, sender, skill) values ($1, $2, $3, $4, $5, $6)`,
			a.Org, a.ID, sqldb.Null(a.Department), a.Address, a.Sender, sqldb.Null(a.Skill))
	} else {
		n, err = tx.Exec(`update address set department = $3, address = $4, sender = $5, skill = $6 where org = $1 and id = $2`,
			a.Org, a.ID, sqldb.Null(a.Department), a.Address, a.Sender, sqldb.Null(a.Skill))
	}
	if err != nil {
		return a, taken(err, "org.address_taken")
	}
	if n == 0 {
		return a, fault.New(fault.Unknown, "org.not_found")
	}
	fact.ID = text(a.ID)
	return a, r.changed(tx, by, fact)
}

// RemoveAddress takes a desk address away. The sender can be removed only as the last one.
func (r *Room) RemoveAddress(tx *sqldb.Tx, by By, id ident.Row) error {
	all, err := r.Addresses(tx, by.Org)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.ID != id {
			continue
		}
		if a.Sender && len(all) > 1 {
			return fault.New(fault.Conflict, "org.address_is_sender")
		}
		if _, err := tx.Exec(`delete from address where org = $1 and id = $2`, by.Org, id); err != nil {
			return err
		}
		return r.changed(tx, by, ChangedFact{About: AboutAddress, Did: Removed, ID: text(id), Name: a.Address})
	}
	return fault.New(fault.Unknown, "org.not_found")
}
