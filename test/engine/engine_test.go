package engine_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"balie/test/engine"
)

func TestEachTestGetsAnEmptyDatabaseOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for range 2 {
		engine.Each(t, func(t *testing.T, at engine.Target) {
			if (at.Path == "") == (at.URL == "") {
				t.Fatalf("want a file or an address, got %+v", at)
			}
			if seen[at.Path+at.URL] {
				t.Fatalf("%+v was given twice", at)
			}
			seen[at.Path+at.URL] = true
			if at.Name == engine.PostgresName {
				exec1(t, at.URL, "CREATE TABLE own (n bigint)")
			} else if _, err := os.Stat(at.Path); !os.IsNotExist(err) {
				t.Fatalf("%s should not exist yet: %v", at.Path, err)
			}
		})
	}
}

func TestDatabaseIsDroppedAfterTheTestEvenWhileSomebodyIsConnected(t *testing.T) {
	var url string
	t.Run("uses one", func(t *testing.T) {
		url = engine.Postgres(t).URL
		if _, err := pgx.Connect(context.Background(), url); err != nil {
			t.Fatal(err)
		}
	})
	if url == "" {
		t.Skip("suite postgres: not on this machine")
	}
	if _, err := pgx.Connect(context.Background(), url); err == nil {
		t.Fatalf("%s is still there", url)
	}
}

func TestAnEngineThatIsLeftOutIsNotATarget(t *testing.T) {
	t.Setenv("BALIE_TEST_ENGINES", "sqlite")
	if all := engine.Targets(t); len(all) != 1 {
		t.Fatalf("targets: %+v", all)
	}
}

func TestClusterEndsWithTheProcessThatAskedForIt(t *testing.T) {
	script := filepath.Join("..", "setup", "postgres")
	if err := exec.Command(script, "which").Run(); err != nil {
		t.Skip("suite postgres: not on this machine")
	}
	cmd := exec.Command(script, "hold")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	first := make(chan string, 1)
	cmd.Stdout = watch{&out, first}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	url := strings.TrimSpace(<-first)
	exec1(t, url, "SELECT 1")
	_ = in.Close()
	_ = cmd.Wait()
	if _, err := pgx.Connect(context.Background(), url); err == nil {
		t.Fatal("the cluster outlived its owner")
	}
}

type watch struct {
	all   *strings.Builder
	first chan string
}

func (w watch) Write(p []byte) (int, error) {
	if w.all.Len() == 0 {
		w.first <- string(p)
	}
	return w.all.Write(p)
}

func exec1(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(context.Background(), sql); err != nil {
		t.Fatal(err)
	}
}
