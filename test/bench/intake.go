package main

import (
	"fmt"
	"time"
)

// rounds is how often a measure is taken; the median counts.
const rounds = 5

// intake measures how questions come in, on a desk that begins empty.
func (b *bench) intake() error {
	d, err := b.empty("intake")
	if err != nil {
		return err
	}
	p, err := b.start(time.Minute, "serve", d.data)
	if err != nil {
		return err
	}
	defer p.stop() //nolint:errcheck // stopped below; here after an error
	if err := p.rest(b); err != nil {
		return err
	}
	b.say("CPU of a mail and of a case by the API")
	mail, err := b.mailCPU(p, d, 4, 400)
	if err != nil {
		return err
	}
	_, receipts, err := d.behind(b)
	if err != nil {
		return err
	}
	b.sheet.mail, b.sheet.receipts, b.sheet.idle = mail, receipts, p.idle
	if err := b.creating(p, d); err != nil {
		return err
	}
	if err := b.throughput(p, d); err != nil {
		return err
	}
	b.sheet.afterLoad, _, err = p.memory()
	if err != nil {
		return err
	}
	return p.stop()
}

// spread is a measure that was taken several times.
type spread struct {
	n                    int
	median, least, worst time.Duration
}

func spreadOf(n int, all []time.Duration) spread {
	s := spread{n: n * len(all), median: median(all), least: all[0], worst: all[0]}
	for _, d := range all {
		s.least, s.worst = min(s.least, d), max(s.worst, d)
	}
	return s
}

// mailCPU is what a mail costs from SMTP to the receipt in the outbox, over a few connections.
func (b *bench) mailCPU(p *program, d desk, connections, n int) (spread, error) {
	senders, err := smtpWorkers(p, connections)
	if err != nil {
		return spread{}, err
	}
	if err := share(senders, 20); err != nil { // statements are prepared, connections open
		return spread{}, err
	}
	if err := d.settle(b); err != nil {
		return spread{}, err
	}
	n = b.times(n)
	var took []time.Duration
	for range rounds {
		each, err := p.spend(n, func() error {
			if err := share(senders, n); err != nil {
				return err
			}
			return d.settle(b)
		})
		if err != nil {
			return spread{}, err
		}
		took = append(took, each)
	}
	return spreadOf(n, took), nil
}

// throughput presses with 64 senders and with 64 clients, and asks the disk before, between and after.
func (b *bench) throughput(p *program, d desk) error {
	const senders = 64
	span := b.span(6 * time.Second)
	b.say("durable accepts per second")
	before, err := rawSyncs(d.data, span/2)
	if err != nil {
		return err
	}
	mails, err := smtpWorkers(p, senders)
	if err != nil {
		return err
	}
	b.say("64 senders of mail")
	if b.sheet.smtpPace, err = press(mails, span); err != nil {
		return err
	}
	b.say("%.0f per second; the rest follows", b.sheet.smtpPace.perSecond)
	if err := d.settle(b); err != nil {
		return err
	}
	between, err := rawSyncs(d.data, span/2)
	if err != nil {
		return err
	}
	b.say("64 clients of the API")
	if b.sheet.apiPace, err = press(apiWorkers(p, d, senders), span); err != nil {
		return err
	}
	if err := d.settle(b); err != nil {
		return err
	}
	after, err := rawSyncs(d.data, span/2)
	b.sheet.smtpRaw, b.sheet.apiRaw = (before+between)/2, (between+after)/2
	return err
}

func smtpWorkers(p *program, n int) ([]worker, error) {
	var all []worker
	for range n {
		s, err := newSender(p.smtp)
		if err != nil {
			return nil, fmt.Errorf("the listener: %w", err)
		}
		all = append(all, s.send)
	}
	return all, nil
}

func apiWorkers(p *program, d desk, n int) []worker {
	client := newClient(n)
	var all []worker
	for range n {
		all = append(all, func(word string) error { return p.create(client, d.token, word) })
	}
	return all
}
