// Package outside is the one way in which the desk makes HTTP requests to addresses that somebody else chose: webhooks
// and pictures (threat T8). The address is checked when dialling, after the name was looked up, so that a name that
// points inwards, or does so the second time, does not get through. Redirects are not followed, size and time are
// bounded, proxies of the environment are not used.
package outside

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"balie/ground/fault"
)

const (
	// DefaultWithin is the time for a whole request, unless it names another.
	DefaultWithin = 10 * time.Second
	// DefaultMax is the number of bytes of an answer that are read, unless the request names another.
	DefaultMax = 1 << 20

	maxURL    = 2048
	maxHeader = 32 << 10
	dialTime  = 5 * time.Second
	idleTime  = 30 * time.Second
)

// Request is what is asked.
type Request struct {
	Method string // empty: GET
	URL    string
	Header http.Header
	Body   []byte
	Max    int64         // bytes of the answer
	Within time.Duration // time for all of it
}

// Answer is what came back. A redirect is an answer like any other.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Client makes the requests.
type Client struct{ http *http.Client }

// New makes a client that may reach public addresses, and of the private ones those in allow, which comes from the
// operator and never from an organisation.
func New(allow []netip.Prefix) *Client {
	dialer := Dialer(allow)
	return &Client{http: &http.Client{
		Transport: &http.Transport{
			Proxy:                  nil,
			DialContext:            dialer.DialContext,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    dialTime,
			IdleConnTimeout:        idleTime,
			MaxIdleConnsPerHost:    2,
			MaxResponseHeaderBytes: maxHeader,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true, // a small answer cannot unfold into a large one
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Dialer makes connections of other protocols, such as IMAP, to hosts that an organisation chose. It looks at the real
// address at the moment of connecting: a name cannot lead to a private one.
func Dialer(allow []netip.Prefix) *net.Dialer {
	return &net.Dialer{
		Timeout: dialTime,
		KeepAliveConfig: net.KeepAliveConfig{
			Enable: true, Idle: 30 * time.Second, Interval: 15 * time.Second, Count: 4, // a dead line looks like silence
		},
		ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
			return check(address, allow)
		},
	}
}

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Do makes one request. Faults: Invalid for an address that is none, Denied for one that may not be reached, TooLarge
// for an answer above the limit, Unavailable when no whole answer came.
func (c *Client) Do(ctx context.Context, r Request) (Answer, error) {
	address, err := parse(r.URL)
	if err != nil {
		return Answer{}, err
	}
	if r.Within <= 0 {
		r.Within = DefaultWithin
	}
	if r.Max <= 0 {
		r.Max = DefaultMax
	}
	ctx, cancel := context.WithTimeout(ctx, r.Within)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.Method, address, bytes.NewReader(r.Body))
	if err != nil {
		return Answer{}, fault.Wrap(fault.Invalid, "outside.bad_address", err)
	}
	req.Header = r.Header.Clone()
	if req.Header == nil {
		req.Header = http.Header{}
	}
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", "Balie")
	}
	return c.send(req, r.Max)
}

func (c *Client) send(req *http.Request, limit int64) (Answer, error) {
	resp, err := c.http.Do(req)
	if err != nil {
		return Answer{}, failed(err)
	}
	// Nothing is lost when closing fails: the body was read or is not wanted.
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return Answer{}, failed(err)
	}
	if int64(len(body)) > limit {
		return Answer{}, fault.New(fault.TooLarge, "outside.too_large", "limit", limit)
	}
	return Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

// parse takes http and https addresses with a host and without a user.
func parse(s string) (string, error) {
	if len(s) > maxURL {
		return "", fault.Wrap(fault.Invalid, "outside.bad_address", errors.New("too long"))
	}
	u, err := url.Parse(s)
	if err != nil {
		// The cause would repeat the address, in which a token may stand.
		return "", fault.Wrap(fault.Invalid, "outside.bad_address", errors.New("not an address"))
	}
	if u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil {
		return "", fault.Wrap(fault.Invalid, "outside.bad_address", errors.New("want http or https, a host and no user"))
	}
	u.Fragment = ""
	return u.String(), nil
}

// failed sorts the errors of a request. The address is left out of the cause for the same reason.
func failed(err error) error {
	var web *url.Error
	if errors.As(err, &web) {
		err = web.Err
	}
	if errors.Is(err, errRefused) {
		return fault.Wrap(fault.Denied, "outside.address_refused", err)
	}
	return fault.Wrap(fault.Unavailable, "outside.no_answer", err)
}
