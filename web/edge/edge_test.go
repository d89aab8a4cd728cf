package edge_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"balie/domain/access"
	"balie/ground/fault"
	"balie/test/engine"
	"balie/web/edge"
	"balie/web/edge/edgetest"
)

func TestTheClientIsWhoTrustedProxiesSay(t *testing.T) {
	o := edgetest.Open(t, engine.SQLite(t))
	for _, c := range []struct{ peer, forwarded, want string }{
		{"203.0.113.5:4000", "", "203.0.113.5"},
		{"203.0.113.5:4000", "198.51.100.1", "203.0.113.5"}, // no proxy of ours: anybody can write that header
		{"10.0.0.1:4000", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.1:4000", "192.0.2.9, 198.51.100.1", "198.51.100.1"},
		{"10.0.0.1:4000", "192.0.2.9, 198.51.100.1, 10.2.2.2", "198.51.100.1"},
		{"10.0.0.1:4000", "198.51.100.1, rubbish", "10.0.0.1"},
		{"10.0.0.1:4000", "", "10.0.0.1"},
		{"[::ffff:10.0.0.1]:4000", "2001:db8::7", "2001:db8::7"},
		{"nowhere", "198.51.100.1", "invalid IP"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := o.Edge.Client(r).String(); got != c.want {
			t.Errorf("%s with %q is %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
}

func TestEveryKindOfFaultHasItsStatus(t *testing.T) {
	o := edgetest.Open(t, engine.SQLite(t))
	for _, c := range []struct {
		err    error
		status int
		kind   string
		retry  string
	}{
		{fault.New(fault.Invalid, "edge.json_unreadable"), 400, "invalid", ""},
		{fault.New(fault.SignIn, "access.not_signed_in"), 401, "sign_in", ""},
		{fault.New(fault.Denied, "access.denied"), 403, "denied", ""},
		{fault.New(fault.Unknown, "cases.unknown"), 404, "not_found", ""},
		{fault.New(fault.Conflict, "cases.closed_already"), 409, "conflict", ""},
		{fault.New(fault.TooLarge, "edge.body_large", "limit", 2), 413, "too_large", ""},
		{fault.New(fault.TooMany, "access.too_many_attempts", "minutes", 1, "wait", 1500*time.Millisecond), 429, "too_many", "2"},
		{fault.New(fault.TooMany, "access.too_many_attempts", "minutes", 1), 429, "too_many", "60"},
		{fault.New(fault.Unavailable, "ground.database_away"), 503, "unavailable", "5"},
		{errors.New("secret cause"), 500, "internal", ""},
		{fault.Wrap(fault.Internal, "secret.cannot_open", errors.New("secret cause")), 500, "internal", ""},
	} {
		w := httptest.NewRecorder()
		o.Edge.Fail(w, httptest.NewRequest("GET", "/", nil), c.err)
		body := w.Body.String()
		if w.Code != c.status || !strings.Contains(body, `{"error":{"kind":"`+c.kind+`","key":"`) || w.Header().Get("Retry-After") != c.retry {
			t.Errorf("%v: %d %s, retry after %q", c.err, w.Code, body, w.Header().Get("Retry-After"))
		}
		if strings.Contains(body, "secret") {
			t.Errorf("the cause of a mistake of ours was told: %s", body)
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
			t.Errorf("headers %v", w.Header())
		}
	}
	if !strings.Contains(o.Logged.String(), "secret cause") {
		t.Error("the cause is not in the log")
	}
	if missing := o.Catalogue.Missing(); len(missing) > 0 {
		t.Errorf("keys without a text: %v", missing)
	}
}

func TestAPanicIsAnErrorWithoutDetails(t *testing.T) {
	o := edgetest.Open(t, engine.SQLite(t))
	c := edgetest.Serve(t, o.Edge.Guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("the details") })))
	if a := c.Get("/").Is(500); a.Key() != "ground.internal" || strings.Contains(string(a.Body), "details") {
		t.Errorf("the answer is %s", a.Body)
	}
	if !strings.Contains(o.Logged.String(), "the details") {
		t.Error("the log does not say what happened")
	}
}

func TestASessionCookieStaysWithUs(t *testing.T) {
	for _, secure := range []bool{true, false} {
		e := edge.New(edge.Parts{Secure: secure})
		w := httptest.NewRecorder()
		e.SetSession(w, access.SignedIn{Cookie: "abc"})
		c := w.Result().Cookies()[0]
		if c.Secure != secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" ||
			strings.HasPrefix(c.Name, "__Host-") != secure {
			t.Errorf("secure %v: %+v", secure, c)
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.AddCookie(c)
		if got := e.CredentialOf(r); got.Cookie != "abc" || got.Bearer != "" {
			t.Errorf("it comes back as %+v", got)
		}
		r.Header.Set("Authorization", "bearer  xyz ")
		if got := e.CredentialOf(r); got.Bearer != "xyz" || got.Cookie != "" {
			t.Errorf("beside a token it is %+v", got)
		}
	}
}

func FuzzABodyNeverPanics(f *testing.F) {
	for _, s := range []string{`{}`, `{"text":"x"}`, `{"text":1}`, `{"a":{"b":[]}}`, `[`, `{"text":"\u0000"}`, `{} {}`, `{"ids":["1",2]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var in struct {
			Text string   `json:"text"`
			IDs  []string `json:"ids"`
			Deep *struct {
				Due *string `json:"due"`
			} `json:"deep"`
		}
		if err := edge.Decode(data, &in); err != nil {
			if kind := fault.Of(err).Kind; kind != fault.Invalid {
				t.Errorf("%q is %s", data, kind)
			}
		}
	})
}
