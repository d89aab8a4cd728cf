package letter

import (
	"bytes"
	"slices"
	"strings"

	"balie/channel"
	"balie/channel/email/page"
	"balie/channel/email/quote"
	"balie/channel/email/tnef"
)

const (
	// longestText is what a timeline shows of a text; a longer one also hangs on as a file.
	longestText = 512 << 10
	// largestBody is how much of the text parts is decoded; what is longer hangs on as files.
	largestBody = 4 << 20
	// longestHTML is what is cleaned for display; of a longer one only the text is taken.
	longestHTML = 1 << 20
)

// segment is a piece of the body: a text, or HTML, or one thing said in both forms.
type segment struct{ plain, html string }

// body is the content of a message, decoded.
type body struct {
	segments  []segment
	files     []channel.File
	packed    segment // the text of a winmail.dat, for a message that has no other
	encrypted bool
	decoded   int // bytes of text parts so far
	limits    Limits
}

// isFile says whether a part hangs on the message instead of being its text. Needs the structure only.
func (p *Part) isFile() bool {
	if p.signature() {
		return false
	}
	if p.Disposition == "attachment" {
		return true
	}
	if p.Type != "text/plain" && p.Type != "text/html" {
		return p.Type != "text/x-amp-html" // an other form of the same text
	}
	first := p.parent == nil || p.parent.Children[0] == p
	return p.Name != "" && !first
}

// signature is true for the second part of a signed message (RFC 1847): it proves something to programs and is no
// attachment to a reader. The message as it came in keeps it.
func (p *Part) signature() bool {
	return p.parent != nil && p.parent.Type == "multipart/signed" && p.parent.Children[0] != p &&
		(strings.Contains(p.Type, "signature") || strings.Contains(p.Type, "pkcs7"))
}

func collect(root *Part, limits Limits) *body {
	b := &body{limits: limits}
	b.segments = b.gather(root)
	for _, s := range b.segments {
		if !blank(s.plain) || !blank(s.html) {
			return b
		}
	}
	if b.packed != (segment{}) {
		b.segments = []segment{b.packed}
	}
	return b
}

func (b *body) gather(p *Part) []segment {
	switch {
	case p.multipart() && len(p.Children) == 0:
		return b.text(p) // it says multipart and is not: the text is all there is
	case p.Type == "multipart/alternative":
		return b.alternative(p)
	case p.multipart():
		var all []segment
		for _, c := range p.Children {
			all = append(all, b.gather(c)...)
		}
		return all
	case p.isFile():
		return b.file(p)
	case p.signature():
		return nil
	case p.Type == "text/html", p.Type == "text/plain":
		return b.text(p)
	}
	return nil
}

// text decodes a text part. One that is far too long to read becomes a file, with its beginning as the text.
func (b *body) text(p *Part) []segment {
	if len(p.Body) == 0 {
		return nil
	}
	if b.decoded += len(p.Body); b.decoded > largestBody {
		whole := p.Data()
		name := "message.txt"
		if p.Type == "text/html" {
			name = "message.html"
		}
		b.add(name, p.Type, "", whole)
		room := max(0, largestBody-b.decoded+len(p.Body))
		b.decoded = largestBody
		return []segment{{plain: DecodeText(beginning(p, whole, min(room, longestText)), p.Charset())}}
	}
	if p.Type == "text/html" {
		return []segment{{html: p.htmlText()}}
	}
	return []segment{{plain: unwrap(p)}}
}

// beginning gives the first bytes of a text to read, up to the end of a line.
func beginning(p *Part, data []byte, n int) []byte {
	data = data[:min(len(data), n)]
	if i := bytes.LastIndexByte(data, '\n'); i > 0 {
		data = data[:i]
	}
	if p.Type == "text/html" {
		return []byte(page.Strip(string(data)))
	}
	return data
}

// alternative makes one segment of the forms of one text: the last HTML is the best, RFC 2046 section 5.1.4.
func (b *body) alternative(p *Part) []segment {
	var plain, html []string
	for _, c := range p.Children {
		var here []string
		for _, s := range b.gather(c) {
			if s.html == "" {
				plain = append(plain, s.plain)
				continue
			}
			here = append(here, s.html)
		}
		if here != nil {
			html = here
		}
	}
	if plain == nil && html == nil {
		return nil
	}
	return []segment{{plain: strings.Join(plain, "\n"), html: strings.Join(html, "\n<br>\n")}}
}

// file adds a part to the files. A winmail.dat is unpacked; its text counts when there is no other.
func (b *body) file(p *Part) []segment {
	data := p.Data()
	if p.Type == "application/ms-tnef" || p.Type == "application/vnd.ms-tnef" || strings.EqualFold(p.Name, "winmail.dat") {
		if t, err := tnef.Decode(data, b.limits.Files); err == nil && (len(t.Files) > 0 || t.Text != "" || t.HTML != "") {
			for _, f := range t.Files {
				b.add(f.Name, f.Type, f.ContentID, f.Data)
			}
			b.packed = segment{plain: t.Text, html: t.HTML}
			return nil
		}
	}
	if strings.HasSuffix(p.Type, "pkcs7-mime") && p.Params["smime-type"] != "signed-data" || p.Type == "application/pgp-encrypted" {
		b.encrypted = true
	}
	if len(data) == 0 && p.Name == "" {
		return nil
	}
	name := p.Name
	if name == "" && p.Type == "message/rfc822" {
		inner, _ := readHeader(data, 64<<10)
		if s := DecodeWords(inner.Get("subject")); s != "" {
			name = cut(s, 100) + ".eml"
		}
	}
	b.add(name, p.Type, contentID(p.Header.Get("content-id")), data)
	return nil
}

func (b *body) add(name, kind, id string, data []byte) {
	if len(b.files) >= b.limits.Files {
		return
	}
	kind = safeType(kind)
	b.files = append(b.files, channel.File{
		Name: SafeName(name, kind, len(b.files)+1), Type: kind, Data: data, ContentID: id,
	})
}

func contentID(s string) string {
	return cut(strings.Trim(clean(s), "<> "), 300)
}

// into writes the body into the letter: text for reading, HTML for its frame, older text folded away.
func (b *body) into(l *Letter) {
	var texts, pages []string
	budget := longestHTML
	for _, s := range b.segments {
		plain, html := tidy(s.plain), ""
		if s.html != "" {
			var text string
			if len(s.html) <= budget {
				budget -= len(s.html)
				html, text = page.Read(s.html)
			} else {
				text = page.Strip(s.html)
			}
			if strings.TrimSpace(plain) == "" {
				plain = tidy(text)
			}
		}
		texts = append(texts, strings.Trim(plain, "\n"))
		pages = append(pages, html)
	}
	l.HTML = wholePage(texts, pages)
	text := strings.Trim(strings.Join(slices.DeleteFunc(texts, blank), "\n\n"), "\n")
	if len(text) > longestText {
		b.add("message.txt", "text/plain", "", []byte(text))
		text = cut(text, longestText)
	}
	l.Files = b.files
	l.Text = text
	if !l.Forwarded {
		l.Text, l.Quoted = quote.Fold(text)
	}
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// wholePage joins the pieces for the frame; a piece without HTML stands in it as text. Empty when no piece has any.
func wholePage(texts, pages []string) string {
	if strings.Join(pages, "") == "" {
		return ""
	}
	for i := range pages {
		if pages[i] == "" {
			pages[i] = page.Plain(cut(texts[i], longestText))
		}
	}
	return strings.Join(slices.DeleteFunc(pages, blank), "\n")
}

// htmlText decodes an HTML part; without a label in the header its own meta element is asked.
func (p *Part) htmlText() string {
	data, charset := p.Data(), p.Charset()
	if charset == "" && !ascii(data) {
		charset = page.Charset(data)
	}
	return DecodeText(data, charset)
}

// unwrap decodes a plain part and joins the lines of format=flowed (RFC 3676 section 4).
func unwrap(p *Part) string {
	text := p.Text()
	if !strings.EqualFold(p.Params["format"], "flowed") {
		return text
	}
	return unflow(strings.ReplaceAll(text, "\r\n", "\n"), strings.EqualFold(p.Params["delsp"], "yes"))
}
