package signin

import (
	_ "embed"
	"io"
	"math"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/ground/fault"
	"balie/ground/sqldb"
	"balie/ground/text"
	"balie/web/edge"
)

// formLimit is how large a posted form may be; the answer of a passkey is the largest.
const formLimit = 64 << 10

// handler answers a request, or gives the fault that a page must tell.
type handler func(w http.ResponseWriter, r *http.Request, f *frame) error

// frame is what every page has around it.
type frame struct {
	text.Texts
	Title  string
	Next   string       // where to go afterwards, on this site
	Wrong  *fault.Fault // what was refused
	Now    time.Time
	Script bool // whether the page can use a passkey
	pages  *Pages
}

// serve puts what every answer must have around a handler.
func (p *Pages) serve(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		headers(w.Header())
		f := p.frame(r)
		err := p.guard(w, r)
		if err == nil {
			f.Next = safeNext(r.FormValue("next"))
			err = h(w, r, f)
		}
		if err != nil {
			p.fail(w, r, f, err)
		}
	})
}

func (p *Pages) frame(r *http.Request) *frame {
	l := text.Match(r.Header.Get("Accept-Language"), text.Dutch)
	return &frame{Texts: p.Edge.Catalogue.For(l), Now: p.Edge.DB.Clock().Now(), Next: Home, pages: p}
}

// guard refuses what another site sends, and what is too large to be a form of ours.
func (p *Pages) guard(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodPost {
		return nil
	}
	if err := p.Edge.OwnSite(r, edge.Credential{}); err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, formLimit)
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(fault.Invalid, "signin.form_unreadable", err)
	}
	return nil
}

func headers(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; script-src 'self'; "+
		"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Language, Cookie")
	h.Set("X-Robots-Tag", "noindex, nofollow")
}

// write sends a page.
func (p *Pages) write(w http.ResponseWriter, r *http.Request, f *frame, page templ.Component) error {
	status := http.StatusOK
	if f.Wrong != nil {
		status = statusOf(w, f.Wrong)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_ = page.Render(r.Context(), w) // the browser left: nobody to tell
	}
	return nil
}

// statusOf is the status of a page that tells a fault. A form that was refused is not a request for other
// credentials in the sense of HTTP (RFC 9110 section 15.5.2), so it is not a 401.
func statusOf(w http.ResponseWriter, f *fault.Fault) int {
	if wait := edge.RetryAfter(f); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	switch f.Kind {
	case fault.SignIn, fault.Invalid:
		return http.StatusUnprocessableEntity
	}
	return edge.Status(f.Kind)
}

// again shows a page once more with what was refused; an error of ours goes to the page for those.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, f *frame, err error, page func() templ.Component) error {
	switch fault.Of(err).Kind {
	case fault.Internal, fault.Unknown, fault.Denied:
		return err
	}
	f.Wrong = p.Edge.Report(r, err)
	return p.write(w, r, f, page())
}

// fail answers what a form cannot be shown for again. Who took too long starts anew.
func (p *Pages) fail(w http.ResponseWriter, r *http.Request, f *frame, err error) {
	f.Wrong = p.Edge.Report(r, err)
	switch f.Wrong.Key {
	case "access.ticket_expired":
		p.clear(w, stepCookie)
		http.Redirect(w, r, "/sign-in?late=1&next="+url.QueryEscape(f.Next), http.StatusSeeOther)
		return
	case "access.not_signed_in", "access.session_expired":
		f.Next = Home
		if r.Method == http.MethodGet {
			f.Next = safeNext(r.URL.Path)
		}
		http.Redirect(w, r, f.to("/sign-in"), http.StatusSeeOther)
		return
	}
	f.Title = f.T("signin.failed_title")
	_ = p.write(w, r, f, failed(f)) // write keeps its error to itself
}

// Icon is a drawing, hidden from screen readers.
func (f *frame) Icon(name string) templ.Component { return templ.Raw(f.pages.Assets.Icon(name)) }

// Style is the style sheet.
func (f *frame) Style() string { return f.pages.Assets.Path("signin.css") }

// wrongFields says which field a refusal is about.
var wrongFields = map[string]string{
	"access.wrong_password": "email", "access.email_unusable": "email", "access.account_exists": "email",
	"access.password_length": "password", "access.password_common": "password",
	"access.wrong_code": "code", "access.code_used": "code", "access.wrong_set_up_code": "code",
	"access.name_unusable": "name", "org.name_missing": "organisation", "org.slug_unusable": "slug", "org.slug_taken": "slug",
	"access.wrong_old_password": "old",
}

// Field is the id of the field that was refused, or empty.
func (f *frame) Field() string {
	if f.Wrong == nil {
		return ""
	}
	return wrongFields[f.Wrong.Key]
}

// The names of the cookies between the steps. With https they have the prefix that keeps other hosts out.
const (
	stepCookie = "balie-step" // the ticket
	keyCookie  = "balie-key"  // the ticket of a passkey
	stepLife   = 15 * 60      // seconds, as long as the tickets live
)

func (p *Pages) cookieName(name string) string {
	if p.Edge.Secure {
		return "__Host-" + name
	}
	return name
}

func (p *Pages) set(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{
		Name: p.cookieName(name), Value: value, Path: "/", MaxAge: stepLife, HttpOnly: true, Secure: p.Edge.Secure,
		SameSite: http.SameSiteLaxMode,
	})
}

func (p *Pages) clear(w http.ResponseWriter, name string) {
	http.SetCookie(w, &http.Cookie{
		Name: p.cookieName(name), Path: "/", MaxAge: -1, HttpOnly: true, Secure: p.Edge.Secure, SameSite: http.SameSiteLaxMode,
	})
}

func (p *Pages) get(r *http.Request, name string) string {
	c, err := r.Cookie(p.cookieName(name))
	if err != nil {
		return ""
	}
	return c.Value
}

// signedIn gives the browser its session, ends the one it had, and clears what stood between the steps.
func (p *Pages) signedIn(w http.ResponseWriter, r *http.Request, s access.SignedIn) {
	p.dropOld(r)
	p.Edge.SetSession(w, s)
	p.clear(w, stepCookie)
	p.clear(w, keyCookie)
}

// dropOld ends the session that the browser came with: nobody uses it any more. That it cannot be ended is no reason
// to keep somebody out; it ends by itself.
func (p *Pages) dropOld(r *http.Request) {
	c, err := r.Cookie(p.Edge.SessionCookie())
	if err != nil {
		return
	}
	_ = p.Edge.DB.Write(r.Context(), func(tx *sqldb.Tx) error { //nolint:errcheck // see above
		old, err := p.Access.BySession(tx, c.Value)
		if err != nil {
			return err
		}
		return p.Access.SignOut(tx, old)
	})
}

// safeNext is a path on this site, whatever was asked for.
func safeNext(s string) string {
	if len(s) > 500 || !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\") ||
		strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) || r > unicode.MaxASCII }) {
		return Home
	}
	u, err := url.Parse(s)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") || path.Clean(u.Path) != u.Path {
		return Home
	}
	if strings.HasPrefix(u.Path, "/sign-") && u.Path != "/sign-in/me" {
		return Home
	}
	return u.String()
}

// to is a page of ours that goes on to f.Next.
func (f *frame) to(page string) string {
	if f.Next == Home {
		return page
	}
	return page + "?next=" + url.QueryEscape(f.Next)
}

//go:embed passkey.js
var passkeyJS string

// script serves the program for passkeys.
func script(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-cache")
	_, _ = io.WriteString(w, passkeyJS) // the browser left: nobody to tell
}
