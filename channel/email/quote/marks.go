package quote

import "strings"

// attribution gives how many lines, from i, an "On … wrote:" takes; 0 when there is none. Programs break it at 76
// characters, so up to four lines are joined.
func attribution(lines []string, i int) int {
	first := bare(lines[i])
	if !startsLike(first) {
		return 0
	}
	joined := ""
	for n := 1; n <= 4 && i+n <= len(lines); n++ {
		next := bare(lines[i+n-1])
		if next == "" || len(next) > 300 || n > 1 && quotedLine(lines[i+n-1]) {
			return 0
		}
		joined = strings.TrimSpace(joined + " " + next)
		if !strings.HasSuffix(joined, ":") {
			continue
		}
		if len(joined) <= 500 && isAttribution(joined) {
			return n
		}
	}
	return 0
}

func startsLike(s string) bool {
	if len(s) < 8 {
		return false
	}
	low := strings.ToLower(s[:3])
	return low == "op " || low == "on " || strings.HasSuffix(s, ":") || s[0] >= '0' && s[0] <= '9' || strings.Contains(s, "schreef op") || strings.Contains(s, "wrote on")
}

// isAttribution knows the sentences that programs write. Each holds a digit, of a date; and none has "I" or "you" as
// the one who wrote, since those are a customer's own words: "Op 3 november schreef ik u:".
func isAttribution(s string) bool {
	low := strings.ToLower(s)
	if ownWords(low) {
		return false
	}
	if isoDate(low) && strings.Contains(low, "<") && hasAddress(low) { // an old Gmail, which wrote no verb
		return true
	}
	verb, end := lastVerb(low)
	if verb < 0 {
		return false
	}
	before, after := low[:verb], low[end:]
	switch {
	case strings.HasPrefix(low, "op "): // Gmail, Thunderbird, and "heeft X het volgende geschreven" of Apple Mail
		return digit(before)
	case strings.HasPrefix(low, "on "):
		return digit(before) && len(after) <= 40
	case strings.HasPrefix(after, " op "), strings.HasPrefix(after, " on "): // "X schreef op 3-11-2026 10:15:"
		return digit(after) && verb <= 160
	case isoDate(low):
		return surely(low)
	}
	return hasAddress(before) && strings.Contains(before, "<") && len(after) <= 40
}

var verbs = []string{"schreef", "geschreven", "wrote"}

// lastVerb finds the word for writing, outside the address before it.
func lastVerb(low string) (start, end int) {
	start = -1
	for _, v := range verbs {
		if i := strings.LastIndex(low, v); i > start && whole(low, i, i+len(v)) {
			start, end = i, i+len(v)
		}
	}
	return start, end
}

func whole(s string, from, to int) bool {
	return (from == 0 || !letter(s[from-1])) && (to == len(s) || !letter(s[to]))
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 0x80 || c == '@' }

func ownWords(low string) bool {
	for _, who := range []string{"ik", "we", "wij", "jullie", "u", "je", "jij", "i", "you"} {
		for _, phrase := range []string{"schreef " + who, "heb " + who, "hebben " + who, "had " + who, who + " wrote", who + " schreef"} {
			if i := strings.Index(low, phrase); i >= 0 && whole(low, i, i+len(phrase)) {
				return true
			}
		}
	}
	return false
}

func digit(s string) bool { return strings.ContainsAny(s, "0123456789") }

func isoDate(s string) bool {
	return len(s) > 10 && s[4] == '-' && s[7] == '-' && digit(s[:1]) && digit(s[8:9])
}

// surely is true for an attribution that holds a time of day or an address, as people do not write them.
func surely(s string) bool {
	if hasAddress(s) {
		return true
	}
	for i := 1; i+2 < len(s); i++ {
		if (s[i] == ':' || s[i] == '.') && digit(s[i-1:i]) && digit(s[i+1:i+2]) && digit(s[i+2:i+3]) && (i+3 == len(s) || !digit(s[i+3:i+4])) {
			return true
		}
	}
	return false
}

func hasAddress(s string) bool {
	i := strings.IndexByte(s, '@')
	return i > 0 && i+1 < len(s) && strings.IndexByte(" \t<>(),;:", s[i-1]) < 0 && strings.IndexByte(" \t<>(),;:", s[i+1]) < 0
}

// separator knows the lines that programs put above an older message. A forwarded message is not older text of this
// conversation, so those lines are not here.
func separator(t string) bool {
	if strings.Trim(t, "_") == "" && len(t) >= 10 {
		return true
	}
	if len(t) > 100 || strings.IndexByte("-_=", t[0]) < 0 {
		return false
	}
	inner := strings.ToLower(strings.Trim(t, "-_= "))
	switch inner {
	case "oorspronkelijk bericht", "original message", "oorspronkelijke e-mail", "oorspronkelijke mail", "original e-mail",
		"original mail", "originele bericht", "origineel bericht", "reply message", "original appointment":
		return true
	case "":
		return len(t) >= 20
	}
	return false
}

// headersSoon is true when a header block, or nothing but a line, follows a separator.
func headersSoon(lines []string, i int) bool {
	i = skipEmpty(lines, i)
	return i < len(lines) && (headerBlock(lines, i) || attribution(lines, i) > 0)
}

// replyMarker knows the line under which some desks ask customers to leave everything as it is.
func replyMarker(t string) bool {
	if len(t) > 100 || strings.IndexByte("#-=_", t[0]) < 0 {
		return false
	}
	inner := strings.ToLower(strings.Trim(t, "#-=_ "))
	switch inner {
	case "antwoord boven deze regel", "antwoord boven deze lijn", "reply above this line", "please reply above this line",
		"schrijf uw antwoord boven deze regel", "schrijf je antwoord boven deze regel":
		return true
	}
	return false
}

var labels = map[string]string{
	"van": "from", "from": "from", "afzender": "from",
	"verzonden": "date", "sent": "date", "datum": "date", "date": "date", "verzonden op": "date", "sent on": "date", "verstuurd": "date",
	"aan": "to", "to": "to", "naar": "to",
	"onderwerp": "subject", "subject": "subject", "betreft": "subject",
	"cc": "cc", "bcc": "cc", "kopie": "cc", "antwoord aan": "cc", "reply-to": "cc", "beantwoorden": "cc",
	"belang": "cc", "prioriteit": "cc", "importance": "cc", "bijlagen": "cc", "attachments": "cc",
}

// headerBlock is true when, from line i, at least three different fields of a mail header follow each other, with a
// sender and a date or subject: nobody writes that by hand. The first must be the sender or the date.
func headerBlock(lines []string, i int) bool {
	kind, _ := field(lines[i])
	if kind != "from" && kind != "date" && kind != "subject" {
		return false
	}
	seen := map[string]bool{}
	proved, other := false, 0
	for k := i; k < len(lines) && k < i+14; k++ {
		t := bare(lines[k])
		if t == "" {
			if len(seen) > 0 && k+1 < len(lines) {
				if kind, _ := field(lines[k+1]); kind != "" {
					continue // some programs leave an empty line between the fields
				}
			}
			break
		}
		kind, value := field(lines[k])
		if kind == "" {
			if other++; other > 3 {
				break
			}
			continue // a list of addresses that goes on
		}
		if seen[kind] && kind != "cc" {
			break // the fields of one header stand once
		}
		other = 0
		seen[kind] = true
		if kind == "date" && strings.ContainsAny(value, "0123456789") || hasAddress(value) {
			proved = true
		}
	}
	return proved && seen["from"] && (seen["date"] || seen["subject"]) && len(seen) >= 3
}

func field(line string) (kind, value string) {
	t := bare(line)
	name, value, ok := strings.Cut(t, ":")
	if !ok || len(name) > 20 {
		return "", ""
	}
	if c := name[:min(len(name), 1)]; c == "" || !strings.Contains("vfasdnotcbrkpiVFASDNOTCBRKPI* ", c) {
		return "", ""
	}
	return labels[strings.ToLower(strings.Trim(name, " *\t\u00a0"))], strings.Trim(value, " *\t\u00a0")
}
