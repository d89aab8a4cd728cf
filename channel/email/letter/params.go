package letter

import (
	"strconv"
	"strings"
)

// parseValue reads a header value with parameters (RFC 2045 section 5.1, RFC 2231) without ever failing:
// the value comes back in lower case, the names of the parameters too, their values decoded.
func parseValue(s string) (value string, params map[string]string) {
	head, rest := cutParam(s)
	value = strings.ToLower(strings.TrimSpace(head))
	if strings.Contains(value, "=") && !strings.Contains(value, "/") {
		value, rest = "", s // the value is missing, the parameters are there
	}
	if i := strings.IndexAny(value, " \t("); i >= 0 {
		// "text/plain charset=utf-8": the semicolon is missing. A comment goes.
		if value[i] != '(' {
			rest = s[strings.IndexAny(s, " \t"):]
			rest = strings.TrimLeft(rest, " \t;")
		}
		value = value[:i]
	}
	if rest == "" {
		return value, nil
	}
	params = map[string]string{}
	pieces := map[string][]piece{}
	for n := 0; rest != "" && n < 64; n++ {
		var one string
		one, rest = cutParam(rest)
		name, v, ok := strings.Cut(one, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if !ok || name == "" {
			continue
		}
		v = unquote(strings.TrimSpace(v))
		if base, p, ok := continued(name, v); ok {
			pieces[base] = append(pieces[base], p)
			continue
		}
		if _, again := params[name]; !again {
			params[name] = DecodeWords(v)
		}
	}
	for base, list := range pieces {
		params[base] = join(list)
	}
	return value, params
}

// piece is one part of a parameter that was cut up or marked with a charset (RFC 2231 sections 3 and 4).
type piece struct {
	nr       int
	value    string
	extended bool
}

func continued(name, value string) (base string, p piece, ok bool) {
	base, tail, ok := strings.Cut(name, "*")
	if !ok || base == "" {
		return "", piece{}, false
	}
	p = piece{value: value, extended: tail == "" || strings.HasSuffix(tail, "*")}
	if digits := strings.TrimSuffix(tail, "*"); digits != "" {
		nr, err := strconv.Atoi(digits)
		if err != nil || nr < 0 || nr > 1000 {
			return "", piece{}, false
		}
		p.nr = nr
	}
	return base, p, true
}

func join(list []piece) string {
	var raw []byte
	charset := ""
	for nr := 0; nr <= len(list); nr++ {
		for _, p := range list {
			if p.nr != nr {
				continue
			}
			v := p.value
			if p.extended {
				if a, rest, ok := strings.Cut(v, "'"); ok && nr == 0 {
					if _, text, ok := strings.Cut(rest, "'"); ok {
						charset, v = a, text
					}
				}
				raw = append(raw, unpercent(v)...)
				continue
			}
			raw = append(raw, v...)
		}
	}
	return DecodeText(raw, charset)
}

func unpercent(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if a, b := unhex(s[i+1]), unhex(s[i+2]); a >= 0 && b >= 0 {
				out = append(out, byte(a<<4|b))
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

// cutParam cuts at the first semicolon outside quotes.
func cutParam(s string) (one, rest string) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ';' && !quoted:
			return s[:i], s[i+1:]
		}
	}
	if quoted { // a quote that never closes: take it as if it were none
		if i := strings.IndexByte(s, ';'); i >= 0 {
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

func unquote(s string) string {
	if len(s) == 0 || s[0] != '"' {
		return s
	}
	s = s[1:]
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == '"':
			return b.String()
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
