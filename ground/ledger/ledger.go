// Package ledger keeps the facts: what became true, in the order in which it did. A fact is written in the transaction
// that made it true, and followers see it only after the commit. Rows of the rooms are the truth; the ledger is the
// history that feeds timelines, live screens, measures and the next step.
package ledger

import (
	"embed"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Migrations makes the tables of the ledger.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Fact is something that became true. Its fields are few and hold no text of a customer: that stands in the rows.
type Fact interface {
	// Kind is the fact's name in the past tense: "case.closed".
	Kind() string
}

// Who says what sort of actor did it.
type Who string

// The sorts of actor.
const (
	Customer Who = "customer"
	Agent    Who = "agent"
	System   Who = "system"
	Rule     Who = "rule" // that an administrator wrote
)

// Actor did it.
type Actor struct {
	Kind Who
	ID   int64  // an ident.Party, ident.Agent or ident.Rule; zero for the system
	Name string // as it was shown at that moment
}

// Desk is the actor for what happens by itself.
var Desk = Actor{Kind: System}

// At says where a fact belongs.
type At struct {
	Org   ident.Org
	Case  ident.Case  // zero when it is about no case
	Party ident.Party // zero when it is about no customer
	Actor Actor
}

// Entry is a fact as it stands in the ledger.
type Entry struct {
	At
	Seq  int64
	Time time.Time
	Kind string
	Body json.RawMessage
}

// Into reads the fact's own fields.
func (e Entry) Into(fact any) error {
	if err := json.Unmarshal(e.Body, fact); err != nil {
		return fault.Wrap(fault.Internal, "ground.internal", fmt.Errorf("fact %d %s: %w", e.Seq, e.Kind, err))
	}
	return nil
}

// Log is the ledger of one database. One Log per process: it wakes those who wait for new facts.
type Log struct {
	mu      sync.Mutex
	waiting map[chan struct{}]map[string]bool // the kinds that do not wake it
	newest  atomic.Int64                      // place of the newest fact that this process committed
}

// New makes a Log.
func New() *Log { return &Log{waiting: make(map[chan struct{}]map[string]bool)} }

// Append writes a fact in the transaction that makes it true and gives its place.
func (l *Log) Append(tx *sqldb.Tx, at At, fact Fact) (int64, error) {
	body, err := json.Marshal(fact)
	if err != nil {
		return 0, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	if at.Actor.Kind == "" {
		at.Actor.Kind = System
	}
	n := tx.Count()
	if n >= factsAtOnce {
		return 0, fault.New(fault.Internal, "ground.internal", "facts in one transaction", n)
	}
	seq, err := sqldb.Value(tx, `insert into ledger (seq, org, at, kind, case_id, party, actor_kind, actor_id, actor_name, body)
		values ({place}, $1, $2, $3, $4, $5, $6, $7, $8, $9) returning seq`,
		at.Org, tx.Now(), fact.Kind(), sqldb.Null(at.Case), sqldb.Null(at.Party),
		string(at.Actor.Kind), sqldb.Null(at.Actor.ID), at.Actor.Name, string(body), n)
	if err != nil {
		return 0, err
	}
	kind := fact.Kind()
	tx.AfterCommit(func() { l.committed(seq, kind) })
	return seq, nil
}

func (l *Log) committed(seq int64, kind string) {
	for {
		old := l.newest.Load()
		if old >= seq || l.newest.CompareAndSwap(old, seq) {
			break
		}
	}
	l.WakeFor(kind)
}

// Nothing says that this process committed no fact after place seq. On SQLite that is nearly all there is to know: it
// saves a read for each wake-up that was for facts already seen. A fact of another process, such as a command on the
// same file, is seen at the next wake-up.
func (l *Log) Nothing(db *sqldb.DB, seq int64) bool {
	return db.Engine() == sqldb.SQLite && seq > 0 && l.newest.Load() <= seq
}

// Newest is the place of the newest fact that this process committed, where that can be read by everybody: on PostgreSQL
// a committed fact may stay out of sight for a while, so there it is not known.
func (l *Log) Newest(db *sqldb.DB) (seq int64, known bool) {
	seq = l.newest.Load()
	return seq, db.Engine() == sqldb.SQLite && seq > 0
}

// Wake tells everyone who waits that there may be new facts.
func (l *Log) Wake() { l.WakeFor("") }

// WakeFor tells those who wait for facts of a kind that there may be one.
func (l *Log) WakeFor(kind string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for ch, passed := range l.waiting {
		if passed[kind] {
			continue
		}
		select {
		case ch <- struct{}{}:
		default: // it has a wake-up that it has not used yet
		}
	}
}

// Woken gives a channel that has a tick after each commit with facts; several commits may share one. Facts of the kinds
// in pass give no tick when they were written by this process; it may come all the same. Call stop when done.
func (l *Log) Woken(pass ...string) (tick <-chan struct{}, stop func()) {
	ch := make(chan struct{}, 1)
	passed := make(map[string]bool, len(pass))
	for _, kind := range pass {
		passed[kind] = true
	}
	l.mu.Lock()
	l.waiting[ch] = passed
	l.mu.Unlock()
	return ch, func() {
		l.mu.Lock()
		delete(l.waiting, ch)
		l.mu.Unlock()
	}
}

// factsAtOnce is how many facts one transaction has room for on PostgreSQL: see {place} in sqldb.
const factsAtOnce = 1 << 16

// Rebase makes every later place come after those that stand in the ledger. Call it after facts were written with
// places of their own: a restored backup, whose transactions had other numbers, or generated history.
func Rebase(tx *sqldb.Tx) error {
	if tx.Engine() == sqldb.SQLite {
		return nil
	}
	if _, err := tx.Exec(`delete from ledger_base`); err != nil {
		return err
	}
	_, err := tx.Exec(`insert into ledger_base (base) select coalesce(max(seq), 0) + 1 - (pg_current_xact_id()::text::bigint << 16) from ledger`)
	return err
}

const columns = `seq, org, at, kind, case_id, party, actor_kind, actor_id, actor_name, body`

func scan(r sqldb.Row, e *Entry) error {
	var body string
	err := r.Scan(&e.Seq, &e.Org, sqldb.Time(&e.Time), &e.Kind, sqldb.Int(&e.Case), sqldb.Int(&e.Party),
		&e.Actor.Kind, sqldb.Int(&e.Actor.ID), &e.Actor.Name, &body)
	e.Body = json.RawMessage(body)
	return err
}

// After reads at most limit facts that follow place seq, of all organisations, without ever skipping one that is
// committed later: see {committed}. Where that leaves nothing, transactions of other databases may be in the way, and it
// asks about those of this one (ADR 16); so it is for Latest and Write, not for Read.
func After(tx *sqldb.Tx, seq int64, limit int) ([]Entry, error) {
	all, err := sqldb.All(tx, scan, `select `+columns+` from ledger where seq > $1 and {committed} order by seq limit $2`, seq, limit)
	if err != nil || len(all) > 0 || tx.Engine() == sqldb.SQLite {
		return all, err
	}
	if some, err := hidden(tx, seq); err != nil || !some {
		return nil, err
	}
	settled, err := tx.Settled()
	if err != nil {
		return nil, err
	}
	return sqldb.All(tx, scan, `select `+columns+` from ledger where seq > $1 and xid < $3::text::xid8 order by seq limit $2`,
		seq, limit, strconv.FormatInt(settled, 10))
}

// hidden says whether there are facts after place seq, be they ready to be read or not.
func hidden(tx *sqldb.Tx, seq int64) (bool, error) {
	n, err := sqldb.Value(tx, `select count(*) from (select 1 from ledger where seq > $1 limit 1) as x`, seq)
	return n > 0, err
}

// Of reads the facts of an organisation about itself, so of no case and no customer, whose kind begins with prefix, newest
// first. before is the place to go on from; zero is the newest. It is for people to read, not to follow.
func Of(tx *sqldb.Tx, org ident.Org, prefix string, before int64, limit int) ([]Entry, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	// The condition on case and party is that of the index ledger_house.
	return sqldb.All(tx, scan, `select `+columns+` from ledger where org = $1 and case_id is null and party is null
		and seq < $2 and substr(kind, 1, $3) = $4 order by seq desc limit $5`, org, before, len(prefix), prefix, limit)
}

// Last is the place of the newest fact in sight, whether or not one before it may still come. It tells whether something
// happened since.
func Last(tx *sqldb.Tx) (int64, error) {
	return sqldb.Value(tx, `select coalesce(max(seq), 0) from ledger`)
}

// Past reads the facts of one kind of an organisation since a moment, newest first. It is for people who want to know what
// was, not to follow: the table has no index for it.
func Past(tx *sqldb.Tx, org ident.Org, kind string, since time.Time, limit int) ([]Entry, error) {
	return sqldb.All(tx, scan, `select `+columns+` from ledger where org = $1 and kind = $2 and at >= $3 order by seq desc limit $4`,
		org, kind, since, limit)
}

// Head is the place of the newest fact that can be read.
func Head(tx *sqldb.Tx) (int64, error) {
	return sqldb.Value(tx, `select coalesce(max(seq), 0) from ledger where {committed}`)
}

// SetAside is how many facts some follower could not handle.
func SetAside(tx *sqldb.Tx) (int64, error) {
	return sqldb.Value(tx, `select count(*) from set_aside`)
}

// SetAsideOf is how many facts of one organisation some follower could not handle.
func SetAsideOf(tx *sqldb.Tx, org ident.Org) (int64, error) {
	return sqldb.Value(tx, `select count(*) from set_aside where org = $1`, org)
}
