package mailbox

import (
	"cmp"
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"sort"
	"sync"
	"time"

	"balie/channel/email/delivery"
	"balie/ground/clock"
	"balie/ground/fault"
	"balie/ground/ident"
)

// Options are what fetching needs. Memory must be given, and Secret where there is a sign-in.
type Options struct {
	Memory Memory
	Secret func(ctx context.Context, b Box) (string, error)
	TLS    *tls.Config
	// Dial makes the connection; one with TCP keepalive when nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Chance gives a number from 0 up to 1; with it, many mailboxes do not come back at one moment. 0.5 when nil.
	Chance func() float64
	// MaxMessage is the largest message that is taken whole; 35 MiB when 0.
	MaxMessage int64
	// IdleFor is how long one IDLE lasts, Poll how often to look where there is no IDLE, Follow how often to look
	// whether the list of mailboxes changed: 4 minutes, 1 minute and 15 seconds when 0.
	IdleFor, Poll, Follow time.Duration
	Clock                 clock.Clock
	Log                   *slog.Logger
}

func (o Options) filled() Options {
	o.MaxMessage = cmp.Or(o.MaxMessage, 35<<20)
	o.IdleFor = cmp.Or(o.IdleFor, 4*time.Minute)
	o.Poll = cmp.Or(o.Poll, time.Minute)
	o.Follow = cmp.Or(o.Follow, 15*time.Second)
	if o.Secret == nil {
		o.Secret = func(context.Context, Box) (string, error) { return "", nil }
	}
	if o.Chance == nil {
		o.Chance = func() float64 { return 0.5 }
	}
	o.Chance = oneAtATime(o.Chance)
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{Timeout: 30 * time.Second, KeepAliveConfig: net.KeepAliveConfig{
			Enable: true, Idle: 30 * time.Second, Interval: 15 * time.Second, Count: 4,
		}}).DialContext
	}
	return o
}

// oneAtATime guards a source of chance: every mailbox asks it, and those of math/rand are for one at a time.
func oneAtATime(chance func() float64) func() float64 {
	var mu sync.Mutex
	return func() float64 {
		mu.Lock()
		defer mu.Unlock()
		return chance()
	}
}

// pause is how long to wait after so many failures in a row: 1, 2, 4, 8, 10, 10 … seconds, of which the last part is
// left to chance. A refused sign-in waits up to 5 minutes: hosts lock an account out that keeps knocking.
func (o Options) pause(failures int, k fault.Kind) time.Duration {
	most := 10 * time.Second
	if k == fault.Denied {
		most = 5 * time.Minute
	}
	d := time.Second << min(failures-1, 20)
	d = min(d, most)
	return d/2 + time.Duration(float64(d/2)*o.Chance())
}

// Boxes fetches from a list of mailboxes that may change while it runs.
type Boxes struct {
	o     Options
	local *delivery.Local
	look  chan struct{}

	mu      sync.Mutex
	running map[ident.Row]*running
}

type running struct {
	*watcher
	stop context.CancelFunc
	done chan struct{}
}

// New makes a fetcher that does nothing yet.
func New(o Options) *Boxes {
	return &Boxes{o: o.filled(), look: make(chan struct{}, 1), running: map[ident.Row]*running{}}
}

// Refresh makes Run look at once whether the list changed.
func (b *Boxes) Refresh() {
	select {
	case b.look <- struct{}{}:
	default:
	}
}

// Status is how each mailbox is doing, in the order of their identifiers.
func (b *Boxes) Status() []Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []Status
	for _, r := range b.running {
		r.mu.Lock()
		all = append(all, r.status)
		r.mu.Unlock()
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Box < all[j].Box })
	return all
}

// Run fetches from the mailboxes of the source until ctx ends. It runs once.
func (b *Boxes) Run(ctx context.Context, from Source, local *delivery.Local) error {
	b.local = local
	defer b.follow(ctx, nil)
	for {
		list, err := from.Mailboxes(ctx)
		if err != nil && ctx.Err() == nil {
			b.o.Log.Warn("the list of mailboxes cannot be read; those that run go on", "error", err)
		}
		if err == nil {
			b.follow(ctx, list)
		}
		tick, stop := b.o.Clock.After(b.o.Follow)
		select {
		case <-ctx.Done():
			stop()
			return nil
		case <-tick:
		case <-b.look:
		}
		stop()
	}
}

// follow stops what is no longer on the list or was changed, and starts what is new. It waits for what it stops: no
// two connections fetch one mailbox.
func (b *Boxes) follow(ctx context.Context, list []Box) {
	wanted := map[ident.Row]Box{}
	for _, box := range list {
		wanted[box.ID] = box
	}
	b.mu.Lock()
	var stopped []*running
	for id, r := range b.running {
		if box, ok := wanted[id]; !ok || box != r.box {
			r.stop()
			stopped = append(stopped, r)
			delete(b.running, id)
		}
	}
	b.mu.Unlock()
	for _, r := range stopped {
		<-r.done
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, box := range wanted {
		if b.running[id] == nil {
			b.start(ctx, box)
		}
	}
}

func (b *Boxes) start(ctx context.Context, box Box) {
	ctx, cancel := context.WithCancel(ctx)
	r := &running{watcher: newWatcher(b.o, b.local, box), stop: cancel, done: make(chan struct{})}
	b.running[box.ID] = r
	go func() {
		defer close(r.done)
		defer cancel()
		r.run(ctx)
	}()
}
