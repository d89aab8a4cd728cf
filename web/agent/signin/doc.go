// Package signin is how an agent comes in: e-mail address and password, then a code or a passkey; the pages behind an
// invitation, the first start, a demo link and a forgotten password; and the page on which people see where they are
// signed in.
//
// Everything works without a script except passkeys. Nothing changes on GET. There is no session before both steps are
// done, and the session is always a new one.
package signin

import (
	"embed"
	"io"
	"net/http"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/ident"
	"balie/ground/sqldb"
	"balie/web/assets"
	"balie/web/edge"
)

// Texts are what the pages and letters say, in Dutch and English.
//
//go:embed texts/*.toml
var Texts embed.FS

// Home is where people go when they asked for nothing else.
const Home = "/desk"

// Letter is one that the sign-in pages want to have sent.
type Letter struct {
	Org     ident.Org
	Name    string
	Address string
	Locale  string
	Subject string
	Text    string // holds a link that is a secret: never logged, never in a fact
}

// Mail puts a letter in the outbox, in the transaction that made its link.
type Mail interface {
	Send(tx *sqldb.Tx, l Letter) error
}

// Parts are what the pages are made of.
type Parts struct {
	Edge   *edge.Edge
	Access *access.Room
	Org    *org.Room
	Assets *assets.Files
	Mail   Mail // nil: nobody can ask for a new password here
	// PublicURL stands in links that are mailed. The Host header is not believed for that.
	PublicURL string
	Chance    io.Reader // crypto/rand outside tests
}

// Pages serves them.
type Pages struct {
	Parts
}

// New makes the pages.
func New(p Parts) *Pages { return &Pages{p} }

// Routes adds the pages to a mux.
func (p *Pages) Routes(mux *http.ServeMux) {
	for pattern, h := range map[string]handler{
		"GET /sign-in":                     p.showDoor,
		"POST /sign-in":                    p.knock,
		"POST /sign-in/passkey":            p.passkey,
		"GET /sign-in/code":                p.showCode,
		"POST /sign-in/code":               p.enterCode,
		"GET /sign-in/set-up":              p.showSetUp,
		"POST /sign-in/set-up":             p.confirm,
		"POST /sign-in/set-up/passkey":     p.setUpPasskey,
		"GET /sign-in/forgot":              p.showForgot,
		"POST /sign-in/forgot":             p.forgot,
		"GET /welcome/{token}":             p.showWelcome,
		"POST /welcome/{token}":            p.welcome,
		"GET /sign-in/me":                  p.showMe,
		"POST /sign-in/me/session":         p.endSession,
		"POST /sign-in/me/sessions":        p.endSessions,
		"POST /sign-in/me/password":        p.changePassword,
		"POST /sign-in/me/recovery":        p.newRecovery,
		"POST /sign-in/me/passkey":         p.addPasskey,
		"POST /sign-in/me/passkey/removal": p.removePasskey,
		"POST /sign-out":                   p.signOut,
	} {
		mux.Handle(pattern, p.serve(h))
	}
	for pattern, h := range map[string]begin{
		"POST /sign-in/passkey/options":        p.askPasskey,
		"POST /sign-in/set-up/passkey/options": p.askSetUpPasskey,
		"POST /sign-in/me/passkey/options":     p.askMyPasskey,
	} {
		mux.Handle(pattern, p.options(h))
	}
	mux.HandleFunc("GET /sign-in/passkey.js", script)
}
