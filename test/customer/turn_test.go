package customer

import (
	"context"
	"strings"
	"testing"
	"time"

	"balie/channel"
	"balie/flow"
	"balie/ground/ident"
	"balie/test/engine"
)

// answers lets the agent answer a case without having been asked to.
func (d *desk) answers(c ident.Case) {
	d.t.Helper()
	d.must(d.flow.Reply(context.Background(), d.agent, c, flow.Answer{Text: "Ik zoek het uit."}))
}

// writes is a mail that begins a case.
func (d *desk) writes(words string) ident.Case {
	d.t.Helper()
	d.mails++
	r, err := d.flow.Arrive(context.Background(), channel.Arrival{
		Org: d.org.ID, Channel: channel.Email, Key: words, From: channel.Person{Name: "Sanne de Vries", Address: "sanne@post.example"},
		Subject: words, Text: words, To: "klantenservice@energie-oost.example",
	})
	d.must(err)
	d.clock.Advance(time.Second)
	return r.Case
}

func TestThePageOfWrittenWorkSaysWhereItStandsAndHowTheTurnCame(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		first, second, third := d.writes("Eerste vraag"), d.writes("Tweede vraag"), d.writes("Derde vraag")
		const dutch, english = "?lang=nl", "?lang=en"
		has(t, d.get(d.link(first)).body, "Je krijgt antwoord vóór", "Je bent nu de eerste in de rij.")
		has(t, d.get(d.link(second)).body, "In de rij is 1 ander voor je.")
		has(t, d.get(d.link(third)+english).body, "2 others are before you in line.")
		d.clock.Advance(2 * time.Hour)
		if o := d.takes(); o.Case != first {
			t.Fatal("the first is not first")
		}
		page := d.get(d.link(first) + dutch).body
		has(t, page, "Na 2 uur was je vraag aan de beurt. We gaan op volgorde: wat het eerst antwoord moet krijgen, gaat voor. Niemand werd overgeslagen")
		hasNot(t, page, "in de rij")
		if strings.Index(page, "Na 2 uur was") > strings.LastIndex(page, "helpt je") {
			t.Error("who helps stands before how the turn came")
		}
		has(t, d.get(d.link(second)+dutch).body, "Je bent nu de eerste in de rij.")
		d.answers(third)
		has(t, d.get(d.link(third)+dutch).body, "koos een medewerker je vraag zelf uit de lijst. Er wachtte nog 1 vraag die eerder antwoord moest krijgen")
		has(t, d.get(d.link(third)+english).body, "an agent took your question from the list. 1 question that had to be answered earlier still waited")
		d.answers(second)
		has(t, d.get(d.link(second)+dutch).body, "koos een medewerker je vraag zelf uit de lijst. Niemand werd overgeslagen")
	})
}

func TestWhatSomebodyIsAskedToTakeIsSaidToBeLookedAt(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		c := d.writes("Een vraag")
		d.there()
		has(t, d.get(d.link(c)).body, "Een medewerker bekijkt je vraag nu.")
		d.clock.Advance(48 * time.Hour)
		_, err := d.flow.MatchNow(context.Background())
		d.must(err)
		has(t, d.get(d.link(c)).body, "Te laat: je zou antwoord krijgen vóór", "Dat spijt ons.")
	})
}

func TestAChatThatWasTakenOutOfTheLineSaysSo(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		d.visits("Waar blijft mijn monteur?")
		d.clock.Advance(time.Second)
		second := d.visits("Klopt mijn nota?")
		d.clock.Advance(time.Minute)
		d.answers(second.Case)
		page := d.get(d.link(second.Case)).body
		has(t, page, "Een medewerker koos je zelf uit de rij. Je werd binnen 1 minuut geholpen. Er wachtte nog 1 mens die eerder was")
		hasNot(t, page, "op volgorde van binnenkomst")
		has(t, d.get(d.link(second.Case)+"?lang=en").body, "An agent took you out of the line. You were helped within 1 minute. 1 person who came before you still waited")
	})
}
