package intake

import (
	"crypto/subtle"
	"strconv"
	"strings"
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
)

// Signer makes tags that only this installation can make: the same text for the same purpose and parts.
type Signer interface {
	// Sign gives at least 160 bits as lower-case letters and digits.
	Sign(purpose string, parts ...string) string
}

// Links makes and opens the unguessable addresses that are sent to a customer.
type Links struct{ signer Signer }

// NewLinks makes Links.
func NewLinks(s Signer) *Links { return &Links{signer: s} }

// Word is proof that somebody holds what was sent to the customer of a case and to nobody else. There is no other way
// to get one than Open, Reply and Contact.
type Word struct {
	org   ident.Org
	cas   ident.Case
	party ident.Party
	how   string
}

// Org is the organisation that the link belongs to.
func (w Word) Org() ident.Org { return w.org }

// Case is the case that the link belongs to.
func (w Word) Case() ident.Case { return w.cas }

// Party is the customer it was sent to.
func (w Word) Party() ident.Party { return w.party }

// How says what proved it: "link", "reply" or "contact".
func (w Word) How() string { return w.how }

// Confirmation is the customer's own "yes, solved". It closes a case.
type Confirmation struct{ word Word }

// Yes makes the Confirmation.
func (w Word) Yes() Confirmation { return Confirmation{w} }

// Case is the case that the customer calls solved.
func (c Confirmation) Case() ident.Case { return c.word.cas }

// By is the customer who says so.
func (c Confirmation) By() ident.Party { return c.word.party }

const (
	pagePurpose  = "case page"
	replyPurpose = "reply address"
	pageTag      = 32 // 160 bits
	replyTag     = 20 // 100 bits: the part of an address before @ has room for 64 characters
)

// Page makes the token of the customer's own page of a case. It is the same each time, so that every mail can carry
// it; a higher version takes the earlier ones back.
func (l *Links) Page(o ident.Org, c ident.Case, p ident.Party, version int64) string {
	body := strings.Join([]string{short(o), short(c), short(p), short(version)}, ".")
	return body + "." + l.signer.Sign(pagePurpose, body)[:pageTag]
}

// Open reads the token of a page. version is what the token says; the caller compares it with the case's.
func (l *Links) Open(token string) (w Word, version int64, err error) {
	unknown := fault.New(fault.Unknown, "intake.link_unknown")
	at := strings.LastIndexByte(token, '.')
	if at < 0 || len(token) > 100 {
		return Word{}, 0, unknown
	}
	body := token[:at]
	if !same(token[at+1:], l.signer.Sign(pagePurpose, body)[:pageTag]) {
		return Word{}, 0, unknown
	}
	var n [4]int64
	parts := strings.Split(body, ".")
	if len(parts) != len(n) {
		return Word{}, 0, unknown
	}
	for i, part := range parts {
		if n[i], err = strconv.ParseInt(part, 36, 64); err != nil {
			return Word{}, 0, unknown
		}
	}
	return Word{org: ident.Org(n[0]), cas: ident.Case(n[1]), party: ident.Party(n[2]), how: "link"}, n[3], nil
}

// ReplyToken makes the token that stands in a reply address, desk+TOKEN@…: the case, the day on which it expires and a
// tag over these and the participant. Mail servers may change the case of an address, so it has lower case only.
func (l *Links) ReplyToken(c ident.Case, p ident.Party, expires time.Time) string {
	body := short(c) + "-" + short(expires.Unix()/daySeconds)
	return body + "-" + l.signer.Sign(replyPurpose, body, short(p))[:replyTag]
}

const daySeconds = 24 * 60 * 60

// contactPurpose keeps the token of a live contact apart from every other.
const contactPurpose = "live contact"

// ContactToken makes the token with which a customer's own screen goes on with a live contact. Whoever began the contact
// holds it, and nobody else.
func (l *Links) ContactToken(o ident.Org, c ident.Contact) string {
	return l.signer.Sign(contactPurpose, short(o), short(c))[:pageTag]
}

// Contact checks the token of a live contact of a case. The word is that of whoever began the contact.
func (l *Links) Contact(token string, o ident.Org, c ident.Contact, about ident.Case, p ident.Party) (Word, bool) {
	if !same(token, l.ContactToken(o, c)) {
		return Word{}, false
	}
	return Word{org: o, cas: about, party: p, how: "contact"}, true
}

// readReply takes a reply token apart.
func readReply(token string) (c ident.Case, day int64, body, tag string) {
	parts := strings.Split(strings.ToLower(token), "-")
	if len(parts) != 3 || len(token) > 64 {
		return 0, 0, "", ""
	}
	n, err := strconv.ParseInt(parts[0], 36, 64)
	if err != nil || n <= 0 {
		return 0, 0, "", ""
	}
	if day, err = strconv.ParseInt(parts[1], 36, 64); err != nil {
		return 0, 0, "", ""
	}
	return ident.Case(n), day, parts[0] + "-" + parts[1], parts[2]
}

// ReplyCase reads which case a reply token is about, before it is checked.
func ReplyCase(token string) ident.Case {
	c, _, _, _ := readReply(token)
	return c
}

// Reply checks a reply token for the customer of its case. It is false for a token that was forged, is of another
// participant, or has expired.
func (l *Links) Reply(token string, o ident.Org, p ident.Party, now time.Time) (Word, bool) {
	c, day, body, tag := readReply(token)
	if c == 0 || !same(tag, l.signer.Sign(replyPurpose, body, short(p))[:replyTag]) || day < now.Unix()/daySeconds {
		return Word{}, false
	}
	return Word{org: o, cas: c, party: p, how: "reply"}, true
}

func short[T ~int64](n T) string { return strconv.FormatInt(int64(n), 36) }

// SameTag compares two tags in constant time.
func SameTag(a, b string) bool { return same(a, b) }

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
