package live

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"balie/ground/clock"
	"balie/ground/ident"
	news "balie/ground/live"
)

// vanish is how long somebody counts as looking at a case without saying so again.
const vanish = 45 * time.Second

// viewersKind is the name of the passing sign.
const viewersKind = "viewers"

// Viewer is an agent who is looking at a case now.
type Viewer struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Typing bool   `json:"typing"`
}

// ViewersSign is what the sign says.
type ViewersSign struct {
	Case    string   `json:"case"`
	Viewers []Viewer `json:"viewers"`
}

type place struct {
	org ident.Org
	cas ident.Case
}

type sighting struct {
	name   string
	typing bool
	at     time.Time
}

// Viewers knows who is looking at which case, so that two agents do not answer the same one. It is kept
// nowhere: after a start everyone says so again within twenty seconds.
type Viewers struct {
	clock clock.Clock
	hub   *news.Hub
	mu    sync.Mutex
	seen  map[place]map[ident.Agent]sighting
}

// NewViewers makes Viewers.
func NewViewers(c clock.Clock, hub *news.Hub) *Viewers {
	v := &Viewers{clock: c, hub: hub, seen: make(map[place]map[ident.Agent]sighting)}
	hub.Heard(lookingKind, func(_ ident.Org, _ ident.Case, sign json.RawMessage) {
		var l Looking
		if json.Unmarshal(sign, &l) == nil {
			v.saw(l)
		}
	})
	return v
}

// lookingKind is what nodes tell each other, so that each knows who looks on all of them.
const lookingKind = "looking"

// Looking is somebody at a case.
type Looking struct {
	Org    ident.Org
	Case   ident.Case
	Agent  ident.Agent
	Name   string
	Typing bool
}

// Saw notes that somebody is looking at a case, and tells the others when that is news.
func (v *Viewers) Saw(l Looking) {
	v.saw(l)
	v.hub.Tell(l.Org, lookingKind, l.Case, l)
}

func (v *Viewers) saw(l Looking) {
	v.mu.Lock()
	at := place{l.Org, l.Case}
	gone := v.expire(at)
	before, there := v.seen[at][l.Agent]
	if v.seen[at] == nil {
		v.seen[at] = make(map[ident.Agent]sighting)
	}
	v.seen[at][l.Agent] = sighting{name: l.Name, typing: l.Typing, at: v.clock.Now()}
	sign := ViewersSign{Case: ident.Text(l.Case), Viewers: v.list(at)}
	v.mu.Unlock()
	if gone || !there || before.typing != l.Typing {
		v.hub.SignHere(l.Org, viewersKind, l.Case, sign)
	}
}

// Read tells a customer at the other end of a chat that one of us saw what they wrote.
func (v *Viewers) Read(org ident.Org, c ident.Case) {
	v.hub.Sign(org, "seen", c, map[string]string{"case": ident.Text(c), "from": "agent"})
}

// Looks says whether an agent is looking at a case.
func (v *Viewers) Looks(org ident.Org, c ident.Case, a ident.Agent) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	s, there := v.seen[place{org, c}][a]
	return there && !v.gone(s)
}

// At lists who is looking at a case, by name.
func (v *Viewers) At(org ident.Org, c ident.Case) []Viewer {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.list(place{org, c})
}

func (v *Viewers) list(at place) []Viewer {
	all := make([]Viewer, 0, len(v.seen[at]))
	for id, s := range v.seen[at] {
		if !v.gone(s) {
			all = append(all, Viewer{ID: ident.Text(id), Name: s.name, Typing: s.typing})
		}
	}
	slices.SortFunc(all, func(a, b Viewer) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
	return all
}

func (v *Viewers) gone(s sighting) bool { return v.clock.Now().Sub(s.at) >= vanish }

// expire forgets who has not said for a while that they are looking, and tells whether there was anybody.
func (v *Viewers) expire(at place) bool {
	gone := false
	for id, s := range v.seen[at] {
		if v.gone(s) {
			delete(v.seen[at], id)
			gone = true
		}
	}
	if len(v.seen[at]) == 0 {
		delete(v.seen, at)
	}
	return gone
}

// Sweep tells the others who is no longer looking.
func (v *Viewers) Sweep() {
	v.mu.Lock()
	signs := map[place]ViewersSign{}
	for at := range v.seen {
		if v.expire(at) {
			signs[at] = ViewersSign{Case: ident.Text(at.cas), Viewers: v.list(at)}
		}
	}
	v.mu.Unlock()
	for at, sign := range signs {
		v.hub.SignHere(at.org, viewersKind, at.cas, sign)
	}
}

// Run sweeps every few seconds until ctx ends.
func (v *Viewers) Run(ctx context.Context) error {
	for v.clock.Sleep(ctx, 5*time.Second) == nil {
		v.Sweep()
	}
	return nil
}
