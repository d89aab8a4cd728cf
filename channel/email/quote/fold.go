// Package quote finds what was newly said in a reply and what is older text that the mail program added, in the Dutch
// and English forms of the programs that people use. It folds, it never deletes: both parts together hold every line.
// To fold too little costs a glance, to fold too much hides a question; so in doubt a line counts as new.
package quote

import "strings"

// Fold cuts a text in what is new and what is quoted. When nothing new would be left, all of it counts as new.
func Fold(text string) (fresh, quoted string) {
	lines := strings.Split(text, "\n")
	from, to := find(lines)
	if from < 0 {
		return text, ""
	}
	rest := append(append([]string{}, lines[:from]...), lines[to:]...)
	fresh = strings.Trim(strings.Join(rest, "\n"), "\n")
	if nothing(rest) {
		return text, ""
	}
	return fresh, strings.Trim(strings.Join(lines[from:to], "\n"), "\n")
}

// find gives the quoted lines as from (inclusive) and to (exclusive), or -1.
func find(lines []string) (from, to int) {
	for i, line := range lines {
		if quotedLine(line) {
			continue
		}
		t := bare(line)
		if t == "" {
			continue
		}
		if n := attribution(lines, i); n > 0 {
			if from, to, ok := underAttribution(lines, i, n); ok {
				return from, to
			}
			continue
		}
		if separator(t) && headersSoon(lines, i+1) || replyMarker(t) || headerBlock(lines, i) {
			return i, len(lines)
		}
	}
	return trailing(lines)
}

// underAttribution decides about "On … wrote:" that takes n lines from i. Three forms: the answer above the quote, the
// answer below it, and the answer between the quoted lines, where the quote is part of what is said.
func underAttribution(lines []string, i, n int) (from, to int, ok bool) {
	start := skipEmpty(lines, i+n)
	if start == len(lines) || !quotedLine(lines[start]) {
		// No ">": HTML turned into text. Only a surely machine-made line may take all that follows.
		if surely(strings.Join(lines[i:i+n], " ")) {
			return i, len(lines), true
		}
		return 0, 0, false
	}
	end := start
	for k := start; k < len(lines); k++ {
		if quotedLine(lines[k]) {
			end = k + 1
			continue
		}
		if bare(lines[k]) != "" && !wrapped(lines, k) {
			break
		}
	}
	for k := end; k < len(lines); k++ {
		if quotedLine(lines[k]) { // answers between the quoted lines: keep them together
			from, to = trailing(lines)
			return from, to, from >= 0
		}
	}
	return i, end, true
}

// wrapped is true for a line without ">" between two with one: a long quoted line that the program broke.
func wrapped(lines []string, k int) bool {
	return k > 0 && k+1 < len(lines) && quotedLine(lines[k-1]) && quotedLine(lines[k+1]) &&
		len(lines[k-1]) > 60 && len(lines[k]) < 60
}

// trailing finds a block of ">" lines at the end, with the attribution above it if there is one. Quoted lines that are
// answered below them stay.
func trailing(lines []string) (from, to int) {
	end := len(lines)
	for end > 0 && bare(lines[end-1]) == "" {
		end--
	}
	// a signature may stand under the quote
	tail := end
	for k := end - 1; k >= 0 && k >= end-8; k-- {
		if t := strings.TrimRight(lines[k], " "); t == "--" {
			for tail = k; tail > 0 && bare(lines[tail-1]) == ""; tail-- {
			}
			break
		}
		if quotedLine(lines[k]) {
			break
		}
	}
	start := tail
	for start > 0 && (quotedLine(lines[start-1]) || bare(lines[start-1]) == "" && start > 1 && quotedLine(lines[start-2])) {
		start--
	}
	for start < tail && bare(lines[start]) == "" {
		start++
	}
	if start == tail {
		return -1, -1
	}
	above := start
	for above > 0 && bare(lines[above-1]) == "" {
		above--
	}
	for n := 1; n <= 4 && above-n >= 0; n++ {
		if attribution(lines, above-n) == n {
			return above - n, tail
		}
	}
	return start, tail
}

// nothing is true when no new words are left: empty lines, a signature line, "Sent from my phone".
func nothing(lines []string) bool {
	for _, line := range lines {
		t := bare(line)
		if t == "" || mobile(t) || strings.Trim(t, "-_=* ") == "" {
			continue
		}
		return false
	}
	return true
}

// mobile knows the lines that phones add.
func mobile(t string) bool {
	t = strings.ToLower(t)
	if len(t) > 120 {
		return false
	}
	for _, p := range []string{
		"verzonden vanaf", "verstuurd vanaf", "verzonden met", "verstuurd met", "verzonden via", "verstuurd via", "verzonden van mijn", "vanaf mijn",
		"sent from", "get outlook for", "outlook voor ", "download outlook", "outlook for ", "sent via", "sent with",
	} {
		if strings.HasPrefix(t, p) {
			return true
		}
	}
	return false
}

func skipEmpty(lines []string, i int) int {
	for i < len(lines) && bare(lines[i]) == "" {
		i++
	}
	return i
}

func quotedLine(s string) bool {
	s = strings.TrimLeft(s, " \t\u00a0")
	return len(s) > 0 && (s[0] == '>' || s[0] == '|' && len(s) > 1 && s[1] == ' ')
}

// bare takes off what mail programs put around a line when they make text of HTML: white space and bold marks.
func bare(s string) string {
	return strings.Trim(s, " \t\r\v\f\u0085\u00a0\u200b\u200e\u200f*")
}
