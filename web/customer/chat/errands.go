package chat

import (
	"context"
	"sync"
)

// errands are small works that follow from what a stream shows, done by a few, one after another. Adding one never
// waits.
type errands struct {
	mu    sync.Mutex
	more  *sync.Cond
	list  []func(context.Context)
	ended bool
}

func (e *errands) add(do func(context.Context)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.ended {
		e.list = append(e.list, do)
		e.more.Signal()
	}
}

func (e *errands) end() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ended = true
	e.more.Broadcast()
}

// run does errands until the end.
func (e *errands) run(ctx context.Context) {
	for {
		e.mu.Lock()
		for len(e.list) == 0 && !e.ended {
			e.more.Wait()
		}
		if e.ended {
			e.mu.Unlock()
			return
		}
		do := e.list[0]
		e.list[0] = nil
		if e.list = e.list[1:]; len(e.list) == 0 {
			e.list = nil
		}
		e.mu.Unlock()
		do(ctx)
	}
}
