package conversation

import (
	"embed"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/theory/words"
)

// Migrations makes the tables of this room.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Room is the room of what was said.
type Room struct {
	log  *ledger.Log
	disk Disk
}

// New makes the room.
func New(log *ledger.Log, disk Disk) *Room { return &Room{log: log, disk: disk} }

// Add adds a line to a timeline, with the fact that says so.
func (r *Room) Add(tx *sqldb.Tx, l Line) (Entry, error) {
	if l.At.IsZero() || l.At.After(tx.Now()) {
		l.At = tx.Now()
	}
	e := Entry{
		ID: ident.Entry(tx.NewID()), Org: l.Org, Case: l.Case, Party: l.Party, Sort: l.Sort, Channel: l.Channel,
		At: l.At.UTC().Truncate(time.Millisecond), Actor: l.Actor, Text: l.Text, Quoted: l.Quoted, Data: l.Data,
	}
	var err error
	if e.RawHash, err = r.keep(tx, l.Org, l.Raw); err != nil {
		return e, err
	}
	if e.HTMLHash, err = r.keep(tx, l.Org, []byte(l.HTML)); err != nil {
		return e, err
	}
	if e.Seq, err = r.log.Append(tx, ledger.At{Org: l.Org, Case: l.Case, Party: l.Party, Actor: l.Actor}, factOf(e, l.Auto)); err != nil {
		return e, err
	}
	if _, err = tx.Exec(`insert into entry (org, id, case_id, party, seq, kind, channel, at, actor_kind, actor_id,
		actor_name, text, quoted, raw_hash, html_hash, data)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		e.Org, e.ID, e.Case, sqldb.Null(e.Party), e.Seq, string(e.Sort), e.Channel, e.At,
		string(e.Actor.Kind), sqldb.Null(e.Actor.ID), e.Actor.Name, e.Text, e.Quoted,
		sqldb.Null(e.RawHash), sqldb.Null(e.HTMLHash), e.Data.encode()); err != nil {
		return e, err
	}
	if l.Sort == Note {
		if err := r.mention(tx, e); err != nil {
			return e, err
		}
	}
	for _, f := range l.Files {
		kept, err := r.attach(tx, e, f)
		if err != nil {
			return e, err
		}
		e.Files = append(e.Files, kept)
	}
	return e, nil
}

func factOf(e Entry, auto bool) ledger.Fact {
	switch {
	case e.Sort == Message && e.Actor.Kind == ledger.Customer:
		return Received{Entry: e.ID, Channel: e.Channel, Auto: auto}
	case e.Sort == Message:
		return Said{Entry: e.ID, Channel: e.Channel}
	case e.Sort == Note:
		return Noted{Entry: e.ID, Mentions: e.Data.Mentions}
	default:
		return Marked{Entry: e.ID, Sort: e.Sort}
	}
}

// FindBy makes a line findable by its words, those of its own text and those that are given: number, names, addresses.
func (r *Room) FindBy(tx *sqldb.Tx, e Entry, also ...string) error {
	text := e.Text
	for _, a := range also {
		text += " " + a
	}
	return tx.IndexWords(int64(e.Org), int64(e.ID), words.Index(text))
}

// Found is a case that a search found, at one of its lines.
type Found struct {
	Case  ident.Case
	Entry ident.Entry // the place to go on from
}

// Find gives the cases that hold all words of q, newest line first, each once within the page; before is the place of
// the last one of the page before, zero to begin.
func (r *Room) Find(tx *sqldb.Tx, org ident.Org, q string, before ident.Entry, limit int) ([]Found, error) {
	terms := words.Query(q)
	if before == 0 {
		before = ident.Entry(int64(^uint64(0) >> 1))
	}
	var found []Found
	seen := map[ident.Case]bool{}
	for len(found) < limit {
		ids, err := tx.FindWords(int64(org), terms, int64(before), limit)
		if err != nil || len(ids) == 0 {
			return found, err
		}
		at, err := r.casesOf(tx, org, ids)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			before = ident.Entry(id)
			c, ok := at[before]
			if ok && !seen[c] && len(found) < limit {
				seen[c] = true
				found = append(found, Found{Case: c, Entry: before})
			}
		}
		if len(ids) < limit {
			break
		}
	}
	return found, nil
}

// entryStep keeps the number of different texts of the query small: statements are prepared once per text.
const entryStep = 20

// casesOf tells to which case each line belongs; lines that are gone are left out.
func (r *Room) casesOf(tx *sqldb.Tx, org ident.Org, entries []int64) (map[ident.Entry]ident.Case, error) {
	args := append(make([]any, 0, len(entries)+entryStep), org)
	var marks strings.Builder
	for i := 0; i < len(entries) || i%entryStep != 0; i++ {
		args = append(args, entries[min(i, len(entries)-1)])
		marks.WriteString(", $" + strconv.Itoa(len(args)))
	}
	type pair struct {
		entry ident.Entry
		cas   ident.Case
	}
	// The plus keeps SQLite, which has no statistics here, from walking an index of the whole organisation.
	pairs, err := sqldb.All(tx, func(r sqldb.Row, p *pair) error { return r.Scan(&p.entry, &p.cas) },
		`select id, case_id from entry where +org = $1 and id in (`+marks.String()[2:]+`)`, args...)
	at := make(map[ident.Entry]ident.Case, len(pairs))
	for _, p := range pairs {
		at[p.entry] = p.cas
	}
	return at, err
}

const entryColumns = `e.id, e.org, e.case_id, e.party, e.seq, e.kind, e.channel, e.at, e.actor_kind, e.actor_id, e.actor_name,
	e.text, e.quoted, e.raw_hash, e.html_hash, e.data`

func scanEntry(r sqldb.Row, e *Entry) error {
	var data string
	err := r.Scan(&e.ID, &e.Org, &e.Case, sqldb.Int(&e.Party), &e.Seq, &e.Sort, &e.Channel, sqldb.Time(&e.At),
		&e.Actor.Kind, sqldb.Int(&e.Actor.ID), &e.Actor.Name, &e.Text, &e.Quoted,
		sqldb.Text(&e.RawHash), sqldb.Text(&e.HTMLHash), sqldb.Text(&data))
	if err == nil && data != "" {
		err = json.Unmarshal([]byte(data), &e.Data)
	}
	return err
}

// Timeline loads all lines of a case, oldest first, with attachments and what became of each mail.
func (r *Room) Timeline(tx *sqldb.Tx, org ident.Org, c ident.Case) ([]Entry, error) {
	entries, err := sqldb.All(tx, scanEntry, `select `+entryColumns+` from entry e
		where e.org = $1 and e.case_id = $2 order by e.at, e.id`, org, c)
	if err != nil {
		return nil, err
	}
	at := make(map[ident.Entry]*Entry, len(entries))
	for i := range entries {
		at[entries[i].ID] = &entries[i]
	}
	files, err := sqldb.All(tx, scanFile, `select f.id, f.entry, f.name, f.type, f.size, f.hash, f.content_id
		from attachment f join entry e on e.id = f.entry and e.org = f.org
		where e.org = $1 and e.case_id = $2 order by f.id`, org, c)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if e := at[f.Entry]; e != nil {
			e.Files = append(e.Files, f)
		}
	}
	type delivery struct {
		entry ident.Entry
		Delivery
	}
	sent, err := sqldb.All(tx, func(r sqldb.Row, d *delivery) error {
		return r.Scan(sqldb.Int(&d.entry), &d.State, &d.Reason)
	}, `select entry, state, reason from outgoing where org = $1 and case_id = $2 order by id`, org, c)
	for _, d := range sent {
		if e := at[d.entry]; e != nil {
			e.Delivery = d.Delivery
		}
	}
	return entries, err
}

// Entry loads one line.
func (r *Room) Entry(tx *sqldb.Tx, org ident.Org, id ident.Entry) (Entry, error) {
	e, err := sqldb.One(tx, scanEntry, `select `+entryColumns+` from entry e where e.org = $1 and e.id = $2`, org, id)
	if errors.Is(err, sqldb.ErrNone) {
		return e, fault.New(fault.Unknown, "conversation.entry_unknown")
	}
	return e, err
}

// OfParty loads the newest lines of a customer over all cases, newest first.
func (r *Room) OfParty(tx *sqldb.Tx, org ident.Org, p ident.Party, limit int) ([]Entry, error) {
	return sqldb.All(tx, scanEntry, `select `+entryColumns+` from entry e
		where e.org = $1 and e.party = $2 order by e.id desc limit $3`, org, p, limit)
}

// Move gives the lines of one case to another, when two are merged.
func (r *Room) Move(tx *sqldb.Tx, org ident.Org, from, to ident.Case) error {
	for _, q := range []string{
		`update entry set case_id = $3 where org = $1 and case_id = $2`,
		`update message_ref set case_id = $3 where org = $1 and case_id = $2`,
		`update outgoing set case_id = $3 where org = $1 and case_id = $2`,
		`update arrived set case_id = $3 where org = $1 and case_id = $2`,
		`update contact set case_id = $3 where org = $1 and case_id = $2`,
	} {
		if _, err := tx.Exec(q, org, from, to); err != nil {
			return err
		}
	}
	return nil
}
