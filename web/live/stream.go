package live

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"balie/domain/access"
	"balie/ground/clock"
	"balie/ground/ident"
	"balie/ground/ledger"
	news "balie/ground/live"
	"balie/ground/sqldb"
	"balie/web/edge"
)

// stream is one reader.
type stream struct {
	*Streams
	out        *http.ResponseController
	w          http.ResponseWriter
	r          *http.Request
	who        access.Principal
	credential edge.Credential
	checked    time.Time // when the session was last looked at
	reader     *news.Reader
	calm       bool
	last       int64 // place of the last fact that was told or passed over
	buf        bytes.Buffer
}

var (
	errBehind  = errors.New("the reader fell behind, or the desk stops")
	errStopped = errors.New("the desk stops")
)

func (st *stream) run(after int64) error {
	h := st.w.Header()
	edge.Headers(h)
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	st.w.WriteHeader(http.StatusOK)
	st.buf.WriteString("retry: 2000\n: ready\n\n")
	if err := st.send(); err != nil {
		return err
	}
	st.last = st.reader.Seq
	if after >= 0 {
		if err := st.catchUp(after); err != nil {
			return err
		}
	}
	return st.follow()
}

// catchUp tells what the ledger has between the reader's last event and the beginning of the subscription. A place
// that does not exist counts as that beginning.
func (st *stream) catchUp(after int64) error {
	if after > st.reader.Seq {
		var head int64
		if err := st.DB.Latest(st.r.Context(), func(tx *sqldb.Tx) (err error) {
			head, err = ledger.Head(tx)
			return err
		}); err != nil {
			return err
		}
		if after <= head { // another node was ahead of the hub of this one
			st.last = after
		}
		return nil
	}
	st.last = after
	for st.last < st.reader.Seq {
		var entries []ledger.Entry
		if err := st.DB.Latest(st.r.Context(), func(tx *sqldb.Tx) (err error) {
			entries, err = ledger.After(tx, st.last, page)
			return err
		}); err != nil {
			return err
		}
		if len(entries) == 0 {
			return nil
		}
		for _, e := range entries {
			if e.Seq > st.reader.Seq {
				return st.send() // from here on it comes from the hub
			}
			if err := st.fact(e); err != nil {
				return err
			}
		}
		if err := st.send(); err != nil {
			return err
		}
	}
	return nil
}

func (st *stream) follow() error {
	rest, cancelRest := st.later()
	defer func() { cancelRest() }()
	for {
		beat, cancel := st.Clock.After(heartbeat)
		select {
		case n, open := <-st.reader.C:
			cancel()
			if !open {
				return errBehind
			}
			if err := st.tell(n); err != nil {
				return err
			}
		case <-beat:
			if err := st.valid(); err != nil {
				return err
			}
			st.buf.WriteString(": here\n\n")
			if err := st.send(); err != nil {
				return err
			}
		case <-rest:
			cancel()
			if err := st.missed(0); err != nil {
				return err
			}
			if err := st.send(); err != nil {
				return err
			}
			rest, cancelRest = st.later()
		case <-st.r.Context().Done():
			cancel()
			return st.r.Context().Err()
		case <-st.Stop:
			cancel()
			return errStopped
		}
	}
}

// tell writes n and what is waiting behind it with one write.
func (st *stream) tell(n news.News) error {
	for {
		var err error
		switch {
		case n.Entry.Seq == 0:
			err = st.sign(n)
		case st.calm: // what was passed over comes before it, so that the reader can resume after either
			err = errors.Join(st.missed(n.Entry.Seq), st.fact(n.Entry))
		default:
			err = st.fact(n.Entry)
		}
		if err != nil {
			return err
		}
		select {
		case next, open := <-st.reader.C:
			if !open {
				return errBehind
			}
			n = next
		default:
			return st.send()
		}
	}
}

// valid looks again at the session once it was not looked at for a while.
func (st *stream) valid() error {
	now := st.Clock.Now()
	if now.Sub(st.checked) < recheck {
		return nil
	}
	who, err := st.allowed(st.r, st.credential)
	if err != nil {
		return err
	}
	st.who, st.checked = who, now
	return nil
}

// auditKind begins the kinds of the audit trail: who signed in from where.
const auditKind = "access."

// may says whether the reader may see news of an organisation, now.
func (st *stream) may(org ident.Org, kind string) (bool, error) {
	if err := st.valid(); err != nil {
		return false, err
	}
	action := access.Follow
	if strings.HasPrefix(kind, auditKind) {
		action = access.ReadAudit
	}
	return access.May(st.who, action, access.Object{Org: org}) == nil, nil
}

// head is what every event has beside the fields of its fact.
type head struct {
	Seq   int64     `json:"seq"`
	Kind  string    `json:"kind"`
	At    time.Time `json:"at"`
	Case  string    `json:"case"`
	Party string    `json:"customer"`
	Actor actor     `json:"actor"`
}

type actor struct {
	Kind ledger.Who `json:"kind"`
	ID   string     `json:"id"`
	Name string     `json:"name"`
}

func (st *stream) fact(e ledger.Entry) error {
	if e.Seq <= st.last {
		return nil
	}
	st.last = e.Seq
	if ok, err := st.may(e.Org, e.Kind); err != nil || !ok {
		return err
	}
	data, err := Data(e)
	if err != nil {
		return err
	}
	st.event(e.Kind, data)
	st.place(e.Seq)
	return st.sendLarge()
}

// Data is what an event tells of a fact: its own fields, then the ones that every fact has.
func Data(e ledger.Entry) ([]byte, error) {
	h, err := json.Marshal(head{
		Seq: e.Seq, Kind: e.Kind, At: e.Time, Case: ident.Text(e.Case), Party: ident.Text(e.Party),
		Actor: actor{Kind: e.Actor.Kind, ID: ident.Text(ident.Row(e.Actor.ID)), Name: e.Actor.Name},
	})
	body := bytes.TrimSpace(e.Body)
	if err != nil || len(body) < 3 || body[0] != '{' {
		return h, err
	}
	// A fact whose own field has one of these names does not hide them: readers take the last of two.
	return append(append(append([]byte(nil), body[:len(body)-1]...), ','), h[1:]...), nil
}

func (st *stream) sign(n news.News) error {
	if ok, err := st.may(n.Entry.Org, n.Entry.Kind); err != nil || !ok {
		return err
	}
	data, err := json.Marshal(n.Sign)
	if err != nil {
		return err
	}
	st.event(n.Entry.Kind, data)
	st.buf.WriteString("\n")
	return st.sendLarge()
}

func (st *stream) event(kind string, data []byte) {
	st.buf.WriteString("event: " + kind + "\ndata: ")
	st.buf.Write(data) // JSON has no line breaks of its own
	st.buf.WriteString("\n")
}

// place ends an event with the place in the ledger after which the reader can resume.
func (st *stream) place(seq int64) { st.buf.WriteString("id: " + strconv.FormatInt(seq, 10) + "\n\n") }

func (st *stream) sendLarge() error {
	if st.buf.Len() < 32<<10 {
		return nil
	}
	return st.send()
}

// send writes what was gathered. The deadline is that of a socket, so it is the machine's time whatever the desk's
// clock says.
func (st *stream) send() error {
	if st.buf.Len() == 0 {
		return nil
	}
	if err := st.out.SetWriteDeadline(clock.System{}.Now().Add(patience)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := st.w.Write(st.buf.Bytes()); err != nil {
		return err
	}
	st.buf.Reset()
	return st.out.Flush()
}
