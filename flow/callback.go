package flow

import (
	"math"
	"time"

	"balie/channel"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/org"
	"balie/domain/promise"
	"balie/domain/queue"
	"balie/domain/staff"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/theory/erlang"
)

// CallBackSlot is how long the time lasts within which we call back.
const CallBackSlot = staff.HalfHour

// The times at which we call back: not at once, and not in the far future.
const (
	callBackAhead = 14 * 24 * time.Hour
	callBackLead  = CallBackSlot
)

// callBackWait is how long somebody waits for an agent on average, at most, in a half hour with call backs in it: a third of
// it, so that there is time for two attempts.
const callBackWait = CallBackSlot / 3

// staffing is what is usual at a desk, by half hour of the week.
type staffing struct {
	at       time.Time
	usual    staff.Usual
	arrivals queue.Arrivals
	handle   time.Duration
}

// staffingValid is how long it is remembered: weeks change slowly.
const staffingValid = time.Hour

func (f *Flow) staffing(tx *sqldb.Tx, o org.Organisation) (staffing, error) {
	now := f.db.Clock().Now()
	if v, ok := f.staffed.Load(o.ID); ok {
		if k, ok := v.(staffing); ok && fresh(k.at, now, staffingValid) {
			return k, nil
		}
	}
	s := staffing{at: now}
	var err error
	if s.usual, err = f.Staff.Usual(tx, o.ID, zone(o)); err != nil {
		return s, err
	}
	departments, err := f.Access.Homes(tx, o.ID)
	if err != nil {
		return s, err
	}
	s.usual = s.usual.Without(func(a ident.Agent) bool { _, works := departments[a]; return !works })
	if s.arrivals, err = f.Queue.Arrivals(tx, o.ID, now.AddDate(0, 0, -7*max(s.usual.Weeks, 1))); err != nil {
		return s, err
	}
	if s.handle, err = f.Conversation.HandleTime(tx, o.ID, usualHandle); err == nil {
		f.staffed.Store(o.ID, s)
	}
	return s, err
}

// callBacks decides at which times an organisation can call back.
//
// The rule: a half hour within the hours of the telephone has room for at most one call for each agent who is usually
// there (staff.Usual), and only as long as everybody who needs an agent in it, the calls and the contacts that usually
// come then (queue.Arrivals), would wait no longer than callBackWait on average (Erlang C). A contact takes the time that
// contacts take here, shared with the others that an agent has at once; a call takes it whole. Before anything is known
// of the weeks it is the agents who are there now, and at least one. Calls promised before count.
type callBacks struct {
	staffing
	now      time.Time
	zone     *time.Location
	hours    org.Hours // of the telephone
	here     int       // agents who are there now
	chats    float64   // that an agent has at once
	promised map[time.Time]int
}

func (f *Flow) callBacks(tx *sqldb.Tx, o ident.Org) (callBacks, error) {
	b := callBacks{now: f.db.Clock().Now()}
	about, err := f.Org.Load(tx, o)
	if err != nil {
		return b, err
	}
	b.zone = zone(about)
	if b.staffing, err = f.staffing(tx, about); err != nil {
		return b, err
	}
	if b.hours, err = f.Org.Hours(tx, o, "phone"); err != nil {
		return b, err
	}
	all, err := f.Staff.All(tx, o)
	if err != nil {
		return b, err
	}
	places := 0
	for _, p := range all {
		places += p.Chats
		if state, _ := p.Shown(); state != staff.Away {
			b.here++
		}
	}
	b.chats = staff.UsualChats
	if len(all) > 0 {
		b.chats = float64(places) / float64(len(all))
	}
	b.promised, err = f.Promise.Calls(tx, o, b.now, 0)
	return b, err
}

// open says whether somebody is at the telephone during a slot.
func (b callBacks) open(at time.Time) bool {
	return at.Truncate(CallBackSlot).Equal(at) && b.hours.Open(at) && b.hours.Open(at.Add(CallBackSlot-time.Minute))
}

// room says whether one more call can be kept in the slot that begins at a moment.
func (b callBacks) room(at time.Time) bool {
	agents := b.usual.Agents(at)
	if b.usual.Weeks == 0 {
		agents = max(b.here, 1)
	}
	calls := b.promised[at.UTC()] + 1
	if calls > agents {
		return false
	}
	come := b.arrivals.Mean(at, b.now, b.zone, b.usual.Weeks)/b.chats + float64(calls)
	p := erlang.Pool{Servers: agents, Arrive: come / CallBackSlot.Seconds(), Service: 1 / b.handle.Seconds()}
	if p.Load() >= float64(agents) {
		return false
	}
	wait := p.Levels().Wait
	return !math.IsNaN(wait) && wait <= callBackWait.Seconds()
}

// each gives the slots within the hours, from the first one that is not at once, until found says that it is enough.
func (b callBacks) each(found func(at time.Time) (enough bool)) {
	for at := b.now.Add(callBackLead + CallBackSlot - 1).Truncate(CallBackSlot); at.Sub(b.now) < callBackAhead; at = at.Add(CallBackSlot) {
		if !b.open(at) {
			next := b.hours.Next(at)
			if next.IsZero() {
				return
			}
			if next.After(at) {
				at = next.Add(-1).Truncate(CallBackSlot) // the loop goes on to the slot that begins there
			}
			continue
		}
		if found(at.UTC()) {
			return
		}
	}
}

// CallBacks lists the first times at which somebody can be called back: the beginnings of half hours.
func (f *Flow) CallBacks(tx *sqldb.Tx, o ident.Org, most int) ([]time.Time, error) {
	b, err := f.callBacks(tx, o)
	var all []time.Time
	if err != nil || most <= 0 {
		return nil, err
	}
	b.each(func(at time.Time) bool {
		if b.room(at) {
			all = append(all, at)
		}
		return len(all) == most
	})
	return all, nil
}

// later keeps the choice for another moment: a call back is a promise from the first minute.
func (f *Flow) later(tx *sqldb.Tx, c *cases.Case, l channel.Later) error {
	if l.Phone == "" {
		return nil
	}
	if err := f.Routing.Lock(tx, c.Org); err != nil { // two who choose the last place do not both get it
		return err
	}
	b, err := f.callBacks(tx, c.Org)
	if err != nil {
		return err
	}
	switch {
	case l.At.Before(b.now.Add(-CallBackSlot)) || l.At.Sub(b.now) > callBackAhead || !b.open(l.At):
		return fault.New(fault.Invalid, "flow.call_back_closed")
	case !b.room(l.At):
		return fault.New(fault.Conflict, CallBackFull)
	}
	return f.promiseCall(tx, c, l, cases.Person{ID: c.Owner, Name: c.OwnerName})
}

// CallBackFull is the key of the fault that a time to be called back was given away meanwhile.
const CallBackFull = "flow.call_back_full"

// promiseCall promises a call back.
func (f *Flow) promiseCall(tx *sqldb.Tx, c *cases.Case, l channel.Later, owner cases.Person) error {
	if err := f.Party.Give(tx, at(c, customerOf(c)), c.Channel, map[string]string{"phone": l.Phone}); err != nil {
		return err
	}
	o, err := f.Org.Load(tx, c.Org)
	if err != nil {
		return err
	}
	customer, err := f.Party.Get(tx, c.Org, c.Party)
	if err != nil {
		return err
	}
	words := f.textsFor(o, customer.Locale).T("contact.call_back", "phone", l.Phone)
	p, err := f.Promise.Make(tx, at(c, ledger.Desk), promise.Promise{
		Text: words, CallAt: l.At, Due: l.At.Add(CallBackSlot), Owner: owner.ID, OwnerName: owner.Name,
	})
	if err != nil {
		return err
	}
	e := line(c, conversation.Promised, ledger.Desk, p.Text)
	e.Data = conversation.Data{Promise: p.ID, Due: &p.Due, To: p.OwnerName}
	if _, err := f.Conversation.Add(tx, e); err != nil {
		return err
	}
	return f.firstPromise(tx, c, ledger.Desk)
}

// sinceAsked is the moment that the wait of a contact counts from when its customer chose to be called back and comes in
// before that: the first attempt. Zero for everybody else.
func (f *Flow) sinceAsked(tx *sqldb.Tx, c *cases.Case, ct *conversation.Contact) (time.Time, error) {
	if _, calls, err := f.CallOf(tx, c.Org, c.ID); err != nil || !calls {
		return time.Time{}, err
	}
	return ct.Started, nil
}

// own makes somebody, or a department, answer for a case, and for what was promised in it by nobody in particular.
func (f *Flow) own(tx *sqldb.Tx, c *cases.Case, by ledger.Actor, to taking) error {
	if err := f.Cases.Own(tx, c, by, to.Person, to.department); err != nil || c.Owner == 0 {
		return err
	}
	return f.Promise.Adopt(tx, at(c, by), c.Owner, c.OwnerName)
}

// taking is who answers for a case from now on.
type taking struct {
	cases.Person
	department ident.Department
}
