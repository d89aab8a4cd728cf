package text

import (
	"html"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	gmhtml "github.com/yuin/goldmark/renderer/html"
	gmtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

const (
	// maxMarkdown is ten pages; what is longer is shown as typed. Some patterns of brackets cost the square of
	// their length: 128 kB of them took seconds, this takes a fraction of one.
	maxMarkdown = 32 << 10
	// maxDepth bounds quotes in quotes: beyond it the text is shown as typed, since each level costs work again
	// on every line.
	maxDepth = 20
)

// Markdown turns what an agent typed into HTML that is safe on a page and in a mail: paragraphs with the line
// breaks as typed, emphasis, lists, quotes, code and links. Tags that were typed are shown as text, a picture
// becomes a link to it, a heading becomes a bold line, so that a message never changes the outline of the page.
func Markdown(src string) string {
	if !formatted(src) {
		return asTyped(src)
	}
	var out strings.Builder
	if err := converter().Convert([]byte(src), &out); err != nil {
		return asTyped(src)
	}
	return policy().Sanitize(out.String())
}

var converter = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithParser(markdownParser()),
		goldmark.WithExtensions(extension.NewLinkify(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:", "mailto:"}))),
		goldmark.WithRendererOptions(gmhtml.WithHardWraps()),
	)
})

// markdownParser leaves out raw HTML (what was typed between angle brackets must not vanish), code by indent and
// headings by underline (both surprise people who do not know markdown), and link definitions ("[1]: address", which
// would vanish as well).
func markdownParser() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(anyIndent{parser.NewParagraphParser()}, 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500),
		),
		parser.WithASTTransformers(util.Prioritized(tame{}, 100)),
	)
}

// anyIndent takes lines that begin with many spaces too: without code by indent nobody else would, and they would be
// dropped.
type anyIndent struct{ parser.BlockParser }

// CanAcceptIndentedLine says yes.
func (anyIndent) CanAcceptIndentedLine() bool { return true }

// tame replaces what a message may not hold.
type tame struct{}

// Transform turns pictures into links and headings into bold paragraphs.
func (tame) Transform(doc *ast.Document, _ gmtext.Reader, _ parser.Context) {
	var pictures []*ast.Image
	var headings []*ast.Heading
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the callback gives no error
		if entering {
			switch n := n.(type) {
			case *ast.Image:
				pictures = append(pictures, n)
			case *ast.Heading:
				headings = append(headings, n)
			}
		}
		return ast.WalkContinue, nil
	})
	for _, picture := range pictures {
		link := ast.NewLink()
		link.Destination = picture.Destination
		if inLink(picture) {
			replace(picture, ast.NewEmphasis(1)) // a link in a link is not HTML
			continue
		}
		replace(picture, link)
	}
	for _, heading := range headings {
		bold := ast.NewEmphasis(2)
		for child := heading.FirstChild(); child != nil; child = heading.FirstChild() {
			bold.AppendChild(bold, child)
		}
		line := ast.NewParagraph()
		line.AppendChild(line, bold)
		heading.Parent().ReplaceChild(heading.Parent(), heading, line)
	}
}

func inLink(n ast.Node) bool {
	for p := n.Parent(); p != nil; p = p.Parent() {
		if p.Kind() == ast.KindLink {
			return true
		}
	}
	return false
}

func replace(old, by ast.Node) {
	for child := old.FirstChild(); child != nil; child = old.FirstChild() {
		by.AppendChild(by, child)
	}
	old.Parent().ReplaceChild(old.Parent(), old, by)
}

// policy is the second wall: whatever the renderer makes, only this comes out.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "strong", "em", "code", "pre", "blockquote", "ul", "li", "hr")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,9}$`)).OnElements("ol")
	p.AllowElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowRelativeURLs(false)
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	return p
})

// formatted says whether src is small and flat enough to be read as markdown.
func formatted(src string) bool {
	if len(src) > maxMarkdown {
		return false
	}
	for line := range strings.Lines(src) {
		depth := 0
		for _, r := range line {
			if strings.ContainsRune(">-*+ \t", r) {
				if r == '>' || r == '-' || r == '*' || r == '+' {
					depth++
				}
				continue
			}
			break
		}
		if depth > maxDepth && strings.Trim(line, "-* \t\r\n") != "" {
			return false
		}
	}
	return true
}

// asTyped keeps every character and every line, as paragraphs.
func asTyped(src string) string {
	var b strings.Builder
	src = strings.ReplaceAll(strings.ToValidUTF8(src, "\uFFFD"), "\r\n", "\n")
	for paragraph := range strings.SplitSeq(src, "\n\n") {
		if paragraph = strings.Trim(paragraph, "\n"); paragraph != "" {
			b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(paragraph), "\n", "<br>\n") + "</p>\n")
		}
	}
	return b.String()
}
