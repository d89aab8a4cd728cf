// Package tables makes the tables of rooms in the empty database of a test. What it made once in a process it copies.
package tables

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"

	"balie/ground/clock"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// Make makes the tables of these rooms, in the order given.
func Make(t testing.TB, at engine.Target, rooms ...sqldb.Room) {
	t.Helper()
	names := make([]string, len(rooms))
	for i, r := range rooms {
		names[i] = r.Name
	}
	engine.Prepared(t, at, strings.Join(names, "-"), func(at engine.Target) error {
		ctx := context.Background()
		db, err := sqldb.Open(ctx, sqldb.Options{
			Path: at.Path, URL: at.URL, Clock: clock.System{}, Fast: true,
			Chance: rand.New(rand.NewPCG(1, 2)), //nolint:gosec // identifiers in a test
			Log:    slog.New(slog.DiscardHandler),
		})
		if err != nil {
			return err
		}
		return errors.Join(db.Migrate(ctx, rooms...), db.Close())
	})
}
