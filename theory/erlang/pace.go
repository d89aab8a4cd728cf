package erlang

// Pace measures how fast contacts are taken from a line, per agent and second, while somebody waited. For a crew (agents
// with the same skills) it is about one over the handle time, whatever they handle; for a queue that shares its agents
// with others it is the part of them that this queue gets, which is what Line takes for Service then. It forgets: the
// last Memory starts count, each earlier one a little less.
//
// Measure: starts by agents who went on from one contact to the next ÷ agent-seconds with somebody in line. Left out:
// contacts that found an agent free, agents who have just come in (a whole shift starts at once, and only once), and
// time in which nobody waited. The zero value knows nothing; Expect gives it something to go on.
type Pace struct {
	Memory float64 // starts; zero is 1000

	starts, exposure float64 // up to the last start
	gap              float64 // exposure since
	at               float64
}

const usualMemory = 1000

// Expect says what the pace is held to be with nothing measured: that each agent starts one contact in so many seconds.
// It counts as much as weight starts and is forgotten with them.
func (p *Pace) Expect(seconds, weight float64) {
	p.starts += weight
	p.exposure += weight * seconds
}

// Pass lets the time pass until now, with so many waiting and so many agents there since the last call.
func (p *Pace) Pass(now float64, waiting, agents int) {
	if waiting > 0 && now > p.at {
		p.gap += (now - p.at) * float64(agents)
	}
	p.at = now
}

// Start counts one who had waited and is now helped, by an agent who has just ended another contact.
func (p *Pace) Start() {
	memory := p.Memory
	if memory <= 0 {
		memory = usualMemory
	}
	p.starts = p.starts*(1-1/memory) + 1
	p.exposure = p.exposure*(1-1/memory) + p.gap
	p.gap = 0
}

// Rate is starts per agent and second; zero when nothing is known.
func (p *Pace) Rate() float64 {
	if p.exposure+p.gap <= 0 {
		return 0
	}
	return p.starts / (p.exposure + p.gap)
}
