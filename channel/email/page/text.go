package page

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// writer makes readable text of a tree: blocks on their own lines, quotes behind ">", links with their address.
type writer struct {
	out   strings.Builder
	line  strings.Builder
	quote int
	gap   int // empty lines asked for before the next text
	space bool
}

var blocks = map[atom.Atom]int{
	atom.P: 1, atom.Div: 0, atom.H1: 1, atom.H2: 1, atom.H3: 1, atom.H4: 1, atom.H5: 1, atom.H6: 1, atom.Ul: 0, atom.Ol: 0,
	atom.Dl: 0, atom.Dt: 0, atom.Dd: 0, atom.Table: 0, atom.Tr: 0, atom.Pre: 1, atom.Address: 0, atom.Center: 0,
	atom.Blockquote: 1, atom.Li: 0, atom.Caption: 0, atom.Thead: 0, atom.Tbody: 0, atom.Tfoot: 0,
}

func (w *writer) children(n *html.Node, pre bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			w.words(c.Data, pre)
		case html.ElementNode:
			w.element(c, pre)
		}
	}
}

func (w *writer) element(n *html.Node, pre bool) {
	if hidden(attr(n, "style")) {
		return
	}
	switch n.DataAtom {
	case atom.Br:
		w.flush()
		return
	case atom.Hr:
		w.block(0)
		w.words("---", false)
		w.block(0)
		return
	case atom.Img:
		if alt := strings.TrimSpace(attr(n, "alt")); alt != "" && len(alt) < 200 {
			w.words("["+alt+"]", false)
		}
		return
	case atom.A:
		w.link(n, pre)
		return
	case atom.Td, atom.Th:
		if w.line.Len() > 0 {
			w.space = true
		}
		w.children(n, pre)
		w.space = true
		return
	}
	gap, block := blocks[n.DataAtom]
	if !block {
		w.children(n, pre)
		return
	}
	w.block(gap)
	if n.DataAtom == atom.Blockquote {
		w.quote++
	}
	if n.DataAtom == atom.Li {
		w.words("- ", false)
	}
	w.children(n, pre || n.DataAtom == atom.Pre)
	w.block(gap)
	if n.DataAtom == atom.Blockquote {
		w.quote--
	}
}

// link writes the text of a link and behind it the address, when the text does not already show it.
func (w *writer) link(n *html.Node, pre bool) {
	w.children(n, pre)
	href := attr(n, "href")
	shown := shownText(n, nil)
	bare := strings.TrimPrefix(strings.TrimPrefix(href, "mailto:"), "tel:")
	short := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(href, "https://"), "http://"), "/")
	if href == "" || bytes.Contains(shown, []byte(bare)) || bytes.Contains(shown, []byte(short)) || strings.HasPrefix(href, "tel:") || len(href) > 500 {
		return
	}
	if n.FirstChild == nil {
		return
	}
	w.words(" ("+bare+")", false)
}

// shownText gives the first letters of what a link shows.
func shownText(n *html.Node, b []byte) []byte {
	for c := n.FirstChild; c != nil && len(b) < 600; c = c.NextSibling {
		if c.Type == html.TextNode {
			b = append(b, c.Data[:min(len(c.Data), 600)]...)
			continue
		}
		b = shownText(c, b)
	}
	return b
}

func (w *writer) words(s string, pre bool) {
	if pre {
		for i, line := range strings.Split(s, "\n") {
			if i > 0 {
				w.flush()
			}
			w.put(strings.ReplaceAll(line, "\u00a0", " "))
		}
		return
	}
	for s != "" {
		i := strings.IndexAny(s, " \t\r\n\u00a0")
		if i == 0 {
			w.space = true
			s = strings.TrimLeft(s, " \t\r\n\u00a0")
			continue
		}
		if i < 0 {
			i = len(s)
		}
		w.put(s[:i])
		s = s[i:]
	}
}

func (w *writer) put(s string) {
	if s == "" {
		return
	}
	if w.space && w.line.Len() > 0 {
		w.line.WriteByte(' ')
	}
	w.space = false
	w.line.WriteString(s)
}

// flush ends the line, also an empty one.
func (w *writer) flush() {
	if w.line.Len() == 0 {
		w.gap++
		w.space = false
		return
	}
	if w.out.Len() > 0 {
		for range min(w.gap, 2) {
			w.prefix()
			w.out.WriteByte('\n')
		}
	}
	w.gap = 0
	w.prefix()
	w.out.WriteString(w.line.String())
	w.out.WriteByte('\n')
	w.line.Reset()
	w.space = false
}

func (w *writer) prefix() {
	for range min(w.quote, 10) {
		w.out.WriteString("> ")
	}
}

// block ends the line if there is one and asks for empty lines before the next.
func (w *writer) block(gap int) {
	if w.line.Len() > 0 {
		w.flush()
	}
	w.gap = max(w.gap, gap)
	w.space = false
}

func (w *writer) text() string {
	if w.line.Len() > 0 {
		w.flush()
	}
	return strings.Trim(w.out.String(), "\n")
}

// Strip takes the text out of HTML that is too large or too deep for a tree, in one pass and without its links.
func Strip(s string) string {
	w := &writer{}
	z := html.NewTokenizer(strings.NewReader(s))
	skip := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			return w.text()
		case html.TextToken:
			if skip == 0 {
				w.words(string(z.Text()), false)
			}
		case html.StartTagToken:
			name, _ := z.TagName()
			switch a := atom.Lookup(name); a {
			case atom.Script, atom.Style, atom.Title:
				skip++
			case atom.Br:
				w.flush()
			default:
				if gap, ok := blocks[a]; ok {
					w.block(gap)
				}
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			switch a := atom.Lookup(name); a {
			case atom.Script, atom.Style, atom.Title:
				skip = max(0, skip-1)
			default:
				if gap, ok := blocks[a]; ok {
					w.block(gap)
				}
			}
		}
	}
}
