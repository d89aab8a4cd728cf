package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"

	"balie/ground/clock"
	"balie/ground/fault"
)

// This file and copyrows.go carry a whole database to another place, for backup and restore: the schema by the
// migrations of the rooms, the rows in PostgreSQL's COPY text, which both engines read and write here.

// Copy is a transaction that reads or fills whole tables.
type Copy struct {
	*Tx
	on *sql.Conn // PostgreSQL
}

// Table is a table and the columns that another copy of it must have.
type Table struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
}

// wordTable is kept differently on each engine; here it is one table with an id and its words.
const wordTable = "word_index"

// SaveCopy writes one consistent moment of the SQLite file at from to a new file, while others go on writing.
func SaveCopy(ctx context.Context, from, to string) error {
	q := url.Values{"mode": {"rw"}, "_pragma": {"busy_timeout(10000)", "cache_size(-16000)"}}
	pool, err := sql.Open("sqlite", uriOf(from)+"?"+q.Encode())
	if err == nil {
		_, err = pool.ExecContext(ctx, "vacuum into ?", to)
		err = errors.Join(err, pool.Close())
	}
	if err != nil {
		return copyFailed(SQLite, fmt.Errorf("%s: %w", from, err))
	}
	return nil
}

// OpenCopy opens a SQLite file that nobody writes to, for reading only.
func OpenCopy(path string, c clock.Clock, log *slog.Logger) (*DB, error) {
	db := &DB{
		ended: make(chan struct{}), engine: SQLite, clock: c, log: log, readers: make(chan *lite, 1),
		uri: uriOf(path) + "?mode=ro&immutable=1", pragmas: []string{"query_only(1)", "cache_size(-16000)"},
	}
	first, err := openLite(db.uri, db.pragmas)
	if err != nil {
		return nil, copyFailed(SQLite, err)
	}
	db.readers <- first
	return db, nil
}

// Snapshot gives fn one moment of the whole database to read from, however long it takes.
func (db *DB) Snapshot(ctx context.Context, fn func(*Copy) error) error {
	if db.engine == SQLite {
		return db.Read(ctx, func(tx *Tx) error { return fn(&Copy{Tx: tx}) })
	}
	_, err := db.inPostgres(ctx, beginReading, fn)
	return err
}

// Load gives fn one transaction to fill tables in: all of it is kept or nothing.
func (db *DB) Load(ctx context.Context, fn func(*Copy) error) error {
	if db.engine == SQLite {
		return db.Write(ctx, func(tx *Tx) error { return fn(&Copy{Tx: tx}) })
	}
	tx, err := db.inPostgres(ctx, beginWriting, fn)
	if err == nil {
		tx.committed()
	}
	return err
}

func copyFailed(e Engine, err error) error {
	err, _ = classify(e, err, "copy")
	return err
}

// Each hands the rows of a query to fn one by one, where All would need memory for all of them.
func Each[T any](tx *Tx, scan func(Row, *T) error, fn func(T) error, query string, args ...any) error {
	rows, err := tx.query(query, args)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var v T
		if err := scan(rows, &v); err != nil {
			return tx.failed(query, err)
		}
		if err := fn(v); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return tx.failed(query, err)
	}
	return nil
}

// Sound looks through the whole SQLite file for damage. PostgreSQL looks after its own pages.
func (tx *Tx) Sound() error {
	if tx.Engine() == Postgres {
		return nil
	}
	said, err := One(tx, func(r Row, s *string) error { return r.Scan(s) }, "pragma integrity_check(1)")
	if err == nil && said != "ok" {
		err = fault.Wrap(fault.Unavailable, "ground.database_away", fmt.Errorf("the database file is damaged: %s", said))
	}
	return err
}

const tablesOf = `select t.name, c.name from sqlite_schema t, pragma_table_info(t.name) c
	where t.type = 'table' and t.sql not like 'create virtual%' order by t.name, c.cid`

const tablesOfPostgres = `select table_name::text, column_name::text from information_schema.columns
	where table_schema = current_schema() order by table_name collate "C", ordinal_position`

// Tables lists the tables of the rooms. Left out are the counts of migrations and the numbers of transactions, which
// mean nothing elsewhere. It is empty before the first migration.
func (tx *Tx) Tables() ([]Table, error) {
	query := tablesOf
	if tx.Engine() == Postgres {
		query = tablesOfPostgres
	}
	rows, err := All(tx, func(r Row, v *[2]string) error { return r.Scan(&v[0], &v[1]) }, query)
	if err != nil {
		return nil, err
	}
	var all []Table
	for _, r := range rows {
		name, column := r[0], r[1]
		if strings.HasPrefix(name, "migrated_") || strings.HasPrefix(name, "sqlite_") || strings.HasPrefix(name, wordTable) || column == "xid" {
			continue
		}
		if len(all) == 0 || all[len(all)-1].Name != name {
			all = append(all, Table{Name: name})
		}
		t := &all[len(all)-1]
		t.Columns = append(t.Columns, column)
	}
	there, err := tx.has(wordTable)
	if err == nil && there {
		all = append(all, Table{Name: wordTable, Columns: []string{"id", "words"}})
	}
	return all, err
}

func (tx *Tx) has(table string) (bool, error) {
	query := `select count(*) from sqlite_schema where type = 'table' and name = $1`
	if tx.Engine() == Postgres {
		query = `select count(*) from information_schema.tables where table_schema = current_schema() and table_name = $1`
	}
	n, err := Value(tx, query, table)
	return n > 0, err
}

// Versions tells how far the tables of each room were brought, by the name of the room; a room without tables is not
// in it.
func (tx *Tx) Versions(rooms ...Room) (map[string]int64, error) {
	versions := make(map[string]int64)
	for _, r := range rooms {
		table := "migrated_" + r.Name
		there, err := tx.has(table)
		if err != nil {
			return nil, err
		}
		if !there {
			continue
		}
		if versions[r.Name], err = Value(tx, `select coalesce(max(version_id), 0) from `+quoted(table)+` where is_applied`); err != nil {
			return nil, err
		}
	}
	return versions, nil
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
