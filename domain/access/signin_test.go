package access_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"balie/domain/access"
	"balie/ground/fault"
	"balie/ground/sqldb"
)

func TestAnInvitedAgentChoosesAPasswordSetsUpCodesAndIsSignedIn(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, ticket := d.invited("carla@energie-oost.example", access.Agent)
		if ticket.Stage != access.SetUp || secretOf(t, ticket.URI) != ticket.Secret {
			t.Fatalf("%+v", ticket)
		}
		if _, _, err := d.room.Confirm(t.Context(), d.db, ticket.Text, "000000", home); !fault.Is(err, fault.Invalid) {
			t.Errorf("a wrong code set up the program: %v", err)
		}
		s, recovery, err := d.room.Confirm(t.Context(), d.db, ticket.Text, d.code(ticket.Secret), home)
		if err != nil || len(recovery) != 10 {
			t.Fatal(recovery, err)
		}
		p, err := d.who(s.Cookie)
		if err != nil || p.Org != d.east.Org || p.Role != access.Agent || p.Token || p.Name != "Carla" {
			t.Errorf("%+v %v", p, err)
		}
		_, _, err = d.room.Confirm(t.Context(), d.db, ticket.Text, d.code(ticket.Secret), home)
		d.refused("access.ticket_expired", err)
		kept := d.everything()
		for _, word := range []string{password, ticket.Secret, ticket.Text, s.Cookie, strings.ReplaceAll(recovery[0], "-", ""), recovery[0]} {
			if strings.Contains(kept, word) {
				t.Errorf("%q can be read in the database", word)
			}
		}
	})
}

func TestSigningInAsksPasswordAndCodeEachTime(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, key, before := d.member("carla@energie-oost.example", access.Agent)
		ticket, err := d.knock(" Carla@Energie-Oost.example ", password, home)
		if err != nil || ticket.Stage != access.AskSecond || ticket.Secret != "" {
			t.Fatalf("%+v %v", ticket, err)
		}
		if _, err := d.who(ticket.Text); !fault.Is(err, fault.SignIn) {
			t.Error("the ticket opens the desk")
		}
		_, err = d.room.EnterCode(t.Context(), d.db, ticket.Text, "123 456", home)
		d.refused("access.wrong_code", err)
		code := d.code(key)
		s, err := d.room.EnterCode(t.Context(), d.db, ticket.Text, code[:3]+" "+code[3:], home)
		if err != nil || s.Cookie == before.Cookie || s.Cookie == ticket.Text {
			t.Fatal("no new session", err)
		}
		if _, err := d.who(s.Cookie); err != nil {
			t.Error(err)
		}
		again, err := d.knock("carla@energie-oost.example", password, away)
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.room.EnterCode(t.Context(), d.db, again.Text, code, away)
		d.refused("access.code_used", err)
		if facts := d.facts(); !strings.Contains(facts, `"reason":"replay"`) || !strings.Contains(facts, `access.signed_in Carla`) {
			t.Error(facts)
		}
	})
}

func TestACodeThatTwoUseAtOnceLetsOneIn(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, key, _ := d.member("carla@energie-oost.example", access.Agent)
		var tickets []access.Ticket
		for range 4 {
			ticket, err := d.knock("carla@energie-oost.example", password, home)
			if err != nil {
				t.Fatal(err)
			}
			tickets = append(tickets, ticket)
		}
		var mu sync.Mutex
		var wg sync.WaitGroup
		let := 0
		for _, ticket := range tickets {
			wg.Go(func() {
				if _, err := d.room.EnterCode(t.Context(), d.db, ticket.Text, d.code(key), home); err == nil {
					mu.Lock()
					let++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if let != 1 {
			t.Errorf("%d were let in", let)
		}
	})
}

func TestARecoveryCodeWorksOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, ticket := d.invited("carla@energie-oost.example", access.Agent)
		_, codes, err := d.room.Confirm(t.Context(), d.db, ticket.Text, d.code(ticket.Secret), home)
		if err != nil {
			t.Fatal(err)
		}
		for n, want := range []string{"", "access.wrong_code"} {
			ticket, err := d.knock("carla@energie-oost.example", password, home)
			if err != nil {
				t.Fatal(err)
			}
			s, err := d.room.EnterCode(t.Context(), d.db, ticket.Text, strings.ToUpper(codes[3]), home)
			if n == 1 {
				d.refused(want, err)
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			left := in(d, func(tx *sqldb.Tx) (int64, error) { return d.room.RecoveryCodesLeft(tx, d.east.Org, s.Account.ID) })
			if left != 9 {
				t.Errorf("%d codes left", left)
			}
		}
	})
}

func TestAWrongPasswordAndAnUnknownAddressGetTheSameAnswer(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.member("carla@energie-oost.example", access.Agent)
		_, wrong := d.knock("carla@energie-oost.example", "paars fiets dijk lam", home)
		_, unknown := d.knock("nobody@energie-oost.example", password, home)
		_, none := d.knock("anna@energie-oost.example", "", home) // has no password yet
		_, nonsense := d.knock("not an address", password, home)
		for _, err := range []error{wrong, unknown, none, nonsense} {
			d.refused("access.wrong_password", err)
		}
	})
}

func TestGuessingIsSlowedAlsoAfterARestartAndNeverForGood(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.member("carla@energie-oost.example", access.Agent)
		for range 5 {
			_, err := d.knock("carla@energie-oost.example", "paars fiets dijk lam", home)
			d.refused("access.wrong_password", err)
		}
		_, err := d.knock("carla@energie-oost.example", password, home)
		d.refused("access.too_many_attempts", err)
		d.room = d.newRoom(origin)
		_, err = d.knock("carla@energie-oost.example", password, home)
		d.refused("access.too_many_attempts", err)
		if _, err := d.knock("carla@energie-oost.example", password, away); err != nil {
			t.Errorf("the owner is locked out elsewhere too: %v", err)
		}
		for range 30 { // an attacker who goes on for hours
			d.knock("carla@energie-oost.example", "paars fiets dijk lam", home) //nolint:errcheck // see below
			d.hand.Advance(10 * time.Minute)
		}
		d.hand.Advance(15 * time.Minute)
		if _, err := d.knock("carla@energie-oost.example", password, home); err != nil {
			t.Errorf("after the longest wait: %v", err)
		}
	})
}

func TestAThousandAttemptsAtOnceAreNoWayAroundTheLimit(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		looked := 0
		for range 40 {
			wg.Go(func() {
				_, err := d.knock("anna@energie-oost.example", "paars fiets dijk lam", home)
				if fault.Is(err, fault.SignIn) {
					mu.Lock()
					looked++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if looked > 5 {
			t.Errorf("%d passwords were tried at once", looked)
		}
	})
}

func TestCodesCannotBeGuessedFromManyPlaces(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, key, _ := d.member("carla@energie-oost.example", access.Agent)
		ticket, err := d.knock("carla@energie-oost.example", password, home)
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			_, err := d.room.EnterCode(t.Context(), d.db, ticket.Text, "000000", away)
			d.refused("access.wrong_code", err)
		}
		_, err = d.room.EnterCode(t.Context(), d.db, ticket.Text, d.code(key), home)
		d.refused("access.too_many_attempts", err)
		d.hand.Advance(time.Minute)
		if _, err = d.room.EnterCode(t.Context(), d.db, ticket.Text, d.code(key), home); err != nil {
			t.Error(err)
		}
	})
}

func TestATicketLivesAQuarterOfAnHour(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, key, _ := d.member("carla@energie-oost.example", access.Agent)
		ticket, err := d.knock("carla@energie-oost.example", password, home)
		if err != nil {
			t.Fatal(err)
		}
		d.hand.Advance(16 * time.Minute)
		_, err = d.room.EnterCode(t.Context(), d.db, ticket.Text, d.code(key), home)
		d.refused("access.ticket_expired", err)
	})
}

func TestTheSecondBrowserCannotReplaceTheProgramOfTheFirst(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, mine := d.invited("carla@energie-oost.example", access.Agent)
		other, err := d.knock("carla@energie-oost.example", password, away)
		if err != nil || other.Stage != access.SetUp {
			t.Fatal(other.Stage, err)
		}
		if _, _, err := d.room.Confirm(t.Context(), d.db, mine.Text, d.code(mine.Secret), home); err != nil {
			t.Fatal(err)
		}
		_, _, err = d.room.Confirm(t.Context(), d.db, other.Text, d.code(other.Secret), away)
		d.refused("access.ticket_expired", err)
	})
}

func TestPasswordsThatAreTriedFirstAreRefused(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for word, key := range map[string]string{
			"elf tekens.":                "access.password_length",
			strings.Repeat("a b", 99):    "access.password_length",
			"Welkom123456":               "access.password_common",
			"aaaaaaaaaaaaaa":             "access.password_common",
			"123456789012":               "access.password_common",
			"carla@energie-oost.example": "access.password_common",
			"carla.jansen12":             "access.password_common",
		} {
			_, err := d.room.HashPassword(t.Context(), secretText(word), "carla.jansen@energie-oost.example", "carla@energie-oost.example")
			if err == nil || fault.Of(err).Key != key {
				t.Errorf("%q: %v, want %s", word, err, key)
			}
		}
		if _, err := d.room.HashPassword(t.Context(), secretText("carla en de paarse fiets"), "carla@energie-oost.example"); err != nil {
			t.Errorf("a long sentence with a name in it: %v", err)
		}
	})
}

func TestWhoChangesThePasswordKeepsOnlyThisSession(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, key, first := d.member("carla@energie-oost.example", access.Agent)
		ticket, err := d.knock("carla@energie-oost.example", password, away)
		if err != nil {
			t.Fatal(err)
		}
		second, err := d.room.EnterCode(t.Context(), d.db, ticket.Text, d.code(key), away)
		if err != nil {
			t.Fatal(err)
		}
		p, err := d.who(second.Cookie)
		if err != nil {
			t.Fatal(err)
		}
		fresh := d.hashed("groen bank wolk touw")
		d.refused("access.wrong_old_password", d.room.ChangePassword(t.Context(), d.db, p, secretText("x"), fresh))
		if err := d.room.ChangePassword(t.Context(), d.db, p, secretText(password), fresh); err != nil {
			t.Fatal(err)
		}
		if _, err := d.who(first.Cookie); !fault.Is(err, fault.SignIn) {
			t.Error("the other session lives on")
		}
		if _, err := d.who(second.Cookie); err != nil {
			t.Error(err)
		}
		_, err = d.knock("carla@energie-oost.example", password, home)
		d.refused("access.wrong_password", err)
	})
}
