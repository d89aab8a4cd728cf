package words

import (
	"fmt"
	"slices"
	"sync"
	"testing"
)

func TestWhatIsRememberedOfWordsIsBoundedAndChangesNothing(t *testing.T) {
	var m memory
	worked := 0
	of := func(word string) []string {
		return m.of(word, func(word string) []string { worked++; return []string{word + "-stem"} })
	}
	for i := range 20 * knownMost {
		if got := of(fmt.Sprint(i)); !slices.Equal(got, []string{fmt.Sprint(i) + "-stem"}) {
			t.Fatalf("%d: %v", i, got)
		}
		of("steeds") // asked for all the time, so never forgotten
		if n := len(m.now) + len(m.before); n > 2*knownMost {
			t.Fatalf("%d words are remembered", n)
		}
	}
	if worked != 20*knownMost+1 {
		t.Errorf("%d times work was done for %d words", worked, 20*knownMost+1)
	}
	text := "De huizen, energierekeningen en verhuizingen van 1234AB; 06-1234-5678 houses " + "rekening"
	first := Index(text)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if again := Index(text); !slices.Equal(first, again) {
				t.Errorf("first %q, then %q", first, again)
			}
		})
	}
	all.Wait()
}
