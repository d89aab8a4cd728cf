package access

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Passkey is a key pair in somebody's telephone, computer or security key (WebAuthn). Signing in with one asks the
// device to check its owner, so it counts as both steps.
type Passkey struct {
	ID      ident.Row
	Name    string
	Created time.Time
	Used    time.Time
}

// Ceremony is what a browser needs to ask its device: Options for navigator.credentials, and the ticket to come back
// with.
type Ceremony struct {
	Ticket  string
	Options json.RawMessage
}

// HasPasskeys says whether passkeys can work here: they are bound to a host name.
func (r *Room) HasPasskeys() bool { return r.rp != nil }

// person is an account as the library wants to see it.
type person struct {
	account Account
	keys    []webauthn.Credential
}

func (p person) WebAuthnID() []byte                         { return []byte(p.account.handle) }
func (p person) WebAuthnName() string                       { return p.account.Email }
func (p person) WebAuthnDisplayName() string                { return p.account.Name }
func (p person) WebAuthnCredentials() []webauthn.Credential { return p.keys }

func (r *Room) person(tx *sqldb.Tx, a Account) (person, error) {
	keys, err := sqldb.All(tx, func(r sqldb.Row, c *webauthn.Credential) error {
		var body string
		if err := r.Scan(&body); err != nil {
			return err
		}
		return json.Unmarshal([]byte(body), c)
	}, `select body from passkey where org = $1 and account = $2 order by id`, a.Org, a.ID)
	return person{a, keys}, err
}

func (r *Room) hasPasskeys(tx *sqldb.Tx, a Account) (Set, error) {
	n, err := sqldb.Value(tx, `select count(*) from passkey where org = $1 and account = $2`, a.Org, a.ID)
	return Set(n > 0), err
}

// Passkeys lists those of somebody.
func (r *Room) Passkeys(tx *sqldb.Tx, org ident.Org, id ident.Agent) ([]Passkey, error) {
	return sqldb.All(tx, func(r sqldb.Row, k *Passkey) error {
		return r.Scan(&k.ID, &k.Name, sqldb.Time(&k.Created), sqldb.Time(&k.Used))
	}, `select id, name, created, used from passkey where org = $1 and account = $2 order by created, id`, org, id)
}

// BeginPasskey starts signing in with a passkey; the browser does not say whose.
func (r *Room) BeginPasskey(tx *sqldb.Tx, from Source) (Ceremony, error) {
	if r.rp == nil {
		return Ceremony{}, fault.New(fault.Unknown, "access.passkeys_off")
	}
	if err := r.pace.allow(from, tx.Now()); err != nil {
		return Ceremony{}, err
	}
	options, session, err := r.rp.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	return r.ceremony(tx, Ticket{Stage: askPasskey}, options, session)
}

func (r *Room) ceremony(tx *sqldb.Tx, t Ticket, options any, session *webauthn.SessionData) (c Ceremony, err error) {
	if t.body.Ceremony, err = json.Marshal(session); err != nil {
		return c, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	if c.Options, err = json.Marshal(options); err != nil {
		return c, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	t, err = r.keepTicket(tx, t)
	c.Ticket = t.Text
	return c, err
}

func (t Ticket) session() (s webauthn.SessionData, err error) {
	if err := json.Unmarshal(t.body.Ceremony, &s); err != nil {
		return s, ticketGone()
	}
	return s, nil
}

// FinishPasskey ends signing in with a passkey: answer is what the browser got from the device.
func (r *Room) FinishPasskey(ctx context.Context, db *sqldb.DB, ticket string, answer []byte, from Source) (SignedIn, error) {
	if err := r.pace.allow(from, db.Clock().Now()); err != nil {
		return SignedIn{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil || r.rp == nil {
		return SignedIn{}, fault.Wrap(fault.SignIn, "access.passkey_refused", err)
	}
	var in SignedIn
	var refused error
	err = db.Write(ctx, func(tx *sqldb.Tx) error {
		in, refused = SignedIn{}, nil
		t, err := r.Ticket(tx, ticket, askPasskey)
		if err != nil {
			return err
		}
		if err := r.spendTicket(tx, t); err != nil {
			return err
		}
		session, err := t.session()
		if err != nil {
			return err
		}
		var who Account
		user, credential, err := r.rp.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
			if who, err = r.byHandle(tx, string(handle)); err != nil {
				return nil, err
			}
			return r.person(tx, who)
		}, session, parsed)
		if fault.Is(err, fault.Unavailable) {
			return err
		}
		if err != nil || user == nil || credential.Authenticator.CloneWarning {
			refused = fault.Wrap(fault.SignIn, "access.passkey_refused", err)
			if who.ID == 0 {
				return nil
			}
			return r.note(tx, unproved(who), SignInFailedFact{ident.Text(who.ID), "passkey", from.text()})
		}
		if err := r.usedPasskey(tx, who, credential); err != nil {
			return err
		}
		in, err = r.begin(tx, who, ByPasskey, from)
		return err
	})
	if err == nil {
		err = refused
	}
	return in, err
}

func (r *Room) byHandle(tx *sqldb.Tx, handle string) (Account, error) {
	return found(sqldb.One(tx, scanAccount, `select `+accountColumns+` from account where handle = $1 and state = 'active'`, handle))
}

func (r *Room) usedPasskey(tx *sqldb.Tx, a Account, c *webauthn.Credential) error {
	body, err := json.Marshal(c)
	if err != nil {
		return fault.Wrap(fault.Internal, "ground.internal", err)
	}
	return one(tx.Exec(`update passkey set body = $4, used = $5 where org = $1 and account = $2 and credential = $3`,
		a.Org, a.ID, credentialText(c.ID), string(body), tx.Now()))
}

func credentialText(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

// BeginAddPasskey starts adding a passkey for somebody who is signed in.
func (r *Room) BeginAddPasskey(tx *sqldb.Tx, p Principal) (Ceremony, error) {
	a, err := r.Account(tx, p.Org, p.Agent)
	if err != nil {
		return Ceremony{}, err
	}
	return r.beginAdd(tx, a)
}

// BeginSetUpPasskey starts adding a passkey as the second step that is still to be set up.
func (r *Room) BeginSetUpPasskey(tx *sqldb.Tx, ticket string) (Ceremony, error) {
	t, err := r.Ticket(tx, ticket, SetUp)
	if err != nil {
		return Ceremony{}, err
	}
	return r.beginAdd(tx, t.Account)
}

func (r *Room) beginAdd(tx *sqldb.Tx, a Account) (Ceremony, error) {
	if r.rp == nil {
		return Ceremony{}, fault.New(fault.Unknown, "access.passkeys_off")
	}
	p, err := r.person(tx, a)
	if err != nil {
		return Ceremony{}, err
	}
	known := make([]protocol.CredentialDescriptor, len(p.keys))
	for i, k := range p.keys {
		known[i] = k.Descriptor()
	}
	options, session, err := r.rp.BeginRegistration(p,
		webauthn.WithConveyancePreference(protocol.PreferNoAttestation), webauthn.WithExclusions(known),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		}))
	if err != nil {
		return Ceremony{}, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	return r.ceremony(tx, Ticket{Stage: addPasskey, Account: a}, options, session)
}

// AddPasskey ends adding a passkey for somebody who is signed in.
func (r *Room) AddPasskey(tx *sqldb.Tx, p Principal, ticket, name string, answer []byte) (Passkey, error) {
	t, err := r.Ticket(tx, ticket, addPasskey)
	if err != nil {
		return Passkey{}, err
	}
	if t.Account.Org != p.Org || t.Account.ID != p.Agent {
		return Passkey{}, ticketGone()
	}
	return r.savePasskey(tx, t, name, answer)
}

// SetUpPasskey ends setting up a passkey as the second step. It gives the session and the recovery codes, told this
// once.
func (r *Room) SetUpPasskey(tx *sqldb.Tx, setUp string, c Ceremony, name string, from Source) (in SignedIn, recovery []string, err error) {
	first, err := r.Ticket(tx, setUp, SetUp)
	if err != nil {
		return in, nil, err
	}
	t, err := r.Ticket(tx, c.Ticket, addPasskey)
	if err != nil {
		return in, nil, err
	}
	if t.Account.ID != first.Account.ID || bool(first.Account.Code) || bool(first.Passkeys) {
		return in, nil, ticketGone()
	}
	if _, err := r.savePasskey(tx, t, name, c.Options); err != nil {
		return in, nil, err
	}
	return r.finishSetUp(tx, first, "passkey", ByPasskey, from)
}

func (r *Room) savePasskey(tx *sqldb.Tx, t Ticket, name string, answer []byte) (Passkey, error) {
	refused := func(err error) (Passkey, error) {
		return Passkey{}, fault.Wrap(fault.Invalid, "access.passkey_refused", err)
	}
	session, err := t.session()
	if err != nil {
		return Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil || r.rp == nil {
		return refused(err)
	}
	p, err := r.person(tx, t.Account)
	if err != nil {
		return Passkey{}, err
	}
	credential, err := r.rp.CreateCredential(p, session, parsed)
	if err != nil {
		return refused(err)
	}
	if err := r.spendTicket(tx, t); err != nil {
		return Passkey{}, err
	}
	body, err := json.Marshal(credential)
	if err != nil {
		return refused(err)
	}
	k := Passkey{ID: ident.Row(tx.NewID()), Name: keyName(name), Created: tx.Now()}
	if _, err := tx.Exec(`insert into passkey (org, id, account, credential, name, body, created) values ($1, $2, $3, $4, $5, $6, $7)`,
		t.Account.Org, k.ID, t.Account.ID, credentialText(credential.ID), k.Name, string(body), k.Created); err != nil {
		if fault.Of(err).Key == sqldb.Duplicate {
			return refused(err)
		}
		return Passkey{}, err
	}
	return k, r.note(tx, self(t.Account), FactorChangedFact{ident.Text(t.Account.ID), "passkey", "set"})
}

func keyName(s string) string {
	s = strings.TrimSpace(strings.ToValidUTF8(s, ""))
	if s == "" {
		return "Passkey"
	}
	if utf8.RuneCountInString(s) > 60 {
		s = string([]rune(s)[:60])
	}
	return s
}

// RemovePasskey takes a passkey away. The last one stays as long as there is no authenticator program.
func (r *Room) RemovePasskey(tx *sqldb.Tx, by org.By, agent ident.Agent, id ident.Row) error {
	a, err := r.Account(tx, by.Org, agent)
	if err != nil {
		return err
	}
	n, err := sqldb.Value(tx, `select count(*) from passkey where org = $1 and account = $2 and id <> $3`, a.Org, a.ID, id)
	if err != nil {
		return err
	}
	if n == 0 && !bool(a.Code) {
		return fault.New(fault.Conflict, "access.last_passkey")
	}
	if err := one(tx.Exec(`delete from passkey where org = $1 and account = $2 and id = $3`, a.Org, a.ID, id)); err != nil {
		return err
	}
	return r.note(tx, by, FactorChangedFact{ident.Text(a.ID), "passkey", "removed"})
}
