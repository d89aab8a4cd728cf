package email

import (
	"cmp"
	"context"
	"errors"
	"log/slog"

	"balie/channel"
	"balie/channel/email/delivery"
	"balie/channel/email/letter"
	"balie/channel/email/listener"
	"balie/channel/email/mailbox"
	"balie/channel/email/sender"
	"balie/ground/clock"
	"balie/ground/fault"
)

// Config is what the mail channel needs. Clock and Log go for all parts; a part's own are overruled.
type Config struct {
	Listener listener.Options // nothing is listened to when both addresses are empty
	Sender   sender.Options   // nothing is sent without a relay
	Mailbox  mailbox.Options
	// Mailboxes knows which mailboxes to fetch from; nil for none.
	Mailboxes mailbox.Source
	// Ours says whether a Message-ID, without angle brackets, is one that the desk gave out.
	Ours func(messageID string) bool
	// Limits bound one message inside; the size goes by Listener.MaxMessage.
	Limits letter.Limits
	Clock  clock.Clock
	Log    *slog.Logger
}

// maxMessage is the largest message in bytes unless the settings say otherwise. With the third that base64 adds it
// holds 25 MiB of attachments.
const maxMessage = 35 << 20

// Adapter is the mail channel.
type Adapter struct {
	c        Config
	listener *listener.Server
	sender   *sender.Sender
	boxes    *mailbox.Boxes
}

// New puts the channel together. It does nothing until Listen or Run.
func New(c Config) *Adapter {
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	c.Listener.MaxMessage = cmp.Or(c.Listener.MaxMessage, maxMessage)
	c.Mailbox.MaxMessage = cmp.Or(c.Mailbox.MaxMessage, c.Listener.MaxMessage)
	c.Limits.Bytes = int(max(c.Listener.MaxMessage, c.Mailbox.MaxMessage))
	c.Listener.Clock, c.Sender.Clock, c.Mailbox.Clock = c.Clock, c.Clock, c.Clock
	c.Listener.Log, c.Sender.Log, c.Mailbox.Log = c.Log, c.Log, c.Log
	return &Adapter{
		c: c, listener: listener.New(c.Listener), sender: sender.New(c.Sender), boxes: mailbox.New(c.Mailbox),
	}
}

// Kind is "email".
func (a *Adapter) Kind() channel.Kind { return channel.Email }

// Listen takes the addresses ahead of Run, so that a wrong one shows at the start.
func (a *Adapter) Listen() error { return a.listener.Listen() }

// Address is where the channel listens for "smtp" or "lmtp"; empty when it does not.
func (a *Adapter) Address(protocol string) string { return a.listener.Address(protocol) }

// Mailboxes is how each mailbox is doing.
func (a *Adapter) Mailboxes() []mailbox.Status { return a.boxes.Status() }

// Refresh makes the channel look at once whether the list of mailboxes changed.
func (a *Adapter) Refresh() { a.boxes.Refresh() }

// Run listens and fetches until ctx ends. When one part cannot go on, it stops the others and says why.
func (a *Adapter) Run(ctx context.Context, desk channel.Desk) error {
	local := delivery.New(delivery.Options{
		Desk: desk, Ours: a.c.Ours, Limits: a.c.Limits, Clock: a.c.Clock, Log: a.c.Log,
	})
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	parts := []func() error{
		func() error { return a.listener.Run(ctx, local) },
		func() error { return a.sender.Run(ctx) },
	}
	if a.c.Mailboxes != nil {
		parts = append(parts, func() error { return a.boxes.Run(ctx, a.c.Mailboxes, local) })
	}
	ended := make(chan error, len(parts))
	for _, run := range parts {
		go func() { ended <- run() }()
	}
	var all error
	for range parts {
		if err := <-ended; err != nil {
			all = errors.Join(all, err)
			stop()
		}
	}
	return all
}

// Send hands one message to the relay.
func (a *Adapter) Send(ctx context.Context, o channel.Outgoing) error {
	if a.c.Sender.Relay == "" {
		return fault.New(fault.Unavailable, "email.no_relay")
	}
	return a.sender.Send(ctx, o)
}

var _ channel.Adapter = (*Adapter)(nil)
