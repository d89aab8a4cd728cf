// Package sample holds still pages that show every part of the style sheets for customers, managers and signing in, to
// look at while working on them and for the test of their accessibility.
package sample

import (
	"embed"
	"net/http"
	"regexp"
	"strings"

	"balie/web/assets"
)

//go:embed *.html
var pages embed.FS

var icon = regexp.MustCompile(`\{icon ([a-z0-9-]+)\}`)

// Handler serves /NAME.html with icons and style sheets filled in.
func Handler(files *assets.Files) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := pages.ReadFile(strings.TrimPrefix(r.URL.Path, "/"))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		text := icon.ReplaceAllStringFunc(string(raw), func(m string) string { return files.Icon(icon.FindStringSubmatch(m)[1]) })
		for _, name := range []string{"customer.css", "manage.css", "signin.css"} {
			text = strings.ReplaceAll(text, "{"+name+"}", files.Path(name))
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(text)) // the browser left: nobody to tell
	})
}
