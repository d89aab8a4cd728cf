package hook_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/app/hook"
	"balie/channel"
	"balie/domain/automation"
	"balie/domain/org"
	"balie/ground/clock"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/outside"
	"balie/ground/secret"
	"balie/ground/sqldb"
	"balie/test/engine"
	"balie/web/edge/edgetest"
)

// program is another program that takes calls.
type program struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	hangs  chan struct{} // until it is closed
	tries  int
	taken  []call
	only   map[string]int // the status for a case
}

type call struct {
	head http.Header
	body string
}

func open(t *testing.T) *program {
	t.Helper()
	p := &program{status: http.StatusOK, only: map[string]int{}}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // a call cut short is no JSON
		status, hangs := p.heard(r.Header, string(body))
		if hangs != nil {
			<-hangs
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *program) heard(h http.Header, body string) (int, chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tries++
	status := p.status
	for words, other := range p.only {
		if strings.Contains(body, words) {
			status = other
		}
	}
	if status/100 == 2 {
		p.taken = append(p.taken, call{h, body})
	}
	return status, p.hangs
}

func (p *program) answers(status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status = status
}

func (p *program) refuses(words string, status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.only[words] = status
}

func (p *program) got() []call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.taken)
}

func (p *program) tried() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tries
}

// desk is an office with rules that call, and the worker that carries the calls.
type desk struct {
	*edgetest.Office
	t    *testing.T
	hand *clock.Hand
	n    int
	home func() // ends the worker, with what it has in hand
}

var local = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

func newDesk(t *testing.T, at engine.Target, allow []netip.Prefix) *desk {
	t.Helper()
	d := &desk{hand: clock.At(clock.System{}.Now()), t: t}
	d.Office = edgetest.OpenAt(t, at, d.hand)
	client := outside.New(allow)
	t.Cleanup(client.Close)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Flow.SendCalls(ctx, hook.New(client)) }()
	d.home = sync.OnceFunc(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(d.home)
	return d
}

func (d *desk) write(fn func(tx *sqldb.Tx) error) {
	d.t.Helper()
	if err := d.DB.Write(d.t.Context(), fn); err != nil {
		d.t.Fatal(err)
	}
}

// calls makes a rule that calls a program for every message.
func (d *desk) calls(url string) (r automation.Rule) {
	d.t.Helper()
	d.write(func(tx *sqldb.Tx) (err error) {
		by := org.By{Org: d.East.ID, Actor: ledger.Desk}
		r, err = d.Flow.Automation.Save(tx, by, automation.Rule{
			Name: "Bel", Trigger: automation.CustomerWrote, Match: automation.All, Then: automation.Then{Webhook: url},
		})
		if err != nil {
			return err
		}
		if err := d.Flow.Automation.SwitchOn(tx, by, r.ID); err != nil {
			return err
		}
		r, err = d.Flow.Automation.Rule(tx, d.East.ID, r.ID)
		return err
	})
	return r
}

// mail is a message of a customer; in a case that is there, or a new one.
func (d *desk) mail(number string) (ident.Case, string) {
	d.t.Helper()
	d.n++
	a := channel.Arrival{
		Org: d.East.ID, Channel: channel.Form, Key: fmt.Sprint("mail ", d.n), Text: "Mijn pincode is 1234", From: channel.Person{Address: "fatma@klant.example"},
	}
	if number != "" {
		a.Thread.Numbers = []string{number}
	}
	r, err := d.Flow.Arrive(d.t.Context(), a)
	if err != nil {
		d.t.Fatal(err)
	}
	return r.Case, r.Number
}

func (d *desk) list(r automation.Rule) (all []automation.Call) {
	d.t.Helper()
	if err := d.DB.Read(d.t.Context(), func(tx *sqldb.Tx) (err error) {
		all, err = d.Flow.Automation.Calls(tx, d.East.ID, r.ID, 1000)
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	slices.Reverse(all)
	return all
}

// eventually waits for what the followers and the worker do.
func (d *desk) eventually(what string, ok func() bool) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), 90*time.Second)
	defer cancel()
	for !ok() {
		if (clock.System{}).Sleep(ctx, 10*time.Millisecond) != nil {
			d.t.Fatalf("never happened: %s", what)
		}
	}
}

// later is eventually for what also takes its time by the clock: an attempt that fails sets the next one from then on. While
// calls are made the clock stands still, else the worker would seem to sleep for longer than it may.
func (d *desk) later(what string, ok func() bool) {
	d.t.Helper()
	d.eventually(what, func() bool {
		if !d.busy() {
			d.hand.Advance(time.Minute)
		}
		return ok()
	})
}

func (d *desk) all(r automation.Rule, n int, state automation.State) bool {
	list := d.list(r)
	return len(list) == n && !slices.ContainsFunc(list, func(c automation.Call) bool { return c.State != state })
}

func TestACallIsSignedOverItsTimeAndBody(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d, p := newDesk(t, at, local), open(t)
		r := d.calls(p.URL + "/hook")
		d.mail("")
		d.eventually("the call", func() bool { return d.all(r, 1, automation.Sent) })
		got := p.got()[0]
		said := got.head.Get("Webhook-Id") + "." + got.head.Get("Webhook-Timestamp") + "." + got.body
		if want := hook.Sign(r.Secret, said); got.head.Get("Webhook-Signature") != want || got.head.Get("Webhook-Timestamp") != fmt.Sprint(d.hand.Now().Unix()) {
			t.Errorf("signed %v", got.head)
		}
		if hook.Sign(secret.New("another"), said) == hook.Sign(r.Secret, said) {
			t.Error("any key gives the same signature")
		}
		if strings.Contains(got.body, "pincode") || strings.Contains(got.body, "fatma") {
			t.Errorf("the call holds words of the customer: %s", got.body)
		}
	})
}

func TestAReceiverThatWasDownForADayGetsEverythingInOrderPerCase(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d, p, other := newDesk(t, at, local), open(t), open(t)
		r, up := d.calls(p.URL), d.calls(other.URL)
		p.answers(http.StatusServiceUnavailable)
		var numbers []string
		const cases, each = 4, 3
		for range cases {
			_, number := d.mail("")
			numbers = append(numbers, number)
		}
		for range each - 1 {
			for _, number := range numbers {
				d.mail(number)
			}
		}
		d.eventually("the other program has all", func() bool { return d.all(up, cases*each, automation.Sent) })
		d.eventually("it was tried", func() bool { return p.tried() > 0 && d.list(r)[0].Reason == "HTTP 503" })
		for tried := p.tried(); d.hand.Now().Sub(d.list(r)[0].Created) < 24*time.Hour; {
			d.hand.Advance(2 * time.Hour)
			d.later("another attempt", func() bool { return p.tried() > tried })
			tried = p.tried()
		}
		if !d.all(r, cases*each, automation.Queued) {
			t.Fatal("something was given up within a day")
		}
		p.answers(http.StatusOK)
		d.later("all have arrived", func() bool { return d.all(r, cases*each, automation.Sent) })
		inOrder(t, d, r, p.got())
		inOrder(t, d, up, other.got())
	})
}

func inOrder(t *testing.T, d *desk, r automation.Rule, got []call) {
	t.Helper()
	sent := map[ident.Case][]string{}
	for _, c := range d.list(r) {
		sent[c.Case] = append(sent[c.Case], ident.Text(c.ID))
	}
	for id, want := range sent {
		var have []string
		for _, c := range got {
			if strings.Contains(c.body, `"case":"`+ident.Text(id)+`"`) {
				have = append(have, c.head.Get("Webhook-Id"))
			}
		}
		if !slices.Equal(have, want) {
			t.Errorf("case %d: came as %v, made as %v", id, have, want)
		}
	}
}

func TestACallThatIsNotWantedHoldsUpItsOwnCaseOnlyAndCanBeSentAgain(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d, p := newDesk(t, at, local), open(t)
		r := d.calls(p.URL)
		p.answers(http.StatusServiceUnavailable)
		bad, number := d.mail("")
		p.refuses(`"case":"`+ident.Text(bad)+`"`, http.StatusTeapot)
		p.answers(http.StatusOK)
		d.mail(number)
		d.mail("")
		d.later("the other case", func() bool { l := d.list(r); return len(l) == 3 && l[2].State == automation.Sent })
		d.eventually("the reason", func() bool { return d.list(r)[0].Reason == "HTTP 418" })
		if l := d.list(r); l[0].State != automation.Queued || l[1].State != automation.Queued || l[1].Attempts != 0 {
			t.Fatalf("%+v", l)
		}
		for range 20 { // longer than it is tried
			tried := d.list(r)[0].Attempts
			d.hand.Advance(4 * time.Hour)
			d.later("another attempt", func() bool { return d.list(r)[0].Attempts > tried })
			if d.list(r)[0].State == automation.Failed {
				break
			}
		}
		if l := d.list(r); l[0].State != automation.Failed {
			t.Fatalf("never given up: %+v", l[0])
		}
		p.refuses(`"case":"`+ident.Text(bad)+`"`, http.StatusOK)
		d.write(func(tx *sqldb.Tx) error {
			_, err := d.Flow.Automation.Resend(tx, d.East.ID, d.first(tx, r).ID)
			return err
		})
		d.later("all have arrived", func() bool { return d.all(r, 3, automation.Sent) })
	})
}

func (d *desk) first(tx *sqldb.Tx, r automation.Rule) automation.Call {
	d.t.Helper()
	all, err := d.Flow.Automation.Calls(tx, d.East.ID, r.ID, 1000)
	if err != nil || len(all) == 0 {
		d.t.Fatal(all, err)
	}
	return all[len(all)-1]
}

func TestAReceiverThatHangsTakesNobodyElsesTime(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d, slow, quick := newDesk(t, at, local), open(t), open(t)
		slow.hangs = make(chan struct{})
		r, other := d.calls(slow.URL), d.calls(quick.URL)
		d.mail("")
		d.eventually("it hangs", func() bool { return slow.tried() > 0 })
		for range 5 {
			d.mail("")
		}
		d.eventually("the others go on", func() bool { return d.all(other, 6, automation.Sent) })
		if slow.tried() != 1 {
			t.Errorf("%d calls at a receiver that hangs", slow.tried())
		}
		close(slow.hangs)
		d.eventually("all have arrived", func() bool { return d.all(r, 6, automation.Sent) })
	})
}

func TestACallReachesNoPrivateAddress(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d, p := newDesk(t, at, nil), open(t)
		r := d.calls(p.URL)
		d.mail("")
		d.eventually("it was refused", func() bool { l := d.list(r); return len(l) == 1 && l[0].Reason == "outside.address_refused" })
		if p.tried() != 0 {
			t.Error("it was reached")
		}
	})
}
