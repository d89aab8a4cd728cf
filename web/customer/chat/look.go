package chat

import (
	"context"

	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/queue"
	"balie/flow"
	"balie/ground/sqldb"
)

// looker looks up what there is to tell, one talk after another.
func (r *streams) looker(ctx context.Context) {
	for {
		r.mu.Lock()
		for len(r.dirty) == 0 && !r.stopped {
			r.look.Wait()
		}
		if r.stopped {
			r.mu.Unlock()
			return
		}
		t := r.dirty[0]
		r.dirty[0] = nil
		if r.dirty = r.dirty[1:]; len(r.dirty) == 0 {
			r.dirty = nil
		}
		g := r.begin(t)
		r.mu.Unlock()
		err := g.read(ctx)
		r.mu.Lock()
		r.finish(t, g, err)
		r.mu.Unlock()
	}
}

// glance is one look at a talk: what is there between two places of the ledger, and how it stands.
type glance struct {
	chat     *Chat
	about    subject
	from     int64 // lines after this place
	upto     int64 // up to this one
	vanished string
	house    *house
	contact  conversation.Contact
	cas      cases.Case
	lines    []conversation.Entry
	told     queue.Told
	first    queue.Told // when the wait began
	asked    flow.Asked // who is waited for and not free; zero: nobody in particular
}

// begin takes a talk that has more to tell.
func (r *streams) begin(t *talk) *glance {
	g := &glance{chat: r.chat, about: t.subject, upto: r.place}
	t.dirty, t.busy = false, true
	for i, s := range t.streams {
		if i == 0 || s.last < g.from {
			g.from = s.last
		}
	}
	if t.vanished {
		t.vanished, g.vanished = false, t.told.name
	}
	return g
}

// read looks everything up in one transaction, so that the lines and the standing belong together.
func (g *glance) read(ctx context.Context) (err error) {
	if g.house, err = g.chat.houses.byID(ctx, g.about.org); err != nil {
		return err
	}
	rooms := g.chat.Flow.Rooms
	return g.chat.DB.Read(ctx, func(tx *sqldb.Tx) error {
		if g.contact, err = rooms.Conversation.Contact(tx, g.about.org, g.about.contact); err != nil {
			return err
		}
		if g.contact.Case != g.about.cas {
			return nil // merged: the streams begin again in the case that goes on
		}
		if g.cas, err = rooms.Cases.Get(tx, g.about.org, g.about.cas); err != nil {
			return err
		}
		if g.lines, err = rooms.Conversation.After(tx, g.about.org, g.about.cas, g.from); err != nil {
			return err
		}
		if g.contact.State != conversation.ContactWaiting {
			return nil
		}
		w, waits, err := rooms.Queue.Of(tx, g.about.org, g.about.contact)
		if err != nil || !waits {
			return err
		}
		position, err := rooms.Queue.Position(tx, w)
		if err != nil {
			return err
		}
		if g.asked, _, err = g.chat.Flow.Asked(tx, w); err != nil {
			return err
		}
		outlook, err := g.chat.Flow.Outlook(tx, g.about.org)
		g.told, g.first = outlook.ForecastOf(w, position-1), w.Told
		return err
	})
}

// finish tells what a look found. Streams that began meanwhile, from an earlier place, have a look of their own.
func (r *streams) finish(t *talk, g *glance, err error) {
	t.busy = false
	if t.dirty && r.follows {
		r.dirty = append(r.dirty, t)
		r.look.Signal()
	}
	switch {
	case err != nil:
		if !r.stopped {
			r.chat.Log.Warn("a visitor's stream waits", "contact", t.contact, "error", err)
		}
		if len(t.streams) > 0 {
			r.failed = append(r.failed, t)
		}
		return
	case g.contact.Case != t.cas:
		for _, s := range t.streams {
			go r.drop(s)
		}
		return
	}
	r.toldTo(t, g)
}

// toldTo tells the streams of a talk what is new to each.
func (r *streams) toldTo(t *talk, g *glance) {
	t.name = g.cas.PartyName
	if _, known := r.notices[t.org]; !known {
		r.notices[t.org] = g.house.Settings.Notice
	}
	v := viewOf(g, t.locale)
	events := v.events(g.lines, g.upto)
	if n := len(events); n > 0 {
		t.head = max(t.head, events[n-1].place)
	}
	var also []byte // what is new beside the lines
	if g.vanished != "" {
		also = append(also, v.vanished(g.vanished)...)
	}
	if now := v.standing(t.told); !now.same(t.told) {
		t.told = now
		also = append(also, now.event(v.t)...)
	}
	seen := t.seen
	if !g.cas.Unread {
		seen = max(seen, t.head)
	}
	if seen > t.seen {
		t.seen = seen
		also = append(also, seenEvent(seen)...)
	}
	for _, s := range t.streams {
		if s.last < g.from {
			continue
		}
		for _, e := range events {
			if e.place > s.last {
				r.tell(s, e.text)
			}
		}
		s.last = max(s.last, g.upto)
		if !s.fresh {
			r.tell(s, also)
			continue
		}
		r.tell(s, t.told.event(v.t))
		r.tell(s, noticeEvent(g.house.Settings.Notice, ""))
		r.tell(s, seenEvent(seen))
		s.fresh = false
	}
}
