package main

import (
	"os"
	"time"
)

// size builds the program in both ways and looks how large it is. The stripped one is measured: it is what is given out.
func (b *bench) size() error {
	if b.binary != "" {
		info, err := os.Stat(b.binary)
		if err == nil {
			b.sheet.plain, b.sheet.stripped = info.Size(), info.Size()
		}
		return err
	}
	b.say("building")
	plain, err := b.build("balie-plain")
	if err != nil {
		return err
	}
	if b.binary, err = b.build("balie", "-ldflags=-s -w"); err != nil {
		return err
	}
	for file, to := range map[string]*int64{plain: &b.sheet.plain, b.binary: &b.sheet.stripped} {
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		*to = info.Size()
	}
	return nil
}

// starts is how often the program is started; the median counts.
const starts = 7

// usualDesk measures starting, memory and the pages at the usual number of cases.
func (b *bench) usualDesk() error {
	d, took, err := b.generated(b.cases, b.desk)
	if err != nil {
		return err
	}
	b.say("starting")
	for range starts {
		began := now()
		p, err := b.start(time.Minute, "serve", d.data)
		if err != nil {
			return err
		}
		b.sheet.starts = append(b.sheet.starts, now().Sub(began))
		if err := p.stop(); err != nil {
			return err
		}
	}
	p, err := b.start(time.Minute, "serve", d.data)
	if err != nil {
		return err
	}
	defer p.stop() //nolint:errcheck // stopped below; here after an error
	if err := b.sleep(b.span(5 * time.Second)); err != nil {
		return err
	}
	if b.sheet.idleAll, b.sheet.idleOwn, err = p.memory(); err != nil {
		return err
	}
	b.sheet.usual, err = b.measurePages(p, d, pages{cases: b.cases, made: took})
	if err != nil {
		return err
	}
	if b.sheet.afterPages, b.sheet.afterPagesOwn, err = p.memory(); err != nil {
		return err
	}
	return p.stop()
}

// largeDesk measures the pages at a million.
func (b *bench) largeDesk() error {
	d, took, err := b.generated(many, "")
	if err != nil {
		return err
	}
	p, err := b.start(time.Minute, "serve", d.data)
	if err != nil {
		return err
	}
	defer p.stop() //nolint:errcheck // stopped below; here after an error
	large, err := b.measurePages(p, d, pages{cases: many, made: took})
	if err != nil {
		return err
	}
	b.sheet.large = &large
	return p.stop()
}

func (b *bench) measurePages(p *program, d desk, v pages) (pages, error) {
	v.disk = sizeOf(d.data)
	if err := p.rest(b); err != nil {
		return v, err
	}
	b.say("pages")
	var err error
	if v.all, err = b.inbox(p, d); err != nil {
		return v, err
	}
	b.say("CPU of a mail on this desk")
	v.mail, err = b.mailCPU(p, d, 4, 100)
	return v, err
}
