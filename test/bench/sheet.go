package main

import (
	"fmt"
	"strings"
	"time"
)

// sheet is everything that was measured.
type sheet struct {
	machine machine
	began   time.Time
	took    time.Duration

	plain, stripped int64

	mail, api         spread
	apiTogether       spread // api, several at once
	receipts          int64
	idle              float64
	smtpPace, apiPace pace
	smtpRaw, apiRaw   float64 // raw fdatasyncs per second beside each

	starts                               []time.Duration
	idleAll, idleOwn                     int64
	afterPages, afterPagesOwn, afterLoad int64
	usual                                pages
	large                                *pages
	chats                                chats
	line                                 line
	joint                                []joint // one node, two and three
}

// The goals.
const (
	goalMail   = 3 * time.Millisecond
	goalPage   = 2 * time.Millisecond
	goalAPI    = 1500 * time.Microsecond
	goalPace   = 300.0
	goalP99    = 250 * time.Millisecond
	goalRaw    = 0.5
	goalStart  = 300 * time.Millisecond
	goalMemory = 60 << 20
	goalBinary = 45 << 20
)

// table is a table of a document.
type table struct{ strings.Builder }

func newTable(heads ...string) *table {
	t := &table{}
	t.row(heads...)
	t.row(strings.Split(strings.Repeat("---,", len(heads)-1)+"---", ",")...)
	return t
}

func (t *table) row(cells ...string) { t.WriteString("| " + strings.Join(cells, " | ") + " |\n") }

func met(ok bool) string {
	if ok {
		return "met"
	}
	return "**not met**"
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond)) }

func mb(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/(1<<20)) }

func (s spread) String() string {
	return fmt.Sprintf("%s (%s to %s, %d times)", ms(s.median), ms(s.least), ms(s.worst), s.n)
}

// goals is the table that answers every goal once.
func (s *sheet) goals() string {
	t := newTable("what", "goal", "measured", "")
	t.row("CPU of an accepted e-mail, from SMTP to case and receipt", "≤ "+ms(goalMail), ms(s.mail.median), met(s.mail.median <= goalMail))
	worst := s.usual.worst()
	t.row(fmt.Sprintf("CPU of an inbox page at %s cases, the worst of all views", thousands(s.usual.cases)), "≤ "+ms(goalPage),
		ms(worst.cost.median)+" ("+worst.name+")", met(worst.cost.median <= goalPage))
	t.row("CPU of making a case by the API", "≤ "+ms(goalAPI), ms(s.api.median), met(s.api.median <= goalAPI))
	t.row(fmt.Sprintf("the same, %d clients at once", atOnce), "≤ "+ms(goalAPI), ms(s.apiTogether.median), met(s.apiTogether.median <= goalAPI))
	for _, p := range []struct {
		how string
		pace
		raw float64
	}{{"SMTP", s.smtpPace, s.smtpRaw}, {"the API", s.apiPace, s.apiRaw}} {
		t.row("durable accepts per second by "+p.how+", 64 at once", fmt.Sprintf("≥ %.0f", goalPace), fmt.Sprintf("%.0f", p.perSecond), met(p.perSecond >= goalPace))
		t.row("99 of 100 of them take at most", "≤ "+ms(goalP99), fmt.Sprintf("%s (half of them: %s)", ms(p.p99), ms(p.p50)), met(p.p99 <= goalP99))
		t.row("accepts per raw fdatasync", fmt.Sprintf("≥ %.1f", goalRaw), fmt.Sprintf("%.2f (%.0f fdatasyncs per second)", p.perSecond/p.raw, p.raw), met(p.perSecond >= goalRaw*p.raw))
	}
	start := median(s.starts)
	t.row(fmt.Sprintf("start to /readyz with %s cases", thousands(s.usual.cases)), "≤ "+ms(goalStart), fmt.Sprintf("%s (median of %d)", ms(start), len(s.starts)), met(start <= goalStart))
	t.row("memory at rest after a start", "≤ "+mb(goalMemory), mb(s.idleAll), met(s.idleAll <= goalMemory))
	t.row("the program as given out", "≤ "+mb(goalBinary), mb(s.stripped), met(s.stripped <= goalBinary))
	s.chats.goals(t)
	s.line.goals(t)
	return t.String()
}

// thousands writes 100,000.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return thousands(n/1000) + fmt.Sprintf(",%03d", n%1000)
}

// worst is the view that costs most. Searches, the board and the whole page of the workspace stand in the table below.
func (p pages) worst() page {
	var w page
	for _, v := range p.all {
		if strings.HasPrefix(v.name, "view ") && v.cost.median > w.cost.median {
			w = v
		}
	}
	return w
}

func (p pages) table() string {
	t := newTable("page", "rows", "CPU of a request", "least to most", "at most "+ms(goalPage))
	for _, v := range p.all {
		t.row(v.name, fmt.Sprint(v.rows), ms(v.cost.median), ms(v.cost.least)+" to "+ms(v.cost.worst), met(v.cost.median <= goalPage))
	}
	return t.String()
}
