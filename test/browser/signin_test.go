package browser_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/config"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/browser"
	"balie/test/desk"
	"balie/test/engine"
)

const password = "vier losse woorden achter elkaar"

// invite is the address where a new agent chooses a password.
func invite(t *testing.T, d *desk.Desk) string {
	t.Helper()
	var l access.Link
	err := d.App.DB.Write(t.Context(), func(tx *sqldb.Tx) (err error) {
		_, l, err = d.App.Flow.Access.Invite(tx, org.By{Org: d.Org, Actor: ledger.Desk}, access.Account{
			Name: "Eva Smit", Email: "eva@energie-oost.example", Role: access.Agent, Locale: "nl",
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d.URL + "/welcome/" + l.Token
}

// code is what an app for codes shows now for a key (RFC 6238).
func code(key string, now time.Time) (string, error) {
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(key, " ", ""))
	if err != nil {
		return "", err
	}
	var step [8]byte
	binary.BigEndian.PutUint64(step[:], uint64(now.Unix()/30))
	sum := hmac.New(sha1.New, secret)
	sum.Write(step[:])
	all := sum.Sum(nil)
	at := all[len(all)-1] & 15
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(all[at:])&0x7fffffff)%1_000_000), nil
}

func TestSigningInByKeyboardWithAPasswordAndACode(t *testing.T) {
	t.Parallel()
	d := open(t)
	p := browser.Open(t, browser.Desktop)
	p.Visit(invite(t, d))
	look(p, "welcome")
	p.TabTo("Wachtwoord")
	p.Type(password)
	p.Press("Enter")
	p.Sees("Stel de tweede stap in")
	look(p, "set-up")
	now, err := code(browser.Ask[string](p, `document.querySelector(".secret code").innerText`), d.App.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	p.TabTo("Code")
	p.Type(now)
	p.Press("Enter")
	p.Sees("Bewaar je herstelcodes")
	look(p, "recovery codes")
	recovery := browser.Ask[string](p, `document.querySelector(".secret li").innerText`)
	p.TabTo("Ik heb ze bewaard")
	p.Press("Enter")
	p.Sees("Je hebt nu geen zaken")

	p.Visit(d.URL + "/sign-in/me")
	look(p, "security")
	for p.Focus() != "Afmelden" {
		p.TabTo("Afmelden")
	}
	p.Press("Enter")
	p.Sees("Je bent afgemeld.")
	look(p, "signed out")
	p.TabTo("E-mailadres")
	p.Type("eva@energie-oost.example")
	p.Press("Tab")
	p.Type("niet het goede wachtwoord")
	p.Press("Enter")
	p.Sees("Dit ging niet goed")
	look(p, "refused")
	p.TabTo("Wachtwoord")
	p.Type(password)
	p.Press("Enter")
	p.Sees("De tweede stap")
	look(p, "code")
	p.TabTo("Code")
	p.Type(recovery)
	p.Press("Enter")
	p.Sees("Je hebt nu geen zaken")

	p.Visit(d.URL + "/sign-in/forgot")
	look(p, "forgot")
	p.Visit(d.URL + "/welcome/bestaat-niet")
	look(p, "link unknown")
}

// atLocalhost opens a desk under a name: a passkey is bound to one, and a bare address is none.
func atLocalhost(t *testing.T) *desk.Desk {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return desk.Open(t, engine.SQLite(t), desk.Setup{Config: func(c *config.Config) {
		c.Listen, c.PublicURL, c.PublicURLGiven = "127.0.0.1:"+port, "http://localhost:"+port, true
	}})
}

func TestSigningInWithAPasskeyAsTheSecondStepAndAsTheOnlyOne(t *testing.T) {
	t.Parallel()
	d := atLocalhost(t)
	p := browser.Open(t, browser.Desktop)
	p.Authenticator()
	p.Visit(invite(t, d))
	p.TabTo("Wachtwoord")
	p.Type(password)
	p.Press("Enter")
	p.Sees("Stel de tweede stap in")
	p.TabTo("Liever een passkey instellen")
	p.Press("Enter")
	p.Sees("Bewaar je herstelcodes")
	p.TabTo("Ik heb ze bewaard")
	p.Press("Enter")
	p.Sees("Je hebt nu geen zaken")

	p.Visit(d.URL + "/sign-in/me")
	p.Sees("Je tweede stap", "Passkey toevoegen")
	look(p, "security with a passkey")
	for p.Focus() != "Afmelden" {
		p.TabTo("Afmelden")
	}
	p.Press("Enter")
	p.Sees("Je bent afgemeld.")
	look(p, "sign-in with a passkey")
	p.TabTo("Aanmelden met een passkey")
	p.Press("Enter")
	p.Sees("Je hebt nu geen zaken")
}
