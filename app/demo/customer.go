package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/smtp"
	"net/url"
	"strconv"
	"strings"

	"balie/channel"
	"balie/channel/form"
	"balie/domain/conversation"
)

// question is a customer who asks something, by mail or with the form.
func (c *crowd) question(ctx context.Context) error {
	if full, err := c.crowded(ctx); err != nil || full {
		return err
	}
	q := pick(c.Chance, c.lines.Questions)
	name := pick(c.Chance, c.stuff.First) + " " + pick(c.Chance, c.stuff.Last)
	c.count++
	local, domain, _ := strings.Cut(addressOf(name), "@")
	from := channel.Person{Name: name, Address: fmt.Sprintf("%s.%d@%s", local, c.Clock.Now().Unix()%100_000, domain)}
	first, _, _ := strings.Cut(name, " ")
	said := strings.NewReplacer("{name}", name, "{first}", first).Replace(q.Text)
	var files []channel.File
	if q.File != "" {
		f, err := fileOf(q.File, c.Chance)
		if err != nil {
			return err
		}
		files = append(files, f)
	}
	if c.SMTP == "" || c.likely(20) {
		return c.fillIn(ctx, map[string]string{form.Name: name, form.Email: from.Address, form.Subject: q.Subject, form.Text: said}, files)
	}
	to := Main
	if q.To != "" {
		to = q.To + "@" + Domain
	}
	return c.send(ctx, letter{from: from, to: to, subject: q.Subject, style: styleOf(from.Address), locale: localeOr(q.Locale), text: said, files: files})
}

func localeOr(l string) string {
	if l == "" {
		return "nl"
	}
	return l
}

// react does what a customer does with a letter of the desk.
func (c *crowd) react(ctx context.Context, r reaction) error {
	switch r.sort {
	case conversation.ReadBack:
		switch {
		case c.likely(80):
			return c.page(ctx, r.letter, "", url.Values{"answer": {"yes"}})
		case c.likely(75):
			return c.page(ctx, r.letter, "", url.Values{"answer": {"no"}, "text": {pick(c.Chance, c.lines.Corrections)}})
		}
	case conversation.Solution, conversation.SilenceAsked:
		switch {
		case c.likely(72):
			return c.page(ctx, r.letter, "", c.judgement())
		case c.likely(60):
			return c.page(ctx, r.letter, "", url.Values{"answer": {"no"}, "text": {pick(c.Chance, c.lines.NotYet)}})
		}
	case conversation.Message:
		return c.answer(ctx, r.letter)
	case conversation.Promised, conversation.PromiseMoved:
		if c.likely(15) {
			return c.page(ctx, r.letter, "/message", url.Values{"text": {pick(c.Chance, c.lines.Thanks)}})
		}
	}
	return nil // the customer says nothing: that happens too
}

// judgement is a yes, mostly with what the customer thought of it.
func (c *crowd) judgement() url.Values {
	v := url.Values{"answer": {"yes"}}
	if !c.likely(80) {
		return v
	}
	s := pick(c.Chance, scores)
	v.Set("satisfaction", strconv.Itoa(s[0]))
	v.Set("grade", strconv.Itoa(s[1]))
	if c.likely(40) {
		v.Set("recommend", strconv.Itoa(s[1]))
	}
	switch {
	case s[0] >= 4:
		v.Set("text", pick(c.Chance, c.lines.Happy))
	case s[0] == 3:
		v.Set("text", pick(c.Chance, c.lines.Neutral))
	default:
		v.Set("text", pick(c.Chance, c.lines.Unhappy))
	}
	return v
}

// answer answers a message, by mail or on the page.
func (c *crowd) answer(ctx context.Context, l conversation.Letter) error {
	if !c.likely(70) && !strings.Contains(l.Text, "?") {
		return nil
	}
	said := pick(c.Chance, c.lines.Answers)
	if l.Locale == "en" {
		said = pick(c.Chance, c.lines.English)
	}
	if c.SMTP == "" || l.ReplyTo == "" || c.likely(25) {
		return c.page(ctx, l, "/message", url.Values{"text": {said}})
	}
	var files []channel.File
	if strings.Contains(said, "foto") {
		f, err := fileOf("foto.png", c.Chance)
		if err != nil {
			return err
		}
		files = append(files, f)
	}
	subject := l.Subject
	if !strings.HasPrefix(strings.ToLower(subject), "re:") {
		subject = "Re: " + subject
	}
	return c.send(ctx, letter{
		from: channel.Person{Name: l.ToName, Address: l.ToAddress}, to: l.ReplyTo, subject: subject, style: styleOf(l.ToAddress),
		locale: localeOr(l.Locale), text: said, files: files, answers: answerTo(l),
	})
}

// send hands a mail to the listener of the desk (RFC 5321).
func (c *crowd) send(ctx context.Context, l letter) error {
	c.count++
	l.date = c.Clock.Now().In(c.zone)
	domain := l.from.Address[strings.LastIndexByte(l.from.Address, '@')+1:]
	l.id = fmt.Sprintf("%x.%d@%s", l.date.UnixMilli(), c.count, domain)
	raw, err := l.bytes()
	if err != nil {
		return err
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", c.SMTP)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })() // whoever waits too long hangs up
	host, _, _ := net.SplitHostPort(c.SMTP)                 //nolint:errcheck // only a name in the greeting
	client, err := smtp.NewClient(conn, host)
	if err != nil {
		return err
	}
	if err := client.Hello("mail." + domain); err != nil {
		return err
	}
	if err := client.Mail(l.from.Address); err != nil {
		return err
	}
	if err := client.Rcpt(l.to); err != nil {
		return err
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(raw); err != nil {
		return err
	}
	if err := w.Close(); err != nil { // the answer to the message comes here
		return err
	}
	return client.Quit()
}

// fillIn posts the form, as a browser does.
func (c *crowd) fillIn(ctx context.Context, fields map[string]string, files []channel.File) error {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, name := range []string{form.Name, form.Email, form.Subject, form.Text} {
		if err := w.WriteField(name, fields[name]); err != nil {
			return err
		}
	}
	for _, f := range files {
		part, err := w.CreateFormFile(form.File, f.Name)
		if err != nil {
			return err
		}
		if _, err := part.Write(f.Data); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.post(ctx, c.URL+"/o/"+Slug+"/form", w.FormDataContentType(), &body)
}

// page posts an answer on the customer's own page, whose link is in the letter.
func (c *crowd) page(ctx context.Context, l conversation.Letter, path string, fields url.Values) error {
	token := tokenIn(l.Text)
	if token == "" {
		return fmt.Errorf("letter %d has no link to a page", l.ID)
	}
	return c.post(ctx, c.URL+"/c/"+token+path, "application/x-www-form-urlencoded", strings.NewReader(fields.Encode()))
}

// tokenIn finds the token of the customer's page in a letter; empty when there is none.
func tokenIn(letter string) string {
	_, rest, ok := strings.Cut(letter, "/c/")
	if !ok {
		return ""
	}
	if end := strings.IndexAny(rest, "#?/ \r\n\t"); end >= 0 {
		rest = rest[:end]
	}
	return rest
}

// once is a client that does not follow: a redirect says that the answer was taken.
var once = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func (c *crowd) post(ctx context.Context, address, sort string, body io.Reader) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, body)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", sort)
	answer, err := once.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body) //nolint:errcheck // so that the connection can be used again
	if answer.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("the page answered %s", answer.Status)
	}
	return nil
}
