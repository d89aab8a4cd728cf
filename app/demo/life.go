package demo

import (
	"container/heap"
	"fmt"
	"math"
	"time"

	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/feedback"
	"balie/domain/intake"
	"balie/domain/promise"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/ground/text"
)

// after says when a life goes on and how. The desk works in its opening hours, a customer when awake.
func (g *generator) after(l *life, mean time.Duration, who ledger.Who, next func(*life)) {
	d := time.Duration(-math.Log(1-g.chance.Float64())*float64(mean)) + time.Minute
	if who == ledger.Agent {
		l.at = addOpen(l.at, d, g.zone).Truncate(time.Millisecond)
	} else {
		l.at = awake(l.at.Add(d), g.zone).Truncate(time.Millisecond)
	}
	l.next = next
}

func (g *generator) likely(percent int) bool { return g.chance.IntN(100) < percent }

func (g *generator) customer(l *life) ledger.Actor {
	return ledger.Actor{Kind: ledger.Customer, ID: int64(l.c.Party), Name: l.c.PartyName}
}

func (g *generator) helper(l *life) ledger.Actor {
	return ledger.Actor{Kind: ledger.Agent, ID: int64(l.agent.ID), Name: l.agent.Name}
}

// preview is how a list shows a text.
func preview(words string) string { return text.Preview(words, 140) }

// open is a question that comes in.
func (g *generator) open(i int, at time.Time) {
	who := g.someone(at)
	year := at.UTC().Year()
	g.numbers[year]++
	l := &life{at: at, topic: pick(g.chance, g.stuff.Topic), agent: pick(g.chance, g.agents)}
	seldom := pick(g.chance, g.stuff.Head) + pick(g.chance, g.stuff.Tail)
	said := fmt.Sprintf("%s Het gaat om de %s. Mijn kenmerk is uniek%06d.\n\nGroet,\n%s", pick(g.chance, l.topic.Texts), seldom, i, who.name)
	l.c = cases.Case{
		ID: ident.Make[ident.Case](g.ids), Org: g.house.org.ID, Number: fmt.Sprintf("%d-%d", year, g.numbers[year]),
		Subject: l.topic.Subject, Status: cases.New, Channel: "email", DeskAddress: Main, Party: who.id, PartyName: who.name,
		PartyAddress: who.address, Department: g.house.departments["Klantenservice"], Preview: preview(said), Created: at,
		Turn: cases.Us, WaitingSince: at, Unread: true, LinkVersion: 1,
	}
	if g.likely(15) {
		l.c.Channel = "form"
	}
	g.changed(l, g.customer(l), cases.OpenedFact{Number: l.c.Number, Channel: l.c.Channel})
	ref := fmt.Sprintf("%x.%d@%s", at.UnixMilli(), i, providers[i%len(providers)])
	entry := g.line(l, conversation.Message, g.customer(l), said, conversation.Data{Subject: l.c.Subject, MessageID: ref})
	org := int64(l.c.Org)
	g.batch.add(arrivedTable, org, fmt.Sprintf("mail:%016x%08x", at.UnixMilli(), i), int64(l.c.ID), int64(entry))
	g.batch.add(refTable, org, ref, int64(l.c.ID))
	g.find(l, entry, said)
	if g.likely(20) {
		l.c.Tags = []string{pick(g.chance, g.stuff.Tags)}
	}
	g.after(l, 5*time.Hour, ledger.Agent, g.begin)
	heap.Push(&g.lives, l)
}

// begin is an agent who takes it up.
func (g *generator) begin(l *life) {
	by := g.helper(l)
	g.line(l, conversation.Owned, by, "", nil)
	l.c.Owner, l.c.OwnerName = l.agent.ID, l.agent.Name
	g.changed(l, by, cases.OwnedFact{Owner: l.agent.ID, Department: l.c.Department})
	switch {
	case g.likely(15):
		g.ask(l)
	case g.likely(20):
		g.reply(l)
	default:
		g.propose(l)
	}
}

func (g *generator) ask(l *life) {
	by := g.helper(l)
	l.asked = ident.Make[ident.Row](g.ids)
	at := ledger.At{Org: l.c.Org, Case: l.c.ID, Party: l.c.Party, Actor: by}
	g.fact(l.at, at, intake.ReadBackFact{Question: l.asked})
	l.c.Question, l.c.QuestionAsked, l.c.Turn, l.c.WaitingSince, l.c.Unread = l.topic.Question, l.at, cases.Customer, time.Time{}, false
	g.changed(l, by, cases.ChangedFact{What: "read_back"})
	g.find(l, g.line(l, conversation.ReadBack, by, l.c.Question, nil), l.c.Question)
	if g.now.Sub(l.at) < 2*24*time.Hour && g.likely(40) { // this customer has not answered yet
		g.askedRow(l, intake.None)
		l.at = g.now.Add(time.Hour)
		return
	}
	g.after(l, 6*time.Hour, ledger.Customer, g.confirm)
	if l.at.After(g.now) {
		g.askedRow(l, intake.None)
	}
}

func (g *generator) askedRow(l *life, answer intake.Answer) {
	var at any
	if answer != intake.None {
		at = l.at
	}
	g.batch.add(askedTable, int64(l.c.Org), int64(l.asked), int64(l.c.ID), l.c.Question, int64(l.agent.ID), l.c.QuestionAsked,
		string(answer), at, "")
}

func (g *generator) confirm(l *life) {
	by := g.customer(l)
	g.askedRow(l, intake.Yes)
	at := ledger.At{Org: l.c.Org, Case: l.c.ID, Party: l.c.Party, Actor: ledger.Actor{Kind: ledger.Customer, ID: int64(l.c.Party)}}
	g.fact(l.at, at, intake.ConfirmedFact{Question: l.asked})
	g.line(l, conversation.Confirmed, by, l.c.Question, nil)
	l.c.Status, l.c.QuestionConfirmed, l.c.Turn, l.c.WaitingSince, l.c.Unread = cases.Open, l.at, cases.Us, l.at, true
	g.changed(l, by, cases.ChangedFact{What: "confirmed"})
	if g.likely(35) {
		g.after(l, time.Hour, ledger.Agent, g.pledge)
		return
	}
	g.after(l, 4*time.Hour, ledger.Agent, g.propose)
}

func (g *generator) reply(l *life) {
	by := g.helper(l)
	said := "Dank voor je bericht. " + l.topic.Question + " Ik zoek het uit en kom erop terug."
	g.find(l, g.line(l, conversation.Message, by, said, nil), said)
	l.c.Turn, l.c.WaitingSince, l.c.Unread, l.c.Preview = cases.Customer, time.Time{}, false, preview(said)
	g.changed(l, by, cases.ChangedFact{What: "message"})
	if g.likely(30) {
		g.after(l, 20*time.Minute, ledger.Agent, g.pledge)
		return
	}
	g.after(l, 7*time.Hour, ledger.Agent, g.propose)
}

// pledge is a promise to the customer.
func (g *generator) pledge(l *life) {
	by := g.helper(l)
	l.promise = promise.Promise{
		ID: ident.Make[ident.Promise](g.ids), Text: "Ik laat je weten wat eruit komt.", Owner: l.agent.ID, OwnerName: l.agent.Name,
		Made: l.at, Due: addOpen(l.at, time.Duration(4+g.chance.IntN(40))*time.Hour, g.zone).Truncate(time.Minute), Status: promise.Open,
	}
	p := &l.promise
	at := ledger.At{Org: l.c.Org, Case: l.c.ID, Party: l.c.Party, Actor: by}
	g.fact(l.at, at, promise.MadeFact{Promise: p.ID, Due: p.Due})
	g.line(l, conversation.Promised, by, p.Text, conversation.Data{Promise: p.ID, Due: &p.Due, To: p.OwnerName})
	l.c.WaitingSince, l.c.Unread = time.Time{}, false
	g.promised(l, by)
	if g.likely(12) {
		l.at, l.next = p.Due, g.breaks
	} else {
		made := l.at
		g.after(l, p.Due.Sub(made)/3, ledger.Agent, g.keeps)
		if !l.at.Before(p.Due) {
			l.at = made.Add(p.Due.Sub(made) / 2).Truncate(time.Millisecond)
		}
	}
	if l.at.After(g.now) {
		g.promiseRow(l)
	}
}

func (g *generator) promised(l *life, by ledger.Actor) {
	l.c.Promise, l.c.PromiseText, l.c.PromiseDue = 0, "", time.Time{}
	if p := l.promise; p.ID != 0 && p.Waits() {
		l.c.Promise, l.c.PromiseText, l.c.PromiseDue = p.ID, p.Text, p.Due
	}
	g.changed(l, by, cases.ChangedFact{What: "promise"})
}

func (g *generator) promiseRow(l *life) {
	p := l.promise
	g.batch.add(promiseTable, int64(l.c.Org), int64(p.ID), int64(l.c.ID), int64(l.c.Party), p.Text, int64(p.Owner), p.OwnerName,
		p.Made, p.Due, string(p.Status), p.KeptAt, p.BrokenAt)
}

func (g *generator) keeps(l *life) {
	by, late := g.helper(l), l.promise.Status == promise.Broken
	if !late {
		l.promise.Status = promise.Kept
	}
	l.promise.KeptAt = l.at
	at := ledger.At{Org: l.c.Org, Case: l.c.ID, Party: l.c.Party, Actor: by}
	g.fact(l.at, at, promise.KeptFact{Promise: l.promise.ID, Late: late})
	g.line(l, conversation.PromiseKept, by, l.promise.Text, conversation.Data{Promise: l.promise.ID, Due: &l.promise.Due})
	g.promised(l, by)
	g.promiseRow(l)
	g.after(l, 30*time.Minute, ledger.Agent, g.propose)
}

func (g *generator) breaks(l *life) {
	l.promise.Status, l.promise.BrokenAt = promise.Broken, l.at
	at := ledger.At{Org: l.c.Org, Case: l.c.ID, Party: l.c.Party, Actor: ledger.Desk}
	g.fact(l.at, at, promise.BrokenFact{Promise: l.promise.ID})
	g.line(l, conversation.PromiseBroken, ledger.Desk, l.promise.Text, conversation.Data{Promise: l.promise.ID, Due: &l.promise.Due})
	l.c.Unread = true
	g.promised(l, ledger.Desk)
	g.after(l, 8*time.Hour, ledger.Agent, g.keeps)
	if l.at.After(g.now) {
		g.promiseRow(l)
	}
}

func (g *generator) propose(l *life) {
	by := g.helper(l)
	l.c.Status, l.c.Solution, l.c.Turn, l.c.WaitingSince, l.c.Unread = cases.Proposed, l.topic.Solution, cases.Customer, time.Time{}, false
	l.c.SilenceDue, l.c.SilenceAsked = l.at.Add(g.house.org.Settings.SilenceAfter), time.Time{}
	g.changed(l, by, cases.ProposedFact{})
	g.find(l, g.line(l, conversation.Solution, by, l.c.Solution, nil), l.c.Solution)
	switch {
	case !g.likely(72):
		l.at, l.next = l.c.SilenceDue, g.askAfter
	case !l.again && g.likely(6):
		g.after(l, 9*time.Hour, ledger.Customer, g.notYet)
	default:
		g.after(l, 9*time.Hour, ledger.Customer, g.solved)
	}
	if !l.c.SilenceDue.After(l.at) { // the answer came too late to keep us from asking
		l.at, l.next = l.c.SilenceDue, g.askAfter
	}
}

func (g *generator) askAfter(l *life) {
	l.c.SilenceAsked, l.c.SilenceDue = l.at, l.at.Add(g.house.org.Settings.CloseAfter)
	g.changed(l, ledger.Desk, cases.ChangedFact{What: "silence_asked"})
	g.line(l, conversation.SilenceAsked, ledger.Desk, "", nil)
	l.at, l.next = l.c.SilenceDue, g.fallSilent
}

func (g *generator) fallSilent(l *life) {
	g.end(l, ledger.Desk, cases.BySilence)
	g.line(l, conversation.ClosedBySilence, ledger.Desk, "", nil)
	l.next = nil
}

func (g *generator) end(l *life, by ledger.Actor, how cases.How) {
	l.c.Status, l.c.ClosedBy, l.c.ClosedAt, l.c.Turn = cases.Closed, how, l.at, cases.Nobody
	l.c.WaitingSince, l.c.SilenceDue = time.Time{}, time.Time{}
	if how == cases.ByCustomer && l.c.QuestionConfirmed.IsZero() && l.c.Question != "" {
		l.c.QuestionConfirmed = l.at
	}
	g.changed(l, by, cases.ClosedFact{By: how})
}

func (g *generator) solved(l *life) {
	by := g.customer(l)
	g.end(l, by, cases.ByCustomer)
	g.line(l, conversation.Solved, by, "", nil)
	if g.likely(45) {
		g.judge(l, true)
	}
	l.next = nil
}

func (g *generator) notYet(l *life) {
	by := g.customer(l)
	l.again = true
	l.c.Status, l.c.SilenceDue, l.c.SilenceAsked = cases.Open, time.Time{}, time.Time{}
	said := "Het is nog niet opgelost: ik zie geen verschil."
	l.c.Turn, l.c.WaitingSince, l.c.Unread, l.c.Preview = cases.Us, l.at, true, said
	g.changed(l, by, cases.ReopenedFact{})
	g.find(l, g.line(l, conversation.NotSolved, by, said, nil), said)
	g.judge(l, false)
	g.after(l, 6*time.Hour, ledger.Agent, g.propose)
}

// scores are how customers judge: satisfaction and grade that go together, mostly good.
var scores = [][2]int{{5, 9}, {5, 10}, {5, 8}, {4, 8}, {4, 7}, {4, 8}, {3, 6}, {3, 7}, {2, 5}, {1, 3}}

// judge is what the customer thought of it.
func (g *generator) judge(l *life, solved bool) {
	s := pick(g.chance, scores)
	if !solved {
		s = scores[len(scores)-1-g.chance.IntN(3)]
	}
	id, satisfaction, grade := ident.Make[ident.Row](g.ids), s[0], s[1]
	fb := feedback.Feedback{Satisfaction: &satisfaction, Grade: &grade}
	bad, _ := fb.Dissatisfied()
	by := g.customer(l)
	g.batch.add(judgedTable, int64(l.c.Org), int64(id), int64(l.c.ID), int64(l.c.Party), sqldb.Null(int64(l.c.Owner)), solved,
		int64(satisfaction), int64(grade), nil, "", l.at)
	at := ledger.At{Org: l.c.Org, Case: l.c.ID, Party: l.c.Party, Actor: ledger.Actor{Kind: ledger.Customer, ID: int64(l.c.Party)}}
	g.fact(l.at, at, feedback.GivenFact{Feedback: id, Satisfaction: &satisfaction, Grade: &grade, Dissatisfied: bad})
	g.line(l, conversation.Rated, by, "", conversation.Data{Score: &conversation.Score{Satisfaction: satisfaction, Grade: grade}})
	if bad != l.c.Dissatisfied {
		l.c.Dissatisfied = bad
		g.changed(l, by, cases.ChangedFact{What: "feedback"})
	}
}
