// Package agent serves the page of the workspace: one shell for all its screens, with the first data inside, so that
// the first screen needs no further request. Everything else it shows comes from the same API that an outsider uses.
package agent

import (
	"bytes"
	"encoding/json"
	"html/template"
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
	mux.HandleFunc("GET /desk", d.page)
	mux.HandleFunc("GET /desk/", d.page)
}

// policy lets the page load its own program and nothing else. Trusted Types: text never becomes markup by accident.
const policy = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; font-src 'self'; " +
	"img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; " +
	"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types balie"

var shell = template.Must(template.New("desk").Parse(`<!doctype html>
<html lang="{{.Locale}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<title>Balie</title>
<link rel="icon" href="{{.Icon}}">
<link rel="preload" href="{{.Font}}" as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="{{.CSS}}">
<script type="application/json" id="first">{{.First}}</script>
<script type="module" src="{{.JS}}"></script>
</head>
<body class="workspace">
<div id="desk" data-stream="{{.Stream}}"></div>
</body>
</html>
`))

// first is what the page carries inside.
type first struct {
	Me    json.RawMessage `json:"me"`
	Cases json.RawMessage `json:"cases"`
	Next  json.RawMessage `json:"next"`
	Seq   json.RawMessage `json:"seq"`
	Texts json.RawMessage `json:"texts"`
}

func (d *Desk) page(w http.ResponseWriter, r *http.Request) {
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
	d.write(w, string(locale), f)
}

func (d *Desk) write(w http.ResponseWriter, locale string, f first) {
	inside, err := json.Marshal(f) // escapes <, > and &: no text can end the element
	if err == nil {
		var page bytes.Buffer
		err = shell.Execute(&page, map[string]any{
			"Locale": locale, "Icon": d.Assets.Path("icon.svg"), "Font": d.Assets.Font(), "CSS": d.Assets.Path("desk.css"),
			"JS": d.Assets.Path("desk.js"), "Stream": d.Assets.Path("stream.js"), "First": template.JS(inside),
		})
		if err == nil {
			h := w.Header()
			h.Set("Content-Type", "text/html; charset=utf-8")
			h.Set("Content-Security-Policy", policy)
			h.Set("Cache-Control", "no-store")
			h.Set("Referrer-Policy", "same-origin")
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			w.Write(page.Bytes()) //nolint:errcheck // the browser left
			return
		}
	}
	d.Edge.Log.Error("the workspace page", "error", err)
	http.Error(w, "500", http.StatusInternalServerError)
}

func (d *Desk) who(r *http.Request) (who access.Principal, err error) {
	c := d.Edge.CredentialOf(r)
	err = d.DB.Read(r.Context(), func(tx *sqldb.Tx) (err error) {
		who, err = d.Edge.Who(tx, c)
		return err
	})
	return who, err
}
