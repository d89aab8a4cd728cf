package live

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"balie/domain/access"
	"balie/ground/clock"
	"balie/ground/ident"
	"balie/ground/ledger"
	news "balie/ground/live"
	"balie/ground/sqldb"
)

// A screen of the workspace asks for a calm stream: where very many look, what concerns its own agent comes at once, and of
// the rest it hears now and then of what kind it was and about which case, in one event. With few readers it is like any other.

const (
	fewReaders = 10
	// perReader times the readers is how often each of them hears of the rest: fifty a second, of all of them together.
	perReader = 20 * time.Millisecond
	leastPace = time.Second
	// mostCases is how many cases a stream remembers to be of its agent.
	mostCases = 2000
	// mostMissed is how many facts are named; when there were more, the screen looks at everything again.
	mostMissed = 200
	missedKind = "missed"
)

// concern says what concerns an agent. The hub calls wants, one fact after another.
type concern struct {
	who     access.Principal
	me      []byte // the agent's identifier as it stands in facts
	viewers *Viewers
	mu      sync.Mutex
	cases   map[ident.Case]bool
}

// owns adds the cases that the agent owns; those of later come by the facts themselves.
func (c *concern) owns(ctx context.Context, s *Streams) error {
	return s.DB.Read(ctx, func(tx *sqldb.Tx) error {
		mine, err := s.Cases.OpenOf(tx, c.who.Org, c.who.Agent, mostCases)
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, id := range mine {
			c.cases[id] = true
		}
		return err
	})
}

func (c *concern) wants(n news.News) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := &n.Entry
	if e.Seq == 0 {
		return e.Case == 0 || c.about(e.Case)
	}
	if (e.Actor.Kind == ledger.Agent && e.Actor.ID == int64(c.who.Agent)) || bytes.Contains(e.Body, c.me) {
		if e.Case != 0 && len(c.cases) < mostCases {
			c.cases[e.Case] = true
		}
		return true
	}
	return c.about(e.Case)
}

func (c *concern) about(id ident.Case) bool {
	return id != 0 && (c.cases[id] || c.viewers.Looks(c.who.Org, id, c.who.Agent))
}

// missedFact is a fact of which only this is told.
type missedFact struct {
	Kind string `json:"kind"`
	Case string `json:"case,omitempty"`
}

// missed tells of the facts that the reader did not want at once, up to a place; zero is all there are.
func (st *stream) missed(before int64) error {
	facts, whole := st.reader.Missed(st.last, before)
	if len(facts) == 0 && whole {
		return nil
	}
	if ok, err := st.may(st.who.Org, missedKind); err != nil || !ok {
		return err
	}
	var told struct {
		Facts []missedFact `json:"facts"`
		More  bool         `json:"more"`
	}
	seen := make(map[missedFact]bool)
	for _, e := range facts {
		f := missedFact{e.Kind, ident.Text(e.Case)}
		if seen[f] || strings.HasPrefix(e.Kind, auditKind) {
			continue
		}
		seen[f] = true
		told.Facts = append(told.Facts, f)
	}
	if told.More = !whole || len(told.Facts) > mostMissed; told.More {
		told.Facts = []missedFact{}
	}
	if len(facts) > 0 {
		st.last = facts[len(facts)-1].Seq
	}
	if len(told.Facts) == 0 && !told.More {
		return nil
	}
	data, err := json.Marshal(told)
	if err != nil {
		return err
	}
	st.event(missedKind, data)
	st.place(st.last)
	return nil
}

// later fires when a calm reader hears of the rest again. It is about the machine's own load, so in the machine's time.
func (st *stream) later() (<-chan time.Time, func()) {
	if !st.calm {
		return nil, func() {}
	}
	return clock.System{}.After(max(leastPace, time.Duration(st.Hub.Readers())*perReader))
}
