package main

import (
	"sync"
	"sync/atomic"
	"time"
)

// atOnce is how many clients there are where commits are shared, as they are when it is busy.
const atOnce = 8

// cpu is what one of something costs the program, when so many hands do it.
func (b *bench) cpu(p *program, hands, n int, do func(i int) error) (spread, error) {
	if err := spreadOver(hands, 20, do); err != nil { // statements are prepared, connections open
		return spread{}, err
	}
	n = b.times(n)
	var took []time.Duration
	for range rounds {
		each, err := p.spend(n, func() error { return spreadOver(hands, n, do) })
		if err != nil {
			return spread{}, err
		}
		took = append(took, each)
	}
	return spreadOf(n, took), nil
}

// beginning measures what a chat costs that begins, one after another and several at once.
func (b *bench) beginning(p *program) (err error) {
	c := newClient(atOnce)
	begin := func(int) error { _, err := p.begin(c); return err }
	if b.sheet.chats.start, err = b.cpu(p, 1, 400, begin); err != nil {
		return err
	}
	b.sheet.chats.together, err = b.cpu(p, atOnce, 1200, begin)
	return err
}

// creating measures what a case costs by the API, with what follows from it, one after another and several at once.
func (b *bench) creating(p *program, d desk) (err error) {
	c := newClient(atOnce)
	create := func(int) error { return p.create(c, d.token, newWord()) }
	if b.sheet.api, err = b.cpu(p, 1, 400, create); err != nil {
		return err
	}
	if b.sheet.apiTogether, err = b.cpu(p, atOnce, 1200, create); err != nil {
		return err
	}
	return d.settle(b)
}

// spreadOver does n things with a few hands.
func spreadOver(hands, n int, fn func(i int) error) error {
	var next atomic.Int64
	errs := make([]error, hands)
	var all sync.WaitGroup
	for h := range hands {
		all.Go(func() {
			for errs[h] == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				errs[h] = fn(i)
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
