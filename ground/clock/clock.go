// Package clock gives the time to everything that needs it, so that a test can hold it still and move it.
// Nothing outside this package calls time.Now, time.Sleep or time.NewTimer.
package clock

import (
	"context"
	"sort"
	"sync"
	"time"
)

// Clock tells the time and wakes sleepers.
type Clock interface {
	// Now is the present moment in UTC, cut to whole milliseconds: the resolution that both databases keep.
	Now() time.Time
	// Sleep waits until d has passed or ctx ends; it returns the error of ctx in the second case.
	Sleep(ctx context.Context, d time.Duration) error
	// After gives one tick on the channel once d has passed. The caller calls stop when it no longer waits.
	After(d time.Duration) (tick <-chan time.Time, stop func())
}

// System is the clock of the machine.
type System struct{}

// Now is the machine's time in UTC.
func (System) Now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// Sleep waits for d on the machine's monotonic clock.
func (s System) Sleep(ctx context.Context, d time.Duration) error {
	tick, stop := s.After(d)
	defer stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-tick:
		return nil
	}
}

// After starts a timer of the machine.
func (System) After(d time.Duration) (<-chan time.Time, func()) {
	t := time.NewTimer(d)
	return t.C, func() { t.Stop() }
}

// Hand is a clock for tests: it stands still until Advance moves it.
type Hand struct {
	mu      sync.Mutex
	now     time.Time
	waiting []waiter
}

type waiter struct {
	at   time.Time
	tick chan time.Time
}

// At makes a Hand that shows t.
func At(t time.Time) *Hand { return &Hand{now: t.UTC().Truncate(time.Millisecond)} }

// Now is where the hand points.
func (h *Hand) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// Sleep waits until Advance has moved the hand by d.
func (h *Hand) Sleep(ctx context.Context, d time.Duration) error {
	tick, stop := h.After(d)
	defer stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-tick:
		return nil
	}
}

// After registers a tick for the moment d from where the hand points now.
func (h *Hand) After(d time.Duration) (<-chan time.Time, func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	w := waiter{at: h.now.Add(d), tick: make(chan time.Time, 1)}
	if d <= 0 {
		w.tick <- h.now
		return w.tick, func() {}
	}
	h.waiting = append(h.waiting, w)
	return w.tick, func() { h.drop(w.tick) }
}

// Waiting is how many wait for the hand to move: whoever does not is at work, and the hand can stand still meanwhile.
func (h *Hand) Waiting() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.waiting)
}

// Advance moves the hand by d and wakes everyone whose moment came, in order.
func (h *Hand) Advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
	sort.SliceStable(h.waiting, func(i, j int) bool { return h.waiting[i].at.Before(h.waiting[j].at) })
	n := 0
	for n < len(h.waiting) && !h.waiting[n].at.After(h.now) {
		h.waiting[n].tick <- h.now
		n++
	}
	h.waiting = append([]waiter(nil), h.waiting[n:]...)
}

func (h *Hand) drop(tick chan time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, w := range h.waiting {
		if w.tick == tick {
			h.waiting = append(h.waiting[:i], h.waiting[i+1:]...)
			return
		}
	}
}
