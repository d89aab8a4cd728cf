package desk_test

import (
	"strings"
	"testing"
	"time"

	"balie/ground/clock"
	"balie/test/desk"
	"balie/test/engine"
)

// later opens a desk whose clock stands still until the test moves it.
func later(t *testing.T, test func(t *testing.T, d *desk.Desk, hand *clock.Hand)) {
	t.Helper()
	engine.Each(t, func(t *testing.T, at engine.Target) {
		hand := clock.At(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
		test(t, desk.Open(t, at, desk.Setup{Clock: hand}), hand)
	})
}

func TestSilenceIsAskedAfterOnceAndThenClosesApart(t *testing.T) {
	later(t, func(t *testing.T, d *desk.Desk, hand *clock.Hand) {
		if err := d.Mail(sanne, "Vraag", "Wanneer komt de monteur, boomvalk?"); err != nil {
			t.Fatal(err)
		}
		path := "/cases/" + d.Case("boomvalk").Text("id")
		d.MailTo(sanne, 1)
		d.Ask(desk.Maaike, 200, "POST", path+"/solution", map[string]string{"text": "Morgen om 10 uur."})
		d.MailTo(sanne, 2)

		hand.Advance(3*24*time.Hour + time.Minute)
		if asked := d.MailTo(sanne, 3); !strings.Contains(asked.Text("text"), "Morgen om 10 uur") {
			t.Errorf("the question about the silence: %s", asked.Text("text"))
		}
		if got := d.Ask(desk.Maaike, 200, "GET", path, nil).Text("status"); got != "proposed" {
			t.Errorf("after asking the case is %s", got)
		}
		hand.Advance(4*24*time.Hour + time.Minute)
		d.Eventually("closed by silence", func() bool {
			return d.Ask(desk.Maaike, 200, "GET", path, nil).Text("closed_by") == "silence"
		})
		if n := len(d.Ask(desk.Amina, 200, "GET", "/outbox?to="+sanne, nil).List("messages")); n != 3 {
			t.Errorf("%d mails, want 3: silence is asked after once", n)
		}

		// The customer may still say that it is not solved.
		if status, _ := d.Post(d.Link(d.MailTo(sanne, 1)), "answer", "no", "text", "Er kwam niemand"); status != 200 {
			t.Errorf("not yet answers %d", status)
		}
		if got := d.Ask(desk.Maaike, 200, "GET", path, nil); got.Text("status") != "open" || got.Text("closed_by") != "" {
			t.Errorf("after not yet: %v", got)
		}
	})
}

func TestAPromiseBreaksAtItsMomentAndStaysBroken(t *testing.T) {
	later(t, func(t *testing.T, d *desk.Desk, hand *clock.Hand) {
		if err := d.Mail(sanne, "Vraag", "Bel mij terug, ijsvogel."); err != nil {
			t.Fatal(err)
		}
		path := "/cases/" + d.Case("ijsvogel").Text("id")
		due := hand.Now().Add(2 * time.Hour)
		d.Ask(desk.Maaike, 200, "POST", path+"/promises", map[string]string{"text": "Terugbellen", "due": due.Format(time.RFC3339)})
		id := d.Ask(desk.Maaike, 200, "GET", path, nil).List("promises")[0].Text("id")
		status := func() string {
			return d.Ask(desk.Maaike, 200, "GET", path, nil).List("promises")[0].Text("status")
		}
		hand.Advance(time.Hour)
		moved := due.Add(time.Hour)
		d.Ask(desk.Maaike, 200, "POST", path+"/promises/"+id+"/move", map[string]string{"due": moved.Format(time.RFC3339), "reason": "De meting loopt uit."})
		d.Eventually("the customer is told", func() bool {
			for _, m := range d.Ask(desk.Amina, 200, "GET", "/outbox?to="+sanne, nil).List("messages") {
				if strings.Contains(m.Text("text"), "De meting loopt uit.") {
					return true
				}
			}
			return false
		})
		hand.Advance(90 * time.Minute)
		if got := status(); got != "open" {
			t.Errorf("before its new moment the promise is %s", got)
		}
		hand.Advance(31 * time.Minute)
		d.Eventually("broken", func() bool { return status() == "broken" })
		d.Ask(desk.Maaike, 200, "POST", path+"/promises/"+id+"/kept", nil)
		if got := status(); got != "broken" {
			t.Errorf("kept late, the promise counts as %s", got)
		}
	})
}

func TestASnoozedCaseComesBack(t *testing.T) {
	later(t, func(t *testing.T, d *desk.Desk, hand *clock.Hand) {
		if err := d.Mail(sanne, "Vraag", "Over een week graag, tureluur."); err != nil {
			t.Fatal(err)
		}
		path := "/cases/" + d.Case("tureluur").Text("id")
		d.Ask(desk.Maaike, 200, "POST", path+"/snooze", map[string]string{"until": hand.Now().Add(time.Hour).Format(time.RFC3339)})
		inView := func(view string) bool {
			return len(d.Ask(desk.Maaike, 200, "GET", "/cases?view="+view, nil).List("cases")) == 1
		}
		if !inView("snoozed") || inView("unassigned") {
			t.Error("a snoozed case is only in the list of snoozed ones")
		}
		hand.Advance(time.Hour + time.Second)
		d.Eventually("awake", func() bool { return inView("unassigned") && !inView("snoozed") })
	})
}
