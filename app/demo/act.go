package demo

import (
	"context"
	"fmt"
	"strings"

	"balie/channel"
	"balie/channel/email/delivery"
	"balie/channel/form"
	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/feedback"
	"balie/domain/promise"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// ofCustomer are the steps that a customer takes, at any hour of the day.
var ofCustomer = map[string]bool{
	"yes": true, "no": true, "mail": true, "say": true, "solved": true, "not_yet": true, "bounce": true,
}

// ask is how a story begins: a mail, or the form.
func (p *play) ask(ctx context.Context, s *story) error {
	files, err := filesOf(s.Files, p.d.Chance)
	if err != nil {
		return err
	}
	if s.Via == "form" {
		a := form.New(p.d.Clock).Arrival(map[string][]string{
			form.Name: {s.From}, form.Email: {s.Address}, form.Subject: {s.Subject}, form.Text: {s.Text},
			form.ID: {fmt.Sprint(p.count)}, "postcode": {s.Given["postcode"]}, "phone": {s.Given["phone"]},
			"customer_number": {s.Given["customer_number"]},
		}, files)
		a.Org, a.To, a.Locale = p.house.org.ID, s.To, s.Locale
		p.heard, err = p.d.Flow.Arrive(ctx, a)
	} else {
		err = p.post(ctx, s, letter{
			from: channel.Person{Name: s.From, Address: s.Address}, to: s.To, subject: s.Subject, style: style(s.Style),
			text: s.Text, files: files,
		})
	}
	if err != nil {
		return err
	}
	s.cas = p.heard.Case
	c, err := p.load(ctx, s.cas)
	s.party = c.Party
	return err
}

// post writes a mail and delivers it as the listener does.
func (p *play) post(ctx context.Context, s *story, l letter) error {
	p.count++
	l.date = p.d.Clock.Now().In(p.zone)
	l.locale = s.Locale
	l.id = fmt.Sprintf("%x.%d@%s", l.date.UnixMilli(), p.count, l.from.Address[strings.LastIndexByte(l.from.Address, '@')+1:])
	raw, err := l.bytes()
	if err != nil {
		return err
	}
	to, err := p.mail.Find(ctx, l.to)
	if err != nil {
		return err
	}
	p.heard = channel.Receipt{}
	answers := p.mail.Deliver(ctx, delivery.Envelope{Via: "smtp", ReturnPath: l.from.Address, Recipients: []delivery.Recipient{to}}, raw)
	if answers[0] == nil && p.heard.Case == 0 {
		return fault.New(fault.Internal, "ground.internal", "demo", "a mail was taken and went nowhere")
	}
	return answers[0]
}

func (p *play) load(ctx context.Context, id ident.Case) (c cases.Case, err error) {
	err = p.d.DB.Read(ctx, func(tx *sqldb.Tx) error {
		c, err = p.d.Flow.Cases.Get(tx, p.house.org.ID, id)
		return err
	})
	return c, err
}

// act does one step.
func (p *play) act(ctx context.Context, s *story, st step) error {
	if ofCustomer[st.Do] {
		return p.customer(ctx, s, st)
	}
	name := st.By
	if name == "" {
		name = s.Agent
	}
	who, err := p.house.as(name)
	if err != nil {
		return err
	}
	if fn := p.promising(ctx, who, s, st); fn != nil {
		return fn()
	}
	f := p.d.Flow
	switch st.Do {
	case "reply":
		return p.reply(ctx, who, s, st)
	case "read_back":
		return f.ReadBack(ctx, who, s.cas, st.Text)
	case "propose":
		return f.Propose(ctx, who, s.cas, st.Text)
	case "note":
		return p.note(ctx, who, s, st)
	case "own":
		return p.own(ctx, who, s, st)
	case "tag":
		return f.Tag(ctx, who, s.cas, st.Tags, nil)
	case "snooze":
		until, err := p.due(st.Due)
		if err != nil {
			return err
		}
		return f.Snooze(ctx, who, s.cas, until)
	case "merge":
		into := p.named[st.To]
		if into == nil || into.cas == 0 {
			return fmt.Errorf("there is no story %q to merge into", st.To)
		}
		return f.Merge(ctx, who, s.cas, into.cas)
	}
	return fmt.Errorf("%q is no step", st.Do)
}

// promising are the steps about promises; nil when it is none of them.
func (p *play) promising(ctx context.Context, who access.Principal, s *story, st step) func() error {
	last := func() (ident.Promise, error) {
		if len(s.promises) == 0 {
			return 0, fmt.Errorf("nothing was promised yet")
		}
		return s.promises[len(s.promises)-1], nil
	}
	f := p.d.Flow
	switch st.Do {
	case "promise":
		return func() error {
			due, err := p.due(st.Due)
			if err != nil {
				return err
			}
			made, err := f.MakePromise(ctx, who, s.cas, flow.Promising{Text: st.Text, Due: due, Owner: p.house.agents[st.To].ID})
			s.promises = append(s.promises, made.ID)
			return err
		}
	case "keep", "move", "withdraw":
		return func() error {
			id, err := last()
			if err != nil {
				return err
			}
			of := flow.Of{Case: s.cas, Promise: id}
			switch st.Do {
			case "keep":
				return f.KeepPromise(ctx, who, of)
			case "withdraw":
				return f.WithdrawPromise(ctx, who, of, st.Why)
			}
			return p.move(ctx, who, of, st)
		}
	}
	return nil
}

// move gives a promise another deadline. One whose deadline has passed cannot be moved: the same is promised anew.
func (p *play) move(ctx context.Context, who access.Principal, of flow.Of, st step) error {
	due, err := p.due(st.Due)
	if err != nil {
		return err
	}
	var old promise.Promise
	if err := p.d.DB.Read(ctx, func(tx *sqldb.Tx) (err error) {
		old, err = p.d.Flow.Promise.Get(tx, p.house.org.ID, of.Promise)
		return err
	}); err != nil {
		return err
	}
	if old.Status == promise.Open {
		return p.d.Flow.MovePromise(ctx, who, of, flow.Move{Due: due, Reason: st.Why})
	}
	_, err = p.d.Flow.MakePromise(ctx, who, of.Case, flow.Promising{Text: old.Text, Due: due, Owner: old.Owner})
	return err
}

func (p *play) reply(ctx context.Context, who access.Principal, s *story, st step) error {
	a := flow.Answer{Text: st.Text}
	files, err := filesOf(st.Files, p.d.Chance)
	if err != nil {
		return err
	}
	for _, file := range files {
		kept, err := p.d.Flow.Upload(ctx, who, conversation.NewFile{Name: file.Name, Type: file.Type, Data: file.Data})
		if err != nil {
			return err
		}
		a.Files = append(a.Files, kept.ID)
	}
	return p.d.Flow.Reply(ctx, who, s.cas, a)
}

func (p *play) note(ctx context.Context, who access.Principal, s *story, st step) error {
	a := flow.Answer{Text: st.Text}
	for _, name := range st.Mention {
		colleague, err := p.house.as(name)
		if err != nil {
			return err
		}
		a.Mentions = append(a.Mentions, colleague.Agent)
	}
	return p.d.Flow.Note(ctx, who, s.cas, a)
}

func (p *play) own(ctx context.Context, who access.Principal, s *story, st step) error {
	h := flow.HandOver{Note: st.Text, Department: p.house.departments[st.To]}
	if a, ok := p.house.agents[st.To]; ok {
		h.To, s.Agent = a.ID, st.To
	} else if h.Department == 0 {
		return fmt.Errorf("nobody is called %q", st.To)
	}
	return p.d.Flow.Own(ctx, who, s.cas, h)
}

// customer does a step of the customer, through the page that was mailed or by mail.
func (p *play) customer(ctx context.Context, s *story, st step) error {
	if st.Do == "mail" {
		return p.answer(ctx, s, st)
	}
	if st.Do == "bounce" {
		return p.bounce(ctx, s, st)
	}
	c, err := p.load(ctx, s.cas)
	if err != nil {
		return err
	}
	f := p.d.Flow
	token := f.PageURL(p.house.org, c)
	token = token[strings.LastIndexByte(token, '/')+1:]
	switch st.Do {
	case "yes":
		return f.ConfirmQuestion(ctx, token)
	case "no":
		return f.CorrectQuestion(ctx, token, st.Text)
	case "say":
		files, err := filesOf(st.Files, p.d.Chance)
		if err != nil {
			return err
		}
		p.count++
		return f.Say(ctx, token, channel.Arrival{Key: fmt.Sprintf("demo:%d", p.count), Text: st.Text, Files: files})
	}
	fb := feedback.Feedback{Outcome: feedback.Solved, Text: st.Text, Recommend: st.Rec, Satisfaction: given(st.Sat), Grade: given(st.Grade)}
	if st.Do == "not_yet" {
		fb.Outcome = feedback.NotYet
	}
	return f.Solved(ctx, token, fb)
}

func given(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

// answer answers the last mail of the desk, from the customer's address or from another one.
func (p *play) answer(ctx context.Context, s *story, st step) error {
	last, err := p.lastLetter(ctx, s)
	if err != nil {
		return err
	}
	files, err := filesOf(st.Files, p.d.Chance)
	if err != nil {
		return err
	}
	l := letter{
		from: channel.Person{Name: s.From, Address: s.Address}, to: last.ReplyTo, subject: last.Subject, style: style(s.Style),
		text: st.Text, files: files, answers: answerTo(last),
	}
	if st.From != "" {
		l.from = channel.Person{Name: st.From, Address: addressOf(st.From)}
	}
	if st.Style != "" {
		l.style = style(st.Style)
	}
	if !strings.HasPrefix(strings.ToLower(l.subject), "re:") {
		l.subject = "Re: " + l.subject
	}
	return p.post(ctx, s, l)
}

func answerTo(last conversation.Letter) *answered {
	return &answered{
		id: last.MessageID, parents: last.Parents, from: last.FromName + " <" + last.FromAddress + ">",
		to: last.ToAddress, subject: last.Subject, text: last.Text, date: last.Created,
	}
}

func (p *play) lastLetter(ctx context.Context, s *story) (conversation.Letter, error) {
	var all []conversation.Letter
	err := p.d.DB.Read(ctx, func(tx *sqldb.Tx) (err error) {
		all, err = p.d.Flow.Conversation.Outbox(tx, p.house.org.ID, conversation.OutboxFilter{Case: s.cas, Limit: 1})
		return err
	})
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("there is nothing to answer yet")
	}
	if err != nil {
		return conversation.Letter{}, err
	}
	return all[0], nil
}

// bounce is the last mail coming back.
func (p *play) bounce(ctx context.Context, s *story, st step) error {
	last, err := p.lastLetter(ctx, s)
	if err != nil {
		return err
	}
	return p.d.Flow.Report(ctx, channel.Report{
		Outgoing: last.ID, MessageID: last.MessageID, State: channel.Bounced, Code: "5.2.2", Reason: st.Text,
	})
}
