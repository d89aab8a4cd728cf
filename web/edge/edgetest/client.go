package edgetest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Client asks a server as somebody.
type Client struct {
	t      testing.TB
	server *httptest.Server
	Header http.Header // sent with every request
}

// Serve starts a server and gives a client that shows nothing of who it is.
func Serve(t testing.TB, h http.Handler) Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return Client{t: t, server: s, Header: http.Header{}}
}

// URL is the address of the server.
func (c Client) URL() string { return c.server.URL }

// With gives a client that also sends this header.
func (c Client) With(name, value string) Client {
	c.Header = c.Header.Clone()
	c.Header.Set(name, value)
	return c
}

// As gives a client with a bearer token.
func (c Client) As(token string) Client { return c.With("Authorization", "Bearer "+token) }

// For gives the same client for another test, such as a part of the first.
func (c Client) For(t testing.TB) Client {
	c.t = t
	return c
}

// Answer is what came back.
type Answer struct {
	t      testing.TB
	asked  string
	Status int
	Header http.Header
	Body   []byte
}

// Do sends a request; body may be nil, a string (JSON as it stands), an io.Reader, or anything that becomes JSON.
func (c Client) Do(method, path string, body any) Answer {
	c.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case io.Reader:
		r = b
	case string:
		r = strings.NewReader(b)
	default:
		data, err := json.Marshal(b)
		must(c.t, err)
		r = strings.NewReader(string(data))
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.server.URL+path, r)
	must(c.t, err)
	if r != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, values := range c.Header {
		req.Header[name] = values
	}
	resp, err := c.server.Client().Do(req)
	must(c.t, err)
	defer resp.Body.Close() //nolint:errcheck // it was read
	data, err := io.ReadAll(resp.Body)
	must(c.t, err)
	return Answer{t: c.t, asked: method + " " + path, Status: resp.StatusCode, Header: resp.Header, Body: data}
}

// Get is Do without a body.
func (c Client) Get(path string) Answer {
	c.t.Helper()
	return c.Do("GET", path, nil)
}

// Post is Do with a body.
func (c Client) Post(path string, body any) Answer {
	c.t.Helper()
	return c.Do("POST", path, body)
}

// Is fails the test when the status is another one.
func (a Answer) Is(status int) Answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("%s: status %d, want %d: %s", a.asked, a.Status, status, a.Body)
	}
	return a
}

// Into reads the JSON of the answer.
func (a Answer) Into(v any) Answer {
	a.t.Helper()
	if err := json.Unmarshal(a.Body, v); err != nil {
		a.t.Fatalf("%s: %v: %s", a.asked, err, a.Body)
	}
	return a
}

// Key is the message key of an error.
func (a Answer) Key() string {
	a.t.Helper()
	var v struct {
		Error struct{ Kind, Key, Message string }
	}
	a.Into(&v)
	if v.Error.Message == "" || v.Error.Kind == "" {
		a.t.Fatalf("%s: not an error of the API: %s", a.asked, a.Body)
	}
	return v.Error.Key
}
