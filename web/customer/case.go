package customer

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/feedback"
	"balie/domain/intake"
	"balie/domain/promise"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// known is what the rooms know of a case when its customer looks.
type known struct {
	visit    flow.Visit
	question intake.Question // zero when none was read back
	promises []promise.Promise
	lines    []conversation.Entry
	judged   []feedback.Feedback
	turns    []turn
	standing flow.Standing // in the line, while nobody took it
	inLine   bool
}

// caseView is the customer's page of a case.
type caseView struct {
	*frame
	Base     string // "/c/TOKEN"
	Case     cases.Case
	Helper   string // first name of the owner
	Steps    []step
	Promises []promiseView
	Question questionView
	Solution solutionView
	Older    []storyLine
	Story    []storyLine
	Done     string     // what the customer just did, in words
	Typed    url.Values // what was typed and could not be used
	Wrong    wrong
	ID       string // of the reply box
}

// wrong says which form could not be used and why.
type wrong struct {
	Form string // "question", "solution", "message"
	Text string
}

// At gives what is wrong with a form, empty when nothing is.
func (v caseView) At(form string) string {
	if v.Wrong.Form == form {
		return v.Wrong.Text
	}
	return ""
}

// step is one step of "where does it stand".
type step struct {
	Mark string // "done", "now", "next"
	What string
	More string
}

// promiseView is a promise as its customer sees it.
type promiseView struct {
	Text  string
	State string // "", "kept", "broken", "withdrawn": the class of the card
	Icon  string
	When  string
	File  string // address of what goes in a calendar; empty: nothing
}

// questionView is the question as we read it.
type questionView struct {
	Text      string
	Waits     bool // for yes or no
	Confirmed bool
	Corrected string // what the customer wrote instead, until it is read back again
	When      string
}

// solutionView is the question whether it is solved, and what the customer answered.
type solutionView struct {
	Text     string // what was proposed
	Waits    bool
	Until    string // when silence closes it
	Solved   string // when, on the customer's word
	Silent   string // when, because nothing was said
	Judged   bool
	Feedback feedback.Feedback
}

// Shown says whether there is anything to say about a solution.
func (s solutionView) Shown() bool { return s.Waits || s.Solved != "" || s.Silent != "" }

// First says whether the customer has something to answer here, so that it stands on top.
func (s solutionView) First() bool { return s.Shown() && !s.Judged }

func (p *Pages) load(r *http.Request, f *frame) (known, error) {
	var k known
	err := p.DB.Read(r.Context(), func(tx *sqldb.Tx) (err error) {
		// The organisation first, as the link names it: its contact page is public, and also a link that does not work
		// can then say how to reach it.
		o, err := p.Flow.Org.Load(tx, orgOf(r.PathValue("token")))
		if err != nil && !fault.Is(err, fault.Unknown) {
			return err
		}
		f.speak(o)
		if k.visit, err = p.Flow.Visit(tx, r.PathValue("token")); err != nil {
			return err
		}
		c := k.visit.Case
		if k.question, err = p.Flow.Intake.Last(tx, c.Org, c.ID); err != nil && !fault.Is(err, fault.Unknown) {
			return err
		}
		if k.promises, err = p.Flow.Promise.OfCase(tx, c.Org, c.ID); err != nil {
			return err
		}
		if k.lines, err = p.Flow.Conversation.Timeline(tx, c.Org, c.ID); err != nil {
			return err
		}
		if k.judged, err = p.Flow.Feedback.OfCase(tx, c.Org, c.ID); err != nil {
			return err
		}
		if k.turns, err = p.howTurnsCame(tx, c); err != nil {
			return err
		}
		k.standing, k.inLine, err = p.Flow.Standing(tx, &c)
		return err
	})
	return k, err
}

// orgOf reads which desk a link is of, before anything of it is checked.
func orgOf(token string) ident.Org {
	first, _, _ := strings.Cut(token, ".")
	id, err := strconv.ParseInt(first, 36, 64)
	if err != nil {
		return 0
	}
	return ident.Org(id)
}

// recent is how many lines of the story are not folded away.
const recent = 20

func (f *frame) caseView(r *http.Request, k known) caseView {
	c := k.visit.Case
	v := caseView{frame: f, Base: casePath(r), Case: c, Helper: first(c.OwnerName), Typed: url.Values{}, ID: f.key()}
	f.Title = c.Subject
	f.Here = &url.URL{Path: v.Base}
	v.Question = f.question(k)
	v.Solution = f.solution(k)
	v.Promises = f.answerPromised(k, f.promises(v.Base, k.promises))
	v.Steps = f.steps(k)
	v.Story = f.withTurns(f.story(v.Base, k.lines), k.turns)
	if n := len(v.Story) - recent; n > recent/2 {
		v.Older, v.Story = v.Story[:n], v.Story[n:]
	}
	return v
}

func casePath(r *http.Request) string { return "/c/" + url.PathEscape(r.PathValue("token")) }

func (p *Pages) showCase(w http.ResponseWriter, r *http.Request, f *frame) error {
	k, err := p.load(r, f)
	if err != nil {
		return err
	}
	v := f.caseView(r, k)
	if done := "customer.done_" + r.URL.Query().Get("done"); r.URL.Query().Get("done") != "" && f.Has(done) {
		v.Done = f.T(done)
	}
	p.write(w, r, http.StatusOK, casePage(v))
	return nil
}

// backToCase is for somebody who loads the address of a form again.
func (p *Pages) backToCase(w http.ResponseWriter, r *http.Request, f *frame) error {
	switch r.PathValue("step") {
	case "question", "solution", "message":
		target := casePath(r)
		if f.Choice != "" && r.URL.Query().Has("lang") {
			target += "?lang=" + url.QueryEscape(f.Choice)
		}
		http.Redirect(w, r, target, http.StatusSeeOther)
		return nil
	}
	return fault.New(fault.Unknown, "customer.page_unknown")
}

// nowhere is for an address under an organisation that does not exist.
func nowhere(http.ResponseWriter, *http.Request, *frame) error {
	return fault.New(fault.Unknown, "customer.page_unknown")
}

func (f *frame) question(k known) questionView {
	q := k.question
	v := questionView{Text: q.Text, Waits: q.ID != 0 && q.Answer == intake.None, Confirmed: q.Answer == intake.Yes}
	if q.Answer == intake.No {
		v.Corrected = q.Correction
	}
	if !q.Answered.IsZero() {
		v.When = f.When(q.Answered)
	}
	// The customer's "solved" also says that the question was the right one.
	if v.Waits && k.visit.Case.Status == cases.Closed {
		v.Waits = false
	}
	return v
}

func (f *frame) solution(k known) solutionView {
	c := k.visit.Case
	v := solutionView{Text: c.Solution, Waits: c.Status == cases.Proposed}
	if !c.SilenceAsked.IsZero() && !c.SilenceDue.IsZero() {
		v.Until = f.When(c.SilenceDue)
	}
	if c.Status == cases.Closed {
		if c.ClosedBy == cases.BySilence {
			v.Silent = f.When(c.ClosedAt)
		} else {
			v.Solved = f.When(c.ClosedAt)
		}
	}
	for _, g := range k.judged { // the last one counts; one of before a reopening is no judgement of now
		if g.Outcome == feedback.Solved && !g.At.Before(c.ClosedAt) && c.Status == cases.Closed {
			v.Judged, v.Feedback = true, g
		}
	}
	return v
}

func (f *frame) promises(base string, all []promise.Promise) []promiseView {
	var open, done []promiseView
	for _, one := range all {
		v := f.promise(one)
		if one.Call() && (one.Status == promise.Withdrawn || (one.Status == promise.Open && one.Due.After(f.Now))) {
			v.File = base + "/calendar/" + ident.Text(one.ID)
		}
		if one.Waits() {
			open = append(open, v)
		} else {
			done = append(done, v)
		}
	}
	return append(open, done...)
}

// answerPromised puts the answer that we owe before what else was promised.
func (f *frame) answerPromised(k known, all []promiseView) []promiseView {
	due := k.visit.Case.AnswerDue
	if due.IsZero() {
		return all
	}
	v := promiseView{Text: f.T("customer.answer"), Icon: "clock", When: f.T("customer.answer_before", "when", f.When(due))}
	if f.Now.After(due) {
		v.State, v.Icon, v.When = "broken", "triangle-alert", f.T("customer.answer_late", "when", f.When(due))
	}
	if k.inLine {
		v.When += f.place(k.standing)
	}
	return append([]promiseView{v}, all...)
}

func (f *frame) promise(p promise.Promise) promiseView {
	v := promiseView{Text: p.Text, Icon: "clock"}
	who := first(p.OwnerName)
	switch {
	case p.Status == promise.Kept:
		v.State, v.Icon, v.When = "kept", "circle-check", f.T("customer.promise_kept", "when", f.When(p.KeptAt))
	case p.Status == promise.Withdrawn:
		v.State, v.Icon, v.When = "withdrawn", "circle-x", f.T("customer.promise_withdrawn")
	case p.Status == promise.Broken && !p.KeptAt.IsZero():
		v.State, v.Icon, v.When = "broken", "triangle-alert", f.T("customer.promise_late", "due", f.When(p.Due), "when", f.When(p.KeptAt))
	case p.Status == promise.Broken || p.Overdue(f.Now):
		v.State, v.Icon, v.When = "broken", "triangle-alert", f.T("customer.promise_broken", "due", f.When(p.Due))
	default:
		v.When = f.When(p.Due)
		if p.Call() {
			v.When = f.T("customer.call_between", "day", f.Day(p.CallAt, f.Now, f.Zone), "from", f.ShortClock(p.CallAt, f.Zone), "to", f.Clock(p.Due, f.Zone))
		} else if p.Due.Sub(f.Now) < 24*time.Hour {
			v.When += " · " + f.Due(p.Due, f.Now)
		}
		if who != "" {
			v.When += " · " + who
		}
		if !p.MovedFrom.IsZero() {
			v.When += " · " + f.T("customer.promise_moved", "when", f.When(p.MovedFrom))
		}
	}
	return v
}

// steps says where the case stands in four steps; exactly one is now, until it is closed.
func (f *frame) steps(k known) []step {
	c := k.visit.Case
	asked := step{"now", f.T("customer.step_question"), f.T("customer.step_reading")}
	work := step{"next", f.T("customer.step_work"), ""}
	word := step{"next", f.T("customer.step_word"), ""}
	switch {
	case !c.QuestionConfirmed.IsZero():
		asked = step{"done", f.T("customer.step_question_done"), f.When(c.QuestionConfirmed)}
	case c.Status != cases.New:
		asked = step{"done", f.T("customer.step_question_clear"), ""}
	case k.question.ID != 0 && k.question.Answer == intake.None:
		asked.More = f.T("customer.step_your_turn")
	case k.question.Answer == intake.No:
		asked.More = f.T("customer.step_reading_again")
	}
	if c.Status == cases.Open {
		work.Mark, work.More = "now", f.T("customer.step_working")
		if name := first(c.OwnerName); name != "" {
			work.More = f.T("customer.step_working_by", "name", name)
		}
		if asked.Mark == "now" { // open again with a corrected question: one thing at a time
			asked.Mark = "done"
		}
	}
	switch c.Status {
	case cases.Proposed:
		work = step{"done", f.T("customer.step_work_done"), ""}
		word.Mark, word.More = "now", f.T("customer.step_your_turn")
	case cases.Closed:
		work = step{"done", f.T("customer.step_work_done"), ""}
		word = step{"done", f.T("customer.step_solved"), f.When(c.ClosedAt)}
		if c.ClosedBy == cases.BySilence {
			word.Mark, word.What = "next", f.T("customer.step_silent") // green is the customer's own word
		}
	case cases.New, cases.Open:
	}
	return []step{{"done", f.T("customer.step_received"), f.When(c.Created)}, asked, work, word}
}

// first is the first name of somebody.
func first(name string) string {
	name, _, _ = strings.Cut(strings.TrimSpace(name), " ")
	return name
}

// visible says whether a line is for the customer.
func visible(e conversation.Entry) bool { return !e.Sort.Private() && e.Data.OtherSender == "" }

// seen finds an attachment that the customer may see.
func seen(lines []conversation.Entry, id ident.File) (conversation.File, bool) {
	for _, e := range lines {
		if !visible(e) {
			continue
		}
		for _, f := range e.Files {
			if f.ID == id {
				return f, true
			}
		}
	}
	return conversation.File{}, false
}
