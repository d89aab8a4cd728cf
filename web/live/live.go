// Package live is the stream of server-sent events for those who are signed in: facts as they become true, and passing
// signs such as who is looking at a case. A stream begins where the last one ended, ends when its session ends, and
// shows only what its reader may see, looked at again for every event (threat T2).
package live

import (
	"cmp"
	"embed"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/staff"
	"balie/ground/clock"
	"balie/ground/fault"
	"balie/ground/ident"
	news "balie/ground/live"
	"balie/ground/sqldb"
	"balie/web/edge"
)

// Texts are what a stream says when it cannot begin, in Dutch and English.
//
//go:embed texts/*.toml
var Texts embed.FS

const (
	heartbeat = 15 * time.Second // so that a proxy does not take silence for the end
	recheck   = 5 * time.Second  // how long a stream may outlive its session
	patience  = 10 * time.Second // how long one write may take
	page      = 500              // facts read from the ledger at a time
)

// Parts are what Streams are made of.
type Parts struct {
	DB    *sqldb.DB
	Hub   *news.Hub
	Edge  *edge.Edge
	Clock clock.Clock
	Log   *slog.Logger
	// Staff is told which agents have a stream open here; Node is the name of this program among those on the same
	// database.
	Staff *staff.Room
	Node  string
	// Cases and Viewers tell what concerns an agent; Few is with how many readers nobody's stream is calm, zero the usual number.
	Cases   *cases.Room
	Viewers *Viewers
	Few     int
	// Stop ends every stream when it is closed; nil when the end of the hub is enough.
	Stop <-chan struct{}
}

// Streams serves event streams and tells the room of the staff who has one open.
type Streams struct {
	Parts
	mu    sync.Mutex
	open  map[staff.Screen]int
	shut  map[staff.Screen]time.Time // when the last stream ended, until that is told
	fresh time.Time                  // when presence was last written down for all
}

// New makes Streams.
func New(p Parts) *Streams {
	return &Streams{Parts: p, open: make(map[staff.Screen]int), shut: make(map[staff.Screen]time.Time)}
}

// ServeHTTP streams until the reader goes, its session ends, it falls behind or the desk stops.
func (s *Streams) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := s.Edge.CredentialOf(r)
	who, err := s.allowed(r, c)
	if err == nil {
		err = s.Edge.OwnStream(r, c)
	}
	if err != nil {
		s.Edge.FailFor(w, r, who, err)
		return
	}
	after, err := resumeAt(r)
	if err != nil {
		s.Edge.FailFor(w, r, who, err)
		return
	}
	if who.Agent != 0 {
		defer s.enter(r.Context(), staff.Screen{Org: who.Org, Agent: who.Agent})()
	}
	st := &stream{Streams: s, out: http.NewResponseController(w), w: w, r: r, who: who, credential: c, checked: s.Clock.Now()}
	if err := st.subscribe(); err != nil {
		s.Edge.FailFor(w, r, who, err)
		return
	}
	defer st.reader.Close()
	if err := st.out.SetReadDeadline(time.Time{}); err != nil { // the time for sending a request is not that of a stream
		s.Log.Debug("the read deadline stays", "reason", err)
	}
	if err := st.run(after); err != nil && r.Context().Err() == nil {
		s.Log.Debug("an event stream ended", "reason", err)
	}
}

// subscribe begins to receive; a program, which has no agent, always everything at once.
func (st *stream) subscribe() error {
	if st.calm = st.who.Agent != 0 && st.r.URL.Query().Get("calm") == "1"; !st.calm {
		st.reader = st.Hub.Subscribe(st.who.Org)
		return nil
	}
	c := &concern{who: st.who, me: []byte(`"` + ident.Text(st.who.Agent) + `"`), cases: make(map[ident.Case]bool), viewers: st.Viewers}
	st.reader = st.Hub.SubscribeCalm(st.who.Org, news.Calm{From: cmp.Or(st.Few, fewReaders), Wants: c.wants})
	err := c.owns(st.r.Context(), st.Streams)
	if err != nil {
		st.reader.Close()
	}
	return err
}

// allowed looks at the session and the role, and gives who it is.
func (s *Streams) allowed(r *http.Request, c edge.Credential) (access.Principal, error) {
	who, ok := s.Edge.Remembered(c)
	if !ok {
		err := s.DB.Read(r.Context(), func(tx *sqldb.Tx) (err error) {
			who, err = s.Edge.Who(tx, c)
			return err
		})
		if err != nil {
			return who, err
		}
	}
	return who, access.May(who, access.Follow, access.Object{Org: who.Org})
}

// resumeAt is the place of the last event that the reader has; -1 when it wants only what comes.
func resumeAt(r *http.Request) (int64, error) {
	last := r.Header.Get("Last-Event-ID")
	if last == "" {
		last = r.URL.Query().Get("after")
	}
	if last == "" {
		return -1, nil
	}
	n, err := strconv.ParseInt(last, 10, 64)
	if err != nil || n < 0 {
		return 0, fault.New(fault.Invalid, "live.place_unusable")
	}
	return n, nil
}
