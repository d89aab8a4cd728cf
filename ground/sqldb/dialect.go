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
		"{committed}", "1 = 1",
		"{greatest}", "max",
		"{skip locked}", "",
		"{word index}", wordIndex[SQLite],
	),
	Postgres: strings.NewReplacer(
		"{blob}", "bytea",
		"{identity}", "bigint generated always as identity primary key",
		"{xid}", "xid8 not null default pg_current_xact_id()",
		// A row with a lower number may be committed later than one with a higher number. Only rows of
		// transactions older than every running one are complete: nothing can still come before them.
		"{committed}", "xid < pg_snapshot_xmin(pg_current_snapshot())",
		"{greatest}", "greatest",
		"{skip locked}", "for update skip locked",
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
