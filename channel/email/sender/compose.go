package sender

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime"
	"net/mail"
	"regexp"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"balie/channel"
	"balie/ground/clock"
	"balie/ground/fault"
)

// Message is a mail ready for the relay.
type Message struct {
	From string   // the envelope sender; empty for automatic answers (RFC 3834 section 3.3)
	To   string   // whom it is for
	CC   []string // who gets a copy
	Data []byte   // header and body, lines ended by CRLF
}

// Compose writes the message. The same outgoing message at the same moment gives the same bytes.
func Compose(o channel.Outgoing, c clock.Clock) (Message, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	out, err := addresses(m, o)
	if err != nil {
		return Message{}, err
	}
	if !usableID(o.MessageID) {
		return Message{}, fault.New(fault.Invalid, "email.bad_message_id")
	}
	header(m, o)
	m.SetDateWithValue(c.Now())
	m.SetBodyString(gomail.TypeTextPlain, lines(o.Text))
	if o.HTML != "" {
		m.AddAlternativeString(gomail.TypeTextHTML, lines(o.HTML))
	}
	for _, f := range o.Files {
		if err := attach(m, f, o.HTML != ""); err != nil {
			return Message{}, err
		}
	}
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return Message{}, fault.Wrap(fault.Invalid, "email.cannot_compose", err)
	}
	out.Data = steady(b.Bytes(), o.MessageID)
	return out, nil
}

func addresses(m *gomail.Msg, o channel.Outgoing) (Message, error) {
	var out Message
	from, err := person(o.From)
	if err != nil {
		return out, err
	}
	to, err := person(o.To)
	if err != nil {
		return out, err
	}
	m.FromMailAddress(from)
	m.ToMailAddress(to)
	out.To = to.Address
	var copies []*mail.Address
	for _, p := range o.CC {
		cc, err := person(p)
		if err != nil {
			return out, err
		}
		if cc.Address != to.Address {
			copies = append(copies, cc)
			out.CC = append(out.CC, cc.Address)
		}
	}
	if len(copies) > 0 {
		m.CcMailAddress(copies...)
	}
	if o.ReplyTo != "" {
		reply, err := Address(o.ReplyTo)
		if err != nil {
			return out, err
		}
		m.ReplyToMailAddress(&mail.Address{Name: from.Name, Address: reply})
	}
	if o.ReturnPath != "" && !o.Auto {
		if out.From, err = Address(o.ReturnPath); err != nil {
			return out, err
		}
	}
	return out, nil
}

func header(m *gomail.Msg, o channel.Outgoing) {
	m.Subject(text(o.Subject, 250))
	m.SetMessageIDWithValue(o.MessageID)
	if refs := references(o.Parents); len(refs) > 0 {
		m.SetGenHeader(gomail.HeaderInReplyTo, refs[len(refs)-1])
		m.SetGenHeader(gomail.HeaderReferences, strings.Join(refs, " "))
	}
	if language.MatchString(o.Locale) {
		m.SetGenHeader("Content-Language", o.Locale)
	}
	if o.Auto {
		// RFC 3834 section 5; the second is what mail servers that do not know the first go by.
		m.SetGenHeader("Auto-Submitted", "auto-replied")
		m.SetGenHeader("X-Auto-Response-Suppress", "All")
	}
}

// attach adds a file: inside the HTML when a picture there refers to it, below the message otherwise.
func attach(m *gomail.Msg, f channel.File, html bool) error {
	inline := html && contentID.MatchString(f.ContentID)
	options := []gomail.FileOption{describe(f, inline)}
	var err error
	if inline {
		options = append(options, gomail.WithFileContentID("<"+f.ContentID+">"))
		err = m.EmbedReader("file", bytes.NewReader(f.Data), options...)
	} else {
		err = m.AttachReader("file", bytes.NewReader(f.Data), options...)
	}
	if err != nil {
		return fault.Wrap(fault.Invalid, "email.cannot_compose", err)
	}
	return nil
}

// describe writes name and type as RFC 2231 has it, which carries any name without loss.
func describe(f channel.File, inline bool) gomail.FileOption {
	name := fileName(f.Name)
	media := "application/octet-stream"
	if read, _, err := mime.ParseMediaType(f.Type); err == nil && strings.Count(read, "/") == 1 && !composite(read) {
		media = read
	}
	place := "attachment"
	if inline {
		place = "inline"
	}
	return func(file *gomail.File) {
		file.Header.Set("Content-Type", mime.FormatMediaType(media, map[string]string{"name": name}))
		file.Header.Set("Content-Disposition", mime.FormatMediaType(place, map[string]string{"filename": name}))
	}
}

// composite types may not be sent as base64 (RFC 2045 section 6.4).
func composite(media string) bool {
	return strings.HasPrefix(media, "multipart/") || strings.HasPrefix(media, "message/")
}

func fileName(s string) string {
	s = text(s, 150)
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, s)
	if strings.Trim(s, ". ") == "" {
		return "file"
	}
	return s
}

// lines ends every line the same way, whatever the text came with.
func lines(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(s)
	if !strings.HasSuffix(s, "\n") {
		s += "\n"
	}
	return s
}

var boundary = regexp.MustCompile(`boundary="?([0-9a-f]{60})"?\r?\n`)

// steady puts boundaries made from the Message-ID in place of the library's, which differ each time. A second try is
// then the same message, byte for byte. Nobody can put such a line in a text: the Message-ID did not exist before.
func steady(raw []byte, id string) []byte {
	for n, found := range boundary.FindAllSubmatch(raw, -1) {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d", id, n))
		raw = bytes.ReplaceAll(raw, found[1], []byte(hex.EncodeToString(sum[:])[:60]))
	}
	return raw
}
