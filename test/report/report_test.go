package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func report(t *testing.T, dir string, p plan) (bool, string) {
	t.Helper()
	t.Chdir(filepath.Join("testdata", dir))
	p.race, p.limit = "none", defaultLimit
	if p.patterns == nil {
		p.patterns = []string{"./..."}
	}
	var out strings.Builder
	ok, err := p.run(context.Background(), &out)
	if err != nil {
		t.Fatal(err)
	}
	return ok, out.String()
}

func mustSay(t *testing.T, out string, sentences ...string) {
	t.Helper()
	for _, s := range sentences {
		if !strings.Contains(out, s) {
			t.Errorf("the report does not say %q:\n%s", s, out)
		}
	}
}

func lastLine(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	return lines[len(lines)-1]
}

func TestEachOutcomeIsCountedOnceAndTheCountsAreTheLastLine(t *testing.T) {
	ok, out := report(t, "walk", plan{})
	if ok {
		t.Error("a run with failures is not a good run")
	}
	// good: two subtests pass, one is skipped. bad: a child and a parent fail for themselves, a sister and a child
	// pass. dies: one passes, the one that ended the process fails.
	if got, want := lastLine(out), "5 passed, 3 failed, 1 skipped"; got != want {
		t.Errorf("last line %q, want %q\n%s", got, want, out)
	}
	mustSay(t, out, "the reason of the child", "the reason of the parent", "TestWaits: suite postgres: not here",
		"FAILED   example/bad TestChildFails/child", "FAILED   example/dies TestEndsTheProcess")
}

func TestPackageThatDoesNotBuildIsAFailureWithTheCompilersWords(t *testing.T) {
	ok, out := report(t, "broken", plan{})
	if ok {
		t.Error("a package that does not build is not a good run")
	}
	mustSay(t, out, "undefined: undefined", "FAILED   example/cannot")
	if got, want := lastLine(out), "1 passed, 1 failed, 0 skipped"; got != want {
		t.Errorf("last line %q, want %q", got, want)
	}
}

func TestRunWithoutAnyTestIsAFailure(t *testing.T) {
	ok, out := report(t, "broken", plan{only: "Nothing", without: "cannot"})
	if ok {
		t.Error("no test ran, which is not a good run")
	}
	mustSay(t, out, "no test ran", "0 passed, 0 failed, 0 skipped")
}

func TestGoTestThatCannotStartIsAFailure(t *testing.T) {
	ok, out := report(t, "broken", plan{patterns: []string{"./fine"}, extra: []string{"-no-such-flag"}})
	if ok {
		t.Errorf("go test refused its flags, which is not a good run:\n%s", out)
	}
	mustSay(t, out, "0 passed, 1 failed, 0 skipped")
}

func TestSuitesThatDidNotRunAreNamedWithTheCommand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "suites")
	found := "race yes\npostgres no Debian: postgresql\nmend apt-get install -y postgresql\n"
	if err := os.WriteFile(path, []byte(found), 0o600); err != nil {
		t.Fatal(err)
	}
	_, out := report(t, "broken", plan{patterns: []string{"./fine"}, suites: path})
	mustSay(t, out, "These suites did not run: postgres (Debian: postgresql)", "  apt-get install -y postgresql\n")
}

func TestRaceDetectorIsForPackagesWithGoroutines(t *testing.T) {
	dir := t.TempDir()
	for name, code := range map[string]string{
		"starts.go": "package p\nfunc f() { go f() }\n",
		"guards.go": "package p\nimport \"sync\"\nvar mu sync.Mutex\n",
		"plain.go":  "package p\nfunc f() { f() }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(code), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for file, want := range map[string]bool{"starts.go": true, "guards.go": true, "plain.go": false} {
		got := concurrent(listed{Dir: dir, GoFiles: []string{file}, TestGoFiles: []string{"plain.go"}})
		if got != want {
			t.Errorf("%s: %v, want %v", file, got, want)
		}
	}
}

func TestPackagesThatTakeLongestBeginFirst(t *testing.T) {
	var packages []listed
	for _, path := range []string{"app", "flow", "test/desk", "web/api"} {
		l := listed{ImportPath: "balie/" + path}
		l.Module.Path = "balie"
		packages = append(packages, l)
	}
	got := plan{race: "none", first: "test/desk,web"}.parts(packages)[0].packages
	if want := []string{"balie/test/desk", "balie/web/api", "balie/app", "balie/flow"}; !slices.Equal(got, want) {
		t.Errorf("in the order %v, want %v", got, want)
	}
}

func TestLinesThatAreNotEventsArePassedOn(t *testing.T) {
	var out strings.Builder
	if err := newTally(&out).read(io.MultiReader(strings.NewReader("somebody's last word\n"))); err != nil {
		t.Fatal(err)
	}
	mustSay(t, out.String(), "somebody's last word")
}
