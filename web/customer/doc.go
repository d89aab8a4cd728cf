// Package customer is what a customer sees: the contact page of an organisation, the contact form, and the customer's
// own page of a case. Pages are plain HTML and work without a script. Nothing here shows what is only for colleagues,
// and nothing changes on GET: programs that look at links in mail fetch them too.
package customer

import (
	"context"
	"embed"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync"

	"balie/channel"
	"balie/domain/intake"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/sqldb"
	"balie/ground/text"
	"balie/web/assets"
)

// Texts are what the pages say, in Dutch and English.
//
//go:embed texts/*.toml
var Texts embed.FS

// pageStyle is what these pages need beside the shared style sheet, customer.css.
//
//go:embed page.css
var pageStyle string

// Form is the channel behind the forms of the pages.
type Form interface {
	// Read takes a posted form apart within the limits of the channel. What could be read is given also with an error.
	Read(r *http.Request) (url.Values, []channel.File, error)
	// Check says what is missing or cannot be used, by field.
	Check(fields url.Values) map[string]*fault.Fault
	// Arrival is what the fields and files say.
	Arrival(fields url.Values, files []channel.File) channel.Arrival
	// Accept gives an arrival to the desk and returns after the commit.
	Accept(ctx context.Context, a channel.Arrival) (channel.Receipt, error)
}

// Parts are what the pages are made of.
type Parts struct {
	DB        *sqldb.DB
	Flow      *flow.Flow
	Form      Form
	Signer    intake.Signer
	Catalogue *text.Catalogue
	Assets    *assets.Files
	FilesURL  string    // second origin for files, without a slash at the end; empty: none (threat T7)
	Chance    io.Reader // crypto/rand outside tests
	Log       *slog.Logger
	// Source is the address that a request comes from: the caller knows which proxies may be believed (threat T10).
	Source func(*http.Request) netip.Addr
}

// Pages serves them.
type Pages struct {
	Parts
	pace  *pace
	cross *http.CrossOriginProtection
	known sync.Map       // organisations seen, by slug: for a page that is shown while the database is away
	turns [64]sync.Mutex // answers on one case are looked at one after another: see inTurn
}

// New makes the pages.
func New(p Parts) *Pages {
	return &Pages{Parts: p, pace: newPace(), cross: http.NewCrossOriginProtection()}
}

// Routes adds the pages to a mux.
func (p *Pages) Routes(mux *http.ServeMux) {
	for pattern, h := range map[string]handler{
		"GET /o/{slug}/{$}":                 p.contact,
		"GET /o/{slug}/form":                p.showForm,
		"POST /o/{slug}/form":               p.postForm,
		"GET /o/{slug}/thanks":              p.thanks,
		"GET /o/{slug}/{rest...}":           nowhere,
		"GET /c/{token}":                    p.showCase,
		"POST /c/{token}":                   p.answer,
		"POST /c/{token}/question":          p.answerQuestion,
		"POST /c/{token}/solution":          p.answerSolution,
		"POST /c/{token}/message":           p.say,
		"GET /c/{token}/{step}":             p.backToCase,
		"GET /c/{token}/file/{file}":        p.file,
		"GET /c/{token}/calendar/{promise}": p.calendar,
	} {
		mux.Handle(pattern, p.serve(h))
	}
	mux.HandleFunc("GET /o/{slug}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/o/"+url.PathEscape(r.PathValue("slug"))+"/", http.StatusMovedPermanently)
	})
}
