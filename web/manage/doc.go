// Package manage is where leads and administrators set up the desk: the organisation and its words, departments,
// addresses, mailboxes and mail keys, websites with a chat, opening hours, agents and what they know, tokens, saved
// replies, rules; where they look at the outbox and the audit trail; and where everybody finds their own profile.
//
// Pages are plain HTML forms without any script. Nothing changes on GET. Each route names the action it needs and how
// the object of that action is loaded; access.May is asked in one place, before a handler sees anything.
package manage

import (
	"context"
	"embed"
	"io"
	"net/http"

	"balie/domain/access"
	"balie/domain/automation"
	"balie/domain/conversation"
	"balie/domain/org"
	"balie/domain/staff"
	"balie/flow"
	"balie/ground/ident"
	"balie/ground/sqldb"
	"balie/web/assets"
	"balie/web/edge"
)

// Texts are what the pages say, in Dutch and English.
//
//go:embed texts/*.toml
var Texts embed.FS

// Home is the first page.
const Home = "/manage/"

// Outside is what the pages can ask of the rest of the program. Each may be nil; the page then does without.
type Outside struct {
	// Mailbox tries to open a mailbox and gives what the server objected.
	Mailbox func(ctx context.Context, m org.Mailbox) error
	// Invite puts the letter with an invitation link in the outbox.
	Invite func(tx *sqldb.Tx, l access.Link) error
	// Post puts a letter about no case in the outbox.
	Post func(tx *sqldb.Tx, n flow.Notice) error
	// Try tells what a rule would have done lately; it changes nothing.
	Try func(tx *sqldb.Tx, o ident.Org, r automation.Rule) (flow.Trial, error)
	// LinkURL is the address of the page behind a link.
	LinkURL func(l access.Link) string
}

// Mail is what the operator set for mail, to show what is still missing.
type Mail struct {
	Listener string // where we take mail in; empty: nowhere
	Host     string // the name that an MX record must point at
	Relay    string // the server that mail leaves by; empty: mail stays in the outbox
}

// Parts are what the pages are made of.
type Parts struct {
	Edge         *edge.Edge
	Org          *org.Room
	Access       *access.Room
	Conversation *conversation.Room
	Staff        *staff.Room
	Automation   *automation.Room
	Assets       *assets.Files
	Outside      Outside
	Mail         Mail
	PublicURL    string    // of the installation, without a slash at the end
	Chance       io.Reader // crypto/rand outside tests
}

// Pages serves them.
type Pages struct{ Parts }

// New makes the pages.
func New(p Parts) *Pages { return &Pages{p} }

// Routes adds the pages to a mux.
func (p *Pages) Routes(mux *http.ServeMux) {
	for _, rt := range Routes() {
		mux.Handle(rt.Method+" "+rt.Pattern, p.serve(rt))
	}
	mux.HandleFunc("GET "+stylePath, style)
	mux.Handle("GET /manage/", p.serve(Route{Method: "GET", Action: access.ReadAgents, show: nowhere}))
	mux.Handle("GET /manage", http.RedirectHandler(Home, http.StatusMovedPermanently))
}
