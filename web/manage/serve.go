package manage

import (
	"cmp"
	"errors"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/sqldb"
	"balie/web/edge"
)

// formLimit is how large a posted form may be; a saved reply is the largest.
const formLimit = 256 << 10

// uploadLimit is how large a posted form with a file may be. It is larger than any file that is taken, so that whoever
// sends too large a file gets an answer and not a broken connection; what is too much is not kept.
const uploadLimit = 64 << 20

// Route is one line of the table.
type Route struct {
	Method  string
	Pattern string
	// Action is what May is asked.
	Action access.Action
	// object loads what the action is done to, within the asker's organisation; nil is the organisation itself.
	object func(s *screen, tx *sqldb.Tx) (access.Object, error)
	// show makes the page of a GET, and the page that a refused POST is shown on again.
	show func(s *screen, tx *sqldb.Tx) (templ.Component, error)
	// do carries out a POST.
	do func(s *screen) (answer, error)
	// limit is how large the form may be; 0 is formLimit.
	limit int64
}

// answer is what a POST leads to: another page, with what was done in one sentence; or, for what is told only once, a
// page of its own.
type answer struct {
	To   string
	Done string // one of dones
	Page templ.Component
	raw  bool // the handler wrote the answer itself
}

// placed is a refusal with the name of the field that it is about.
type placed struct {
	error
	field string
}

func (p placed) Unwrap() error { return p.error }

// at says which field a refusal is about. No refusal stays none.
func at(field string, err error) error {
	if err == nil {
		return nil
	}
	return placed{err, field}
}

func (p *Pages) serve(rt Route) http.Handler {
	return p.Edge.Guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		headers(w.Header())
		s := p.screen(w, r)
		a, err := s.run(rt)
		switch {
		case err != nil:
			s.fail(err)
		case a.raw:
		case a.Page != nil:
			s.write(http.StatusOK, a.Page)
		default:
			http.Redirect(w, r, withDone(a.To, a.Done), http.StatusSeeOther)
		}
	}))
}

func withDone(to, done string) string {
	if done == "" {
		return to
	}
	mark := "?"
	if strings.Contains(to, "?") {
		mark = "&"
	}
	return to + mark + url.Values{"done": {done}}.Encode()
}

func headers(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; frame-src 'self'; "+
		"form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Language, Cookie")
	h.Set("X-Robots-Tag", "noindex, nofollow")
}

// run asks who it is and whether they may, and then answers.
func (s *screen) run(rt Route) (answer, error) {
	if rt.Method == http.MethodPost {
		if err := s.readForm(cmp.Or(rt.limit, formLimit)); err != nil {
			return answer{}, err
		}
	}
	var a answer
	err := s.pages.Edge.DB.Read(s.r.Context(), func(tx *sqldb.Tx) (err error) {
		if err := s.enter(tx); err != nil {
			return err
		}
		object := s.own()
		if rt.object != nil {
			if object, err = rt.object(s, tx); err != nil {
				return err
			}
		}
		if err := access.May(s.Who, rt.Action, object); err != nil {
			return err
		}
		if rt.Method == http.MethodGet {
			a.Page, err = rt.show(s, tx)
			a.raw = a.Page == nil
		}
		return err
	})
	if err != nil || rt.Method == http.MethodGet {
		return a, err
	}
	if a, err = rt.do(s); err == nil || rt.show == nil {
		return a, err
	}
	return s.again(rt, err)
}

// readForm refuses what another site sends, and what is too large to be a form of ours. A file is not read here: that is
// for who turns out to be allowed to send one.
func (s *screen) readForm(limit int64) error {
	if err := s.pages.Edge.OwnSite(s.r, edge.Credential{}); err != nil {
		return err
	}
	s.r.Body = http.MaxBytesReader(s.w, s.r.Body, limit)
	if err := s.r.ParseForm(); err != nil {
		return fault.Wrap(fault.Invalid, "manage.form_unreadable", err)
	}
	return nil
}

// enter says who asks. A bearer token opens no pages.
func (s *screen) enter(tx *sqldb.Tx) (err error) {
	var shown edge.Credential
	if c, err := s.r.Cookie(s.pages.Edge.SessionCookie()); err == nil {
		shown.Cookie = c.Value
	}
	if s.Who, err = s.pages.Edge.Who(tx, shown); err != nil {
		return err
	}
	if s.Org, err = s.pages.Org.Load(tx, s.Who.Org); err != nil {
		return err
	}
	s.Texts, s.Zone = s.pages.Edge.Catalogue.For(edge.Locale(s.r, s.Who)), s.Org.Location()
	return nil
}

// again shows the page of a form once more with what was refused and what was typed; an error of ours goes to the page
// for those.
func (s *screen) again(rt Route, err error) (answer, error) {
	f := fault.Of(err)
	switch f.Kind {
	case fault.Invalid, fault.Conflict, fault.TooLarge, fault.TooMany, fault.Unavailable:
	default:
		return answer{}, err
	}
	s.refuse(s.pages.Edge.Report(s.r, err), err)
	var page templ.Component
	if failed := s.pages.Edge.DB.Read(s.r.Context(), func(tx *sqldb.Tx) (err error) {
		page, err = rt.show(s, tx)
		return err
	}); failed != nil {
		return answer{}, err
	}
	return answer{Page: page}, nil
}

// refuse remembers what was wrong with the form that was posted.
func (s *screen) refuse(f *fault.Fault, err error) {
	s.Wrong, s.At, s.Typed = f, s.r.URL.Path, s.r.PostForm
	s.Field = wrongFields[f.Key]
	var p placed
	if errors.As(err, &p) {
		s.Field = p.field
	}
}

// write sends a page.
func (s *screen) write(status int, page templ.Component) {
	if s.Wrong != nil {
		if status = edge.Status(s.Wrong.Kind); s.Wrong.Kind == fault.Invalid {
			status = http.StatusUnprocessableEntity
		}
		if wait := edge.RetryAfter(s.Wrong); wait > 0 {
			s.w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		}
	}
	s.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	s.w.WriteHeader(status)
	if s.r.Method != http.MethodHead {
		_ = page.Render(s.r.Context(), s.w) // the browser left: nobody to tell
	}
}

// fail answers what no form can be shown for. Who is not signed in goes to the door and comes back.
func (s *screen) fail(err error) {
	f := s.pages.Edge.Report(s.r, err)
	if f.Kind == fault.SignIn {
		next := Home
		if s.r.Method == http.MethodGet {
			next = s.r.URL.RequestURI()
		}
		http.Redirect(s.w, s.r, "/sign-in?"+url.Values{"next": {next}}.Encode(), http.StatusSeeOther)
		return
	}
	s.Wrong = f
	s.Title = s.T(failTitle(f.Kind))
	s.write(edge.Status(f.Kind), failPage(s))
}

func failTitle(k fault.Kind) string {
	switch k {
	case fault.Denied:
		return "manage.denied_title"
	case fault.Unknown:
		return "manage.unknown_title"
	}
	return "manage.failed_title"
}

// own is the object of what somebody does to their organisation or themselves.
func (s *screen) own() access.Object { return access.Object{Org: s.Who.Org, Owner: s.Who.Agent} }

// by is who does it.
func (s *screen) by() org.By { return org.By{Org: s.Who.Org, Actor: s.Who.Actor()} }

// save runs a change and leads back to a page with what was done.
func (s *screen) save(to, done string, fn func(tx *sqldb.Tx) error) (answer, error) {
	return answer{To: to, Done: done}, s.pages.Edge.DB.Write(s.r.Context(), fn)
}

func nowhere(*screen, *sqldb.Tx) (templ.Component, error) {
	return nil, fault.New(fault.Unknown, "manage.no_page")
}
