package chat

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"balie/domain/conversation"
	"balie/ground/fault"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/ground/text"
)

// events streams what becomes true of a conversation, from the line after the last one that the visitor has.
func (c *Chat) events(q *asked) error {
	last, err := resumeAt(q.r)
	if err != nil {
		return err
	}
	if !c.pace.connect.Allow(q.at.Contact, q.now) {
		return tooMany("chat.too_fast", c.pace.connect.Wait())
	}
	var ct conversation.Contact
	if err := c.DB.Read(q.r.Context(), func(tx *sqldb.Tx) error {
		if ct, _, err = c.Flow.Contact(tx, q.at); err != nil {
			return err
		}
		if last > c.streams.at() {
			head, err := ledger.Head(tx)
			if err == nil && last > head { // a place that never was: of another database, or forged
				last = 0
			}
			return err
		}
		return nil
	}); err != nil {
		return err
	}
	c.streams.visits(q.r.Context(), q.at)
	s := &stream{last: last, fresh: true}
	l, ok := text.ParseLocale(ct.Locale)
	if !ok {
		l = q.lang
	}
	gone := make(chan struct{})
	if err := s.connect(q, gone); err != nil {
		return nil // the visitor went away meanwhile
	}
	if !c.streams.add(s, subject{org: q.at.Org, contact: ct.ID, cas: ct.Case, locale: l}) {
		s.close()
		return nil
	}
	if ct.State == conversation.ContactLeft && !putOff(ct) {
		c.streams.returned(q.at)
	}
	if s.conn != nil {
		go c.streams.watch(s)
		return nil
	}
	select { // no connection of our own: the request lasts as long as the stream
	case <-gone:
	case <-q.r.Context().Done():
		c.streams.drop(s)
	}
	s.plain.end()
	return nil
}

// resumeAt is the place of the last line that the visitor has; 0 begins with the first.
func resumeAt(r *http.Request) (int64, error) {
	last := r.Header.Get("Last-Event-ID")
	if last == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(last, 10, 64)
	if err != nil || n < 0 {
		return 0, fault.New(fault.Invalid, "chat.place_unusable")
	}
	return n, nil
}

// beginning is what a stream begins with: when to come back, and a sign that it is there.
const beginning = "retry: 2000\n: ready\n\n"

// connect takes the connection over from the server, so that a stream that is silent costs a socket and little more:
// no buffers and no request. Where that is impossible the stream is written through the server.
func (s *stream) connect(q *asked, gone chan struct{}) error {
	h := q.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	if hijacker, ok := q.w.(http.Hijacker); ok && q.r.ProtoAtLeast(1, 1) && q.r.ProtoMajor == 1 {
		conn, _, err := hijacker.Hijack()
		if err != nil {
			return err
		}
		if err := conn.SetDeadline(time.Time{}); err != nil {
			conn.Close() //nolint:errcheck // it is of no use
			return err
		}
		s.conn = conn
		return s.write([]byte(head(h) + beginning))
	}
	s.plain, s.gone = &plain{w: q.w, out: http.NewResponseController(q.w)}, gone
	if err := s.plain.out.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	q.w.WriteHeader(http.StatusOK)
	return s.write([]byte(beginning))
}

// head is the head of an answer whose end is the end of the connection (RFC 9112 section 6.3).
func head(h http.Header) string {
	var b strings.Builder
	b.WriteString("HTTP/1.1 200 OK\r\nConnection: close\r\n")
	for name, values := range h {
		for _, v := range values {
			b.WriteString(name + ": " + strings.NewReplacer("\r", "", "\n", "").Replace(v) + "\r\n")
		}
	}
	b.WriteString("\r\n")
	return b.String()
}

// plain is a stream that goes through the server.
type plain struct {
	mu    sync.Mutex
	w     http.ResponseWriter
	out   *http.ResponseController
	ended bool
}

var errEnded = errors.New("the request has ended")

// write writes as long as the request lasts.
func (p *plain) write(b []byte, until time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return errEnded
	}
	if err := p.out.SetWriteDeadline(until); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := p.w.Write(b); err != nil {
		return err
	}
	return p.out.Flush()
}

func (p *plain) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
}
