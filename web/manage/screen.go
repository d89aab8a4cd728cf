package manage

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/text"
)

// screen is one request on its way to a page: who asks, in which language, and what was refused.
type screen struct {
	text.Texts
	Who   access.Principal
	Org   org.Organisation
	Now   time.Time
	Zone  *time.Location
	Title string
	// What was refused: the fault, the form by its address, the field by its name, and what was typed.
	Wrong *fault.Fault
	At    string
	Field string
	Typed url.Values
	pages *Pages
	w     http.ResponseWriter
	r     *http.Request
}

func (p *Pages) screen(w http.ResponseWriter, r *http.Request) *screen {
	l := text.Match(r.Header.Get("Accept-Language"), text.Dutch)
	return &screen{Texts: p.Edge.Catalogue.For(l), Now: p.Edge.DB.Clock().Now(), Zone: time.UTC, pages: p, w: w, r: r}
}

// dones are what a page may say was done. The address cannot make it say anything else.
var dones = []string{
	"saved", "added", "removed", "invited", "blocked", "unblocked", "second_step", "session", "sessions", "password",
	"passkey", "revoked", "resent", "key_used", "test_sent", "reset", "created", "site_renewed", "picture",
}

// Done is the sentence on what was just done, or nothing.
func (s *screen) Done() string {
	if done := s.r.URL.Query().Get("done"); s.Wrong == nil && slices.Contains(dones, done) {
		return s.T("manage.done_" + done)
	}
	return ""
}

// General is the refusal that belongs to no field on the page.
func (s *screen) General() string {
	if s.Wrong == nil || s.Field != "" {
		return ""
	}
	return s.Fault(s.Wrong)
}

// May says whether whoever looks may do this at all; a page leaves out what they may not.
func (s *screen) May(a access.Action) bool { return access.May(s.Who, a, s.own()) == nil }

// Icon is a drawing, hidden from screen readers.
func (s *screen) Icon(name string) templ.Component { return templ.Raw(s.pages.Assets.Icon(name)) }

// Asset is the address of a built file.
func (s *screen) Asset(name string) string { return s.pages.Assets.Path(name) }

// Font is the address of the font.
func (s *screen) Font() string { return s.pages.Assets.Font() }

// When says a moment in the zone of the organisation, or that there was none.
func (s *screen) When(at time.Time) string {
	if at.IsZero() {
		return s.T("manage.never")
	}
	return s.Texts.When(at, s.Now, s.Zone)
}

// post is a field of the posted form.
func (s *screen) post(name string) string { return strings.TrimSpace(s.r.PostFormValue(name)) }

// query is a value in the address.
func (s *screen) query(name string) string { return s.r.URL.Query().Get(name) }

// id is the identifier in the path; what is none is no page.
func id[T ident.ID](s *screen) (T, error) {
	v, err := ident.Parse[T](s.r.PathValue("id"))
	if err != nil {
		return 0, fault.New(fault.Unknown, "manage.no_page")
	}
	return v, nil
}

// chosen is an identifier that was chosen in a form; empty is none.
func chosen[T ident.ID](s *screen, name string) (T, error) {
	if s.post(name) == "" {
		return 0, nil
	}
	v, err := ident.Parse[T](s.post(name))
	if err != nil {
		return 0, fault.New(fault.Invalid, "org.choice_unknown", "choice", s.post(name))
	}
	return v, nil
}

// place is one line of the side navigation.
type place struct {
	Head   string // a heading above it
	Path   string
	Icon   string
	Key    string
	Action access.Action
}

var places = []place{
	{"", Home, "layout-dashboard", "manage.overview", access.ReadInsight},
	{"manage.head_people", "/manage/agents", "users", "manage.agents", access.ChangeAgents},
	{"", "/manage/skills", "badge-check", "manage.skills", access.ChangeSkills},
	{"", "/manage/departments", "building-2", "manage.departments", access.ChangeDesk},
	{"manage.head_reach", "/manage/addresses", "at-sign", "manage.addresses", access.ChangeDesk},
	{"", "/manage/mailboxes", "mailbox", "manage.mailboxes", access.ChangeDesk},
	{"", "/manage/keys", "key-round", "manage.keys", access.ChangeDesk},
	{"", "/manage/sites", "monitor", "manage.sites", access.ChangeDesk},
	{"", "/manage/hours", "clock", "manage.hours", access.ChangeHours},
	{"", "/manage/targets", "circle-check", "manage.targets", access.ChangeHours},
	{"manage.head_words", "/manage/organisation", "settings", "manage.organisation", access.ChangeOrg},
	{"", "/manage/texts", "pencil-line", "manage.texts", access.ChangeOrg},
	{"", "/manage/replies", "zap", "manage.replies", access.ChangeReplies},
	{"manage.head_check", "/manage/waiting", "clock", "manage.waiting", access.ReadInsight},
	{"", "/manage/outbox", "send", "manage.outbox", access.ReadOutbox},
	{"", "/manage/audit", "history", "manage.audit", access.ReadAudit},
	{"", "/manage/tokens", "link", "manage.tokens", access.ChangeTokens},
	{"manage.head_house", "/manage/organisations", "globe", "manage.organisations", access.ListOrgs},
}

// Places are the pages that whoever looks may open. A heading stands above the first of its group that is left.
func (s *screen) Places() []place {
	var mine []place
	head := ""
	for _, p := range places {
		if p.Head != "" {
			head = p.Head
		}
		if !s.May(p.Action) {
			continue
		}
		p.Head, head = head, ""
		mine = append(mine, p)
	}
	return mine
}

// here says whether the page of a request stands in this part.
func (s *screen) here(path string) bool {
	if path == Home {
		return s.r.URL.Path == Home
	}
	return s.r.URL.Path == path || strings.HasPrefix(s.r.URL.Path, path+"/")
}

// current marks the page that is open.
func (s *screen) current(path string) templ.Attributes {
	if s.here(path) {
		return templ.Attributes{"aria-current": "page"}
	}
	return nil
}

// Name is that of the organisation, or of the program while it is not known who asks.
func (s *screen) Name() string {
	if s.Org.Name == "" {
		return s.T("manage.manage")
	}
	return s.Org.Name
}
