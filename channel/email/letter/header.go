package letter

import (
	"bytes"
	"strings"
)

// Field is one header field, unfolded and not decoded.
type Field struct {
	Name  string // in lower case
	Value string
}

// Header is the fields of a message or a part in their order.
type Header []Field

// Get gives the first field of that name (in lower case), not decoded.
func (h Header) Get(name string) string {
	for i := range h {
		if h[i].Name == name {
			return h[i].Value
		}
	}
	return ""
}

// Has says whether there is a field of that name, even an empty one.
func (h Header) Has(name string) bool { return h.Count(name) > 0 }

// Count counts the fields of that name.
func (h Header) Count(name string) int {
	n := 0
	for i := range h {
		if h[i].Name == name {
			n++
		}
	}
	return n
}

// All gives all values of that name, top first.
func (h Header) All(name string) []string {
	var all []string
	for i := range h {
		if h[i].Name == name {
			all = append(all, h[i].Value)
		}
	}
	return all
}

// cutLine splits at the first line end; a bare LF and CRLF both end a line.
func cutLine(b []byte) (line, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return b, nil
	}
	return bytes.TrimSuffix(b[:i], []byte{'\r'}), b[i+1:]
}

// fieldName gives the length of the field name at the start of a line, or 0 when the line is no field
// (RFC 5322 section 2.2). White space before the colon is accepted: it is obsolete, not rare.
func fieldName(line []byte) int {
	i := 0
	for i < len(line) && line[i] > ' ' && line[i] < 0x7f && line[i] != ':' {
		i++
	}
	end := i
	for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
		i++
	}
	if end == 0 || end > 76 || i >= len(line) || line[i] != ':' {
		return 0
	}
	return end
}

// known are the fields that show that a block of lines is the header of a mail.
var known = map[string]bool{
	"from": true, "to": true, "cc": true, "subject": true, "date": true, "message-id": true, "received": true,
	"return-path": true, "mime-version": true, "content-type": true, "content-transfer-encoding": true,
	"content-disposition": true, "content-id": true, "reply-to": true, "sender": true, "references": true,
	"in-reply-to": true, "delivered-to": true, "x-mailer": true, "authentication-results": true, "dkim-signature": true,
	"user-agent": true, "importance": true, "thread-topic": true, "thread-index": true, "bcc": true, "auto-submitted": true,
}

func looksKnown(line []byte) bool {
	n := fieldName(line)
	if n == 0 {
		return false
	}
	name := strings.ToLower(string(line[:n]))
	return known[name] || strings.HasPrefix(name, "x-") || strings.HasPrefix(name, "list-")
}

// readHeader reads fields up to the first empty line and gives what stands after it. A line that is no field is taken
// for a continuation that lost its indent when a field follows it; else the body began without an empty line.
// It stops after most bytes.
func readHeader(b []byte, most int) (h Header, body []byte) {
	whole := len(b)
	var fold []byte // the value being unfolded, only when it has more than one line
	flush := func() {
		if fold != nil {
			h[len(h)-1].Value, fold = string(bytes.TrimSpace(fold)), nil
		}
	}
	for len(b) > 0 && whole-len(b) <= most {
		line, rest := cutLine(b)
		if len(line) == 0 {
			b = rest
			break
		}
		n := 0
		if line[0] != ' ' && line[0] != '\t' {
			n = fieldName(line)
		}
		if n == 0 && (len(h) == 0 || (line[0] != ' ' && line[0] != '\t' && !lostIndent(line, rest))) {
			break
		}
		switch {
		case n > 0:
			flush()
			value := bytes.TrimLeft(line[n:], " \t")
			value = bytes.TrimSpace(value[1:])
			h = append(h, Field{Name: lower(line[:n]), Value: string(value)})
		case len(h) > 0:
			if fold == nil {
				fold = []byte(h[len(h)-1].Value)
			}
			fold = append(append(fold, ' '), bytes.TrimSpace(line)...)
		}
		b = rest
	}
	flush()
	return h, b
}

func lostIndent(line, rest []byte) bool {
	next, _ := cutLine(rest)
	return looksKnown(next) && !bytes.HasPrefix(line, []byte("--"))
}

func lower(b []byte) string { return strings.ToLower(string(b)) }
