package signin

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"balie/domain/access"
	"balie/ground/fault"
	"balie/ground/sqldb"
	"balie/web/edge"
)

// late says that the ticket is gone: there is no form to show again.
func late(err error) bool { return fault.Of(err).Key == "access.ticket_expired" }

func (p *Pages) showSetUp(w http.ResponseWriter, r *http.Request, f *frame) error {
	t, err := p.ticket(r, access.SetUp)
	if err != nil {
		return err
	}
	page, err := p.setUpPage(f, t)
	if err != nil {
		return err
	}
	return p.write(w, r, f, page)
}

func (p *Pages) setUpPage(f *frame, t access.Ticket) (templ.Component, error) {
	code, err := drawQR(t.URI)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	f.Title, f.Script = f.T("signin.set_up_title"), p.Access.HasPasskeys()
	return setUpPage(f, code, inFours(t.Secret)), nil
}

// inFours makes a key that can be typed over.
func inFours(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// confirm ends setting up the program: the code shows that it works.
func (p *Pages) confirm(w http.ResponseWriter, r *http.Request, f *frame) error {
	t, err := p.ticket(r, access.SetUp)
	if err != nil {
		return err
	}
	s, codes, err := p.Access.Confirm(r.Context(), p.Edge.DB, t.Text, r.PostFormValue("code"), p.Edge.Source(r))
	if err != nil {
		page, broken := p.setUpPage(f, t)
		if late(err) || broken != nil {
			return err
		}
		return p.again(w, r, f, err, func() templ.Component { return page })
	}
	return p.recovered(w, r, f, s, codes)
}

// setUpPasskey ends setting up a passkey.
func (p *Pages) setUpPasskey(w http.ResponseWriter, r *http.Request, f *frame) error {
	t, err := p.ticket(r, access.SetUp)
	if err != nil {
		return err
	}
	var s access.SignedIn
	var codes []string
	err = p.Edge.DB.Write(r.Context(), func(tx *sqldb.Tx) (err error) {
		answer := access.Ceremony{Ticket: p.get(r, keyCookie), Options: []byte(r.PostFormValue("answer"))}
		s, codes, err = p.Access.SetUpPasskey(tx, t.Text, answer, r.PostFormValue("name"), p.Edge.Source(r))
		return err
	})
	if err != nil {
		page, broken := p.setUpPage(f, t)
		if broken != nil {
			return err
		}
		return p.again(w, r, f, err, func() templ.Component { return page })
	}
	return p.recovered(w, r, f, s, codes)
}

// recovered shows the recovery codes, this once.
func (p *Pages) recovered(w http.ResponseWriter, r *http.Request, f *frame, s access.SignedIn, codes []string) error {
	p.signedIn(w, r, s)
	f.Title = f.T("signin.recovery_title")
	return p.write(w, r, f, recoveryPage(f, codes))
}

// begin gives what the browser needs to ask its device.
type begin func(tx *sqldb.Tx, r *http.Request) (access.Ceremony, error)

// options answers the script of a page.
func (p *Pages) options(start begin) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		headers(w.Header())
		if err := p.guard(w, r); err != nil {
			p.Edge.Fail(w, r, err)
			return
		}
		var c access.Ceremony
		err := p.Edge.DB.Write(r.Context(), func(tx *sqldb.Tx) (err error) {
			c, err = start(tx, r)
			return err
		})
		if err != nil {
			p.Edge.Fail(w, r, err)
			return
		}
		p.set(w, keyCookie, c.Ticket)
		edge.JSON(w, http.StatusOK, c.Options)
	})
}

func (p *Pages) askPasskey(tx *sqldb.Tx, r *http.Request) (access.Ceremony, error) {
	return p.Access.BeginPasskey(tx, p.Edge.Source(r))
}

func (p *Pages) askSetUpPasskey(tx *sqldb.Tx, r *http.Request) (access.Ceremony, error) {
	return p.Access.BeginSetUpPasskey(tx, p.get(r, stepCookie))
}

func (p *Pages) askMyPasskey(tx *sqldb.Tx, r *http.Request) (access.Ceremony, error) {
	who, err := p.Edge.Who(tx, p.cookieOnly(r))
	if err != nil {
		return access.Ceremony{}, err
	}
	return p.Access.BeginAddPasskey(tx, who)
}
