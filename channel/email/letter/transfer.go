package letter

import (
	"bytes"
	"strings"
)

// transferDecode undoes a Content-Transfer-Encoding (RFC 2045 section 6). It never fails: what is not encoded as it
// says stays as it is.
func transferDecode(b []byte, encoding string) []byte {
	encoding = strings.ToLower(encoding)
	switch {
	case strings.Contains(encoding, "base64"):
		return decodeBase64(b)
	case strings.Contains(encoding, "quoted"):
		return decodeQuoted(b)
	case strings.Contains(encoding, "uue"):
		return decodeUU(b)
	}
	return b
}

// base64Value holds 0–63 for the alphabet, 64 for "=", 65 for white space, 66 for anything else.
var base64Value = func() (t [256]byte) {
	for i := range t {
		t[i] = 66
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = byte(i)
	}
	t['='] = 64
	for _, c := range []byte(" \t\r\n") {
		t[c] = 65
	}
	return t
}()

// decodeBase64 skips what is not in the alphabet (RFC 2045 section 6.8) and goes on after padding, since some programs
// encode in pieces. Text that only claims to be base64 is given back as it is.
func decodeBase64(b []byte) []byte {
	out := make([]byte, 0, len(b)/4*3+3)
	var acc uint32
	n, wrong := 0, 0
	for _, c := range b {
		v := base64Value[c]
		if v < 64 {
			acc = acc<<6 | uint32(v)
			if n++; n == 4 {
				out = append(out, byte(acc>>16), byte(acc>>8), byte(acc))
				acc, n = 0, 0
			}
			continue
		}
		switch v {
		case 64:
			out = appendRest(out, acc, n)
			acc, n = 0, 0
		case 66:
			wrong++
		}
	}
	if wrong*20 > len(b) {
		return b
	}
	return appendRest(out, acc, n)
}

func appendRest(out []byte, acc uint32, n int) []byte {
	switch n {
	case 2:
		return append(out, byte(acc>>4))
	case 3:
		return append(out, byte(acc>>10), byte(acc>>2))
	}
	return out
}

// decodeQuoted undoes quoted-printable (RFC 2045 section 6.7). A "=" that starts nothing is kept.
func decodeQuoted(b []byte) []byte {
	if bytes.IndexByte(b, '=') < 0 {
		return b
	}
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		i := bytes.IndexByte(b, '\n')
		line, end := b, []byte(nil)
		if i >= 0 {
			line, end = b[:i], b[i:i+1]
			if i > 0 && line[i-1] == '\r' {
				line, end = b[:i-1], b[i-1:i+1]
			}
			b = b[i+1:]
		} else {
			b = nil
		}
		line = bytes.TrimRight(line, " \t") // RFC 2045: white space at the end was added on the way
		soft := len(line) > 0 && line[len(line)-1] == '='
		if soft {
			line = line[:len(line)-1]
		}
		out = quotedLine(out, line)
		if !soft {
			out = append(out, end...)
		}
	}
	return out
}

func quotedLine(out, line []byte) []byte {
	for len(line) > 0 {
		i := bytes.IndexByte(line, '=')
		if i < 0 {
			return append(out, line...)
		}
		out = append(out, line[:i]...)
		if i+2 < len(line) {
			if a, c := unhex(line[i+1]), unhex(line[i+2]); a >= 0 && c >= 0 {
				out = append(out, byte(a<<4|c))
				line = line[i+3:]
				continue
			}
		}
		out = append(out, '=')
		line = line[i+1:]
	}
	return out
}

// decodeUU undoes uuencode, which old programs still send. Without a begin line the text is no uuencode.
func decodeUU(b []byte) []byte {
	at := bytes.Index(b, []byte("begin "))
	if at < 0 {
		return b
	}
	_, b2 := cutLine(b[at:])
	var out []byte
	for len(b2) > 0 {
		var line []byte
		line, b2 = cutLine(b2)
		if len(line) == 0 || string(line) == "end" {
			break
		}
		want := int(line[0]-' ') & 0x3f
		line = line[1:]
		for i := 0; i < len(line) && want > 0; i += 4 {
			var q [4]byte
			for k := range q {
				if i+k < len(line) {
					q[k] = (line[i+k] - ' ') & 0x3f
				}
			}
			three := []byte{q[0]<<2 | q[1]>>4, q[1]<<4 | q[2]>>2, q[2]<<6 | q[3]}
			out = append(out, three[:min(3, want)]...)
			want -= 3
		}
	}
	return out
}
