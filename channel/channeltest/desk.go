package channeltest

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"balie/channel"
	"balie/ground/fault"
	"balie/ground/ident"
)

// Desk is a desk in memory: it keeps what arrived, one copy per key, and can be made to fail.
type Desk struct {
	mu      sync.Mutex
	known   map[string]channel.Address
	kept    map[string]channel.Arrival
	order   []string
	again   int
	reports []channel.Report
	err     error
	before  func(channel.Arrival)
	judge   func(channel.Arrival) error
	changed chan struct{}
}

// NewDesk makes a desk with these addresses, all of organisation 1.
func NewDesk(addresses ...string) *Desk {
	d := &Desk{known: map[string]channel.Address{}, kept: map[string]channel.Arrival{}, changed: make(chan struct{})}
	for _, a := range addresses {
		d.Add(a, 1)
	}
	return d
}

// Add opens a desk address.
func (d *Desk) Add(address string, org ident.Org) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.known[strings.ToLower(address)] = channel.Address{Org: org, Address: strings.ToLower(address)}
}

// Fail makes every call answer err until it is called with nil.
func (d *Desk) Fail(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err = err
}

// Before is called with each arrival ahead of storing it; it may wait or panic.
func (d *Desk) Before(f func(channel.Arrival)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.before = f
}

// Judge decides about each arrival by itself: an error is what Arrive answers.
func (d *Desk) Judge(f func(channel.Arrival) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.judge = f
}

// Address looks up a desk address.
func (d *Desk) Address(_ context.Context, address string) (channel.Address, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return channel.Address{}, d.err
	}
	found, ok := d.known[strings.ToLower(address)]
	if !ok {
		return channel.Address{}, fault.New(fault.Unknown, "org.no_such_address")
	}
	return found, nil
}

// Arrive keeps the first copy of each key.
func (d *Desk) Arrive(ctx context.Context, a channel.Arrival) (channel.Receipt, error) {
	d.mu.Lock()
	before := d.before
	d.mu.Unlock()
	if before != nil {
		before(a)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return channel.Receipt{}, d.err
	}
	if err := ctx.Err(); err != nil {
		return channel.Receipt{}, fault.Wrap(fault.Unavailable, "desk.stopped", err)
	}
	if a.Key == "" || a.Org == 0 {
		return channel.Receipt{}, fault.New(fault.Internal, "desk.arrival_without_key_or_organisation")
	}
	if d.judge != nil {
		if err := d.judge(a); err != nil {
			return channel.Receipt{}, err
		}
	}
	name := fmt.Sprintf("%d %s", a.Org, a.Key)
	if _, had := d.kept[name]; had {
		d.again++
		d.tell()
		return channel.Receipt{Case: 1, Number: "1", Again: true}, nil
	}
	d.kept[name] = a
	d.order = append(d.order, name)
	d.tell()
	return channel.Receipt{Case: 1, Number: "1"}, nil
}

// Report keeps what became of an outgoing message.
func (d *Desk) Report(_ context.Context, r channel.Report) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return d.err
	}
	d.reports = append(d.reports, r)
	d.tell()
	return nil
}

// Arrivals are what the desk keeps, in the order of arrival.
func (d *Desk) Arrivals() []channel.Arrival {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := make([]channel.Arrival, 0, len(d.order))
	for _, name := range d.order {
		all = append(all, d.kept[name])
	}
	return all
}

// Reports are what the desk was told about outgoing messages.
func (d *Desk) Reports() []channel.Report {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]channel.Report(nil), d.reports...)
}

// Again is how many deliveries were of something the desk had.
func (d *Desk) Again() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.again
}

// Wait returns once ok says so; it looks after everything that reaches the desk. The error is that of ctx.
func (d *Desk) Wait(ctx context.Context, ok func() bool) error {
	for {
		d.mu.Lock()
		changed := d.changed
		d.mu.Unlock()
		if ok() {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

func (d *Desk) tell() {
	close(d.changed)
	d.changed = make(chan struct{})
}
