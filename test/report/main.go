// Command report runs the tests of the module and tells what came of it: a line per package, failures in full, every
// skipped test with its reason, the suites that could not run on this machine, and last a line with the counts.
//
// Packages that start goroutines, or guard something against them, are run with the race detector; the others without,
// which is several times as fast. One PostgreSQL cluster serves all of them.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	var p plan
	flag.StringVar(&p.race, "race", "auto", "which packages run under the race detector: auto, all or none")
	flag.StringVar(&p.unraced, "unraced", "", "folders that auto leaves out of the race detector: what runs there is raced elsewhere")
	flag.StringVar(&p.without, "without", "", "folders to leave out, with commas between them")
	flag.StringVar(&p.first, "first", "", "folders that take longest: they begin first, so that none of them is left alone at the end")
	flag.StringVar(&p.suites, "suites", ".balie-test/suites", "what test/setup/install found")
	flag.DurationVar(&p.limit, "timeout", defaultLimit, "the most that the tests of one package may take")
	flag.StringVar(&p.only, "run", "", "only tests that match, as for go test")
	short := flag.Bool("short", false, "leave out what tests themselves call long")
	flag.Parse()
	p.patterns = flag.Args()
	if len(p.patterns) == 0 {
		p.patterns = []string{"./..."}
	}
	if *short {
		p.extra = append(p.extra, "-short")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ok, err := p.run(ctx, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
	}
	if !ok || err != nil {
		stop()
		os.Exit(1)
	}
}

// run makes the two runs and prints the report to out. It is true when every test passed and at least one ran.
func (p plan) run(ctx context.Context, out io.Writer) (bool, error) {
	known := readSuites(p.suites)
	if known.lacks("race") {
		p.race = "none"
	}
	packages, err := p.packages(ctx)
	if err != nil {
		return false, err
	}
	stop, err := p.cluster()
	if err != nil {
		return false, err
	}
	defer stop()
	tally := newTally(out)
	var broken []string
	for _, part := range p.parts(packages) {
		if len(part.packages) == 0 {
			continue
		}
		fmt.Fprintf(out, "\n== %s (%d packages)\n", part.title, len(part.packages))
		failures := tally.failed()
		err := p.test(ctx, part, tally)
		// go test fails when a test fails, which is counted; anything else it fails of must not be lost.
		if err != nil && tally.failed() == failures {
			broken = append(broken, fmt.Sprintf("%s: go test: %v", part.title, err))
		}
	}
	tally.finish(broken, known)
	return tally.ok() && len(broken) == 0, nil
}

// test runs go test once over a part.
func (p plan) test(ctx context.Context, part part, tally *tally) error {
	args := []string{"test", "-json", "-timeout", p.limit.String()}
	args = append(args, part.flags...)
	args = append(args, p.extra...)
	if p.only != "" {
		args = append(args, "-run", p.only)
	}
	args = append(args, part.packages...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	reading := tally.read(pipe)
	if err := cmd.Wait(); err != nil {
		return err
	}
	return reading
}

// cluster starts the PostgreSQL cluster that all packages share, when the machine has one to start and nobody gave one.
func (p plan) cluster() (func(), error) {
	nothing := func() {}
	const name, script = "BALIE_TEST_POSTGRES", "test/setup/postgres"
	here := exec.Command(script, "which").Run() == nil
	if os.Getenv(name) != "" || !here {
		return nothing, nil
	}
	cmd := exec.Command(script, "hold")
	// Ctrl-C goes to the whole group: the cluster must outlive the tests that are being stopped.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nothing, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nothing, err
	}
	if err := cmd.Start(); err != nil {
		return nothing, err
	}
	stop := func() { _ = in.Close(); _ = cmd.Wait() }
	var url string
	if _, err := fmt.Fscanln(out, &url); err != nil {
		stop()
		return nothing, fmt.Errorf("%s hold gave no address: %w", script, err)
	}
	return stop, os.Setenv(name, strings.TrimSpace(url))
}
