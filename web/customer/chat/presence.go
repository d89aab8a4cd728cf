package chat

import (
	"context"
	"runtime/debug"
	"time"

	"balie/flow"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// A visitor is there while a stream is open. When the last one is gone for a while the visitor has left: nobody is kept
// waiting by an empty chair, and what was not seen goes by mail. Whoever comes back goes on.

// wave is after how many new streams memory is tidied up, once no more come: the server made buffers for each of them
// that nobody needs any more, and a program that then falls silent would keep them for a long time.
const wave = 1000

var signOfLife = []byte(": here\n\n")

// beat gives a sign of life to a part of the streams each second, and notices who stayed away.
func (r *streams) beat(ctx context.Context) {
	for r.chat.DB.Clock().Sleep(ctx, time.Second) == nil {
		now := r.chat.DB.Clock().Now()
		r.mu.Lock()
		r.slot = (r.slot + 1) % heartbeat
		for _, s := range r.beats[r.slot] {
			r.tell(s, signOfLife)
		}
		for _, t := range r.failed {
			r.soil(t)
		}
		r.failed = nil
		gone := r.overdue(now)
		tidy := r.opened == 0 && r.wave >= wave
		if r.wave += r.opened; tidy {
			r.wave = 0
		}
		r.opened = 0
		r.mu.Unlock()
		if tidy {
			debug.FreeOSMemory()
		}
		for _, v := range gone {
			r.errands.add(func(ctx context.Context) { r.left(ctx, v) })
		}
	}
}

// overdue takes out the visitors who stayed away too long.
func (r *streams) overdue(now time.Time) (gone []flow.AtContact) {
	for id, a := range r.away {
		if now.Before(a.due) {
			continue
		}
		delete(r.away, id)
		gone = append(gone, r.visitor(a.org, id))
	}
	return gone
}

// left records that a visitor is gone. When that cannot be kept now it is tried again.
func (r *streams) left(ctx context.Context, v flow.AtContact) {
	r.mu.Lock()
	back := r.talks[v.Contact] != nil
	if !back {
		delete(r.written, v.Contact)
	}
	r.mu.Unlock()
	if back {
		return
	}
	err := r.gone(ctx, v, r.node())
	if err == nil || fault.Is(err, fault.Unknown) || ctx.Err() != nil {
		return
	}
	r.chat.Log.Warn("that a visitor left is not kept yet", "contact", v.Contact, "error", err)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.talks[v.Contact] == nil {
		r.away[v.Contact] = absence{org: v.Org, due: r.chat.DB.Clock().Now().Add(time.Second)}
	}
}

// returned records that a visitor is back.
func (r *streams) returned(v flow.AtContact) {
	r.errands.add(func(ctx context.Context) {
		r.mu.Lock()
		here := r.talks[v.Contact] != nil
		r.mu.Unlock()
		if !here {
			return
		}
		r.visits(ctx, v)
		if err := r.chat.Flow.Returned(ctx, v); err != nil && ctx.Err() == nil {
			r.chat.Log.Warn("that a visitor is back is not kept", "contact", v.Contact, "error", err)
		}
	})
}

// mostOpen bounds how many contacts of one organisation are looked at after a start.
const mostOpen = 10_000

// afterStart gives those who were there when the program stopped as long to come back as anybody.
func (r *streams) afterStart(ctx context.Context) {
	c := r.chat
	due := c.DB.Clock().Now().Add(grace)
	waits := make(map[ident.Contact]absence)
	if err := c.DB.Read(ctx, func(tx *sqldb.Tx) error {
		all, err := c.Flow.Org.List(tx)
		for _, o := range all {
			contacts, err := c.Flow.Conversation.OpenContacts(tx, o.ID, mostOpen)
			if err != nil {
				return err
			}
			known, err := c.Flow.Conversation.Visited(tx, o.ID)
			if err != nil {
				return err
			}
			for _, ct := range contacts {
				if ct.Channel == "webchat" && !known[ct.ID] { // else it is known at which node
					waits[ct.ID] = absence{org: o.ID, due: due}
				}
			}
		}
		return err
	}); err != nil && ctx.Err() == nil {
		c.Log.Error("who was there before the start is not known", "error", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, a := range waits {
		if r.talks[id] == nil {
			r.away[id] = a
		}
	}
}
