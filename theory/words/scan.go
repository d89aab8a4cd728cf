package words

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// scanner walks over a text, token by token. A token is letters and digits, and what holds a number or a mail address
// together: 2026-4817, fatma@energie.example.
type scanner struct {
	text  string
	at    int
	buf   []byte   // the folded token
	whole []byte   // the token as one word
	parts [][]byte // the words in it; they and whole lie in buf until the next token
}

func newScanner(text string) *scanner { return &scanner{text: text, buf: make([]byte, 0, 64)} }

// next goes to the next token; false at the end.
func (s *scanner) next() bool {
	for s.at < len(s.text) {
		if start := s.read(); start {
			s.split()
			if len(s.parts) > 0 {
				return true
			}
		}
	}
	return false
}

// read folds the text from here to the next character that ends a token.
func (s *scanner) read() bool {
	s.buf = s.buf[:0]
	for s.at < len(s.text) {
		c := s.text[s.at]
		if c < utf8.RuneSelf {
			s.at++
			switch {
			case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
				s.buf = append(s.buf, c)
			case 'A' <= c && c <= 'Z':
				s.buf = append(s.buf, c+'a'-'A')
			case glue(c) && len(s.buf) > 0:
				s.buf = append(s.buf, c)
			default:
				return true
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s.text[s.at:])
		s.at += size
		if !s.fold(r) {
			return true
		}
	}
	return true
}

// glue says which signs may stand inside a token.
func glue(c byte) bool {
	return c == '-' || c == '@' || c == '.' || c == '_' || c == '+'
}

// fold adds a letter without its accent; false when the character ends the token.
func (s *scanner) fold(r rune) bool {
	if r == utf8.RuneError {
		return false
	}
	if r == '\u00AD' || unicode.Is(unicode.Mn, r) {
		return true // a soft hyphen, or an accent that stands by itself
	}
	r = unicode.ToLower(r)
	if plain, ok := folded[r]; ok {
		s.buf = append(s.buf, plain...)
		return true
	}
	if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
		return false
	}
	s.buf = utf8.AppendRune(s.buf, r)
	return true
}

// split cuts the token in words.
func (s *scanner) split() {
	s.parts = s.parts[:0]
	token := s.buf
	for len(token) > 0 && glue(token[len(token)-1]) {
		token = token[:len(token)-1]
	}
	from := 0
	for i := 0; i <= len(token); i++ {
		if i < len(token) && !glue(token[i]) {
			continue
		}
		if i > from {
			s.parts = append(s.parts, token[from:i])
		}
		from = i + 1
	}
	s.whole = token
}

// joined says whether the token means something as one word: a number with hyphens or a mail address.
func (s *scanner) joined() bool {
	if len(s.parts) < 2 {
		return false
	}
	if at := bytes.IndexByte(s.whole, '@'); at > 0 {
		return at < len(s.whole)-1
	}
	for i := range len(s.whole) {
		if c := s.whole[i]; (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// asked gives the words for which a question must be answered: the whole where it means something, else the parts.
func (s *scanner) asked() [][]byte {
	if s.joined() {
		return [][]byte{s.whole}
	}
	return s.parts
}

// folded holds the letters of Latin script that are a letter with a sign, in lower case. A table of our own keeps
// this package without dependencies for it and is faster than decomposing.
var folded = func() map[rune]string {
	m := map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ĳ': "ij", 'þ': "th", 'ŉ': "n"}
	for plain, letters := range map[string]string{
		"a": "àáâãäåāăąǎ", "c": "çćĉċč", "d": "ďđð", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥħ",
		"i": "ìíîïĩīĭįıǐ", "j": "ĵ", "k": "ķ", "l": "ĺļľŀł", "n": "ñńņňŋ", "o": "òóôõöøōŏőǒ", "r": "ŕŗř",
		"s": "śŝşšșſ", "t": "ţťŧț", "u": "ùúûüũūŭůűųǔ", "w": "ŵ", "y": "ýÿŷ", "z": "źżž",
	} {
		for _, r := range letters {
			m[r] = plain
		}
	}
	return m
}()
