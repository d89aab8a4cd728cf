package desk_test

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"balie/ground/clock"
	"balie/test/desk"
	"balie/test/engine"
)

// A visitor's screen shows every line once and in order, however often the line breaks.
func TestAStreamThatBreaksOftenTellsEveryLineOnceInOrder(t *testing.T) {
	each(t, func(t *testing.T, d *desk.Desk) {
		v := d.Visitor()
		v.Start("Regel 0 van de bontbekplevier")
		const lines = 30
		var writes sync.WaitGroup
		writes.Go(func() {
			for n := 1; n <= lines; n++ {
				d.Eventually("a message is taken", func() bool {
					status, _, _, err := v.Do("POST", v.At("messages"), map[string]any{"text": fmt.Sprintf("regel %d", n), "client_id": fmt.Sprintf("vaste-kenmerken-%d", n)})
					return err == nil && status == 201
				})
			}
		})
		var told []string
		last := int64(0)
		for len(told) < lines+1 {
			s := v.Events(last)
			for _, e := range s.Until("a line", func(e desk.Event) bool { return e.Kind == "message" }) {
				if e.Kind == "message" {
					told = append(told, e.Data.Text("text"))
				}
			}
			last = s.Last
			s.Close()
			if err := (clock.System{}).Sleep(t.Context(), 150*time.Millisecond); err != nil {
				t.Fatal(err)
			}
		}
		writes.Wait()
		for n := 1; n <= lines; n++ {
			if told[n] != fmt.Sprintf("regel %d", n) {
				t.Fatalf("line %d is %q: %v", n, told[n], told)
			}
		}
	})
}

// What a visitor was told to be taken is there once after the program was killed, and so is everything that the agent
// said; the browser sends again what it was told nothing about.
func TestAProgramThatIsKilledDuringAChatLosesAndDoublesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("suite kill: left out by -short")
	}
	binary := desk.Build(t)
	engine.Each(t, func(t *testing.T, at engine.Target) {
		args, _ := prepared(t, at)
		var visitors []*desk.Visitor
		taken := map[*desk.Visitor][]string{}
		var mu sync.Mutex
		for round := range 3 {
			p := desk.Start(t, binary, args...)
			base := p.URL + "/o/energie-oost/"
			for _, v := range visitors {
				v.Move(base)
			}
			for range 4 {
				visitors = append(visitors, desk.NewVisitor(t, base))
			}
			var load sync.WaitGroup
			for _, v := range visitors {
				load.Go(func() {
					for {
						text := v.Again()
						if !v.Tries(text) {
							return
						}
						mu.Lock()
						taken[v] = append(taken[v], text)
						mu.Unlock()
					}
				})
			}
			enoughOf(t, func() int {
				mu.Lock()
				defer mu.Unlock()
				n := 0
				for _, all := range taken {
					n += len(all)
				}
				return n
			}, 40*(round+1))
			p.Kill()
			load.Wait()
		}
		total := 0
		p := desk.Start(t, binary, args...)
		for v, all := range taken {
			v.Move(p.URL + "/o/energie-oost/")
			total += len(all)
			thereOnce(t, v, all)
		}
		t.Logf("%d messages of %d visitors over 3 kills, all there once", total, len(taken))
	})
}

// thereOnce looks whether the visitor's screen shows what was taken once, and nothing twice.
func thereOnce(t *testing.T, v *desk.Visitor, taken []string) {
	t.Helper()
	last := fmt.Sprintf("slot van %d", len(taken))
	v.Say(last)
	told := map[string]int{}
	for _, e := range v.Events(0).Until("the end", func(e desk.Event) bool { return e.Data.Text("text") == last }) {
		if e.Kind == "message" {
			told[e.Data.Text("text")]++
		}
	}
	for _, text := range taken {
		if told[text] != 1 {
			t.Errorf("%q was taken and is there %d times, of %v", text, told[text], slices.Sorted(maps.Keys(told)))
		}
	}
	for text, n := range told {
		if n != 1 {
			t.Errorf("%q is there %d times", text, n)
		}
	}
}

func enoughOf(t *testing.T, have func() int, n int) {
	t.Helper()
	tick, stop := clock.System{}.After(2 * time.Minute)
	defer stop()
	for have() < n {
		select {
		case <-tick:
			t.Fatalf("only %d", have())
		default:
			if err := (clock.System{}).Sleep(t.Context(), 5*time.Millisecond); err != nil {
				t.Fatal(err)
			}
		}
	}
}
