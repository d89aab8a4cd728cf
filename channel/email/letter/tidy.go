package letter

import (
	"mime"
	"strconv"
	"strings"
	"unicode/utf8"
)

// tidy makes text that can be stored and shown: LF line ends, no NUL and other control characters, no direction
// overrides, no white space at the ends of lines, at most two empty lines together.
func tidy(s string) string {
	var out strings.Builder
	out.Grow(len(s))
	empty := 0
	for len(s) > 0 {
		var line string
		line, s, _ = strings.Cut(s, "\n")
		line = strings.TrimRight(line, " \t\r\u00a0")
		if line == "" {
			if empty++; empty > 2 {
				continue
			}
		} else {
			empty = 0
		}
		if needsMap(line) {
			line = strings.Map(shown, line)
		}
		out.WriteString(line)
		out.WriteByte('\n')
	}
	return strings.Trim(out.String(), "\n")
}

func needsMap(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f || c == 0xe2 || c == 0xc2 || c == 0xd8 {
			return true
		}
	}
	return false
}

func shown(r rune) rune {
	switch {
	case r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
		return '\n'
	case r == '\t':
		return r
	case r < ' ' || r >= 0x7f && r < 0xa0 || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069':
		return -1
	}
	return r
}

// unflow joins soft lines: those that end in a space go on in the next line of the same quote depth.
func unflow(s string, delsp bool) string {
	var out strings.Builder
	out.Grow(len(s))
	depth, soft := 0, false
	for len(s) > 0 {
		var line string
		line, s, _ = strings.Cut(s, "\n")
		d := 0
		for d < len(line) && line[d] == '>' {
			d++
		}
		text := strings.TrimPrefix(line[d:], " ") // one space was stuffed: RFC 3676 section 4.4
		signature := text == "-- "
		if soft && (d != depth || signature) {
			out.WriteByte('\n')
			soft = false
		}
		if !soft && d > 0 {
			out.WriteString(strings.Repeat(">", d) + " ")
		}
		flows := strings.HasSuffix(text, " ") && !signature
		if flows && delsp {
			text = text[:len(text)-1]
		}
		out.WriteString(text)
		if !flows {
			out.WriteByte('\n')
		}
		depth, soft = d, flows
	}
	return out.String()
}

// SafeName makes a name under which a file may be offered: no path, no control or direction characters, no characters
// that a file system or a header treats as special, not too long, never empty (threat T7).
func SafeName(name, kind string, nr int) string {
	name = clean(name)
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`<>:"|?*;%`, r):
			return '_'
		case r == utf8.RuneError || r >= '\u200b' && r <= '\u200d' || r == '\u2060':
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, ". \u00a0")
	ext := ""
	if i := strings.LastIndexByte(name, '.'); i > 0 && len(name)-i <= 12 {
		name, ext = name[:i], name[i:]
	}
	name = strings.TrimRight(cut(name, 150), ". ")
	if name == "" {
		name = "file-" + strconv.Itoa(nr)
		if ext == "" {
			ext = extension(kind)
		}
	}
	return name + ext
}

var extensions = map[string]string{
	"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp",
	"image/heic": ".heic", "text/plain": ".txt", "text/html": ".html", "text/csv": ".csv", "text/calendar": ".ics",
	"message/rfc822": ".eml", "message/delivery-status": ".txt", "text/rfc822-headers": ".txt", "text/vcard": ".vcf",
	"application/pkcs7-mime": ".p7m", "application/zip": ".zip", "application/pgp-encrypted": ".asc",
}

func extension(kind string) string {
	if e, ok := extensions[kind]; ok {
		return e
	}
	return ".bin"
}

// safeType keeps a media type only in the form of RFC 6838 section 4.2.
func safeType(kind string) string {
	t, _, err := mime.ParseMediaType(kind)
	if err != nil || len(t) > 127 || strings.Count(t, "/") != 1 {
		return "application/octet-stream"
	}
	return t
}
