// Package bus lets the nodes of one desk call out to each other over NATS, where there are so many nodes that the
// database should not carry that as well. It is never the only way: what is kept is in the database, every node looks
// there again after a while, and what else is called out may be lost.
package bus

import (
	"context"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"

	"balie/ground/clock"
	"balie/ground/fault"
	"balie/ground/secret"
)

// Options say which bus, and how we are called on it.
type Options struct {
	URL   secret.Text // nats://… or tls://…, several with commas; it may hold a password
	Desk  string      // the same on all nodes of one desk and on no other: several may share a bus
	Clock clock.Clock
	Log   *slog.Logger
}

// Bus is a connection to NATS. A lost one is made again for as long as it takes.
type Bus struct {
	conn  *nats.Conn
	desk  string
	clock clock.Clock
}

// PollEvery is how often Listen says that there may be something, whatever was heard.
const PollEvery = 2 * time.Second

// Connect connects, or goes on trying in the background: a desk works without the bus, only slower to hear.
func Connect(o Options) (*Bus, error) {
	conn, err := nats.Connect(o.URL.Reveal(), nats.Name("balie"), nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1),
		nats.ReconnectWait(time.Second), nats.NoEcho(),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				o.Log.Warn("the bus between the nodes is away; they look in the database", "error", err)
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) { o.Log.Info("the bus between the nodes is back") }))
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "ground.nats_unusable", err)
	}
	return &Bus{conn: conn, desk: o.Desk, clock: o.Clock}, nil
}

// Close ends the connection after what was said has left.
func (b *Bus) Close() {
	if b.conn.IsConnected() {
		_ = b.conn.FlushTimeout(time.Second) // what does not leave may be lost
	}
	b.conn.Close()
}

func (b *Bus) subject(name string) string { return "balie." + b.desk + "." + name }

// Listen calls heard with what the other nodes call out under a name until ctx ends, and every PollEvery with nothing.
func (b *Bus) Listen(ctx context.Context, name string, heard func(said string)) error {
	said := make(chan *nats.Msg, 1024)
	sub, err := b.conn.ChanSubscribe(b.subject(name), said)
	if err != nil {
		return fault.Wrap(fault.Unavailable, "ground.nats_unusable", err)
	}
	defer sub.Unsubscribe() //nolint:errcheck // the connection ends soon after
	for {
		due, stop := b.clock.After(PollEvery)
		select {
		case <-ctx.Done():
			stop()
			return nil
		case m := <-said:
			heard(string(m.Data))
		case <-due:
			heard("")
		}
		stop()
	}
}

// Notify calls something out to the other nodes.
func (b *Bus) Notify(_ context.Context, name, say string) error {
	return b.conn.Publish(b.subject(name), []byte(say))
}
