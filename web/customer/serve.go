package customer

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/secret"
	"balie/ground/sqldb"
	"balie/ground/text"
)

// handler answers a request, or gives the fault that a page must tell.
type handler func(w http.ResponseWriter, r *http.Request, f *frame) error

// frame is what every page has around it.
type frame struct {
	text.Texts
	Org    org.Organisation // without Slug when it is not known
	Now    time.Time
	Zone   *time.Location
	Nonce  string
	Title  string
	Here   *url.URL // this page, for the other language
	Accept string   // the browser's languages
	Choice string   // the language that the customer chose before
	Style  string   // the organisation's accent as style rules
	pages  *Pages
}

const languageCookie = "balie_lang"

// serve puts what every answer must have around a handler: headers, language, and a page for what went wrong.
func (p *Pages) serve(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, err := p.frame(w, r)
		if err == nil {
			err = h(w, r, f)
		}
		if err != nil {
			p.fail(w, r, f, err)
		}
	})
}

func (p *Pages) frame(w http.ResponseWriter, r *http.Request) (*frame, error) {
	f := &frame{Now: p.DB.Clock().Now(), Zone: time.UTC, Here: here(r), Accept: r.Header.Get("Accept-Language"), pages: p}
	if l, ok := text.ParseLocale(r.URL.Query().Get("lang")); ok {
		f.Choice = string(l)
		http.SetCookie(w, &http.Cookie{
			Name: languageCookie, Value: f.Choice, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		})
	} else if c, err := r.Cookie(languageCookie); err == nil {
		f.Choice = c.Value
	}
	f.speak(org.Organisation{})
	var err error
	f.Nonce, err = secret.Token(p.Chance)
	h := w.Header()
	f.policy(h, "")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Language, Cookie")
	if strings.HasPrefix(r.URL.Path, "/c/") {
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Robots-Tag", "noindex, nofollow")
	}
	return f, err
}

// policy says what the page may do; more is what only this page may.
func (f *frame) policy(h http.Header, more string) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self' 'nonce-"+f.Nonce+"'; font-src 'self'; img-src 'self'; "+
		// A nonce and not 'self': the files of customers may stand on this origin too.
		"script-src 'nonce-"+f.Nonce+"'; require-trusted-types-for 'script'; trusted-types 'none'; "+more+
		"form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
}

// here is the page of a request without what the last answer added to it. A page that answered a POST stands under the
// address of its form; with GET that leads back to the page.
func here(r *http.Request) *url.URL {
	q := r.URL.Query()
	q.Del("lang")
	q.Del("done")
	return &url.URL{Path: r.URL.Path, RawQuery: q.Encode()}
}

// speak sets the organisation, and with it the language, the words, the time zone and the accent.
func (f *frame) speak(o org.Organisation) {
	l, ok := text.ParseLocale(f.Choice)
	if !ok {
		l = text.Match(f.Accept, text.Locale(o.Locale))
	}
	f.Org, f.Zone = o, o.Location()
	f.Texts = f.pages.Catalogue.For(l).With(o.Settings.Wording[string(l)])
	f.Style = accentStyle(o.Settings.Accent)
}

// In is this page in another language.
func (f *frame) In(l text.Locale) templ.SafeURL {
	u := *f.Here
	q := u.Query()
	q.Set("lang", string(l))
	u.RawQuery = q.Encode()
	return templ.SafeURL(u.String())
}

// Home is the contact page of the organisation.
func (f *frame) Home() templ.SafeURL { return templ.SafeURL("/o/" + url.PathEscape(f.Org.Slug) + "/") }

// FormPage is where the contact form is.
func (f *frame) FormPage() templ.SafeURL { return f.Home() + "form" }

// Name is how the desk calls itself.
func (f *frame) Name() string {
	if f.Org.Name == "" {
		return f.T("customer.desk")
	}
	return f.Org.Sender()
}

// Icon is a drawing, hidden from screen readers.
func (f *frame) Icon(name string) templ.Component { return templ.Raw(f.pages.Assets.Icon(name)) }

// When says a moment in the zone of the organisation.
func (f *frame) When(at time.Time) string { return f.Texts.When(at, f.Now, f.Zone) }

// key is an identifier for a form: sent twice, it is kept once.
func (f *frame) key() string {
	id, err := secret.Token(f.pages.Chance)
	if err != nil {
		return ""
	}
	return id
}

// write sends a page.
func (p *Pages) write(w http.ResponseWriter, r *http.Request, status int, page templ.Component) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return
	}
	_ = page.Render(r.Context(), w) // the browser left: nobody to tell
}

// bySlug finds the organisation in a web address. While the database is away it is the one that was seen last, so that
// a form that was filled in can be shown again; the fault is given with it.
func (p *Pages) bySlug(ctx context.Context, f *frame, slug string) error {
	var o org.Organisation
	err := p.DB.Read(ctx, func(tx *sqldb.Tx) (err error) {
		o, err = p.Flow.Org.BySlug(tx, slug)
		return err
	})
	switch {
	case err == nil:
		p.known.Store(o.Slug, o)
	case !fault.Is(err, fault.Unknown):
		if seen, ok := p.known.Load(slug); ok {
			o, _ = seen.(org.Organisation)
		}
	}
	f.speak(o)
	return err
}

// status is the HTTP status of a fault.
func status(err error) int {
	switch fault.Of(err).Kind {
	case fault.Invalid, fault.Conflict:
		return http.StatusUnprocessableEntity
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.Unknown, fault.Denied, fault.SignIn:
		return http.StatusNotFound
	case fault.TooMany:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// fail shows what went wrong and what to do. The address of a case never stands in the log: it is a key.
func (p *Pages) fail(w http.ResponseWriter, r *http.Request, f *frame, err error) {
	code := status(err)
	if code >= http.StatusInternalServerError {
		p.Log.Error("a customer's page failed", "page", r.Pattern, "error", err)
	}
	retry(w, code)
	f.Title = f.T(failTitle(code))
	p.write(w, r, code, failPage(f, code, f.Fault(fault.Of(err))))
}

func retry(w http.ResponseWriter, code int) {
	if code == http.StatusServiceUnavailable || code == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "60")
	}
}

func failTitle(code int) string {
	switch code {
	case http.StatusNotFound:
		return "customer.not_found_title"
	case http.StatusServiceUnavailable:
		return "customer.away_title"
	}
	return "customer.failed_title"
}
