package form

import (
	"context"
	"fmt"
	"sync"

	"balie/channel"
	"balie/ground/clock"
	"balie/ground/fault"
)

// Adapter is the channel.
type Adapter struct {
	clock   clock.Clock
	uploads chan struct{}

	mu    sync.Mutex
	desk  channel.Desk   // nil while the channel does not run
	under sync.WaitGroup // arrivals on their way to the desk
}

// New makes the channel. It takes nothing in until Run.
func New(c clock.Clock) *Adapter {
	return &Adapter{clock: c, uploads: make(chan struct{}, uploadsAtNow)}
}

// Kind is the channel's name.
func (*Adapter) Kind() channel.Kind { return channel.Form }

// Run lets forms through to the desk until ctx ends, and waits for those on their way.
func (a *Adapter) Run(ctx context.Context, desk channel.Desk) error {
	a.mu.Lock()
	a.desk = desk
	a.mu.Unlock()
	<-ctx.Done()
	a.mu.Lock()
	a.desk = nil
	a.mu.Unlock()
	a.under.Wait()
	return nil
}

// Send cannot: whoever filled in a form is answered by mail.
func (*Adapter) Send(context.Context, channel.Outgoing) error {
	return fault.New(fault.Invalid, "form.cannot_be_sent_to")
}

// Accept gives an arrival to the desk and returns after the commit. After an error nothing was accepted.
func (a *Adapter) Accept(ctx context.Context, arrival channel.Arrival) (_ channel.Receipt, err error) {
	desk, done := a.enter()
	if desk == nil {
		return channel.Receipt{}, fault.New(fault.Unavailable, "form.stopped")
	}
	defer done()
	defer func() {
		if p := recover(); p != nil { // one form that breaks the desk costs that form only
			err = fault.Wrap(fault.Unavailable, "form.not_taken", fmt.Errorf("panic: %v", p))
		}
	}()
	to, err := desk.Address(ctx, arrival.To)
	if err != nil {
		return channel.Receipt{}, err
	}
	if _, err := desk.Address(ctx, arrival.From.Address); err == nil {
		// Our own receipt would come back to us as a new question.
		return channel.Receipt{}, fault.New(fault.Invalid, "form.email_is_ours")
	} else if !fault.Is(err, fault.Unknown) {
		return channel.Receipt{}, err
	}
	arrival.Org = to.Org
	return desk.Arrive(ctx, arrival)
}

func (a *Adapter) enter() (channel.Desk, func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.desk == nil {
		return nil, nil
	}
	a.under.Add(1)
	return a.desk, a.under.Done
}

var _ channel.Adapter = (*Adapter)(nil)
