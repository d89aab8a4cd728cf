package access

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"

	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Codes of an authenticator program (RFC 6238) with what every program supports: SHA-1, six figures, half a minute.
const (
	codeStep    = 30
	secretSize  = 20 // RFC 4226 section 4, requirement 6
	totpPurpose = "totp"
	// How many recovery codes there are, and how many letters each has: 50 bits, and guesses are counted.
	recoveryCodes = 10
	recoverySize  = 10
)

var base32NoPad = base32.StdEncoding.WithPadding(base32.NoPadding)

func (r *Room) newSecret() (string, error) {
	b := make([]byte, secretSize)
	if _, err := io.ReadFull(r.chance, b); err != nil {
		return "", fault.Wrap(fault.Internal, "ground.internal", err)
	}
	return base32NoPad.EncodeToString(b), nil
}

// uri is what the QR code holds.
func (r *Room) uri(a Account, key string) string {
	q := url.Values{"secret": {key}, "issuer": {r.name}}
	return "otpauth://totp/" + url.PathEscape(r.name+":"+a.Email) + "?" + q.Encode()
}

// stepOf finds the time step that a code belongs to: the present one or a neighbour, since clocks differ.
func stepOf(key, code string, now time.Time) (int64, bool) {
	current := now.Unix() / codeStep
	for _, step := range []int64{current, current - 1, current + 1} {
		want, err := hotp.GenerateCode(key, uint64(step))
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return step, true
		}
	}
	return 0, false
}

func cleanCode(s string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(strings.TrimSpace(s)))
}

// EnterCode is the second step: a code of the authenticator program, or a recovery code.
func (r *Room) EnterCode(ctx context.Context, db *sqldb.DB, ticket, code string, from Source) (SignedIn, error) {
	var tag string
	if err := db.Write(ctx, func(tx *sqldb.Tx) error {
		t, err := r.Ticket(tx, ticket, AskSecond)
		if err != nil {
			return err
		}
		tag = r.codeTag(t.Account)
		return r.spend(tx, perCode, tag)
	}); err != nil {
		return SignedIn{}, err
	}
	var in SignedIn
	var refused string
	err := db.Write(ctx, func(tx *sqldb.Tx) error {
		in, refused = SignedIn{}, ""
		t, err := r.Ticket(tx, ticket, AskSecond)
		if err != nil {
			return err
		}
		method, why, err := r.checkCode(tx, t.Account, cleanCode(code))
		if err != nil {
			return err
		}
		if refused = why; refused != "" {
			return r.note(tx, unproved(t.Account), SignInFailedFact{ident.Text(t.Account.ID), why, from.text()})
		}
		if err := r.spendTicket(tx, t); err != nil {
			return err
		}
		if err := r.forgive(tx, tag); err != nil {
			return err
		}
		in, err = r.begin(tx, t.Account, method, from)
		return err
	})
	if err == nil && refused != "" {
		err = fault.New(fault.SignIn, "access.wrong_code")
		if refused == "replay" {
			err = fault.New(fault.SignIn, "access.code_used")
		}
	}
	return in, err
}

func (r *Room) codeTag(a Account) string { return r.tag("code", ident.Text(a.ID)) }

// checkCode uses up a code. why is empty when it is right.
func (r *Room) checkCode(tx *sqldb.Tx, a Account, code string) (m Method, why string, err error) {
	if len(code) == recoverySize {
		n, err := tx.Exec(`delete from recovery where org = $1 and account = $2 and tag = $3`, a.Org, a.ID, r.recoveryTag(a, code))
		if err != nil || n == 0 {
			return "", "code", err
		}
		return ByRecovery, "", r.note(tx, self(a), FactorChangedFact{ident.Text(a.ID), "recovery", "used"})
	}
	if a.totp.Empty() {
		return "", "code", nil
	}
	key, err := r.box.Open(a.Org, totpPurpose, a.totp.Reveal())
	if err != nil {
		return "", "", err
	}
	step, ok := stepOf(string(key), code, tx.Now())
	if !ok {
		return "", "code", nil
	}
	// Whoever looked over a shoulder cannot use the code again, and neither can somebody at the same moment.
	n, err := tx.Exec(`update account set totp_step = $3 where org = $1 and id = $2 and totp_step < $3`, a.Org, a.ID, step)
	if err == nil && n == 0 {
		return "", "replay", nil
	}
	return ByCode, "", err
}

// Confirm ends setting up the authenticator program: the code shows that it works. It gives the session and the
// recovery codes, told this once.
func (r *Room) Confirm(ctx context.Context, db *sqldb.DB, ticket, code string, from Source) (in SignedIn, recovery []string, err error) {
	var tag string
	if err := db.Write(ctx, func(tx *sqldb.Tx) error {
		t, err := r.Ticket(tx, ticket, SetUp)
		if err != nil {
			return err
		}
		tag = r.codeTag(t.Account)
		return r.spend(tx, perCode, tag)
	}); err != nil {
		return in, nil, err
	}
	err = db.Write(ctx, func(tx *sqldb.Tx) error {
		t, err := r.Ticket(tx, ticket, SetUp)
		if err != nil {
			return err
		}
		if bool(t.Account.Code) || bool(t.Passkeys) { // another browser was first
			return ticketGone()
		}
		step, ok := stepOf(t.body.Secret, cleanCode(code), tx.Now())
		if !ok {
			return fault.New(fault.Invalid, "access.wrong_set_up_code")
		}
		sealed, err := r.box.Seal(t.Account.Org, totpPurpose, []byte(t.body.Secret))
		if err != nil {
			return err
		}
		if err := one(tx.Exec(`update account set totp = $3, totp_step = $4 where org = $1 and id = $2`,
			t.Account.Org, t.Account.ID, sealed, step)); err != nil {
			return err
		}
		if err := r.forgive(tx, tag); err != nil {
			return err
		}
		in, recovery, err = r.finishSetUp(tx, t, "code", ByCode, from)
		return err
	})
	return in, recovery, err
}

func (r *Room) finishSetUp(tx *sqldb.Tx, t Ticket, what string, m Method, from Source) (SignedIn, []string, error) {
	if err := r.note(tx, self(t.Account), FactorChangedFact{ident.Text(t.Account.ID), what, "set"}); err != nil {
		return SignedIn{}, nil, err
	}
	if err := r.spendTicket(tx, t); err != nil {
		return SignedIn{}, nil, err
	}
	codes, err := r.NewRecoveryCodes(tx, self(t.Account), t.Account.ID)
	if err != nil {
		return SignedIn{}, nil, err
	}
	in, err := r.begin(tx, t.Account, m, from)
	return in, codes, err
}

// NewRecoveryCodes replaces the recovery codes of somebody and tells them, this once.
func (r *Room) NewRecoveryCodes(tx *sqldb.Tx, by org.By, id ident.Agent) ([]string, error) {
	a, err := r.Account(tx, by.Org, id)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(`delete from recovery where org = $1 and account = $2`, a.Org, a.ID); err != nil {
		return nil, err
	}
	codes := make([]string, recoveryCodes)
	for i := range codes {
		b := make([]byte, recoverySize)
		if _, err := io.ReadFull(r.chance, b); err != nil {
			return nil, fault.Wrap(fault.Internal, "ground.internal", err)
		}
		code := strings.ToLower(base32NoPad.EncodeToString(b))[:recoverySize]
		if _, err := tx.Exec(`insert into recovery (org, account, tag) values ($1, $2, $3)`, a.Org, a.ID, r.recoveryTag(a, code)); err != nil {
			return nil, err
		}
		codes[i] = code[:recoverySize/2] + "-" + code[recoverySize/2:]
	}
	return codes, r.note(tx, by, FactorChangedFact{ident.Text(a.ID), "recovery", "set"})
}

// RecoveryCodesLeft tells how many recovery codes were not used.
func (r *Room) RecoveryCodesLeft(tx *sqldb.Tx, org ident.Org, id ident.Agent) (int64, error) {
	return sqldb.Value(tx, `select count(*) from recovery where org = $1 and account = $2`, org, id)
}

// recoveryTag is what is kept of a recovery code: without our key the code cannot be found from it.
func (r *Room) recoveryTag(a Account, code string) string {
	return r.box.Sign("recovery", ident.Text(a.ID), code)
}

// RemoveSecondStep lets an administrator help somebody who lost telephone and recovery codes: at the next sign-in a
// new second step is set up. All sessions end.
func (r *Room) RemoveSecondStep(tx *sqldb.Tx, by org.By, id ident.Agent) error {
	a, err := r.Account(tx, by.Org, id)
	if err != nil {
		return err
	}
	if err := r.mayTouch(tx, by, a); err != nil {
		return err
	}
	for _, query := range []string{
		`update account set totp = '', totp_step = 0 where org = $1 and id = $2`,
		`delete from recovery where org = $1 and account = $2`,
		`delete from passkey where org = $1 and account = $2`,
	} {
		if _, err := tx.Exec(query, a.Org, a.ID); err != nil {
			return err
		}
	}
	if err := r.note(tx, by, FactorChangedFact{ident.Text(a.ID), "all", "removed"}); err != nil {
		return err
	}
	return r.endSessions(tx, by, a, 0)
}
