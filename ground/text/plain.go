package text

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	gmtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Plain turns what an agent typed into the plain part of a mail: the same words without the signs of markdown,
// links with their address behind them, lists and quotes as mail programs have always shown them.
func Plain(src string) string {
	src = strings.ReplaceAll(src, "\r\n", "\n")
	if !formatted(src) {
		return src
	}
	source := []byte(src)
	w := plainWriter{source: source}
	blocks := w.blocks(converter().Parser().Parse(gmtext.NewReader(source)))
	return strings.TrimRight(strings.Join(blocks, "\n\n"), "\n") + "\n"
}

type plainWriter struct{ source []byte }

// blocks gives the text of each block below n.
func (w plainWriter) blocks(n ast.Node) []string {
	var all []string
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		if s := strings.TrimRight(w.block(child), "\n"); s != "" {
			all = append(all, s)
		}
	}
	return all
}

func (w plainWriter) block(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Blockquote:
		return indent(strings.Join(w.blocks(n), "\n\n"), "> ", "> ")
	case *ast.List:
		return w.list(n)
	case *ast.FencedCodeBlock:
		var b strings.Builder
		for i := range n.Lines().Len() {
			line := n.Lines().At(i)
			b.Write(line.Value(w.source))
		}
		return indent(strings.TrimRight(b.String(), "\n"), "    ", "    ")
	case *ast.ThematicBreak:
		return "----------"
	}
	return w.inline(n)
}

func (w plainWriter) list(n *ast.List) string {
	var items []string
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		mark := "- "
		if n.IsOrdered() {
			mark = strconv.Itoa(number) + ". "
			number++
		}
		gap := "\n\n"
		if n.IsTight {
			gap = "\n"
		}
		body := strings.Join(w.blocks(item), gap)
		items = append(items, indent(body, mark, strings.Repeat(" ", len(mark))))
	}
	if n.IsTight {
		return strings.Join(items, "\n")
	}
	return strings.Join(items, "\n\n")
}

func (w plainWriter) inline(n ast.Node) string {
	var b strings.Builder
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		switch c := child.(type) {
		case *ast.Text:
			b.Write(w.readable(c))
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteString("\n")
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.AutoLink:
			b.Write(c.Label(w.source))
		case *ast.Link:
			b.WriteString(withAddress(w.inline(c), string(c.Destination)))
		default:
			b.WriteString(w.inline(c))
		}
	}
	return b.String()
}

// readable undoes the escapes of markdown; code has none.
func (w plainWriter) readable(t *ast.Text) []byte {
	value := t.Value(w.source)
	if t.IsRaw() || t.Parent().Kind() == ast.KindCodeSpan {
		return value
	}
	return util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(value)))
}

func withAddress(label, address string) string {
	if label == "" || label == address || "mailto:"+label == address || "tel:"+label == address {
		return strings.TrimPrefix(strings.TrimPrefix(address, "mailto:"), "tel:")
	}
	return label + " (" + address + ")"
}

func indent(s, first, rest string) string {
	var b strings.Builder
	mark := first
	for line := range strings.Lines(s) {
		if strings.TrimSpace(line) == "" {
			b.WriteString(strings.TrimRight(mark, " ") + line)
		} else {
			b.WriteString(mark + line)
		}
		mark = rest
	}
	return b.String()
}
