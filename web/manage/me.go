package manage

import (
	"strings"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

// meView is somebody's own profile.
type meView struct {
	access.Account
	Picture  string // its address
	Passkeys []access.Passkey
	Recovery int64
	Sessions []access.Session
	CanAdd   bool // passkeys work on this address
}

func showMe(s *screen, tx *sqldb.Tx) (templ.Component, error) {
	s.Title = s.T("manage.me")
	a, err := s.pages.Access.Account(tx, s.Who.Org, s.Who.Agent)
	if err != nil {
		return nil, err
	}
	v := meView{Account: a, CanAdd: s.pages.Access.HasPasskeys()}
	pictures, err := s.pages.Access.Pictures(tx, s.Org.ID)
	if err != nil {
		return nil, err
	}
	v.Picture = pictures.Path(s.Org.Slug, a.ID)
	if v.Passkeys, err = s.pages.Access.Passkeys(tx, s.Org.ID, a.ID); err != nil {
		return nil, err
	}
	if v.Recovery, err = s.pages.Access.RecoveryCodesLeft(tx, s.Org.ID, a.ID); err != nil {
		return nil, err
	}
	v.Sessions, err = s.pages.Access.Sessions(tx, s.Org.ID, a.ID)
	return mePage(s, v), err
}

func saveMe(s *screen) (answer, error) {
	return s.save("/manage/me", "saved", func(tx *sqldb.Tx) error {
		return s.pages.Access.SetProfile(tx, s.by(), s.Who.Agent, access.Profile{
			Name: s.post("name"), Locale: s.post("locale"), Signature: s.post("signature"),
		})
	})
}

func changePassword(s *screen) (answer, error) {
	ctx := s.r.Context()
	password, again := s.r.PostFormValue("password"), s.r.PostFormValue("again")
	if password != again {
		return answer{}, at("again", fault.New(fault.Invalid, "manage.passwords_differ"))
	}
	hashed, err := s.pages.Access.HashPassword(ctx, secret.New(password), s.Who.Name, s.Org.Name)
	if err != nil {
		return answer{}, err
	}
	err = s.pages.Access.ChangePassword(ctx, s.pages.Edge.DB, s.Who, secret.New(s.r.PostFormValue("old")), hashed)
	return answer{To: "/manage/me", Done: "password"}, err
}

func removePasskey(s *screen) (answer, error) {
	return s.save("/manage/me", "passkey", func(tx *sqldb.Tx) error {
		return gone("manage.passkey_gone", s.pages.Access.RemovePasskey(tx, s.by(), s.Who.Agent, s.row("passkey")))
	})
}

// newRecovery shows the new recovery codes, this one time.
func newRecovery(s *screen) (answer, error) {
	var codes []string
	err := s.pages.Edge.DB.Write(s.r.Context(), func(tx *sqldb.Tx) (err error) {
		codes, err = s.pages.Access.NewRecoveryCodes(tx, s.by(), s.Who.Agent)
		return err
	})
	s.Title = s.T("manage.recovery")
	return answer{Page: recoveryPage(s, codes)}, err
}

func endMySession(s *screen) (answer, error) {
	return s.save("/manage/me", "session", func(tx *sqldb.Tx) error {
		return gone("manage.session_gone", s.pages.Access.RevokeSession(tx, s.by(), s.Who.Agent, s.row("session")))
	})
}

// row is an identifier in a hidden field. What is none is the row that never was.
func (s *screen) row(name string) ident.Row {
	v, err := ident.Parse[ident.Row](s.post(name))
	if err != nil {
		return 0
	}
	return v
}

// gone says of a row on the page that it went away in the meantime.
func gone(key string, err error) error {
	if fault.Is(err, fault.Unknown) {
		return fault.Wrap(fault.Conflict, key, err)
	}
	return err
}

func endMySessions(s *screen) (answer, error) {
	return s.save("/manage/me", "sessions", func(tx *sqldb.Tx) error {
		return s.pages.Access.RevokeSessions(tx, s.by(), s.Who.Agent, s.Who.Row)
	})
}

// browser names a browser and its machine from what it says of itself. It is a help to recognise one's own, no proof.
func (s *screen) browser(x access.Session) string {
	name := s.T("manage.browser_unknown")
	for _, b := range [][2]string{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}} {
		if strings.Contains(x.Browser, b[0]) {
			name = b[1]
			break
		}
	}
	for _, m := range [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}} {
		if strings.Contains(x.Browser, m[0]) {
			return s.T("manage.browser_on", "browser", name, "machine", m[1])
		}
	}
	return name
}
