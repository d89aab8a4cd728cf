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
	org   ident.Org
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

// firstLook is how many of the line are looked at first for each agent who can be asked. Mostly that is enough.
const firstLook = 4

// plan goes along the line and picks an agent for each who waits and is not offered yet. Written work stands in the same
// line (see candidate), and is put to agents for whom nobody else waits.
func (f *Flow) plan(tx *sqldb.Tx, o ident.Org) (matching, error) {
	agents, d, err := f.askable(tx, o)
	if err != nil {
		return matching{org: o}, err
	}
	p := &planning{Flow: f, tx: tx, org: o, agents: agents, desks: d, m: matching{org: o, stale: d.stale}}
	if len(agents) == 0 {
		return p.m, nil
	}
	for _, most := range []int{min(firstLook*len(agents), lineAtOnce), lineAtOnce} {
		line, whole, err := p.line(most)
		if err != nil || len(line) == 0 {
			return p.m, err
		}
		if err := p.along(line); err != nil || whole || len(p.agents) == 0 || len(p.m.put) >= lineAtOnce {
			return p.m, err
		}
	}
	// Nobody so far in this long line can be helped by those who are left.
	line, err := p.helpableLine()
	if err != nil {
		return p.m, err
	}
	return p.m, p.along(line)
}

// planning is a plan in the making.
type planning struct {
	*Flow
	tx     *sqldb.Tx
	org    ident.Org
	agents []routing.Agent // who can still be asked
	desks  *desks
	know   *knowledge
	stays  *int // how many wait on for one agent; nil: not counted yet
	m      matching
}

// line is the beginning of the line.
func (p *planning) line(most int) (line []candidate, whole bool, err error) {
	if most, err = p.beside(most); err != nil {
		return nil, false, err
	}
	live, err := p.Queue.Line(p.tx, p.org, most)
	if err != nil {
		return nil, false, err
	}
	written, err := p.Cases.Line(p.tx, p.org, most)
	if err != nil || len(live)+len(written) == 0 {
		return nil, true, err
	}
	if p.know == nil {
		if p.know, err = p.knowledge(p.tx, p.org, p.agents); err != nil {
			return nil, false, err
		}
	}
	return merged(live, written, most), len(live) < most && len(written) < most, nil
}

// helpableLine is the beginning of the line of those whom somebody who is left can help.
func (p *planning) helpableLine() ([]candidate, error) {
	p.know.free = p.agents
	most, err := p.beside(lineAtOnce)
	if err != nil {
		return nil, err
	}
	groups, err := p.Queue.Groups(p.tx, p.org)
	if err != nil {
		return nil, err
	}
	live, err := p.Queue.LineOf(p.tx, p.org, p.know.helpable(groups), most)
	if err != nil {
		return nil, err
	}
	if groups, err = p.Cases.LineGroups(p.tx, p.org); err != nil {
		return nil, err
	}
	written, err := p.Cases.LineOf(p.tx, p.org, p.know.helpable(groups), most)
	return merged(live, written, most), err
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
		if waits, err := p.Queue.Waits(p.tx, p.org, c.wait.Case); err != nil || waits {
			return err // its customer waits in the queue itself
		}
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
	pool, until, err := p.forWhom(&c.wait, tried, pool)
	if err != nil || len(pool) == 0 {
		p.m.again = sooner(p.m.again, until)
		return err
	}
	asks := routing.Waiting{Contact: c.wait.Contact, Department: c.wait.Department, Wanted: c.wait.Wanted, Stays: c.wait.Stay.Holds(), Tried: tried}
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
	all, err := f.Staff.WithRoom(tx, o)
	if err != nil || len(all) == 0 {
		return nil, d, err
	}
	asked := make(map[ident.Agent]bool, len(open))
	for _, off := range open {
		asked[off.Agent] = asked[off.Agent] || !off.Written()
	}
	all = slices.DeleteFunc(all, func(s staff.Seat) bool { return asked[s.Agent] })
	homes, err := f.homesOf(tx, o, all)
	if err != nil {
		return nil, nil, err
	}
	var agents []routing.Agent
	for _, s := range all {
		if home, there := homes[s.Agent]; there {
			agents = append(agents, routing.Agent{ID: s.Agent, Department: home, Room: 1, Load: s.Live, Free: s.Free})
		}
	}
	return agents, d, nil
}

// few is how many agents are asked about one by one.
const few = 40

// homesOf tells to which department each of these agents belongs; who may not work or has no screen that listens is left
// out.
func (f *Flow) homesOf(tx *sqldb.Tx, o ident.Org, some []staff.Seat) (map[ident.Agent]ident.Department, error) {
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
	for _, s := range some {
		if here, err := f.Staff.Hears(tx, o, s.Agent); err != nil {
			return nil, err
		} else if !here {
			continue
		}
		d, active, err := f.Access.Home(tx, o, s.Agent)
		if err != nil {
			return nil, err
		}
		if active {
			homes[s.Agent] = d
		}
	}
	return homes, nil
}
