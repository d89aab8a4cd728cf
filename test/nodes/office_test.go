package nodes_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"balie/ground/clock"
)

// patience is how long a test waits for what must happen.
const patience = 30 * time.Second

func TestMain(m *testing.M) {
	// Each request takes a connection of its own, so that the chooser spreads them over the nodes.
	http.DefaultTransport.(*http.Transport).DisableKeepAlives = true //nolint:forcetypeassert // it is one
	os.Exit(m.Run())
}

// node is one program of several on a database.
type node struct {
	web, smtp string // addresses, the same after a restart
	binary    string
	args      []string
	mu        sync.Mutex
	cmd       *exec.Cmd
}

func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "balie")
	if out, err := exec.Command("go", "build", "-o", binary, "balie/cmd/balie").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return binary
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// start starts the program and waits until it is ready.
func (n *node) start(t *testing.T) {
	t.Helper()
	cmd := exec.Command(n.binary, append([]string{"serve", "--listen", n.web, "--smtp", n.smtp, "--log-level", "warn"}, n.args...)...)
	errs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	n.mu.Lock()
	n.cmd = cmd
	n.mu.Unlock()
	go func() {
		for lines := bufio.NewScanner(errs); lines.Scan(); {
			if t.Context().Err() == nil {
				t.Log(n.web, lines.Text())
			}
		}
	}()
	eventually(t, "the program is ready", func() bool {
		resp, err := http.Get("http://" + n.web + "/readyz")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// kill ends it as a power cut does, without a word.
func (n *node) kill() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cmd != nil {
		n.cmd.Process.Kill() //nolint:errcheck // it may have ended
		n.cmd.Wait()         //nolint:errcheck // killed
		n.cmd = nil
	}
}

// stop ends it as a service manager does.
func (n *node) stop(t *testing.T) {
	t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := n.cmd.Wait(); err != nil {
		t.Error("a node did not stop in order: ", err)
	}
	n.cmd = nil
}

// chooser stands before the nodes: each connection goes to the next one that answers.
type chooser struct {
	l    net.Listener
	mu   sync.Mutex
	to   []string
	next int
}

func choose(t *testing.T, to ...string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &chooser{l: l, to: to}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go c.join(conn)
		}
	}()
	return l.Addr().String()
}

func (c *chooser) join(conn net.Conn) {
	defer conn.Close()
	c.mu.Lock()
	first := c.next
	c.next++
	c.mu.Unlock()
	for i := range c.to {
		there, err := net.Dial("tcp", c.to[(first+i)%len(c.to)])
		if err != nil {
			continue
		}
		go func() {
			io.Copy(there, conn) //nolint:errcheck // ends when either side closes
			there.Close()
		}()
		io.Copy(conn, there) //nolint:errcheck // ends when either side closes
		return
	}
}

// eventually asks until ok says yes.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	for !ok() {
		if (clock.System{}).Sleep(ctx, 20*time.Millisecond) != nil {
			t.Fatalf("never happened: %s", what)
		}
	}
}

// event is one event of a stream.
type event struct {
	id, kind, data string
}

// follow reads a stream, and opens it again after the last place whenever it ends, until ctx ends.
func follow(ctx context.Context, url, token, after string, tell func(event)) {
	for ctx.Err() == nil {
		after = once(ctx, url, token, after, tell)
		(clock.System{}).Sleep(ctx, 100*time.Millisecond) //nolint:errcheck // the loop looks at ctx
	}
}

func once(ctx context.Context, url, token, after string, tell func(event)) (last string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return after
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if after != "" {
		req.Header.Set("Last-Event-ID", after)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return after
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return after
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	var e event
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case lines.Text() == "":
			if e.kind != "" {
				tell(e)
			}
			if e.id != "" {
				after = e.id
			}
			e = event{}
		case name == "event":
			e.kind = value
		case name == "id":
			e.id = value
		case name == "data":
			e.data = value
		}
	}
	return after
}
