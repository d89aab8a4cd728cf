package mailbox

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"

	"balie/channel/email/delivery"
	"balie/ground/fault"
	"balie/ground/ident"
)

// watcher keeps one mailbox fetched.
type watcher struct {
	o     Options
	local *delivery.Local
	box   Box

	mark    Mark
	trouble map[uint32]int // how often the line broke at this message
	tried   time.Time      // when the messages set aside were last tried

	mu     sync.Mutex
	status Status
}

// maxTrouble is how often one message may break the connection before it is set aside.
const maxTrouble = 3

// maxAside bounds the list of messages set aside; they all stay in the mailbox.
const maxAside = 1000

func newWatcher(o Options, local *delivery.Local, box Box) *watcher {
	return &watcher{o: o, local: local, box: box, trouble: map[uint32]int{}, status: Status{Box: box.ID}}
}

// run fetches until ctx ends, over every outage.
func (w *watcher) run(ctx context.Context) {
	failures := 0
	for ctx.Err() == nil {
		before := w.heard()
		err := w.connected(ctx)
		if ctx.Err() != nil {
			return
		}
		if !w.heard().Equal(before) {
			failures = 0 // it worked for a while: start with short waits again
		}
		failures++
		w.problem(err)
		pause := w.o.pause(failures, fault.Of(err).Kind)
		w.o.Log.Warn("mailbox away", "mailbox", w.box.ID, "again_in", pause.String(), "error", err)
		if w.o.Clock.Sleep(ctx, pause) != nil {
			return
		}
	}
}

// connected is one connection, from sign-in to the error that ends it.
func (w *watcher) connected(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Wrap(fault.Internal, "email.broke_off", fmt.Errorf("mailbox: %v", p))
		}
	}()
	if w.mark, err = w.o.Memory.Load(ctx, w.box.ID); err != nil {
		return err
	}
	s, err := open(ctx, w.o, w.box)
	if err != nil {
		return err
	}
	defer s.Close()
	if w.mark.Validity != s.state.UIDValidity {
		// Another edition of the folder: its numbers mean other messages. All are fetched; the desk knows those it has.
		w.trouble = map[uint32]int{}
		if err := w.save(ctx, Mark{Validity: s.state.UIDValidity, Next: 1}); err != nil {
			return err
		}
	}
	w.hear()
	w.tried = time.Time{} // a new connection is a new chance for what was set aside
	return w.stay(ctx, s)
}

// stay fetches what comes on an open connection. While the desk is away the connection is kept: hosts take offence at
// somebody who signs in every few seconds.
func (w *watcher) stay(ctx context.Context, s session) error {
	tries := 0
	for {
		err := w.look(ctx, s)
		if away := (*deskAway)(nil); errors.As(err, &away) {
			tries++
			w.problem(away.error)
			w.o.Log.Warn("mail waits in its mailbox, the desk is away", "mailbox", w.box.ID, "error", away.error)
			if err := w.o.Clock.Sleep(ctx, w.o.pause(tries, fault.Unavailable)); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		tries = 0
		if err := s.Idle(ctx); err != nil {
			return err
		}
		w.hear()
	}
}

// look is one look at the folder.
func (w *watcher) look(ctx context.Context, s session) error {
	if w.tried.IsZero() || w.o.Clock.Now().Sub(w.tried) >= time.Hour {
		if err := w.retry(ctx, s); err != nil {
			return err
		}
	}
	return w.catchUp(ctx, s)
}

// deskAway is an error of our own side: the desk or the memory cannot store now.
type deskAway struct{ error }

// catchUp gives the desk everything from the remembered UID on.
func (w *watcher) catchUp(ctx context.Context, s session) error {
	uids, err := s.List(ctx, w.mark.Next)
	if err != nil {
		return err
	}
	for _, uid := range uids {
		after := Mark{Validity: w.mark.Validity, Next: uid + 1, Aside: w.mark.Aside}
		taken, err := w.take(ctx, s, uid)
		if err != nil {
			return err
		}
		if !taken {
			after.Aside = append(append([]uint32(nil), after.Aside...), uid)
			if len(after.Aside) > maxAside {
				after.Aside = after.Aside[len(after.Aside)-maxAside:]
			}
		}
		if err := w.save(ctx, after); err != nil {
			return err
		}
		w.finish(ctx, s, uid, taken)
	}
	return nil
}

// retry tries the messages once more that were set aside.
func (w *watcher) retry(ctx context.Context, s session) error {
	var left []uint32
	for _, uid := range w.mark.Aside {
		if w.trouble[uid] >= maxTrouble {
			w.trouble[uid] = maxTrouble - 1 // one more chance each time
		}
		taken, err := w.take(ctx, s, uid)
		if err != nil {
			return err // what was taken comes again; the desk knows it
		}
		if !taken {
			left = append(left, uid)
		}
		w.finish(ctx, s, uid, taken)
	}
	w.tried = w.o.Clock.Now()
	if len(left) == len(w.mark.Aside) {
		return nil
	}
	return w.save(ctx, Mark{Validity: w.mark.Validity, Next: w.mark.Next, Aside: left})
}

// take fetches one message and gives it to the desk. taken is false when it must be set aside, so that the messages
// behind it go on. An error ends the connection: the host or the desk is away, and nothing was passed over.
func (w *watcher) take(ctx context.Context, s session, uid uint32) (taken bool, err error) {
	if w.trouble[uid] >= maxTrouble {
		return false, nil
	}
	m, found, err := s.Fetch(ctx, uid)
	if err != nil {
		if ctx.Err() == nil {
			w.trouble[uid]++
		}
		if refused := (*imap.Error)(nil); errors.As(err, &refused) {
			w.o.Log.Error("a message cannot be fetched; set aside", "mailbox", w.box.ID, "uid", uid, "error", err)
			return false, nil
		}
		return false, err
	}
	w.hear()
	if !found {
		return true, nil // somebody removed it, or another of our connections moved it
	}
	err = w.deliver(ctx, m)
	switch {
	case err == nil:
		delete(w.trouble, uid)
		return true, nil
	case ctx.Err() != nil:
		return false, err
	case fault.Is(err, fault.Unavailable):
		return false, &deskAway{err}
	default:
		w.o.Log.Error("the desk cannot take a message; set aside", "mailbox", w.box.ID, "uid", uid, "error", err)
		return false, nil
	}
}

func (w *watcher) deliver(ctx context.Context, m fetched) error {
	to, err := w.local.Find(ctx, w.box.Address)
	if err != nil {
		// A mailbox for an address that the desk does not have is a matter of settings; the mail waits for it.
		return fault.Wrap(fault.Unavailable, "email.no_such_desk", err, "address", w.box.Address)
	}
	e := delivery.Envelope{
		Via: "imap:" + ident.Text(w.box.ID), Recipients: []delivery.Recipient{to}, Received: m.received, Keep: true,
	}
	if w.box.Trusted != "" {
		e.Trusted = []string{w.box.Trusted}
	}
	if m.cut {
		e.Problem = "email.cut_short"
	}
	return w.local.Deliver(ctx, e, m.raw)[0]
}

// finish marks or moves a message. It is no more than tidiness, so a refusal is told and passed over.
func (w *watcher) finish(ctx context.Context, s session, uid uint32, taken bool) {
	if !taken {
		return
	}
	if err := s.Finish(ctx, uid); err != nil && ctx.Err() == nil {
		w.o.Log.Warn("a message that was taken could not be marked or moved", "mailbox", w.box.ID, "uid", uid, "error", err)
	}
}

func (w *watcher) save(ctx context.Context, m Mark) error {
	if err := w.o.Memory.Save(ctx, w.box.ID, m); err != nil {
		return &deskAway{err}
	}
	w.mark = m
	w.mu.Lock()
	defer w.mu.Unlock()
	w.status.Aside = len(m.Aside)
	return nil
}

func (w *watcher) heard() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.status.Heard
}

func (w *watcher) hear() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.status.Heard, w.status.Problem, w.status.Detail = w.o.Clock.Now(), "", ""
}

func (w *watcher) problem(err error) {
	f := fault.Of(err)
	key := f.Key
	if key == "ground.internal" {
		key = "email.mailbox_away" // an error of the line, without a kind of its own
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.status.Problem, w.status.Detail = key, err.Error()
}
