// Package notice reads what mail servers tell about mail that we sent: bounces, delays and deliveries (RFC 3464). First
// by the standard, then by the words of servers that do not keep to it. Who is told is decided elsewhere, by our own
// Message-ID and return path: nothing in a notice proves that a server wrote it.
package notice

import (
	"strings"
	"unicode/utf8"

	"github.com/jhillyerd/enmime/v2"
	"github.com/jhillyerd/enmime/v2/dsn"

	"balie/channel/email/letter"
)

// Outcome is what became of the message.
type Outcome string

// The outcomes.
const (
	Failed    Outcome = "failed"    // it will never arrive
	Delayed   Outcome = "delayed"   // the server still tries
	Delivered Outcome = "delivered" // the server, or the one behind it, has it
)

// Notice is one delivery report.
type Notice struct {
	// MessageID is that of the message it is about, without angle brackets; empty when the report does not say.
	MessageID string
	Recipient string
	// Action is the word of RFC 3464 section 2.3.3: failed, delayed, delivered, relayed, expanded; empty when guessed.
	Action  string
	Outcome Outcome
	Status  string // enhanced status code, "5.2.2" (RFC 3463); empty when unknown
	Reason  string // the server's own words, at most 500 characters
	// Permanent is true when another try makes no sense: a failure whose status does not begin with 4.
	Permanent bool
}

// Read reads a delivery report; false when the message is none. It never fails on what it is given.
func Read(raw []byte) (n Notice, ok bool) {
	defer func() {
		if recover() != nil { // a fault in a library: then it is no report that we can use
			n, ok = Notice{}, false
		}
	}()
	root, err := letter.Parse(raw, letter.Limits{})
	if err != nil {
		return Notice{}, false
	}
	m := gather(root)
	if !fromServer(root, m) { // every mail comes by here: nothing was decoded yet
		return Notice{}, false
	}
	m.decode(root)
	if m.status != nil {
		n, ok = standard(m)
	}
	if !ok {
		n, ok = tolerant(root, m)
	}
	if !ok {
		return Notice{}, false
	}
	if n.MessageID == "" {
		n.MessageID = m.originalID()
	}
	n.Reason, n.Recipient, n.MessageID = short(n.Reason), word(n.Recipient), word(n.MessageID)
	n.settle()
	return n, true
}

// settle draws the conclusions from action and status.
func (n *Notice) settle() {
	switch n.Action {
	case "delivered", "relayed", "expanded":
		n.Outcome = Delivered
	case "delayed":
		n.Outcome = Delayed
	case "failed":
		n.Outcome = Failed
	default:
		n.Action = "" // no word of the standard
	}
	if n.Outcome == "" {
		switch {
		case strings.HasPrefix(n.Status, "2"):
			n.Outcome = Delivered
		case strings.HasPrefix(n.Status, "4"):
			n.Outcome = Delayed
		default:
			n.Outcome = Failed
		}
	}
	n.Permanent = n.Outcome == Failed && !strings.HasPrefix(n.Status, "4")
}

// material is the parts of a report.
type material struct {
	status   *letter.Part // message/delivery-status
	original *letter.Part // the message it is about, or its header
	words    *letter.Part
	text     string // what a person is told
}

func gather(root *letter.Part) material {
	var m material
	root.Walk(func(p *letter.Part) {
		switch p.Type {
		case "message/delivery-status", "message/global-delivery-status":
			if m.status == nil {
				m.status = p
			}
		case "message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers", "message/rfc822-headers":
			if m.original == nil {
				m.original = p
			}
		case "text/plain":
			if m.words == nil {
				m.words = p
			}
		}
	})
	return m
}

func (m *material) decode(root *letter.Part) {
	if m.words == nil && len(root.Children) == 0 {
		m.words = root
	}
	if m.words != nil {
		m.text = m.words.Text()
	}
	m.text = strings.ReplaceAll(m.text[:min(len(m.text), 64<<10)], "\r\n", "\n")
}

// standard reads the status part with enmime, as it stands in RFC 3464.
func standard(m material) (Notice, bool) {
	root := &enmime.Part{ContentType: "multipart/report"}
	root.AddChild(&enmime.Part{ContentType: "text/plain", Content: []byte(m.text)})
	data := m.status.Data()
	root.AddChild(&enmime.Part{ContentType: "message/delivery-status", Content: append([]byte{}, data[:min(len(data), 64<<10)]...)})
	report, err := dsn.ParseReport(root)
	if err != nil || report == nil {
		return Notice{}, false
	}
	best, found := Notice{}, false
	for _, r := range report.DeliveryStatus.RecipientDSNs {
		n := Notice{
			Action:    strings.ToLower(first(r.Get("Action"))),
			Status:    statusIn(r.Get("Status")),
			Recipient: typed(r.Get("Final-Recipient")),
			Reason:    typed(r.Get("Diagnostic-Code")),
		}
		if o := typed(r.Get("Original-Recipient")); o != "" {
			n.Recipient = o // what we wrote, not where it was sent on to
		}
		if n.Action == "" && n.Status == "" {
			continue
		}
		if !found || n.Action == "failed" && best.Action != "failed" {
			best, found = n, true
		}
	}
	if !found {
		return Notice{}, false
	}
	if best.Reason == "" {
		best.Reason = sentence(m.text)
	}
	return best, true
}

// originalID finds the Message-ID of the message that the report is about.
func (m material) originalID() string {
	if m.original == nil {
		return messageID(m.text)
	}
	data := m.original.Data()
	inner, err := letter.Parse(data[:min(len(data), 256<<10)], letter.Limits{})
	if err == nil {
		if id := strings.Trim(inner.Header.Get("message-id"), " <>"); id != "" {
			return id
		}
	}
	return messageID(string(data[:min(len(data), 64<<10)]))
}

// typed takes the value of "rfc822; a@b.example" (RFC 3464 section 2.1.2).
func typed(s string) string {
	if kind, value, ok := strings.Cut(s, ";"); ok && !strings.ContainsAny(kind, " @<") {
		s = value
	}
	return strings.Trim(strings.Join(strings.Fields(s), " "), " <>")
}

func first(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), " ")
	s, _, _ = strings.Cut(s, ";")
	return s
}

// word keeps an address or identifier only when it can be one.
func word(s string) string {
	bad := func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\uFFFD' }
	if len(s) > 500 || !utf8.ValidString(s) || strings.ContainsFunc(s, bad) {
		return ""
	}
	return s
}

func short(s string) string {
	visible := func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}
	s = strings.Join(strings.Fields(strings.Map(visible, strings.ToValidUTF8(s, "\uFFFD"))), " ")
	count := 0
	for i := range s {
		if count++; count > 500 {
			return s[:i]
		}
	}
	return s
}
