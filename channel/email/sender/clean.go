package sender

import (
	"net/mail"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"balie/channel"
	"balie/ground/fault"
)

// text makes a value safe for one header line: control characters, line ends among them, become one blank.
func text(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029', unicode.IsSpace(r):
			return ' '
		case r == unicode.ReplacementChar, unicode.Is(unicode.Bidi_Control, r):
			return -1
		default:
			return r
		}
	}, strings.ToValidUTF8(s, ""))
	s = strings.Join(strings.Fields(s), " ")
	// What looks like an encoded word (RFC 2047) would be decoded by the receiver, to whatever it hides.
	s = strings.ReplaceAll(s, "=?", "= ?")
	if runes := []rune(s); len(runes) > most {
		s = strings.TrimSpace(string(runes[:most-1])) + "…"
	}
	return s
}

// Address checks an address and brings its domain into the form that every server knows.
func Address(s string) (string, error) {
	bad := fault.New(fault.Invalid, "email.bad_address", "address", text(s, 100))
	at := strings.LastIndexByte(s, '@')
	if at < 1 || len(s) > 254 || strings.ContainsFunc(s, forbidden) {
		return "", bad
	}
	local, domain := s[:at], s[at+1:]
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || ascii == "" || strings.ContainsAny(local, `"(),:;<>@[\]`) {
		return "", bad
	}
	// The same reading as the one that writes the header, so that both see one address.
	read, err := mail.ParseAddress(local + "@" + ascii)
	if err != nil || read.Name != "" || read.Address != local+"@"+ascii {
		return "", bad
	}
	return read.Address, nil
}

func forbidden(r rune) bool {
	return unicode.IsControl(r) || unicode.IsSpace(r) || r == unicode.ReplacementChar
}

func person(p channel.Person) (*mail.Address, error) {
	address, err := Address(p.Address)
	if err != nil {
		return nil, err
	}
	return &mail.Address{Name: text(p.Name, 100), Address: address}, nil
}

// messageID is what may stand between the angle brackets (RFC 5322 section 3.6.4, without its quoting).
var messageID = regexp.MustCompile(`^[!#-'*+\-./0-9=?A-Z^-~]+@[!#-'*+\-./0-9=?A-Z^-~]+$`)

func usableID(id string) bool { return len(id) <= 250 && messageID.MatchString(id) }

// references keeps what a header can hold of what the message answers: the first, which names the thread, and the latest.
func references(parents []string) []string {
	var kept []string
	for _, p := range parents {
		p = strings.Trim(p, "<> ")
		if usableID(p) {
			kept = append(kept, "<"+p+">")
		}
	}
	if len(kept) > 20 {
		kept = append(kept[:1:1], kept[len(kept)-19:]...)
	}
	return kept
}

var (
	language  = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	contentID = regexp.MustCompile(`^[A-Za-z0-9._@+-]{1,120}$`)
)
