package customer

import (
	"crypto/subtle"
	"hash/fnv"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"balie/channel"
	"balie/domain/cases"
	"balie/domain/feedback"
	"balie/domain/intake"
	"balie/ground/fault"
)

// inTurn keeps a double click from being two answers: what was answered is looked at and changed by one at a time.
func (p *Pages) inTurn(r *http.Request) func() {
	h := fnv.New32a()
	_, _ = h.Write([]byte(r.PathValue("token"))) // a hash never returns an error
	m := &p.turns[int(h.Sum32())%len(p.turns)]
	m.Lock()
	return m.Unlock
}

// reply is an answer of a customer as it was posted.
type reply struct {
	fields url.Values
	files  []channel.File
}

func (a reply) text() string { return strings.TrimSpace(a.fields.Get("text")) }

// posted reads an answer and what is known of the case.
func (p *Pages) posted(w http.ResponseWriter, r *http.Request, f *frame) (reply, known, error) {
	fields, files, bad := p.read(w, r, f)
	k, err := p.load(r, f)
	if err == nil {
		err = bad
	}
	return reply{fields, files}, k, err
}

// answer takes what is posted to the page itself: an answer to what waits for the customer.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request, f *frame) error {
	defer p.inTurn(r)()
	a, k, err := p.posted(w, r, f)
	if err != nil {
		return p.again(w, r, f, turned{"message", a, k, err})
	}
	if s := k.visit.Case.Status; s == cases.Proposed || s == cases.Closed {
		return p.solutionAnswered(w, r, f, turned{"solution", a, k, nil})
	}
	if k.question.ID == 0 {
		return p.again(w, r, f, turned{"message", a, k, fault.New(fault.Conflict, "customer.nothing_asked")})
	}
	return p.questionAnswered(w, r, f, turned{"question", a, k, nil})
}

func (p *Pages) answerQuestion(w http.ResponseWriter, r *http.Request, f *frame) error {
	defer p.inTurn(r)()
	a, k, err := p.posted(w, r, f)
	t := turned{"question", a, k, err}
	if err != nil {
		return p.again(w, r, f, t)
	}
	return p.questionAnswered(w, r, f, t)
}

func (p *Pages) answerSolution(w http.ResponseWriter, r *http.Request, f *frame) error {
	defer p.inTurn(r)()
	a, k, err := p.posted(w, r, f)
	t := turned{"solution", a, k, err}
	if err != nil {
		return p.again(w, r, f, t)
	}
	return p.solutionAnswered(w, r, f, t)
}

// turned is an answer to one of the forms of the page, and what became of it.
type turned struct {
	form  string
	reply reply
	known known
	err   error
}

func (p *Pages) questionAnswered(w http.ResponseWriter, r *http.Request, f *frame, t turned) error {
	done, token, q := "question_yes", r.PathValue("token"), t.known.question
	switch t.reply.fields.Get("answer") {
	case "yes":
		t.err = p.Flow.ConfirmQuestion(r.Context(), token)
	case "no":
		done = "question_no"
		if q.Answer != intake.No || q.Correction != t.reply.text() {
			t.err = p.Flow.CorrectQuestion(r.Context(), token, t.reply.text())
		}
	default:
		t.err = fault.New(fault.Invalid, "customer.answer_missing")
	}
	if t.err != nil {
		return p.again(w, r, f, t)
	}
	return done303(w, r, done)
}

func (p *Pages) solutionAnswered(w http.ResponseWriter, r *http.Request, f *frame, t turned) error {
	switch t.reply.fields.Get("answer") {
	case "yes":
		return p.solved(w, r, f, t)
	case "no":
		return p.notYet(w, r, f, t)
	}
	t.err = fault.New(fault.Invalid, "customer.answer_missing")
	return p.again(w, r, f, t)
}

func (p *Pages) solved(w http.ResponseWriter, r *http.Request, f *frame, t turned) error {
	fb := feedback.Feedback{Outcome: feedback.Solved, Text: t.reply.text()}
	if t.err = scores(t.reply.fields, &fb); t.err != nil {
		return p.again(w, r, f, t)
	}
	now := f.solution(t.known)
	closed := t.known.visit.Case.Status == cases.Closed
	switch {
	case closed && fb.Empty(), closed && now.Judged && sameJudgement(now.Feedback, fb):
		// said before: nothing changes
	default:
		if t.err = p.Flow.Solved(r.Context(), r.PathValue("token"), fb); t.err != nil {
			return p.again(w, r, f, t)
		}
	}
	if fb.Empty() {
		return done303(w, r, "solved")
	}
	return done303(w, r, "judged")
}

func (p *Pages) notYet(w http.ResponseWriter, r *http.Request, f *frame, t turned) error {
	if s := t.known.visit.Case.Status; s != cases.Proposed && s != cases.Closed {
		return done303(w, r, "not_yet") // said before: it is open already
	}
	fb := feedback.Feedback{Outcome: feedback.NotYet, Text: t.reply.text()}
	if t.err = scores(t.reply.fields, &fb); t.err == nil {
		t.err = p.Flow.Solved(r.Context(), r.PathValue("token"), fb)
	}
	if t.err != nil {
		return p.again(w, r, f, t)
	}
	return done303(w, r, "not_yet")
}

// scores reads what the customer thought of it; what was not given stays nil.
func scores(fields url.Values, fb *feedback.Feedback) error {
	for _, s := range []struct {
		name string
		into **int
	}{{"satisfaction", &fb.Satisfaction}, {"grade", &fb.Grade}, {"recommend", &fb.Recommend}} {
		value := strings.TrimSpace(fields.Get(s.name))
		if value == "" {
			continue
		}
		n, err := strconv.Atoi(value)
		if err != nil {
			return fault.Wrap(fault.Invalid, "customer.score_unreadable", err)
		}
		*s.into = &n
	}
	return fb.Check()
}

func sameJudgement(a, b feedback.Feedback) bool {
	return equal(a.Satisfaction, b.Satisfaction) && equal(a.Grade, b.Grade) && equal(a.Recommend, b.Recommend) && a.Text == b.Text
}

func equal(a, b *int) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// say takes what the customer writes.
func (p *Pages) say(w http.ResponseWriter, r *http.Request, f *frame) error {
	a, k, err := p.posted(w, r, f)
	if err == nil {
		arrival := p.Form.Arrival(a.fields, a.files)
		if a.fields.Get("id") == "" {
			arrival.Key = "" // a person may say the same twice; only the page can tell that it is sent again
		}
		arrival.Raw, arrival.Subject, arrival.Given = nil, "", nil
		err = p.Flow.Say(r.Context(), r.PathValue("token"), arrival)
	}
	if err != nil {
		return p.again(w, r, f, turned{"message", a, k, err})
	}
	return done303(w, r, "said")
}

// done303 sends the browser back to the page, which says what was done.
func done303(w http.ResponseWriter, r *http.Request, what string) error {
	http.Redirect(w, r, casePath(r)+"?done="+what+"#status", http.StatusSeeOther)
	return nil
}

// again shows the page again with what was typed and why it could not be used. When the page itself cannot be made, a
// smaller one keeps what was typed and sends it once more.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, f *frame, t turned) error {
	loaded := t.known.visit.Case.ID != 0
	if fault.Is(t.err, fault.Unknown) && !loaded {
		return t.err
	}
	code, said := status(t.err), f.Fault(fault.Of(t.err))
	if code >= http.StatusInternalServerError {
		p.Log.Error("a customer's answer was not accepted", "form", t.form, "error", t.err)
	}
	retry(w, code)
	if !loaded {
		f.Title = f.T("customer.away_title")
		p.write(w, r, code, retryPage(retryView{frame: f, Action: r.URL.Path, Said: said, Fields: t.reply.fields, Files: len(t.reply.files) > 0}))
		return nil
	}
	if code == http.StatusNotFound {
		code = http.StatusUnprocessableEntity // the page is there; what was answered is not
	}
	v := f.caseView(r, t.known)
	if (t.form == "question" && v.Question.Text == "") || (t.form == "solution" && !v.Solution.Shown()) {
		t.form = "message" // nothing was asked: what was typed may still be sent
	}
	v.Typed, v.Wrong = t.reply.fields, wrong{t.form, said}
	if id := t.reply.fields.Get("id"); id != "" {
		v.ID = id
	}
	f.Title = f.T("customer.form_wrong_title", "title", f.Title)
	p.write(w, r, code, casePage(v))
	return nil
}

// retryView is an answer that could not be kept, to be sent again.
type retryView struct {
	*frame
	Action string
	Said   string
	Fields url.Values
	Files  bool
}

// Others are the fields that the page shows no box for.
func (v retryView) Others() []string {
	var names []string
	for _, name := range []string{"answer", "satisfaction", "grade", "recommend", "id"} {
		if v.Fields.Get(name) != "" {
			names = append(names, name)
		}
	}
	return names
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
