package nodes_test

import (
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"balie/ground/clock"
)

// What was done to a contact: somebody accepted it, ended it, or looked who has it.
const (
	accept = "accept"
	end    = "end"
	look   = "look"
)

// deed is what was asked about a contact, and by whom.
type deed struct {
	contact, kind, agent string
}

// outcome is what was answered. Nobody knows what became of a deed that was not answered: it was done or not, then or
// later.
type outcome struct {
	done, unknown bool
	holder        string // what look saw; empty: nobody
}

// register is what a contact is, whoever asks and wherever: it has one holder or none. Only a contact that nobody has can
// be accepted.
var register = porcupine.NondeterministicModel{
	Partition: func(all []porcupine.Operation) [][]porcupine.Operation {
		of := map[string][]porcupine.Operation{}
		for _, op := range all {
			c := op.Input.(deed).contact
			of[c] = append(of[c], op)
		}
		var parts [][]porcupine.Operation
		for _, ops := range of {
			parts = append(parts, ops)
		}
		return parts
	},
	Init: func() []any { return []any{""} },
	Step: func(state, input, output any) []any {
		holder, in, out := state.(string), input.(deed), output.(outcome)
		after, can := holder, true
		switch in.kind {
		case accept:
			after, can = in.agent, holder == ""
		case end:
			after = ""
		case look:
			if out.holder == holder {
				return []any{holder}
			}
			return nil
		}
		switch {
		case out.unknown && can:
			return []any{holder, after}
		case out.unknown || !out.done:
			return []any{holder}
		case can:
			return []any{after}
		}
		return nil
	},
}

// written begins what stands for the contact of written work, which has one owner as well.
const written = "case "

// history is what all agents did and were answered.
type history struct {
	mu      sync.Mutex
	ops     []porcupine.Operation
	accepts int
	stays   sync.Map // contacts that are not ended
}

// did does something and keeps it.
func (h *history) did(who int, d deed, do func() outcome) outcome {
	from := clock.System{}.Now()
	out := do()
	op := porcupine.Operation{ClientId: who, Input: d, Call: from.UnixNano(), Output: out, Return: clock.System{}.Now().UnixNano()}
	if out.unknown {
		op.Return = math.MaxInt64
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ops = append(h.ops, op)
	if d.kind == accept && out.done && !strings.HasPrefix(d.contact, written) {
		h.accepts++
	}
	return out
}

// saw keeps what was seen.
func (h *history) saw(who int, d deed, from time.Time, out outcome) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ops = append(h.ops, porcupine.Operation{
		ClientId: who, Input: d, Call: from.UnixNano(), Output: out, Return: clock.System{}.Now().UnixNano(),
	})
}

// goesOn says whether a contact is not to be ended.
func (h *history) goesOn(contact string) bool {
	_, ok := h.stays.Load(contact)
	return ok
}

func (h *history) accepted() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.accepts
}

// check looks whether one order of everything explains every answer.
func (h *history) check(t *testing.T) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	switch porcupine.CheckOperationsTimeout(register.ToModel(), h.ops, patience) {
	case porcupine.Illegal:
		t.Error("a contact was with two agents: no order of what was answered explains it")
	case porcupine.Unknown:
		t.Error("whether the history is possible was not found in time")
	case porcupine.Ok:
	}
}

func TestTheModelRefusesTwoWinners(t *testing.T) {
	did := func(from, to int64, who, kind string, out outcome) porcupine.Operation {
		return porcupine.Operation{Input: deed{"1", kind, who}, Call: from, Return: to, Output: out}
	}
	yes := outcome{done: true}
	for name, c := range map[string]struct {
		ops []porcupine.Operation
		ok  bool
	}{
		"two winners":                {[]porcupine.Operation{did(1, 4, "a", accept, yes), did(2, 3, "b", accept, yes)}, false},
		"one after the end":          {[]porcupine.Operation{did(1, 2, "a", accept, yes), did(3, 4, "a", end, yes), did(5, 6, "b", accept, yes)}, true},
		"one refused":                {[]porcupine.Operation{did(1, 4, "a", accept, yes), did(2, 3, "b", accept, outcome{})}, true},
		"seen with somebody else":    {[]porcupine.Operation{did(1, 2, "a", accept, yes), did(3, 4, "", look, outcome{holder: "b"})}, false},
		"an answer that was lost":    {[]porcupine.Operation{did(1, math.MaxInt64, "a", accept, outcome{unknown: true}), did(3, 4, "", look, outcome{holder: "a"})}, true},
		"a lost one takes no second": {[]porcupine.Operation{did(1, 2, "a", accept, yes), did(3, math.MaxInt64, "b", accept, outcome{unknown: true}), did(4, 5, "", look, outcome{holder: "b"})}, false},
	} {
		if got := porcupine.CheckOperations(register.ToModel(), c.ops); got != c.ok {
			t.Errorf("%s: %v", name, got)
		}
	}
}
