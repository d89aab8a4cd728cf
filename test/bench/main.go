// Command bench measures the speed and size of Balie on the machine it runs on and writes docs/benchmarks.md: every goal
// with what was measured, met or not. It drives the real program as a process of its own, on a fresh folder, by SMTP and
// HTTP. Nothing here is a test: a slow machine fails nobody.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"balie/ground/clock"
)

// usual and many are the two sizes of desk whose pages are measured.
const (
	usual = 100_000
	many  = 1_000_000
)

// bench is one run.
type bench struct {
	ctx    context.Context
	dir    string // everything that is made, and taken away at the end
	binary string
	cases  int
	quick  bool
	desk   string // a desk that was made before, instead of a new one
	log    io.Writer
	sheet  sheet
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	b := &bench{ctx: ctx, log: os.Stderr}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	large := f.Bool("large", false, "also measure the pages at 1,000,000 cases; takes some minutes and 10 GB")
	under := f.String("dir", "", "folder to work in, on the disk to measure; default the system's temporary folder")
	out := f.String("out", filepath.Join("docs", "benchmarks.md"), "file to write")
	f.IntVar(&b.cases, "cases", usual, "generated cases of the usual desk")
	f.StringVar(&b.binary, "program", "", "file of the program, instead of building it")
	f.StringVar(&b.desk, "desk", "", "folder of a desk made by balie demo --quiet --cases N (say N by --cases), instead of making the usual one; it gets more cases")
	only := f.String("only", "", "measure only this part, size, intake, chat, queue, nodes or pages, print it and write no file; of pages with --large the part about the large desk is written")
	f.BoolVar(&b.quick, "quick", false, "small numbers, to try the bench itself; writes no file")
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	if b.quick && b.cases == usual && b.desk == "" {
		b.cases = 500
	}
	var err error
	if b.dir, err = os.MkdirTemp(*under, "balie-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	b.sheet.began = now()
	b.sheet.machine = lookAround(b.dir)
	if err := b.measure(*only, *large); err != nil {
		return err
	}
	b.sheet.took = now().Sub(b.sheet.began)
	if *only != "" {
		if _, err := io.WriteString(os.Stdout, b.sheet.part(*only)); err != nil || b.sheet.large == nil || b.quick {
			return err
		}
		return b.sheet.saveLarge(*out)
	}
	if b.quick {
		_, err := io.WriteString(os.Stdout, b.sheet.page(""))
		return err
	}
	return b.sheet.save(*out)
}

// measure takes the parts one after another; the program is built with the first.
func (b *bench) measure(only string, large bool) error {
	for _, part := range []struct {
		name    string
		measure func() error
		wanted  bool
	}{{"size", b.size, true}, {"intake", b.intake, true}, {"chat", b.chatting, true}, {"queue", b.lining, true}, {"nodes", b.several, true}, {"pages", b.usualDesk, true}, {"pages", b.largeDesk, large}} {
		if !part.wanted || (only != "" && only != part.name && part.name != "size") {
			continue
		}
		if err := part.measure(); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.log, "%s  %s\n", now().Format("15:04:05"), fmt.Sprintf(format, args...))
}

// times is how often something is done: few in a quick run.
func (b *bench) times(n int) int {
	if b.quick {
		return max(1, n/20)
	}
	return n
}

func (b *bench) span(d time.Duration) time.Duration {
	if b.quick {
		return d / 6
	}
	return d
}

func now() time.Time { return clock.System{}.Now() }

func (b *bench) sleep(d time.Duration) error { return clock.System{}.Sleep(b.ctx, d) }
