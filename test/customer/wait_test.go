package customer

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"balie/channel"
	"balie/domain/queue"
	"balie/domain/routing"
	"balie/domain/staff"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// visits begins a chat.
func (d *desk) visits(words string) channel.Receipt {
	d.t.Helper()
	r, err := d.flow.Arrive(context.Background(), channel.Arrival{
		Org: d.org.ID, Channel: channel.Webchat, Key: words, Text: words, Locale: "nl", Live: &channel.Live{},
	})
	d.must(err)
	return r
}

// there lets the agent be there, and be asked.
func (d *desk) there() {
	d.t.Helper()
	ctx := context.Background()
	d.must(d.db.Write(ctx, func(tx *sqldb.Tx) error {
		return d.flow.Staff.Opened(tx, staff.Screen{Org: d.org.ID, Agent: d.agent.Agent}, "one")
	}))
	_, err := d.flow.SetPresence(ctx, d.agent, staff.Wish{State: staff.Available, Chats: 5})
	d.must(err)
	_, err = d.flow.MatchNow(ctx)
	d.must(err)
}

// takes lets the agent be there and accept what is put to them first.
func (d *desk) takes() routing.Offer {
	d.t.Helper()
	d.there()
	ctx := context.Background()
	var all []routing.Offer
	d.must(d.db.Read(ctx, func(tx *sqldb.Tx) (err error) {
		all, err = d.flow.Routing.OpenOf(tx, d.org.ID, d.agent.Agent)
		return err
	}))
	if len(all) == 0 {
		d.t.Fatal("nothing is put to the agent")
	}
	_, err := d.flow.Accept(ctx, d.agent, all[0].ID)
	d.must(err)
	return all[0]
}

func TestThePageOfACaseSaysHowTheTurnCame(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		first := d.visits("Waar blijft mijn monteur?")
		d.clock.Advance(time.Second)
		second := d.visits("Klopt mijn nota?")
		hasNot(t, d.get(d.link(second.Case)).body, "op volgorde van binnenkomst")
		d.clock.Advance(3*time.Minute + 10*time.Second)
		if o := d.takes(); o.Contact != first.Contact {
			t.Fatal("the second comes first")
		}
		d.takes()
		page := d.get(d.link(second.Case)).body
		has(t, page, "Je werd als 2e geholpen, binnen 4 minuten, op volgorde van binnenkomst")
		if strings.Index(page, "Klopt mijn nota?") > strings.Index(page, "Je werd als 2e") {
			t.Error("the turn stands before the question")
		}
		has(t, d.get(d.link(second.Case)+"?lang=en").body, "You came as number 2 in line and were helped within 4 minutes, in order of arrival")
	})
}

// answered makes waits that were told two minutes, and took so long.
func (d *desk) answered(n int, took time.Duration) {
	d.t.Helper()
	outlook := queue.Outlook{Everybody: queue.Pace{Places: 1, Idle: 0, Handle: 45 * time.Second}}
	at := ledger.At{Org: d.org.ID, Actor: ledger.Desk}
	var all []queue.Wait
	write := func(fn func(tx *sqldb.Tx) error) { d.t.Helper(); d.must(d.db.Write(context.Background(), fn)) }
	write(func(tx *sqldb.Tx) error {
		all = nil
		for range n {
			w, err := d.flow.Queue.Join(tx, at, queue.Wait{Contact: ident.Contact(tx.NewID()), Channel: "webchat", Rank: tx.Now()}, outlook)
			if err != nil {
				return err
			}
			all = append(all, w)
		}
		return nil
	})
	if told := all[0].Told.Bound; told != 2*time.Minute {
		d.t.Fatalf("told %s", told)
	}
	d.clock.Advance(took)
	write(func(tx *sqldb.Tx) error {
		for _, w := range all {
			if err := d.flow.Queue.Serve(tx, at, w, d.agent.Agent); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestTheContactPageSaysHowGoodWhatWeToldWas(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		for range 46 {
			d.answered(1, time.Minute)
		}
		for range 3 {
			d.answered(1, 10*time.Minute)
		}
		const said = "Chat:"
		hasNot(t, d.get("/o/energie-oost/").body, said)
		d.answered(1, time.Minute)
		hasNot(t, d.get("/o/energie-oost/").body, said) // remembered
		d.clock.Advance(time.Hour)
		has(t, d.get("/o/energie-oost/").body, "Klopte wat we zeiden?", fmt.Sprintf("%s %d van de 100 mensen waren op tijd aan de beurt.", said, 94))
		has(t, d.get("/o/energie-oost/?"+url.Values{"lang": {"en"}}.Encode()).body, "94 out of 100 people were helped in time")
		d.clock.Advance(29 * 24 * time.Hour)
		hasNot(t, d.get("/o/energie-oost/").body, said)
	})
}

func TestTheContactPageSaysWhetherAnswersCameInTime(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		const said = "100 mails kregen op tijd antwoord"
		for n := range 46 {
			d.answers(d.writes(fmt.Sprint("Vraag ", n)))
		}
		late := d.writes("Te laat")
		d.writes("Nog steeds niet")
		d.writes("En deze ook niet")
		d.clock.Advance(4 * 24 * time.Hour)
		hasNot(t, d.get("/o/energie-oost/").body, said) // 48 are too few
		d.answers(late)
		d.answers(d.writes("Weer op tijd"))
		d.clock.Advance(time.Hour)
		// 47 of 48 answers were in time; two questions that should have had theirs wait still.
		has(t, d.get("/o/energie-oost/").body, "Mail: 94 van de "+said)
		hasNot(t, d.get("/o/energie-oost/").body, "Formulier: ", "Chat: ")
		has(t, d.get("/o/energie-oost/?lang=en").body, "Mail: 94 out of 100 mails were answered in time.")
	})
}
