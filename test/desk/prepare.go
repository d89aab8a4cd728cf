package desk

import (
	"os"
	"path/filepath"
	"testing"

	"balie/app"
	"balie/test/engine"
	"balie/test/engine/tables"
)

// prepared makes the tables of the program in the data folder, or in the database, of a desk that begins.
func prepared(t testing.TB, at engine.Target, data string) {
	t.Helper()
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	tables.Make(t, engine.Target{Name: at.Name, Path: filepath.Join(data, "balie.db"), URL: at.URL}, app.Rooms()...)
}
