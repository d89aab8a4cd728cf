package edge

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"balie/domain/access"
	"balie/ground/fault"
	"balie/ground/sqldb"
)

// SessionCookie is the name of the cookie of a session. With https it has the prefix that keeps other hosts and paths
// from setting it (threat T12).
func (e *Edge) SessionCookie() string {
	if e.Secure {
		return "__Host-balie"
	}
	return "balie"
}

// SetSession gives the browser its session.
func (e *Edge) SetSession(w http.ResponseWriter, s access.SignedIn) {
	http.SetCookie(w, &http.Cookie{
		Name: e.SessionCookie(), Value: s.Cookie, Path: "/", Expires: s.Expires, HttpOnly: true, Secure: e.Secure,
		SameSite: http.SameSiteLaxMode,
	})
}

// ClearSession takes the session out of the browser.
func (e *Edge) ClearSession(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{
		Name: e.SessionCookie(), Path: "/", MaxAge: -1, Expires: time.Unix(1, 0), HttpOnly: true, Secure: e.Secure,
		SameSite: http.SameSiteLaxMode,
	})
}

// Credential is what a request shows to say who asks. Whoever sends an Authorization header means it: the cookie is
// then not looked at.
type Credential struct {
	Bearer string
	Cookie string
}

// CredentialOf reads it from a request; empty when there is none.
func (e *Edge) CredentialOf(r *http.Request) Credential {
	if h := r.Header.Get("Authorization"); h != "" {
		scheme, token, _ := strings.Cut(h, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return Credential{}
		}
		return Credential{Bearer: strings.TrimSpace(token)}
	}
	if c, err := r.Cookie(e.SessionCookie()); err == nil {
		return Credential{Cookie: c.Value}
	}
	return Credential{}
}

// Remembered says who asks when that was looked up a moment ago, without a transaction.
func (e *Edge) Remembered(c Credential) (access.Principal, bool) {
	now := e.DB.Clock().Now()
	if c.Bearer != "" {
		p, ok := e.Access.Remembered(c.Bearer, now)
		return p, ok && p.Token
	}
	if c.Cookie == "" {
		return access.Principal{}, false
	}
	p, ok := e.Access.Remembered(c.Cookie, now)
	return p, ok && !p.Token
}

// Who says who asks; fault.SignIn when nobody.
func (e *Edge) Who(tx *sqldb.Tx, c Credential) (access.Principal, error) {
	switch {
	case c.Bearer != "":
		return e.Access.ByToken(tx, c.Bearer)
	case c.Cookie != "":
		return e.Access.BySession(tx, c.Cookie)
	}
	return access.Principal{}, fault.New(fault.SignIn, "access.not_signed_in")
}

// OwnSite refuses a change that another site makes a browser send along with its cookie. A bearer token is never sent
// by a browser by itself.
func (e *Edge) OwnSite(r *http.Request, c Credential) error {
	if c.Bearer != "" {
		return nil
	}
	if err := e.cross.Check(r); err != nil {
		return fault.Wrap(fault.Denied, "edge.other_site", err)
	}
	return nil
}

// OwnStream refuses a stream that another site opens with the browser's cookie. Reading is a safe method, so the rule
// for changes does not see it, while a stream goes on telling.
func (e *Edge) OwnStream(r *http.Request, c Credential) error {
	if c.Bearer != "" {
		return nil
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
	default:
		return fault.New(fault.Denied, "edge.other_site")
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		if u, err := url.Parse(origin); err != nil || u.Host != r.Host {
			return fault.New(fault.Denied, "edge.other_site")
		}
	}
	return nil
}
