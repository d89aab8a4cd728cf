package customer

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"balie/domain/org"
	"balie/ground/fault"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/engine"
)

const formPath = "/o/energie-oost/form"

func filled() url.Values {
	return url.Values{
		"name": {"Sanne de Vries"}, "email": {"sanne@klant.example"}, "subject": {"Mijn nota na de verhuizing"},
		"text": {"Er staat verbruik op van na 28 oktober.\nToen woonde ik er niet meer."},
	}
}

func TestAFormBecomesACaseAndTheThankYouPageSaysTheNumberButNotTheLink(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		f := filled()
		f.Set("postcode", "1234 AB")
		f.Set("phone", "06 12 34 56 78")
		got := d.upload(formPath, f, map[string][]byte{"nota.pdf": bytes.Repeat([]byte("x"), 300_000)})
		if got.status != http.StatusSeeOther || !strings.HasPrefix(got.header.Get("Location"), "/o/energie-oost/thanks?n=2026-1&") {
			t.Fatalf("%d to %q\n%s", got.status, got.header.Get("Location"), got.body)
		}
		all := d.all()
		if len(all) != 1 || all[0].Subject != "Mijn nota na de verhuizing" || all[0].PartyAddress != "sanne@klant.example" || all[0].Channel != "form" {
			t.Fatalf("%+v", all)
		}
		said := d.lines(all[0].ID)[0]
		if !strings.HasSuffix(said.Text, "\nToen woonde ik er niet meer.") || len(said.Files) != 1 || said.Files[0].Size != 300_000 {
			t.Errorf("kept %q with %d files", said.Text, len(said.Files))
		}
		var known map[string]string
		d.must(d.db.Read(context.Background(), func(tx *sqldb.Tx) error {
			given, err := d.flow.Party.Known(tx, d.org.ID, all[0].Party)
			known = map[string]string{}
			for _, g := range given {
				known[g.Field] = g.Value
			}
			return err
		}))
		if known["postcode"] != "1234 AB" || known["phone"] != "06 12 34 56 78" {
			t.Errorf("known of the customer: %v", known)
		}
		thanks := d.get(got.header.Get("Location"))
		has(t, thanks.body, "2026-1", "We mailden een link")
		hasNot(t, thanks.body, "/c/", "sanne@klant.example")
	})
}

func TestTheThankYouPageOfAnotherNumberCannotBeAskedFor(t *testing.T) {
	d := open(t, engine.SQLite(t))
	to := d.post(formPath, filled()).header.Get("Location")
	u, err := url.Parse(to)
	d.must(err)
	q := u.Query()
	q.Set("n", "2026-2")
	if got := d.get("/o/energie-oost/thanks?" + q.Encode()); got.status != http.StatusNotFound {
		t.Errorf("another number with the tag of this one: %d", got.status)
	}
	if got := d.get("/o/energie-oost/thanks?n=2026-1"); got.status != http.StatusNotFound {
		t.Errorf("a number without a tag: %d", got.status)
	}
}

func TestAFormWithMissingFieldsComesBackWithWhatWasTypedAndWhatIsMissing(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		f := filled()
		f.Set("email", "sanne at klant")
		f.Set("subject", "  ")
		f.Set("text", "Mijn <b>nota</b> klopt niet")
		got := d.post(formPath, f)
		if got.status != http.StatusUnprocessableEntity {
			t.Fatalf("status %d", got.status)
		}
		has(t, got.body, "Dit e-mailadres klopt niet", "Schrijf in een paar woorden", `value="sanne at klant"`, `value="Sanne de Vries"`,
			"Mijn &lt;b&gt;nota&lt;/b&gt; klopt niet", `href="#f-email"`, `aria-invalid="true"`, `aria-describedby="h-email w-email"`, `role="alert"`)
		hasNot(t, got.body, "Vul je naam in")
		if len(d.all()) != 0 {
			t.Error("a case was made")
		}
	})
}

func TestTheSameFormSentFiveTimesIsOneCase(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		page := d.get(formPath)
		f := filled()
		f.Set("id", hidden(t, page.body))
		to := ""
		for range 5 {
			got := d.post(formPath, f)
			if got.status != http.StatusSeeOther || (to != "" && got.header.Get("Location") != to) {
				t.Fatalf("%d to %q, first to %q", got.status, got.header.Get("Location"), to)
			}
			to = got.header.Get("Location")
		}
		if n := len(d.all()); n != 1 {
			t.Fatalf("%d cases", n)
		}
		f.Set("text", "Nog iets heel anders, met de terugknop")
		d.post(formPath, f)
		if n := len(d.all()); n != 2 {
			t.Errorf("another text under the same form is %d cases in all: what somebody wrote was lost", n)
		}
		fresh := filled()
		fresh.Set("id", hidden(t, d.get(formPath).body))
		d.post(formPath, fresh)
		if n := len(d.all()); n != 3 {
			t.Errorf("a new form with the same text makes %d cases in all", n)
		}
	})
}

var idField = regexp.MustCompile(`name="id" value="([^"]{20,})"`)

func hidden(t *testing.T, body string) string {
	t.Helper()
	m := idField.FindStringSubmatch(body)
	if m == nil {
		t.Fatal("the form has no identifier of its own")
	}
	return m[1]
}

func TestOverALimitTheFormComesBackAndNamesTheLimit(t *testing.T) {
	d := open(t, engine.SQLite(t))
	many := map[string][]byte{}
	for n := range 11 {
		many[fmt.Sprintf("%d.txt", n)] = []byte("x")
	}
	big := bytes.Repeat([]byte("x"), 10<<20)
	long := filled()
	long.Set("text", strings.Repeat("é", 20_001))
	for name, c := range map[string]struct {
		fields url.Values
		files  map[string][]byte
		says   string
		status int
	}{
		"too many files":      {filled(), many, "hooguit 10 per keer", http.StatusRequestEntityTooLarge},
		"a file too large":    {filled(), map[string][]byte{"film.mp4": append(big, 'x')}, "film.mp4 is te groot: hooguit 10 MB", http.StatusRequestEntityTooLarge},
		"too large together":  {filled(), map[string][]byte{"1": big, "2": big, "3": big}, "samen te groot: hooguit 25 MB", http.StatusRequestEntityTooLarge},
		"a text that is long": {long, nil, "hooguit 20000 tekens", http.StatusUnprocessableEntity},
	} {
		t.Run(name, func(t *testing.T) {
			got := d.upload(formPath, c.fields, c.files)
			if got.status != c.status {
				t.Errorf("status %d", got.status)
			}
			has(t, got.body, c.says, `value="Mijn nota na de verhuizing"`)
			if len(d.all()) != 0 {
				t.Error("a case was made")
			}
		})
	}
}

func TestWhileTheDatabaseIsAwayNothingIsAcknowledgedAndTheTextIsKept(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		d.get(formPath)
		d.breaks = fault.New(fault.Unavailable, "ground.disk_full")
		got := d.post(formPath, filled())
		if got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") == "" {
			t.Errorf("status %d, Retry-After %q", got.status, got.header.Get("Retry-After"))
		}
		has(t, got.body, "de schijf is vol", "Toen woonde ik er niet meer.", "Energie Oost")
		if at.Name != engine.PostgresName {
			return
		}
		d.breaks = nil
		c := d.link(d.mail("Nota", "Klopt dit?").ID)
		d.must(d.db.Close())
		if got = d.post(formPath, filled()); got.status < http.StatusInternalServerError {
			t.Errorf("without a database: status %d", got.status)
		}
		has(t, got.body, "Toen woonde ik er niet meer.", "Energie Oost")
		got = d.post(c+"/question", url.Values{"answer": {"no"}, "text": {"Ik bedoel de tweede nota."}})
		if got.status < http.StatusInternalServerError {
			t.Errorf("an answer without a database: status %d", got.status)
		}
		has(t, got.body, "Ik bedoel de tweede nota.", `name="answer" value="no"`, "Opnieuw proberen")
	})
}

func TestAFloodIsSlowedDownButASchoolIsNot(t *testing.T) {
	d := open(t, engine.SQLite(t))
	d.breaks = fault.New(fault.Unavailable, "ground.disk_full") // only the pace is looked at
	for n := range 120 {
		if got := d.post(formPath, filled()); got.status == http.StatusTooManyRequests {
			t.Fatalf("the class was stopped at form %d", n+1)
		}
	}
	got := d.post(formPath, filled())
	if got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") == "" {
		t.Errorf("form 121 in one moment: %d", got.status)
	}
	has(t, got.body, "Toen woonde ik er niet meer.", "te veel formulieren")
	d.source = netip.MustParseAddr("198.51.100.1")
	if got := d.post(formPath, filled()); got.status == http.StatusTooManyRequests {
		t.Error("somebody elsewhere is stopped too")
	}
	d.source = netip.MustParseAddr("192.0.2.7")
	d.clock.Advance(time.Minute)
	if got := d.post(formPath, filled()); got.status == http.StatusTooManyRequests {
		t.Error("a minute later it is still stopped")
	}
}

func TestAProgramThatFillsInEverythingIsAskedAgain(t *testing.T) {
	d := open(t, engine.SQLite(t))
	f := filled()
	f.Set("website", "https://casino.example")
	got := d.post(formPath, f)
	if got.status != http.StatusUnprocessableEntity || len(d.all()) != 0 {
		t.Errorf("status %d, %d cases", got.status, len(d.all()))
	}
	has(t, got.body, "moet blijven", "Toen woonde ik er niet meer.")
	hasNot(t, got.body, "casino")
}

func TestOurOwnAddressIsNotTheCustomers(t *testing.T) {
	d := open(t, engine.SQLite(t))
	f := filled()
	f.Set("email", "Klantenservice@energie-oost.example")
	got := d.post(formPath, f)
	if got.status != http.StatusUnprocessableEntity || len(d.all()) != 0 {
		t.Errorf("status %d, %d cases", got.status, len(d.all()))
	}
	has(t, got.body, "ons eigen adres")
}

func TestAFormOfAnotherWebsiteIsRefused(t *testing.T) {
	d := open(t, engine.SQLite(t))
	r := d.request("POST", formPath, strings.NewReader(filled().Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := d.do(r); got.status < 400 || len(d.all()) != 0 {
		t.Errorf("status %d, %d cases", got.status, len(d.all()))
	}
}

func TestThePageSpeaksTheLanguageOfTheBrowserUntilTheCustomerChooses(t *testing.T) {
	d := open(t, engine.SQLite(t))
	in := func(language string) string {
		r := d.request("GET", formPath, nil)
		r.Header.Set("Accept-Language", language)
		return d.do(r).body
	}
	has(t, in("en-GB,en;q=0.9"), `lang="en"`, "Ask your question")
	has(t, in("nl-NL"), `lang="nl"`, "Stel je vraag")
	has(t, in("fr-FR"), "Stel je vraag") // the organisation's own language
	d.get(formPath + "?lang=en")
	has(t, in("nl-NL"), "Ask your question")
}

func TestTheContactPageSaysWhenWeAreThere(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		d.must(d.db.Write(context.Background(), func(tx *sqldb.Tx) error {
			by := org.By{Org: d.org.ID, Actor: ledger.Desk}
			if err := d.flow.Org.SetHoliday(tx, by, org.Holiday{Date: "2026-11-17", Name: "Jubileum"}); err != nil {
				return err
			}
			d.org.Settings.Contact = "Bel **0900 0123**"
			return d.flow.Org.Change(tx, ledger.Desk, d.org)
		}))
		page := d.get("/o/energie-oost/")
		has(t, page.body, "We zijn er nu, tot 17.00 uur", "maandag tot en met vrijdag", "9.00–17.00", "zaterdag en zondag",
			"klantenservice@energie-oost.example", "Jubileum", "<strong>0900 0123</strong>", formPath)
		d.clock.Advance(6 * time.Hour) // Monday evening, and Tuesday is a holiday
		has(t, d.get("/o/energie-oost/").body, "We zijn terug woensdag 18 november om 09.00 uur")
		if got := d.get("/o/niemand/"); got.status != http.StatusNotFound {
			t.Errorf("an organisation that is not there: %d", got.status)
		}
		if got := d.get("/o/energie-oost"); got.status != http.StatusMovedPermanently {
			t.Errorf("without the slash: %d", got.status)
		}
	})
}

func TestNobodyElseCanReadOrFrameThePages(t *testing.T) {
	d := open(t, engine.SQLite(t))
	c := d.mail("Nota", "Klopt dit?")
	for _, path := range []string{"/o/energie-oost/", formPath, d.link(c.ID), "/c/unknown", "/o/niemand/form"} {
		h := d.get(path).header
		if !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") || strings.Contains(h.Get("Content-Security-Policy"), "unsafe") ||
			h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, h)
		}
		if strings.HasPrefix(path, "/c/") && (h.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(h.Get("X-Robots-Tag"), "noindex")) {
			t.Errorf("%s tells its address to others: %v", path, h)
		}
	}
}
