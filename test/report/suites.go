package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// suites is what test/setup/install wrote: which suites cannot run here, why, and the command that would mend it.
type suites struct {
	missing []string
	mend    string
}

// readSuites takes a file that is not there for a run that was not set up; then nothing is known to be missing.
func readSuites(path string) suites {
	var s suites
	data, err := os.ReadFile(path)
	if err != nil {
		return s
	}
	for _, line := range strings.Split(string(data), "\n") {
		name, rest, _ := strings.Cut(line, " ")
		switch {
		case name == "mend":
			s.mend = rest
		case strings.HasPrefix(rest, "no "):
			s.missing = append(s.missing, fmt.Sprintf("%s (%s)", name, strings.TrimPrefix(rest, "no ")))
		}
	}
	return s
}

func (s suites) lacks(name string) bool {
	return slices.ContainsFunc(s.missing, func(m string) bool { return strings.HasPrefix(m, name+" ") })
}

func (s suites) print(out io.Writer) {
	if len(s.missing) == 0 {
		return
	}
	fmt.Fprintf(out, "\nThese suites did not run: %s\n", strings.Join(s.missing, ", "))
	if s.mend != "" {
		fmt.Fprintf(out, "To run them too:\n  %s\n", s.mend)
	}
}
