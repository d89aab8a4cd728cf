package chat

import (
	"context"
	"strings"
	"time"

	"balie/domain/conversation"
	"balie/ground/ledger"
	"balie/ground/live"
)

// run feeds the streams until ctx ends or the program stops.
func (r *streams) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for range writers {
		r.quiet.Go(r.write)
	}
	for range lookers {
		r.quiet.Go(func() { r.looker(ctx) })
	}
	for range errandsOnce {
		r.quiet.Go(func() { r.errands.run(ctx) })
	}
	r.quiet.Go(func() { r.queues(ctx) })
	r.quiet.Go(func() { r.beat(ctx) })
	r.quiet.Go(func() { r.hub(ctx) })
	r.quiet.Go(func() { r.afterStart(ctx) })
	r.quiet.Go(func() { r.others(ctx) })
	select {
	case <-ctx.Done():
	case <-r.chat.Stop:
	}
	stop()
	r.end()
	r.quiet.Wait()
	r.handOver(context.WithoutCancel(ctx))
	return nil
}

// end ends every stream: the visitors come back at once, to the program that goes on.
func (r *streams) end() {
	r.mu.Lock()
	r.stopped = true
	var all []*stream
	for _, t := range r.talks {
		all = append(all, t.streams...)
	}
	r.look.Broadcast()
	r.send.Broadcast()
	r.mu.Unlock()
	r.errands.end()
	for _, s := range all {
		r.drop(s)
	}
}

// hub follows the facts of all organisations while there are streams.
func (r *streams) hub(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.wanted:
		}
		for r.follow(ctx) {
		}
	}
}

// follow is one subscription. It is true when it must begin again: the hub dropped us, or began anew.
func (r *streams) follow(ctx context.Context) bool {
	reader := r.chat.Hub.SubscribeAll()
	defer reader.Close()
	r.mu.Lock()
	r.place, r.follows = max(r.place, reader.Seq), true
	for _, t := range r.talks {
		if t.dirty = t.dirty && t.busy; !t.dirty { // it may have waited for us; a busy one is looked at again by itself
			r.soil(t)
		}
	}
	r.mu.Unlock()
	for {
		select {
		case <-ctx.Done():
			return false
		case n, open := <-reader.C:
			if !open {
				r.mu.Lock()
				r.follows = false
				r.mu.Unlock()
				return ctx.Err() == nil && r.chat.DB.Clock().Sleep(ctx, 100*time.Millisecond) == nil
			}
			if r.heard(n) {
				return false
			}
		}
	}
}

// heard spreads one piece of news. It is true when nobody listens any more.
func (r *streams) heard(n live.News) (idle bool) {
	e := n.Entry
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.Seq > 0 {
		r.place = max(r.place, e.Seq)
		r.concerns(e)
	}
	for t := r.cases[e.Case]; t != nil && e.Case != 0; t = t.next {
		if t.org != e.Org {
			continue
		}
		if e.Seq == 0 {
			r.sign(t, n)
			continue
		}
		r.turned(t, e)
		r.soil(t)
	}
	r.follows = r.count > 0
	return !r.follows
}

// turned looks at a fact of the contact itself.
func (r *streams) turned(t *talk, e ledger.Entry) {
	switch e.Kind {
	case "conversation.contact_waits":
		var fact conversation.ContactWaits
		t.vanished = t.vanished || (e.Into(&fact) == nil && fact.From == conversation.ContactLive && e.Actor.Kind == ledger.System)
	case "conversation.contact_left":
		// Somebody thought that this visitor was gone, while the stream is open here.
		delete(r.written, t.contact)
		r.returned(r.visitor(t.org, t.contact))
	}
}

// concerns looks at facts that change what others than the visitors of one case see.
func (r *streams) concerns(e ledger.Entry) {
	switch e.Kind {
	case "queue.joined", "queue.moved", "queue.answered", "queue.left", "queue.put_off", "staff.presence_changed":
		r.stirred[e.Org] = true
		nudge(r.stir)
	}
	if strings.HasPrefix(e.Kind, "org.") {
		r.chat.houses.forget(e.Org)
		r.errands.add(func(ctx context.Context) { r.notice(ctx, e.Org) })
	}
}
