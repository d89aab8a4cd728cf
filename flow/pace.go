package flow

import (
	"maps"
	"sync"
	"time"

	"balie/domain/insight"
	"balie/domain/queue"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// What is assumed about chats until there are measurements of the desk's own: see Conversation.HandleTime and queue.Measure.
const (
	usualHandle   = 6 * time.Minute
	usualPatience = 10 * time.Minute
)

// An outlook is asked for by everybody who comes in. Who is there changes by the minute, what was measured over the last
// hours slowly.
const (
	outlookValid = 2 * time.Second
	measureValid = 15 * time.Second
)

// outlooks remembers what those who wait can be told. It all comes from rows, so that every node says the same, also
// after a restart.
type outlooks struct {
	mu   sync.Mutex
	kept map[ident.Org]outlook
}

type outlook struct {
	queue.Outlook
	at       time.Time
	measures measures
}

// measures are the paces but for who is there.
type measures struct {
	at          time.Time
	homes       map[ident.Agent]ident.Department
	everybody   queue.Pace
	departments map[ident.Department]queue.Pace
}

func (p *outlooks) get(o ident.Org) outlook {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept[o]
}

func (p *outlooks) keep(o ident.Org, k outlook) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept == nil {
		p.kept = make(map[ident.Org]outlook)
	}
	p.kept[o] = k
}

// fresh says whether something that was looked up then still holds.
func fresh(at, now time.Time, valid time.Duration) bool {
	return !at.IsZero() && now.Sub(at) < valid && !now.Before(at)
}

// Outlook is what those who wait in an organisation can be told now.
func (f *Flow) Outlook(tx *sqldb.Tx, o ident.Org) (queue.Outlook, error) {
	now := f.db.Clock().Now()
	k := f.outlooks.get(o)
	if fresh(k.at, now, outlookValid) {
		return k.Outlook, nil
	}
	if !fresh(k.measures.at, now, measureValid) {
		m, err := f.measure(tx, o, now)
		if err != nil {
			return queue.Outlook{}, err
		}
		k.measures = m
	}
	var err error
	if k.Outlook, err = f.manned(tx, o, k.measures); err != nil {
		return k.Outlook, err
	}
	k.at = now
	f.outlooks.keep(o, k)
	return k.Outlook, nil
}

// recordValid is how long what customers read about the last weeks is remembered.
const recordValid = time.Hour

type record struct {
	insight.Record
	at time.Time
}

// Record is how good what we told about waiting was in the last four weeks.
func (f *Flow) Record(tx *sqldb.Tx, o ident.Org) (insight.Record, error) {
	now := f.db.Clock().Now()
	if v, ok := f.records.Load(o); ok {
		if k, ok := v.(record); ok && fresh(k.at, now, recordValid) {
			return k.Record, nil
		}
	}
	r, err := insight.HowGood(tx, o, now.Add(-insight.RecordOver), now)
	if err == nil {
		f.records.Store(o, record{r, now})
	}
	return r, err
}

// measure looks back over the last hours.
func (f *Flow) measure(tx *sqldb.Tx, o ident.Org, now time.Time) (m measures, err error) {
	if m.homes, err = f.Access.Homes(tx, o); err != nil {
		return m, err
	}
	turns, err := f.Queue.Turns(tx, o)
	if err != nil {
		return m, err
	}
	handle, err := f.Conversation.HandleTime(tx, o, usualHandle)
	if err != nil {
		return m, err
	}
	floor := queue.Floor{Homes: m.homes, Handle: handle, Patience: usualPatience}
	m.at, m.everybody, m.departments = now, queue.Measure(turns, now, floor), make(map[ident.Department]queue.Pace)
	for _, d := range m.homes {
		if _, done := m.departments[d]; d != 0 && !done {
			floor.Department = d
			m.departments[d] = queue.Measure(turns, now, floor)
		}
	}
	return m, nil
}

// manned adds who is there now, and how far the bounds of each channel must be stretched.
func (f *Flow) manned(tx *sqldb.Tx, o ident.Org, m measures) (queue.Outlook, error) {
	out := queue.Outlook{Everybody: m.everybody, Departments: maps.Clone(m.departments)}
	all, err := f.Staff.All(tx, o)
	if err != nil {
		return out, err
	}
	live, err := f.Conversation.Live(tx, o)
	if err != nil {
		return out, err
	}
	known, err := f.Staff.Known(tx, o)
	if err != nil {
		return out, err
	}
	for _, a := range all {
		if !a.Takes() {
			continue
		}
		idle := max(a.Chats-live[a.Agent], 0)
		out.Everybody.Places += a.Chats
		out.Everybody.Idle += idle
		if len(known) > 0 {
			out.Crew = append(out.Crew, queue.Hand{Department: m.homes[a.Agent], Idle: idle, Knows: known[a.Agent]})
		}
		if d := m.homes[a.Agent]; d != 0 {
			p := out.Departments[d]
			p.Places, p.Idle = p.Places+a.Chats, p.Idle+idle
			out.Departments[d] = p
		}
	}
	out.Channels, err = f.Queue.Calibrations(tx, o)
	return out, err
}
