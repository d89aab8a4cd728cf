package page

import "strings"

// properties are those of CSS that change how a text looks, not where it stands or what it loads.
var properties = map[string]bool{
	"color": true, "background": true, "background-color": true, "font": true, "font-family": true, "font-size": true,
	"font-style": true, "font-weight": true, "font-variant": true, "line-height": true, "letter-spacing": true,
	"text-align": true, "text-decoration": true, "text-transform": true, "text-indent": true, "vertical-align": true,
	"white-space": true, "word-break": true, "overflow-wrap": true, "direction": true, "display": true,
	"margin": true, "margin-left": true, "margin-right": true, "margin-top": true, "margin-bottom": true,
	"padding": true, "padding-left": true, "padding-right": true, "padding-top": true, "padding-bottom": true,
	"border": true, "border-left": true, "border-right": true, "border-top": true, "border-bottom": true,
	"border-color": true, "border-style": true, "border-width": true, "border-radius": true,
	"border-collapse": true, "border-spacing": true, "width": true, "max-width": true, "min-width": true,
	"height": true, "list-style-type": true, "table-layout": true,
}

// displays are the values of display that keep a text in its place. "none" hides the preview line of newsletters.
var displays = map[string]bool{
	"none": true, "block": true, "inline": true, "inline-block": true, "table": true, "table-row": true,
	"table-cell": true, "list-item": true,
}

// style keeps the declarations that are allowed. Nothing with a function other than a colour, an escape, a comment or
// an at-rule passes, so that nothing can be loaded and no rule of ours can be left.
func style(s string) string {
	if len(s) > 4096 || strings.ContainsAny(s, "\\@{}<>&/") {
		s = strings.NewReplacer("\\", "!bad", "@", "!bad", "{", "!bad", "}", "!bad", "<", "!bad", ">", "!bad", "&", "!bad", "/", "!bad").Replace(s[:min(len(s), 4096)])
	}
	var out strings.Builder
	for s != "" {
		var one string
		one, s, _ = strings.Cut(s, ";")
		name, value, ok := strings.Cut(one, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		if !ok || !properties[name] {
			continue
		}
		value = strings.TrimSpace(value)
		if strings.HasSuffix(strings.ToLower(value), "!important") {
			value = strings.TrimSpace(value[:len(value)-len("!important")])
		}
		if !plainValue(value) || name == "display" && !displays[strings.ToLower(value)] || negative(name, value) {
			continue
		}
		if out.Len() > 0 {
			out.WriteByte(';')
		}
		out.WriteString(name + ":" + value)
	}
	return out.String()
}

func plainValue(v string) bool {
	if v == "" || len(v) > 200 {
		return false
	}
	for i := 0; i < len(v); i++ {
		c := v[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte(" #%.,-+'\"", c) >= 0:
		case c == '(':
			if !colorFunction(v[:i]) {
				return false
			}
		case c == ')':
		default:
			return false
		}
	}
	return strings.Count(v, "(") == strings.Count(v, ")")
}

func colorFunction(before string) bool {
	before = strings.ToLower(before)
	for _, f := range []string{"rgb", "rgba", "hsl", "hsla"} {
		if before == f || strings.HasSuffix(before, " "+f) {
			return true
		}
	}
	return false
}

// negative margins and indents can lay one text over another.
func negative(name, value string) bool {
	if !strings.HasPrefix(name, "margin") && name != "text-indent" && name != "letter-spacing" {
		return false
	}
	return strings.HasPrefix(value, "-") || strings.Contains(value, " -")
}

// hidden says whether a style hides its element.
func hidden(s string) bool {
	if !strings.Contains(s, "none") {
		return false
	}
	for _, one := range strings.Split(s, ";") {
		name, value, _ := strings.Cut(one, ":")
		if strings.EqualFold(strings.TrimSpace(name), "display") && strings.HasPrefix(strings.ToLower(strings.TrimSpace(value)), "none") {
			return true
		}
	}
	return false
}
