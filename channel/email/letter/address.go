package letter

import (
	"regexp"
	"strings"

	"balie/channel"
)

// loose finds an address in rubbish.
var loose = regexp.MustCompile(`[^\s<>"'(),:;\[\]\\@]{1,64}@[^\s<>"'(),:;\[\]\\@]{1,255}`)

const (
	longestList = 32 << 10
	mostPeople  = 300
)

// people reads an address list (RFC 5322 section 3.4) without failing: what holds no address is left out.
func people(list string) []channel.Person {
	var all []channel.Person
	list = cut(list, longestList)
	for n := 0; list != "" && n < mostPeople; n++ { // bounded: a list that never closes its brackets is read again for each
		var one string
		one, list = cutAddress(list)
		if p := person(one); p.Address != "" {
			all = append(all, p)
		}
	}
	return all
}

// cutAddress cuts at the first comma or semicolon outside quotes, comments and angle brackets.
func cutAddress(s string) (one, rest string) {
	quoted, angle, comment := false, false, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			comment++
		case c == ')' && comment > 0:
			comment--
		case comment > 0:
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case (c == ',' || c == ';') && !angle:
			return s[:i], s[i+1:]
		}
	}
	if quoted || angle || comment > 0 { // something never closes: cut at the next comma all the same
		if i := strings.IndexByte(s, ','); i >= 0 {
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// person reads one mailbox. The address is looked for before anything is decoded, so that an encoded name cannot
// pose as the address.
func person(s string) channel.Person {
	s = strings.TrimSpace(s)
	if s == "" {
		return channel.Person{}
	}
	if open := strings.LastIndexByte(s, '<'); open >= 0 {
		inside, _, _ := strings.Cut(s[open+1:], ">")
		name := strings.TrimSpace(s[:open])
		if address := mailbox(inside); address != "" {
			return channel.Person{Name: displayName(name), Address: address}
		}
		s = name + " " + inside
	}
	if i := strings.IndexByte(s, ':'); i >= 0 && !strings.ContainsAny(s[:i], "@\"") {
		s = s[i+1:] // the name of a group
	}
	if address := mailbox(s); address != "" {
		return channel.Person{Address: address}
	}
	text := DecodeWords(s)
	address := mailbox(loose.FindString(text))
	if address == "" {
		return channel.Person{}
	}
	name := ""
	if _, comment, ok := strings.Cut(text, "("); ok { // "a@b.example (Name)", the form before 1982
		name, _, _ = strings.Cut(comment, ")")
	}
	return channel.Person{Name: displayName(name), Address: address}
}

// mailbox brings an address in its usual form, or "" when it is none.
func mailbox(s string) string {
	s = strings.Trim(strings.TrimSpace(s), "<>'\"; ")
	s = strings.TrimPrefix(s, "mailto:")
	if strings.HasPrefix(s, "@") { // a source route, RFC 5321 appendix C
		if _, after, ok := strings.Cut(s, ":"); ok {
			s = after
		}
	}
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at == len(s)-1 || len(s) > 320 {
		return ""
	}
	s = DecodeText([]byte(s), "utf-8")
	at = strings.LastIndexByte(s, '@')
	local, domain := s[:at], strings.TrimSuffix(s[at+1:], ".")
	for _, r := range local {
		if r <= ' ' || r == 0x7f || r == '\uFFFD' || bidi(r) || strings.ContainsRune("<>(),;:\\@\"", r) {
			return quotedLocal(local, domain)
		}
	}
	if !domainOK(domain) {
		return ""
	}
	return local + "@" + strings.ToLower(domain)
}

// quotedLocal accepts "a b"@example (RFC 5321 section 4.1.2), which is rare and allowed.
func quotedLocal(local, domain string) string {
	if len(local) < 3 || local[0] != '"' || local[len(local)-1] != '"' || !domainOK(domain) {
		return ""
	}
	for _, r := range local[1 : len(local)-1] {
		if r < ' ' || r >= 0x7f || r == '"' || r == '\\' || r == '<' || r == '>' {
			return ""
		}
	}
	return local + "@" + strings.ToLower(domain)
}

func domainOK(domain string) bool {
	if domain == "" || domain[0] == '.' || strings.Contains(domain, "..") {
		return false
	}
	for _, r := range domain {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
		case r == '[' || r == ']' || r == ':':
			return strings.HasPrefix(domain, "[") && strings.HasSuffix(domain, "]") && len(domain) > 3 && !strings.ContainsAny(domain, "<> \"")
		case r >= 0xa1 && r != '\uFFFD' && !bidi(r): // an internationalised name, RFC 6532
		default:
			return false
		}
	}
	return true
}

func displayName(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, `"`) {
		s = unquote(s)
	}
	s = DecodeWords(s)
	return cut(strings.Trim(s, `"' `), 200)
}

// sender finds who wrote it: From, else Reply-To, Sender, Return-Path, the envelope. A name without an address keeps
// its name.
func sender(h Header, from []channel.Person, o Options) channel.Person {
	if len(from) > 0 {
		return from[0]
	}
	name := ""
	if h.Has("from") {
		name, _, _ = strings.Cut(DecodeWords(h.Get("from")), "<")
		name = displayName(name)
	}
	for _, field := range []string{"reply-to", "sender", "return-path"} {
		if p := people(h.Get(field)); len(p) > 0 {
			if name != "" {
				p[0].Name = name
			}
			return p[0]
		}
	}
	return channel.Person{Name: name, Address: mailbox(o.ReturnPath)}
}

// recipients gives the addresses it was delivered to, as far as it says so. The fields that servers add come first.
func recipients(h Header) []channel.Person {
	var all []channel.Person
	seen := map[string]bool{}
	for _, field := range []string{"delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc"} {
		for _, value := range h.All(field) {
			for _, p := range people(value) {
				if k := strings.ToLower(p.Address); !seen[k] && len(all) < mostPeople {
					seen[k] = true
					all = append(all, p)
				}
			}
		}
	}
	return all
}

// SplitToken takes the token out of a reply address: "desk+TOKEN@example" gives "desk@example" and "TOKEN". Without a
// token the address comes back as it is. Whether the token is ours is checked elsewhere.
func SplitToken(address string) (base, token string) {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address, ""
	}
	local, domain := address[:at], address[at:]
	plus := strings.IndexByte(local, '+')
	if plus < 1 || plus == len(local)-1 {
		return address, ""
	}
	return local[:plus] + domain, local[plus+1:]
}

// cut shortens to at most n bytes without cutting a letter.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}
