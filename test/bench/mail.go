package main

import (
	"bytes"
	"fmt"
	"mime/quotedprintable"
	"net/smtp"
	"strings"
	"time"
)

const question = `Goedemiddag,

Vorige maand ben ik verhuisd van de Lindelaan 4 naar de Beukstraat 19 in Zuiderveen. Sindsdien klopt mijn rekening niet
meer: er staat nog verbruik op van het oude adres, terwijl ik de meterstanden op 28 oktober heb doorgegeven en daar ook
een bevestiging van heb gekregen. Op de nota van deze maand staat zelfs een hoger bedrag dan voor de verhuizing.

Kunnen jullie dit nakijken en mij een gecorrigeerde nota sturen? Ik wil graag weten wanneer ik het te veel betaalde
bedrag terugkrijg en of mijn maandbedrag nu omlaag gaat. Mijn klantnummer is 8841 207. Overdag ben ik na vijf uur het
best te bereiken.

Met vriendelijke groet,
Sanne de Vries`

const (
	top = "Received: from mx4.post.example (mx4.post.example [192.0.2.24])\r\n\tby mail.energie-oost.example (Postfix) with ESMTPS id 4XyZ0b1Qk2z7w\r\n" +
		"\tfor <" + address + ">; %[3]s\r\n" +
		"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=post.example; s=k2;\r\n\th=from:to:subject:date:message-id:mime-version;\r\n" +
		"\tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\r\n\tb=K2x0c2lnbmF0dXJlIG9mIGEgbWFkZS11cCBkb21haW4gdGhhdCBub2JvZHkgY2hlY2tz\r\n" +
		"From: =?UTF-8?Q?Sanne_de_Vri=C3=ABs?= <%[1]s@post.example>\r\nTo: Klantenservice <" + address + ">\r\n" +
		"Subject: =?UTF-8?Q?Rekening_klopt_niet_sinds_de_verhuizing_=E2=80=93?= %[1]s\r\nDate: %[3]s\r\n" +
		"Message-ID: <%[1]s.%[2]d@post.example>\r\nMIME-Version: 1.0\r\nX-Mailer: Postbode 7.2\r\n" +
		"Content-Type: multipart/alternative; boundary=\"=_deel_%[2]d\"\r\n\r\n"
	part = "--=_deel_%d\r\nContent-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n%s\r\n"
)

// letters makes mails of about 3 kB as mail programs send them: plain text and HTML, encoded, with the usual lines of a
// head. The text is encoded once; only what tells one mail from another is new.
type letters struct {
	plain, page string
	date        string
	n           int
}

func newLetters() *letters {
	html := `<div dir="ltr" style="font-family:Arial,sans-serif"><p>` + strings.NewReplacer("\n\n", "</p><p>", "\n", "<br>").Replace(question) + "</p></div>"
	return &letters{plain: quoted(question), page: quoted(html), date: now().Format(time.RFC1123Z)}
}

func quoted(text string) string {
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	w.Write([]byte(strings.ReplaceAll(text, "\n", "\r\n"))) //nolint:errcheck // a buffer takes everything
	w.Close()                                               //nolint:errcheck // a buffer takes everything
	return b.String()
}

// write makes the mail of one sender.
func (l *letters) write(word string) []byte {
	l.n++
	var b bytes.Buffer
	fmt.Fprintf(&b, top, word, l.n, l.date)
	fmt.Fprintf(&b, part, l.n, "plain", l.plain+"\r\nKenmerk "+word)
	fmt.Fprintf(&b, part, l.n, "html", l.page)
	fmt.Fprintf(&b, "--=_deel_%d--\r\n", l.n)
	return b.Bytes()
}

// sender is one connection that sends mails one after another.
type sender struct {
	*letters
	client *smtp.Client
}

func newSender(to string) (*sender, error) {
	c, err := smtp.Dial(to)
	if err != nil {
		return nil, err
	}
	return &sender{newLetters(), c}, c.Hello("mx4.post.example")
}

// send returns nil when the mail was acknowledged.
func (s *sender) send(word string) error {
	if err := s.client.Mail(word + "@post.example"); err != nil {
		return err
	}
	if err := s.client.Rcpt(address); err != nil {
		return err
	}
	w, err := s.client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(s.write(word)); err != nil {
		return err
	}
	return w.Close()
}
