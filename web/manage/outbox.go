package manage

import (
	"io"
	"net/url"
	"regexp"
	"strings"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/domain/conversation"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// pageSize is how many rows a list shows.
const pageSize = 50

// states are those of an outgoing message; the first stands for all.
var states = []option{
	{"", "manage.outbox_all"},
	{"queued", "manage.outbox_queued"},
	{"sent", "manage.outbox_sent"},
	{"failed", "manage.outbox_failed"},
	{"bounced", "manage.outbox_bounced"},
}

func onLetter(s *screen, tx *sqldb.Tx) (access.Object, error) {
	l, err := s.letter(tx)
	return access.Object{Org: l.Org}, err
}

func (s *screen) letter(tx *sqldb.Tx) (conversation.Letter, error) {
	v, err := id[ident.Outgoing](s)
	if err != nil {
		return conversation.Letter{}, err
	}
	return s.pages.Conversation.Letter(tx, s.Who.Org, v)
}

// outboxView is what the list shows.
type outboxView struct {
	State string
	All   []conversation.Letter
	Next  string
}

func showOutbox(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.outbox")
	v := outboxView{State: s.query("state")}
	filter := conversation.OutboxFilter{State: v.State, Limit: pageSize + 1}
	if !known(states, v.State) {
		return nil, fault.New(fault.Unknown, "manage.no_page")
	}
	if cursor := s.query("cursor"); cursor != "" {
		before, err := ident.Parse[ident.Outgoing](cursor)
		if err != nil {
			return nil, fault.New(fault.Unknown, "manage.no_page")
		}
		filter.Before = before
	}
	var err error
	if v.All, err = s.pages.Conversation.Outbox(tx, s.Org.ID, filter); err != nil {
		return nil, err
	}
	if len(v.All) > pageSize {
		v.All = v.All[:pageSize]
		v.Next = outboxOf(v.State, ident.Text(v.All[pageSize-1].ID))
	}
	return outboxPage(s, v), nil
}

// outboxOf is the list in a state, from a place on.
func outboxOf(state, cursor string) string {
	q := url.Values{}
	if state != "" {
		q.Set("state", state)
	}
	if cursor != "" {
		q.Set("cursor", cursor)
	}
	if len(q) == 0 {
		return "/manage/outbox"
	}
	return "/manage/outbox?" + q.Encode()
}

// posted is the state of a message in a word and a colour.
func posted(l conversation.Letter) health {
	switch l.State {
	case "sent":
		return health{"manage.outbox_sent", "green", "check"}
	case "failed":
		return health{"manage.outbox_failed", "red", "circle-x"}
	case "bounced":
		return health{"manage.outbox_bounced", "red", "corner-up-left"}
	}
	if l.Attempts > 0 {
		return health{"manage.outbox_again", "amber", "refresh-cw"}
	}
	return health{"manage.outbox_queued", "", "clock"}
}

// welcome is a link that signs in or sets a password. It is for its reader alone, so the outbox does not show it.
var welcome = regexp.MustCompile(`(/welcome/)[A-Za-z0-9_-]+`)

func masked(s string) string { return welcome.ReplaceAllString(s, "$1***") }

func showLetter(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	l, err := s.letter(tx)
	s.Title = l.Subject
	l.Text = masked(l.Text)
	return letterPage(s, l), err
}

// showLetterHTML is the document in the frame: as the receiver gets it, without scripts, forms or pictures from
// elsewhere.
func showLetterHTML(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	l, err := s.letter(tx)
	if err != nil {
		return nil, err
	}
	h := s.w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox")
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(s.w, masked(l.HTML)) // the browser left: nobody to tell
	return nil, nil
}

func resend(s *screen) (answer, error) {
	v, err := id[ident.Outgoing](s)
	if err != nil {
		return answer{}, err
	}
	return s.save("/manage/outbox/"+ident.Text(v), "resent", func(tx *sqldb.Tx) error {
		return s.pages.Conversation.Resend(tx, s.Who.Org, v, s.Who.Actor())
	})
}

// letterSays is what became of a message, in a sentence.
func (s *screen) letterSays(l conversation.Letter) string {
	switch {
	case l.State == "sent":
		return s.T("manage.letter_sent", "when", s.When(l.Sent))
	case l.State == "queued" && l.Attempts > 0:
		return s.T("manage.letter_again", "count", l.Attempts, "when", s.When(l.Next))
	case l.State == "queued":
		return s.T("manage.letter_queued", "when", s.When(l.Created))
	}
	return s.T("manage.letter_made", "count", l.Attempts, "when", s.When(l.Created))
}

// paragraphs splits a plain text into paragraphs of lines.
func paragraphs(s string) [][]string {
	var all [][]string
	for _, p := range strings.Split(strings.TrimSpace(s), "\n\n") {
		if p = strings.Trim(p, "\n"); p != "" {
			all = append(all, strings.Split(p, "\n"))
		}
	}
	return all
}
