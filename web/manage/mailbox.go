package manage

import (
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

// testWithin is how long a mail server may take to answer a test.
const testWithin = 20 * time.Second

func onMailbox(s *screen, tx *sqldb.Tx) (access.Object, error) {
	m, err := s.mailbox(tx)
	return access.Object{Org: m.Org}, err
}

// mailbox is the one in the path. One whose credentials can no longer be opened is shown all the same, to be mended.
func (s *screen) mailbox(tx *sqldb.Tx) (org.Mailbox, error) {
	v, err := id[ident.Row](s)
	if err != nil {
		return org.Mailbox{}, err
	}
	all, err := s.pages.Org.Mailboxes(tx, s.Who.Org)
	for _, m := range all {
		if m.ID == v {
			return m, nil
		}
	}
	if err == nil {
		err = fault.New(fault.Unknown, "org.not_found")
	}
	return org.Mailbox{}, err
}

func showMailboxes(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.mailboxes")
	all, err := s.pages.Org.Mailboxes(tx, s.Org.ID)
	return mailboxesPage(s, all), err
}

// mailboxView is the form of one mailbox.
type mailboxView struct {
	org.Mailbox
	Form      form
	Addresses []org.Address
	Tested    tested
}

// tested is what a test of the connection gave.
type tested struct {
	Done  bool
	Fault *fault.Fault
	Raw   string // what the server said
}

func showNewMailbox(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.mailbox_add")
	v := mailboxView{Form: s.form("/manage/mailboxes"), Mailbox: org.Mailbox{Port: 993, TLS: org.Implicit, Auth: org.Password, Folder: "INBOX", Active: true}}
	var err error
	v.Addresses, err = s.pages.Org.Addresses(tx, s.Org.ID)
	return mailboxPage(s, v), err
}

func showMailbox(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	return s.mailboxPage(tx, tested{})
}

func (s *screen) mailboxPage(tx *sqldb.Tx, t tested) (templ.Component, error) {
	m, err := s.mailbox(tx)
	if err != nil {
		return nil, err
	}
	s.Title = m.Address
	v := mailboxView{Form: s.form("/manage/mailboxes/" + ident.Text(m.ID)), Mailbox: m, Tested: t}
	if full, err := s.pages.Org.Mailbox(tx, s.Org.ID, m.ID); err == nil {
		v.Credentials.TokenURL, v.Credentials.ClientID = full.Credentials.TokenURL, full.Credentials.ClientID
	}
	v.Addresses, err = s.pages.Org.Addresses(tx, s.Org.ID)
	return mailboxPage(s, v), err
}

func saveMailbox(s *screen) (answer, error) {
	m := org.Mailbox{
		Address: s.post("address"), Host: s.post("host"), TLS: org.TLS(s.post("tls")), User: s.post("user"), Auth: org.Auth(s.post("auth")),
		Folder: s.post("folder"), Active: s.post("active") == "on",
		Credentials: org.Credentials{
			Password: secret.New(s.r.PostFormValue("password")), ClientSecret: secret.New(s.post("client_secret")), RefreshToken: secret.New(s.post("refresh")),
		},
	}
	port, err := strconv.Atoi(s.post("port"))
	if err != nil {
		return answer{}, at("port", fault.New(fault.Invalid, "org.mailbox_host_unusable"))
	}
	m.Port = port
	if m.Auth == org.XOAuth2 {
		m.Credentials.TokenURL, m.Credentials.ClientID = s.post("token_url"), s.post("client_id")
	}
	if s.r.PathValue("id") != "" {
		if m.ID, err = id[ident.Row](s); err != nil {
			return answer{}, err
		}
	}
	var kept org.Mailbox
	err = s.pages.Edge.DB.Write(s.r.Context(), func(tx *sqldb.Tx) (err error) {
		if m.ID != 0 {
			if m.Credentials, err = s.keepCredentials(tx, m); err != nil {
				return err
			}
		}
		kept, err = s.pages.Org.SaveMailbox(tx, s.by(), m)
		return err
	})
	return answer{To: "/manage/mailboxes/" + ident.Text(kept.ID), Done: "saved"}, err
}

// keepCredentials leaves what was not filled in as it was: the page never shows a secret, so an empty field is no wish
// to forget it. Only for the same server: otherwise whoever stole a session could have the password sent elsewhere.
func (s *screen) keepCredentials(tx *sqldb.Tx, m org.Mailbox) (org.Credentials, error) {
	c := m.Credentials
	old, err := s.pages.Org.Mailbox(tx, s.Who.Org, m.ID)
	if err != nil {
		return c, nil // sealed with a key that is gone: everything is filled in anew
	}
	same := old.Host == m.Host && old.Port == m.Port && old.TLS == m.TLS && old.User == m.User
	if m.Auth == org.XOAuth2 {
		same = same && old.Credentials.TokenURL == c.TokenURL
	}
	if !same {
		if m.Auth == org.Password && c.Password.Empty() {
			return c, at("password", fault.New(fault.Invalid, "manage.mailbox_secret_again"))
		}
		if m.Auth == org.XOAuth2 && c.RefreshToken.Empty() {
			return c, at("refresh", fault.New(fault.Invalid, "manage.mailbox_secret_again"))
		}
		return c, nil
	}
	keep := func(typed, was secret.Text) secret.Text {
		if typed.Empty() {
			return was
		}
		return typed
	}
	c.Password = keep(c.Password, old.Credentials.Password)
	c.ClientSecret = keep(c.ClientSecret, old.Credentials.ClientSecret)
	c.RefreshToken = keep(c.RefreshToken, old.Credentials.RefreshToken)
	return c, nil
}

// testMailbox tries to open the mailbox as it was saved, and shows what the server answered.
func testMailbox(s *screen) (answer, error) {
	if s.pages.Outside.Mailbox == nil {
		return answer{}, fault.New(fault.Conflict, "manage.mailbox_test_off")
	}
	v, err := id[ident.Row](s)
	if err != nil {
		return answer{}, err
	}
	db := s.pages.Edge.DB
	var m org.Mailbox
	if err := db.Read(s.r.Context(), func(tx *sqldb.Tx) (err error) {
		m, err = s.pages.Org.Mailbox(tx, s.Who.Org, v)
		return err
	}); err != nil {
		return answer{}, err
	}
	ctx, cancel := context.WithTimeout(s.r.Context(), testWithin)
	defer cancel()
	t := tested{Done: true}
	if err := s.pages.Outside.Mailbox(ctx, m); err != nil {
		t.Fault, t.Raw = fault.Of(err), said500(err)
	}
	a := answer{}
	err = db.Read(s.r.Context(), func(tx *sqldb.Tx) (err error) {
		a.Page, err = s.mailboxPage(tx, t)
		return err
	})
	return a, err
}

// said500 is what a server said, at most 500 characters of it.
func said500(err error) string {
	f := fault.Of(err)
	cause := err.Error()
	if inner := f.Unwrap(); inner != nil {
		cause = inner.Error()
	}
	if runes := []rune(cause); len(runes) > 500 {
		cause = string(runes[:500])
	}
	return cause
}

func removeMailbox(s *screen) (answer, error) {
	v, err := id[ident.Row](s)
	if err != nil {
		return answer{}, err
	}
	return s.save("/manage/mailboxes", "removed", func(tx *sqldb.Tx) error {
		return s.pages.Org.RemoveMailbox(tx, s.by(), v)
	})
}

// keptHint says that a secret is kept and need not be filled in again.
func (s *screen) keptHint(v mailboxView) string {
	if v.ID == 0 {
		return ""
	}
	return s.T("manage.secret_kept")
}

// onOff is the value of a tick.
func onOff(on bool) string {
	if on {
		return "on"
	}
	return ""
}
