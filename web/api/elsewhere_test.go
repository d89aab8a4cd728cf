package api_test

import (
	"context"
	"sync"

	"balie/ground/fault"
	"balie/ground/outside"
)

// elsewhere is the web outside: it remembers what was asked of it.
type elsewhere struct {
	mu      sync.Mutex
	asked   []string
	answers map[string]outside.Answer
}

func (e *elsewhere) Do(_ context.Context, r outside.Request) (outside.Answer, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.asked = append(e.asked, r.URL)
	if a, ok := e.answers[r.URL]; ok {
		return a, nil
	}
	return outside.Answer{}, fault.New(fault.Unavailable, "outside.no_answer")
}
