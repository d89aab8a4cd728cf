package flow

import (
	"context"
	"fmt"
	"time"

	"balie/channel"
	"balie/domain/conversation"
	"balie/ground/fault"
	"balie/ground/sqldb"
)

// Carrier takes a message to its channel; a channel.Adapter is one.
type Carrier interface {
	Send(ctx context.Context, o channel.Outgoing) error
}

// deliverAtOnce is how many messages are on their way at the same moment.
const deliverAtOnce = 8

// Deliver carries what stands in the outbox, until ctx ends. It wakes when something was posted and when an earlier
// attempt is due again; a message that hangs does not keep the others.
func (f *Flow) Deliver(ctx context.Context, carriers map[channel.Kind]Carrier) error {
	tick, stop := f.ledger.Woken()
	defer stop()
	places := make(chan struct{}, deliverAtOnce)
	defer func() { // those on their way come home before the database closes
		for range deliverAtOnce {
			places <- struct{}{}
		}
	}()
	for {
		wait, err := f.deliverDue(ctx, carriers, places)
		if err != nil && ctx.Err() == nil {
			f.log.Error("outgoing mail waits", "error", err)
		}
		due, cancel := f.db.Clock().After(wait)
		select {
		case <-ctx.Done():
			cancel()
			return nil
		case <-due:
		case <-tick:
		}
		cancel()
	}
}

func (f *Flow) deliverDue(ctx context.Context, carriers map[channel.Kind]Carrier, places chan struct{}) (time.Duration, error) {
	const idle = 10 * time.Second
	var next time.Time
	err := f.db.Read(ctx, func(tx *sqldb.Tx) (err error) {
		next, err = f.Conversation.NextDue(tx)
		return err
	})
	if err != nil || next.IsZero() {
		return idle, err
	}
	if wait := next.Sub(f.db.Clock().Now()); wait > 0 {
		return min(wait, idle), nil
	}
	var letters []conversation.Letter
	if err := f.db.Write(ctx, func(tx *sqldb.Tx) (err error) {
		letters, err = f.Conversation.Lease(tx, deliverAtOnce)
		return err
	}); err != nil {
		return idle, err
	}
	for _, l := range letters {
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			return idle, nil // leased, and tried again when the lease is over
		}
		go func() {
			defer func() { <-places }()
			f.carry(ctx, carriers[channel.Kind(l.Channel)], l)
		}()
	}
	if len(letters) == 0 {
		return time.Second, nil // what is due waits behind an earlier letter of its case
	}
	return 0, nil
}

// carry takes one message and records what became of it.
func (f *Flow) carry(ctx context.Context, c Carrier, l conversation.Letter) {
	err := f.send(ctx, c, l)
	if ctx.Err() != nil && err != nil {
		return // stopped half-way: the lease ends and it is tried again
	}
	record := func(tx *sqldb.Tx) error {
		if err != nil {
			return f.Conversation.NotCarried(tx, l, err)
		}
		return f.Conversation.Carried(tx, l)
	}
	if err := f.db.Write(context.WithoutCancel(ctx), record); err != nil {
		f.log.Error("what became of a message was not recorded", "outgoing", l.ID, "error", err)
	}
}

func (f *Flow) send(ctx context.Context, c Carrier, l conversation.Letter) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Wrap(fault.Internal, "ground.internal", fmt.Errorf("panic: %v", p))
		}
	}()
	if c == nil {
		return fault.New(fault.Internal, "flow.channel_unknown", "channel", l.Channel)
	}
	o := channel.Outgoing{
		ID: l.ID, Org: l.Org, From: channel.Person{Name: l.FromName, Address: l.FromAddress},
		To: channel.Person{Name: l.ToName, Address: l.ToAddress}, Subject: l.Subject, Text: l.Text, HTML: l.HTML,
		MessageID: l.MessageID, Parents: l.Parents, ReplyTo: l.ReplyTo, ReturnPath: l.ReturnPath, Auto: l.Auto, Locale: l.Locale,
	}
	if l.Entry != 0 {
		if o.Files, err = f.filesOf(ctx, l); err != nil {
			return err
		}
		also, err := f.appointmentsOf(ctx, l)
		if err != nil {
			return err
		}
		o.Files = append(o.Files, also...)
	}
	return c.Send(ctx, o)
}

func (f *Flow) filesOf(ctx context.Context, l conversation.Letter) ([]channel.File, error) {
	var kept []conversation.File
	err := f.db.Read(ctx, func(tx *sqldb.Tx) (err error) {
		kept, err = f.Conversation.FilesOf(tx, l.Org, l.Entry)
		return err
	})
	if err != nil {
		return nil, err
	}
	var files []channel.File
	for _, k := range kept {
		data, err := f.Conversation.Content(ctx, f.db, l.Org, k.Hash)
		if err != nil {
			return nil, err
		}
		files = append(files, channel.File{Name: k.Name, Type: k.Type, Data: data, ContentID: k.ContentID})
	}
	return files, nil
}
