package page

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Clean gives the safe form of an HTML text: a fragment for the body of a document. Remote pictures keep their address
// in data-src, where nothing loads it; pictures inside the message keep "cid:". The result of HTML that cannot be read
// is its text.
func Clean(s string) string {
	clean, _ := Read(s)
	return clean
}

// Read gives the clean form and the text of an HTML text with one look at it.
func Read(s string) (clean, text string) {
	root, err := tree(s)
	if err != nil {
		text = Strip(s)
		return Plain(text), text
	}
	w := &writer{}
	w.children(root, false)
	text = w.text()
	secure(root)
	var out strings.Builder
	for n := root.FirstChild; n != nil; n = n.NextSibling {
		if err := html.Render(&out, n); err != nil {
			return Plain(text), text
		}
	}
	return strings.TrimSpace(out.String()), text
}

// Text gives the readable text of an HTML text of any size, with its links.
func Text(s string) string {
	if len(s) <= 1<<20 {
		if root, err := tree(s); err == nil {
			w := &writer{}
			w.children(root, false)
			return w.text()
		}
	}
	return Strip(s)
}

// Plain gives a text as a clean fragment.
func Plain(text string) string {
	if text == "" {
		return ""
	}
	return `<div style="white-space:pre-wrap">` + html.EscapeString(text) + "</div>"
}

// tree cleans and gives the tree of what is left. Depth over 512 is an error of the parser.
func tree(s string) (*html.Node, error) {
	return fragment(policy.Sanitize(s))
}

func fragment(s string) (*html.Node, error) {
	context := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(s), context)
	if err != nil {
		return nil, err
	}
	root := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	return root, nil
}

// secure rewrites the attributes that could load or lead somewhere. The tree is at most 512 deep.
func secure(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch {
		case c.Type == html.CommentNode || c.Type == html.DoctypeNode:
			n.RemoveChild(c)
		case c.Type == html.ElementNode:
			attributes(c)
			if c.DataAtom == atom.Img && attr(c, "src")+attr(c, "data-src") == "" {
				n.RemoveChild(c)
				break
			}
			secure(c)
		}
		c = next
	}
}

func attributes(n *html.Node) {
	kept := n.Attr[:0]
	for _, a := range n.Attr {
		switch {
		case a.Namespace != "":
			continue
		case a.Key == "style":
			if a.Val = style(a.Val); a.Val == "" {
				continue
			}
		case a.Key == "src":
			lower := strings.ToLower(a.Val[:min(len(a.Val), 30)])
			switch {
			case strings.HasPrefix(lower, "cid:"), bitmap(lower):
			case strings.HasPrefix(lower, "http://"), strings.HasPrefix(lower, "https://"):
				a.Key = "data-src"
			default:
				continue
			}
		case a.Key == "rel" || a.Key == "target":
			continue
		}
		kept = append(kept, a)
	}
	n.Attr = kept
	if n.DataAtom == atom.A && attr(n, "href") != "" {
		n.Attr = append(n.Attr, html.Attribute{Key: "rel", Val: "noopener noreferrer nofollow"}, html.Attribute{Key: "target", Val: "_blank"})
	}
}

// bitmap is true for pictures in the text itself that are dots only; a drawing (SVG) is a document of its own.
func bitmap(lower string) bool {
	for _, kind := range []string{"png", "jpeg", "jpg", "gif", "webp"} {
		if strings.HasPrefix(lower, "data:image/"+kind+";base64,") {
			return true
		}
	}
	return false
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

var meta = regexp.MustCompile(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?\s*([a-z0-9_.:-]{1,40})`)

// Charset gives the charset that an HTML text names in its first bytes, or "".
func Charset(b []byte) string {
	if m := meta.FindSubmatch(b[:min(len(b), 4096)]); m != nil {
		return string(m[1])
	}
	return ""
}
