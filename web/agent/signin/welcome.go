package signin

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

// zone is where a first organisation is until its administrator says otherwise.
const zone = "Europe/Amsterdam"

// welcome is what somebody filled in on the page behind a link.
type welcome struct {
	Token        string
	Purpose      access.Purpose
	Name         string
	Email        string
	Organisation string
	Slug         string
}

func (p *Pages) peek(r *http.Request) (l access.Link, err error) {
	err = p.Edge.DB.Read(r.Context(), func(tx *sqldb.Tx) error {
		l, err = p.Access.PeekLink(tx, r.PathValue("token"))
		return err
	})
	return l, err
}

// filled is the form of a link: first as the account says, then as it was posted.
func filled(r *http.Request, l access.Link) welcome {
	v := welcome{Token: r.PathValue("token"), Purpose: l.Purpose, Name: l.Account.Name, Email: l.Account.Email}
	if r.Method != http.MethodPost {
		return v
	}
	v.Name = strings.TrimSpace(r.PostFormValue("name"))
	v.Organisation, v.Slug = r.PostFormValue("organisation"), strings.ToLower(strings.TrimSpace(r.PostFormValue("slug")))
	if l.Purpose == access.First {
		v.Email = r.PostFormValue("email")
	}
	return v
}

func (p *Pages) welcomePage(f *frame, v welcome) templ.Component {
	f.Title = f.T("signin.welcome_" + string(v.Purpose) + "_title")
	return welcomePage(f, v)
}

// showWelcome does not use the link: programs that look at links in mail come here too.
func (p *Pages) showWelcome(w http.ResponseWriter, r *http.Request, f *frame) error {
	// The address holds a secret, which the pages that follow need not know.
	w.Header().Set("Referrer-Policy", "no-referrer")
	l, err := p.peek(r)
	if err != nil {
		return err
	}
	return p.write(w, r, f, p.welcomePage(f, filled(r, l)))
}

// welcome uses the link.
func (p *Pages) welcome(w http.ResponseWriter, r *http.Request, f *frame) error {
	w.Header().Set("Referrer-Policy", "no-referrer")
	l, err := p.peek(r)
	if err != nil {
		return err
	}
	v := filled(r, l)
	switch l.Purpose {
	case access.Demo:
		return p.demo(w, r, f, v)
	case access.Invitation, access.First, access.Reset:
	default:
		return fault.New(fault.Unknown, "access.link_unusable")
	}
	h, err := p.Access.HashPassword(r.Context(), secret.New(r.PostFormValue("password")), v.Email, v.Name, v.Organisation)
	var t access.Ticket
	if err == nil {
		err = p.Edge.DB.Write(r.Context(), func(tx *sqldb.Tx) (err error) {
			switch l.Purpose {
			case access.Invitation:
				t, err = p.Access.Join(tx, v.Token, v.Name, h)
			case access.First:
				t, err = p.found(tx, v, h, string(f.Locale()))
			case access.Reset:
				err = p.Access.SetNewPassword(tx, v.Token, h)
			}
			return err
		})
	}
	switch {
	case err != nil:
		return p.again(w, r, f, err, func() templ.Component { return p.welcomePage(f, v) })
	case l.Purpose == access.Reset:
		p.clear(w, stepCookie)
		http.Redirect(w, r, "/sign-in?done=reset", http.StatusSeeOther)
		return nil
	}
	return p.onwards(w, r, f, t)
}

// found makes the first organisation and its administrator, both or neither.
func (p *Pages) found(tx *sqldb.Tx, v welcome, h access.Hashed, locale string) (access.Ticket, error) {
	o, err := p.Org.Create(tx, ledger.Desk, org.Organisation{Slug: v.Slug, Name: v.Organisation, Locale: locale, Zone: zone})
	if err != nil {
		return access.Ticket{}, err
	}
	return p.Access.Found(tx, v.Token, access.Account{Org: o.ID, Name: v.Name, Email: v.Email, Locale: locale}, h)
}

func (p *Pages) demo(w http.ResponseWriter, r *http.Request, f *frame, v welcome) error {
	var s access.SignedIn
	err := p.Edge.DB.Write(r.Context(), func(tx *sqldb.Tx) (err error) {
		s, err = p.Access.UseDemoLink(tx, v.Token, p.Edge.Source(r))
		return err
	})
	if err != nil {
		return err
	}
	p.signedIn(w, r, s)
	http.Redirect(w, r, f.Next, http.StatusSeeOther)
	return nil
}
