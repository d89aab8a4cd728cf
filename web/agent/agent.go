// Package agent serves the page of the workspace: one shell for all its screens, with the first data inside, so that
// the first screen needs no further request. Everything else it shows comes from the same API that an outsider uses.
package agent

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/BurntSushi/toml"

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
	API    http.Handler
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
		raw, err := texts.Files.ReadFile(string(l) + ".toml")
		if err != nil {
			return nil, err
		}
		catalogue := map[string]string{}
		if err := toml.Unmarshal(raw, &catalogue); err != nil {
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

// first is what the page carries inside.
type first struct {
	Me    json.RawMessage `json:"me"`
	Cases json.RawMessage `json:"cases"`
	Next  json.RawMessage `json:"next"`
	Seq   json.RawMessage `json:"seq"`
	Texts json.RawMessage `json:"texts"`
}

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
	f := first{Texts: d.words[string(locale)]}
	// The place in the ledger is read before the lists: what happens in between comes by the stream.
	var me struct {
		Seq json.RawMessage `json:"seq"`
	}
	if f.Me, err = d.ask(r, "/api/v1/me", &me); err == nil {
		f.Seq = me.Seq
		var list struct {
			Cases json.RawMessage `json:"cases"`
			Next  json.RawMessage `json:"next"`
		}
		if _, err = d.ask(r, "/api/v1/cases?view=mine", &list); err == nil {
			f.Cases, f.Next = list.Cases, list.Next
		}
	}
	if err != nil {
		d.Edge.Fail(w, r, err)
		return
	}
	d.write(w, r, page{Locale: string(locale), Assets: d.Assets, First: f})
}

// page is what the shell shows.
type page struct {
	Locale string
	Assets *assets.Files
	First  first
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
