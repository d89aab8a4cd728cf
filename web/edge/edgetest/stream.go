package edgetest

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"balie/ground/clock"
)

// Event is one server-sent event, or a comment.
type Event struct {
	ID      string
	Kind    string
	Data    string
	Comment string
}

// Stream is an open event stream.
type Stream struct {
	t      testing.TB
	Status int
	Header http.Header
	Body   *bufio.Reader
	Close  func()
	events chan Event // closed at the end of the stream
}

// Stream opens an event stream. It is closed at the end of the test at the latest.
func (c Client) Stream(path string) *Stream {
	c.t.Helper()
	s := c.RawStream(path)
	s.events = make(chan Event, 10_000)
	go s.read()
	return s
}

// RawStream opens a stream that is not read by itself.
func (c Client) RawStream(path string) *Stream {
	c.t.Helper()
	ctx, stop := context.WithCancel(c.t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.server.URL+path, nil)
	must(c.t, err)
	for name, values := range c.Header {
		req.Header[name] = values
	}
	resp, err := c.server.Client().Do(req)
	must(c.t, err)
	c.t.Cleanup(stop)
	return &Stream{t: c.t, Status: resp.StatusCode, Header: resp.Header, Body: bufio.NewReader(resp.Body), Close: stop}
}

func (s *Stream) read() {
	defer close(s.events)
	var e Event
	for {
		line, err := s.Body.ReadString('\n')
		if err != nil {
			return
		}
		name, value, _ := strings.Cut(strings.TrimRight(line, "\n"), ": ")
		switch name {
		case "":
			if value != "" {
				s.events <- Event{Comment: value}
			} else if e != (Event{}) {
				s.events <- e
				e = Event{}
			}
		case "id":
			e.ID = value
		case "event":
			e.Kind = value
		case "data":
			e.Data = value
		}
	}
}

const patience = 60 * time.Second

// Next waits for the next event that is no comment.
func (s *Stream) Next() Event {
	s.t.Helper()
	for {
		e, open := s.next()
		if !open {
			s.t.Fatal("the stream ended")
		}
		if e.Kind != "" {
			return e
		}
	}
}

// Comment waits for the next comment and passes events over.
func (s *Stream) Comment() string {
	s.t.Helper()
	for {
		e, open := s.next()
		if !open {
			s.t.Fatal("the stream ended")
		}
		if e.Comment != "" {
			return e.Comment
		}
	}
}

// Until reads events up to and including the first of a kind.
func (s *Stream) Until(kind string) []Event {
	s.t.Helper()
	var all []Event
	for {
		e := s.Next()
		all = append(all, e)
		if e.Kind == kind {
			return all
		}
	}
}

// Ends waits for the end of the stream.
func (s *Stream) Ends() {
	s.t.Helper()
	for {
		if _, open := s.next(); !open {
			return
		}
	}
}

func (s *Stream) next() (Event, bool) {
	s.t.Helper()
	late, stop := clock.System{}.After(patience)
	defer stop()
	select {
	case e, open := <-s.events:
		return e, open
	case <-late:
		s.t.Fatal("nothing came on the stream")
		return Event{}, false
	}
}

// NextOrEnd waits for the next event or comment; false at the end of the stream.
func (s *Stream) NextOrEnd() (Event, bool) {
	s.t.Helper()
	return s.next()
}

// Into reads the data of an event.
func (e Event) Into(t testing.TB, v any) {
	t.Helper()
	must(t, json.Unmarshal([]byte(e.Data), v))
}
