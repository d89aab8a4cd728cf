package webchat

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
	clock clock.Clock

	mu    sync.Mutex
	desk  channel.Desk   // nil while the channel does not run
	under sync.WaitGroup // arrivals on their way to the desk
}

// New makes the channel. It takes nothing in until Run.
func New(c clock.Clock) *Adapter { return &Adapter{clock: c} }

// Kind is the channel's name.
func (*Adapter) Kind() channel.Kind { return channel.Webchat }

// Run lets messages through to the desk until ctx ends, and waits for those on their way.
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

// Send cannot: a chat is carried by its own log, of which a visitor's screen shows every line.
func (*Adapter) Send(context.Context, channel.Outgoing) error {
	return fault.New(fault.Invalid, "webchat.carried_by_its_log")
}

// Accept gives an arrival to the desk and returns after the commit. After an error nothing was accepted. An arrival
// that does not say its organisation, which the address of the page does, is looked up by its desk address.
func (a *Adapter) Accept(ctx context.Context, arrival channel.Arrival) (_ channel.Receipt, err error) {
	desk, done := a.enter()
	if desk == nil {
		return channel.Receipt{}, fault.New(fault.Unavailable, "webchat.stopped")
	}
	defer done()
	defer func() {
		if p := recover(); p != nil { // one message that breaks the desk costs that message only
			err = fault.Wrap(fault.Unavailable, "webchat.not_taken", fmt.Errorf("panic: %v", p))
		}
	}()
	if arrival.Org == 0 {
		to, err := desk.Address(ctx, arrival.To)
		if err != nil {
			return channel.Receipt{}, err
		}
		arrival.Org = to.Org
	}
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
