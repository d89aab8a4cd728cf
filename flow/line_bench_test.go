package flow_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"balie/domain/access"
	"balie/test/engine"
)

// BenchmarkDecision is one agent of many who becomes free while many wait: from then on until the offer is on disk.
// BALIE_WAITING and BALIE_AGENTS say how many; 10,000 and 2,000 take half a minute to prepare.
func BenchmarkDecision(b *testing.B) {
	number := func(name string, usual int) int {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
			return n
		}
		return usual
	}
	w := &floor{world: newWorld(b, engine.SQLite(b))}
	var agents []access.Principal
	for i := range number("BALIE_AGENTS", 200) {
		agents = append(agents, w.works(fmt.Sprint("A", i), 1))
	}
	busy := make(map[access.Principal]*visitor, len(agents))
	begin := func() *visitor {
		v := w.visits("Vraag")
		w.hand.Advance(-time.Second)
		return v
	}
	all := make([]*visitor, 0, len(agents))
	for range agents {
		all = append(all, begin())
	}
	serve := func(who access.Principal) {
		for _, o := range w.asked(who) {
			w.must(w.flow.Accept(b.Context(), who, o.ID))
			for _, v := range all {
				if v.Contact == o.Contact {
					busy[who] = v
				}
			}
		}
	}
	for {
		w.listens(agents...)
		w.match()
		for _, who := range agents {
			serve(who)
		}
		if len(busy) == len(agents) {
			break
		}
	}
	for range number("BALIE_WAITING", 1000) {
		all = append(all, begin())
	}
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		who := agents[i%len(agents)]
		w.must(0, w.flow.EndContactOf(b.Context(), who, busy[who].id))
		began := b.Elapsed()
		w.decide()
		took = append(took, b.Elapsed()-began)
		serve(who)
		all = append(all, begin())
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "us/decision")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "us/decision-p99")
}
