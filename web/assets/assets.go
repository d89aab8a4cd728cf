// Package assets holds the built style sheets, programs, fonts and icons of every page and serves them under /assets/.
// A name carries the hash of its content, so a browser may keep it for ever. The files in dist are made from css,
// web/agent/ui, web/customer/widget and third_party by `go run ./assets` in tools, and are committed.
package assets

import (
	"embed"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"net/http"
	"path"
	"sort"
	"strings"
)

//go:embed dist
var dist embed.FS

// Prefix is where the files are served.
const Prefix = "/assets/"

// Files knows the built files by the names that pages use.
type Files struct {
	names   map[string]string
	icons   map[string]string
	content map[string][]byte
}

// New reads what is embedded. It fails only when the build is broken, which a test would have shown.
func New() (*Files, error) {
	f := &Files{icons: map[string]string{}, content: map[string][]byte{}}
	list, err := fs.ReadDir(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("assets: %w", err)
	}
	for _, entry := range list {
		if f.content[entry.Name()], err = dist.ReadFile("dist/" + entry.Name()); err != nil {
			return nil, fmt.Errorf("assets: %w", err)
		}
	}
	if err := json.Unmarshal(f.content["manifest.json"], &f.names); err != nil {
		return nil, fmt.Errorf("assets: manifest: %w", err)
	}
	if err := f.draw(f.content["icons.json"]); err != nil {
		return nil, fmt.Errorf("assets: icons: %w", err)
	}
	delete(f.content, "manifest.json")
	delete(f.content, "icons.json")
	return f, nil
}

// Path is where the file with that name is served: "desk.css" gives "/assets/desk-XXXXXXXX.css". An unknown name gives
// a path that answers 404.
func (f *Files) Path(name string) string {
	if hashed, ok := f.names[name]; ok {
		return Prefix + hashed
	}
	return Prefix + name
}

// Font is the path of the font that nearly every text needs, to load early.
func (f *Files) Font() string {
	for name := range f.content {
		if strings.HasPrefix(name, "inter-latin-wght") {
			return Prefix + name
		}
	}
	return ""
}

var types = map[string]string{
	".js":    "text/javascript; charset=utf-8",
	".css":   "text/css; charset=utf-8",
	".woff2": "font/woff2",
	".svg":   "image/svg+xml",
}

// ServeHTTP serves Prefix.
func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, Prefix)
	content, ok := f.content[name]
	kind, known := types[path.Ext(name)]
	if !ok || !known {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", fmt.Sprint(len(content)))
	if strings.HasPrefix(name, "widget") {
		Shared(h)
	}
	if r.Method == http.MethodGet {
		_, _ = w.Write(content) // the browser left: nobody to tell
	}
}

// Shared lets pages of other sites load an answer: a part of the chat, which holds nothing of anybody.
func Shared(h http.Header) {
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// Content is the file that pages ask for by this name, for an address of its own, with a tag that changes when it does.
// An unknown name gives nothing.
func (f *Files) Content(name string) (content []byte, tag string) {
	hashed, ok := f.names[name]
	if !ok {
		return nil, ""
	}
	return f.content[hashed], `"` + hashed + `"`
}

// Icon is the drawing with that name (see third_party/lucide-static/icons) as safe markup, hidden from screen readers:
// a word beside it must say the same. An unknown name gives nothing.
func (f *Files) Icon(name string) string {
	return f.icons[name]
}

func (f *Files) draw(raw []byte) error {
	var shapes map[string][]struct {
		Tag  string            `json:"tag"`
		Attr map[string]string `json:"attr"`
	}
	if err := json.Unmarshal(raw, &shapes); err != nil {
		return err
	}
	for name, list := range shapes {
		var b strings.Builder
		b.WriteString(`<svg class="icon" width="16" height="16" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">`)
		for _, s := range list {
			b.WriteString("<" + s.Tag)
			keys := make([]string, 0, len(s.Attr))
			for k := range s.Attr {
				keys = append(keys, k)
			}
			sort.Strings(keys)
			for _, k := range keys {
				fmt.Fprintf(&b, ` %s="%s"`, k, html.EscapeString(s.Attr[k]))
			}
			b.WriteString("/>")
		}
		b.WriteString("</svg>")
		f.icons[name] = b.String()
	}
	return nil
}
