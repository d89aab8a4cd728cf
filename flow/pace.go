package flow

import (
	"sync"
	"time"

	"balie/domain/queue"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// What is assumed about chats until there are measurements of the desk's own: see Conversation.HandleTime.
const (
	usualHandle   = 6 * time.Minute
	usualPatience = 10 * time.Minute
)

// paceValid is how long a measured pace is good for: it changes slowly, and everybody who comes in asks for it.
const paceValid = 2 * time.Second

// paces remembers how fast each queue moves.
type paces struct {
	mu   sync.Mutex
	kept map[ident.Org]keptPace
}

type keptPace struct {
	pace queue.Pace
	at   time.Time
}

func (p *paces) get(o ident.Org, now time.Time) (queue.Pace, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	k, ok := p.kept[o]
	return k.pace, ok && now.Sub(k.at) < paceValid && !now.Before(k.at)
}

func (p *paces) keep(o ident.Org, k keptPace) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept == nil {
		p.kept = make(map[ident.Org]keptPace)
	}
	p.kept[o] = k
}

// Pace is how fast the queue of an organisation moves now.
func (f *Flow) Pace(tx *sqldb.Tx, o ident.Org) (queue.Pace, error) { return f.pace(tx, o) }

func (f *Flow) pace(tx *sqldb.Tx, o ident.Org) (queue.Pace, error) {
	now := f.db.Clock().Now()
	if p, ok := f.paces.get(o, now); ok {
		return p, nil
	}
	all, err := f.Staff.All(tx, o)
	if err != nil {
		return queue.Pace{}, err
	}
	live, err := f.Conversation.Live(tx, o)
	if err != nil {
		return queue.Pace{}, err
	}
	p := queue.Pace{Patience: usualPatience}
	for _, a := range all {
		if a.Takes() {
			p.Places += a.Chats
			p.Idle += max(a.Chats-live[a.Agent], 0)
		}
	}
	if p.Handle, err = f.Conversation.HandleTime(tx, o, usualHandle); err != nil {
		return p, err
	}
	f.paces.keep(o, keptPace{p, now})
	return p, nil
}
