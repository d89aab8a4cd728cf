package letter

import (
	"net/mail"
	"strings"
	"time"

	"balie/channel"
	"balie/ground/fault"
)

// The problem keys of an arrival that could not be read as it should.
const (
	Unreadable = "email.unreadable" // no rule could read it; the raw text stands in Text
	NoSender   = "email.no_sender"  // readable, but nothing in it says who wrote it
	Encrypted  = "email.encrypted"  // only somebody with the key can read it; it hangs on as a file
)

// Options is what the adapter knows beside the bytes.
type Options struct {
	Limits Limits // zero fields take the default
	// ReturnPath is the envelope sender (RFC 5321 section 4.1.1.2), empty where it is not known.
	ReturnPath string
	// NullReturnPath is true for MAIL FROM:<>: a machine sent it and no answer may go back (RFC 3834 section 2).
	NullReturnPath bool
	// Trusted are the authserv-ids (RFC 8601) of servers that remove foreign results before they add their own.
	Trusted []string
}

// Letter is a message that was read. In the arrival, Org, Channel, Via, To and Thread.Token are left to the adapter,
// which knows them.
type Letter struct {
	channel.Arrival
	// Recipients are the addresses that the message names as delivered to or written to, the surest first, for an
	// adapter that has no envelope.
	Recipients []channel.Person
	// Forwarded is true when the sender passes somebody else's message on; its text is then not folded away.
	Forwarded bool
}

// Read reads a message. Its errors are only those for which the message must be refused: two From headers, or a limit.
// With an error comes what little can be shown of the message, for an adapter that has nobody left to refuse it to.
func Read(raw []byte, o Options) (l Letter, err error) {
	defer func() {
		if r := recover(); r != nil { // a fault in a library must not lose a message
			l, err = salvage(raw, Unreadable), nil
		}
	}()
	root, err := Parse(raw, o.Limits)
	if err == nil && root.Header.Count("from") > 1 {
		// Programs differ in which of two From headers they show and check: RFC 5322 section 3.6 allows one.
		err = fault.New(fault.Invalid, "email.two_from")
	}
	if err != nil {
		return salvage(raw, fault.Of(err).Key), err
	}
	return read(root, raw, o), nil
}

func read(root *Part, raw []byte, o Options) Letter {
	h := root.Header
	l := Letter{}
	l.Raw = raw
	from := people(h.Get("from"))
	l.From = sender(h, from, o)
	l.CC = people(strings.Join(h.All("cc"), ", "))
	l.Subject = cut(DecodeWords(h.Get("subject")), 500)
	l.At = date(h.Get("date"))
	l.Thread = thread(h, l.Subject)
	l.Auto = automatic(root, l.From.Address, l.Subject, o)
	l.Recipients = recipients(h)
	if len(from) == 1 {
		l.Proof = proof(h, from[0].Address, o.Trusted)
	}
	l.Forwarded = forwarded(l.Subject)
	b := collect(root, o.Limits.orDefault())
	b.into(&l)
	l.Key = key(h, b)
	if l.Locale = locale(l.Subject + "\n" + l.Text); l.Locale == "" {
		l.Locale = locale(l.Quoted) // what we wrote to them
	}
	l.Problem = problem(root, &l, b)
	return l
}

func problem(root *Part, l *Letter, b *body) string {
	switch {
	case len(root.Header) == 0:
		return Unreadable
	case b.encrypted:
		return Encrypted
	case l.From.Address == "":
		return NoSender
	}
	return ""
}

// salvage is the last resort: the bytes as text, and of the header what can be read without looking further.
func salvage(raw []byte, problem string) Letter {
	l := Letter{}
	text := tidy(detect(raw[:min(len(raw), longestText)]))
	l.Raw, l.Problem, l.Text = raw, problem, text
	l.Key = keyOf([]byte(text))
	l.Auto = true // nobody is sure who sent it, so no machine answers it
	l.glance(raw)
	return l
}

func (l *Letter) glance(raw []byte) {
	defer func() {
		_ = recover() // what was filled in so far stays
	}()
	h, _ := readHeader(raw[firstField(raw):], 64<<10)
	if !anyKnown(h) {
		return
	}
	l.Subject = cut(DecodeWords(h.Get("subject")), 500)
	l.At = date(h.Get("date"))
	l.Recipients = recipients(h)
	l.Thread = thread(h, l.Subject)
	if h.Count("from") == 1 {
		l.From = sender(h, people(h.Get("from")), Options{})
	}
}

// date reads a date of RFC 5322 section 3.3 and the forms that programs make of it; zero when it is none.
func date(s string) time.Time {
	s = strings.TrimSpace(s)
	if s == "" {
		return time.Time{}
	}
	if t, err := mail.ParseDate(s); err == nil {
		return plausible(t)
	}
	if i := strings.IndexByte(s, '('); i > 0 {
		s = strings.TrimSpace(s[:i])
	}
	for _, layout := range []string{
		"Mon, 2 Jan 2006 15:04:05", "2 January 2006", "2 Jan 2006",
		"2 Jan 2006 15:04:05", "Mon Jan 2 15:04:05 2006", "Mon Jan 2 15:04:05 MST 2006",
		time.RFC3339, "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", "Mon, 2 Jan 2006 15:04:05 GMT-0700",
		"Mon, 2 January 2006 15:04:05 -0700", "Monday, 2 January 2006 15:04:05 -0700", "Mon, 2 Jan 06 15:04:05 -0700",
		"Mon, 2 Jan 2006 15:04:05 -07:00", "2-1-2006 15:04:05", "02/01/2006 15:04:05",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return plausible(t)
		}
	}
	return time.Time{}
}

// plausible keeps years that a column of milliseconds and a reader can hold.
func plausible(t time.Time) time.Time {
	if y := t.Year(); y < 1980 || y > 2200 {
		return time.Time{}
	}
	return t.UTC()
}
