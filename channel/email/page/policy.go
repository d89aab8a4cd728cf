// Package page makes HTML from mail safe to show. Clean keeps an allow-list of elements and attributes and writes the
// tree anew, so that no trick of one parser meets another; nothing in the result loads from outside until Document is
// told to. What it makes still belongs in a sandboxed frame with a content security policy of its own (threat T7).
package page

import (
	"regexp"

	"github.com/microcosm-cc/bluemonday"
)

// The policy names what may stay. Against the usual policy for user content it leaves out id, class, name, usemap and
// every remote source: an id can shadow a name in a script, a remote picture tells the sender who reads when.
var policy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements(
		"p", "div", "span", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "b", "strong", "i", "em", "u", "s", "strike",
		"del", "ins", "sub", "sup", "small", "big", "tt", "code", "kbd", "samp", "var", "pre", "blockquote", "q", "cite",
		"abbr", "address", "center", "font", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody",
		"tfoot", "tr", "td", "th", "a", "img",
	)
	p.AllowNoAttrs().OnElements("span", "font", "a", "img")
	number := regexp.MustCompile(`^\d{1,4}%?$`)
	color := regexp.MustCompile(`^(#?[0-9A-Fa-f]{3,8}|[A-Za-z]{3,20})$`)
	word := regexp.MustCompile(`^[A-Za-z]{1,12}$`)
	p.AllowAttrs("width", "height").Matching(number).OnElements("table", "td", "th", "img", "hr")
	p.AllowAttrs("colspan", "rowspan").Matching(regexp.MustCompile(`^\d{1,2}$`)).OnElements("td", "th")
	p.AllowAttrs("border", "cellpadding", "cellspacing").Matching(regexp.MustCompile(`^\d{1,2}$`)).OnElements("table", "img")
	p.AllowAttrs("align", "valign").Matching(word).OnElements("p", "div", "table", "tr", "td", "th", "img", "h1", "h2", "h3", "h4", "h5", "h6")
	p.AllowAttrs("bgcolor").Matching(color).OnElements("table", "tr", "td", "th")
	p.AllowAttrs("color").Matching(color).OnElements("font")
	p.AllowAttrs("size").Matching(regexp.MustCompile(`^[+-]?\d{1,2}$`)).OnElements("font")
	p.AllowAttrs("face").Matching(regexp.MustCompile(`^[A-Za-z0-9 ,'-]{1,80}$`)).OnElements("font")
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`(?i)^(ltr|rtl|auto)$`)).Globally()
	p.AllowAttrs("lang").Matching(regexp.MustCompile(`^[A-Za-z-]{2,20}$`)).Globally()
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^[1aAiI]$|^(disc|circle|square)$`)).OnElements("ol", "ul", "li")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^\d{1,4}$`)).OnElements("ol")
	p.AllowAttrs("href", "title").OnElements("a")
	p.AllowAttrs("src", "alt", "title").OnElements("img")
	p.AllowAttrs("style").Globally() // its content is checked while the tree is written: see style.go
	p.AllowURLSchemes("http", "https", "mailto", "tel", "cid")
	p.AllowDataURIImages()
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.SkipElementsContent("title", "head", "noscript", "noembed", "noframes", "template", "svg", "math", "select", "textarea", "button", "object", "applet", "audio", "video", "canvas")
	return p
}()
