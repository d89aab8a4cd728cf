package mailbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"sort"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"balie/channel/email/auth"
	"balie/ground/clock"
	"balie/ground/fault"
)

// session is a folder that is open on a mail host: all that the watcher asks of IMAP.
type session interface {
	// List gives the UIDs from first on, in order.
	List(ctx context.Context, first uint32) ([]uint32, error)
	// Fetch gives a message; found is false when it is no longer there.
	Fetch(ctx context.Context, uid uint32) (m fetched, found bool, err error)
	// Finish does what is to be done with a message that the desk has.
	Finish(ctx context.Context, uid uint32) error
	// Idle returns when there may be something new, at the latest after a few minutes.
	Idle(ctx context.Context) error
	Close()
}

type fetched struct {
	raw      []byte
	received time.Time
	cut      bool // the message was larger than the limit; raw is its beginning
}

// Time limits for one step of the talk. The library has none for IDLE, and a line that is dead looks like silence.
const (
	stepTime  = time.Minute
	fetchTime = 10 * time.Minute
)

// opened is a session on the real library.
type opened struct {
	o      Options
	box    Box
	raw    net.Conn
	client *imapclient.Client
	news   chan struct{}
	state  *imap.SelectData
}

// Try opens a mailbox and closes it again, to show an administrator whether the settings are right.
func Try(ctx context.Context, o Options, box Box) error {
	s, err := open(ctx, o.filled(), box)
	if err != nil {
		return err
	}
	s.Close()
	return nil
}

// open connects, signs in and selects the folder.
func open(ctx context.Context, o Options, box Box) (*opened, error) {
	raw, err := o.Dial(ctx, "tcp", box.Host)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, "email.mailbox_away", err, "host", box.Host)
	}
	s := &opened{o: o, box: box, raw: raw, news: make(chan struct{}, 1)}
	err = s.within(ctx, stepTime, func() error { return s.begin(ctx) })
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *opened) begin(ctx context.Context) error {
	if err := s.secure(ctx); err != nil {
		return fault.Wrap(fault.Unavailable, "email.mailbox_away", err, "host", s.box.Host)
	}
	if err := s.client.WaitGreeting(); err != nil {
		return fault.Wrap(fault.Unavailable, "email.mailbox_away", err, "host", s.box.Host)
	}
	if err := s.signIn(ctx); err != nil {
		if f := (*fault.Fault)(nil); errors.As(err, &f) {
			return err
		}
		if said := (*imap.Error)(nil); errors.As(err, &said) {
			return fault.Wrap(fault.Denied, "email.sign_in_refused", err, "user", s.box.User)
		}
		return fault.Wrap(fault.Unavailable, "email.mailbox_away", err, "host", s.box.Host)
	}
	state, err := s.client.Select(s.box.folder(), nil).Wait()
	if err != nil {
		return fault.Wrap(fault.Unavailable, "email.folder_missing", err, "folder", s.box.folder())
	}
	s.state = state
	return nil
}

func (s *opened) secure(ctx context.Context) error {
	options := &imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(d *imapclient.UnilateralDataMailbox) {
			if d.NumMessages == nil {
				return
			}
			select {
			case s.news <- struct{}{}:
			default:
			}
		},
	}}
	config := &tls.Config{}
	if s.o.TLS != nil {
		config = s.o.TLS.Clone()
	}
	if config.ServerName == "" {
		config.ServerName, _, _ = net.SplitHostPort(s.box.Host)
	}
	options.TLSConfig = config
	switch s.box.Security {
	case Plain:
		s.client = imapclient.New(s.raw, options)
	case StartTLS:
		client, err := imapclient.NewStartTLS(s.raw, options)
		if err != nil {
			return err
		}
		s.client = client
	default:
		safe := tls.Client(s.raw, config)
		if err := safe.HandshakeContext(ctx); err != nil {
			return err
		}
		s.client = imapclient.New(safe, options)
	}
	return nil
}

func (s *opened) signIn(ctx context.Context) error {
	if s.box.Security == Plain {
		if err := auth.Exposed(s.box.Host); err != nil {
			return err
		}
	}
	secret := func(ctx context.Context, _ string) (string, error) { return s.o.Secret(ctx, s.box) }
	if s.box.Mechanism == auth.Login {
		// The LOGIN command of IMAP itself: older hosts have it and no SASL.
		word, err := secret(ctx, s.box.User)
		if err != nil {
			return fault.Wrap(fault.Unavailable, "email.no_secret", err, "user", s.box.User)
		}
		return s.client.Login(s.box.User, word).Wait()
	}
	word, err := auth.Client(ctx, s.box.Mechanism, s.box.User, secret)
	if err != nil {
		return err
	}
	return s.client.Authenticate(word)
}

// List gives the UIDs from first on, in order.
func (s *opened) List(ctx context.Context, first uint32) (all []uint32, err error) {
	err = s.within(ctx, stepTime, func() error {
		// "first:*" holds the last message also when its UID is lower (RFC 9051 section 9), so it is looked at again below.
		found, err := s.client.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{{{Start: imap.UID(first)}}}}, nil).Wait()
		if err != nil {
			return err
		}
		for _, uid := range found.AllUIDs() {
			if uint32(uid) >= first {
				all = append(all, uint32(uid))
			}
		}
		return nil
	})
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	return all, err
}

// Fetch reads one message, and of one over the limit the beginning. PEEK leaves the flags as they are.
func (s *opened) Fetch(ctx context.Context, uid uint32) (m fetched, found bool, err error) {
	err = s.within(ctx, fetchTime, func() error {
		command := s.client.Fetch(imap.UIDSetNum(imap.UID(uid)), &imap.FetchOptions{
			UID: true, InternalDate: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}},
		})
		for data := command.Next(); data != nil; data = command.Next() {
			for item := data.Next(); item != nil; item = data.Next() {
				switch item := item.(type) {
				case imapclient.FetchItemDataInternalDate:
					m.received = item.Time
				case imapclient.FetchItemDataBodySection:
					if item.Literal == nil {
						continue
					}
					raw, err := io.ReadAll(io.LimitReader(item.Literal, s.o.MaxMessage))
					if err != nil {
						return err
					}
					m.raw, m.cut, found = raw, item.Literal.Size() > s.o.MaxMessage, true
				}
			}
		}
		return command.Close()
	})
	return m, found, err
}

// Finish marks or moves a message.
func (s *opened) Finish(ctx context.Context, uid uint32) error {
	set := imap.UIDSetNum(imap.UID(uid))
	switch {
	case s.box.After == Seen:
		return s.within(ctx, stepTime, func() error {
			flags := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagSeen}}
			return s.client.Store(set, flags, nil).Close()
		})
	case s.box.After == Move && s.box.MoveTo != "":
		return s.within(ctx, stepTime, func() error {
			_, err := s.client.Move(set, s.box.MoveTo).Wait()
			return err
		})
	default:
		return nil
	}
}

// Idle waits for news. The wait is short, so that a line that died in silence is found out, and the caller looks at the
// folder after each wait: a server that forgets to tell costs minutes, not mail.
func (s *opened) Idle(ctx context.Context) error {
	if !s.client.Caps().Has(imap.CapIdle) {
		return s.poll(ctx)
	}
	var idle *imapclient.IdleCommand
	err := s.within(ctx, stepTime, func() (err error) {
		idle, err = s.client.Idle()
		return err
	})
	if err != nil {
		return err
	}
	s.wait(ctx, s.o.IdleFor)
	return s.within(ctx, stepTime, func() error {
		if err := idle.Close(); err != nil {
			return err
		}
		return idle.Wait()
	})
}

func (s *opened) poll(ctx context.Context) error {
	s.wait(ctx, s.o.Poll)
	return s.within(ctx, stepTime, func() error { return s.client.Noop().Wait() })
}

func (s *opened) wait(ctx context.Context, d time.Duration) {
	tick, stop := s.o.Clock.After(d)
	defer stop()
	select {
	case <-s.news:
	case <-tick:
	case <-s.client.Closed():
	case <-ctx.Done():
	}
}

// within does one step of the talk. When it takes too long, or ctx ends, the line is cut and the step fails.
func (s *opened) within(ctx context.Context, d time.Duration, step func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	done := make(chan struct{})
	defer close(done)
	tick, stop := clock.System{}.After(d) // a matter of the socket: the machine's clock
	defer stop()
	go func() {
		select {
		case <-done:
			return
		case <-tick:
		case <-ctx.Done():
		}
		s.raw.Close()
	}()
	if err := step(); err != nil {
		return fmt.Errorf("mail host %s: %w", s.box.Host, err)
	}
	return nil
}

// Close ends the connection. A polite LOGOUT would wait for a host that may be away.
func (s *opened) Close() {
	s.raw.Close()
	if s.client != nil {
		s.client.Close()
	}
}
