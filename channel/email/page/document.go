package page

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Options say how a document shows its pictures.
type Options struct {
	// Lang is the language of the document, for a screen reader; may be empty.
	Lang string
	// Proxy is put before the escaped address of a remote picture. Empty leaves remote pictures out.
	Proxy string
	// Inline gives the address of a picture inside the message by its Content-ID, "" when there is none.
	Inline func(id string) string
}

// Remote says whether a clean text has pictures that wait outside.
func Remote(clean string) bool {
	// The writer of the tree escapes quotes in text, so this can only be an attribute.
	return strings.Contains(clean, ` data-src="`)
}

// Document makes a whole document of a clean text, for a sandboxed frame. A message with colours of its own is shown
// on white, since it was made for that; any other follows the reader's light or dark.
func Document(clean string, o Options) string {
	body := clean
	root, err := fragment(clean)
	colours := false
	if err != nil {
		body = html.EscapeString(clean)
	} else {
		colours = pictures(root, o)
		var out strings.Builder
		for n := root.FirstChild; n != nil; n = n.NextSibling {
			if err := html.Render(&out, n); err != nil {
				return Document(html.EscapeString(clean), Options{Lang: o.Lang})
			}
		}
		body = out.String()
	}
	var b strings.Builder
	b.WriteString("<!doctype html>\n<html")
	if o.Lang != "" {
		b.WriteString(` lang="` + html.EscapeString(o.Lang) + `"`)
	}
	b.WriteString("><head><meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
	b.WriteString(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src * data:; form-action 'none'">` + "\n")
	b.WriteString("<meta name=\"referrer\" content=\"no-referrer\">\n<base target=\"_blank\">\n<title></title>\n<style>" + looks)
	if !colours {
		b.WriteString(dark)
	}
	b.WriteString("</style></head>\n<body>" + body + "</body></html>\n")
	return b.String()
}

const looks = `
:root{color-scheme:light}
body{margin:12px;font:15px/1.5 system-ui,sans-serif;color:#1a1c1e;background:#fff;overflow-wrap:anywhere}
img{max-width:100%;height:auto}
img[data-src]{outline:1px dashed #777;min-width:1em;min-height:1em}
table{max-width:100%}
pre{white-space:pre-wrap}
blockquote{margin:.5em 0;padding-left:.8em;border-left:3px solid #aaa}
a{color:#0b57a4}
`

const dark = `@media (prefers-color-scheme:dark){
:root{color-scheme:dark}
body{color:#e3e4e6;background:#1b1d1f}
a{color:#8ab8f0}
blockquote{border-color:#666}
}
`

// pictures gives each picture the address that the options allow and says whether the text brings its own colours.
func pictures(n *html.Node, o Options) (colours bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		if c.DataAtom == atom.Img {
			c.Attr = source(c.Attr, o)
		}
		for _, a := range c.Attr {
			switch a.Key {
			case "bgcolor", "color":
				colours = true
			case "style":
				colours = colours || strings.Contains(a.Val, "color") || strings.Contains(a.Val, "background")
			}
		}
		colours = pictures(c, o) || colours
	}
	return colours
}

func source(attrs []html.Attribute, o Options) []html.Attribute {
	kept := attrs[:0]
	for _, a := range attrs {
		switch {
		case a.Key == "data-src" && o.Proxy != "":
			a = html.Attribute{Key: "src", Val: o.Proxy + url.QueryEscape(a.Val)}
		case a.Key == "src" && len(a.Val) > 4 && strings.EqualFold(a.Val[:4], "cid:"):
			if o.Inline == nil {
				continue
			}
			id, err := url.PathUnescape(a.Val[4:])
			if err != nil {
				id = a.Val[4:]
			}
			if a.Val = o.Inline(id); a.Val == "" {
				continue
			}
		}
		kept = append(kept, a)
	}
	return append(kept, html.Attribute{Key: "loading", Val: "lazy"}, html.Attribute{Key: "referrerpolicy", Val: "no-referrer"})
}
