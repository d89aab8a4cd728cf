// Package agent serves the page of the workspace: one shell for all its screens, with the first data inside, so that
// the first screen needs no further request. Everything else it shows comes from the same API that an outsider uses.
package agent

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/ground/fault"
	"balie/ground/sqldb"
	"balie/ground/text"
	"balie/web/agent/texts"
	"balie/web/assets"
	"balie/web/edge"
)

// Parts are what the page is made of.
type Parts struct {
	DB     *sqldb.DB
	Edge   *edge.Edge
	Assets *assets.Files
	// First gives what the API would answer to the first questions of the workspace.
	First func(r *http.Request, who access.Principal) (any, error)
}

// Desk serves the workspace.
type Desk struct {
	Parts
	words map[string]json.RawMessage // catalogue by language
}

// New reads the catalogues.
func New(p Parts) (*Desk, error) {
	d := &Desk{Parts: p, words: make(map[string]json.RawMessage)}
	for _, l := range text.Locales {
		catalogue, err := texts.Catalogue(string(l))
		if err != nil {
			return nil, err
		}
		if d.words[string(l)], err = json.Marshal(catalogue); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Routes adds the page to a mux.
func (d *Desk) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /desk", d.show)
	mux.HandleFunc("GET /desk/", d.show)
}

// policy lets the page load its own program and nothing else. Trusted Types: text never becomes markup by accident.
const policy = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; font-src 'self'; " +
	"img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; " +
	"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types balie"

func (d *Desk) show(w http.ResponseWriter, r *http.Request) {
	who, err := d.who(r)
	if fault.Is(err, fault.SignIn) {
		http.Redirect(w, r, "/sign-in?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	if err != nil {
		d.Edge.Fail(w, r, err)
		return
	}
	locale, ok := text.ParseLocale(who.Locale)
	if !ok {
		locale = text.Dutch
	}
	inside, err := d.inside(r, who, d.words[string(locale)])
	if err != nil {
		d.Edge.Fail(w, r, err)
		return
	}
	d.write(w, r, page{Locale: string(locale), Assets: d.Assets, First: inside})
}

// inside is what the page carries, in one piece: what the API would answer first, and the catalogue. Both are written so
// that they are safe inside a page: no text in them can end the element.
func (d *Desk) inside(r *http.Request, who access.Principal, words json.RawMessage) ([]byte, error) {
	first, err := d.First(r, who)
	if err != nil {
		return nil, err
	}
	var made []byte
	if a, ok := first.(edge.Appender); ok {
		made = a.AppendJSON(make([]byte, 0, firstSize+len(words)))
	} else if made, err = json.Marshal(first); err != nil {
		return nil, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	made = append(bytes.TrimSuffix(made, []byte("}")), `,"texts":`...)
	return append(append(made, words...), '}'), nil
}

// firstSize is about what the first data take.
const firstSize = 96 << 10

// page is what the shell shows.
type page struct {
	Locale string
	Assets *assets.Files
	First  []byte // JSON
}

// data puts JSON in the page, for its program to read.
func data(id string, made []byte) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		for _, part := range [][]byte{[]byte(`<script id="` + id + `" type="application/json">`), made, []byte("</script>")} {
			if _, err := w.Write(part); err != nil {
				return err
			}
		}
		return nil
	})
}

func (d *Desk) write(w http.ResponseWriter, r *http.Request, p page) {
	var made bytes.Buffer
	if err := shell(p).Render(r.Context(), &made); err != nil {
		d.Edge.Fail(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	w.Write(made.Bytes()) //nolint:errcheck // the browser left
}

func (d *Desk) who(r *http.Request) (who access.Principal, err error) {
	c := d.Edge.CredentialOf(r)
	err = d.DB.Read(r.Context(), func(tx *sqldb.Tx) (err error) {
		who, err = d.Edge.Who(tx, c)
		return err
	})
	return who, err
}
