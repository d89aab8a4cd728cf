package hook_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"balie/domain/automation"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// hang lets calls wait from now on, and then get this answer.
func (p *program) hang(status int) chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status, p.hangs = status, make(chan struct{})
	return p.hangs
}

// wakes lets calls be taken at once from now on; those that wait go on waiting.
func (p *program) wakes() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status, p.hangs = http.StatusOK, nil
}

// due is when a receiver is to be looked at.
func (d *desk) due() (at time.Time) {
	d.t.Helper()
	if err := d.DB.Read(d.t.Context(), func(tx *sqldb.Tx) (err error) {
		at, err = d.Flow.Automation.NextDue(tx)
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	return at
}

// busy says whether somebody has a receiver for themselves.
func (d *desk) busy() bool {
	d.t.Helper()
	held := int64(0)
	if err := d.DB.Read(d.t.Context(), func(tx *sqldb.Tx) (err error) {
		held, err = sqldb.Value(tx, `select count(*) from receiver where held_until > $1`, tx.Now())
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	return held > 0
}

// A node that slept for longer than it had the receiver for itself wakes up while another has it: it may neither go on with
// the calls that it took, nor undo what the other recorded.
func TestANodeThatSleptLeavesTheReceiverToTheOther(t *testing.T) {
	for _, answer := range []int{http.StatusOK, http.StatusServiceUnavailable} {
		t.Run(fmt.Sprint(answer), func(t *testing.T) {
			engine.Each(t, func(t *testing.T, at engine.Target) {
				d, p := newDesk(t, at, local), open(t)
				r := d.calls(p.URL)
				p.answers(http.StatusBadGateway)
				for range 3 {
					d.mail("")
				}
				d.eventually("three calls wait at a receiver that is down", func() bool {
					return len(d.list(r)) == 3 && d.due().Sub(d.hand.Now()) > 25*time.Second
				})
				sleeps, before := p.hang(answer), p.tried()
				d.hand.Advance(time.Minute)
				d.eventually("a call is made", func() bool { return p.tried() > before })
				p.wakes()
				d.hand.Advance(time.Minute)
				d.eventually("another makes all calls", func() bool { return d.all(r, 3, automation.Sent) })
				close(sleeps)
				d.mail("")
				d.eventually("the next call", func() bool { l := d.list(r); return len(l) == 4 && l[3].State == automation.Sent })
				d.home()
				if n := p.tried() - before; n != 5 {
					t.Errorf("%d calls were made, want the first twice and the others once", n)
				}
				if !d.all(r, 4, automation.Sent) {
					t.Errorf("what arrived is to be sent again: %+v", d.list(r))
				}
			})
		})
	}
}
