package demo

import (
	"context"
	"fmt"
	"strings"

	"balie/ground/sqldb"
)

// rowsAtOnce is how many rows one statement inserts.
const rowsAtOnce = 64

// table gathers rows for one table, in the order in which they are added.
type table struct {
	name    string
	columns string
	width   int
}

func newTable(name, columns string) *table {
	return &table{name: name, columns: columns, width: 1 + strings.Count(columns, ",")}
}

// The tables that a generated case has rows in.
var (
	partyTable   = newTable("party", "org, id, name, locale, created_at")
	pointTable   = newTable("contact_point", "org, channel, address, party, proved_at, proof, created_at")
	factTable    = newTable("ledger", "seq, org, at, kind, case_id, party, actor_kind, actor_id, actor_name, body")
	arrivedTable = newTable("arrived", "org, mark, case_id, entry")
	refTable     = newTable("message_ref", "org, ref, case_id")
	askedTable   = newTable("question", "org, id, case_id, text, asked_by, asked_at, answer, answered_at, correction")
	judgedTable  = newTable("feedback", "org, id, case_id, party, agent, solved, satisfaction, grade, recommend, text, at")
	tagTable     = newTable("tag", "org, name, case_id, updated_at")
	saidTable    = newTable("entry", `org, id, case_id, party, seq, kind, channel, at, actor_kind, actor_id, actor_name, text,
		data`)
	promiseTable = newTable("promise", `org, id, case_id, party, text, owner, owner_name, made_at, due, status, kept_at,
		broken_at`)
	caseTable = newTable("cases", `org, id, number, subject, status, closed_by, channel, desk_address, party, party_name,
		party_address, owner, owner_name, department, question, question_asked_at, question_confirmed_at, solution, preview,
		created_at, updated_at, waiting_on, waiting_since, promise, promise_text, promise_due, silence_due,
		silence_asked_at, closed_at, dissatisfied, unread, link_version, seq, tags, answer_due, answer_next, due_at`)
)

// tables are all of them, parents first.
func tables() []*table {
	return []*table{
		partyTable, pointTable, factTable, saidTable, caseTable, arrivedTable, refTable, askedTable, promiseTable,
		judgedTable, tagTable,
	}
}

// insert is a statement for n rows. SQLite looks for a numbered parameter among all of them, each time: there they have
// no number.
func (t *table) insert(engine sqldb.Engine, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "insert into %s (%s) values ", t.name, t.columns)
	for i := range n * t.width {
		switch {
		case i%t.width > 0:
			b.WriteString(", ")
		case i > 0:
			b.WriteString("), (")
		default:
			b.WriteString("(")
		}
		if engine == sqldb.SQLite {
			b.WriteByte('?')
		} else {
			fmt.Fprintf(&b, "$%d", i+1)
		}
	}
	b.WriteString(")")
	return b.String()
}

// document is a line that can be found by its words.
type document struct {
	id    int64
	words []string
}

// batch is what is written in one transaction.
type batch struct {
	rows      map[*table][]any
	documents []document
	last      int64 // the place that its last fact has in the ledger
}

// newBatch has room for as much as the last one had.
func newBatch(like *batch) *batch {
	b := &batch{rows: make(map[*table][]any, len(like.rows)), documents: make([]document, 0, len(like.documents)*5/4)}
	for t, rows := range like.rows {
		b.rows[t] = make([]any, 0, len(rows)*5/4)
	}
	return b
}

func (b *batch) add(t *table, values ...any) { b.rows[t] = append(b.rows[t], values...) }

// statements are the texts for whole and for single rows, made once.
type statements map[*table][2]string

func newStatements(engine sqldb.Engine) statements {
	s := statements{}
	for _, t := range tables() {
		s[t] = [2]string{t.insert(engine, rowsAtOnce), t.insert(engine, 1)}
	}
	return s
}

func (s statements) write(tx *sqldb.Tx, org int64, b *batch) error {
	for _, t := range tables() {
		rows := b.rows[t]
		for _, part := range []struct {
			query string
			size  int
		}{{s[t][0], rowsAtOnce * t.width}, {s[t][1], t.width}} {
			for len(rows) >= part.size {
				if _, err := tx.Exec(part.query, rows[:part.size]...); err != nil {
					return err
				}
				rows = rows[part.size:]
			}
		}
	}
	for _, d := range b.documents {
		if err := tx.IndexWords(org, d.id, d.words); err != nil {
			return err
		}
	}
	return nil
}

// The settings of the word index on SQLite: how much it gathers before it writes, and how eagerly it merges what it
// wrote. Many lines at once want more of the one and less of the other.
var (
	indexInBulk = map[string]int{"hashsize": 16 << 20, "automerge": 0}
	indexAsEver = map[string]int{"hashsize": 1 << 20, "automerge": 16}
)

func setIndex(ctx context.Context, db *sqldb.DB, settings map[string]int) error {
	if db.Engine() != sqldb.SQLite {
		return nil
	}
	return db.Write(ctx, func(tx *sqldb.Tx) error {
		for name, value := range settings {
			if _, err := tx.Exec(`insert into word_index (word_index, rank) values ($1, $2)`, name, value); err != nil {
				return err
			}
		}
		return nil
	})
}

// mergeIndex makes one piece of the pieces that were written in bulk: a search looks into each of them.
func mergeIndex(ctx context.Context, db *sqldb.DB) error {
	if db.Engine() != sqldb.SQLite {
		return nil
	}
	return db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(`insert into word_index (word_index) values ('optimize')`)
		return err
	})
}
