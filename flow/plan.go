package flow

import (
	"maps"
	"slices"
	"time"

	"balie/domain/routing"
	"balie/domain/staff"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// matching is what can be offered now, what is offered in vain, and when there is more.
type matching struct {
	put   []putting
	stale []routing.Offer
	again time.Time
}

type putting struct {
	candidate
	agent   routing.Agent
	why     routing.Reason
	instead routing.Offer // written work that the agent is asked for no longer
}

// plan goes along the line and picks an agent for each who waits and is not offered yet. Written work stands in the same
// line (see candidate), and is put to agents for whom nobody else waits.
func (f *Flow) plan(tx *sqldb.Tx, o ident.Org) (matching, error) {
	agents, d, err := f.askable(tx, o)
	if err != nil {
		return matching{}, err
	}
	p := &planning{Flow: f, tx: tx, org: o, agents: agents, desks: d, m: matching{stale: d.stale}}
	if len(agents) == 0 {
		return p.m, nil
	}
	live, err := f.Queue.Line(tx, o, lineAtOnce)
	if err != nil {
		return p.m, err
	}
	written, err := f.Cases.Line(tx, o, lineAtOnce)
	if err != nil || len(live)+len(written) == 0 {
		return p.m, err
	}
	if p.know, err = f.knowledge(tx, o, agents); err != nil {
		return p.m, err
	}
	if err := p.along(merged(live, written)); err != nil || len(p.agents) == 0 || len(live) < lineAtOnce {
		return p.m, err
	}
	// Of a line that is longer than that, nobody so far can be helped by those who are left.
	p.know.free = p.agents
	if live, err = f.helpable(tx, o, p.know); err != nil {
		return p.m, err
	}
	return p.m, p.along(merged(live, nil))
}

// planning is a plan in the making.
type planning struct {
	*Flow
	tx     *sqldb.Tx
	org    ident.Org
	agents []routing.Agent // who can still be asked
	desks  *desks
	know   *knowledge
	m      matching
}

// along goes along a line until nobody is left to be asked.
func (p *planning) along(line []candidate) error {
	for _, c := range line {
		if len(p.agents) == 0 {
			return nil
		}
		if p.desks.taken[c.wait.Case] {
			continue
		}
		if err := p.pick(c); err != nil {
			return err
		}
	}
	return nil
}

// pick picks an agent for a candidate, if somebody fits.
func (p *planning) pick(c candidate) (err error) {
	pool, rest := interruptible(p.agents, c.rank, p.desks), routing.Rest
	if c.written() {
		rest = routing.RestWritten
		if pool, err = p.freeFor(p.tx, c.cas, p.agents, p.desks); err != nil {
			return err
		}
	}
	if len(pool) == 0 {
		return nil
	}
	tried, again, err := p.Routing.Tried(p.tx, p.org, c.wait.Case, rest)
	if err != nil {
		return err
	}
	p.m.again = sooner(p.m.again, again)
	asks := routing.Waiting{Contact: c.wait.Contact, Department: c.wait.Department, Wanted: c.wait.Wanted, Tried: tried}
	less := p.know.ask(&asks, c.wait.Needs)
	a, why, ok := routing.Choose(asks, pool)
	if !ok {
		return nil
	}
	p.m.put = append(p.m.put, putting{candidate: c, agent: a, why: less.reason(why), instead: p.desks.reading[a.ID].offer})
	p.desks.taken[c.wait.Case] = true
	p.agents = occupied(p.agents, a.ID)
	return nil
}

// occupied counts one contact more for an agent and leaves out who has no room.
func occupied(agents []routing.Agent, id ident.Agent) []routing.Agent {
	rest := agents[:0]
	for _, a := range agents {
		if a.ID == id {
			a.Room, a.Load = a.Room-1, a.Load+1
		}
		if a.Room > 0 {
			rest = append(rest, a)
		}
	}
	return rest
}

// askable lists who can be asked now, and what is put to whom already. One question at a time: whoever has an offer of a
// live contact to answer gets no second one.
func (f *Flow) askable(tx *sqldb.Tx, o ident.Org) ([]routing.Agent, *desks, error) {
	open, err := f.Routing.AllOpen(tx, o)
	if err != nil {
		return nil, nil, err
	}
	d, err := f.offered(tx, open)
	if err != nil {
		return nil, nil, err
	}
	all, err := f.Staff.Open(tx, o)
	if err != nil || len(all) == 0 {
		return nil, d, err
	}
	asked := make(map[ident.Agent]bool, len(open))
	for _, off := range open {
		asked[off.Agent] = asked[off.Agent] || !off.Written()
	}
	live, err := f.Conversation.Live(tx, o)
	if err != nil {
		return nil, nil, err
	}
	// Of thousands at work most have no room: the rest is asked about those who have.
	all = slices.DeleteFunc(all, func(p staff.Presence) bool { return p.Chats <= live[p.Agent] || asked[p.Agent] })
	homes, err := f.homesOf(tx, o, all)
	if err != nil {
		return nil, nil, err
	}
	var agents []routing.Agent
	for _, p := range all {
		if home, there := homes[p.Agent]; there {
			agents = append(agents, routing.Agent{ID: p.Agent, Department: home, Room: 1, Load: live[p.Agent], Free: p.Free})
		}
	}
	return agents, d, nil
}

// few is how many agents are asked about one by one.
const few = 40

// homesOf tells to which department each of these agents belongs; who may not work or has no screen that listens is left
// out.
func (f *Flow) homesOf(tx *sqldb.Tx, o ident.Org, some []staff.Presence) (map[ident.Agent]ident.Department, error) {
	if len(some) > few {
		homes, err := f.Access.Homes(tx, o)
		if err != nil {
			return nil, err
		}
		here, err := f.Staff.Listening(tx, o)
		maps.DeleteFunc(homes, func(a ident.Agent, _ ident.Department) bool { return !here[a] })
		return homes, err
	}
	homes := make(map[ident.Agent]ident.Department, len(some))
	for _, p := range some {
		if here, err := f.Staff.Hears(tx, o, p.Agent); err != nil {
			return nil, err
		} else if !here {
			continue
		}
		d, active, err := f.Access.Home(tx, o, p.Agent)
		if err != nil {
			return nil, err
		}
		if active {
			homes[p.Agent] = d
		}
	}
	return homes, nil
}
