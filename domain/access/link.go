package access

import (
	"context"
	"errors"
	"time"

	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

// Purpose is what a link is for. A link for one thing cannot be used for another.
type Purpose string

// The purposes.
const (
	Invitation Purpose = "invitation" // choose a password
	First      Purpose = "first"      // make the first organisation and its administrator
	Demo       Purpose = "demo"       // sign in to the demonstration with one click
	Reset      Purpose = "reset"      // choose a new password
)

var lives = map[Purpose]time.Duration{
	Invitation: 7 * 24 * time.Hour,
	First:      24 * time.Hour,
	Demo:       30 * 24 * time.Hour,
	Reset:      time.Hour,
}

// Link works once. Token is told when it is made, after that only its hash is known.
type Link struct {
	Purpose Purpose
	Token   string
	Account Account // zero for First
	Expires time.Time
}

// makeLink replaces the older links of an account for the same purpose.
func (r *Room) makeLink(tx *sqldb.Tx, by org.By, a Account, p Purpose) (Link, error) {
	text, err := secret.Token(r.chance)
	if err != nil {
		return Link{}, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	if p != Demo {
		if _, err := tx.Exec(`delete from link where org = $1 and coalesce(account, 0) = $2 and purpose = $3`, a.Org, a.ID, string(p)); err != nil {
			return Link{}, err
		}
	}
	l := Link{Purpose: p, Token: text, Account: a, Expires: tx.Now().Add(lives[p])}
	if _, err := tx.Exec(`insert into link (org, hash, purpose, account, created, expires) values ($1, $2, $3, $4, $5, $6)`,
		a.Org, secret.Hash(text), string(p), sqldb.Null(a.ID), tx.Now(), l.Expires); err != nil {
		return l, err
	}
	if a.ID == 0 {
		return l, nil
	}
	return l, r.note(tx, by, LinkMadeFact{ident.Text(a.ID), p})
}

type linkRow struct {
	Link
	org     ident.Org
	account ident.Agent
}

func scanLink(r sqldb.Row, l *linkRow) error {
	return r.Scan(&l.org, &l.Purpose, sqldb.Int(&l.account), sqldb.Time(&l.Expires))
}

// PeekLink says what a link is for, without using it: a page may be asked for by a program that looks ahead.
func (r *Room) PeekLink(tx *sqldb.Tx, token string) (Link, error) {
	l, err := sqldb.One(tx, scanLink, `select org, purpose, account, expires from link where hash = $1 and used is null and expires > $2`,
		secret.Hash(token), tx.Now())
	return r.withAccount(tx, token, l, err)
}

// useLink marks a link as used. Of two who use it at once, one succeeds.
func (r *Room) useLink(tx *sqldb.Tx, token string, p Purpose) (Link, error) {
	l, err := sqldb.One(tx, scanLink, `update link set used = $2 where hash = $1 and used is null and expires > $2 and purpose = $3
		returning org, purpose, account, expires`, secret.Hash(token), tx.Now(), string(p))
	return r.withAccount(tx, token, l, err)
}

func (r *Room) withAccount(tx *sqldb.Tx, token string, l linkRow, err error) (Link, error) {
	if errors.Is(err, sqldb.ErrNone) {
		return Link{}, fault.New(fault.Unknown, "access.link_unusable")
	}
	if err != nil {
		return Link{}, err
	}
	l.Token = token
	if l.Purpose == First {
		n, err := sqldb.Value(tx, `select count(*) from (select 1 from account limit 1) as x`)
		if err == nil && n > 0 {
			err = fault.New(fault.Unknown, "access.link_unusable")
		}
		return l.Link, err
	}
	l.Account, err = r.Account(tx, l.org, l.account)
	if err == nil && l.Account.State == Blocked {
		err = fault.New(fault.Unknown, "access.link_unusable")
	}
	return l.Link, err
}

// FirstLink makes the link with which the first administrator is made. Once there is an account it gives none, false.
func (r *Room) FirstLink(tx *sqldb.Tx) (Link, bool, error) {
	n, err := sqldb.Value(tx, `select count(*) from (select 1 from account limit 1) as x`)
	if err != nil || n > 0 {
		return Link{}, false, err
	}
	l, err := r.makeLink(tx, org.By{Actor: ledger.Desk}, Account{}, First)
	return l, true, err
}

// DemoLink makes a link that signs in at once as this person. Only the demonstration makes these.
func (r *Room) DemoLink(tx *sqldb.Tx, by org.By, id ident.Agent) (Link, error) {
	a, err := r.Account(tx, by.Org, id)
	if err != nil {
		return Link{}, err
	}
	return r.makeLink(tx, by, a, Demo)
}

// UseDemoLink signs in.
func (r *Room) UseDemoLink(tx *sqldb.Tx, token string, from Source) (SignedIn, error) {
	l, err := r.useLink(tx, token, Demo)
	if err != nil {
		return SignedIn{}, err
	}
	return r.begin(tx, l.Account, ByDemo, from)
}

// Join takes up an invitation: the account is active and has a password. The ticket leads on to setting up the second
// step.
func (r *Room) Join(tx *sqldb.Tx, token, name string, password Hashed) (Ticket, error) {
	l, err := r.useLink(tx, token, Invitation)
	if err != nil {
		return Ticket{}, err
	}
	a := l.Account
	if a.State != Invited {
		return Ticket{}, fault.New(fault.Unknown, "access.link_unusable")
	}
	if name != "" {
		a.Name = name
	}
	if a, err = a.check(); err != nil {
		return Ticket{}, err
	}
	a.State, a.password = Active, secret.New(password.text)
	if err := one(tx.Exec(`update account set name = $3, state = 'active', password = $4 where org = $1 and id = $2`,
		a.Org, a.ID, a.Name, password.text)); err != nil {
		return Ticket{}, err
	}
	if err := r.note(tx, self(a), JoinedFact{ident.Text(a.ID)}); err != nil {
		return Ticket{}, err
	}
	return r.makeTicket(tx, a)
}

// Found makes the first administrator, who is also an operator, of an organisation that was made in the same
// transaction.
func (r *Room) Found(tx *sqldb.Tx, token string, a Account, password Hashed) (Ticket, error) {
	if _, err := r.useLink(tx, token, First); err != nil {
		return Ticket{}, err
	}
	a.Role, a.Operator, a.password = Admin, true, secret.New(password.text)
	a, err := r.AddAccount(tx, org.By{Org: a.Org, Actor: ledger.Desk}, a)
	if err != nil {
		return Ticket{}, err
	}
	return r.makeTicket(tx, a)
}

// AskReset makes a link for every account with this address and hands each to send, in the same transaction. There may
// be none: the caller answers the same in every case, and this does the same work.
func (r *Room) AskReset(ctx context.Context, db *sqldb.DB, email string, from Source, send func(*sqldb.Tx, Link) error) error {
	email, err := ParseEmail(email)
	if err != nil {
		return err
	}
	if err := r.pace.allow(from, db.Clock().Now()); err != nil {
		return err
	}
	return db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := r.spend(tx, perLetterSource, r.tag("letter from", from.net())); err != nil {
			return err
		}
		err := tx.Part(func() error { return r.spend(tx, perLetter, r.tag("letter to", email)) })
		if fault.Is(err, fault.TooMany) {
			return nil // enough letters; the answer does not tell
		}
		if err != nil {
			return err
		}
		accounts, err := sqldb.All(tx, scanAccount, `select `+accountColumns+` from account where email = $1 and state = 'active' order by id limit 5`, email)
		if err != nil {
			return err
		}
		for _, a := range accounts {
			l, err := r.makeLink(tx, unproved(a), a, Reset)
			if err != nil {
				return err
			}
			if err := send(tx, l); err != nil {
				return err
			}
		}
		return nil
	})
}

// SetNewPassword uses a reset link. Every session ends; the second step is asked as before.
func (r *Room) SetNewPassword(tx *sqldb.Tx, token string, password Hashed) error {
	l, err := r.useLink(tx, token, Reset)
	if err != nil {
		return err
	}
	return r.savePassword(tx, self(l.Account), l.Account, password)
}

func (r *Room) savePassword(tx *sqldb.Tx, by org.By, a Account, password Hashed) error {
	if err := one(tx.Exec(`update account set password = $3 where org = $1 and id = $2`, a.Org, a.ID, password.text)); err != nil {
		return err
	}
	if err := r.note(tx, by, PasswordChangedFact{ident.Text(a.ID)}); err != nil {
		return err
	}
	return r.endSessions(tx, by, a, 0)
}
