package api

import (
	"strings"
	"time"
	"unicode"

	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/feedback"
	"balie/domain/promise"
	"balie/flow"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/web/live"
)

// detail is a case with everything that belongs to it.
type detail struct {
	row
	Timeline     []line         `json:"timeline"`
	Promises     []promiseView  `json:"promises"`
	Feedback     []feedbackView `json:"feedback"`
	Known        []knownView    `json:"known"`
	Draft        *draftView     `json:"draft"`
	Viewers      []live.Viewer  `json:"viewers"`
	CustomerLink string         `json:"customer_link"`
	MergedInto   *string        `json:"merged_into"`
	Contact      *contactView   `json:"contact"`
	Needs        []needView     `json:"needs"`
}

type actorView struct {
	Kind ledger.Who `json:"kind"`
	ID   string     `json:"id"`
	Name string     `json:"name"`
}

type fileView struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
}

type deliveryView struct {
	State  string `json:"state"`
	Reason string `json:"reason"`
}

// line is one line of a timeline.
type line struct {
	ID       string            `json:"id"`
	Seq      int64             `json:"seq"`
	Kind     conversation.Sort `json:"kind"`
	At       time.Time         `json:"at"`
	Actor    actorView         `json:"actor"`
	Text     string            `json:"text"`
	Quoted   string            `json:"quoted"`
	HTML     bool              `json:"html"`
	Raw      bool              `json:"raw"`
	Files    []fileView        `json:"files"`
	Delivery *deliveryView     `json:"delivery"`
	Mentions []string          `json:"mentions"`
	Private  bool              `json:"private"`
	Data     lineData          `json:"data"`
}

// lineData is what some kinds of line have beside their text.
type lineData struct {
	Question    string              `json:"question,omitempty"`
	Subject     string              `json:"subject,omitempty"`
	Due         *time.Time          `json:"due,omitempty"`
	Promise     string              `json:"promise,omitempty"`
	To          string              `json:"to,omitempty"`
	Reason      string              `json:"reason,omitempty"`
	From        string              `json:"from,omitempty"`
	OtherSender string              `json:"other_sender,omitempty"`
	Problem     string              `json:"problem,omitempty"`
	Tags        []string            `json:"tags,omitempty"`
	Score       *conversation.Score `json:"score,omitempty"`
	Rule        string              `json:"rule,omitempty"`
	Deeds       []conversation.Deed `json:"deeds,omitempty"`
}

type promiseView struct {
	ID        string         `json:"id"`
	Text      string         `json:"text"`
	Due       time.Time      `json:"due"`
	Status    promise.Status `json:"status"`
	Owner     *named         `json:"owner"`
	MadeAt    time.Time      `json:"made_at"`
	KeptAt    *time.Time     `json:"kept_at"`
	MovedFrom *time.Time     `json:"moved_from"`
	CallAt    *time.Time     `json:"call_at"` // a call back begins then and ends at due
}

type feedbackView struct {
	Satisfaction *int      `json:"satisfaction"`
	Grade        *int      `json:"grade"`
	Recommend    *int      `json:"recommend"`
	Text         string    `json:"text"`
	At           time.Time `json:"at"`
	Solved       bool      `json:"solved"`
}

type knownView struct {
	Field  string    `json:"field"`
	Label  string    `json:"label"`
	Value  string    `json:"value"`
	Source string    `json:"source"`
	At     time.Time `json:"at"`
}

type draftView struct {
	Text string            `json:"text"`
	Kind conversation.Sort `json:"kind"`
}

func readCase(c *call, tx *sqldb.Tx) (any, error) { return c.detail(tx, c.cas) }

// after answers a step on the case with what the case is now.
func (c *call) after(err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return c.now(c.cas.ID)
}

// createdAfter is after, with status 201.
func (c *call) createdAfter(err error) (any, error) {
	if err != nil {
		return nil, err
	}
	d, err := c.now(c.cas.ID)
	return created{d}, err
}

// now reads a case as it is after the commit.
func (c *call) now(id ident.Case) (d detail, err error) {
	err = c.DB.Read(c.r.Context(), func(tx *sqldb.Tx) error {
		cas, err := c.Flow.Cases.Get(tx, c.who.Org, id)
		if err == nil {
			d, err = c.detail(tx, cas)
		}
		return err
	})
	return d, err
}

func (c *call) detail(tx *sqldb.Tx, cas cases.Case) (detail, error) {
	rows, err := c.rowsOf(tx, []cases.Case{cas})
	if err != nil {
		return detail{}, err
	}
	d := empty(cas, rows[0])
	d.Viewers = c.Viewers.At(cas.Org, cas.ID)
	promises, err := c.Flow.Promise.OfCase(tx, cas.Org, cas.ID)
	if err != nil {
		return d, err
	}
	for i := range promises {
		d.Promises = append(d.Promises, promiseOf(&promises[i]))
	}
	given, err := c.Flow.Feedback.OfCase(tx, cas.Org, cas.ID)
	if err != nil {
		return d, err
	}
	for _, g := range given {
		d.Feedback = append(d.Feedback, feedbackView{g.Satisfaction, g.Grade, g.Recommend, g.Text, g.At, g.Outcome == feedback.Solved})
	}
	if d.Contact, err = c.contact(tx, &cas); err != nil {
		return d, err
	}
	if c.who.Agent != 0 {
		draft, err := c.Flow.Conversation.Draft(tx, cas.Org, cas.ID, c.who.Agent)
		if err != nil {
			return d, err
		}
		if draft.Text != "" {
			d.Draft = &draftView{draft.Text, draft.Sort}
		}
	}
	entries, err := c.Flow.Conversation.Timeline(tx, cas.Org, cas.ID)
	if err != nil {
		return d, err
	}
	return d, c.said(tx, cas, entries, &d)
}

// newDetail is the detail of a case that is being made, with the line that it begins with: nobody promised, judged,
// tagged, drafted or answered anything yet, so that is not asked for.
func (c *call) newDetail(tx *sqldb.Tx, k flow.Kept) (detail, error) {
	departments, err := c.departments(tx, []cases.Case{k.Case})
	if err != nil {
		return detail{}, err
	}
	d := empty(k.Case, rowOf(&k.Case, departments))
	return d, c.said(tx, k.Case, []conversation.Entry{k.Entry}, &d)
}

func empty(cas cases.Case, r row) detail {
	d := detail{row: r, Promises: []promiseView{}, Feedback: []feedbackView{}, Viewers: []live.Viewer{}, Needs: []needView{}}
	if cas.MergedInto != 0 {
		into := ident.Text(cas.MergedInto)
		d.MergedInto = &into
	}
	return d
}

// said adds the conversation and what the customer told us before.
func (c *call) said(tx *sqldb.Tx, cas cases.Case, entries []conversation.Entry, d *detail) (err error) {
	d.Timeline = make([]line, len(entries))
	for i := range entries {
		d.Timeline[i] = lineOf(&entries[i])
	}
	if d.Known, err = c.known(tx, cas.Party); err != nil {
		return err
	}
	o, err := c.Flow.Org.Load(tx, cas.Org)
	if err != nil {
		return err
	}
	d.CustomerLink = c.Flow.PageURL(o, cas)
	d.Needs, err = c.needsOf(tx, cas.Needs)
	return err
}

// known lists what the customer already told us, with the name of each field in the language of who asks.
func (c *call) known(tx *sqldb.Tx, p ident.Party) ([]knownView, error) {
	given, err := c.Flow.Party.Known(tx, c.who.Org, p)
	all := make([]knownView, len(given))
	for i, g := range given {
		all[i] = knownView{g.Field, c.label(g.Field), g.Value, g.Source, g.At}
	}
	return all, err
}

// label names a field; one that we have no name for is named by the website that gave it.
func (c *call) label(field string) string {
	if key := "known." + field; c.Catalogue.Has(key) {
		return c.texts().T(key)
	}
	words := []rune(strings.NewReplacer("_", " ", "-", " ").Replace(field))
	if len(words) > 0 {
		words[0] = unicode.ToUpper(words[0])
	}
	return string(words)
}

func lineOf(e *conversation.Entry) line {
	l := line{
		ID: ident.Text(e.ID), Seq: e.Seq, Kind: e.Sort, At: e.At,
		Actor: actorView{e.Actor.Kind, ident.Text(ident.Row(e.Actor.ID)), e.Actor.Name}, Text: e.Text, Quoted: e.Quoted,
		HTML: e.HTMLHash != "", Raw: e.RawHash != "", Files: filesOf(e.Files), Mentions: e.Data.Mentions, Private: e.Sort.Private(),
		Data: lineData{
			Subject: e.Data.Subject, Due: e.Data.Due, Promise: ident.Text(e.Data.Promise), To: e.Data.To,
			Reason: e.Data.Reason, From: e.Data.From, OtherSender: e.Data.OtherSender, Problem: e.Data.Problem, Tags: e.Data.Tags, Score: e.Data.Score,
			Rule: ident.Text(e.Data.Rule), Deeds: e.Data.Deeds,
		},
	}
	if l.Mentions == nil {
		l.Mentions = []string{}
	}
	if e.Sort == conversation.ReadBack || e.Sort == conversation.Confirmed {
		l.Data.Question = e.Text
	}
	if e.Delivery.State != "" {
		l.Delivery = &deliveryView{e.Delivery.State, e.Delivery.Reason}
	}
	return l
}

func filesOf(files []conversation.File) []fileView {
	all := make([]fileView, len(files))
	for i, f := range files {
		all[i] = fileView{ident.Text(f.ID), f.Name, f.Type, f.Size}
	}
	return all
}

func promiseOf(p *promise.Promise) promiseView {
	v := promiseView{
		ID: ident.Text(p.ID), Text: p.Text, Due: p.Due, Status: p.Status, MadeAt: p.Made, KeptAt: moment(p.KeptAt),
		MovedFrom: moment(p.MovedFrom), CallAt: moment(p.CallAt),
	}
	if p.Owner != 0 {
		v.Owner = &named{ident.Text(p.Owner), p.OwnerName}
	}
	return v
}
