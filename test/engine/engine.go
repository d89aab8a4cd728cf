// Package engine gives a test an empty database of its own, on each database that Balie runs on: SQLite in a folder
// that goes away with the test, and PostgreSQL as a fresh database on a cluster made for the tests. It hands out
// addresses and knows no room, so that every room can use it.
package engine

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The names of the engines, as they stand in the names of subtests.
const (
	SQLiteName   = "sqlite"
	PostgresName = "postgres"
)

// Target says where an empty database is: a file or an address, never both.
type Target struct {
	Name string // "sqlite" or "postgres"
	Path string // the file; its folder is empty and goes away with the test
	URL  string // postgres://…
}

// Each runs the test on both engines, each in a subtest with its name. An engine that is not there is a skipped
// subtest that says why, so that it shows in the report.
func Each(t *testing.T, run func(t *testing.T, at Target)) {
	t.Helper()
	for _, open := range []struct {
		name string
		at   func(testing.TB) Target
	}{{SQLiteName, SQLite}, {PostgresName, Postgres}} {
		t.Run(open.name, func(t *testing.T) { run(t, open.at(t)) })
	}
}

// SQLite gives a file that does not exist yet.
func SQLite(t testing.TB) Target {
	t.Helper()
	unwanted(t, SQLiteName)
	return Target{Name: SQLiteName, Path: filepath.Join(t.TempDir(), "balie.db")}
}

// Postgres gives a new database and drops it when the test ends. Without PostgreSQL on the machine the test is skipped;
// with a cluster that should be there and does not answer, it fails.
func Postgres(t testing.TB) Target {
	t.Helper()
	unwanted(t, PostgresName)
	base, err := cluster()
	if err != nil {
		t.Skipf("suite postgres: %v", err)
	}
	ctx := context.Background()
	url, drop, err := create(ctx, base)
	if err != nil {
		t.Fatalf("make a database on the test cluster: %v", err)
	}
	t.Cleanup(func() {
		if err := drop(ctx); err != nil {
			t.Errorf("drop the test database: %v", err)
		}
	})
	return Target{Name: PostgresName, URL: url}
}

// Prepared fills the database of a target with what prepare makes of an empty one. That is kept, and copied for the next
// target with the same name: bringing fifteen rooms up to date takes longer than most tests. prepare must close what it
// opens.
func Prepared(t testing.TB, at Target, name string, prepare func(Target) error) {
	t.Helper()
	var err error
	if at.URL == "" {
		err = at.preparedFile(t.TempDir(), name, prepare)
	} else {
		err = at.preparedDatabase(name, prepare)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Targets gives every engine that can be had, for a test that compares them. A benchmark or fuzz target, which cannot
// have skipped subtests, may use it too.
func Targets(t testing.TB) []Target {
	t.Helper()
	var all []Target
	if wanted(SQLiteName) {
		all = append(all, SQLite(t))
	}
	if !wanted(PostgresName) {
		return all
	}
	if _, err := cluster(); err != nil {
		t.Logf("suite postgres: %v", err)
		return all
	}
	return append(all, Postgres(t))
}

// wanted looks at BALIE_TEST_ENGINES, with which `make check` keeps to SQLite; empty means all.
func wanted(name string) bool {
	only := os.Getenv("BALIE_TEST_ENGINES")
	if only == "" {
		return true
	}
	for _, s := range strings.Split(only, ",") {
		if strings.TrimSpace(s) == name {
			return true
		}
	}
	return false
}

func unwanted(t testing.TB, name string) {
	t.Helper()
	if !wanted(name) {
		t.Skipf("suite %s: BALIE_TEST_ENGINES=%s leaves it out", name, os.Getenv("BALIE_TEST_ENGINES"))
	}
}

// At is the short name of Target.
type At = Target
