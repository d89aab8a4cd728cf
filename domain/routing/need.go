package routing

import (
	"balie/domain/cases"
	"balie/ground/ident"
)

// Ease leaves out, for now, what nobody who is there knows: a need that cannot be met would let a customer wait for
// somebody who does not come. Each need is lowered level by level, and left out at last, until somebody of the department
// meets it together with the needs before it; languages come before subjects in the given order. eased says whether
// anything was lowered. Who is there and has no room counts: they will have room.
func Ease(w Waiting, there []Agent) (needs cases.Needs, eased bool) {
	for _, n := range w.Needs {
		for ; n.Least.Known(); n.Least-- {
			if somebody(there, w.Department, needs.With(n)) {
				needs = needs.With(n)
				break
			}
			eased = true
		}
	}
	return needs, eased
}

func somebody(there []Agent, d ident.Department, needs cases.Needs) bool {
	for _, a := range there {
		if (d == 0 || a.Department == d) && needs.Met(a.Skills) {
			return true
		}
	}
	return false
}
