package access_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

func secretText(s string) secret.Text { return secret.New(s) }

func TestASessionEndsWhenItIsLeftAloneAndInTheEndAnyway(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, _, s := d.member("carla@energie-oost.example", access.Agent)
		for range 8 { // used every eleven hours, it lives on
			d.hand.Advance(11 * time.Hour)
			if _, err := d.who(s.Cookie); err != nil {
				t.Fatal(err)
			}
		}
		d.write(d.room.Sweep)
		d.hand.Advance(11 * time.Hour)
		d.room = d.newRoom(origin)
		if _, err := d.who(s.Cookie); err != nil {
			t.Errorf("a restart forgot when it was used: %v", err)
		}
		d.write(d.room.Sweep)
		d.hand.Advance(13 * time.Hour)
		_, err := d.who(s.Cookie)
		d.refused("access.session_expired", err)

		_, _, s = d.member("dirk@energie-oost.example", access.Agent)
		for range 15 {
			d.hand.Advance(11 * time.Hour)
			if _, err := d.who(s.Cookie); err != nil {
				t.Fatal(err)
			}
			d.write(d.room.Sweep)
		}
		d.hand.Advance(4 * time.Hour)
		if _, err := d.who(s.Cookie); !fault.Is(err, fault.SignIn) {
			t.Errorf("after a week: %v", err)
		}
	})
}

func TestARevokedSessionStopsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		a, _, s := d.member("carla@energie-oost.example", access.Agent)
		if _, err := d.who(s.Cookie); err != nil { // now remembered
			t.Fatal(err)
		}
		list := in(d, func(tx *sqldb.Tx) ([]access.Session, error) { return d.room.Sessions(tx, d.east.Org, a.ID) })
		if len(list) != 1 || list[0].IP != "192.0.2.7" || list[0].Browser != "Test browser" || list[0].Method != access.ByCode {
			t.Fatalf("%+v", list)
		}
		d.refused("access.not_found", d.tried(func(tx *sqldb.Tx) error { return d.room.RevokeSession(tx, d.west, a.ID, list[0].ID) }))
		if _, err := d.who(s.Cookie); err != nil {
			t.Errorf("another organisation ended the session: %v", err)
		}
		d.write(func(tx *sqldb.Tx) error { return d.room.RevokeSession(tx, d.east, a.ID, list[0].ID) })
		if _, err := d.who(s.Cookie); !fault.Is(err, fault.SignIn) {
			t.Error("it is still believed")
		}
	})
}

func TestSigningOutEndsTheSession(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, _, s := d.member("carla@energie-oost.example", access.Agent)
		p, err := d.who(s.Cookie)
		if err != nil {
			t.Fatal(err)
		}
		d.write(func(tx *sqldb.Tx) error { return d.room.SignOut(tx, p) })
		if _, err := d.who(s.Cookie); !fault.Is(err, fault.SignIn) {
			t.Error("still signed in")
		}
	})
}

func TestABlockedAgentIsOutAtOnceAndComesBackWithTheOldPassword(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		a, key, s := d.member("carla@energie-oost.example", access.Lead)
		_, text := tokenFor(d, d.east, access.Token{Name: "script", Role: access.Lead, Agent: a.ID})
		if _, err := d.who(s.Cookie); err != nil {
			t.Fatal(err)
		}
		if _, err := d.bearer(d.room, text); err != nil {
			t.Fatal(err)
		}
		waiting, err := d.knock("carla@energie-oost.example", password, home)
		if err != nil {
			t.Fatal(err)
		}
		d.refused("access.not_found", d.tried(func(tx *sqldb.Tx) error { return d.room.Block(tx, d.west, a.ID) }))
		d.write(func(tx *sqldb.Tx) error { return d.room.Block(tx, d.east, a.ID) })
		if _, err := d.who(s.Cookie); !fault.Is(err, fault.SignIn) {
			t.Errorf("session: %v", err)
		}
		if _, err := d.bearer(d.room, text); !fault.Is(err, fault.SignIn) {
			t.Errorf("token: %v", err)
		}
		_, err = d.knock("carla@energie-oost.example", password, home)
		d.refused("access.wrong_password", err)
		_, err = d.room.EnterCode(t.Context(), d.db, waiting.Text, d.code(key), home)
		d.refused("access.ticket_expired", err)
		d.write(func(tx *sqldb.Tx) error { return d.room.Unblock(tx, d.east, a.ID) })
		if _, err = d.knock("carla@energie-oost.example", password, home); err != nil {
			t.Error(err)
		}
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.refused("access.last_admin", d.tried(func(tx *sqldb.Tx) error { return d.room.Block(tx, d.east, d.anna.ID) }))
		lower := d.anna
		lower.Role = access.Lead
		d.refused("access.last_admin", d.tried(func(tx *sqldb.Tx) error { return d.room.ChangeAccount(tx, d.east, lower) }))
		d.member("carla@energie-oost.example", access.Admin)
		d.write(func(tx *sqldb.Tx) error { return d.room.ChangeAccount(tx, d.east, lower) })
		if got := in(d, func(tx *sqldb.Tx) (access.Account, error) { return d.room.Account(tx, d.east.Org, d.anna.ID) }); got.Role != access.Lead {
			t.Errorf("%+v", got)
		}
	})
}

func TestARoleThatIsTakenAwayCountsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		a, _, s := d.member("carla@energie-oost.example", access.Lead)
		_, text := tokenFor(d, d.east, access.Token{Name: "script", Role: access.Lead, Agent: a.ID})
		if p, err := d.bearer(d.room, text); err != nil || p.Role != access.Lead || !p.Token || p.Agent != a.ID {
			t.Fatalf("%+v %v", p, err)
		}
		a.Role, a.Name, a.Locale = access.Agent, "Carla de Wit", "en"
		d.write(func(tx *sqldb.Tx) error { return d.room.ChangeAccount(tx, d.east, a) })
		if p, err := d.who(s.Cookie); err != nil || p.Role != access.Agent || p.Name != "Carla de Wit" || p.Locale != "en" {
			t.Errorf("%+v %v", p, err)
		}
		if p, err := d.bearer(d.room, text); err != nil || p.Role != access.Agent {
			t.Errorf("the token kept the role: %+v %v", p, err)
		}
	})
}

func TestTheSamePersonInTwoOrganisationsHasTwoAccounts(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		const email = "carla@energie-oost.example"
		a, key, _ := d.member(email, access.Agent)
		other := d.hashed("groen bank wolk touw")
		in(d, func(tx *sqldb.Tx) (access.Ticket, error) {
			_, link, err := d.room.Invite(tx, d.west, access.Account{Email: email, Name: "Carla", Role: access.Admin, Locale: "nl"})
			if err != nil {
				return access.Ticket{}, err
			}
			return d.room.Join(tx, link.Token, "", other)
		})
		d.refused("access.account_exists", d.tried(func(tx *sqldb.Tx) error {
			_, _, err := d.room.Invite(tx, d.west, access.Account{Email: email, Name: "Carla", Role: access.Admin, Locale: "nl"})
			return err
		}))
		east, err := d.knock(email, password, home)
		if err != nil || east.Account.ID != a.ID {
			t.Fatal(err)
		}
		if s, err := d.room.EnterCode(t.Context(), d.db, east.Text, d.code(key), home); err != nil || s.Account.Org != d.east.Org {
			t.Error(err)
		}
		west, err := d.knock(email, "groen bank wolk touw", home)
		if err != nil || west.Account.Org != d.west.Org {
			t.Errorf("%+v %v", west.Account, err)
		}
	})
}

func tokenFor(d *desk, by org.By, t access.Token) (access.Token, string) {
	d.t.Helper()
	var text string
	made := in(d, func(tx *sqldb.Tx) (access.Token, error) {
		var err error
		t, text, err = d.room.CreateToken(tx, by, t)
		return t, err
	})
	return made, text
}

func TestATokenWorksUntilItIsRevoked(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		made, text := tokenFor(d, d.east, access.Token{Name: "koppeling", Role: access.Agent})
		p, err := d.bearer(d.room, text)
		if err != nil || p.Org != d.east.Org || p.Agent != 0 || p.Name != "koppeling" || !p.Token || p.Operator {
			t.Fatalf("%+v %v", p, err)
		}
		if _, err := d.who(text); !fault.Is(err, fault.SignIn) {
			t.Error("a token is taken for a cookie")
		}
		d.write(d.room.Sweep)
		list := in(d, func(tx *sqldb.Tx) ([]access.Token, error) { return d.room.Tokens(tx, d.east.Org) })
		if len(list) != 1 || !list[0].Used.Equal(d.hand.Now()) {
			t.Errorf("%+v", list)
		}
		d.refused("access.not_found", d.tried(func(tx *sqldb.Tx) error { return d.room.RevokeToken(tx, d.west, made.ID) }))
		elsewhere := d.newRoom(origin)
		if _, err := d.bearer(elsewhere, text); err != nil {
			t.Fatal(err)
		}
		d.write(func(tx *sqldb.Tx) error { return d.room.RevokeToken(tx, d.east, made.ID) })
		if _, err := d.bearer(d.room, text); !fault.Is(err, fault.SignIn) {
			t.Error("it still works here")
		}
		d.hand.Advance(5 * time.Second)
		if _, err := d.bearer(elsewhere, text); !fault.Is(err, fault.SignIn) {
			t.Error("another node believed it for more than five seconds")
		}
		d.refused("access.token_over_agent", d.tried(func(tx *sqldb.Tx) error {
			a, err := d.room.AddAccount(tx, d.east, access.Account{Email: "dirk@energie-oost.example", Name: "Dirk", Role: access.Agent, Locale: "nl"})
			if err != nil {
				return err
			}
			_, _, err = d.room.CreateToken(tx, d.east, access.Token{Name: "x", Role: access.Admin, Agent: a.ID})
			return err
		}))
	})
}

func TestAnAdministratorCannotBecomeOperatorThroughAnOperatorsAccount(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.write(func(tx *sqldb.Tx) error { return d.room.SetOperator(tx, d.east, d.anna.ID, true) })
		admin, _, _ := d.member("carla@energie-oost.example", access.Admin)
		by := func(a access.Account) org.By {
			return org.By{Org: d.east.Org, Actor: ledger.Actor{Kind: ledger.Agent, ID: int64(a.ID), Name: a.Name}}
		}
		script := org.By{Org: d.east.Org, Actor: ledger.Actor{Kind: ledger.System, Name: "koppeling"}}
		taken := in(d, func(tx *sqldb.Tx) (access.Account, error) { return d.room.Account(tx, d.east.Org, d.anna.ID) })
		taken.Email = "carla.anders@energie-oost.example"
		for name, fn := range map[string]func(*sqldb.Tx, org.By) error{
			"address":     func(tx *sqldb.Tx, by org.By) error { return d.room.ChangeAccount(tx, by, taken) },
			"second step": func(tx *sqldb.Tx, by org.By) error { return d.room.RemoveSecondStep(tx, by, d.anna.ID) },
			"block":       func(tx *sqldb.Tx, by org.By) error { return d.room.Block(tx, by, d.anna.ID) },
			"mark":        func(tx *sqldb.Tx, by org.By) error { return d.room.SetOperator(tx, by, admin.ID, true) },
		} {
			for _, who := range []org.By{by(admin), script} {
				if err := d.tried(func(tx *sqldb.Tx) error { return fn(tx, who) }); !fault.Is(err, fault.Denied) {
					t.Errorf("%s by %s: %v", name, who.Actor.Name, err)
				}
			}
		}
		d.write(func(tx *sqldb.Tx) error { return d.room.ChangeAccount(tx, by(d.anna), taken) })
		d.write(func(tx *sqldb.Tx) error { return d.room.SetOperator(tx, by(d.anna), admin.ID, true) })
	})
}

func TestAnAccountPrintsNothingThatOpensIt(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		a, _, _ := d.member("carla@energie-oost.example", access.Agent)
		got := in(d, func(tx *sqldb.Tx) (access.Account, error) { return d.room.Account(tx, d.east.Org, a.ID) })
		if s := fmt.Sprintf("%+v %#v", got, got); strings.Contains(s, "argon2") || strings.Contains(s, "s1.") {
			t.Error(s)
		}
	})
}
