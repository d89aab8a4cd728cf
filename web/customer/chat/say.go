package chat

import (
	"encoding/json"
	"net/http"
	"net/mail"
	"strings"
	"unicode/utf8"

	"balie/channel"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/feedback"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/web/edge"
)

// placed is the answer to what became a line of the conversation.
type placed struct {
	Seq int64 `json:"seq"`
}

// read decodes a small frame.
func (q *asked) read(v any) error {
	data, err := q.body()
	if err != nil {
		return err
	}
	if len(data) == 0 {
		return nil
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fault.New(fault.Invalid, "edge.json_unreadable")
	}
	return nil
}

// message takes one message in.
func (c *Chat) message(q *asked) error {
	if err := c.maySay(q); err != nil {
		return err
	}
	body, err := q.body()
	if err != nil {
		return err
	}
	a, err := c.Channel.Say(body, q.at.Contact)
	if err != nil {
		return err
	}
	a.Org, a.Thread.Token = q.at.Org, q.at.Token
	receipt, err := c.Channel.Accept(q.r.Context(), a)
	if err != nil {
		return err
	}
	edge.JSON(q.w, http.StatusCreated, placed{receipt.Seq})
	return nil
}

// typing tells the agents that the visitor is writing. More than a few signs a second are no news.
func (c *Chat) typing(q *asked) error {
	var f struct {
		Typing bool `json:"typing"`
	}
	if err := q.read(&f); err != nil {
		return err
	}
	if c.pace.typed.Allow(q.at.Contact, q.now) {
		c.typed(q.at.Org, typing{q.at.Contact, f.Typing})
	}
	return q.done()
}

// seen keeps up to where the visitor's screen showed the conversation, and tells the agents.
func (c *Chat) seen(q *asked) error {
	var f struct {
		Seq int64 `json:"seq"`
	}
	if err := q.read(&f); err != nil {
		return err
	}
	if err := c.maySay(q); err != nil {
		return err
	}
	s, err := c.Flow.Shown(q.r.Context(), q.at, f.Seq)
	if err != nil {
		return err
	}
	if s.News {
		c.Hub.Sign(q.at.Org, "seen", s.Case, map[string]any{"case": ident.Text(s.Case), "seq": s.Seq})
	}
	return q.done()
}

// around keeps on which page of the website the visitor is and what the website tells of them, and tells the agents.
func (c *Chat) around(q *asked) error {
	if err := c.mayLook(q); err != nil {
		return err
	}
	if !c.pace.around.Allow(q.at.Contact, q.now) {
		return tooMany("chat.too_fast", c.pace.around.Wait())
	}
	body, err := q.body()
	if err != nil {
		return err
	}
	page, given, err := c.Channel.Around(body)
	if err != nil {
		return err
	}
	at, moved, err := c.Flow.Around(q.r.Context(), q.at, page, given)
	if err != nil {
		return err
	}
	if moved {
		c.Hub.Sign(q.at.Org, "page", at, map[string]any{"case": ident.Text(at), "url": page.URL, "title": page.Title})
	}
	return q.done()
}

const mostName = 120

// details keeps the name and the address that a visitor gives.
func (c *Chat) details(q *asked) error {
	var f struct {
		Name  string `json:"name"`
		Email string `json:"email"`
	}
	if err := c.maySay(q); err != nil {
		return err
	}
	if err := q.read(&f); err != nil {
		return err
	}
	who := channel.Person{Name: strings.Join(strings.Fields(strings.ToValidUTF8(f.Name, "")), " "), Address: strings.TrimSpace(f.Email)}
	if utf8.RuneCountInString(who.Name) > mostName {
		return fault.New(fault.TooLarge, "chat.name_long", "limit", mostName)
	}
	if who.Address != "" && !mailable(who.Address) {
		return fault.New(fault.Invalid, "chat.email_unusable")
	}
	if who == (channel.Person{}) {
		return fault.New(fault.Invalid, "chat.details_missing")
	}
	if err := c.Flow.Introduce(q.r.Context(), q.at, who); err != nil {
		return err
	}
	return q.done()
}

func mailable(address string) bool {
	a, err := mail.ParseAddress(address)
	if err != nil || a.Address != address || len(address) > 254 {
		return false
	}
	local, domain, _ := strings.Cut(address, "@")
	return !strings.Contains(local, `"`) && strings.Contains(strings.Trim(domain, "."), ".") && !strings.ContainsAny(domain, "[]")
}

// transcript sends the conversation by mail.
func (c *Chat) transcript(q *asked) error {
	var f struct {
		Email string `json:"email"`
	}
	if err := c.maySay(q); err != nil {
		return err
	}
	if err := q.read(&f); err != nil {
		return err
	}
	f.Email = strings.TrimSpace(f.Email)
	if f.Email != "" && !mailable(f.Email) {
		return fault.New(fault.Invalid, "chat.email_unusable")
	}
	if err := c.Flow.Transcript(q.r.Context(), q.at, f.Email); err != nil {
		return err
	}
	q.w.WriteHeader(http.StatusAccepted)
	return nil
}

// end ends the conversation; the question stays open until it is solved.
func (c *Chat) end(q *asked) error {
	if err := c.maySay(q); err != nil {
		return err
	}
	if err := c.Flow.EndContact(q.r.Context(), q.at); err != nil {
		return err
	}
	return q.done()
}

// reply is the answer to a card.
type reply struct {
	Card         string `json:"card"`
	Answer       string `json:"answer"`
	Text         string `json:"text"`
	Satisfaction *int   `json:"satisfaction"`
	Grade        *int   `json:"grade"`
	Recommend    *int   `json:"recommend"`
}

// answer takes the visitor's word on a card: the question read back, the solution, the judgement.
func (c *Chat) answer(q *asked) error {
	if err := c.maySay(q); err != nil {
		return err
	}
	var f reply
	if err := q.read(&f); err != nil {
		return err
	}
	if err := c.judge(q, f); err != nil {
		return err
	}
	seq, err := c.lastOwn(q)
	if err != nil {
		return err
	}
	edge.JSON(q.w, http.StatusCreated, placed{seq})
	return nil
}

func (c *Chat) judge(q *asked, f reply) error {
	ctx := q.r.Context()
	switch f.Card + " " + f.Answer {
	case "read_back yes":
		return c.Flow.ContactConfirms(ctx, q.at)
	case "read_back no":
		return c.Flow.ContactCorrects(ctx, q.at, f.Text)
	case "solution yes", "solution no", "feedback ":
	default:
		return fault.New(fault.Invalid, "chat.answer_unknown")
	}
	status, err := c.status(q)
	if err != nil {
		return err
	}
	fb := feedback.Feedback{Outcome: feedback.Solved, Satisfaction: f.Satisfaction, Grade: f.Grade, Recommend: f.Recommend, Text: f.Text}
	open := status == cases.Proposed || status == cases.Closed
	switch {
	case f.Card == "feedback" && status != cases.Closed, f.Answer == "yes" && !open:
		return fault.New(fault.Conflict, "chat.nothing_asked")
	case f.Card == "feedback" && fb.Empty():
		return fault.New(fault.Invalid, "chat.judgement_missing")
	case f.Answer == "no" && !open:
		return nil // said before: it is open already
	case f.Answer == "no":
		fb.Outcome = feedback.NotYet
	}
	return c.Flow.ContactJudges(ctx, q.at, fb)
}

func (c *Chat) status(q *asked) (s cases.Status, err error) {
	err = c.DB.Read(q.r.Context(), func(tx *sqldb.Tx) error {
		_, about, err := c.Flow.Contact(tx, q.at)
		s = about.Status
		return err
	})
	return s, err
}

// lastOwn is the place of the last line of the visitor: what was just answered, or was answered before.
func (c *Chat) lastOwn(q *asked) (seq int64, err error) {
	err = c.DB.Read(q.r.Context(), func(tx *sqldb.Tx) error {
		_, about, err := c.Flow.Contact(tx, q.at)
		if err != nil {
			return err
		}
		lines, err := c.Flow.Conversation.After(tx, q.at.Org, about.ID, 0)
		for _, e := range lines {
			if e.Actor.Kind == ledger.Customer && visible(e) {
				seq = e.Seq
			}
		}
		return err
	})
	return seq, err
}

// visible says whether a line is for the visitor.
func visible(e conversation.Entry) bool { return !e.Sort.Private() && e.Data.OtherSender == "" }
