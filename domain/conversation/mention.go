package conversation

import (
	"time"

	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Mention is a note in which somebody was mentioned.
type Mention struct {
	Entry
	Seen time.Time // zero: not yet
}

// mention keeps for whom a note is. Whoever writes their own name needs no reminder of it.
func (r *Room) mention(tx *sqldb.Tx, e Entry) error {
	for _, m := range e.Data.Mentions {
		id, err := ident.Parse[ident.Agent](m)
		if err != nil {
			return err
		}
		if int64(id) == e.Actor.ID {
			continue
		}
		if _, err := tx.Exec(`insert into mention (org, agent, entry) values ($1, $2, $3) on conflict do nothing`, e.Org, id, e.ID); err != nil {
			return err
		}
	}
	return nil
}

// Mentions lists the notes in which somebody was mentioned, newest first; before is the last one of the page before,
// zero to begin.
func (r *Room) Mentions(tx *sqldb.Tx, org ident.Org, who ident.Agent, before ident.Entry, limit int) ([]Mention, error) {
	if before == 0 {
		before = ident.Entry(int64(^uint64(0) >> 1))
	}
	return sqldb.All(tx, func(r sqldb.Row, m *Mention) error {
		return scanEntry(also{r, []any{sqldb.Time(&m.Seen)}}, &m.Entry)
	}, `select `+entryColumns+`, m.seen_at from mention m join entry e on e.org = m.org and e.id = m.entry
		where m.org = $1 and m.agent = $2 and m.entry < $3 order by m.entry desc limit $4`, org, who, before, limit)
}

// also scans columns that follow those of an entry.
type also struct {
	sqldb.Row
	more []any
}

// Scan reads them all.
func (a also) Scan(dest ...any) error { return a.Row.Scan(append(dest, a.more...)...) }

// mostNew is how far mentions that were not seen are counted.
const mostNew = 100

// NewMentions is how many notes mention somebody who did not see them yet, up to a hundred.
func (r *Room) NewMentions(tx *sqldb.Tx, org ident.Org, who ident.Agent) (int64, error) {
	return sqldb.Value(tx, `select count(*) from (select 1 from mention where org = $1 and agent = $2 and seen_at is null limit $3) n`,
		org, who, mostNew)
}

// NewMentionsIn says whether there are any in one case.
func (r *Room) NewMentionsIn(tx *sqldb.Tx, org ident.Org, who ident.Agent, c ident.Case) (bool, error) {
	n, err := sqldb.Value(tx, `select count(*) from mention m join entry e on e.org = m.org and e.id = m.entry
		where m.org = $1 and m.agent = $2 and m.seen_at is null and e.case_id = $3`, org, who, c)
	return n > 0, err
}

// SeeMentionsIn records that somebody saw where they are mentioned in a case.
func (r *Room) SeeMentionsIn(tx *sqldb.Tx, org ident.Org, who ident.Agent, c ident.Case) error {
	_, err := tx.Exec(`update mention set seen_at = $4 where org = $1 and agent = $2 and seen_at is null
		and entry in (select id from entry where org = $1 and case_id = $3)`, org, who, c, tx.Now())
	return err
}

// SeeMentions records that somebody saw every mention up to and with one; zero is all of them.
func (r *Room) SeeMentions(tx *sqldb.Tx, org ident.Org, who ident.Agent, until ident.Entry) error {
	if until == 0 {
		until = ident.Entry(int64(^uint64(0) >> 1))
	}
	_, err := tx.Exec(`update mention set seen_at = $4 where org = $1 and agent = $2 and seen_at is null and entry <= $3`,
		org, who, until, tx.Now())
	return err
}
