package sqldb

import (
	"strings"
)

// Engine names a database engine.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// macros are the words in braces that differ between the engines.
var macros = map[Engine]*strings.Replacer{
	SQLite: strings.NewReplacer(
		"{blob}", "blob",
		"{identity}", "integer primary key autoincrement",
		"{xid}", "integer not null default 0",
		"{place}", "nullif($10, $10)", // given by the table itself
		"{committed}", "1 = 1",
		"{greatest}", "max",
		"{skip locked}", "",
		"{no rowid}", "without rowid",
		"{sqlite}", "", "{postgres}", "-- ", // before a line that is for one engine
		"{word index}", wordIndex[SQLite],
	),
	Postgres: strings.NewReplacer(
		"{blob}", "bytea",
		"{identity}", "bigint primary key",
		"{xid}", "xid8 not null default pg_current_xact_id()",
		// A place in the ledger is the number of the transaction and of the fact within it. A sequence would not do:
		// a transaction can begin first, take its place second and commit first, and then the one that took the
		// lower place comes in behind whoever has read on (ADR 11).
		"{place}", `coalesce((select base from ledger_base), 0) + (pg_current_xact_id()::text::bigint << 16) + $10`,
		// Only facts of transactions older than every running one are complete: nothing can still come before them.
		// Settled knows more, and takes longer.
		"{committed}", "xid < pg_snapshot_xmin(pg_current_snapshot())",
		"{greatest}", "greatest",
		"{skip locked}", "for update skip locked",
		"{no rowid}", "",
		"{sqlite}", "-- ", "{postgres}", "",
		"{word index}", wordIndex[Postgres],
	),
}

// expand writes a statement in the dialect of an engine: macros, and ?N for $N on SQLite.
func expand(e Engine, query string) string {
	if strings.Contains(query, "{") {
		query = macros[e].Replace(query)
	}
	if e == SQLite {
		query = rebind(query)
	}
	return query
}

// rebind turns $N into ?N outside quoted text.
func rebind(query string) string {
	var b strings.Builder
	b.Grow(len(query))
	quoted := false
	for i := 0; i < len(query); i++ {
		c := query[i]
		if c == '\'' {
			quoted = !quoted
		}
		if c == '$' && !quoted && i+1 < len(query) && query[i+1] >= '0' && query[i+1] <= '9' {
			c = '?'
		}
		b.WriteByte(c)
	}
	return b.String()
}
