package customer

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/channel"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/feedback"
	"balie/flow"
	"balie/ground/sqldb"
	"balie/test/engine"
)

func (d *desk) readBack(c cases.Case, question string) {
	d.t.Helper()
	d.must(d.flow.ReadBack(context.Background(), d.agent, c.ID, question))
}

func (d *desk) propose(c cases.Case, solution string) {
	d.t.Helper()
	d.must(d.flow.Propose(context.Background(), d.agent, c.ID, solution))
}

func (d *desk) judged(c cases.Case) []feedback.Feedback {
	d.t.Helper()
	var all []feedback.Feedback
	d.must(d.db.Read(context.Background(), func(tx *sqldb.Tx) (err error) {
		all, err = d.flow.Feedback.OfCase(tx, d.org.ID, c.ID)
		return err
	}))
	return all
}

// back checks that an answer sends the browser back to the page, and gives the page.
func (d *desk) back(link string, got answer) string {
	d.t.Helper()
	to := got.header.Get("Location")
	if got.status != http.StatusSeeOther || !strings.HasPrefix(to, link+"?done=") {
		d.t.Fatalf("%d to %q\n%s", got.status, to, got.body)
	}
	page := d.get(to)
	if page.status != http.StatusOK || !strings.Contains(page.body, `role="status"`) {
		d.t.Fatalf("the page does not say what was done: %d", page.status)
	}
	return page.body
}

func TestTheWalkOnTheCustomersOwnPage(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		c := d.mail("Nota na verhuizing", "Er staat verbruik op na 28 oktober.")
		link := d.link(c.ID)
		has(t, d.get(link).body, "Nota na verhuizing", "2026-1", "Waar staat mijn zaak?", "we lezen je vraag", "We kiezen wie")
		d.readBack(c, "Het verbruik na 28 oktober hoort niet op mijn nota.")
		has(t, d.get(link).body, "Maaike helpt je", "Ja, dat is mijn vraag", "jij bent aan zet", `id="vraag"`)

		page := d.back(link, d.post(link+"/question", url.Values{"answer": {"no"}, "text": {"Het gaat om twee nota's."}}))
		has(t, page, "Het gaat om twee nota&#39;s.", "lezen je vraag opnieuw")
		d.readBack(c, "Het verbruik na 28 oktober hoort niet op mijn twee nota's.")
		page = d.back(link, d.post(link+"/question", url.Values{"answer": {"yes"}}))
		has(t, page, "Door jou bevestigd", "Dit klopt toch niet", "Maaike is bezig")

		_, err := d.flow.MakePromise(context.Background(), d.agent, c.ID, flow.Promising{Text: "Wij bellen je met de uitslag", Due: d.clock.Now().Add(90 * time.Minute)})
		d.must(err)
		has(t, d.get(link).body, "Wij bellen je met de uitslag", "vandaag om 16.00 uur", "nog 1 uur en 30 minuten")

		d.propose(c, "Je nota is **gecorrigeerd**.")
		has(t, d.get(link).body, "<strong>gecorrigeerd</strong>", "Ja, opgelost", "Je zaak sluit pas als jij dat zegt", `id="opgelost"`)
		page = d.back(link, d.post(link+"/solution", url.Values{"answer": {"no"}, "text": {"De tweede nota nog niet."}}))
		has(t, page, "De tweede nota nog niet.", "Maaike is bezig")
		if now := d.load(c.ID); now.Status != cases.Open || now.Owner != d.agent.Agent {
			t.Fatalf("after not yet: %s, owner %d", now.Status, now.Owner)
		}
		d.propose(c, "Nu ook de tweede.")
		page = d.back(link, d.post(link+"/solution", url.Values{"answer": {"yes"}}))
		has(t, page, "Hoe tevreden ben je", "zeer tevreden", "Welk cijfer")
		if now := d.load(c.ID); now.Status != cases.Closed || now.ClosedBy != cases.ByCustomer {
			t.Fatalf("after yes: %s by %q", now.Status, now.ClosedBy)
		}
		page = d.back(link, d.post(link+"/solution", url.Values{"answer": {"yes"}, "satisfaction": {"4"}, "grade": {"8"}, "recommend": {"9"}, "text": {"Snel geholpen"}}))
		has(t, page, "Dank je voor je oordeel", "tevreden, cijfer 8, aanraden 9 van 10")
		if all := d.judged(c); len(all) != 2 || *all[1].Satisfaction != 4 || *all[1].Grade != 8 || *all[1].Recommend != 9 || all[1].Text != "Snel geholpen" {
			t.Errorf("kept %+v", all)
		}
		page = d.back(link, d.post(link+"/message", url.Values{"text": {"Toch nog een vraag"}}))
		has(t, page, "Toch nog een vraag")
		if now := d.load(c.ID); now.Status != cases.Open {
			t.Errorf("after writing: %s", now.Status)
		}
	})
}

func TestAnAnswerToThePageItselfIsTakenByWhatWaits(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		c := d.mail("Nota", "Klopt dit?")
		link := d.link(c.ID)
		if got := d.post(link, url.Values{"answer": {"yes"}}); got.status != http.StatusUnprocessableEntity {
			t.Errorf("before anything was asked: %d", got.status)
		}
		d.readBack(c, "Klopt mijn nota?")
		if got := d.post(link, url.Values{"answer": {"no"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Schrijf wat je vraag wel is") {
			t.Errorf("no without words: %d", got.status)
		}
		d.back(link, d.post(link, url.Values{"answer": {"yes"}}))
		if now := d.load(c.ID); now.Status != cases.Open || now.QuestionConfirmed.IsZero() {
			t.Fatalf("after yes to the question: %s", now.Status)
		}
		d.propose(c, "Ja, hij klopt.")
		d.back(link, d.post(link, url.Values{"answer": {"yes"}, "satisfaction": {"2"}, "grade": {"5"}}))
		if now := d.load(c.ID); now.Status != cases.Closed || !now.Dissatisfied {
			t.Fatalf("after yes to the solution: %s, dissatisfied %v", now.Status, now.Dissatisfied)
		}
		d.back(link, d.post(link, url.Values{"answer": {"no"}, "text": {"Toch niet"}}))
		if now := d.load(c.ID); now.Status != cases.Open {
			t.Fatalf("after not yet: %s", now.Status)
		}
	})
}

func TestAnAnswerGivenTwiceChangesNothing(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		c := d.mail("Nota", "Klopt dit?")
		link := d.link(c.ID)
		five := func(path string, fields url.Values) {
			t.Helper()
			var all sync.WaitGroup
			for range 5 {
				all.Go(func() {
					if got := d.post(path, fields); got.status != http.StatusSeeOther {
						t.Errorf("%s: %d", path, got.status)
					}
				})
			}
			all.Wait()
		}
		count := func(sort conversation.Sort) (n int) {
			for _, e := range d.lines(c.ID) {
				if e.Sort == sort {
					n++
				}
			}
			return n
		}
		d.readBack(c, "Klopt mijn nota?")
		five(link+"/question", url.Values{"answer": {"no"}, "text": {"Nee, de vorige"}})
		d.readBack(c, "Klopt mijn vorige nota?")
		five(link+"/question", url.Values{"answer": {"yes"}})
		d.propose(c, "Ja.")
		five(link+"/solution", url.Values{"answer": {"no"}, "text": {"Nog niet alles"}})
		d.propose(c, "Nu wel.")
		five(link+"/solution", url.Values{"answer": {"yes"}})
		five(link+"/solution", url.Values{"answer": {"yes"}, "grade": {"9"}})
		five(link+"/message", url.Values{"id": {"een-formulier"}, "text": {"Dank"}})
		for sort, want := range map[conversation.Sort]int{
			conversation.Corrected: 1, conversation.Confirmed: 1, conversation.NotSolved: 1,
			conversation.Solved: 1, conversation.Rated: 1, conversation.Message: 2,
		} {
			if got := count(sort); got != want {
				t.Errorf("%d lines %s, not %d", got, sort, want)
			}
		}
	})
}

func TestWhatIsBetweenColleaguesIsNeverOnThePage(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		c := d.mail("Nota", "Klopt dit?")
		ctx := context.Background()
		d.must(d.flow.Note(ctx, d.agent, c.ID, flow.Answer{Text: "Geheime notitie"}))
		d.must(d.flow.Own(ctx, d.agent, c.ID, flow.HandOver{Note: "Geheim verhaal bij de overdracht"}))
		d.must(d.flow.Tag(ctx, d.agent, c.ID, []string{"geheimlabel"}, nil))
		_, err := d.flow.Arrive(ctx, channel.Arrival{
			Org: d.org.ID, Channel: channel.Email, Key: "ander", From: channel.Person{Name: "Ander", Address: "ander@elders.example"},
			To: "klantenservice@energie-oost.example", Subject: "Re: Nota", Text: "Geheim van een ander", Raw: []byte("x"),
			Thread: channel.Thread{ID: "b@elders.example", Parents: []string{d.sentIn(c)}},
		})
		d.must(err)
		joined := d.lines(c.ID)
		if last := joined[len(joined)-1]; last.Data.OtherSender == "" {
			t.Fatalf("the other sender did not join the case: %+v", last)
		}
		d.must(d.flow.Reply(ctx, d.agent, c.ID, flow.Answer{Text: "Dit is voor de klant"}))
		page := d.get(d.link(c.ID)).body
		has(t, page, "Dit is voor de klant", "<b>Maaike</b>")
		hasNot(t, page, "Geheim", "geheimlabel", "Maaike Vos")
	})
}

// sentIn is the identifier of a message of a case, so that another can claim to answer it.
func (d *desk) sentIn(c cases.Case) string {
	d.t.Helper()
	d.must(d.db.Write(context.Background(), func(tx *sqldb.Tx) error {
		return d.flow.Conversation.Refer(tx, d.org.ID, c.ID, "a@klant.example")
	}))
	return "a@klant.example"
}

func TestAttachmentsAreSavedAndNeverOpened(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		evil := []byte("<script>alert(1)</script>")
		c := d.mail("Nota", "Zie bijlage", channel.File{Name: "café <x>.html", Type: "text/html", Data: evil})
		link := d.link(c.ID)
		path := regexp.MustCompile(regexp.QuoteMeta(link) + `/file/\d+`).FindString(d.get(link).body)
		got := d.get(path)
		h := got.header
		if got.status != http.StatusOK || got.body != string(evil) || h.Get("Content-Type") != "application/octet-stream" ||
			!strings.HasPrefix(h.Get("Content-Disposition"), "attachment;") || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") ||
			h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%d %v", got.status, h)
		}
		other := d.mail("Iets anders", "Zonder bijlage")
		if got := d.get(d.link(other.ID) + path[strings.LastIndex(path, "/file/"):]); got.status != http.StatusNotFound {
			t.Errorf("by the link of another case: %d", got.status)
		}
		page := d.back(link, d.upload(link+"/message", url.Values{"text": {""}}, map[string][]byte{"foto.png": bytes.Repeat([]byte("p"), 200_000)}))
		has(t, page, "foto.png", "200 kB")
	})
}

func TestALinkThatDoesNotWorkSaysHowToReachUsAndStandsInNoLog(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		c := d.mail("Nota", "Klopt dit?")
		link := d.link(c.ID)
		wrong := link[:len(link)-1] + "x"
		if link == wrong {
			wrong = link[:len(link)-1] + "y"
		}
		got := d.get(wrong)
		if got.status != http.StatusNotFound {
			t.Errorf("status %d", got.status)
		}
		has(t, got.body, "Deze link werkt niet", `href="/o/energie-oost/"`)
		hasNot(t, got.body, "Nota")
		if got := d.post(wrong+"/message", url.Values{"text": {"hallo"}}); got.status != http.StatusNotFound {
			t.Errorf("writing with it: %d", got.status)
		}
		d.get("/c/" + strings.Repeat("a.", 200))
		if at.Name == engine.PostgresName {
			d.must(d.db.Close())
			if got := d.get(link); got.status < 500 {
				t.Errorf("without a database: %d", got.status)
			}
			if d.log.String() == "" {
				t.Error("nothing was logged")
			}
		}
		if strings.Contains(d.log.String(), strings.TrimPrefix(link, "/c/")) {
			t.Error("the log holds the key to a case")
		}
	})
}

func TestLookingChangesNothing(t *testing.T) {
	d := open(t, engine.SQLite(t))
	c := d.mail("Nota", "Klopt dit?")
	d.readBack(c, "Klopt mijn nota?")
	link := d.link(c.ID)
	before, lines := d.load(c.ID), len(d.lines(c.ID))
	for _, path := range []string{"", "?answer=yes", "/question?answer=yes", "/solution?answer=yes", "/message?text=x", "?done=solved"} {
		d.get(link + path)
		d.do(d.request("HEAD", link+path, nil))
	}
	if after := d.load(c.ID); !reflect.DeepEqual(after, before) || len(d.lines(c.ID)) != lines {
		t.Errorf("before %+v\nafter %+v", before, after)
	}
}

func TestWhatCustomersAndAgentsWriteIsShownAndNeverRun(t *testing.T) {
	d := open(t, engine.SQLite(t))
	c := d.mail(`<img src=x onerror=alert(1)>`, `<script>alert(2)</script> zie https://klant.example/a?b=1&c=2. en javascript:alert(3)`)
	d.must(d.flow.Reply(context.Background(), d.agent, c.ID, flow.Answer{Text: `[klik](javascript:alert(4)) <b onclick=x>vet</b>`}))
	page := d.get(d.link(c.ID)).body
	has(t, page, `&lt;img src=x onerror=alert(1)&gt;`, `&lt;script&gt;alert(2)`, `<a href="https://klant.example/a?b=1&amp;c=2" rel="nofollow noreferrer">`)
	hasNot(t, page, "<script>", "<img", `href="javascript:`, "<b onclick")
	if n := strings.Count(page, "<script"); n != 1 {
		t.Errorf("%d scripts stand on the page; only ours may", n)
	}
}

func TestPromisesAreToldAsTheyAre(t *testing.T) {
	d := open(t, engine.SQLite(t))
	c := d.mail("Nota", "Klopt dit?")
	ctx := context.Background()
	make := func(text string, in time.Duration) flow.Of {
		p, err := d.flow.MakePromise(ctx, d.agent, c.ID, flow.Promising{Text: text, Due: d.clock.Now().Add(in)})
		d.must(err)
		return flow.Of{Case: c.ID, Promise: p.ID}
	}
	d.must(d.flow.KeepPromise(ctx, d.agent, make("De eerste", time.Hour)))
	d.must(d.flow.WithdrawPromise(ctx, d.agent, make("De tweede", time.Hour), "Niet meer nodig"))
	make("De derde", time.Hour)
	d.must(d.flow.MovePromise(ctx, d.agent, make("De vierde", 2*time.Hour), flow.Move{Due: d.clock.Now().Add(50 * time.Hour), Reason: "Storing"}))
	d.clock.Advance(90 * time.Minute)
	page := d.get(d.link(c.ID)).body
	has(t, page, "promise-card kept", "Gedaan: vandaag om 14.30 uur", "promise-card withdrawn", "Gaat niet door", "promise-card broken",
		"Te laat: dit was beloofd voor vandaag om 15.30 uur", "woensdag 18 november om 16.30 uur", "eerst vandaag om 16.30 uur", "(Storing)")
}

func TestALongStoryIsFoldedAway(t *testing.T) {
	d := open(t, engine.SQLite(t))
	c := d.mail("Nota", "Klopt dit?")
	for n := range 40 {
		d.must(d.flow.Reply(context.Background(), d.agent, c.ID, flow.Answer{Text: fmt.Sprintf("Bericht %d", n)}))
	}
	has(t, d.get(d.link(c.ID)).body, "oudere berichten", "Bericht 0<", "Bericht 39<")
}

func TestEveryTextOfThePagesExists(t *testing.T) {
	d := open(t, engine.SQLite(t))
	for _, s := range d.everyPage() {
		for _, language := range []string{"nl", "en"} {
			r := d.request("GET", s.path, nil)
			r.Header.Set("Accept-Language", language)
			d.do(r)
		}
	}
	if missing := d.catalogue.Missing(); len(missing) > 0 {
		t.Errorf("no text for %v", missing)
	}
}

// silent is a case that was closed because its customer said nothing.
func (d *desk) silent() cases.Case {
	d.t.Helper()
	c := d.mail("Stille vraag", "Klopt mijn nota?")
	d.propose(c, "Ja, hij klopt.")
	for range 2 { // asked once, and closed
		d.clock.Advance(4*24*time.Hour + time.Minute)
		d.must(d.flow.Deadlines(context.Background()))
	}
	return d.load(c.ID)
}

func TestACaseThatClosedBySilenceAsksOnceMoreAndOpensAgain(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		c := d.silent()
		if c.ClosedBy != cases.BySilence {
			t.Fatalf("%s by %q", c.Status, c.ClosedBy)
		}
		link := d.link(c.ID)
		has(t, d.get(link).body, "Gesloten zonder antwoord", "We hoorden niets meer", "Hoe tevreden ben je", "Nee, nog niet")
		page := d.back(link, d.post(link+"/solution", url.Values{"answer": {"no"}, "text": {"Ik was op vakantie"}}))
		has(t, page, "Ik was op vakantie", "Je zaak is weer open")
		if now := d.load(c.ID); now.Status != cases.Open {
			t.Errorf("the case is %s", now.Status)
		}
	})
}

func TestAScoreThatDoesNotExistIsAskedAgain(t *testing.T) {
	d := open(t, engine.SQLite(t))
	c := d.mail("Nota", "Klopt dit?")
	d.propose(c, "Ja.")
	link := d.link(c.ID)
	for name, value := range map[string]string{"satisfaction": "6", "grade": "0", "recommend": "elf"} {
		got := d.post(link+"/solution", url.Values{"answer": {"yes"}, name: {value}, "text": {"Goed geholpen"}})
		if got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s %s: %d", name, value, got.status)
		}
	}
	if got := d.post(link+"/solution", url.Values{"answer": {"maybe"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("an answer that is neither: %d", got.status)
	}
	if now := d.load(c.ID); now.Status != cases.Proposed {
		t.Errorf("the case is %s", now.Status)
	}
}

func TestACustomerWhoSendsTooMuchKeepsTheText(t *testing.T) {
	d := open(t, engine.SQLite(t))
	link := d.link(d.mail("Nota", "Klopt dit?").ID)
	var got answer
	for range 121 {
		got = d.post(link+"/question", url.Values{"answer": {"no"}, "text": {"Mijn lange antwoord"}})
	}
	if got.status != http.StatusTooManyRequests {
		t.Errorf("status %d", got.status)
	}
	has(t, got.body, "te veel formulieren", "Mijn lange antwoord")
}
