package nodes_test

import (
	"bufio"
	"context"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/ground/clock"
	"balie/test/desk"
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
	binary string
	args   []string
	mu     sync.Mutex
	now    *desk.Program // nil while it does not run
}

// start starts the program and waits until it is ready.
func (n *node) start(t *testing.T) {
	t.Helper()
	p := desk.Start(t, n.binary, n.args...)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.now = p
}

// takes gives the program, to end it. Nobody is sent to it any more: another program may listen at its address next.
func (n *node) takes() *desk.Program {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.now
	n.now = nil
	return p
}

// kill ends it as a power cut does, without a word.
func (n *node) kill() { n.takes().Kill() }

// stop ends it as a service manager does.
func (n *node) stop(t *testing.T) {
	t.Helper()
	n.takes().Stop(t)
}

// web and mail are where it listens now; empty while it does not run.
func (n *node) web() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.now == nil {
		return ""
	}
	return strings.TrimPrefix(n.now.URL, "http://")
}

func (n *node) mail() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.now == nil {
		return ""
	}
	return n.now.SMTP
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
