package letter

import (
	"bytes"
	"strings"
)

// DecodeWords decodes the encoded words of a header value (RFC 2047) and the raw bytes between them. Words side by
// side in one charset are joined first: a letter may be cut in two by their border.
func DecodeWords(s string) string {
	at := strings.Index(s, "=?")
	if at < 0 {
		return clean(DecodeText([]byte(s), ""))
	}
	var out strings.Builder
	var pending []byte
	charset := ""
	flush := func() {
		if len(pending) > 0 {
			out.WriteString(DecodeText(pending, charset))
		}
		pending, charset = nil, ""
	}
	for at >= 0 {
		cs, data, size := word(s[at:])
		if size == 0 {
			flush()
			out.WriteString(DecodeText([]byte(s[:at+2]), ""))
			s = s[at+2:]
			at = strings.Index(s, "=?")
			continue
		}
		if between := s[:at]; strings.Trim(between, " \t\r\n") != "" || charset == "" {
			flush()
			out.WriteString(DecodeText([]byte(between), ""))
		}
		if charset != "" && !strings.EqualFold(cs, charset) {
			flush()
		}
		charset, pending = cs, append(pending, data...)
		s = s[at+size:]
		at = strings.Index(s, "=?")
	}
	flush()
	out.WriteString(DecodeText([]byte(s), ""))
	return clean(out.String())
}

// longestWord is far over the 75 characters of RFC 2047, which many programs do not keep.
const longestWord = 8 << 10

// word reads one encoded word at the start of s; size 0 means that there is none.
func word(s string) (charset string, data []byte, size int) {
	cs, rest, ok := strings.Cut(s[2:], "?")
	if !ok || cs == "" || len(cs) > 60 || len(rest) < 2 || rest[1] != '?' || strings.ContainsAny(cs, " \t") {
		return "", nil, 0
	}
	body := rest[2:]
	body = body[:min(len(body), longestWord)] // else a header full of words that never end costs its square
	end := strings.Index(body, "?=")
	if end < 0 {
		return "", nil, 0
	}
	head := 2 + len(cs) + 1 + 2
	switch rest[0] {
	case 'b', 'B':
		data = decodeBase64([]byte(body[:end]))
	case 'q', 'Q':
		data = quotedLine(nil, bytes.ReplaceAll([]byte(body[:end]), []byte{'_'}, []byte{' '}))
	default:
		return "", nil, 0
	}
	return cs, data, head + end + 2
}

// clean makes one line of a header value: no control characters, no direction overrides (threat T7), single spaces at
// the ends.
func clean(s string) string {
	dirty := false
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] == 0x7f || s[i] >= 0x80 {
			dirty = true
			break
		}
	}
	if !dirty {
		return strings.TrimSpace(s)
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			return ' '
		case r < ' ' || r >= 0x7f && r < 0xa0 || bidi(r):
			return -1
		}
		return r
	}, s))
}

// bidi is true for the characters that turn the direction of what follows, with which "gpj.exe" is made of "exe.jpg".
func bidi(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\u200e' || r == '\u200f' ||
		r == '\u061c' || r == '\ufeff'
}
