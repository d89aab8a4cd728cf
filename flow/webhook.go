package flow

import (
	"context"
	"fmt"
	"time"

	"balie/domain/automation"
	"balie/ground/fault"
	"balie/ground/sqldb"
)

// Caller takes a call to another program. fault.Unavailable says that the receiver is down, or asks to wait; any other
// fault that it does not want this one.
type Caller interface {
	Call(ctx context.Context, r automation.Rule, c automation.Call, at time.Time) error
}

// callAtOnce is at how many receivers calls are delivered at the same moment.
const callAtOnce = 16

// SendCalls takes calls to other programs, until ctx ends. Each receiver gets its own line: one that hangs or is down takes
// nobody else's time.
func (f *Flow) SendCalls(ctx context.Context, to Caller) error {
	const idle = 10 * time.Second // another node may have stopped half-way
	places := make(chan struct{}, callAtOnce)
	defer func() { // those on their way come home before the database closes
		for range callAtOnce {
			places <- struct{}{}
		}
	}()
	for {
		wait, err := f.callDue(ctx, to, places)
		if err != nil && ctx.Err() == nil {
			f.log.Error("calls to other programs wait", "error", err)
			wait = time.Second
		}
		due, cancel := f.db.Clock().After(min(wait, idle))
		select {
		case <-ctx.Done():
			cancel()
			return nil
		case <-due:
		case <-f.called.hear():
		}
		cancel()
	}
}

// callDue begins with the receivers that are due and tells how long none is after them.
func (f *Flow) callDue(ctx context.Context, to Caller, places chan struct{}) (time.Duration, error) {
	var next time.Time
	if err := f.db.Read(ctx, func(tx *sqldb.Tx) (err error) {
		next, err = f.Automation.NextDue(tx)
		return err
	}); err != nil {
		return 0, err
	}
	if next.IsZero() {
		return time.Hour, nil
	}
	if wait := next.Sub(f.db.Clock().Now()); wait > 0 {
		return wait, nil
	}
	free := cap(places) - len(places)
	if free == 0 {
		return time.Hour, nil // whoever comes home rings
	}
	var lines []automation.Line
	if err := f.db.Write(ctx, func(tx *sqldb.Tx) (err error) {
		lines, err = f.Automation.Lease(tx, free)
		return err
	}); err != nil {
		return 0, err
	}
	for _, l := range lines {
		places <- struct{}{}
		go func() {
			defer f.called.ring()
			defer func() { <-places }()
			f.callAll(ctx, to, l)
		}()
	}
	return 0, nil
}

// callAll takes the calls of one receiver to it, in order, until it is down or another node has it.
func (f *Flow) callAll(ctx context.Context, to Caller, l automation.Line) {
	var down error
	for _, c := range l.Calls {
		if !f.keepsLine(ctx, &l) {
			return
		}
		err := f.callOne(ctx, to, l.Rule, c)
		if ctx.Err() != nil && err != nil {
			break // stopped half-way: it is tried again
		}
		record := func(tx *sqldb.Tx) error {
			if err != nil {
				return f.Automation.Refused(tx, c, err)
			}
			return f.Automation.Arrived(tx, c)
		}
		if err := f.db.Write(context.WithoutCancel(ctx), record); err != nil {
			f.log.Error("what became of a call was not recorded", "call", c.ID, "error", err)
			return // the lease ends and it is tried again
		}
		if err != nil && !fault.Is(err, fault.Invalid) {
			down = err
			f.log.Warn("another program does not take a call", "rule", c.Rule, "call", c.ID, "error", err)
			break
		}
	}
	if err := f.db.Write(context.WithoutCancel(ctx), func(tx *sqldb.Tx) error { return f.Automation.Done(tx, l, down) }); err != nil {
		f.log.Error("a receiver of calls was not let go", "rule", l.Rule.ID, "error", err)
	}
}

// keepsLine keeps other nodes off a receiver while the next call is made. Where it fails this node leaves the receiver, as
// if it had died.
func (f *Flow) keepsLine(ctx context.Context, l *automation.Line) (mine bool) {
	if l.Lasts(f.db.Clock().Now()) {
		return true
	}
	err := f.db.Write(context.WithoutCancel(ctx), func(tx *sqldb.Tx) (err error) {
		mine, err = f.Automation.Hold(tx, l)
		return err
	})
	if err != nil {
		f.log.Error("a receiver of calls was not held", "rule", l.Rule.ID, "error", err)
	}
	return mine && err == nil
}

func (f *Flow) callOne(ctx context.Context, to Caller, r automation.Rule, c automation.Call) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Wrap(fault.Internal, "ground.internal", fmt.Errorf("panic: %v", p))
		}
	}()
	if r.Then.Webhook != "" {
		c.URL = r.Then.Webhook // it may have been put right since
	}
	return to.Call(ctx, r, c, f.db.Clock().Now())
}
