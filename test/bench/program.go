package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"balie/ground/clock"
)

// build compiles the program into a file.
func (b *bench) build(name string, flags ...string) (string, error) {
	file := filepath.Join(b.dir, name)
	args := append([]string{"build", "-buildvcs=false", "-o", file}, flags...)
	out, err := exec.CommandContext(b.ctx, "go", append(args, "balie/cmd/balie")...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return file, nil
}

// program is the real program, running.
type program struct {
	cmd   *exec.Cmd
	ended chan error
	said  *tail
	url   string
	smtp  string
	idle  float64 // CPU time per time, doing nothing
}

// tries is at how many addresses a program is started: one that was free a moment ago may be taken.
const tries = 5

// start starts a command of the program on a folder and waits until it is ready, at most patience.
func (b *bench) start(patience time.Duration, command, data string, more ...string) (p *program, err error) {
	for range tries {
		if p, err = b.try(patience, command, data, more...); err == nil || !taken(err) {
			break
		}
	}
	return p, err
}

// taken says whether a program ended since another had its address.
func taken(err error) bool { return strings.Contains(err.Error(), unix.EADDRINUSE.Error()) }

func (b *bench) try(patience time.Duration, command, data string, more ...string) (*program, error) {
	web, err := free()
	if err != nil {
		return nil, err
	}
	mail, err := free()
	if err != nil {
		return nil, err
	}
	p := &program{url: "http://" + web, smtp: mail, said: &tail{}}
	p.cmd = exec.Command(b.binary, append([]string{command, "--data", data, "--listen", web, "--smtp", mail, "--log-level", "warn"}, more...)...)
	p.cmd.Stdout, p.cmd.Stderr, p.cmd.Env = p.said, p.said, []string{"PATH=" + os.Getenv("PATH")}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	p.ended = make(chan error, 1)
	go func() { p.ended <- p.cmd.Wait() }()
	if err := p.waits(b, patience); err != nil {
		p.cmd.Process.Kill() //nolint:errcheck // it may have ended
		return nil, fmt.Errorf("balie %s: %w: %s", command, err, p.said)
	}
	return p, nil
}

// waits waits until the program is ready.
func (p *program) waits(b *bench, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	for {
		select {
		case err := <-p.ended: // first: whoever else has its address may be ready
			return fmt.Errorf("it ended: %w", err)
		case <-ctx.Done():
			return fmt.Errorf("not ready after %v", patience)
		default:
		}
		if ready(ctx, p.url) {
			return nil
		}
		if err := b.sleep(time.Millisecond); err != nil {
			return err
		}
	}
}

func ready(ctx context.Context, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/readyz", nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// stop stops the program as a service manager does.
func (p *program) stop() error {
	p.cmd.Process.Signal(syscall.SIGTERM) //nolint:errcheck // it may have ended
	tooLong, enough := clock.System{}.After(20 * time.Second)
	defer enough()
	select {
	case err := <-p.ended:
		if err != nil {
			return fmt.Errorf("balie did not stop in order: %w: %s", err, p.said)
		}
	case <-tooLong:
		p.cmd.Process.Kill() //nolint:errcheck // it may have ended
		return fmt.Errorf("balie did not stop: %s", p.said)
	}
	return nil
}

// do runs a command of the program that ends by itself, and gives what it printed.
func (b *bench) do(args ...string) (string, error) {
	cmd := exec.CommandContext(b.ctx, b.binary, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("balie %s: %w: %s", strings.Join(args, " "), err, errs.String())
	}
	return strings.TrimSpace(out.String()), nil
}

// cpu is the CPU time that the kernel charged to the program until now: user and system time of /proc/PID/stat, but in
// nanoseconds instead of hundredths of a second (clock_getcpuclockid(3)).
func (p *program) cpu() (time.Duration, error) {
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^p.cmd.Process.Pid<<3|2), &t); err != nil { //nolint:gosec // a pid is small
		return 0, err
	}
	return time.Duration(t.Nano()), nil
}

// rest measures what the program uses while nothing is asked of it.
func (p *program) rest(b *bench) error {
	p.idle = 0
	over := b.span(2 * time.Second)
	spent, err := p.spend(1, func() error { return b.sleep(over) })
	p.idle = float64(spent) / float64(over)
	return err
}

// spend is the CPU time that the program uses for one of the n things that fn makes it do, without what it uses at rest.
func (p *program) spend(n int, fn func() error) (time.Duration, error) {
	before, err := p.cpu()
	if err != nil {
		return 0, err
	}
	began := now()
	if err := fn(); err != nil {
		return 0, err
	}
	after, err := p.cpu()
	rest := time.Duration(p.idle * float64(now().Sub(began)))
	return (after - before - rest) / time.Duration(n), err
}

// memory is what the program holds in memory, in bytes: everything, and without pages of files.
func (p *program) memory() (all, own int64, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		n, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		switch name {
		case "VmRSS":
			all = n << 10
		case "RssAnon":
			own = n << 10
		}
	}
	return all, own, nil
}

func free() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// tail keeps the last that a program said.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	t.text = t.text[max(0, len(t.text)-2000):]
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
