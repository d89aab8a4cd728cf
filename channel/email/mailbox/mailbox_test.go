package mailbox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"balie/channel"
	"balie/channel/email/auth"
	"balie/channel/email/mailbox"
	"balie/ground/clock"
	"balie/ground/fault"
)

func TestMailInTheMailboxArrives(t *testing.T) {
	p := newPlace(t)
	p.host.put(message(1))
	p.host.put(message(2))
	p.run()
	p.until("both arrive", p.arrived(2))
	a := p.desk.Arrivals()[0]
	if a.Via != "imap:12" || a.To != desk || a.Org != 1 || a.From.Address != "sanne@klant.example" || string(a.Raw) != message(1) {
		t.Errorf("%+v", a)
	}
	p.host.put(message(3))
	p.until("the third, told by IDLE", p.arrived(3))
	p.until("the mark", p.remembered(3))
	if s := p.boxes.Status(); len(s) != 1 || s[0].Problem != "" || s[0].Heard.IsZero() {
		t.Errorf("status %+v", s)
	}
}

func TestARestartFetchesNothingTwice(t *testing.T) {
	p := newPlace(t)
	p.host.put(message(1))
	p.run()
	p.until("the mark", p.remembered(1))
	p.stop()
	p.run()
	p.until("it looked again", func() bool { s := p.boxes.Status(); return len(s) == 1 && !s[0].Heard.IsZero() })
	p.host.put(message(2))
	p.until("the second", p.arrived(2))
	if n := p.desk.Again(); n != 0 {
		t.Errorf("%d messages were fetched twice", n)
	}
}

func TestACutLineLosesNothing(t *testing.T) {
	p := newPlace(t)
	p.clock = clock.At(time.Date(2026, 11, 12, 9, 0, 0, 0, time.UTC))
	p.run()
	for n := 1; n <= 10; n++ {
		p.host.put(message(n))
		if n%3 == 0 {
			p.host.cut()
		}
	}
	p.until("all ten", p.arrived(10))
	p.host.cut()
	p.host.put(message(11))
	p.until("the one after the cut", p.arrived(11))
}

func TestAHostThatIsAwayForDaysIsPickedUpWhereItWas(t *testing.T) {
	p := newPlace(t)
	hand := clock.At(time.Date(2026, 11, 12, 9, 0, 0, 0, time.UTC))
	p.clock = hand
	p.host.put(message(1))
	p.run()
	p.until("the first", p.remembered(1))
	p.host.down()
	p.until("the trouble shows", func() bool { return p.boxes.Status()[0].Problem == "email.mailbox_away" })
	before := p.host.dialled()
	for range 6 { // three days
		hand.Advance(12 * time.Hour)
		_ = clock.System{}.Sleep(t.Context(), 5*time.Millisecond)
	}
	p.until("it goes on trying", func() bool { return p.host.dialled() > before+2 })
	p.host.put(message(2))
	p.host.put(message(3))
	p.host.up()
	back := hand.Now()
	p.until("what came meanwhile", p.arrived(3))
	if late := hand.Now().Sub(back); late > 15*time.Second {
		t.Errorf("it took %v to come back", late)
	}
	if n := p.desk.Again(); n != 0 {
		t.Errorf("%d messages were fetched twice", n)
	}
}

func TestWaitsGrowButStayShort(t *testing.T) {
	p := newPlace(t)
	hand := clock.At(time.Date(2026, 11, 12, 9, 0, 0, 0, time.UTC))
	p.clock = hand
	p.host.down()
	p.run()
	p.until("some attempts", func() bool { return p.host.dialled() >= 5 })
	from, at := p.host.dialled(), hand.Now()
	p.until("ten more", func() bool { return p.host.dialled() >= from+10 })
	if each := hand.Now().Sub(at) / 10; each < 4*time.Second || each > 12*time.Second {
		t.Errorf("an attempt every %v", each)
	}
	p.host.up()
}

func TestANewEditionOfTheFolderIsFetchedWholeAndDoublesNothing(t *testing.T) {
	p := newPlace(t)
	p.host.put(message(1))
	p.host.put(message(2))
	p.run()
	p.until("both", p.remembered(2))
	old := p.memory.get().Validity
	p.stop()
	if err := p.host.user.Delete("INBOX"); err != nil {
		t.Fatal(err)
	}
	if err := p.host.user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	p.host.put(message(2)) // what was fetched before has another number now
	p.host.put(message(3))
	p.run()
	p.until("the new one", p.arrived(3))
	p.until("the mark", p.remembered(2))
	if p.desk.Again() != 1 || p.memory.get().Validity == old {
		t.Errorf("%d times again, mark %+v", p.desk.Again(), p.memory.get())
	}
}

func TestNothingIsRememberedOrMarkedBeforeTheDeskHasIt(t *testing.T) {
	p := newPlace(t)
	p.clock = clock.At(time.Date(2026, 11, 12, 9, 0, 0, 0, time.UTC))
	box := p.box()
	box.After, box.MoveTo = mailbox.Move, "Klaar"
	p.list.set(box)
	p.desk.Fail(fault.New(fault.Unavailable, "sqldb.disk_full"))
	p.host.put(message(1))
	p.run()
	p.until("the trouble shows", func() bool {
		s := p.boxes.Status()
		return len(s) == 1 && s[0].Problem == "email.no_such_desk" || len(s) == 1 && s[0].Problem == "sqldb.disk_full"
	})
	if p.memory.get().Next > 1 || p.host.count("Klaar") != 0 {
		t.Fatalf("remembered %+v, moved %d", p.memory.get(), p.host.count("Klaar"))
	}
	dials := p.host.dialled()
	p.until("some more tries", func() bool { return p.clock.Now().Minute() > 2 })
	if p.host.dialled() != dials {
		t.Error("the mail host is bothered with new connections for a trouble of ours")
	}
	p.desk.Fail(nil)
	p.until("it arrives", p.arrived(1))
	p.until("and is moved", func() bool { return p.host.count("Klaar") == 1 && p.host.count("INBOX") == 0 })
}

func TestATakenMessageCanBeMarkedAsRead(t *testing.T) {
	p := newPlace(t)
	box := p.box()
	box.After = mailbox.Seen
	p.list.set(box)
	p.host.put(message(1))
	p.run()
	p.until("marked", func() bool {
		data, err := p.host.user.Status("INBOX", &imap.StatusOptions{NumUnseen: true})
		return err == nil && *data.NumUnseen == 0
	})
}

func TestLeavingMailLeavesItUnread(t *testing.T) {
	p := newPlace(t)
	p.host.put(message(1))
	p.run()
	p.until("remembered", p.remembered(1))
	data, err := p.host.user.Status("INBOX", &imap.StatusOptions{NumUnseen: true})
	if err != nil || *data.NumUnseen != 1 {
		t.Errorf("fetching marked the message as read: %v", err)
	}
}

func TestABadMessageDoesNotBlockThoseBehindIt(t *testing.T) {
	p := newPlace(t)
	p.clock = clock.At(time.Date(2026, 11, 12, 9, 0, 0, 0, time.UTC))
	p.max = 64 << 10
	p.desk.Before(func(a channel.Arrival) {
		if strings.HasPrefix(a.Subject, "Vraag 3") {
			panic("a desk that breaks on one message")
		}
	})
	p.host.put(message(1, "From: ander@klant.example\r\n"))           // two senders: too late to refuse
	p.host.put(message(2) + strings.Repeat("veel tekst\r\n", 10_000)) // over the limit
	p.host.put(message(3))
	p.host.put("\x00\x01\x02 geen mail \xff\r\n")
	p.host.put(message(5))
	p.host.mu.Lock()
	p.host.broken[5] = 1000 // the line breaks whenever it is fetched
	p.host.mu.Unlock()
	p.host.put(message(6))
	p.run()
	p.until("the mark is past all", p.remembered(6))
	found := map[string]string{}
	for _, a := range p.desk.Arrivals() {
		found[strings.TrimSpace(a.Subject)] = a.Problem
	}
	if found["Vraag 2"] != "email.cut_short" || found["Vraag 6"] != "" || len(p.desk.Arrivals()) != 4 {
		t.Errorf("arrivals %v", found)
	}
	for _, a := range p.desk.Arrivals() {
		if a.Subject == "" && a.Problem == "" {
			t.Errorf("a message without a usable result has no problem: %q", a.Raw)
		}
	}
	if s := p.boxes.Status()[0]; s.Aside != 2 {
		t.Errorf("%d set aside, mark %+v", s.Aside, p.memory.get())
	}
	p.desk.Before(nil)
	p.host.mu.Lock()
	p.host.broken[5] = 0
	p.host.mu.Unlock()
	p.host.cut()
	p.until("those set aside arrive after all", p.arrived(6))
	p.until("none is left aside", func() bool { return len(p.memory.get().Aside) == 0 })
}

func TestAHostThatForgetsToTellIsLookedAtAllTheSame(t *testing.T) {
	p := newPlace(t)
	hand := clock.At(time.Date(2026, 11, 12, 9, 0, 0, 0, time.UTC))
	p.clock = hand
	p.host.deaf = true
	p.host.put(message(1))
	p.run()
	p.until("the first", p.remembered(1))
	at := hand.Now()
	p.host.put(message(2))
	p.until("the second", p.arrived(2))
	if late := hand.Now().Sub(at); late > 5*time.Minute {
		t.Errorf("it took %v", late)
	}
}

func TestSigningInByEachMechanism(t *testing.T) {
	for _, m := range []auth.Mechanism{auth.Plain, auth.Login, auth.XOAuth2} {
		t.Run(string(m), func(t *testing.T) {
			p := newPlace(t)
			box := p.box()
			box.Mechanism = m
			p.list.set(box)
			p.host.put(message(1))
			p.run()
			p.until("it arrives", p.arrived(1))
		})
		t.Run(string(m)+" refused", func(t *testing.T) {
			p := newPlace(t)
			p.secret = "verlopen"
			box := p.box()
			box.Mechanism = m
			p.list.set(box)
			p.run()
			p.until("the refusal shows", func() bool {
				s := p.boxes.Status()
				return len(s) == 1 && s[0].Problem == "email.sign_in_refused"
			})
			if strings.Contains(p.boxes.Status()[0].Detail, p.secret) {
				t.Error("the secret is in the status")
			}
		})
	}
}

func TestTheListOfMailboxesIsFollowed(t *testing.T) {
	p := newPlace(t)
	p.list.set()
	p.run()
	p.host.put(message(1))
	p.list.set(p.box())
	p.boxes.Refresh()
	p.until("a mailbox that was added", p.arrived(1))
	p.list.set()
	p.boxes.Refresh()
	p.until("it stops", func() bool { return len(p.boxes.Status()) == 0 })
	p.host.put(message(2))
	moved := p.box()
	moved.Folder = "Klaar"
	p.list.set(moved)
	p.boxes.Refresh()
	p.until("it starts again", func() bool { s := p.boxes.Status(); return len(s) == 1 && !s[0].Heard.IsZero() })
	if n := len(p.desk.Arrivals()); n != 1 {
		t.Errorf("%d arrivals; a mailbox that was taken off the list is still fetched", n)
	}
}

func TestStoppingIsPrompt(t *testing.T) {
	p := newPlace(t)
	p.host.put(message(1))
	p.run()
	p.until("it runs", p.arrived(1))
	from := clock.System{}.Now()
	p.stop()
	if d := (clock.System{}).Now().Sub(from); d > 5*time.Second {
		t.Errorf("stopping took %v", d)
	}
}
