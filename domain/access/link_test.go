package access_test

import (
	"sync"
	"testing"
	"time"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

func TestALinkWorksOnceAndOnlyForItsPurpose(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		h := d.hashed(password)
		link := in(d, func(tx *sqldb.Tx) (access.Link, error) {
			_, link, err := d.room.Invite(tx, d.east, access.Account{Email: "carla@energie-oost.example", Name: "Carla", Role: access.Agent, Locale: "nl"})
			return link, err
		})
		for range 2 { // looking does not use it
			seen := in(d, func(tx *sqldb.Tx) (access.Link, error) { return d.room.PeekLink(tx, link.Token) })
			if seen.Purpose != access.Invitation || seen.Account.Name != "Carla" {
				t.Errorf("%+v", seen)
			}
		}
		d.refused("access.link_unusable", d.tried(func(tx *sqldb.Tx) error { _, err := d.room.UseDemoLink(tx, link.Token, home); return err }))
		d.refused("access.link_unusable", d.tried(func(tx *sqldb.Tx) error { return d.room.SetNewPassword(tx, link.Token, h) }))
		join := func(tx *sqldb.Tx) error { _, err := d.room.Join(tx, link.Token, "Carla B.", h); return err }
		var wg sync.WaitGroup
		answers := make([]error, 4)
		for i := range answers {
			wg.Go(func() { answers[i] = d.tried(join) })
		}
		wg.Wait()
		joined := 0
		for _, err := range answers {
			if err == nil {
				joined++
			} else {
				d.refused("access.link_unusable", err)
			}
		}
		if joined != 1 {
			t.Errorf("%d joined with one link", joined)
		}
	})
}

func TestALinkExpiresAndANewInvitationReplacesTheOld(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		var a access.Account
		old := in(d, func(tx *sqldb.Tx) (l access.Link, err error) {
			a, l, err = d.room.Invite(tx, d.east, access.Account{Email: "carla@energie-oost.example", Name: "Carla", Role: access.Agent, Locale: "nl"})
			return l, err
		})
		link := in(d, func(tx *sqldb.Tx) (access.Link, error) { return d.room.InviteAgain(tx, d.east, a.ID) })
		peek := func(token string) error {
			return d.tried(func(tx *sqldb.Tx) error { _, err := d.room.PeekLink(tx, token); return err })
		}
		d.refused("access.link_unusable", peek(old.Token))
		if err := peek(link.Token); err != nil {
			t.Fatal(err)
		}
		d.hand.Advance(7 * 24 * time.Hour)
		d.refused("access.link_unusable", peek(link.Token))
		d.refused("access.not_found", d.tried(func(tx *sqldb.Tx) error { _, err := d.room.InviteAgain(tx, d.west, a.ID); return err }))
	})
}

func TestTheFirstLinkMakesAnAdministratorAndThenNeverAgain(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		if link := in(d, func(tx *sqldb.Tx) (bool, error) { _, made, err := d.room.FirstLink(tx); return made, err }); link {
			t.Error("a first link was made though there are accounts")
		}
		d.write(func(tx *sqldb.Tx) error { _, err := tx.Exec(`delete from account`); return err })
		var early access.Link
		link := in(d, func(tx *sqldb.Tx) (l access.Link, err error) {
			if early, _, err = d.room.FirstLink(tx); err != nil {
				return l, err
			}
			l, _, err = d.room.FirstLink(tx)
			return l, err
		})
		d.refused("access.link_unusable", d.tried(func(tx *sqldb.Tx) error { _, err := d.room.PeekLink(tx, early.Token); return err }))
		h := d.hashed(password)
		found := func(token, slug string) (access.Ticket, error) {
			var ticket access.Ticket
			err := d.tried(func(tx *sqldb.Tx) error {
				o, err := org.New(d.log, d.box).Create(tx, ledger.Desk, org.Organisation{Slug: slug, Name: "Nieuw", Locale: "nl", Zone: "UTC"})
				if err != nil {
					return err
				}
				ticket, err = d.room.Found(tx, token, access.Account{Org: o.ID, Email: "eva@nieuw.example", Name: "Eva", Locale: "nl"}, h)
				return err
			})
			return ticket, err
		}
		ticket, err := found(link.Token, "nieuw")
		if err != nil || ticket.Stage != access.SetUp || !ticket.Account.Operator || ticket.Account.Role != access.Admin {
			t.Fatalf("%+v %v", ticket, err)
		}
		_, err = found(link.Token, "nogmaals")
		d.refused("access.link_unusable", err)
	})
}

func TestAResetAnswersTheSameForEveryoneAndIsCapped(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, key, s := d.member("carla@energie-oost.example", access.Agent)
		var sent []access.Link
		ask := func(email string, from access.Source) error {
			return d.room.AskReset(t.Context(), d.db, email, from, func(_ *sqldb.Tx, l access.Link) error { sent = append(sent, l); return nil })
		}
		for range 6 {
			if err := ask("carla@energie-oost.example", home); err != nil {
				t.Fatal(err)
			}
			if err := ask("nobody@energie-oost.example", home); err != nil {
				t.Fatal(err)
			}
		}
		if len(sent) != 3 {
			t.Errorf("%d letters", len(sent))
		}
		var err error
		for range 20 {
			if err = ask("somebody@energie-oost.example", home); err != nil {
				break
			}
		}
		d.refused("access.too_many_attempts", err)

		h := d.hashed("groen bank wolk touw")
		last := sent[len(sent)-1].Token
		d.refused("access.link_unusable", d.tried(func(tx *sqldb.Tx) error { return d.room.SetNewPassword(tx, sent[0].Token, h) }))
		d.write(func(tx *sqldb.Tx) error { return d.room.SetNewPassword(tx, last, h) })
		d.refused("access.link_unusable", d.tried(func(tx *sqldb.Tx) error { return d.room.SetNewPassword(tx, last, h) }))
		if _, err := d.who(s.Cookie); !fault.Is(err, fault.SignIn) {
			t.Error("sessions live on after a reset")
		}
		ticket, err := d.knock("carla@energie-oost.example", "groen bank wolk touw", home)
		if err != nil || ticket.Stage != access.AskSecond {
			t.Fatalf("the second step is not asked: %+v %v", ticket, err)
		}
		if _, err := d.room.EnterCode(t.Context(), d.db, ticket.Text, d.code(key), home); err != nil {
			t.Error(err)
		}
	})
}

func TestADemoLinkSignsInOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		link := in(d, func(tx *sqldb.Tx) (access.Link, error) { return d.room.DemoLink(tx, d.east, d.anna.ID) })
		s := in(d, func(tx *sqldb.Tx) (access.SignedIn, error) { return d.room.UseDemoLink(tx, link.Token, home) })
		if p, err := d.who(s.Cookie); err != nil || p.Agent != d.anna.ID {
			t.Error(p, err)
		}
		d.refused("access.link_unusable", d.tried(func(tx *sqldb.Tx) error { _, err := d.room.UseDemoLink(tx, link.Token, home); return err }))
	})
}

func TestAnAdministratorHelpsSomebodyWhoLostTheTelephone(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		a, _, s := d.member("carla@energie-oost.example", access.Agent)
		d.refused("access.not_found", d.tried(func(tx *sqldb.Tx) error { return d.room.RemoveSecondStep(tx, d.west, a.ID) }))
		d.write(func(tx *sqldb.Tx) error { return d.room.RemoveSecondStep(tx, d.east, a.ID) })
		if _, err := d.who(s.Cookie); !fault.Is(err, fault.SignIn) {
			t.Error("sessions live on")
		}
		ticket, err := d.knock("carla@energie-oost.example", password, home)
		if err != nil || ticket.Stage != access.SetUp {
			t.Errorf("%+v %v", ticket, err)
		}
	})
}
