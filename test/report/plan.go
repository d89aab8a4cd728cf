package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const defaultLimit = 10 * time.Minute

// plan is what was asked for.
type plan struct {
	patterns []string
	without  string
	unraced  string
	first    string
	race     string
	suites   string
	only     string
	limit    time.Duration
	extra    []string
}

// part is one run of go test.
type part struct {
	title    string
	flags    []string
	packages []string
}

// listed is what go list tells about a package.
type listed struct {
	Dir, ImportPath                              string
	Module                                       struct{ Path string }
	GoFiles, CgoFiles, TestGoFiles, XTestGoFiles []string
	Incomplete                                   bool
	Error                                        *struct{ Err string }
}

func (p plan) packages(ctx context.Context) ([]listed, error) {
	args := append([]string{"list", "-e", "-json"}, p.patterns...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var all []listed
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var l listed
		if err := dec.Decode(&l); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if !p.leftOut(l) {
			all = append(all, l)
		}
	}
}

func (p plan) leftOut(l listed) bool { return l.in(p.without) }

// in says whether a package lies in one of the folders, which have commas between them.
func (l listed) in(folders string) bool {
	path := strings.TrimPrefix(strings.TrimPrefix(l.ImportPath, l.Module.Path), "/")
	for _, w := range strings.Split(folders, ",") {
		if w != "" && (path == w || strings.HasPrefix(path, w+"/")) {
			return true
		}
	}
	return false
}

// notWatched keeps the race detector off SQLite, which is C that was translated to Go: it is the database and not ours,
// its memory is its own, and watching every access to it makes a database four times as slow. What our code does before
// and after a call into it, and the locks on the way, are watched as ever. Only the translated C: a package that uses
// sync.Map would bring a copy of it along that is not watched, and the linker may take that one for everybody. Then what two
// goroutines agreed on through a map looks like a race.
const notWatched = "-gcflags=modernc.org/sqlite/lib=-race=false"

// parts divides the packages over a run with the race detector and one without.
func (p plan) parts(packages []listed) []part {
	racing := part{title: "with the race detector", flags: []string{"-race", notWatched}}
	plain := part{title: "without the race detector"}
	for _, l := range p.longestFirst(packages) {
		if p.race == "all" || p.race == "auto" && !l.in(p.unraced) && concurrent(l) {
			racing.packages = append(racing.packages, l.ImportPath)
		} else {
			plain.packages = append(plain.packages, l.ImportPath)
		}
	}
	return []part{plain, racing}
}

// longestFirst puts the packages that take longest before the others. go test begins them in the order in which they are
// named, two at a time on two cores.
func (p plan) longestFirst(packages []listed) []listed {
	rank := func(l listed) int {
		for i, folder := range strings.Split(p.first, ",") {
			if l.in(folder) {
				return i
			}
		}
		return math.MaxInt
	}
	slices.SortStableFunc(packages, func(a, b listed) int { return cmp.Compare(rank(a), rank(b)) })
	return packages
}

// concurrent is true for a package with tests that starts a goroutine or uses sync: there the race detector can find
// something that is ours. A package that cannot be read counts as one: the compiler will say what is wrong.
func concurrent(l listed) bool {
	if len(l.TestGoFiles)+len(l.XTestGoFiles) == 0 {
		return false
	}
	fset := token.NewFileSet()
	for _, group := range [][]string{l.GoFiles, l.CgoFiles, l.TestGoFiles, l.XTestGoFiles} {
		for _, name := range group {
			f, err := parser.ParseFile(fset, filepath.Join(l.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil || startsOrGuards(f) {
				return true
			}
		}
	}
	return false
}

func startsOrGuards(f *ast.File) bool {
	for _, i := range f.Imports {
		if i.Path.Value == `"sync"` || i.Path.Value == `"sync/atomic"` {
			return true
		}
	}
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		if _, ok := n.(*ast.GoStmt); ok {
			found = true
		}
		return !found
	})
	return found
}
