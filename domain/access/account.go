package access

import (
	"errors"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

// Account is a person who signs in. The same person in two organisations has two accounts that know nothing of each
// other.
type Account struct {
	ID         ident.Agent
	Org        ident.Org
	Email      string // lower case
	Name       string
	Role       Role
	Operator   bool // may make organisations
	Locale     string
	Signature  string
	Department ident.Department
	State      State
	Created    time.Time
	Password   Set // whether there is one
	Code       Set // whether an authenticator program is set up

	password secret.Text // the hash; a type that prints as *** even so
	totp     secret.Text // sealed
	step     int64
	handle   string
}

// Set says whether something is there, without saying what.
type Set bool

// State is where an account is in its life.
type State string

// The states.
const (
	Invited State = "invited" // has no password yet
	Active  State = "active"
	Blocked State = "blocked" // may not sign in; nothing of what was done is lost
)

var next = map[State][]State{
	Invited: {Active, Blocked},
	Active:  {Blocked},
	Blocked: {Active, Invited},
}

func (s State) mayBecome(to State) bool {
	for _, allowed := range next[s] {
		if allowed == to {
			return true
		}
	}
	return false
}

// ParseEmail gives an e-mail address the form in which it is kept.
func ParseEmail(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s || len(s) > 254 || strings.ContainsFunc(s, unicode.IsControl) {
		return "", fault.New(fault.Invalid, "access.email_unusable")
	}
	return s, nil
}

func (a Account) check() (Account, error) {
	var err error
	if a.Email, err = ParseEmail(a.Email); err != nil {
		return a, err
	}
	a.Name = strings.TrimSpace(a.Name)
	a.Signature = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(a.Signature, "\uFFFD"), "\r\n", "\n"))
	switch {
	case a.Name == "" || utf8.RuneCountInString(a.Name) > 120 || strings.ContainsFunc(a.Name, unicode.IsControl) || !utf8.ValidString(a.Name):
		return a, fault.New(fault.Invalid, "access.name_unusable")
	case utf8.RuneCountInString(a.Signature) > 2000:
		return a, fault.New(fault.TooLarge, "access.signature_too_long", "limit", 2000)
	case a.Role.rank() == 0:
		return a, fault.New(fault.Invalid, "access.role_unknown", "role", string(a.Role))
	case a.Locale != "nl" && a.Locale != "en":
		return a, fault.New(fault.Invalid, "access.locale_unknown", "locale", a.Locale)
	}
	return a, nil
}

const accountColumns = `id, org, email, name, role, operator, locale, signature, department, state, created, password, totp, totp_step, handle`

func scanAccount(r sqldb.Row, a *Account) error {
	var password, totp string
	err := r.Scan(&a.ID, &a.Org, &a.Email, &a.Name, &a.Role, sqldb.Bool(&a.Operator), &a.Locale, &a.Signature,
		sqldb.Int(&a.Department), &a.State, sqldb.Time(&a.Created), &password, &totp, &a.step, &a.handle)
	a.password, a.totp = secret.New(password), secret.New(totp)
	a.Password, a.Code = password != "", totp != ""
	return err
}

// Account reads one.
func (r *Room) Account(tx *sqldb.Tx, org ident.Org, id ident.Agent) (Account, error) {
	return found(sqldb.One(tx, scanAccount, `select `+accountColumns+` from account where org = $1 and id = $2`, org, id))
}

// Accounts lists the people of an organisation, by name.
func (r *Room) Accounts(tx *sqldb.Tx, org ident.Org) ([]Account, error) {
	return sqldb.All(tx, scanAccount, `select `+accountColumns+` from account where org = $1 order by lower(name), id`, org)
}

// Homes tells to which department each who may work belongs; zero is none in particular.
func (r *Room) Homes(tx *sqldb.Tx, org ident.Org) (map[ident.Agent]ident.Department, error) {
	type home struct {
		agent      ident.Agent
		department ident.Department
	}
	all, err := sqldb.All(tx, func(r sqldb.Row, h *home) error { return r.Scan(&h.agent, sqldb.Int(&h.department)) },
		`select id, department from account where org = $1 and state <> $2`, org, string(Blocked))
	homes := make(map[ident.Agent]ident.Department, len(all))
	for _, h := range all {
		homes[h.agent] = h.department
	}
	return homes, err
}

// Home is Homes for one; active is false for who may not work.
func (r *Room) Home(tx *sqldb.Tx, org ident.Org, id ident.Agent) (d ident.Department, active bool, err error) {
	d, err = sqldb.One(tx, func(r sqldb.Row, d *ident.Department) error { return r.Scan(sqldb.Int(d)) },
		`select department from account where org = $1 and id = $2 and state <> $3`, org, id, string(Blocked))
	if errors.Is(err, sqldb.ErrNone) {
		return 0, false, nil
	}
	return d, err == nil, err
}

// ByEmail reads the account of an organisation with this address.
func (r *Room) ByEmail(tx *sqldb.Tx, org ident.Org, email string) (Account, error) {
	return found(sqldb.One(tx, scanAccount, `select `+accountColumns+` from account where org = $1 and email = $2`,
		org, strings.ToLower(strings.TrimSpace(email))))
}

// AddAccount adds somebody who may sign in at once, without an invitation and without a password: for the demo, and
// for the first administrator. Invite is the way for everybody else.
func (r *Room) AddAccount(tx *sqldb.Tx, by org.By, a Account) (Account, error) {
	a.State = Active
	a, err := r.insert(tx, by, a)
	if err != nil {
		return a, err
	}
	return a, r.note(tx, by, AddedFact{ident.Text(a.ID), a.Role})
}

func (r *Room) insert(tx *sqldb.Tx, by org.By, a Account) (Account, error) {
	a, err := a.check()
	if err != nil {
		return a, err
	}
	if a.handle, err = secret.Token(r.chance); err != nil {
		return a, fault.Wrap(fault.Internal, "ground.internal", err)
	}
	a.Org, a.ID, a.Created = by.Org, ident.Agent(tx.NewID()), tx.Now()
	n, err := tx.Exec(`insert into account (`+accountColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) on conflict (org, email) do nothing`,
		a.ID, a.Org, a.Email, a.Name, string(a.Role), a.Operator, a.Locale, a.Signature, sqldb.Null(a.Department),
		string(a.State), a.Created, a.password.Reveal(), "", 0, a.handle)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "access.account_exists", "email", a.Email)
	}
	return a, err
}

// Invite adds somebody and gives the link with which they choose a password; the caller sends it.
func (r *Room) Invite(tx *sqldb.Tx, by org.By, a Account) (Account, Link, error) {
	a.State, a.Operator = Invited, false
	a, err := r.insert(tx, by, a)
	if err != nil {
		return a, Link{}, err
	}
	if err := r.note(tx, by, InvitedFact{ident.Text(a.ID), a.Role}); err != nil {
		return a, Link{}, err
	}
	l, err := r.makeLink(tx, by, a, Invitation)
	return a, l, err
}

// InviteAgain makes a new link; the old one no longer works.
func (r *Room) InviteAgain(tx *sqldb.Tx, by org.By, id ident.Agent) (Link, error) {
	a, err := r.Account(tx, by.Org, id)
	if err != nil {
		return Link{}, err
	}
	if a.State != Invited {
		return Link{}, fault.New(fault.Conflict, "access.not_invited")
	}
	return r.makeLink(tx, by, a, Invitation)
}

// Profile is what people change of themselves.
type Profile struct {
	Name      string
	Locale    string
	Signature string
}

// SetProfile saves what somebody changed of themselves.
func (r *Room) SetProfile(tx *sqldb.Tx, by org.By, id ident.Agent, p Profile) error {
	a, err := r.Account(tx, by.Org, id)
	if err != nil {
		return err
	}
	a.Name, a.Locale, a.Signature = p.Name, p.Locale, p.Signature
	return r.ChangeAccount(tx, by, a)
}

// ChangeAccount saves name, address, locale, signature, department and role. The last administrator keeps the role.
func (r *Room) ChangeAccount(tx *sqldb.Tx, by org.By, a Account) error {
	old, err := r.Account(tx, by.Org, a.ID)
	if err != nil {
		return err
	}
	if a, err = a.check(); err != nil {
		return err
	}
	if old.Role != a.Role || old.Email != a.Email {
		if err := r.mayTouch(tx, by, old); err != nil {
			return err
		}
	}
	if old.Role == Admin && a.Role != Admin {
		if err := r.anotherAdmin(tx, old); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`update account set email = $3, name = $4, locale = $5, signature = $6, department = $7, role = $8
		where org = $1 and id = $2`,
		by.Org, a.ID, a.Email, a.Name, a.Locale, a.Signature, sqldb.Null(a.Department), string(a.Role)); err != nil {
		if fault.Of(err).Key == sqldb.Duplicate {
			err = fault.Wrap(fault.Conflict, "access.account_exists", err, "email", a.Email)
		}
		return err
	}
	tx.AfterCommit(func() { r.cache.dropAgent(a.ID) })
	if old.Role != a.Role {
		if err := r.note(tx, by, RoleChangedFact{ident.Text(a.ID), old.Role, a.Role}); err != nil {
			return err
		}
	}
	if fields := differ(old, a); len(fields) > 0 {
		return r.note(tx, by, ChangedFact{ident.Text(a.ID), fields})
	}
	return nil
}

func differ(a, b Account) []string {
	var names []string
	for _, p := range []struct {
		name string
		same bool
	}{
		{"email", a.Email == b.Email},
		{"name", a.Name == b.Name},
		{"locale", a.Locale == b.Locale},
		{"signature", a.Signature == b.Signature},
		{"department", a.Department == b.Department},
	} {
		if !p.same {
			names = append(names, p.name)
		}
	}
	return names
}

// anotherAdmin refuses what would leave an organisation without an administrator who can sign in.
func (r *Room) anotherAdmin(tx *sqldb.Tx, a Account) error {
	n, err := sqldb.Value(tx, `select count(*) from account where org = $1 and role = 'admin' and state = 'active' and id <> $2`, a.Org, a.ID)
	if err == nil && n == 0 && a.State == Active {
		err = fault.New(fault.Conflict, "access.last_admin")
	}
	return err
}

// mayTouch keeps what leads into an operator's account to operators: an administrator of one organisation may not
// become somebody who makes organisations.
func (r *Room) mayTouch(tx *sqldb.Tx, by org.By, a Account) error {
	if !a.Operator || by.Actor == ledger.Desk || (by.Actor.Kind == ledger.Agent && by.Actor.ID == int64(a.ID)) {
		return nil
	}
	if by.Actor.Kind == ledger.Agent {
		n, err := sqldb.Value(tx, `select count(*) from account where org = $1 and id = $2 and operator = 1 and state = 'active'`,
			by.Org, by.Actor.ID)
		if err != nil || n == 1 {
			return err
		}
	}
	return fault.New(fault.Denied, "access.operator_only")
}

// Block ends every session of an account and lets nobody sign in with it. Its links and tokens stop working too.
func (r *Room) Block(tx *sqldb.Tx, by org.By, id ident.Agent) error {
	a, err := r.Account(tx, by.Org, id)
	if err != nil || a.State == Blocked {
		return err
	}
	if err := r.mayTouch(tx, by, a); err != nil {
		return err
	}
	if a.Role == Admin {
		if err := r.anotherAdmin(tx, a); err != nil {
			return err
		}
	}
	if err := r.become(tx, by, a, Blocked); err != nil {
		return err
	}
	if _, err := tx.Exec(`delete from link where org = $1 and account = $2`, a.Org, a.ID); err != nil {
		return err
	}
	return r.endSessions(tx, by, a, 0)
}

// Unblock undoes Block: somebody who has a password can use it again, somebody who has none needs an invitation.
func (r *Room) Unblock(tx *sqldb.Tx, by org.By, id ident.Agent) error {
	a, err := r.Account(tx, by.Org, id)
	if err != nil || a.State != Blocked {
		return err
	}
	if a.Password {
		return r.become(tx, by, a, Active)
	}
	return r.become(tx, by, a, Invited)
}

func (r *Room) become(tx *sqldb.Tx, by org.By, a Account, to State) error {
	if !a.State.mayBecome(to) {
		return fault.New(fault.Conflict, "access.not_invited")
	}
	if _, err := tx.Exec(`update account set state = $3 where org = $1 and id = $2`, a.Org, a.ID, string(to)); err != nil {
		return err
	}
	tx.AfterCommit(func() { r.cache.dropAgent(a.ID) })
	return r.note(tx, by, StateChangedFact{ident.Text(a.ID), to})
}

// SetOperator gives or takes the mark of those who may make organisations. Only an operator may.
func (r *Room) SetOperator(tx *sqldb.Tx, by org.By, id ident.Agent, operator Set) error {
	if err := r.mayTouch(tx, by, Account{Operator: true}); err != nil {
		return err
	}
	err := one(tx.Exec(`update account set operator = $3 where org = $1 and id = $2`, by.Org, id, bool(operator)))
	if err != nil {
		return err
	}
	tx.AfterCommit(func() { r.cache.dropAgent(id) })
	return r.note(tx, by, OperatorChangedFact{ident.Text(id), bool(operator)})
}
