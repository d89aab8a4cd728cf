package text

import (
	"strings"
	"unicode"
)

// Preview is the beginning of s on one line, at most n characters: white space folded, cut between words when that
// costs less than a third of the line, never inside a character with its accents.
func Preview(s string, n int) string {
	line := foldSpace(s, n+2)
	if len(line) <= n {
		return string(line)
	}
	if n < 1 {
		return ""
	}
	cut := n - 1 // leaves room for the ellipsis
	for at := cut; at > cut*2/3; at-- {
		if line[at] == ' ' {
			cut = at
			break
		}
	}
	for cut > 0 && (unicode.Is(unicode.M, line[cut]) || joiner(line[cut]) || joiner(line[cut-1])) {
		cut--
	}
	return strings.TrimRight(string(line[:cut]), " ,;:.-–") + "…"
}

// foldSpace stops after limit characters, so that a preview of a very long text costs no more than a short one.
func foldSpace(s string, limit int) []rune {
	line := make([]rune, 0, max(0, min(limit, len(s))))
	space := false
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			space = true
			continue
		}
		if space && len(line) > 0 {
			line = append(line, ' ')
		}
		space = false
		line = append(line, r)
		if len(line) >= limit {
			break
		}
	}
	return line
}

func joiner(r rune) bool { return r == 0x200D }
