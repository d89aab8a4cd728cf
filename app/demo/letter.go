package demo

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"
	"time"

	"balie/channel"
)

// style is how a mail program writes.
type style string

// The styles. Each quotes what it answers in its own way.
const (
	plain  style = "plain"  // text only, "> " before what is quoted
	web    style = "web"    // as mail on the web: HTML, the quote in a block of its own
	office style = "office" // as in offices: HTML, the quote below a head with Van and Verzonden
	phone  style = "phone"  // text with a line below it
)

// letter is a mail that a customer writes.
type letter struct {
	from    channel.Person
	to      string
	subject string
	date    time.Time // in the zone of the writer
	id      string
	style   style
	locale  string
	text    string
	files   []channel.File
	answers *answered
}

// answered is the mail that a letter answers.
type answered struct {
	id, from, to, subject, text string
	parents                     []string
	date                        time.Time
}

// bytes is the mail as it goes over the wire (RFC 5322, RFC 2045).
func (l letter) bytes() ([]byte, error) {
	var b bytes.Buffer
	head := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	head("From", fmt.Sprintf("%s <%s>", mime.QEncoding.Encode("utf-8", l.from.Name), l.from.Address))
	head("To", "<"+l.to+">")
	head("Subject", mime.QEncoding.Encode("utf-8", l.subject))
	head("Date", l.date.Format(time.RFC1123Z))
	head("Message-ID", "<"+l.id+">")
	if a := l.answers; a != nil {
		head("In-Reply-To", "<"+a.id+">")
		head("References", strings.TrimSpace("<"+strings.Join(append(a.parents, a.id), ">\r\n <")+">"))
	}
	head("MIME-Version", "1.0")
	head("Content-Language", l.locale)
	err := l.body(&b)
	return b.Bytes(), err
}

func (l letter) body(b *bytes.Buffer) error {
	if len(l.files) == 0 {
		header, text, err := l.words()
		if err != nil {
			return err
		}
		for _, name := range []string{"Content-Type", "Content-Transfer-Encoding"} {
			if v := header.Get(name); v != "" {
				fmt.Fprintf(b, "%s: %s\r\n", name, v)
			}
		}
		b.WriteString("\r\n")
		b.Write(text)
		return nil
	}
	w := multipart.NewWriter(b)
	if err := w.SetBoundary(l.boundary("mixed")); err != nil {
		return err
	}
	fmt.Fprintf(b, "Content-Type: multipart/mixed; boundary=%q\r\n\r\n", w.Boundary())
	header, text, err := l.words()
	if err != nil {
		return err
	}
	if err := part(w, header, text); err != nil {
		return err
	}
	for _, f := range l.files {
		h := textproto.MIMEHeader{}
		h.Set("Content-Type", mime.FormatMediaType(f.Type, map[string]string{"name": f.Name}))
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
		h.Set("Content-Transfer-Encoding", "base64")
		if err := part(w, h, base64Lines(f.Data)); err != nil {
			return err
		}
	}
	return w.Close()
}

// boundary is the same for the same letter, so that a history made twice is the same.
func (l letter) boundary(of string) string {
	return of + "-" + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(l.id))
}

func part(w *multipart.Writer, h textproto.MIMEHeader, data []byte) error {
	p, err := w.CreatePart(h)
	if err == nil {
		_, err = p.Write(data)
	}
	return err
}

// words is what the letter says, as a part: text, or text and HTML.
func (l letter) words() (textproto.MIMEHeader, []byte, error) {
	text, err := quoted(l.plain())
	h := textproto.MIMEHeader{}
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Transfer-Encoding", "quoted-printable")
	if err != nil || l.style == plain || l.style == phone || l.style == "" {
		return h, text, err
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.SetBoundary(l.boundary("alt")); err != nil {
		return nil, nil, err
	}
	if err := part(w, h, text); err != nil {
		return nil, nil, err
	}
	page, err := quoted(l.page())
	if err != nil {
		return nil, nil, err
	}
	h = textproto.MIMEHeader{}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Transfer-Encoding", "quoted-printable")
	if err := part(w, h, page); err != nil {
		return nil, nil, err
	}
	outer := textproto.MIMEHeader{}
	outer.Set("Content-Type", fmt.Sprintf("multipart/alternative; boundary=%q", w.Boundary()))
	return outer, b.Bytes(), w.Close()
}

func (l letter) plain() string {
	text := l.text
	if l.style == phone {
		text += "\n\nVerstuurd vanaf mijn telefoon"
	}
	a := l.answers
	switch {
	case a == nil:
		return text + "\n"
	case l.style == office:
		return text + "\n\n" + l.officeHead("\n") + "\n\n" + a.text + "\n"
	}
	return text + "\n\n" + l.attribution() + "\n> " + strings.ReplaceAll(strings.TrimSpace(a.text), "\n", "\n> ") + "\n"
}

var dutchMonths = [...]string{"jan.", "feb.", "mrt.", "apr.", "mei", "jun.", "jul.", "aug.", "sep.", "okt.", "nov.", "dec."}

func (l letter) attribution() string {
	a := l.answers
	if l.locale == "en" {
		return fmt.Sprintf("On %s, %s wrote:", a.date.In(l.date.Location()).Format("Mon, 2 Jan 2006 at 15:04"), a.from)
	}
	at := a.date.In(l.date.Location())
	return fmt.Sprintf("Op %d %s %d om %s schreef %s:", at.Day(), dutchMonths[at.Month()-1], at.Year(), at.Format("15:04"), a.from)
}

func (l letter) officeHead(newline string) string {
	a := l.answers
	at := a.date.In(l.date.Location())
	if l.locale == "en" {
		return strings.Join([]string{
			"From: " + a.from, "Sent: " + at.Format("Monday, January 2, 2006 15:04"), "To: " + a.to, "Subject: " + a.subject,
		}, newline)
	}
	return strings.Join([]string{
		"Van: " + a.from, "Verzonden: " + at.Format("2-1-2006 15:04"), "Aan: " + a.to, "Onderwerp: " + a.subject,
	}, newline)
}

func (l letter) page() string {
	lines := func(s string) string {
		return strings.ReplaceAll(html.EscapeString(strings.TrimSpace(s)), "\n", "<br>\r\n")
	}
	body := `<div dir="ltr">` + lines(l.text) + "</div>"
	a := l.answers
	switch {
	case a == nil:
	case l.style == office:
		body += `<div id="divRplyFwdMsg"><hr>` + strings.ReplaceAll(html.EscapeString(l.officeHead("\n")), "\n", "<br>") +
			"</div><div>" + lines(a.text) + "</div>"
	default:
		body += `<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">` + html.EscapeString(l.attribution()) +
			`<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">` +
			lines(a.text) + "</blockquote></div>"
	}
	return "<html><head><meta charset=\"utf-8\"></head><body>" + body + "</body></html>\n"
}

func quoted(s string) ([]byte, error) {
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	_, err := w.Write([]byte(strings.ReplaceAll(s, "\n", "\r\n")))
	if closed := w.Close(); err == nil {
		err = closed
	}
	return b.Bytes(), err
}

// base64Lines is base64 in lines of 76 characters (RFC 2045 section 6.8).
func base64Lines(data []byte) []byte {
	var b bytes.Buffer
	for code := base64.StdEncoding.EncodeToString(data); code != ""; {
		n := min(76, len(code))
		b.WriteString(code[:n] + "\r\n")
		code = code[n:]
	}
	return b.Bytes()
}
