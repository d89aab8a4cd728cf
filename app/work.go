package app

import (
	"cmp"
	"context"
	mathrand "math/rand/v2"
	"strings"
	"sync"

	"balie/app/hook"
	"balie/app/push"
	"balie/channel"
	"balie/flow"
	"balie/ground/blob"
	"balie/ground/ident"
)

// start starts everything that follows from facts and deadlines. The channel is closed when all have ended.
func (a *App) start(ctx context.Context) <-chan error {
	parts := []func(context.Context) error{
		a.alone("deadlines", a.Flow.WatchDeadlines),
		a.alone("matching", a.Flow.Match),
		a.recount,
		a.alone("limits", a.Flow.LearnLimits),
		func(ctx context.Context) error { return a.hub.Run(ctx, a.DB, a.ledger, a.Log) },
		func(ctx context.Context) error { return a.ledger.Relay(ctx, a.DB, a.Log) },
		func(ctx context.Context) error { return a.hub.Relay(ctx, a.DB, a.Log, a.node) },
		func(ctx context.Context) error { return a.Flow.Access.Run(ctx, a.DB) },
		a.viewers.Run,
		a.chat.Run,
		a.streams.Run,
		func(ctx context.Context) error { return a.Flow.SendPushes(ctx, push.New(a.outside, a.pushContact())) },
		func(ctx context.Context) error { return a.Flow.SendCalls(ctx, hook.New(a.outside)) },
		a.noteMailboxes,
		a.sweepFiles,
	}
	for _, f := range a.Flow.Followers() {
		parts = append(parts, func(ctx context.Context) error { return a.ledger.Follow(ctx, a.DB, f) })
	}
	if a.Config.Relay.Host != "" { // without a relay mail stays in the outbox
		parts = append(parts, func(ctx context.Context) error { return a.Flow.Deliver(ctx, a.carriers()) })
	}
	return a.together(ctx, parts)
}

// recount counts anew what every agent has: until the last node was upgraded, another one may not have counted.
func (a *App) recount(ctx context.Context) error {
	if err := a.Flow.Recount(ctx); err != nil && ctx.Err() == nil {
		a.Log.Warn("what agents have is not counted anew", "error", err)
	}
	return nil
}

// alone lets a part run on one node at a time. What must never happen twice is decided by the rows all the same.
func (a *App) alone(name string, run func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error { return a.leases.While(ctx, name, run) }
}

// takeIn starts the channels.
func (a *App) takeIn(ctx context.Context) chan error {
	var parts []func(context.Context) error
	for _, adapter := range a.channels() {
		parts = append(parts, func(ctx context.Context) error { return adapter.Run(ctx, a.Flow) })
	}
	return a.together(ctx, parts)
}

// pushContact is where the makers of browsers find whoever runs this desk.
func (a *App) pushContact() string {
	if strings.HasPrefix(a.Config.PublicURL, "https://") {
		return a.Config.PublicURL
	}
	return "postmaster@" + cmp.Or(a.Config.Mail.Hostname, "localhost")
}

func (a *App) together(ctx context.Context, parts []func(context.Context) error) chan error {
	ended := make(chan error, len(parts)+1)
	var all sync.WaitGroup
	for _, run := range parts {
		all.Go(func() {
			if err := run(ctx); err != nil {
				a.Log.Error("a part of the program ended", "error", err)
				ended <- err
			}
		})
	}
	go func() {
		all.Wait()
		close(ended)
	}()
	return ended
}

func (a *App) carriers() map[channel.Kind]flow.Carrier {
	m := make(map[channel.Kind]flow.Carrier)
	for _, adapter := range a.channels() {
		m[adapter.Kind()] = adapter
	}
	return m
}

// files lets the room of conversations keep large contents on disk.
type files struct{ disk *blob.Disk }

// largest is the largest content that is read back at once.
const largest = 64 << 20

func (f files) Put(ctx context.Context, org ident.Org, data []byte) (string, error) {
	info, err := blob.PutBytes(ctx, f.disk, org, data)
	return string(info.ID), err
}

func (f files) Get(ctx context.Context, org ident.Org, hash string) ([]byte, error) {
	id, err := blob.ParseID(hash)
	if err != nil {
		return nil, err
	}
	return blob.ReadAll(ctx, f.disk, org, id, largest)
}

// locked lets many goroutines share a source of chance.
type locked struct {
	mu  sync.Mutex
	src mathrand.Source
}

func (l *locked) Uint64() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.src.Uint64()
}
