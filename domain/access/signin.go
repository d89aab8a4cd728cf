package access

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

// Stage says what still has to be shown before there is a session.
type Stage string

// The stages.
const (
	AskSecond  Stage = "second"   // a code or a passkey
	SetUp      Stage = "set_up"   // there is no second step yet: set one up now
	askPasskey Stage = "passkey"  // nobody is known yet; a passkey will tell
	addPasskey Stage = "register" // somebody who is signed in adds a passkey
)

// ticketLife is how long somebody may take between the steps.
const ticketLife = 15 * time.Minute

// Ticket stands between the steps of signing in. It opens nothing but the next step.
type Ticket struct {
	Text    string
	Stage   Stage
	Account Account
	// Passkeys says whether the account has any.
	Passkeys Set
	// Secret and URI are what an authenticator program needs, in stage SetUp.
	Secret string
	URI    string

	body ticketBody
}

// ticketBody is kept sealed.
type ticketBody struct {
	Secret   string          `json:"secret,omitempty"`
	Ceremony json.RawMessage `json:"ceremony,omitempty"`
}

const ticketPurpose = "ticket"

// makeTicket leads an account whose first step is done to its second.
func (r *Room) makeTicket(tx *sqldb.Tx, a Account) (Ticket, error) {
	t := Ticket{Stage: AskSecond, Account: a}
	var err error
	if t.Passkeys, err = r.hasPasskeys(tx, a); err != nil {
		return t, err
	}
	if a.totp.Empty() && !bool(t.Passkeys) {
		t.Stage = SetUp
		if t.body.Secret, err = r.newSecret(); err != nil {
			return t, err
		}
	}
	return r.keepTicket(tx, t)
}

func (r *Room) keepTicket(tx *sqldb.Tx, t Ticket) (Ticket, error) {
	var err error
	if t.Text, err = secret.Token(r.chance); err != nil {
		return t, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	body, err := r.sealTicket(t)
	if err != nil {
		return t, err
	}
	_, err = tx.Exec(`insert into ticket (org, hash, account, stage, body, expires) values ($1, $2, $3, $4, $5, $6)`,
		t.Account.Org, secret.Hash(t.Text), sqldb.Null(t.Account.ID), string(t.Stage), body, tx.Now().Add(ticketLife))
	return r.shown(t), err
}

func (r *Room) sealTicket(t Ticket) (string, error) {
	plain, err := json.Marshal(t.body)
	if err != nil {
		return "", fault.Wrap(fault.Internal, "ground.internal", err)
	}
	return r.box.Seal(t.Account.Org, ticketPurpose, plain)
}

func (r *Room) shown(t Ticket) Ticket {
	if t.Stage == SetUp {
		t.Secret, t.URI = t.body.Secret, r.uri(t.Account, t.body.Secret)
	}
	return t
}

// Ticket reads a ticket that is in one of these stages; fault.SignIn when there is none, or no longer.
func (r *Room) Ticket(tx *sqldb.Tx, text string, stages ...Stage) (Ticket, error) {
	type row struct {
		org     ident.Org
		account ident.Agent
		stage   Stage
		body    string
	}
	k, err := sqldb.One(tx, func(r sqldb.Row, k *row) error {
		return r.Scan(&k.org, sqldb.Int(&k.account), &k.stage, &k.body)
	}, `select org, account, stage, body from ticket where hash = $1 and expires > $2`, secret.Hash(text), tx.Now())
	if errors.Is(err, sqldb.ErrNone) {
		return Ticket{}, ticketGone()
	}
	if err != nil {
		return Ticket{}, err
	}
	t := Ticket{Text: text, Stage: k.stage}
	for _, s := range stages {
		if t.Stage == s {
			return r.openTicket(tx, t, k.org, k.account, k.body)
		}
	}
	return Ticket{}, ticketGone()
}

func (r *Room) openTicket(tx *sqldb.Tx, t Ticket, org ident.Org, account ident.Agent, body string) (Ticket, error) {
	plain, err := r.box.Open(org, ticketPurpose, body)
	if err == nil {
		err = json.Unmarshal(plain, &t.body)
	}
	if err != nil {
		return t, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	if account != 0 {
		if t.Account, err = r.Account(tx, org, account); err != nil {
			return t, err
		}
		if t.Account.State != Active {
			return t, ticketGone()
		}
		if t.Passkeys, err = r.hasPasskeys(tx, t.Account); err != nil {
			return t, err
		}
	}
	return r.shown(t), nil
}

// spendTicket ends a ticket; of two who use it at once, one succeeds.
func (r *Room) spendTicket(tx *sqldb.Tx, t Ticket) error {
	n, err := tx.Exec(`delete from ticket where org = $1 and hash = $2`, t.Account.Org, secret.Hash(t.Text))
	if err == nil && n == 0 {
		err = ticketGone()
	}
	return err
}

func ticketGone() error { return fault.New(fault.SignIn, "access.ticket_expired") }

// Claim is what somebody says at the door.
type Claim struct {
	Email    string
	Password secret.Text
	From     Source
}

// Knock is the first step: e-mail address and password. A wrong address and a wrong password get the same answer in
// the same time. The attempt is counted before it is looked at.
func (r *Room) Knock(ctx context.Context, db *sqldb.DB, c Claim) (Ticket, error) {
	if err := r.pace.allow(c.From, db.Clock().Now()); err != nil {
		return Ticket{}, err
	}
	email, err := ParseEmail(c.Email)
	if err != nil {
		email = "?" // counted together; the same answer
	}
	both, source := r.tag("password", email, c.From.net()), r.tag("password from", c.From.net())
	if err := r.spendAll(ctx, db, map[string]limit{both: perAccountAndSource, source: perSource}); err != nil {
		return Ticket{}, err
	}
	var accounts []Account
	if err := db.Read(ctx, func(tx *sqldb.Tx) (err error) {
		accounts, err = sqldb.All(tx, scanAccount, `select `+accountColumns+` from account
			where email = $1 and password <> '' order by id limit 5`, email)
		return err
	}); err != nil {
		return Ticket{}, err
	}
	mine, err := r.match(ctx, accounts, c.Password)
	if err != nil {
		return Ticket{}, err
	}
	var t Ticket
	err = db.Write(ctx, func(tx *sqldb.Tx) (err error) {
		if mine.State != Active {
			for _, a := range accounts {
				if err := r.note(tx, unproved(a), SignInFailedFact{ident.Text(a.ID), "password", c.From.text()}); err != nil {
					return err
				}
			}
			return nil
		}
		if err := r.forgive(tx, both); err != nil {
			return err
		}
		if err := r.giveBack(tx, source); err != nil {
			return err
		}
		t, err = r.makeTicket(tx, mine)
		return err
	})
	if err == nil && mine.State != Active {
		err = fault.New(fault.SignIn, "access.wrong_password")
	}
	return t, err
}

// match gives the account whose password this is. Somebody with the same address in two organisations has two
// passwords; were they the same, the oldest account counts.
func (r *Room) match(ctx context.Context, accounts []Account, password secret.Text) (Account, error) {
	if len(accounts) == 0 {
		_, err := r.verify(ctx, "", password)
		return Account{}, err
	}
	var mine Account
	for _, a := range accounts {
		ok, err := r.verify(ctx, a.password.Reveal(), password)
		if err != nil {
			return Account{}, err
		}
		if ok && mine.ID == 0 && a.State == Active {
			mine = a
		}
	}
	return mine, nil
}

// ChangePassword lets somebody who is signed in choose another password. Other sessions end.
func (r *Room) ChangePassword(ctx context.Context, db *sqldb.DB, p Principal, old secret.Text, password Hashed) error {
	tag := r.tag("old password", ident.Text(p.Agent))
	if err := r.spendAll(ctx, db, map[string]limit{tag: perCode}); err != nil {
		return err
	}
	var a Account
	if err := db.Read(ctx, func(tx *sqldb.Tx) (err error) {
		a, err = r.Account(tx, p.Org, p.Agent)
		return err
	}); err != nil {
		return err
	}
	ok, err := r.verify(ctx, a.password.Reveal(), old)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Invalid, "access.wrong_old_password")
	}
	return db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := r.forgive(tx, tag); err != nil {
			return err
		}
		if err := one(tx.Exec(`update account set password = $3 where org = $1 and id = $2`, a.Org, a.ID, password.text)); err != nil {
			return err
		}
		if err := r.note(tx, self(a), PasswordChangedFact{ident.Text(a.ID)}); err != nil {
			return err
		}
		return r.endSessions(tx, self(a), a, p.Row)
	})
}
