package letter

import (
	"bytes"
	"encoding/base64"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

var dos = map[string]encoding.Encoding{"ibm850": charmap.CodePage850, "ibm437": charmap.CodePage437}

// detect finds the charset of bytes that carry no label, or a wrong one. Short header values must work too, so it
// counts how bytes above 0x7f stand together instead of comparing letter frequencies of a language.
func detect(b []byte) string {
	if bytes.Contains(b, []byte("\x1b$")) || bytes.Contains(b, []byte("\x1b(")) {
		if out, err := japanese.ISO2022JP.NewDecoder().Bytes(b); err == nil && utf8.Valid(out) {
			return string(out)
		}
	}
	if utf8.Valid(b) {
		return string(b)
	}
	sample := b[:min(len(b), 16<<10)]
	if nearlyUTF8(sample) {
		return valid(b)
	}
	out, err := guess(sample).NewDecoder().Bytes(b)
	if err != nil {
		return valid(b)
	}
	return valid(out)
}

// nearlyUTF8 is true for UTF-8 that was cut in the middle of a letter or damaged here and there.
func nearlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
		i += n
	}
	return good > 4*bad
}

// runs counts how the high bytes stand together.
type runs struct {
	high, single, odd, count int // bytes; runs of one byte; runs of odd length; all runs
	common, hangul, lower    int // pairs with a lead of everyday hanzi; of Korean syllables; bytes E0–FF
	koi                      int // bytes C0–DF
}

func count(b []byte) (r runs) {
	for i := 0; i < len(b); {
		if b[i] < 0x80 {
			i++
			continue
		}
		from := i
		for i < len(b) && b[i] >= 0x80 {
			switch {
			case b[i] >= 0xe0:
				r.lower++
			case b[i] >= 0xc0:
				r.koi++
			}
			i++
		}
		run := b[from:i]
		r.count++
		r.high += len(run)
		if len(run) == 1 {
			r.single++
		}
		if len(run)%2 == 1 {
			r.odd++
		}
		for k := 0; k+1 < len(run); k += 2 {
			lead, trail := run[k], run[k+1]
			if lead >= 0xb0 && lead <= 0xd7 && trail >= 0xa1 || lead == 0xa3 || lead == 0xa1 {
				r.common++
			}
			if lead >= 0xb0 && lead <= 0xc8 && trail >= 0xa1 {
				r.hangul++
			}
		}
	}
	return r
}

func guess(b []byte) encoding.Encoding {
	if kana(b) {
		return japanese.ShiftJIS
	}
	if eucJP(b) {
		return japanese.EUCJP
	}
	r := count(b)
	pairs := (r.high - r.odd) / 2
	switch {
	case big5(b):
		return traditionalchinese.Big5
	case r.single*5 > r.count*3: // letters with an accent between plain ones
		return charmap.Windows1252
	case r.odd*4 < r.count && pairs > 0 && r.common*10 >= pairs*8:
		if r.hangul == pairs && r.count >= 3 && bytes.IndexByte(b, ' ') >= 0 {
			return korean.EUCKR
		}
		return simplifiedchinese.GB18030
	case r.high >= 4 && r.lower*2 > r.high && r.single*4 < r.count:
		return charmap.Windows1251
	case r.high >= 4 && r.koi*2 > r.high && r.single*4 < r.count:
		return charmap.KOI8R
	}
	return charmap.Windows1252
}

// kana says whether the bytes are Shift-JIS: hiragana and katakana have leads that no Western text uses as letters.
func kana(b []byte) bool {
	found, high := 0, 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c < 0x80 || c >= 0xa1 && c <= 0xdf {
			continue
		}
		high++
		if i+1 >= len(b) {
			break
		}
		t := b[i+1]
		switch {
		case c == 0x82 && t >= 0x9f && t <= 0xf1, c == 0x83 && t >= 0x40 && t <= 0x96:
			found++
		case t < 0x40 || t == 0x7f || t > 0xfc || c == 0x80 || c == 0xa0 || c > 0xfc:
			return false
		}
		i++
	}
	return found >= 2 && found*5 >= high
}

// eucJP says whether the bytes are EUC-JP: kana are A4xx and A5xx, in Chinese text hardly ever more than a few.
func eucJP(b []byte) bool {
	found, high := 0, 0
	for i := 0; i+1 < len(b); i++ {
		if b[i] < 0xa1 {
			continue
		}
		high++
		if (b[i] == 0xa4 || b[i] == 0xa5) && b[i+1] >= 0xa1 && b[i+1] <= 0xf6 {
			found++
		}
		i++
	}
	return found >= 2 && found*3 >= high
}

// big5 says whether most leads are those of everyday characters in Big5 (A4–C6), with trails below 0x80 among them.
func big5(b []byte) bool {
	found, low, high := 0, 0, 0
	for i := 0; i+1 < len(b); i++ {
		if b[i] < 0x81 {
			continue
		}
		high++
		t := b[i+1]
		if b[i] >= 0xa4 && b[i] <= 0xc6 && (t >= 0x40 && t <= 0x7e || t >= 0xa1) {
			found++
			if t < 0x80 {
				low++
			}
		}
		i++
	}
	return high >= 4 && found*10 >= high*8 && low > 0
}

// decodeUTF7 reads UTF-7 (RFC 2152), which x/text leaves out.
func decodeUTF7(b []byte) string {
	var out []byte
	for len(b) > 0 {
		i := bytes.IndexByte(b, '+')
		if i < 0 {
			out = append(out, b...)
			break
		}
		out = append(out, b[:i]...)
		b = b[i+1:]
		end := 0
		for end < len(b) && base64Value[b[end]] < 64 {
			end++
		}
		if end == 0 { // "+-" is a plus sign
			out = append(out, '+')
		} else {
			raw := make([]byte, base64.RawStdEncoding.DecodedLen(end))
			n, _ := base64.RawStdEncoding.Decode(raw, b[:end])
			units := make([]uint16, 0, n/2)
			for k := 0; k+1 < n; k += 2 {
				units = append(units, uint16(raw[k])<<8|uint16(raw[k+1]))
			}
			out = append(out, string(utf16.Decode(units))...)
		}
		b = b[end:]
		if len(b) > 0 && b[0] == '-' {
			b = b[1:]
		}
	}
	return detect(out)
}
