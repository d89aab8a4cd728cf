package signin

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

// door is the first page.
type door struct {
	Email    string
	Passkeys bool
	Forgot   bool
	Said     string // what happened before, as a message key
}

func (p *Pages) door(r *http.Request, f *frame) door {
	f.Title = f.T("signin.title")
	d := door{Email: r.PostFormValue("email"), Passkeys: p.Access.HasPasskeys(), Forgot: p.Mail != nil}
	f.Script = d.Passkeys
	switch q := r.URL.Query(); {
	case q.Get("late") != "":
		d.Said = "access.ticket_expired"
	case q.Get("done") == "reset":
		d.Said = "signin.reset_done"
	case q.Get("done") == "out":
		d.Said = "signin.signed_out"
	}
	return d
}

func (p *Pages) showDoor(w http.ResponseWriter, r *http.Request, f *frame) error {
	return p.write(w, r, f, doorPage(f, p.door(r, f)))
}

// knock is the first step.
func (p *Pages) knock(w http.ResponseWriter, r *http.Request, f *frame) error {
	t, err := p.Access.Knock(r.Context(), p.Edge.DB, access.Claim{
		Email: r.PostFormValue("email"), Password: secret.New(r.PostFormValue("password")), From: p.Edge.Source(r),
	})
	if err != nil {
		return p.again(w, r, f, err, func() templ.Component { return doorPage(f, p.door(r, f)) })
	}
	return p.onwards(w, r, f, t)
}

// onwards leads from the first step to the second.
func (p *Pages) onwards(w http.ResponseWriter, r *http.Request, f *frame, t access.Ticket) error {
	p.set(w, stepCookie, t.Text)
	page := "/sign-in/code"
	if t.Stage == access.SetUp {
		page = "/sign-in/set-up"
	}
	http.Redirect(w, r, f.to(page), http.StatusSeeOther)
	return nil
}

// ticket reads the ticket of the browser.
func (p *Pages) ticket(r *http.Request, stage access.Stage) (t access.Ticket, err error) {
	err = p.Edge.DB.Read(r.Context(), func(tx *sqldb.Tx) error {
		t, err = p.Access.Ticket(tx, p.get(r, stepCookie), stage)
		return err
	})
	return t, err
}

func (p *Pages) showCode(w http.ResponseWriter, r *http.Request, f *frame) error {
	t, err := p.ticket(r, access.AskSecond)
	if err != nil {
		return err
	}
	return p.write(w, r, f, p.codePage(f, t))
}

func (p *Pages) codePage(f *frame, t access.Ticket) templ.Component {
	f.Title = f.T("signin.code_title")
	f.Script = bool(t.Passkeys) && p.Access.HasPasskeys()
	return codePage(f, t)
}

// enterCode is the second step.
func (p *Pages) enterCode(w http.ResponseWriter, r *http.Request, f *frame) error {
	t, err := p.ticket(r, access.AskSecond)
	if err != nil {
		return err
	}
	s, err := p.Access.EnterCode(r.Context(), p.Edge.DB, t.Text, r.PostFormValue("code"), p.Edge.Source(r))
	if err != nil {
		if late(err) {
			return err
		}
		return p.again(w, r, f, err, func() templ.Component { return p.codePage(f, t) })
	}
	p.signedIn(w, r, s)
	http.Redirect(w, r, f.Next, http.StatusSeeOther)
	return nil
}

// passkey signs in with what a passkey answered.
func (p *Pages) passkey(w http.ResponseWriter, r *http.Request, f *frame) error {
	s, err := p.Access.FinishPasskey(r.Context(), p.Edge.DB, p.get(r, keyCookie), []byte(r.PostFormValue("answer")), p.Edge.Source(r))
	if err != nil {
		return p.again(w, r, f, err, func() templ.Component { return doorPage(f, p.door(r, f)) })
	}
	p.signedIn(w, r, s)
	http.Redirect(w, r, f.Next, http.StatusSeeOther)
	return nil
}

func (p *Pages) showForgot(w http.ResponseWriter, r *http.Request, f *frame) error {
	f.Title = f.T("signin.forgot_title")
	return p.write(w, r, f, forgotPage(f, r.PostFormValue("email")))
}

// forgot answers the same whether the account exists or not.
func (p *Pages) forgot(w http.ResponseWriter, r *http.Request, f *frame) error {
	f.Title = f.T("signin.forgot_title")
	if p.Mail == nil {
		return p.write(w, r, f, sentPage(f))
	}
	err := p.Access.AskReset(r.Context(), p.Edge.DB, r.PostFormValue("email"), p.Edge.Source(r), func(tx *sqldb.Tx, l access.Link) error {
		letter, err := p.Letter(tx, l)
		if err != nil {
			return err
		}
		return p.Mail.Send(tx, letter)
	})
	if err != nil {
		return p.again(w, r, f, err, func() templ.Component { return forgotPage(f, r.PostFormValue("email")) })
	}
	return p.write(w, r, f, sentPage(f))
}

// signOut ends the session.
func (p *Pages) signOut(w http.ResponseWriter, r *http.Request, _ *frame) error {
	p.dropOld(r)
	p.Edge.ClearSession(w)
	http.Redirect(w, r, "/sign-in?"+url.Values{"done": {"out"}}.Encode(), http.StatusSeeOther)
	return nil
}
