package hook_test

import (
	"net/http"
	"testing"
	"time"

	"balie/domain/automation"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// again sends a call again, as an administrator does.
func (d *desk) again(o ident.Org, id ident.Row) error {
	d.t.Helper()
	return d.DB.Write(d.t.Context(), func(tx *sqldb.Tx) error {
		_, err := d.Flow.Automation.Resend(tx, o, id)
		return err
	})
}

func TestACallThatWaitsGoesAtOnceWhenItIsSentAgain(t *testing.T) {
	for name, status := range map[string]int{"not wanted": http.StatusTeapot, "the receiver is down": http.StatusServiceUnavailable} {
		t.Run(name, func(t *testing.T) {
			engine.Each(t, func(t *testing.T, at engine.Target) {
				d, p := newDesk(t, at, local), open(t)
				r := d.calls(p.URL)
				p.answers(status)
				d.mail("")
				d.eventually("it waits", func() bool {
					return len(d.list(r)) == 1 && d.list(r)[0].Attempts == 1 && d.due().Sub(d.hand.Now()) > 25*time.Second
				})
				p.answers(http.StatusOK)
				if err := d.again(d.East.ID, d.list(r)[0].ID); err != nil {
					t.Fatal(err)
				}
				if wait := d.due().Sub(d.hand.Now()); wait > 0 {
					t.Errorf("it goes after %v", wait)
				}
				d.later("it arrives", func() bool { return d.all(r, 1, automation.Sent) })
			})
		})
	}
}

func TestWhatArrivedIsNotSentAgain(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d, p := newDesk(t, at, local), open(t)
		r := d.calls(p.URL)
		d.mail("")
		d.eventually("the call", func() bool { return d.all(r, 1, automation.Sent) })
		before := d.list(r)[0]
		if err := d.again(d.East.ID, before.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("what arrived: %v", err)
		}
		if err := d.again(d.West.ID, before.ID); !fault.Is(err, fault.Unknown) {
			t.Errorf("another organisation: %v", err)
		}
		d.mail("") // so that the worker was here again
		d.later("the next call", func() bool { return d.all(r, 2, automation.Sent) })
		if after := d.list(r)[0]; after != before || p.tried() != 2 {
			t.Errorf("it became %+v after %d calls", after, p.tried())
		}
	})
}

// While somebody sends a call again it may arrive: what another node recorded stays so.
func TestACallThatArrivesWhileItIsSentAgainStaysSo(t *testing.T) {
	at := engine.Postgres(t) // on SQLite one writes after another
	d, p := newDesk(t, at, local), open(t)
	r := d.calls(p.URL)
	p.answers(http.StatusTeapot)
	d.mail("")
	d.eventually("it waits", func() bool { return len(d.list(r)) == 1 && d.list(r)[0].Attempts == 1 && !d.busy() })
	c := d.list(r)[0]
	sent := make(chan error, 1)
	d.write(func(tx *sqldb.Tx) error {
		if err := d.Flow.Automation.Arrived(tx, c); err != nil {
			return err
		}
		go func() { sent <- d.again(c.Org, c.ID) }()
		d.eventually("who sends it again waits for this transaction", func() bool {
			n, err := sqldb.Value(tx, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
			return err != nil || n > 0
		})
		return nil
	})
	if err := <-sent; !fault.Is(err, fault.Conflict) || !d.all(r, 1, automation.Sent) {
		t.Errorf("%v: %+v", err, d.list(r))
	}
}

func TestACallThatWasGivenUpHasItsWholeTimeAgain(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d, p := newDesk(t, at, local), open(t)
		r := d.calls(p.URL)
		p.answers(http.StatusTeapot)
		d.mail("")
		for range 20 { // longer than it is tried
			tried := p.tried() // before the clock moves: the attempt may come at once, and be the last
			d.hand.Advance(4 * time.Hour)
			gone := func() bool { return d.all(r, 1, automation.Failed) }
			d.later("another attempt", func() bool { return (p.tried() > tried || gone()) && !d.busy() })
			if gone() {
				break
			}
		}
		gaveUp := d.list(r)[0]
		if gaveUp.State != automation.Failed {
			t.Fatalf("never given up: %+v", gaveUp)
		}
		tried := p.tried()
		if err := d.again(d.East.ID, gaveUp.ID); err != nil {
			t.Fatal(err)
		}
		d.later("it is tried", func() bool { return p.tried() > tried && d.list(r)[0].Attempts > 0 })
		if c := d.list(r)[0]; c.State != automation.Queued || c.ID != gaveUp.ID || c.Body != gaveUp.Body {
			t.Errorf("given up again at once: %+v", c)
		}
		p.answers(http.StatusOK)
		d.later("it arrives", func() bool { return d.all(r, 1, automation.Sent) })
		if got := p.got(); len(got) != 1 || got[0].head.Get("Webhook-Id") != ident.Text(gaveUp.ID) {
			t.Errorf("it came as %+v", got)
		}
	})
}
