package widget

import (
	"fmt"
	"html"
	"net/http"
)

// Strict is the policy of a site that allows the desk's script and requests, and nothing else.
func Strict(desk string) string {
	return fmt.Sprintf("default-src 'none'; script-src %[1]s; connect-src %[1]s; require-trusted-types-for 'script'; trusted-types 'none'", desk)
}

// Nonce is the policy of a site that allows scripts by a nonce only.
func Nonce(desk string) string {
	return fmt.Sprintf("default-src 'none'; script-src 'nonce-abc123'; connect-src %[1]s; require-trusted-types-for 'script'; trusted-types 'none'", desk)
}

// Site is somebody else's page with the script tag in it.
type Site struct {
	Desk     string // origin of the desk
	Key      string // of this site; without it "site1"
	Policy   string
	Language string
	Tag      string // more attributes of the script tag
	Script   string // a program of the page itself, where the policy allows it
}

func (s Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" && r.URL.Path != "/other" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", s.Policy)
	language := s.Language
	if language == "" {
		language = "nl"
	}
	key := s.Key
	if key == "" {
		key = "site1"
	}
	script := ""
	if s.Script != "" {
		script = `<script nonce="abc123">` + s.Script + `</script>`
	}
	fmt.Fprintf(w, `<!doctype html><html lang="%s"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Groene stroom</title>
%s<script nonce="abc123" src="%s/o/energie-oost/widget.js" data-site="%s" %s async></script></head>
<body><main><h1>Groene stroom</h1><p>Een site van een ander, met strenge regels.</p><p><label>Zoek <input name="q"></label></p></main></body></html>`,
		html.EscapeString(language), script, html.EscapeString(s.Desk), html.EscapeString(key), s.Tag)
}
