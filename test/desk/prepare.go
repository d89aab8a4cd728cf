package desk

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"balie/app"
	"balie/ground/clock"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// prepared makes the tables of the program in the data folder, or in the database, of a desk that begins.
func prepared(t testing.TB, at engine.Target, data string) {
	t.Helper()
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	engine.Prepared(t, engine.Target{Name: at.Name, Path: filepath.Join(data, "balie.db"), URL: at.URL}, "desk", prepare)
}

// prepare makes the tables of the program in an empty database.
func prepare(at engine.Target) error {
	ctx := context.Background()
	db, err := sqldb.Open(ctx, sqldb.Options{
		Path: at.Path, URL: at.URL, Clock: clock.System{}, Chance: app.Chance(), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	return errors.Join(db.Migrate(ctx, app.Rooms()...), db.Close())
}
