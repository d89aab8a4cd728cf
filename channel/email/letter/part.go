package letter

import (
	"bytes"
	"strings"
)

// Part is a node of the structure of a message. Nothing in it is decoded yet: Body is a piece of the raw message.
type Part struct {
	Header      Header
	Type        string // media type in lower case; "text/plain" when the header says nothing
	Params      map[string]string
	Disposition string
	Name        string // file name as the sender wrote it, decoded, not yet safe
	Body        []byte
	Children    []*Part

	boundary string
	parent   *Part
}

// Charset is the label that the sender gave to a text.
func (p *Part) Charset() string { return p.Params["charset"] }

// Data is the body without its transfer encoding.
func (p *Part) Data() []byte {
	return transferDecode(p.Body, p.Header.Get("content-transfer-encoding"))
}

// Text is the body as UTF-8.
func (p *Part) Text() string { return DecodeText(p.Data(), p.Charset()) }

func (p *Part) multipart() bool { return strings.HasPrefix(p.Type, "multipart/") }

// Walk calls f for the part and all parts in it, in the order of the message.
func (p *Part) Walk(f func(*Part)) {
	f(p)
	for _, c := range p.Children {
		c.Walk(f)
	}
}

func newPart(h Header, parent *Part) *Part {
	p := &Part{Header: h, parent: parent}
	p.Type, p.Params = parseValue(h.Get("content-type"))
	if strings.Count(p.Type, "/") != 1 || strings.HasPrefix(p.Type, "/") {
		p.Type = guessType(p.Type, parent)
	}
	var dp map[string]string
	p.Disposition, dp = parseValue(h.Get("content-disposition"))
	for _, name := range []string{dp["filename"], p.Params["name"], dp["name"], p.Params["filename"], p.Params["file"]} {
		if name != "" {
			p.Name = name
			break
		}
	}
	if p.multipart() {
		p.boundary = strings.TrimRight(p.Params["boundary"], " \t")
	}
	return p
}

func guessType(written string, parent *Part) string {
	switch {
	case strings.HasPrefix(written, "multipart"):
		return "multipart/mixed"
	case strings.HasPrefix(written, "html"), strings.HasPrefix(written, "text/html"):
		return "text/html"
	case written == "" && parent != nil && parent.Type == "multipart/digest": // RFC 2046 section 5.1.5
		return "message/rfc822"
	case written == "", strings.HasPrefix(written, "text"), strings.HasPrefix(written, "plain"):
		return "text/plain"
	}
	return "application/octet-stream"
}

// Parse finds the structure of a message in one pass. Its only errors are limits.
func Parse(raw []byte, limits Limits) (*Part, error) {
	l := limits.orDefault()
	if len(raw) > l.Bytes {
		return nil, over("email.too_large", l.Bytes)
	}
	w := &walker{limits: l}
	start := firstField(raw)
	h, body := readHeader(raw[start:], l.HeaderBytes)
	if !anyKnown(h) {
		start, h, body = 0, nil, raw
	}
	root, err := w.add(nil, h, len(raw)-start-len(body))
	if err != nil {
		return nil, err
	}
	if err := w.walk(root, body); err != nil {
		return nil, err
	}
	return root, nil
}

type walker struct {
	limits  Limits
	parts   int
	header  int
	files   int
	sniffed bool
}

func (w *walker) add(parent *Part, h Header, size int) (*Part, error) {
	w.parts++
	w.header += size
	if w.header > w.limits.HeaderBytes {
		return nil, over("email.header_too_large", w.limits.HeaderBytes)
	}
	if w.parts > w.limits.Parts {
		return nil, over("email.too_many_parts", w.limits.Parts)
	}
	p := newPart(h, parent)
	if parent != nil {
		parent.Children = append(parent.Children, p)
	}
	if !p.multipart() && p.isFile() {
		if w.files++; w.files > w.limits.Files {
			return nil, over("email.too_many_files", w.limits.Files)
		}
	}
	return p, nil
}

// walk goes once through the lines of the body. The stack holds the open multiparts, the outermost first; a delimiter
// of an outer one closes all inner ones (RFC 2046 section 5.1.2), so that a forgotten end costs nothing.
func (w *walker) walk(root *Part, body []byte) error {
	var stack []*Part
	open := func(p *Part, body []byte) error {
		if p.multipart() && (p.boundary == "" || (p == root && !hasDelimiter(body, p.boundary))) && !w.sniffed {
			w.sniffed = true
			p.boundary = sniffBoundary(body)
		}
		if p.boundary == "" {
			return nil
		}
		if len(stack) >= w.limits.Depth {
			return over("email.too_deep", w.limits.Depth)
		}
		stack = append(stack, p)
		return nil
	}
	if err := open(root, body); err != nil {
		return err
	}
	leaf, from, at := root, 0, 0
	for len(stack) > 0 && at < len(body) {
		line, next := lineAt(body, at)
		if len(line) < 3 || line[0] != '-' || line[1] != '-' {
			at = next
			continue
		}
		i, last := match(stack, line[2:])
		if i < 0 {
			at = next
			continue
		}
		closeLeaf(leaf, body[from:at])
		owner := stack[i]
		if last {
			stack, leaf, from, at = stack[:i], nil, next, next
			continue
		}
		stack = stack[:i+1]
		h, rest := readHeader(body[next:], w.limits.HeaderBytes-w.header)
		if !anyKnown(h) && len(h) > 0 {
			h, rest = nil, body[next:] // "Hello: ..." under a delimiter is text, not a header
		}
		size := len(body) - next - len(rest)
		p, err := w.add(owner, h, size)
		if err != nil {
			return err
		}
		leaf, from, at = p, next+size, next+size
		if err := open(p, rest); err != nil {
			return err
		}
	}
	closeLeaf(leaf, body[from:])
	return nil
}

// closeLeaf gives a part its body. The line end before a delimiter belongs to the delimiter.
func closeLeaf(p *Part, body []byte) {
	if p == nil {
		return
	}
	if n := len(body); n > 0 && body[n-1] == '\n' && p.parent != nil {
		body = bytes.TrimSuffix(body[:n-1], []byte{'\r'})
	}
	p.Body = body
}

func lineAt(b []byte, at int) (line []byte, next int) {
	i := bytes.IndexByte(b[at:], '\n')
	if i < 0 {
		return b[at:], len(b)
	}
	return bytes.TrimSuffix(b[at:at+i], []byte{'\r'}), at + i + 1
}

// match finds the innermost open multipart that a line after "--" delimits.
func match(stack []*Part, line []byte) (i int, last bool) {
	line = bytes.TrimRight(line, " \t")
	for i := len(stack) - 1; i >= 0; i-- {
		b := stack[i].boundary
		if len(line) < len(b) || string(line[:len(b)]) != b {
			continue
		}
		switch tail := line[len(b):]; {
		case len(tail) == 0:
			return i, false
		case len(tail) >= 2 && tail[0] == '-' && tail[1] == '-':
			return i, true
		}
	}
	return -1, false
}

func hasDelimiter(body []byte, boundary string) bool {
	d := []byte("--" + boundary)
	return bytes.HasPrefix(body, d) || bytes.Contains(body, append([]byte{'\n'}, d...))
}

// sniffBoundary finds the boundary of a multipart that did not name it, or named another: the first line that begins
// with "--" and is followed by a header.
func sniffBoundary(body []byte) string {
	for at, n := 0, 0; at < len(body) && n < 500; n++ {
		line, next := lineAt(body, at)
		if len(line) > 2 && len(line) <= 200 && line[0] == '-' && line[1] == '-' && !bytes.ContainsAny(line, " \t") {
			if after, _ := cutLine(body[next:]); looksKnown(after) {
				return string(line[2:])
			}
		}
		at = next
	}
	return ""
}

// firstField skips what may stand before the header: empty lines, a byte order mark, the "From " line of a mailbox
// file, a few lines of rubbish. Without any field that is known it is 0 and the header will be empty.
func firstField(raw []byte) int {
	at := 0
	if bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")) {
		at = 3
	}
	for n := 0; at < len(raw) && n < 50; n++ {
		line, next := lineAt(raw, at)
		if fieldName(line) > 0 && blockIsKnown(raw[at:]) {
			return at
		}
		at = next
	}
	return 0
}

func anyKnown(h Header) bool {
	for i := range h {
		if known[h[i].Name] || strings.HasPrefix(h[i].Name, "x-") {
			return true
		}
	}
	return false
}

// blockIsKnown says whether one of the next lines, up to an empty one, is a field of a mail.
func blockIsKnown(b []byte) bool {
	for n := 0; len(b) > 0 && n < 30; n++ {
		line, rest := cutLine(b)
		if len(line) == 0 {
			return false
		}
		if name := fieldName(line); name > 0 && known[lower(line[:name])] {
			return true
		}
		b = rest
	}
	return false
}
