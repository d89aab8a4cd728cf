package chat

import (
	"net"
	"syscall"
	"time"

	"balie/ground/clock"
)

// stream is one connection of a visitor. Everything but the connection itself is guarded by the lock of streams. There
// may be ten thousand of them that say nothing for hours, so it holds little.
type stream struct {
	conn    net.Conn // nil: through the server, with plain
	plain   *plain
	gone    chan struct{} // with plain: closed when it ends
	talk    *talk
	last    int64  // place up to which it was told everything
	pending []byte // what waits to be written
	slot    int32  // of the heartbeat, and the place in it
	index   int32
	fresh   bool // it was told nothing yet
	writing bool // a writer has it, or it waits for one
	closed  bool
}

// patience is how long a write may take before the reader counts as too slow; it comes back with its last place.
const patience = 10 * time.Second

// write writes all of it, however long that takes within patience. The deadline is that of a socket, so it is the
// machine's time whatever the desk's clock says.
func (s *stream) write(b []byte) error {
	until := clock.System{}.Now().Add(patience)
	if s.conn == nil {
		return s.plain.write(b, until)
	}
	if err := s.conn.SetWriteDeadline(until); err != nil {
		return err
	}
	if _, err := s.conn.Write(b); err != nil {
		return err
	}
	return s.conn.SetWriteDeadline(time.Time{}) // else try would find that it has passed
}

// try writes what the socket takes at once, so that a slow reader never keeps a writer from the others.
func (s *stream) try(b []byte) (n int, err error) {
	tcp, ok := s.conn.(*net.TCPConn)
	if !ok {
		return 0, nil
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return 0, err
	}
	var wrote error
	if err := raw.Write(func(fd uintptr) bool {
		for {
			n, wrote = syscall.Write(int(fd), b)
			if wrote != syscall.EINTR {
				return true
			}
		}
	}); err != nil {
		return 0, err
	}
	if wrote == syscall.EAGAIN {
		return 0, nil
	}
	return max(n, 0), wrote
}

func (s *stream) close() {
	if s.conn != nil {
		s.conn.Close() //nolint:errcheck // there is nobody to tell
	}
}
