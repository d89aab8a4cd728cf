package house

import (
	"slices"
	"strings"
)

// Rooms are the rooms of domain in the order of the walk: a room imports only rooms before it.
var Rooms = []string{
	"org", "access", "party", "offering", "knowledge", "conversation", "intake", "cases", "promise", "staff", "queue",
	"routing", "feedback", "automation", "reputation", "insight", "workforce",
}

// Place is one row of the table: which packages stand there and what of the module they may import. A pattern ends in
// "/..." for a folder with all that is below it.
type Place struct {
	Where string
	May   []string
}

// places is the table without the rooms, which placesOf adds from Rooms. The first row that fits a package counts.
var places = []Place{
	{"cmd/balie", []string{"app", "ground/config", "ground/fault"}},
	{"app/...", []string{"app/...", "ground/...", "theory/...", "channel/...", "domain/...", "flow/...", "web/..."}},

	{"ground/clock", nil},
	{"ground/fault", nil},
	{"ground/ident", ground("clock")},
	{"ground/text/...", ground("clock", "fault", "ident")},
	{"ground/secret/...", ground("clock", "fault", "ident")},
	{"ground/config/...", ground("clock", "fault", "ident", "text", "secret")},
	{"ground/sqldb/...", ground("clock", "fault", "ident", "config", "secret")},
	{"ground/blob/...", ground("clock", "fault", "ident", "config", "secret", "sqldb")},
	{"ground/ledger/...", ground("clock", "fault", "ident", "config", "secret", "sqldb")},
	{"ground/live/...", ground("clock", "fault", "ident", "config", "secret", "sqldb", "ledger")},
	{"ground/bus/...", ground("clock", "fault", "secret")},
	{"ground/calendar", nil},
	{"ground/picture", nil},
	{"ground/outside/...", ground("clock", "fault", "ident", "config", "secret")},

	{"theory/erlang/...", nil},
	{"theory/sim/...", []string{"theory/erlang"}},
	{"theory/forecast/...", nil},
	{"theory/roster/...", []string{"theory/erlang", "theory/forecast"}},
	{"theory/words/...", nil},

	{"channel", []string{"ground/..."}},
	{"channel/channeltest", []string{"ground/...", "channel"}},
	// An adapter also imports what lies in its own folder; never another adapter and never a room.
	{"channel/email/...", adapter("email")},
	{"channel/webchat/...", adapter("webchat")},
	{"channel/form/...", adapter("form")},
	{"channel/phone/...", adapter("phone")},
	{"channel/social/...", adapter("social")},
	{"channel/messaging/...", adapter("messaging")},

	{"flow/...", []string{"flow/...", "ground/...", "theory/...", "channel", "domain/..."}},

	{"web/assets/...", []string{"web/assets/..."}},
	// What every audience shares: requests and answers at the edge, the frame of a page.
	{"web/edge/edgetest", append(audience("edge"), "test/engine/...")}, // an office to test pages in
	{"web/edge/...", audience("edge")},
	{"web/page/...", audience("page")},
	{"web/live/...", audience("live")},
	// The API tells who is looking at a case and opens the streams.
	{"web/api/...", append(audience("api"), "web/live/...")},
	{"web/agent/...", audience("agent")},
	{"web/customer/...", audience("customer")},
	{"web/manage/...", audience("manage")},
	{"web", []string{"web/...", "flow/...", "ground/...", "theory/...", "channel", "domain/..."}},

	{"test/house/...", []string{"test/house/..."}},
	{"test/report", nil},
	{"test/engine", nil},
	{"test/engine/tables", []string{"test/engine", "ground/..."}},
	{"test/...", []string{"test/...", "app/...", "ground/...", "theory/...", "channel/...", "domain/...", "flow/...", "web/..."}},
}

// placesOf puts the rooms into the table, each with the rooms before it.
func placesOf() []Place {
	all := slices.Clone(places)
	may := []string{"ground/...", "theory/...", "channel"}
	for _, room := range Rooms {
		own := "domain/" + room + "/..."
		all = append(all, Place{Where: own, May: append(slices.Clone(may), own)})
		may = append(may, own)
	}
	return all
}

func ground(names ...string) []string {
	may := make([]string, 0, len(names))
	for _, n := range names {
		may = append(may, "ground/"+n)
	}
	return may
}

func adapter(name string) []string {
	return []string{"ground/...", "channel", "channel/" + name + "/..."}
}

// audience is what a part of web may import: not the part for another audience, which shows other things.
func audience(name string) []string {
	return []string{
		"flow/...", "ground/...", "theory/...", "channel", "domain/...", "web/assets/...", "web/edge/...",
		"web/page/...", "web/" + name + "/...",
	}
}

// testsMay is what test files may import on top of what their package may.
var testsMay = []string{"test/...", "channel/channeltest", "ground/..."}

// Fence keeps imports from outside the module, and parts of the standard library, where they belong.
type Fence struct {
	Imports []string
	Only    []string // the places that may; empty means nobody
	Never   []string // instead of Only: the places that may not
	Tests   bool     // holds for test files too
	Why     string
}

var fences = []Fence{
	{
		Imports: []string{"database/sql/...", "modernc.org/sqlite/...", "github.com/mattn/go-sqlite3", "github.com/jackc/pgx/v5/...", "github.com/pressly/goose/v3/..."},
		Only:    []string{"ground/sqldb/...", "test/engine", "test/bench/..."}, Tests: true,
		Why: "one SQL text for both engines; the differences between them live in ground/sqldb",
	},
	{
		Imports: []string{"github.com/nats-io/..."},
		Only:    []string{"ground/bus/..."}, Tests: true,
		Why: "nodes call out to each other through ground/sqldb, whatever carries it",
	},
	{
		Imports: []string{"github.com/emiago/...", "github.com/pion/..."},
		Only:    []string{"channel/phone/...", "test/..."},
		Why:     "telephone protocols are the telephone adapter's own business",
	},
	{
		Imports: []string{"github.com/emersion/...", "github.com/jhillyerd/enmime/v2/...", "github.com/wneessen/go-mail/..."},
		Only:    []string{"channel/email/...", "test/..."},
		Why:     "mail protocols are the mail adapter's own business",
	},
	{
		Imports: []string{"net/http/..."},
		Only:    []string{"web/...", "ground/outside/...", "app/...", "channel/...", "test/..."},
		Why:     "HTTP is an edge: rooms and flow are called, they do not answer requests, and they call out through ground/outside",
	},
	{
		Imports: []string{"html/template"},
		Only:    []string{"channel/email/...", "ground/text/...", "test/..."},
		Why:     "pages are templ components, checked by the compiler",
	},
	{
		Imports: []string{"github.com/a-h/templ/..."},
		Only:    []string{"web/...", "test/..."},
		Why:     "pages belong to the audience that sees them",
	},
	{
		Imports: []string{"github.com/chromedp/..."},
		Only:    []string{"test/..."},
		Tests:   true,
		Why:     "the browser is a tool of the tests",
	},
	{
		Imports: []string{"os/...", "net", "net/smtp", "net/rpc/...", "plugin"},
		Never:   []string{"domain/...", "flow/..."},
		Why:     "rooms and flow reach the outside only through ground and the channels",
	},
	{
		Imports: []string{"os/...", "io/fs", "net/...", "database/...", "log/...", "math/rand/...", "crypto/rand"},
		Never:   []string{"theory/..."},
		Why:     "theory is pure: the same arguments give the same answer (chance is an argument: rand.Rand comes in)",
	},
	{
		Imports: []string{"log"},
		Why:     "logs are structured: log/slog",
	},
	{
		Imports: []string{"math/rand"},
		Tests:   true,
		Why:     "math/rand/v2, with a source that is passed in",
	},
	{
		Imports: []string{"io/ioutil", "github.com/pkg/errors"},
		Tests:   true,
		Why:     "replaced by os, io and errors",
	},
}

// theoryOutside is what theory may import from outside the standard library.
var theoryOutside = []string{"gonum.org/v1/gonum/...", "github.com/blevesearch/snowballstem/..."}

// fits is true when path is what the pattern names. "a/..." is a and everything below it.
func fits(pattern, path string) bool {
	base, deep := strings.CutSuffix(pattern, "/...")
	return path == base || deep && strings.HasPrefix(path, base+"/")
}

func fitsAny(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return fits(p, path) })
}
