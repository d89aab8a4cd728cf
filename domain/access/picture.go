package access

import (
	"strings"

	"balie/domain/org"
	"balie/ground/blob"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Picture is what an agent looks like. Its hash is part of its address: another picture has another address.
type Picture struct {
	Hash  string
	Type  string
	Bytes []byte
}

// hashLength is how much of a hash stands in an address, in characters: 128 bits.
const hashLength = 32

func pictureOf(data []byte) Picture {
	return Picture{Hash: string(blob.Sum(data))[:hashLength], Type: pictureType, Bytes: data}
}

// SetPicture keeps a picture that MakePicture made.
func (r *Room) SetPicture(tx *sqldb.Tx, by org.By, id ident.Agent, p Picture) error {
	if _, err := r.Account(tx, by.Org, id); err != nil {
		return err
	}
	n, err := tx.Exec(`insert into account_picture (org, agent, hash, type, bytes, at) values ($1, $2, $3, $4, $5, $6)
		on conflict (org, agent) do update set hash = excluded.hash, type = excluded.type, bytes = excluded.bytes, at = excluded.at
		where account_picture.hash <> excluded.hash`, by.Org, id, p.Hash, p.Type, p.Bytes, tx.Now())
	if err != nil || n == 0 {
		return err // the same picture again is no change
	}
	return r.note(tx, by, ChangedFact{ident.Text(id), []string{"picture"}})
}

// RemovePicture takes the picture away. Where there is none, nothing changes.
func (r *Room) RemovePicture(tx *sqldb.Tx, by org.By, id ident.Agent) error {
	n, err := tx.Exec(`delete from account_picture where org = $1 and agent = $2`, by.Org, id)
	if err != nil || n == 0 {
		return err
	}
	return r.note(tx, by, ChangedFact{ident.Text(id), []string{"picture"}})
}

// Picture reads the picture of an agent, by the hash that its address has. That of somebody who may no longer sign in
// is not shown.
func (r *Room) Picture(tx *sqldb.Tx, o ident.Org, id ident.Agent, hash string) (Picture, error) {
	p, err := sqldb.One(tx, func(r sqldb.Row, p *Picture) error { return r.Scan(&p.Hash, &p.Type, &p.Bytes) },
		`select p.hash, p.type, p.bytes from account_picture p join account a on a.org = p.org and a.id = p.agent
		where p.org = $1 and p.agent = $2 and p.hash = $3 and a.state <> $4`, o, id, hash, string(Blocked))
	return found(p, err)
}

// Pictures are the pictures of the people of an organisation who gave one, by their hashes.
func (r *Room) Pictures(tx *sqldb.Tx, o ident.Org) (Pictures, error) {
	type row struct {
		agent ident.Agent
		hash  string
	}
	rows, err := sqldb.All(tx, func(r sqldb.Row, v *row) error { return r.Scan(&v.agent, &v.hash) },
		`select p.agent, p.hash from account_picture p join account a on a.org = p.org and a.id = p.agent
		where p.org = $1 and a.state <> $2`, o, string(Blocked))
	all := make(Pictures, len(rows))
	for _, v := range rows {
		all[v.agent] = v.hash
	}
	return all, err
}

// Pictures says of agents which picture they gave.
type Pictures map[ident.Agent]string

// PicturePattern is where the pictures of an organisation are served, on the website of the desk.
const PicturePattern = "/o/{slug}/people/{picture}"

// Path is where the picture of an agent is served, on the website of the desk; empty for who gave none.
func (p Pictures) Path(slug string, id ident.Agent) string {
	hash := p[id]
	if hash == "" {
		return ""
	}
	return "/o/" + slug + "/people/" + ident.Text(id) + "-" + hash + ".jpg"
}

// ParsePicture reads the last part of such an address.
func ParsePicture(name string) (ident.Agent, string, error) {
	unknown := fault.New(fault.Unknown, "access.not_found")
	name, isPicture := strings.CutSuffix(name, ".jpg")
	agent, hash, _ := strings.Cut(name, "-")
	id, err := ident.Parse[ident.Agent](agent)
	if err != nil || !isPicture || len(hash) != hashLength {
		return 0, "", unknown
	}
	return id, hash, nil
}
