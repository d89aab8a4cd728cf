package desk

import (
	"bufio"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// Program is the real program on a data folder or a database. The system chooses where it listens, and the program says so:
// an address that was free a moment ago may be taken.
type Program struct {
	URL, SMTP string
	cmd       *exec.Cmd
}

// Build compiles the program.
func Build(t testing.TB) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "balie")
	if out, err := exec.Command("go", "build", "-o", binary, "balie/cmd/balie").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return binary
}

// ready is the line in which the program says where it listens.
var ready = regexp.MustCompile(` msg=ready url=\S+ listen=(\S+) smtp=(\S+) `)

// Start starts the program and waits until it is ready. What it warns of goes to the log of the test.
func Start(t testing.TB, binary string, args ...string) *Program {
	t.Helper()
	p := &Program{cmd: exec.Command(binary, append([]string{"serve", "--listen", "127.0.0.1:0", "--smtp", "127.0.0.1:0"}, args...)...)}
	errs, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	if !p.listens(t, bufio.NewReader(errs)) {
		t.Fatal("the program ended before it was ready")
	}
	return p
}

// listens reads what the program says until it says where it listens, and lets the rest be read.
func (p *Program) listens(t testing.TB, said *bufio.Reader) bool {
	for {
		line, err := said.ReadString('\n')
		if at := ready.FindStringSubmatch(line); at != nil {
			p.URL, p.SMTP = "http://"+at[1], at[2]
			go warnings(t, said)
			return true
		}
		if line != "" {
			t.Log(strings.TrimSpace(line))
		}
		if err != nil {
			return false
		}
	}
}

func warnings(t testing.TB, said *bufio.Reader) {
	for {
		line, err := said.ReadString('\n')
		if err != nil {
			io.Copy(io.Discard, said) //nolint:errcheck // so that the program never waits for us
			return
		}
		if !strings.Contains(line, "level=INFO") && t.Context().Err() == nil {
			t.Log(strings.TrimSpace(line))
		}
	}
}

// Kill ends the program as a power cut does: without a word.
func (p *Program) Kill() {
	p.cmd.Process.Kill() //nolint:errcheck // it may have ended
	p.cmd.Wait()         //nolint:errcheck // killed, or ended before
}

// Stop ends it as a service manager does.
func (p *Program) Stop(t testing.TB) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Error("the program did not stop in order: ", err)
	}
}
