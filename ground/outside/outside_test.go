package outside

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"balie/ground/fault"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// server answers on loopback and counts what reached it.
func server(t *testing.T, answer http.HandlerFunc) (address string, reached *atomic.Int64) {
	t.Helper()
	reached = &atomic.Int64{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached.Add(1)
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL, reached
}

func client(t *testing.T, allow []netip.Prefix) *Client {
	t.Helper()
	c := New(allow)
	t.Cleanup(c.Close)
	return c
}

func key(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Key
}

func TestAnAllowedAddressAnswers(t *testing.T) {
	address, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost || r.Header.Get("X-Sign") != "s" || r.Header.Get("User-Agent") != "Balie" {
			t.Errorf("%s %v %v", r.Method, r.Header, err)
		}
		w.Header().Set("X-Got", string(body))
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, "ok")
	})
	got, err := client(t, loopback).Do(t.Context(), Request{
		Method: http.MethodPost, URL: address + "/hook", Header: http.Header{"X-Sign": {"s"}}, Body: []byte("body"),
	})
	if err != nil || got.Status != http.StatusAccepted || string(got.Body) != "ok" || got.Header.Get("X-Got") != "body" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAPrivateAddressIsRefusedBeforeAnythingIsSent(t *testing.T) {
	address, reached := server(t, func(http.ResponseWriter, *http.Request) {})
	byName := strings.Replace(address, "127.0.0.1", "localhost", 1)
	mapped := strings.Replace(address, "127.0.0.1", "[::ffff:127.0.0.1]", 1)
	c := client(t, nil)
	for _, u := range []string{address, byName, mapped} {
		if _, err := c.Do(t.Context(), Request{URL: u}); !fault.Is(err, fault.Denied) || key(err) != "outside.address_refused" {
			t.Errorf("%s: %v", u, err)
		}
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("%d requests arrived", n)
	}
}

func TestAProxyOfTheEnvironmentIsNotUsed(t *testing.T) {
	proxy, reached := server(t, func(http.ResponseWriter, *http.Request) {})
	t.Setenv("HTTP_PROXY", proxy)
	t.Setenv("http_proxy", proxy)
	if _, err := client(t, nil).Do(t.Context(), Request{URL: "http://192.168.1.1/"}); !fault.Is(err, fault.Denied) {
		t.Errorf("err = %v", err)
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("%d requests went through the proxy", n)
	}
}

func TestARedirectIsAnAnswerAndNotFollowed(t *testing.T) {
	inside, reached := server(t, func(http.ResponseWriter, *http.Request) {})
	address, _ := server(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, inside, http.StatusFound) })
	got, err := client(t, loopback).Do(t.Context(), Request{URL: address})
	if err != nil || got.Status != http.StatusFound || reached.Load() != 0 {
		t.Errorf("%+v, %v, followed %d times", got, err, reached.Load())
	}
}

func TestAnAnswerAboveTheLimitIsTooLarge(t *testing.T) {
	address, _ := server(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("x", 100)) })
	c := client(t, loopback)
	if got, err := c.Do(t.Context(), Request{URL: address, Max: 100}); err != nil || len(got.Body) != 100 {
		t.Errorf("at the limit: %d bytes, %v", len(got.Body), err)
	}
	if got, err := c.Do(t.Context(), Request{URL: address, Max: 99}); !fault.Is(err, fault.TooLarge) || got.Body != nil {
		t.Errorf("above the limit: %d bytes, %v", len(got.Body), err)
	}
}

func TestACompressedAnswerIsNotUnfolded(t *testing.T) {
	address, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		if enc := r.Header.Get("Accept-Encoding"); enc != "" {
			t.Errorf("asked for %s", enc)
		}
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = io.WriteString(w, "raw")
	})
	if got, err := client(t, loopback).Do(t.Context(), Request{URL: address}); err != nil || string(got.Body) != "raw" {
		t.Errorf("%q, %v", got.Body, err)
	}
}

func TestAnAnswerThatDoesNotComeInTimeIsUnavailable(t *testing.T) {
	stop := make(chan struct{})
	address, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/half" {
			_, _ = io.WriteString(w, "half")
			_ = http.NewResponseController(w).Flush()
		}
		<-stop
	})
	t.Cleanup(func() { close(stop) }) // runs before the server closes
	c := client(t, loopback)
	for _, path := range []string{"/none", "/half"} {
		_, err := c.Do(t.Context(), Request{URL: address + path, Within: 50 * time.Millisecond})
		if !fault.Is(err, fault.Unavailable) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestAnAddressThatIsNoneIsInvalidAndNotRepeated(t *testing.T) {
	c := client(t, loopback)
	for _, u := range []string{
		"", "hook", "/hook?token=geheim", "ftp://a.example/geheim", "file:///etc/geheim", "https://", "https://u:geheim@a.example/",
		"http://a.example:geheim/", "gopher://127.0.0.1/geheim", "https://a.example/" + strings.Repeat("geheim", 1000),
	} {
		_, err := c.Do(t.Context(), Request{URL: u})
		if !fault.Is(err, fault.Invalid) || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%.40s: %v", u, err)
		}
	}
	if _, err := c.Do(t.Context(), Request{Method: "G T", URL: "https://a.example/"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("method: %v", err)
	}
}

func TestOnlyThePublicInternetIsPublic(t *testing.T) {
	for _, s := range []string{
		"127.0.0.1", "127.255.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1", "169.254.169.254",
		"100.64.0.1", "100.100.100.200", "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::", "::1",
		"::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
		"2002:7f00:1::", "2001:0:1::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "ff02::1", "2001:db8::1",
	} {
		if Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is taken for public", s)
		}
	}
	for _, s := range []string{"1.1.1.1", "172.32.0.1", "172.15.255.255", "100.128.0.1", "9.255.255.255", "2606:4700::1", "2a00::1", "::ffff:1.1.1.1"} {
		if !Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is taken for private", s)
		}
	}
	if Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}

func TestAnAllowedRangeOpensOnlyItself(t *testing.T) {
	allow := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}
	for address, open := range map[string]bool{
		"10.1.2.3:443": true, "[::ffff:10.1.2.3]:443": true, "10.2.0.1:443": false, "127.0.0.1:80": false, "1.1.1.1:443": true,
		"not an address": false,
	} {
		if err := check(address, allow); (err == nil) != open {
			t.Errorf("%s: %v", address, err)
		}
	}
}
