package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// event is one line of `go test -json`.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of a package that does not build
	Test        string
	Elapsed     float64
	Output      string
	FailedBuild string
}

// ending is how a test came out.
type ending int

const (
	running ending = iota // never finished: the process died or ran out of time
	passed
	failed
	skipped
)

// result is what is known of one test.
type result struct {
	pkg, name string
	end       ending
	output    strings.Builder
	parent    bool // has subtests, which are counted in its place
	failing   bool // a subtest failed
}

// tally keeps the score of all runs. A test with subtests counts only when it fails and none of them does: then the
// failure is its own.
type tally struct {
	out     io.Writer
	order   []*result
	tests   map[string]*result
	pkgs    map[string]*strings.Builder // what a package printed outside its tests
	builds  map[string]*strings.Builder
	trouble []string // packages that failed without a failing test
}

func newTally(out io.Writer) *tally {
	return &tally{
		out: out, tests: map[string]*result{}, pkgs: map[string]*strings.Builder{},
		builds: map[string]*strings.Builder{},
	}
}

// read takes in events until r ends. A line that is not an event is passed on: it is somebody's last word.
func (t *tally) read(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil || e.Action == "" {
			fmt.Fprintln(t.out, lines.Text())
			continue
		}
		t.take(e)
	}
	return lines.Err()
}

func (t *tally) take(e event) {
	switch {
	case strings.HasPrefix(e.Action, "build-"):
		text(t.builds, e.ImportPath).WriteString(e.Output)
	case e.Test == "":
		t.takePackage(e)
	default:
		t.takeTest(e)
	}
}

func (t *tally) takeTest(e event) {
	r := t.test(e.Package, e.Test)
	switch e.Action {
	case "output":
		r.output.WriteString(e.Output)
	case "pass":
		r.end = passed
	case "skip":
		r.end = skipped
	case "fail":
		r.end = failed
		for up, ok := parentName(e.Test); ok; up, ok = parentName(up) {
			t.test(e.Package, up).failing = true
		}
	}
}

func (t *tally) takePackage(e event) {
	switch e.Action {
	case "output":
		text(t.pkgs, e.Package).WriteString(e.Output)
	case "pass", "skip", "fail":
		n := t.count(e.Package)
		word := map[string]string{"pass": "ok  ", "skip": "    ", "fail": "FAIL"}[e.Action]
		fmt.Fprintf(t.out, "%s  %-44s %6.1fs  %s\n", word, e.Package, e.Elapsed, n)
		if e.Action == "fail" {
			t.failPackage(e, n)
		}
	}
}

// failPackage tells at once why, in full: a reader of a long run should not have to wait for the end.
func (t *tally) failPackage(e event, n counts) {
	for _, r := range t.order {
		if r.pkg == e.Package && (r.end == failed && !r.failing || r.end == running && !r.parent) {
			fmt.Fprintf(t.out, "\n--- %s\n%s\n", r.name, indent(r.output.String()))
		}
	}
	if n.failed > 0 {
		return
	}
	t.trouble = append(t.trouble, e.Package)
	why := text(t.pkgs, e.Package).String()
	if e.FailedBuild != "" {
		why = text(t.builds, e.FailedBuild).String() + why
	}
	fmt.Fprintln(t.out, indent(why))
}

func (t *tally) test(pkg, name string) *result {
	key := pkg + " " + name
	r := t.tests[key]
	if r == nil {
		r = &result{pkg: pkg, name: name}
		t.tests[key] = r
		t.order = append(t.order, r)
		if up, ok := parentName(name); ok {
			t.test(pkg, up).parent = true
		}
	}
	return r
}

// counts are the numbers of a package or of everything.
type counts struct{ passed, failed, skipped int }

func (c counts) String() string {
	if c == (counts{}) {
		return "no tests"
	}
	s := fmt.Sprintf("%d passed", c.passed)
	if c.failed > 0 {
		s += fmt.Sprintf(", %d failed", c.failed)
	}
	if c.skipped > 0 {
		s += fmt.Sprintf(", %d skipped", c.skipped)
	}
	return s
}

// count adds up a package, or everything when pkg is empty.
func (t *tally) count(pkg string) counts {
	var c counts
	for _, r := range t.order {
		if pkg != "" && r.pkg != pkg {
			continue
		}
		switch {
		case r.parent && (r.end == passed || r.end == skipped || r.failing || r.end == running):
			// its subtests are counted
		case r.end == passed:
			c.passed++
		case r.end == skipped:
			c.skipped++
		default:
			c.failed++
		}
	}
	return c
}

// failed counts failing tests and packages that failed without one.
func (t *tally) failed() int { return t.count("").failed + len(t.trouble) }

func (t *tally) ok() bool { return t.failed() == 0 && t.count("").passed > 0 }

// finish prints what a reader of only the last screen must know; the counts are the last line.
func (t *tally) finish(broken []string, s suites) {
	t.listSkipped()
	all := t.count("")
	for _, r := range t.order {
		if r.end == failed && !r.failing || r.end == running && !r.parent {
			fmt.Fprintf(t.out, "FAILED   %s %s\n", r.pkg, r.name)
		}
	}
	for _, pkg := range t.trouble {
		fmt.Fprintf(t.out, "FAILED   %s (does not build, or ended before its tests did)\n", pkg)
	}
	for _, b := range broken {
		fmt.Fprintf(t.out, "FAILED   %s\n", b)
	}
	s.print(t.out)
	if all.passed+all.failed == 0 && len(t.trouble) == 0 {
		fmt.Fprintln(t.out, "FAILED   no test ran")
	}
	fmt.Fprintf(t.out, "\n%d passed, %d failed, %d skipped\n", all.passed, all.failed+len(t.trouble)+len(broken), all.skipped)
}

func (t *tally) listSkipped() {
	var lines []string
	for _, r := range t.order {
		if r.end == skipped && !r.parent {
			lines = append(lines, fmt.Sprintf("%s %s: %s", r.pkg, r.name, reason(r.output.String())))
		}
	}
	if len(lines) == 0 {
		return
	}
	slices.Sort(lines)
	fmt.Fprintf(t.out, "\nSkipped:\n  %s\n", strings.Join(lines, "\n  "))
}

var source = regexp.MustCompile(`^\s*\S+\.go:\d+: `)

// reason is what t.Skip was given: the last line of output that is not the framework's own.
func reason(output string) string {
	why := "no reason given"
	for _, line := range strings.Split(output, "\n") {
		if loc := source.FindStringIndex(line); loc != nil {
			why = strings.TrimSpace(line[loc[1]:])
		}
	}
	return why
}

func parentName(test string) (string, bool) {
	i := strings.LastIndexByte(test, '/')
	if i < 0 {
		return "", false
	}
	return test[:i], true
}

func text(m map[string]*strings.Builder, key string) *strings.Builder {
	if m[key] == nil {
		m[key] = &strings.Builder{}
	}
	return m[key]
}

func indent(s string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n    ")
}
