// Package chat is the visitor's side of a live chat over HTTP: who is there, beginning a conversation, messages and files
// up, events down. It serves pages of other websites, so it knows no cookies: who holds the token of a conversation is
// its visitor. Every line a visitor sees is a line of the case's timeline, told in its order and once, also over a broken
// connection or a restart; what is only for colleagues never passes here.
package chat

import (
	"context"
	"embed"
	"log/slog"
	"net/http"
	"net/netip"

	"balie/channel"
	"balie/domain/access"
	"balie/flow"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/live"
	"balie/ground/secret"
	"balie/ground/sqldb"
	"balie/ground/text"
	"balie/web/edge"
)

// Texts are what the chat says, in Dutch and English. Those of the widget lie with the pages of the customer.
//
//go:embed texts/*.toml
var Texts embed.FS

// Frames reads what browsers post, within its limits.
type Frames interface {
	// Begin reads the frame with which a visitor begins; site gives a website by its public key, and what it signs with.
	Begin(body []byte, site func(key string) (ident.Site, secret.Text, error)) (channel.Arrival, error)
	// Say reads the frame of a message in a contact.
	Say(body []byte, to ident.Contact) (channel.Arrival, error)
	// Around reads the frame in which a website tells where a visitor is now, and what it came to know of them.
	Around(body []byte) (channel.Page, map[string]string, error)
}

// Channel is the channel behind the chat.
type Channel interface {
	Frames
	// File looks at a file by its content.
	File(name string, data []byte) (channel.File, error)
	// Phone reads a telephone number.
	Phone(number string) (string, error)
	// Accept gives an arrival to the desk and returns after the commit.
	Accept(ctx context.Context, a channel.Arrival) (channel.Receipt, error)
}

// Limits are what the widget is told before it sends something.
type Limits struct {
	FileBytes    int      `json:"file_bytes"`
	MessageChars int      `json:"message_chars"`
	Types        []string `json:"types"`
}

// Parts are what the chat is made of.
type Parts struct {
	DB        *sqldb.DB
	Flow      *flow.Flow
	Channel   Channel
	Hub       *live.Hub
	Edge      *edge.Edge
	Catalogue *text.Catalogue
	Log       *slog.Logger
	Limits    Limits
	PublicURL string // without a slash at the end
	// Script is the widget that pages of others load, with a tag that changes when it does.
	Script func() (content []byte, tag string)
	// Stop ends every stream when it is closed; nil when the end of Run is enough.
	Stop <-chan struct{}
	// Nodes are those on the same database; nil when there is one.
	Nodes *ledger.Leases
}

// Chat serves it.
type Chat struct {
	Parts
	houses  houses
	streams *streams
	uploads chan struct{} // places for files in memory
	pace    paces
}

// uploadsAtNow is how many files are in memory at the same moment.
const uploadsAtNow = 8

// New makes the chat. Streams are fed while Run runs.
func New(p Parts) *Chat {
	c := &Chat{Parts: p, uploads: make(chan struct{}, uploadsAtNow), pace: newPaces()}
	c.houses.chat = c
	c.streams = newStreams(c)
	c.hearOthers()
	return c
}

// Run feeds the streams and notices who is gone, until ctx ends; then every stream is ended.
func (c *Chat) Run(ctx context.Context) error { return c.streams.run(ctx) }

// Open tells how many streams are open.
func (c *Chat) Open() int { return c.streams.open() }

// Routes adds the addresses to a mux.
func (c *Chat) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /o/{slug}/widget.js", c.script)
	mux.Handle("GET "+access.PicturePattern, c.serve(c.picture))
	for pattern, h := range map[string]handler{
		"GET /o/{slug}/chat":  c.info,
		"POST /o/{slug}/chat": c.start,
	} {
		mux.Handle(pattern, c.serve(h))
	}
	for pattern, h := range map[string]handler{
		"GET /events":       c.events,
		"POST /messages":    c.message,
		"POST /files":       c.upload,
		"GET /files/{file}": c.file,
		"GET /calendar":     c.calendar,
		"POST /typing":      c.typing,
		"POST /seen":        c.seen,
		"POST /around":      c.around,
		"POST /details":     c.details,
		"POST /transcript":  c.transcript,
		"POST /end":         c.end,
		"POST /answers":     c.answer,
		"POST /choice":      c.choose,
	} {
		method, path := cut(pattern)
		mux.Handle(method+" /o/{slug}/chat/{conversation}"+path, c.serve(c.held(h)))
	}
	for _, path := range []string{"/o/{slug}/chat", "/o/{slug}/chat/{rest...}"} {
		mux.HandleFunc("OPTIONS "+path, preflight)
	}
}

// source is the address that a request comes from, as the limits count it.
func (c *Chat) source(r *http.Request) (netip.Prefix, bool) { return edge.Household(c.Edge.Client(r)) }
