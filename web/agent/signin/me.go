package signin

import (
	"net/http"
	"time"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/ident"
	"balie/ground/secret"
	"balie/ground/sqldb"
	"balie/web/edge"
)

// me is how somebody signs in and where they are signed in.
type me struct {
	Account  access.Account
	Here     ident.Row // the session of this browser
	Sessions []access.Session
	Passkeys []access.Passkey
	Codes    int64 // recovery codes left
	Done     string
	Zone     *time.Location
}

// cookieOnly keeps these pages to people: a token is for programs.
func (p *Pages) cookieOnly(r *http.Request) edge.Credential {
	c := p.Edge.CredentialOf(r)
	c.Bearer = ""
	return c
}

// mine runs fn for who is signed in, when they may.
func (p *Pages) mine(tx *sqldb.Tx, r *http.Request, fn func(access.Principal, org.By) error) error {
	who, err := p.Edge.Who(tx, p.cookieOnly(r))
	if err != nil {
		return err
	}
	if err := access.May(who, access.MySessions, access.Object{Org: who.Org, Owner: who.Agent}); err != nil {
		return err
	}
	return fn(who, org.By{Org: who.Org, Actor: who.Actor()})
}

func (p *Pages) me(r *http.Request, f *frame) (m me, err error) {
	err = p.Edge.DB.Read(r.Context(), func(tx *sqldb.Tx) error {
		return p.mine(tx, r, func(who access.Principal, _ org.By) (err error) {
			f.Texts = p.Edge.Catalogue.For(edge.Locale(r, who))
			m.Here = who.Row
			if m.Account, err = p.Access.Account(tx, who.Org, who.Agent); err != nil {
				return err
			}
			o, err := p.Org.Load(tx, who.Org)
			if err != nil {
				return err
			}
			m.Zone = o.Location()
			if m.Sessions, err = p.Access.Sessions(tx, who.Org, who.Agent); err != nil {
				return err
			}
			if m.Passkeys, err = p.Access.Passkeys(tx, who.Org, who.Agent); err != nil {
				return err
			}
			m.Codes, err = p.Access.RecoveryCodesLeft(tx, who.Org, who.Agent)
			return err
		})
	})
	f.Title, f.Script = f.T("signin.me_title"), p.Access.HasPasskeys()
	if done := "signin.done_" + r.URL.Query().Get("done"); f.Has(done) {
		m.Done = done
	}
	return m, err
}

func (p *Pages) showMe(w http.ResponseWriter, r *http.Request, f *frame) error {
	m, err := p.me(r, f)
	if err != nil {
		return err
	}
	return p.write(w, r, f, mePage(f, m))
}

// changeMe runs a change by who is signed in and shows the page with what was done, or with what was refused.
func (p *Pages) changeMe(w http.ResponseWriter, r *http.Request, f *frame, done string, fn func(*sqldb.Tx, access.Principal, org.By) error) error {
	err := p.Edge.DB.Write(r.Context(), func(tx *sqldb.Tx) error {
		return p.mine(tx, r, func(who access.Principal, by org.By) error { return fn(tx, who, by) })
	})
	if err != nil {
		return p.meAgain(w, r, f, err)
	}
	http.Redirect(w, r, "/sign-in/me?done="+done, http.StatusSeeOther)
	return nil
}

func (p *Pages) meAgain(w http.ResponseWriter, r *http.Request, f *frame, err error) error {
	m, broken := p.me(r, f)
	if broken != nil || late(err) {
		return err
	}
	return p.again(w, r, f, err, func() templ.Component { return mePage(f, m) })
}

func (p *Pages) endSession(w http.ResponseWriter, r *http.Request, f *frame) error {
	id, err := ident.Parse[ident.Row](r.PostFormValue("session"))
	if err != nil {
		id = 0 // no session has this number: the answer is that of one that does not exist
	}
	return p.changeMe(w, r, f, "session", func(tx *sqldb.Tx, who access.Principal, by org.By) error {
		return p.Access.RevokeSession(tx, by, who.Agent, id)
	})
}

func (p *Pages) endSessions(w http.ResponseWriter, r *http.Request, f *frame) error {
	return p.changeMe(w, r, f, "sessions", func(tx *sqldb.Tx, who access.Principal, by org.By) error {
		return p.Access.RevokeSessions(tx, by, who.Agent, who.Row)
	})
}

func (p *Pages) addPasskey(w http.ResponseWriter, r *http.Request, f *frame) error {
	return p.changeMe(w, r, f, "passkey", func(tx *sqldb.Tx, who access.Principal, _ org.By) error {
		_, err := p.Access.AddPasskey(tx, who, p.get(r, keyCookie), r.PostFormValue("name"), []byte(r.PostFormValue("answer")))
		return err
	})
}

func (p *Pages) removePasskey(w http.ResponseWriter, r *http.Request, f *frame) error {
	id, err := ident.Parse[ident.Row](r.PostFormValue("passkey"))
	if err != nil {
		id = 0
	}
	return p.changeMe(w, r, f, "removed", func(tx *sqldb.Tx, who access.Principal, by org.By) error {
		return p.Access.RemovePasskey(tx, by, who.Agent, id)
	})
}

// newRecovery shows new recovery codes, this once; the old ones no longer work.
func (p *Pages) newRecovery(w http.ResponseWriter, r *http.Request, f *frame) error {
	var codes []string
	err := p.Edge.DB.Write(r.Context(), func(tx *sqldb.Tx) error {
		return p.mine(tx, r, func(who access.Principal, by org.By) (err error) {
			f.Texts, f.Next = p.Edge.Catalogue.For(edge.Locale(r, who)), "/sign-in/me"
			codes, err = p.Access.NewRecoveryCodes(tx, by, who.Agent)
			return err
		})
	})
	if err != nil {
		return err
	}
	f.Title = f.T("signin.recovery_title")
	return p.write(w, r, f, recoveryPage(f, codes))
}

// changePassword asks the old one: an open browser is not enough to take over an account.
func (p *Pages) changePassword(w http.ResponseWriter, r *http.Request, f *frame) error {
	m, err := p.me(r, f)
	if err != nil {
		return err
	}
	h, err := p.Access.HashPassword(r.Context(), secret.New(r.PostFormValue("password")), m.Account.Email, m.Account.Name)
	if err == nil {
		who := access.Principal{Org: m.Account.Org, Agent: m.Account.ID, Row: m.Here}
		err = p.Access.ChangePassword(r.Context(), p.Edge.DB, who, secret.New(r.PostFormValue("old")), h)
	}
	if err != nil {
		return p.again(w, r, f, err, func() templ.Component { return mePage(f, m) })
	}
	http.Redirect(w, r, "/sign-in/me?done=password", http.StatusSeeOther)
	return nil
}
