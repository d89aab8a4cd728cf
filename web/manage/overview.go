package manage

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/domain/conversation"
	"balie/domain/org"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// troubleDays is how far back the overview looks for mail that did not arrive.
const troubleDays = 7

// overview is what the first page tells.
type overview struct {
	Steps     []step
	Mailboxes []org.Mailbox
	Open      opening
	Trouble   int64
	SetAside  int64
}

// step is one thing to set up.
type step struct {
	Name   string // a message key
	Says   string
	Path   string
	Action access.Action
	Ready  bool
}

// Left counts what is still to be done.
func (o overview) Left() int {
	n := 0
	for _, s := range o.Steps {
		if !s.Ready {
			n++
		}
	}
	return n
}

// facts are what the steps are judged by.
type facts struct {
	addresses []org.Address
	mailboxes []org.Mailbox
	keys      []org.Key
	accounts  []access.Account
	tested    []conversation.Letter
}

func showOverview(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.overview")
	var o overview
	f, err := s.facts(tx)
	if err != nil {
		return nil, err
	}
	h, err := s.pages.Org.Hours(tx, s.Org.ID, "")
	if err != nil {
		return nil, err
	}
	if o.Trouble, err = s.pages.Conversation.Undelivered(tx, s.Org.ID, s.Now.AddDate(0, 0, -troubleDays)); err != nil {
		return nil, err
	}
	if o.SetAside, err = ledger.SetAsideOf(tx, s.Org.ID); err != nil {
		return nil, err
	}
	o.Open, o.Mailboxes = s.opening(h), f.mailboxes
	o.Steps = s.steps(f, o.Open)
	return overviewPage(s, o), nil
}

func (s *screen) facts(tx *sqldb.Tx) (f facts, err error) {
	if f.addresses, err = s.pages.Org.Addresses(tx, s.Org.ID); err != nil {
		return f, err
	}
	if f.mailboxes, err = s.pages.Org.Mailboxes(tx, s.Org.ID); err != nil {
		return f, err
	}
	if f.keys, err = s.pages.Org.Keys(tx, s.Org.ID); err != nil {
		return f, err
	}
	if f.accounts, err = s.pages.Access.Accounts(tx, s.Org.ID); err != nil {
		return f, err
	}
	f.tested, err = s.pages.Conversation.Outbox(tx, s.Org.ID, conversation.OutboxFilter{State: "sent", Limit: 1})
	return f, err
}

// steps is the list of a first start, in the order in which it is done.
func (s *screen) steps(f facts, open opening) []step {
	sender := ""
	if len(f.addresses) > 0 {
		sender = f.addresses[0].Address // the sender stands first
	}
	_, domain, _ := strings.Cut(sender, "@")
	return []step{
		{
			"manage.step_address", s.either(sender != "", "manage.step_address_done", "manage.step_address_todo", "address", sender),
			"/manage/addresses", access.ChangeDesk, sender != "",
		},
		s.intakeStep(f, domain),
		{
			"manage.step_relay", s.either(s.pages.Mail.Relay != "", "manage.step_relay_done", "manage.step_relay_todo", "host", s.pages.Mail.Relay),
			"", "", s.pages.Mail.Relay != "",
		},
		{
			"manage.step_key", s.either(signs(f.keys, domain), "manage.step_key_done", "manage.step_key_todo", "domain", domain),
			"/manage/keys", access.ChangeDesk, signs(f.keys, domain),
		},
		{"manage.step_hours", s.T(open.Word) + ". " + open.Says, "/manage/hours", access.ChangeHours, !open.Never},
		{"manage.step_people", s.T("manage.step_people_count", "count", len(f.accounts)), "/manage/agents", access.ChangeAgents, len(f.accounts) > 1},
		{"manage.step_test", s.either(len(f.tested) > 0, "manage.step_test_done", "manage.step_test_todo"), "", "", len(f.tested) > 0},
	}
}

func (s *screen) either(yes bool, done, todo string, args ...any) string {
	if yes {
		return s.T(done, args...)
	}
	return s.T(todo, args...)
}

// intakeStep is how mail comes in: fetched from a mailbox, or brought to our own door.
func (s *screen) intakeStep(f facts, domain string) step {
	st := step{Name: "manage.step_intake", Path: "/manage/mailboxes", Action: access.ChangeDesk}
	for _, m := range f.mailboxes {
		if m.Active && !m.Memory.Heard.IsZero() && m.Memory.Error == "" {
			st.Ready, st.Says = true, s.T("manage.step_intake_heard", "address", m.Address, "when", s.When(m.Memory.Heard))
		}
	}
	switch {
	case st.Ready:
	case len(f.mailboxes) > 0:
		st.Says = s.T("manage.step_intake_silent")
	case s.pages.Mail.Listener != "" && s.pages.Mail.Host != "" && domain != "":
		// Whether the record stands in the DNS cannot be seen from here; the test mail shows it.
		st.Ready, st.Says = true, s.T("manage.step_intake_mx", "domain", domain, "host", s.pages.Mail.Host)
	default:
		st.Says = s.T("manage.step_intake_todo")
	}
	return st
}

// signs says whether mail of a domain is signed.
func signs(keys []org.Key, domain string) bool {
	for _, k := range keys {
		if k.Active && k.Domain == domain {
			return true
		}
	}
	return false
}

// heardTooLong is when a mailbox that says nothing looks broken: a server that is well says something every half hour.
const heardTooLong = time.Hour

// health is the state of a mailbox in a word and a colour.
type health struct{ Key, Colour, Icon string }

func (s *screen) health(m org.Mailbox) health {
	switch {
	case !m.Active:
		return health{"manage.mailbox_off", "", "x"}
	case m.Memory.Error != "":
		return health{"manage.mailbox_broken", "red", "triangle-alert"}
	case m.Memory.Heard.IsZero():
		return health{"manage.mailbox_new", "amber", "clock"}
	case s.Now.Sub(m.Memory.Heard) > heardTooLong:
		return health{"manage.mailbox_silent", "amber", "clock"}
	}
	return health{"manage.mailbox_well", "green", "check"}
}

// sendTest mails whoever asks, the way every mail leaves.
func sendTest(s *screen) (answer, error) {
	if s.pages.Outside.Post == nil {
		return answer{}, fault.New(fault.Conflict, "manage.test_off")
	}
	return s.save(Home, "test_sent", func(tx *sqldb.Tx) error {
		a, err := s.pages.Access.Account(tx, s.Who.Org, s.Who.Agent)
		if err != nil {
			return err
		}
		if _, err := s.pages.Org.Sender(tx, s.Who.Org); err != nil {
			return noSender(err)
		}
		return s.pages.Outside.Post(tx, flow.Notice{
			Org: a.Org, Name: a.Name, Address: a.Email, Locale: a.Locale, Subject: s.T("manage.test_subject", "organisation", s.Org.Name),
			Text: s.T("manage.test_text", "name", a.Name, "organisation", s.Org.Name),
		})
	})
}

// noSender says what is missing when there is no address to send from.
func noSender(err error) error {
	if fault.Is(err, fault.Unknown) {
		return fault.New(fault.Conflict, "manage.no_sender")
	}
	return err
}
