// Package live carries news to those who are looking now: facts as they are committed, and passing signs such as
// "Joris is typing" that are kept nowhere. A reader who cannot keep up is dropped and comes back with its last place.
package live

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// News is one fact or one passing sign.
type News struct {
	Entry ledger.Entry // Seq is zero for a passing sign; then only Org, Case and Kind are set
	Sign  any          // what a passing sign carries, made into JSON by the reader
}

// How much news a reader may be behind before it is dropped: one of a single organisation, and one of all.
const (
	queue    = 256
	queueAll = 4096
)

// Hub spreads news within one process.
type Hub struct {
	mu      sync.Mutex
	seq     int64 // place of the last fact that was spread
	readers map[*Reader]bool
	others  others
	recent  recent
}

// NewHub makes a Hub.
func NewHub() *Hub { return &Hub{readers: make(map[*Reader]bool)} }

// Reader receives the news of one organisation, or of all. C is closed when it fell behind or the hub stopped.
type Reader struct {
	C    chan News
	Seq  int64     // facts up to and including this place come from the ledger, later ones on C
	org  ident.Org // zero: all
	hub  *Hub
	gone bool
	calm *Calm // nil: everything comes on C
}

// Subscribe begins to receive. Facts up to Reader.Seq must be read from the ledger: what is later comes on C, so
// nothing is missed and nothing comes twice.
func (h *Hub) Subscribe(org ident.Org) *Reader {
	return h.add(&Reader{C: make(chan News, queue), org: org, hub: h})
}

// SubscribeAll is Subscribe for the news of every organisation. It is for a part of the program that spreads it further
// and looks itself who may see what; no audience gets such a reader.
func (h *Hub) SubscribeAll() *Reader {
	return h.add(&Reader{C: make(chan News, queueAll), hub: h})
}

func (h *Hub) add(r *Reader) *Reader {
	h.mu.Lock()
	defer h.mu.Unlock()
	r.Seq = h.seq
	h.readers[r] = true
	return r
}

// Close ends the subscription.
func (r *Reader) Close() {
	r.hub.mu.Lock()
	defer r.hub.mu.Unlock()
	r.hub.drop(r)
}

func (h *Hub) drop(r *Reader) {
	if !r.gone {
		r.gone = true
		delete(h.readers, r)
		close(r.C)
	}
}

// Sign spreads a passing sign to everyone of its organisation who is looking now, on every node.
func (h *Hub) Sign(org ident.Org, kind string, about ident.Case, sign any) {
	h.SignHere(org, kind, about, sign)
	h.Tell(org, kind, about, sign)
}

// SignHere spreads a passing sign on this node only.
func (h *Hub) SignHere(org ident.Org, kind string, about ident.Case, sign any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	e := ledger.Entry{Kind: kind}
	e.Org, e.Case = org, about
	h.spread(News{Entry: e, Sign: sign})
}

// Readers tells how many are looking now.
func (h *Hub) Readers() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.readers)
}

func (h *Hub) spread(n News) {
	for r := range h.readers {
		if r.org != 0 && r.org != n.Entry.Org {
			continue
		}
		if r.calm != nil && len(h.readers) > r.calm.From && !r.calm.Wants(n) {
			continue
		}
		select {
		case r.C <- n:
		default:
			h.drop(r)
		}
	}
}

// Run reads each new fact once and spreads it, until ctx ends; then every reader's channel is closed.
func (h *Hub) Run(ctx context.Context, db *sqldb.DB, l *ledger.Log, log *slog.Logger) error {
	tick, stop := l.Woken()
	defer stop()
	defer h.end()
	for {
		n, err := h.step(ctx, db, l)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			log.Error("live news waits", "error", err)
			if db.Clock().Sleep(ctx, time.Second) != nil {
				return nil
			}
			continue
		}
		if n > 0 {
			continue
		}
		l.Wait(ctx, db, tick, h.place())
	}
}

// Start sets the place from which Run spreads: everything before it is history. Call it before anyone subscribes.
func (h *Hub) Start(ctx context.Context, db *sqldb.DB) error {
	return db.Latest(ctx, func(tx *sqldb.Tx) error {
		head, err := ledger.Head(tx)
		h.mu.Lock()
		h.seq = head
		h.mu.Unlock()
		return err
	})
}

func (h *Hub) place() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.seq
}

func (h *Hub) step(ctx context.Context, db *sqldb.DB, l *ledger.Log) (int, error) {
	after := h.place()
	if l.Nothing(db, after) {
		return 0, nil
	}
	if h.Readers() == 0 {
		return 0, h.skip(ctx, db, l)
	}
	var entries []ledger.Entry
	err := db.Latest(ctx, func(tx *sqldb.Tx) (err error) {
		entries, err = ledger.After(tx, after, 500)
		return err
	})
	if err != nil {
		return 0, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range entries {
		h.recent.add(h.seq, e)
		h.seq = e.Seq
		h.spread(News{Entry: e})
	}
	return len(entries), nil
}

// skip moves to the newest fact while nobody is looking.
func (h *Hub) skip(ctx context.Context, db *sqldb.DB, l *ledger.Log) error {
	head, known := l.Newest(db)
	if !known {
		if err := db.Latest(ctx, func(tx *sqldb.Tx) (err error) {
			head, err = ledger.Head(tx)
			return err
		}); err != nil {
			return err
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.readers) == 0 {
		h.seq = max(h.seq, head)
	}
	return nil
}

func (h *Hub) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for r := range h.readers {
		h.drop(r)
	}
}
