package delivery

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"balie/channel"
	"balie/channel/email/letter"
	"balie/ground/clock"
	"balie/ground/fault"
)

// Options are what a delivery needs. Only Desk must be given.
type Options struct {
	Desk channel.Desk
	// Read turns the bytes of a message into a letter; letter.Read when nil.
	Read func(raw []byte, o letter.Options) (letter.Letter, error)
	// Limits bound one message; those of package letter when zero.
	Limits letter.Limits
	// Notice reads a bounce or another report by a mail server, false when the message is none; package notice when nil.
	Notice func(raw []byte) (channel.Report, bool)
	// Ours says whether a Message-ID, without angle brackets, is one that we gave out.
	Ours  func(messageID string) bool
	Clock clock.Clock
	Log   *slog.Logger
}

// Local delivers mail to the desk.
type Local struct{ o Options }

// New makes a local delivery.
func New(o Options) *Local {
	if o.Read == nil {
		o.Read = letter.Read
	}
	if o.Notice == nil {
		o.Notice = readNotice
	}
	if o.Ours == nil {
		o.Ours = func(string) bool { return false }
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Local{o: o}
}

// Recipient is a desk address that a message was sent to.
type Recipient struct {
	Desk  channel.Address
	Token string // what stood after the plus: the token of a reply address, not checked here
}

// Envelope is what is known about a message from outside the message.
type Envelope struct {
	Via string
	// ReturnPath is the sender that the envelope names, empty where it is not known.
	ReturnPath string
	// Null is true for the empty return path of bounces and automatic answers (RFC 5321 section 4.5.5).
	Null       bool
	Recipients []Recipient
	// Trusted are the names of servers whose Authentication-Results count (RFC 8601 section 5).
	Trusted []string
	// Received is when it came in; now when zero. It stands in for a date that the message does not give.
	Received time.Time
	// Problem overrides what reading finds: the key of what went wrong before the message could be read whole.
	Problem string
	// Keep takes a message that cannot be read all the same, raw, because there is no sender left to tell.
	Keep bool
}

// Find looks up who an address reaches: fault.Invalid when it is no address, fault.Unknown when it is not a desk's.
func (l *Local) Find(ctx context.Context, address string) (Recipient, error) {
	base, token, err := Split(address)
	if err != nil {
		return Recipient{}, err
	}
	found, err := l.o.Desk.Address(ctx, base)
	if fault.Is(err, fault.Unknown) && token != "" {
		// An organisation may have taken an address with a plus in it as a desk address.
		whole, err := l.o.Desk.Address(ctx, strings.Replace(base, "@", "+"+token+"@", 1))
		return Recipient{Desk: whole}, err
	}
	return Recipient{Desk: found, Token: token}, err
}

// Deliver hands a message to the desk and gives one answer per recipient, in their order. nil means that it is on
// disk; fault.Unavailable and fault.Internal that trying again is worth it; all else that it is not.
func (l *Local) Deliver(ctx context.Context, e Envelope, raw []byte) []error {
	answers := make([]error, len(e.Recipients))
	read, err := l.read(raw, e)
	if err != nil && !e.Keep {
		return fill(answers, err)
	}
	if err != nil {
		read = letter.Letter{Arrival: channel.Arrival{Problem: fault.Of(err).Key, Auto: true}}
	}
	to := withTokens(e.Recipients, read.Recipients)
	if e.Null || read.Auto || tokened(to) {
		if done, err := l.report(ctx, raw); done {
			return fill(answers, err)
		}
	}
	if read.Thread.ID != "" && l.o.Ours(read.Thread.ID) {
		l.o.Log.Warn("mail of our own came back; dropped", "via", e.Via, "message_id", read.Thread.ID)
		return answers
	}
	given := map[string]error{}
	for i, r := range to {
		answer, again := given[r.Desk.Address]
		if !again {
			answer = l.arrive(ctx, l.address(read.Arrival, e, r, raw))
			given[r.Desk.Address] = answer
		}
		answers[i] = answer
	}
	return answers
}

// withTokens finds the token of a reply address in the message where the envelope has none: mail that was fetched from
// a mailbox, or that a server on the way passed on to the desk's main address. The desk checks the token itself.
func withTokens(to []Recipient, named []channel.Person) []Recipient {
	all := append([]Recipient(nil), to...)
	for i, r := range all {
		for _, p := range named {
			if all[i].Token != "" {
				break
			}
			if base, token, err := Split(p.Address); err == nil && strings.EqualFold(base, r.Desk.Address) {
				all[i].Token = token
			}
		}
	}
	return all
}

// address fills in what only the envelope knows.
func (l *Local) address(a channel.Arrival, e Envelope, r Recipient, raw []byte) channel.Arrival {
	a.Org, a.Channel, a.Via, a.To, a.Raw = r.Desk.Org, channel.Email, e.Via, r.Desk.Address, raw
	a.Auto = a.Auto || e.Null
	if r.Token != "" {
		a.Thread.Token = r.Token
	}
	if e.Problem != "" {
		a.Problem = e.Problem
	}
	if a.At.IsZero() {
		a.At = e.Received
	}
	if a.At.IsZero() {
		a.At = l.o.Clock.Now()
	}
	a.Key = key(a, r.Desk.Address, raw)
	return a
}

// key is the same for every delivery of the same message to the same desk address, whatever way it came. Servers on the
// way add and change header fields but may not touch the body, so the Message-ID and the body are what it is made of.
// A sender that uses a Message-ID twice for different texts gets two keys: better seen twice than never.
func key(a channel.Arrival, address string, raw []byte) string {
	h := sha256.New()
	if a.Key != "" {
		fmt.Fprintf(h, "given\n%s\n", a.Key)
	} else {
		body := raw
		if a.Thread.ID != "" {
			fmt.Fprintf(h, "id\n%s\n", a.Thread.ID)
			body = afterHeader(raw)
		}
		h.Write(bytes.ReplaceAll(bytes.TrimRight(body, "\r\n"), []byte("\r\n"), []byte("\n")))
	}
	fmt.Fprintf(h, "\nto\n%s", strings.ToLower(address))
	return "mail:" + hex.EncodeToString(h.Sum(nil)[:20])
}

func afterHeader(raw []byte) []byte {
	for _, gap := range []string{"\r\n\r\n", "\n\n"} {
		if i := bytes.Index(raw, []byte(gap)); i >= 0 {
			return raw[i+len(gap):]
		}
	}
	return raw
}

// report handles a bounce of something we sent. done is false when it is to be treated as a message.
func (l *Local) report(ctx context.Context, raw []byte) (done bool, err error) {
	report, ok := l.notice(raw)
	if !ok || report.MessageID == "" || !l.o.Ours(report.MessageID) {
		return false, nil
	}
	err = guard("report", func() error { return l.o.Desk.Report(ctx, report) })
	if fault.Is(err, fault.Unknown) {
		return false, nil
	}
	return true, err
}

func tokened(all []Recipient) bool {
	for _, r := range all {
		if r.Token != "" {
			return true
		}
	}
	return false
}

// read never fails for a message that only our reader cannot stand: that one is kept raw.
func (l *Local) read(raw []byte, e Envelope) (read letter.Letter, err error) {
	o := letter.Options{Limits: l.o.Limits, ReturnPath: e.ReturnPath, NullReturnPath: e.Null, Trusted: e.Trusted}
	panicked := guard("read", func() error {
		read, err = l.o.Read(raw, o)
		return nil
	})
	if panicked != nil {
		l.o.Log.Error("reading a mail broke off; kept raw", "bytes", len(raw), "error", panicked)
		return letter.Letter{Arrival: channel.Arrival{Problem: letter.Unreadable, Auto: true}}, nil
	}
	return read, err
}

func (l *Local) notice(raw []byte) (r channel.Report, ok bool) {
	panicked := guard("notice", func() error {
		r, ok = l.o.Notice(raw)
		return nil
	})
	if panicked != nil {
		l.o.Log.Error("reading a report broke off; taken as a message", "bytes", len(raw), "error", panicked)
		return channel.Report{}, false
	}
	return r, ok
}

func (l *Local) arrive(ctx context.Context, a channel.Arrival) error {
	return guard("arrive", func() error {
		_, err := l.o.Desk.Arrive(ctx, a)
		return err
	})
}

// guard turns a panic into an error: hostile input may cost its own message, never the process or the mail behind it.
func guard(what string, f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Wrap(fault.Internal, "email.broke_off", fmt.Errorf("%s: %v", what, p))
		}
	}()
	return f()
}

func fill(answers []error, err error) []error {
	for i := range answers {
		answers[i] = err
	}
	return answers
}
