package text

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"balie/ground/fault"
)

func load(t *testing.T, nl, en string) (*Catalogue, error) {
	t.Helper()
	return Load(fstest.MapFS{
		"texts/nl.toml": {Data: []byte(nl)},
		"texts/en.toml": {Data: []byte(en)},
	})
}

func mustLoad(t *testing.T, nl, en string) *Catalogue {
	t.Helper()
	c, err := load(t, nl, en)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestASentenceIsFilledInAndCountsDecideItsForm(t *testing.T) {
	c := mustLoad(t,
		`"intake.asked" = "Klopt dit, {name}?"
		["promise.open"]
		one = "{count} afspraak"
		other = "{count} afspraken"
		[case]
		description = "Omschrijving"
		other = "Anders"`,
		`"intake.asked" = "Is this right, {name}?"
		"case.description" = "Description"
		"case.other" = "Other"
		["promise.open"]
		one = "{count} promise"
		other = "{count} promises"`)
	nl, en := c.For(Dutch), c.For(English)
	for _, tc := range []struct{ got, want string }{
		{nl.T("intake.asked", "name", "Fatma {count}"), "Klopt dit, Fatma {count}?"},
		{en.T("intake.asked", "name", 7.5), "Is this right, 7.5?"},
		{nl.T("intake.asked"), "Klopt dit, {name}?"},
		{nl.T("promise.open", "count", 1), "1 afspraak"},
		{nl.T("promise.open", "count", 0), "0 afspraken"},
		{en.T("promise.open", "count", int64(1)), "1 promise"},
		{nl.T("case.description"), "Omschrijving"},
		{en.T("case.other"), "Other"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

func TestAMissingKeyShowsItselfAndIsRemembered(t *testing.T) {
	c := mustLoad(t, ``, ``)
	if got := c.For(English).T("cases.nowhere"); got != "cases.nowhere" {
		t.Errorf("got %q", got)
	}
	c.For(English).T("text.today")
	if got := c.Missing(); !slices.Equal(got, []string{"cases.nowhere"}) {
		t.Errorf("missing = %v", got)
	}
}

func TestLoadRefusesLanguagesThatDiffer(t *testing.T) {
	for name, tc := range map[string]struct{ nl, en, want string }{
		"only in Dutch":       {`"a.b" = "x"`, ``, "a.b: exists in nl, not in en"},
		"only in English":     {``, `"a.b" = "x"`, "a.b: exists in en, not in nl"},
		"placeholders differ": {`"a.b" = "x {name}"`, `"a.b" = "x {nam}"`, "a.b: placeholders differ"},
		"a form adds one":     {"[\"a.b\"]\none = \"{x}\"\nother = \"y\"", `"a.b" = "y"`, "a.b: {x} is not in"},
		"used twice":          {`"text.today" = "x"`, `"text.today" = "x"`, "already used elsewhere"},
		"no string":           {`"a.b" = 7`, `"a.b" = "7"`, "must be a string"},
		"empty":               {`"a.b" = " "`, `"a.b" = "7"`, "the text is empty in nl"},
		"no TOML":             {`"a.b" = `, ``, "texts/nl.toml"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, tc.nl, tc.en)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error = %v, want %q", err, tc.want)
			}
		})
	}
}

func TestAnOrganisationsOwnWordingIsUsedAndCheckedFirst(t *testing.T) {
	c := mustLoad(t, `"receipt.body" = "Dank u, {name}. Nummer {number}."`, `"receipt.body" = "Thank you, {name}. Number {number}."`)
	own := c.For(Dutch).With(map[string]string{"receipt.body": "Hoi {name}", "text.today": ""})
	if got := own.T("receipt.body", "name", "Fatma"); got != "Hoi Fatma" {
		t.Errorf("own wording: %q", got)
	}
	if got := own.T("text.today"); got != "vandaag" {
		t.Errorf("empty wording must leave the catalogue's, got %q", got)
	}
	if got := c.For(Dutch).T("receipt.body", "name", "A", "number", 1); got != "Dank u, A. Nummer 1." {
		t.Errorf("the catalogue itself changed: %q", got)
	}
	if err := c.Check("receipt.body", "Hoi {name}, {number} {"); err != nil {
		t.Error(err)
	}
	if err := c.Check("receipt.body", "Hoi {naam}"); !fault.Is(err, fault.Invalid) {
		t.Errorf("unknown placeholder: %v", err)
	} else if got, want := c.Fault(Dutch, fault.Of(err)), "{naam} kennen we hier niet. U kunt gebruiken: {name}, {number}."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := c.Check("receipt.bodi", "x"); !fault.Is(err, fault.Unknown) {
		t.Errorf("unknown key: %v", err)
	}
}

func TestEveryKindOfFaultHasASentence(t *testing.T) {
	c := mustLoad(t, `"mail.too_large" = "Groter dan {limit}."`, `"mail.too_large" = "Larger than {limit}."`)
	kinds := []fault.Kind{
		fault.Invalid, fault.Unknown, fault.SignIn, fault.Denied, fault.Conflict,
		fault.TooLarge, fault.TooMany, fault.Unavailable, fault.Internal,
	}
	for _, l := range Locales {
		seen := map[string]bool{}
		for _, kind := range kinds {
			s := c.Fault(l, fault.New(kind, "somewhere.else"))
			if seen[s] || !strings.HasSuffix(s, ".") {
				t.Errorf("%s %s: %q", l, kind, s)
			}
			seen[s] = true
		}
	}
	if got := c.Fault(Dutch, fault.New(fault.TooLarge, "mail.too_large", "limit", "25 MB")); got != "Groter dan 25 MB." {
		t.Errorf("own key: %q", got)
	}
	if missing := c.Missing(); len(missing) > 0 {
		t.Errorf("a fault without a sentence of its own is no missing key: %v", missing)
	}
}

func TestTheBrowsersFirstLanguageThatWeSpeakWins(t *testing.T) {
	for _, tc := range []struct {
		header string
		org    Locale
		want   Locale
	}{
		{"en-GB,en;q=0.9,nl;q=0.8", Dutch, English},
		{"nl-BE", English, Dutch},
		{"de, fr;q=0.9, en;q=0.2", Dutch, English},
		{"en;q=0.3, nl;q=0.7", English, Dutch},
		{"en;q=0", Dutch, Dutch},
		{"pl, uk", English, English},
		{"", English, English},
		{"", "", Dutch},
		{"*", English, English},
		{";;;,,\x00", English, English},
		{strings.Repeat("en,", 5000), Dutch, Dutch},
	} {
		if got := Match(tc.header, tc.org); got != tc.want {
			t.Errorf("Match(%.30q, %q) = %q, want %q", tc.header, tc.org, got, tc.want)
		}
	}
	if l, ok := ParseLocale("en-US"); l != English || !ok {
		t.Error("en-US is English")
	}
	if l, ok := ParseLocale("xx-nonsense"); l != Dutch || ok {
		t.Error("an unknown language is Dutch, and said to be unknown")
	}
}

func TestMomentsAreSaidAsPeopleSayThem(t *testing.T) {
	loc, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	c := mustLoad(t, ``, ``)
	nl, en := c.For(Dutch), c.For(English)
	now := time.Date(2026, 11, 25, 9, 30, 0, 0, loc).UTC()
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, loc).UTC()
	}
	for _, tc := range []struct{ got, want string }{
		{nl.When(at(11, 25, 16, 0), now, loc), "vandaag om 16.00 uur"},
		{en.When(at(11, 25, 16, 0), now, loc), "today at 16:00"},
		{nl.When(at(11, 26, 10, 0), now, loc), "morgen om 10.00 uur"},
		{nl.When(at(11, 24, 0, 5), now, loc), "gisteren om 00.05 uur"},
		{nl.When(at(11, 27, 14, 0), now, loc), "vrijdag 27 november om 14.00 uur"},
		{en.When(at(11, 27, 14, 0), now, loc), "Friday 27 November at 14:00"},
		{nl.Day(at(11, 27, 14, 0).AddDate(1, 0, 0), now, loc), "zaterdag 27 november 2027"},
		{nl.Date(at(3, 1, 0, 30), loc), "1 maart 2026"},
		{nl.Short(at(11, 25, 0, 10), now, loc), "00.10"},
		{nl.Short(at(3, 9, 10, 0), now, loc), "9 mrt"},
		{en.Short(at(3, 9, 10, 0).AddDate(-1, 0, 0), now, loc), "9 Mar 2025"},
		{nl.Due(now.Add(88*time.Minute), now), "nog 1 uur en 28 minuten"},
		{nl.Due(now.Add(-20*time.Minute), now), "20 minuten te laat"},
		{en.Due(now.Add(-time.Hour), now), "1 hour late"},
		{en.Due(now.Add(50*time.Hour), now), "2 days and 2 hours left"},
		{nl.Ago(now.Add(-time.Minute), now), "1 minuut geleden"},
		{nl.Ago(now.Add(time.Hour), now), "zojuist"},
		{nl.Duration(26 * time.Hour), "1 dag en 2 uur"},
		{nl.Duration(30 * time.Second), "minder dan een minuut"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

func TestTomorrowIsTheNextDateAlsoWhenTheClockChanges(t *testing.T) {
	loc, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	nl := mustLoad(t, ``, ``).For(Dutch)
	eve := time.Date(2026, 3, 28, 23, 59, 0, 0, loc) // the night that misses an hour
	if got := nl.When(time.Date(2026, 3, 29, 0, 1, 0, 0, loc), eve, loc); got != "morgen om 00.01 uur" {
		t.Errorf("got %q", got)
	}
	if got := nl.Day(time.Date(2026, 3, 30, 0, 1, 0, 0, loc), eve, loc); got != "maandag 30 maart" {
		t.Errorf("got %q", got)
	}
}

func TestNumbersFollowTheLanguage(t *testing.T) {
	c := mustLoad(t, ``, ``)
	nl, en := c.For(Dutch), c.For(English)
	for _, tc := range []struct{ got, want string }{
		{nl.Grade(8.24), "8,2"},
		{en.Grade(8.25), "8.2"},
		{nl.Number(12345.5, -1), "12.345,5"},
		{en.Number(1234567, 0), "1,234,567"},
		{nl.Number(1234, 0), "1234"},
		{nl.Number(-0.001, 1), "0,0"},
		{nl.Number(-1.5, 1), "-1,5"},
		{nl.Share(0.724), "72%"},
		{nl.Share(0.0 / zero()), "–"},
		{nl.Size(1), "1 byte"},
		{nl.Size(639_500), "640 kB"},
		{nl.Size(2_400_000), "2,4 MB"},
		{en.Size(3_100_000_000), "3.1 GB"},
		{nl.Size(999_600), "1,0 MB"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

func TestManyReadersUseOneCatalogueAtOnce(t *testing.T) {
	c := mustLoad(t, ``, ``)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 50 {
				if got := c.For(Dutch).T("text.minutes", "count", i+2); !strings.HasSuffix(got, " minuten") {
					t.Errorf("got %q", got)
				}
				c.For(English).T("nowhere." + strings.Repeat("x", i))
			}
		})
	}
	all.Wait()
	if n := len(c.Missing()); n != 8 {
		t.Errorf("%d missing keys", n)
	}
}

func zero() float64 { return 0 }

func TestAPreviewIsOneLineCutBetweenWords(t *testing.T) {
	for _, tc := range []struct {
		s    string
		n    int
		want string
	}{
		{"  Hallo,\r\n\tmijn   meter\nis stuk ", 80, "Hallo, mijn meter is stuk"},
		{"Mijn meter is stuk", 18, "Mijn meter is stuk"},
		{"Mijn meter is stuk, help", 18, "Mijn meter is…"},
		{"Donaudampfschifffahrt", 10, "Donaudamp…"},
		{"cafe\u0301 cafe\u0301 cafe\u0301", 5, "caf…"},
		{"abc", 0, ""},
		{"", 10, ""},
		{"\x00\x01", 10, ""},
	} {
		if got := Preview(tc.s, tc.n); got != tc.want {
			t.Errorf("Preview(%q, %d) = %q, want %q", tc.s, tc.n, got, tc.want)
		}
	}
}

func BenchmarkT(b *testing.B) {
	c, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	nl := c.For(Dutch)
	for b.Loop() {
		nl.T("text.day_at_clock", "day", "vandaag", "clock", "16.00 uur")
	}
}

func BenchmarkPlural(b *testing.B) {
	c, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	nl := c.For(Dutch)
	for b.Loop() {
		nl.T("text.minutes", "count", 7)
	}
}
