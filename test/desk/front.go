package desk

import (
	"io"
	"net"
	"sync"
	"testing"
)

// Front is an address that stays while what is behind it ends and begins at others: each connection goes to the next one
// that answers, as at a balancer.
type Front struct {
	Address string
	to      []func() string
	mu      sync.Mutex
	next    int
}

// NewFront opens a front before programs that tell where they listen now; empty while they do not.
func NewFront(t testing.TB, to ...func() string) *Front {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	f := &Front{Address: l.Addr().String(), to: to}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go f.join(conn)
		}
	}()
	return f
}

func (f *Front) join(conn net.Conn) {
	defer conn.Close()
	f.mu.Lock()
	first := f.next
	f.next++
	f.mu.Unlock()
	for i := range f.to {
		address := f.to[(first+i)%len(f.to)]()
		if address == "" {
			continue
		}
		there, err := net.Dial("tcp", address)
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
