package ident

import (
	"math/rand/v2"
	"sync"
	"time"

	"balie/ground/clock"
)

// counterBits leaves 42 bits for milliseconds since 1970, which lasts until the year 2109.
const counterBits = 21

// Source makes identifiers: the millisecond, then a counter that starts at a random place each millisecond, so that
// several nodes on one database do not meet. A meeting would break a primary key and be retried, never be silent.
type Source struct {
	clock  clock.Clock
	chance *rand.Rand
	mu     sync.Mutex
	last   int64
}

// NewSource makes a source; chance decides where the counters start.
func NewSource(c clock.Clock, chance *rand.Rand) *Source { return &Source{clock: c, chance: chance} }

// Next is an identifier larger than every one this source gave before, also when the clock was set back.
func (s *Source) Next() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	floor := s.clock.Now().UnixMilli() << counterBits
	if floor > s.last {
		s.last = floor + s.chance.Int64N(1<<(counterBits-1))
	} else {
		s.last++
	}
	return s.last
}

// Make is Next with a type.
func Make[T ID](s *Source) T { return T(s.Next()) }

// PerMilli is how many identifiers a millisecond has; an identifier divided by it is when it was made.
const PerMilli = 1 << counterBits

// Floor is the smallest identifier of a moment: what was made from then on has that one or a larger one. It counts what
// was made in a period by the key of a table, without an index on time.
func Floor(t time.Time) int64 { return t.UnixMilli() << counterBits }
