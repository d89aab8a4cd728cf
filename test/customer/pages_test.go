package customer

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"balie/channel"
	"balie/domain/cases"
	"balie/domain/org"
	"balie/flow"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// sight is a page in one of its states.
type sight struct{ name, path string }

// everyPage makes a case in each state and names every page.
func (d *desk) everyPage() []sight {
	d.t.Helper()
	ctx := context.Background()
	d.must(d.db.Write(ctx, func(tx *sqldb.Tx) error {
		by := org.By{Org: d.org.ID, Actor: ledger.Desk}
		if err := d.flow.Org.SetHoliday(tx, by, org.Holiday{Date: "2026-12-25", Name: "Eerste Kerstdag"}); err != nil {
			return err
		}
		if err := d.flow.Org.SetHoliday(tx, by, org.Holiday{Date: "2026-12-31", Name: "Oudjaarsdag", Spans: []org.Span{{From: 9 * 60, To: 13 * 60}}}); err != nil {
			return err
		}
		d.org.Settings.Contact = "Bel **0900 0123** op werkdagen, of kom langs:\n\nLindelaan 1, 1234 AB Oosterveld"
		return d.flow.Org.Change(tx, ledger.Desk, d.org)
	}))
	d.answered(60, time.Minute)
	for n := range 50 {
		d.answers(d.writes(fmt.Sprint("Vraag ", n)))
	}
	fresh := d.mail("Mijn thermostaat doet niets", "Sinds gisteren blijft het scherm zwart.")
	asked := d.mail("Je rekening na de verhuizing", "Ik ben op 28 oktober verhuisd van de Lindelaan.\n\nToch staat er verbruik van november op mijn nota. Zie https://klant.example/meterstand voor mijn foto's.",
		channel.File{Name: "nota november 2026.pdf", Type: "application/pdf", Data: make([]byte, 240_000)})
	d.readBack(asked, "Het verbruik na 28 oktober op Lindelaan 4 hoort niet op mijn nota. Ik wil een gecorrigeerde nota.")
	open := d.busy()
	proposed := d.busy()
	d.propose(proposed, "We hebben je nota **gecorrigeerd**:\n\n- verbruik na 28 oktober is eraf\n- je krijgt € 84,20 terug")
	solved := d.busy()
	d.propose(solved, "De nota is gecorrigeerd.")
	d.post(d.link(solved.ID)+"/solution", url.Values{"answer": {"yes"}})
	judged := d.busy()
	d.propose(judged, "De nota is gecorrigeerd.")
	d.post(d.link(judged.ID)+"/solution", url.Values{"answer": {"yes"}, "satisfaction": {"5"}, "grade": {"9"}, "text": {"Fijn geholpen"}})
	thanks := d.post(formPath, url.Values{"name": {"Omar"}, "email": {"omar@klant.example"}, "subject": {"Slimme meter"}, "text": {"Wanneer komen jullie?"}})
	gone := d.link(fresh.ID)
	return []sight{
		{"contact", "/o/energie-oost/"},
		{"form", formPath},
		{"thanks", thanks.header.Get("Location")},
		{"case-new", d.link(fresh.ID)},
		{"case-asked", d.link(asked.ID)},
		{"case-open", d.link(open.ID)},
		{"case-proposed", d.link(proposed.ID)},
		{"case-solved", d.link(solved.ID) + "?done=solved"},
		{"case-judged", d.link(judged.ID)},
		{"link-gone", gone[:strings.LastIndex(gone, ".")] + ".zzz"},
	}
}

// busy is a case with a confirmed question, talk to and fro, and promises in every state.
func (d *desk) busy() cases.Case {
	d.t.Helper()
	ctx := context.Background()
	d.clock.Advance(time.Minute)
	c := d.mail("Je rekening na de verhuizing", "Ik ben op 28 oktober verhuisd. Toch staat er verbruik van november op mijn nota.\n\nGroet,\nSanne")
	d.readBack(c, "Het verbruik na 28 oktober op Lindelaan 4 hoort niet op mijn nota.")
	d.must(d.flow.ConfirmQuestion(ctx, strings.TrimPrefix(d.link(c.ID), "/c/")))
	promise := func(text string, due time.Duration) flow.Promising {
		return flow.Promising{Text: text, Due: d.clock.Now().Add(due)}
	}
	kept, err := d.flow.MakePromise(ctx, d.agent, c.ID, promise("Wij vragen je eindstand op bij de netbeheerder", time.Hour))
	d.must(err)
	_, err = d.flow.MakePromise(ctx, d.agent, c.ID, promise("Je krijgt bericht van de meterdienst", 10*time.Minute))
	d.must(err)
	d.must(d.flow.KeepPromise(ctx, d.agent, flow.Of{Case: c.ID, Promise: kept.ID}))
	d.must(d.flow.Reply(ctx, d.agent, c.ID, flow.Answer{Text: "Dag Sanne,\n\nDe eindstand is binnen. Ik kijk hem nu na en bel je **vandaag**."}))
	d.must(d.flow.Say(ctx, strings.TrimPrefix(d.link(c.ID), "/c/"), channel.Arrival{Text: "Fijn, dan wacht ik daarop."}))
	d.clock.Advance(20 * time.Minute)
	_, err = d.flow.MakePromise(ctx, d.agent, c.ID, promise("Wij bellen je met de uitslag", 70*time.Minute))
	d.must(err)
	return d.load(c.ID)
}
