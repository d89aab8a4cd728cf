package flow

import (
	"html"
	"strings"
	"time"

	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/intake"
	"balie/domain/org"
	"balie/ground/ident"
	"balie/ground/sqldb"
	"balie/ground/text"
)

// letter is what the desk writes to a customer: what is said, and what the customer can do.
type letter struct {
	entry    ident.Entry
	subject  string   // message key; empty: Re: and the customer's own subject
	words    string   // markdown, said by a person
	before   []string // message keys of sentences above the words
	quote    string   // shown apart: the question, the solution
	after    []string // message keys of sentences below
	button   string   // message key on the link to the customer's page
	auto     bool     // no person wrote it
	from     string   // who signs, empty for the desk
	sign     string   // signature below the words
	values   []any    // for the sentences
	noReply  bool     // no reply address with a token: nothing has shown that the reader is the customer
	fragment string
	moment   time.Time // "when" in the sentences, with its date: a mail may be read on another day
}

// replyValid is how long a reply address leads to its case.
const replyValid = 365 * 24 * time.Hour

// textsFor gives the texts in the customer's language, in the organisation's own words.
func (f *Flow) textsFor(o org.Organisation, locale string) text.Texts {
	l, ok := text.ParseLocale(locale)
	if !ok {
		l, _ = text.ParseLocale(o.Locale)
	}
	return f.catalogue.For(l).With(o.Settings.Wording[string(l)])
}

// zone is the organisation's time zone.
func zone(o org.Organisation) *time.Location {
	loc, err := time.LoadLocation(o.Zone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// PageURL is the address of the customer's own page of a case.
func (f *Flow) PageURL(o org.Organisation, c cases.Case) string {
	return f.base(o) + "/c/" + f.links.Page(c.Org, c.ID, c.Party, c.LinkVersion)
}

func (f *Flow) base(o org.Organisation) string {
	if o.Settings.PublicURL != "" {
		return strings.TrimRight(o.Settings.PublicURL, "/")
	}
	return f.publicURL
}

// here says whether the customer of a case is at a screen now that shows what we say.
func (f *Flow) here(tx *sqldb.Tx, c *cases.Case) (bool, error) {
	ct, ok, err := f.Conversation.ContactOf(tx, c.Org, c.ID)
	return ok && ct.State.Here(), err
}

// post writes a letter to the customer of a case and puts it in the outbox. A customer who is there sees it on the screen,
// and gets by mail only what was not seen (see unseen); one who gave no address finds it there later.
func (f *Flow) post(tx *sqldb.Tx, c *cases.Case, l letter) error {
	if there, err := f.here(tx, c); err != nil || there || c.PartyAddress == "" {
		return err
	}
	return f.write(tx, c, l)
}

// write puts a letter in the outbox, whether the customer is at a screen or not.
func (f *Flow) write(tx *sqldb.Tx, c *cases.Case, l letter) error {
	o, err := f.Org.Load(tx, c.Org)
	if err != nil {
		return err
	}
	who, err := f.Party.Get(tx, c.Org, c.Party)
	if err != nil {
		return err
	}
	from := c.DeskAddress
	if from == "" {
		sender, err := f.Org.Sender(tx, c.Org)
		if err != nil {
			return err
		}
		from = sender.Address
	}
	t := f.textsFor(o, who.Locale)
	if !l.moment.IsZero() {
		l.values = append(l.values, "when", t.When(l.moment, l.moment.AddDate(0, 0, -30), zone(o)))
	}
	id := f.Conversation.NextLetter(tx)
	out := conversation.Letter{
		ID: id, Org: c.Org, Case: c.ID, Entry: l.entry, Channel: "email",
		FromName: fromName(t, o, l.from), FromAddress: from, ToName: c.PartyName, ToAddress: c.PartyAddress,
		Auto: l.auto, Locale: string(t.Locale()), MessageID: ident.Text(id) + "." + f.tag(id) + "@" + domainOf(from),
	}
	out.Subject = subjectOf(t, c, l)
	out.Text, out.HTML = f.compose(t, o, c, l)
	if !l.auto { // an automatic answer has no return path, so that it can never be answered automatically
		out.ReturnPath = withToken(from, "b-"+ident.Text(id)+"-"+f.tag(id))
	}
	if !l.noReply {
		out.ReplyTo = withToken(from, f.links.ReplyToken(c.ID, c.Party, tx.Now().Add(replyValid)))
	}
	if out.Parents, err = f.Conversation.LastReceived(tx, c.Org, c.ID); err != nil {
		return err
	}
	return f.Conversation.Post(tx, out)
}

// tag makes an identifier unguessable where it leaves the house.
func (f *Flow) tag(id ident.Outgoing) string { return f.signer.Sign("outgoing", ident.Text(id))[:16] }

// subjectOf is the subject of a letter: the customer's own with the number of the case, or a sentence of ours.
func subjectOf(t text.Texts, c *cases.Case, l letter) string {
	if l.subject != "" {
		return t.T(l.subject, append(l.values, "number", c.Number, "subject", c.Subject)...)
	}
	s := c.Subject
	if low := strings.ToLower(s); !strings.HasPrefix(low, "re:") {
		s = "Re: " + s
	}
	if !strings.Contains(s, c.Number) {
		s += " (" + c.Number + ")"
	}
	return s
}

func fromName(t text.Texts, o org.Organisation, person string) string {
	desk := firstOf(o.Settings.SenderName, o.Name)
	if person == "" {
		return desk
	}
	return t.T("mail.from_person", "name", person, "desk", desk)
}

// compose writes the plain and the HTML form of a letter.
func (f *Flow) compose(t text.Texts, o org.Organisation, c *cases.Case, l letter) (plain, page string) {
	url := f.PageURL(o, *c) + l.fragment
	values := append([]any{"number", c.Number, "name", c.PartyName, "desk", firstOf(o.Settings.SenderName, o.Name)}, l.values...)
	var p, h strings.Builder
	say := func(keys []string) {
		for _, key := range keys {
			s := t.T(key, values...)
			p.WriteString(s + "\n\n")
			h.WriteString("<p>" + html.EscapeString(s) + "</p>\n")
		}
	}
	say(l.before)
	if l.words != "" {
		p.WriteString(text.Plain(l.words) + "\n\n")
		h.WriteString(text.Markdown(l.words))
	}
	if l.quote != "" {
		p.WriteString("  " + strings.ReplaceAll(text.Plain(l.quote), "\n", "\n  ") + "\n\n")
		h.WriteString(`<blockquote style="` + quoteStyle + `">` + text.Markdown(l.quote) + "</blockquote>\n")
	}
	say(l.after)
	if l.sign != "" {
		p.WriteString(l.sign + "\n\n")
		h.WriteString(`<p>` + strings.ReplaceAll(html.EscapeString(l.sign), "\n", "<br>") + "</p>\n")
	}
	button := t.T(firstOf(l.button, "mail.see_case"), values...)
	p.WriteString(button + ":\n" + url + "\n\n--\n" + t.T("mail.footer", values...) + "\n")
	h.WriteString(`<p><a href="` + html.EscapeString(url) + `" style="` + buttonStyle(o) + `">` + html.EscapeString(button) + "</a></p>\n")
	h.WriteString(`<p style="` + footStyle + `">` + html.EscapeString(t.T("mail.footer", values...)) + "</p>")
	return p.String(), `<!doctype html><html lang="` + string(t.Locale()) + `"><head><meta charset="utf-8"><title>` +
		html.EscapeString(o.Name) + `</title></head><body style="` + bodyStyle + `">` + "\n" + h.String() + "</body></html>\n"
}

// The styles stand in the elements because mail programs drop style sheets. Values are those of the look.
const (
	bodyStyle  = "margin:0;padding:24px;background:#ffffff;color:#1d2327;font:16px/1.5 Inter,Arial,sans-serif;max-width:600px"
	quoteStyle = "margin:16px 0;padding:8px 16px;border-left:3px solid #1f6b43;background:#f6f5f2"
	footStyle  = "margin-top:32px;color:#5b646b;font-size:14px"
)

func buttonStyle(o org.Organisation) string {
	colour := string(o.Settings.Accent)
	if colour == "" {
		colour = "#12566b"
	}
	return "display:inline-block;padding:12px 20px;border-radius:8px;background:" + html.EscapeString(colour) +
		";color:#ffffff;text-decoration:none;font-weight:600"
}

func domainOf(address string) string {
	return address[strings.LastIndexByte(address, '@')+1:]
}

// withToken puts a token in a desk address: desk+TOKEN@domain.
func withToken(address, token string) string {
	at := strings.LastIndexByte(address, '@')
	return address[:at] + "+" + token + address[at:]
}

// Ours says whether a Message-ID, without angle brackets, is one that this desk gave out.
func (f *Flow) Ours(messageID string) bool {
	id, tag, ok := strings.Cut(messageID, ".")
	tag, _, host := strings.Cut(tag, "@")
	n, err := ident.Parse[ident.Outgoing](id)
	return ok && host && err == nil && intake.SameTag(tag, f.tag(n))
}

// Notice is a letter that is about no case: an invitation, a new password.
type Notice struct {
	Org     ident.Org
	Name    string
	Address string
	Locale  string
	Subject string
	Text    string
}

// PostNotice puts a letter that is about no case in the outbox.
func (f *Flow) PostNotice(tx *sqldb.Tx, n Notice) error {
	o, err := f.Org.Load(tx, n.Org)
	if err != nil {
		return err
	}
	from, err := f.Org.Sender(tx, n.Org)
	if err != nil {
		return err
	}
	id := f.Conversation.NextLetter(tx)
	return f.Conversation.Post(tx, conversation.Letter{
		ID: id, Org: n.Org, Channel: "email", FromName: firstOf(o.Settings.SenderName, o.Name),
		FromAddress: from.Address, ToName: n.Name, ToAddress: n.Address, Subject: n.Subject, Text: n.Text, Locale: n.Locale,
		Auto: true, MessageID: ident.Text(id) + "." + f.tag(id) + "@" + domainOf(from.Address),
	})
}
