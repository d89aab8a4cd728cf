// Package api is the JSON API, version 1: what the workspace and programs outside use alike (rule 11 of the house: there
// is no private back door). openapi.json describes it; a test holds the two together, and holds every answer against it.
//
// Each route names the action that it needs and how the object of that action is loaded; asking access.May is done in
// one place, before a handler sees anything.
package api

import (
	"context"
	"embed"
	"io"
	"log/slog"
	"net/http"

	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/insight"
	"balie/domain/intake"
	"balie/domain/party"
	"balie/domain/promise"
	"balie/domain/routing"
	"balie/flow"
	"balie/ground/clock"
	"balie/ground/fault"
	"balie/ground/outside"
	"balie/ground/sqldb"
	"balie/ground/text"
	"balie/web/edge"
	"balie/web/live"
)

// Texts are what the API says, in Dutch and English.
//
//go:embed texts/*.toml
var Texts embed.FS

// Description is the OpenAPI 3.1 description.
//
//go:embed openapi.json
var Description []byte

// Fetcher gets a picture from elsewhere; *outside.Client is one.
type Fetcher interface {
	Do(ctx context.Context, r outside.Request) (outside.Answer, error)
}

// Frame says how the HTML of a mail is shown in a frame of its own.
type Frame struct {
	Lang   string
	Proxy  string                 // put before the escaped address of a remote picture; empty leaves those out
	Inline func(id string) string // the address of a picture inside the message by its Content-ID
}

// Parts are what the API is made of.
type Parts struct {
	DB        *sqldb.DB
	Flow      *flow.Flow // with the rooms
	Edge      *edge.Edge
	Streams   *live.Streams
	Viewers   *live.Viewers
	Catalogue *text.Catalogue
	Signer    intake.Signer
	Chance    io.Reader
	Clock     clock.Clock
	Log       *slog.Logger
	FilesURL  string                             // second origin for pictures of mails, without a slash at the end; empty: none
	Outside   Fetcher                            // nil: pictures from elsewhere are never fetched
	Document  func(clean string, f Frame) string // makes a whole document of the clean HTML of a mail
}

// API serves it.
type API struct {
	Parts
	handlers http.Handler
	arrivals *insight.Arrivals
}

// New makes the handler for everything below /api/.
func New(p Parts) *API {
	a := &API{Parts: p, arrivals: insight.NewArrivals()}
	mux := http.NewServeMux()
	for _, rt := range Routes() {
		mux.Handle(rt.Method+" "+rt.Pattern, a.handler(rt))
	}
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		a.Edge.Fail(w, r, fault.New(fault.Unknown, "edge.route_unknown"))
	})
	a.handlers = a.Edge.Guard(mux)
	return a
}

// ServeHTTP answers a request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handlers.ServeHTTP(w, r) }

// Route is one line of the table.
type Route struct {
	Method  string
	Pattern string
	// Action is what May is asked. Empty: open to everybody, or the address carries its own proof.
	Action access.Action
	// object loads what the action is done to, within the asker's organisation; nil is the organisation itself.
	object func(c *call, tx *sqldb.Tx) (access.Object, error)
	// One of the two: read answers within the transaction that loaded the object, do has none.
	read func(c *call, tx *sqldb.Tx) (any, error)
	do   func(c *call) (any, error)
}

// call is one request on its way.
type call struct {
	*API
	w       http.ResponseWriter
	r       *http.Request
	who     access.Principal
	loaded  // by the route's object
	written bool
}

// loaded is what the objects of routes leave for their handlers.
type loaded struct {
	cas     cases.Case
	promise promise.Promise
	entry   conversation.Entry
	file    conversation.File
	party   party.Party
	offer   routing.Offer
	agent   access.Account
}

// created is an answer with status 201.
type created struct{ body any }

func (a *API) handler(rt Route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := &call{API: a, w: w, r: r}
		answer, err := c.run(rt)
		if err != nil {
			a.Edge.FailFor(w, r, c.who, err)
			return
		}
		if c.written {
			return
		}
		edge.Headers(w.Header())
		switch v := answer.(type) {
		case nil:
			w.WriteHeader(http.StatusNoContent)
		case created:
			edge.JSON(w, http.StatusCreated, v.body)
		default:
			edge.JSON(w, http.StatusOK, v)
		}
	}
}

func (c *call) run(rt Route) (any, error) {
	if rt.Action == "" {
		return rt.do(c)
	}
	shown := c.Edge.CredentialOf(c.r)
	if err := c.Edge.OwnSite(c.r, shown); err != nil {
		return nil, err
	}
	known := false
	if c.who, known = c.Edge.Remembered(shown); known && rt.object == nil && rt.do != nil {
		if err := access.May(c.who, rt.Action, c.own()); err != nil {
			return nil, err
		}
		return rt.do(c)
	}
	var answer any
	err := c.DB.Read(c.r.Context(), func(tx *sqldb.Tx) (err error) {
		if !known {
			if c.who, err = c.Edge.Who(tx, shown); err != nil {
				return err
			}
		}
		object := c.own()
		if rt.object != nil {
			if object, err = rt.object(c, tx); err != nil {
				return err
			}
		}
		if err := access.May(c.who, rt.Action, object); err != nil {
			return err
		}
		if rt.read != nil {
			answer, err = rt.read(c, tx)
		}
		return err
	})
	if err != nil || rt.do == nil {
		return answer, err
	}
	return rt.do(c)
}

// own is the object of what somebody does to their organisation or themselves.
func (c *call) own() access.Object { return access.Object{Org: c.who.Org, Owner: c.who.Agent} }

// texts are the sentences in the language of who asks.
func (c *call) texts() text.Texts { return c.Catalogue.For(edge.Locale(c.r, c.who)) }
