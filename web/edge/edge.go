// Package edge is what every audience of the web shares: who asks (a session cookie or a bearer token), errors as HTTP
// status and a sentence in the asker's language, reading what was sent with limits, the address of the client, and the
// headers that belong on every answer. It knows nothing of cases or customers and decides nothing about permissions.
package edge

import (
	"embed"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"

	"balie/domain/access"
	"balie/ground/fault"
	"balie/ground/sqldb"
	"balie/ground/text"
)

// Texts are what the edge says, in Dutch and English.
//
//go:embed texts/*.toml
var Texts embed.FS

// Parts are what an Edge is made of.
type Parts struct {
	DB        *sqldb.DB
	Access    *access.Room
	Catalogue *text.Catalogue
	Log       *slog.Logger
	// Proxies are those whose X-Forwarded-For is believed (threat T10).
	Proxies []netip.Prefix
	// Secure is true when the desk is reached by https: cookies then have the __Host- prefix.
	Secure bool
}

// Edge is shared by all handlers of one process.
type Edge struct {
	Parts
	cross *http.CrossOriginProtection
}

// New makes an Edge.
func New(p Parts) *Edge { return &Edge{Parts: p, cross: http.NewCrossOriginProtection()} }

// Guard answers a panic in h as an internal error, and logs it with its place.
func (e *Edge) Guard(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p) // net/http's own way to break a connection off
			}
			e.Log.Error("a handler panicked", "method", r.Method, "route", r.Pattern, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			e.Fail(w, r, fault.New(fault.Internal, "ground.internal"))
		}()
		h.ServeHTTP(w, r)
	})
}

// Headers sets what belongs on every answer that is not a page: no guessing of types, no framing, no scripts.
func Headers(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	h.Set("Cache-Control", "no-store")
}
