package demo

import (
	"container/heap"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/party"
	"balie/domain/promise"
	"balie/ground/clock"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/theory/words"
)

// generator lets cases live, in the order of time, and writes down their rows.
type generator struct {
	stuff   stuff
	house   house
	agents  []access.Account
	zone    *time.Location
	start   time.Time
	now     time.Time // the end
	chance  *rand.Rand
	hand    *clock.Hand
	ids     *ident.Source
	seq     int64
	numbers map[int]int64
	known   []person
	met     int
	lives   future
	batch   *batch
}

// person is a customer.
type person struct {
	id      ident.Party
	name    string
	address string
}

// life is a case that is going on.
type life struct {
	c       cases.Case
	at      time.Time // when next happens
	next    func(*life)
	topic   topic
	agent   access.Account
	asked   ident.Row // the question that was read back and is not answered yet
	promise promise.Promise
	again   bool // the customer was not helped at the first try
}

// future has the life that goes on first on top.
type future []*life

func (f future) Len() int           { return len(f) }
func (f future) Less(i, j int) bool { return f[i].at.Before(f[j].at) }
func (f future) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }
func (f *future) Push(v any)        { *f = append(*f, v.(*life)) }
func (f *future) Pop() any {
	last := (*f)[len(*f)-1]
	(*f)[len(*f)-1] = nil
	*f = (*f)[:len(*f)-1]
	return last
}

// run opens n cases over the days and gives what is to be written.
func (g *generator) run(ctx context.Context, n, days int, out chan<- *batch) {
	g.batch = newBatch(&batch{})
	for i := range n {
		at := g.arrival(i, n, days)
		g.until(at)
		g.open(i, at)
		if i%casesAtOnce == casesAtOnce-1 && !g.send(ctx, out) {
			return
		}
	}
	g.until(g.now)
	for _, l := range g.lives { // these are still going on
		g.keep(&l.c)
	}
	g.send(ctx, out)
}

func (g *generator) send(ctx context.Context, out chan<- *batch) bool {
	full := g.batch
	full.last, g.batch = g.seq, newBatch(full)
	select {
	case out <- full:
		return true
	case <-ctx.Done():
		return false
	}
}

// arrival is when the i-th of n cases opens: evenly over the days, between seven and ten at night.
func (g *generator) arrival(i, n, days int) time.Time {
	day := i * days / n
	from := (day*n + days - 1) / days
	to := ((day+1)*n + days - 1) / days
	share := (float64(i-from) + g.chance.Float64()) / float64(max(to-from, 1))
	last := g.now.Add(-time.Minute)
	at := g.start.AddDate(0, 0, day).Truncate(24 * time.Hour).Add(6*time.Hour + time.Duration(share*float64(15*time.Hour)))
	if at.Before(g.start) {
		at = g.start
	}
	if at.After(last) {
		at = last
	}
	return at.Truncate(time.Millisecond)
}

// until lets what comes next happen, up to a moment.
func (g *generator) until(t time.Time) {
	for len(g.lives) > 0 && !g.lives[0].at.After(t) {
		l := g.lives[0]
		g.tick(l.at)
		l.next(l)
		if l.next == nil {
			heap.Pop(&g.lives)
			g.keep(&l.c)
			continue
		}
		heap.Fix(&g.lives, 0)
	}
	g.tick(t)
}

func (g *generator) tick(t time.Time) {
	if d := t.Sub(g.hand.Now()); d > 0 {
		g.hand.Advance(d)
	}
}

// someone is a customer: often one who was here a while ago, otherwise a new one.
func (g *generator) someone(at time.Time) person {
	if len(g.known) > 100 && g.chance.IntN(100) < 40 {
		return g.known[g.chance.IntN(len(g.known))]
	}
	first, last := pick(g.chance, g.stuff.First), pick(g.chance, g.stuff.Last)
	g.met++
	p := person{id: ident.Make[ident.Party](g.ids), name: first + " " + last}
	local, _, _ := strings.Cut(addressOf(p.name), "@")
	p.address = fmt.Sprintf("%s.%d@%s", local, g.met, providers[g.met%len(providers)])
	g.batch.add(partyTable, int64(g.house.org.ID), int64(p.id), p.name, "nl", at)
	g.fact(at, ledger.At{Org: g.house.org.ID, Party: p.id}, party.Appeared{})
	if g.likely(30) {
		g.batch.add(pointTable, int64(g.house.org.ID), "email", p.address, int64(p.id), at, string(party.ByDMARC), at)
		g.fact(at, ledger.At{Org: g.house.org.ID, Party: p.id}, party.Proved{Channel: "email", By: party.ByDMARC})
	} else {
		g.batch.add(pointTable, int64(g.house.org.ID), "email", p.address, int64(p.id), nil, "", at)
	}
	if len(g.known) < 20_000 {
		g.known = append(g.known, p)
	} else {
		g.known[g.chance.IntN(len(g.known))] = p
	}
	return p
}

func pick[T any](chance *rand.Rand, list []T) T { return list[chance.IntN(len(list))] }

// fact writes a fact and gives its place.
func (g *generator) fact(t time.Time, at ledger.At, f ledger.Fact) int64 {
	g.seq++
	body, err := json.Marshal(f)
	if err != nil {
		body = []byte("{}")
	}
	if at.Actor.Kind == "" {
		at.Actor.Kind = ledger.System
	}
	g.batch.add(factTable, g.seq, int64(at.Org), t.UnixMilli(), f.Kind(), sqldb.Null(int64(at.Case)), sqldb.Null(int64(at.Party)),
		string(at.Actor.Kind), sqldb.Null(at.Actor.ID), at.Actor.Name, string(body))
	return g.seq
}

// line adds a line to the timeline of a case, with its fact.
func (g *generator) line(l *life, sort conversation.Sort, by ledger.Actor, text string, data any) ident.Entry {
	id := ident.Make[ident.Entry](g.ids)
	at := ledger.At{Org: l.c.Org, Case: l.c.ID, Party: l.c.Party, Actor: by}
	var f ledger.Fact = conversation.Marked{Entry: id, Sort: sort}
	switch {
	case sort == conversation.Message && by.Kind == ledger.Customer:
		f = conversation.Received{Entry: id, Channel: l.c.Channel}
	case sort == conversation.Message:
		f = conversation.Said{Entry: id, Channel: l.c.Channel}
	}
	seq := g.fact(l.at, at, f)
	var kept any
	if data != nil {
		if b, err := json.Marshal(data); err == nil {
			kept = string(b)
		}
	}
	g.batch.add(saidTable, int64(l.c.Org), int64(id), int64(l.c.ID), int64(l.c.Party), seq, string(sort), l.c.Channel,
		l.at.UnixMilli(), string(by.Kind), sqldb.Null(by.ID), by.Name, text, kept)
	return id
}

// find makes a line findable, as the flow does.
func (g *generator) find(l *life, id ident.Entry, text string) {
	g.batch.documents = append(g.batch.documents, document{
		id:    int64(id),
		words: words.Index(text + " " + l.c.Number + " " + l.c.Subject + " " + l.c.PartyName + " " + l.c.PartyAddress),
	})
}

// changed writes the fact of a change of the case itself.
func (g *generator) changed(l *life, by ledger.Actor, f ledger.Fact) {
	l.c.Updated = l.at
	l.c.Seq = g.fact(l.at, ledger.At{Org: l.c.Org, Case: l.c.ID, Party: l.c.Party, Actor: by}, f)
}

// answerWithin is by when the generated desk answers: a day.
const answerWithin = 24 * time.Hour

// keep writes the row of a case, once: as it is at the end of its life, or of the history.
func (g *generator) keep(c *cases.Case) {
	for _, tag := range c.Tags {
		g.batch.add(tagTable, int64(c.Org), tag, int64(c.ID), c.Updated)
	}
	if c.Turn == cases.Us && !c.WaitingSince.IsZero() {
		c.AnswerDue = c.WaitingSince.Add(answerWithin)
		if c.AnswerDue.After(g.now) { // what is late already was told then
			c.AnswerNext = c.AnswerDue
		}
	}
	g.batch.add(caseTable, int64(c.Org), int64(c.ID), c.Number, c.Subject, string(c.Status), string(c.ClosedBy), c.Channel,
		c.DeskAddress, int64(c.Party), c.PartyName, c.PartyAddress, sqldb.Null(int64(c.Owner)), c.OwnerName,
		sqldb.Null(int64(c.Department)), c.Question, c.QuestionAsked, c.QuestionConfirmed, c.Solution, c.Preview, c.Created,
		c.Updated, string(c.Turn), c.WaitingSince, sqldb.Null(int64(c.Promise)), c.PromiseText, c.PromiseDue, c.SilenceDue,
		c.SilenceAsked, c.ClosedAt, c.Dissatisfied, c.Unread, c.LinkVersion, c.Seq, strings.Join(c.Tags, "\n"),
		c.AnswerDue, c.AnswerNext, c.Due())
}
