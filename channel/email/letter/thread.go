package letter

import (
	"slices"
	"strings"

	"balie/channel"
)

const (
	longestID   = 500
	mostParents = 50
)

// thread reads what the message answers: In-Reply-To, then References from the end (RFC 5322 section 3.6.4).
func thread(h Header, subject string) channel.Thread {
	t := channel.Thread{Numbers: numbers(subject)}
	if ids := messageIDs(h.Get("message-id")); len(ids) > 0 {
		t.ID = ids[0]
	}
	parents := messageIDs(h.Get("in-reply-to"))
	older := messageIDs(strings.Join(h.All("references"), " "))
	slices.Reverse(older)
	seen := map[string]bool{}
	for _, id := range append(parents, older...) {
		if !seen[id] && len(t.Parents) < mostParents {
			seen[id] = true
			t.Parents = append(t.Parents, id)
		}
	}
	return t
}

// messageIDs gives the identifiers without their angle brackets; words without brackets count when they have an "@".
func messageIDs(s string) []string {
	var ids []string
	add := func(id string) {
		id = clean(DecodeText([]byte(strings.Join(strings.Fields(id), "")), ""))
		if id != "" && len(id) <= longestID {
			ids = append(ids, id)
		}
	}
	if !strings.ContainsRune(s, '<') {
		for _, w := range strings.Fields(s) {
			if strings.Contains(w, "@") {
				add(strings.Trim(w, ",;>"))
			}
		}
		return ids
	}
	for {
		_, rest, ok := strings.Cut(s, "<")
		if !ok {
			return ids
		}
		id, after, ok := strings.Cut(rest, ">")
		if !ok {
			return ids
		}
		add(id)
		s = after
	}
}

// numbers finds case numbers, "2026-123", in a subject. A date is none.
func numbers(subject string) []string {
	var found []string
	for i := 0; i+6 <= len(subject); i++ {
		if (i > 0 && wordy(subject[i-1])) || !digits(subject[i:i+4]) || subject[i+4] != '-' {
			continue
		}
		end := i + 5
		for end < len(subject) && digits(subject[end:end+1]) {
			end++
		}
		n := end - i - 5
		if (subject[i:i+2] != "19" && subject[i:i+2] != "20") || n < 1 || n > 12 {
			continue
		}
		if end < len(subject) && (wordy(subject[end]) && !(subject[end] == '-' && (end+1 == len(subject) || !wordy(subject[end+1])))) {
			continue
		}
		if nr := subject[i:end]; !slices.Contains(found, nr) && len(found) < 10 {
			found = append(found, nr)
		}
		i = end
	}
	return found
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func wordy(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_' || c >= 0x80
}

// forwarded says whether the outermost prefix of the subject is one for passing a message on.
func forwarded(subject string) bool {
	prefix, _, ok := strings.Cut(strings.ToLower(strings.TrimSpace(subject)), ":")
	if !ok {
		return false
	}
	switch strings.TrimSpace(prefix) {
	case "fw", "fwd", "doorst", "doorgestuurd", "forward", "forwarded", "wg", "tr", "i":
		return true
	}
	return false
}
