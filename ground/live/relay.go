package live

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"

	"balie/ground/ident"
	"balie/ground/sqldb"
)

// signChannel is the name on which nodes call passing signs out to each other.
const signChannel = "balie_sign"

// wire is a passing sign on its way to another node.
type wire struct {
	Node string          `json:"n"`
	Org  ident.Org       `json:"o"`
	Case ident.Case      `json:"c"`
	Kind string          `json:"k"`
	Sign json.RawMessage `json:"s"`
}

// others is what a hub needs for the other nodes.
type others struct {
	mu   sync.Mutex
	node string
	out  chan wire // nil while nobody relays
	fns  map[string]func(org ident.Org, about ident.Case, sign json.RawMessage)
}

// Tell says a passing sign to the other nodes only. It is kept nowhere: what does not fit is lost.
func (h *Hub) Tell(org ident.Org, kind string, about ident.Case, sign any) {
	h.others.mu.Lock()
	defer h.others.mu.Unlock()
	if h.others.out == nil {
		return
	}
	b, err := json.Marshal(sign)
	if err != nil || len(b) > sqldb.MostSaid/2 {
		return
	}
	select {
	case h.others.out <- wire{Node: h.others.node, Org: org, Case: about, Kind: kind, Sign: b}:
	default:
	}
}

// Heard has fn called with the signs of a kind that other nodes tell, instead of spreading them here. Call it before
// Relay.
func (h *Hub) Heard(kind string, fn func(org ident.Org, about ident.Case, sign json.RawMessage)) {
	h.others.mu.Lock()
	defer h.others.mu.Unlock()
	if h.others.fns == nil {
		h.others.fns = make(map[string]func(ident.Org, ident.Case, json.RawMessage))
	}
	h.others.fns[kind] = fn
}

// Relay carries passing signs between the nodes of one database until ctx ends. node is the name of this one. On SQLite
// there is no other node.
func (h *Hub) Relay(ctx context.Context, db *sqldb.DB, log *slog.Logger, node string) error {
	if db.Engine() == sqldb.SQLite {
		<-ctx.Done()
		return nil
	}
	out := make(chan wire, queue)
	h.others.mu.Lock()
	h.others.node, h.others.out = node, out
	h.others.mu.Unlock()
	go callOut(ctx, db, log, out)
	return db.Listen(ctx, signChannel, h.overheard)
}

// callOut puts the signs that wait into as few calls as they fit in.
func callOut(ctx context.Context, db *sqldb.DB, log *slog.Logger, out <-chan wire) {
	var rest *wire
	for {
		var all []wire
		size := 2
		add := func(w wire) bool {
			size += len(w.Sign) + len(w.Kind) + len(w.Node) + 80
			if size > sqldb.MostSaid && len(all) > 0 {
				rest = &w
				return false
			}
			all = append(all, w)
			return true
		}
		if rest != nil {
			first := *rest
			rest = nil
			add(first)
		} else {
			select {
			case <-ctx.Done():
				return
			case w := <-out:
				add(w)
			}
		}
		for more := true; more; {
			select {
			case w := <-out:
				more = add(w)
			default:
				more = false
			}
		}
		b, err := json.Marshal(all)
		if err == nil {
			err = db.Notify(ctx, signChannel, string(b))
		}
		if err != nil && ctx.Err() == nil {
			log.Debug("a passing sign did not reach the other nodes", "error", err)
		}
	}
}

// overheard spreads here what another node said.
func (h *Hub) overheard(said string) {
	var all []wire
	if said == "" || json.Unmarshal([]byte(said), &all) != nil {
		return
	}
	for _, w := range all {
		h.others.mu.Lock()
		own, fn := w.Node == h.others.node, h.others.fns[w.Kind]
		h.others.mu.Unlock()
		switch {
		case own:
		case fn != nil:
			fn(w.Org, w.Case, w.Sign)
		default:
			h.SignHere(w.Org, w.Kind, w.Case, w.Sign)
		}
	}
}
