package customer

import (
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"balie/domain/conversation"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/text"
)

// storyLine is one line of everything that was said.
type storyLine struct {
	Side   string // "customer", "agent"; empty for a plain event
	Who    string
	Label  string // what this message was for
	Icon   string
	When   string
	Exact  string // for machines, RFC 3339
	at     time.Time
	Words  templ.Component
	Quoted string
	Files  []fileView
	Event  string
}

// fileView is an attachment.
type fileView struct {
	Name string
	Size string
	Link templ.SafeURL
}

func (f *frame) story(base string, lines []conversation.Entry) []storyLine {
	var story []storyLine
	for _, e := range lines {
		if !visible(e) {
			continue
		}
		l := storyLine{When: f.briefly(e.At), Exact: e.At.UTC().Format(exactly), at: e.At}
		if !f.message(e, &l) && !f.event(e, &l) {
			continue
		}
		for _, file := range e.Files {
			l.Files = append(l.Files, fileView{
				Name: file.Name, Size: f.Size(file.Size),
				Link: templ.SafeURL(f.pages.FilesURL + base + "/file/" + url.PathEscape(ident.Text(file.ID))),
			})
		}
		story = append(story, l)
	}
	return story
}

// exactly is how moments are written for machines.
const exactly = "2006-01-02T15:04:05Z"

// briefly says a moment: of today only the time, since most of a story is of one day.
func (f *frame) briefly(at time.Time) string {
	if y, m, d := at.In(f.Zone).Date(); f.Now.In(f.Zone).Day() == d && f.Now.In(f.Zone).Month() == m && f.Now.In(f.Zone).Year() == y {
		return f.Clock(at, f.Zone)
	}
	return f.When(at)
}

// message fills in a line that somebody said.
func (f *frame) message(e conversation.Entry, l *storyLine) bool {
	switch e.Sort {
	case conversation.Message:
		if e.Actor.Kind == ledger.Rule {
			l.Label = f.T("customer.said_by_itself")
		}
	case conversation.ReadBack:
		l.Label = f.T("customer.said_read_back")
	case conversation.Corrected:
		l.Label = f.T("customer.said_corrected")
	case conversation.Solution:
		l.Label = f.T("customer.said_solution")
	case conversation.NotSolved:
		l.Label = f.T("customer.said_not_solved")
		if e.Text == "" {
			return false
		}
	default:
		return false
	}
	if e.Actor.Kind == ledger.Customer {
		l.Side, l.Who, l.Words = "customer", f.T("customer.you"), templ.Raw(linked(e.Text))
	} else {
		l.Side, l.Who, l.Words = "agent", first(e.Actor.Name), templ.Raw(text.Markdown(e.Text))
		if l.Who == "" {
			l.Who = f.Name()
		}
	}
	l.Quoted = e.Quoted
	if e.Data.Problem != "" && e.Data.Problem != "auto" && strings.TrimSpace(e.Text) == "" {
		l.Words = templ.Raw("<em>" + html.EscapeString(f.T("customer.said_unreadable")) + "</em>")
	}
	return true
}

// event fills in a line that says what happened.
func (f *frame) event(e conversation.Entry, l *storyLine) bool {
	who := first(e.Actor.Name)
	switch e.Sort {
	case conversation.Receipt:
		l.Icon, l.Event = "mail", f.T("customer.event_receipt")
	case conversation.Confirmed:
		l.Icon, l.Event = "check", f.T("customer.event_confirmed")
	case conversation.Promised:
		l.Icon, l.Event = "handshake", f.T("customer.event_promised", "text", e.Text)
	case conversation.PromiseMoved:
		l.Icon, l.Event = "clock", f.T("customer.event_moved", "text", e.Text)
	case conversation.PromiseKept:
		l.Icon, l.Event = "circle-check", f.T("customer.event_kept", "text", e.Text)
	case conversation.PromiseBroken:
		l.Icon, l.Event = "triangle-alert", f.T("customer.event_broken", "text", e.Text)
	case conversation.PromiseDropped:
		l.Icon, l.Event = "circle-x", f.T("customer.event_withdrawn", "text", e.Text)
	case conversation.Solved:
		l.Icon, l.Event = "circle-check", f.T("customer.event_solved")
	case conversation.NotSolved:
		l.Icon, l.Event = "rotate-ccw", f.T("customer.event_not_solved")
	case conversation.Rated:
		l.Icon, l.Event = "star", f.rated(e)
	case conversation.SilenceAsked:
		l.Icon, l.Event = "circle-question-mark", f.T("customer.event_silence_asked")
	case conversation.ClosedBySilence:
		l.Icon, l.Event = "circle-dot", f.T("customer.event_silent")
	case conversation.Owned, conversation.HandedOver:
		// The words of a hand-over are between colleagues; who helps from now on, and who does not, is not.
		if e.Data.From != "" {
			l.Icon, l.Event = "user", f.T("customer.event_not_there", "name", first(e.Data.From))
			return true
		}
		if e.Data.To != "" {
			who = first(e.Data.To)
		} else if e.Sort == conversation.HandedOver {
			return false
		}
		if who == "" {
			return false
		}
		l.Icon, l.Event = "user", f.T("customer.event_owner", "name", who)
	case conversation.Merged:
		l.Icon, l.Event = "git-merge", f.T("customer.event_merged", "number", e.Data.To)
	default:
		return false
	}
	if e.Data.Reason != "" {
		l.Event += " " + f.T("customer.event_reason", "reason", e.Data.Reason)
	}
	return true
}

// rated says what the customer thought of it.
func (f *frame) rated(e conversation.Entry) string {
	var said []string
	if s := e.Data.Score; s != nil {
		if s.Satisfaction != 0 {
			said = append(said, f.face(s.Satisfaction))
		}
		if s.Grade != 0 {
			said = append(said, f.T("customer.event_grade", "grade", s.Grade))
		}
		if s.Recommend != nil {
			said = append(said, f.T("customer.event_recommend", "recommend", *s.Recommend))
		}
	}
	if e.Text != "" {
		said = append(said, "“"+e.Text+"”")
	}
	return f.T("customer.event_rated", "what", strings.Join(said, ", "))
}

func (f *frame) face(n int) string { return f.T("customer.face_" + strconv.Itoa(n)) }

// address finds the addresses in a text that a person may want to follow.
var address = regexp.MustCompile(`https?://[^\s<>"]+`)

// linked is a customer's own text as HTML: every character as it was typed, and web addresses to follow.
func linked(s string) string {
	var b strings.Builder
	for {
		at := address.FindStringIndex(s)
		if at == nil {
			b.WriteString(html.EscapeString(s))
			return b.String()
		}
		link := strings.TrimRight(s[at[0]:at[1]], ".,;:!?'”’")
		if strings.HasSuffix(link, ")") && !strings.Contains(link, "(") {
			link = strings.TrimRight(link, ")")
		}
		b.WriteString(html.EscapeString(s[:at[0]]))
		if u, err := url.Parse(link); err == nil && u.Host != "" {
			e := html.EscapeString(link)
			b.WriteString(`<a href="` + e + `" rel="nofollow noreferrer">` + e + `</a>`)
		} else {
			b.WriteString(html.EscapeString(link))
		}
		s = s[at[0]+len(link):]
	}
}
