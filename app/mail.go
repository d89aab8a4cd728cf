package app

import (
	"context"
	"math/rand/v2"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"balie/channel/email"
	"balie/channel/email/auth"
	"balie/channel/email/listener"
	"balie/channel/email/mailbox"
	"balie/channel/email/sender"
	"balie/domain/org"
	"balie/ground/config"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/outside"
	"balie/ground/sqldb"
)

// newEmail makes the mail channel from the settings.
func (a *App) newEmail() *email.Adapter {
	m, r := a.Config.Mail, a.Config.Relay
	host := m.Hostname
	if host == "" {
		if u, err := url.Parse(a.Config.PublicURL); err == nil {
			host = u.Hostname()
		}
	}
	if strings.HasPrefix(m.LMTP, "/") {
		m.LMTP = "unix:" + m.LMTP
	}
	var trusted []string
	if m.Authserv != "" {
		trusted = []string{m.Authserv}
	}
	boxes := boxes{a}
	return email.New(email.Config{
		Listener: listener.Options{SMTP: m.SMTP, LMTP: m.LMTP, Hostname: host, Trusted: trusted},
		Sender: sender.Options{
			Relay: r.Host, Security: security(r.TLS), Hostname: host, User: r.User, Mechanism: mechanism(r), Key: a.signingKey,
			Secret: func(context.Context, string) (string, error) { return r.Password.Reveal(), nil },
		},
		Mailbox:   boxes.options(),
		Mailboxes: boxes, Ours: a.ours, Clock: a.Clock, Log: a.Log,
	})
}

// ours asks the flow, which is made before mail comes in.
func (a *App) ours(messageID string) bool { return a.Flow.Ours(messageID) }

func mechanism(r config.Relay) auth.Mechanism {
	if r.User == "" {
		return auth.None
	}
	return auth.Plain
}

func security(t config.TLS) sender.Security {
	switch t {
	case config.TLSDirect:
		return sender.TLS
	case config.TLSStartTLS:
		return sender.StartTLS
	}
	return sender.Plain
}

// signingKey is the DKIM key that an organisation uses for a domain.
func (a *App) signingKey(domain string) (sender.Key, bool) {
	var keys []org.Key
	err := a.DB.Read(context.Background(), func(tx *sqldb.Tx) error {
		all, err := a.Flow.Org.List(tx)
		for _, o := range all {
			if err != nil || len(keys) > 0 {
				break
			}
			keys, err = a.Flow.Org.SigningKeys(tx, o.ID, domain)
		}
		return err
	})
	if err != nil {
		a.Log.Error("the key of a mail domain could not be read", "domain", domain, "error", err)
	}
	if err != nil || len(keys) == 0 {
		return sender.Key{}, false
	}
	return sender.Key{Selector: keys[0].Selector, Signer: keys[0].Signer}, true
}

// boxes are the mailboxes of all organisations, as the mail channel sees them.
type boxes struct{ a *App }

// options: the host of a mailbox is chosen by an organisation, so it may not lead to the operator's own network (T8).
func (b boxes) options() mailbox.Options {
	return mailbox.Options{
		Follow: ledger.LeaseTime / 3,
		Memory: b, Secret: b.secret, Chance: rand.New(Chance()).Float64, Dial: outside.Dialer(b.a.Config.OutsideAllow).DialContext,
	}
}

// Mailboxes lists those that this node reads: all of them, or none while another node does.
func (b boxes) Mailboxes(ctx context.Context) (list []mailbox.Box, err error) {
	if mine, err := b.a.leases.Hold(ctx, "mailboxes"); err != nil || !mine {
		return nil, err
	}
	var all []org.Mailbox
	if err := b.a.DB.Read(ctx, func(tx *sqldb.Tx) (err error) {
		all, err = b.a.Flow.Org.ActiveMailboxes(tx)
		return err
	}); err != nil {
		return nil, err
	}
	for _, m := range all {
		list = append(list, boxOf(m))
	}
	return list, nil
}

func boxOf(m org.Mailbox) mailbox.Box {
	box := mailbox.Box{
		ID: m.ID, Address: m.Address, Host: net.JoinHostPort(m.Host, strconv.Itoa(m.Port)), User: m.User,
		Folder: m.Folder, Security: mailbox.TLS, Mechanism: auth.Plain, Trusted: strings.ToLower(m.Host),
	}
	switch m.TLS {
	case org.StartTLS:
		box.Security = mailbox.StartTLS
	case org.Plain:
		box.Security = mailbox.Plain
	}
	if m.Auth == org.XOAuth2 {
		box.Mechanism = auth.XOAuth2
	}
	return box
}

// try opens a mailbox with settings that may not have been saved yet.
func (b boxes) try(ctx context.Context, m org.Mailbox) error {
	o := b.options()
	o.Secret = func(ctx context.Context, _ mailbox.Box) (string, error) { return b.credential(ctx, m) }
	return mailbox.Try(ctx, o, boxOf(m))
}

func (b boxes) credential(ctx context.Context, m org.Mailbox) (string, error) {
	if m.Auth == org.XOAuth2 {
		return b.a.accessToken(ctx, m.Credentials)
	}
	return m.Credentials.Password.Reveal(), nil
}

func (b boxes) find(tx *sqldb.Tx, id ident.Row) (org.Mailbox, error) {
	all, err := b.a.Flow.Org.ActiveMailboxes(tx)
	if err != nil {
		return org.Mailbox{}, err
	}
	for _, m := range all {
		if m.ID == id {
			return m, nil
		}
	}
	return org.Mailbox{}, fault.New(fault.Unknown, "org.not_found")
}

// secret is the password of a mailbox, or its access token.
func (b boxes) secret(ctx context.Context, box mailbox.Box) (string, error) {
	var m org.Mailbox
	if err := b.a.DB.Read(ctx, func(tx *sqldb.Tx) (err error) {
		m, err = b.find(tx, box.ID)
		return err
	}); err != nil {
		return "", err
	}
	return b.credential(ctx, m)
}

func (b boxes) Load(ctx context.Context, id ident.Row) (mailbox.Mark, error) {
	var m org.Memory
	err := b.a.DB.Read(ctx, func(tx *sqldb.Tx) error {
		box, err := b.find(tx, id)
		if err == nil {
			m, err = b.a.Flow.Org.Memory(tx, box.Org, id)
		}
		return err
	})
	return mailbox.Mark{Validity: m.UIDValidity, Next: m.UIDNext, Aside: m.Aside}, err
}

func (b boxes) Save(ctx context.Context, id ident.Row, mark mailbox.Mark) error {
	return b.a.DB.Write(ctx, func(tx *sqldb.Tx) error {
		m, err := b.find(tx, id)
		if err != nil {
			return err
		}
		return b.a.Flow.Org.Remember(tx, m.Org, id, org.Memory{UIDValidity: mark.Validity, UIDNext: mark.Next, Aside: mark.Aside, Heard: tx.Now()})
	})
}

// noteMailboxes writes down once a minute how each mailbox is doing, for the settings page and the doctor.
func (a *App) noteMailboxes(ctx context.Context) error {
	for a.Clock.Sleep(ctx, time.Minute) == nil {
		all := a.email.Mailboxes()
		if len(all) == 0 {
			continue
		}
		err := a.DB.Write(ctx, func(tx *sqldb.Tx) error {
			for _, m := range all {
				if err := a.Flow.Org.Heard(tx, m.Box, m.Heard, firstWord(m.Detail, m.Problem)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil && ctx.Err() == nil {
			a.Log.Warn("how the mailboxes are doing was not written down", "error", err)
		}
	}
	return nil
}

// firstWord is the host's own words about a problem, or else its key; empty when there is no problem.
func firstWord(detail, problem string) string {
	if problem == "" || detail == "" {
		return problem
	}
	return detail
}

// MailboxesChanged makes the mail channel look at once at the list of mailboxes.
func (a *App) MailboxesChanged() { a.email.Refresh() }
