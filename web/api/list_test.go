package api_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"balie/domain/access"
	"balie/test/engine"
)

func TestALongListComesInPagesWithoutGapsOrDoubles(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		var made []string
		for i := range 7 {
			made = append(made, asks(d.joris(), fmt.Sprintf("klant%d", i), "Hoe werkt dit?").ID)
		}
		slices.Reverse(made)
		asks(d.stranger(), "vreemd", "Van een ander")
		var got []string
		for cursor, pages := "", 0; ; pages++ {
			var page casePage
			d.joris().Get("/api/v1/cases?limit=3&cursor=" + url.QueryEscape(cursor)).Is(200).Into(&page)
			for _, k := range page.Cases {
				got = append(got, k.ID)
			}
			if cursor = page.Next; cursor == "" {
				if pages != 2 {
					t.Errorf("%d pages", pages+1)
				}
				break
			}
		}
		if !slices.Equal(got, made) {
			t.Errorf("the pages hold %v, want %v", got, made)
		}
	})
}

func TestAWrongQuestionForAListIsRefusedByName(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		for query, key := range map[string]string{
			"limit=0": "api.limit", "limit=101": "api.limit", "limit=x": "api.limit", "view=secret": "cases.view_unknown",
			"status=gone": "api.parameter", "owner=1;drop": "api.parameter", "owner=-4": "api.parameter",
			"customer=abc": "api.parameter", "cursor=1": "cases.cursor", "cursor=a.b": "cases.cursor", "cursor=1.2.3": "cases.cursor",
			"q=hallo&cursor=1.2": "cases.cursor", "q=hallo&cursor=q": "cases.cursor", "q=hallo&cursor=q-1": "cases.cursor",
			"q=hallo&view=secret": "cases.view_unknown",
		} {
			if key == "cases.view_unknown" && query[0] == 'q' {
				asks(d.joris(), "Pim", "hallo")
			}
			u := "/api/v1/cases?" + url.PathEscape(query)
			if got := d.joris().Get(u).Is(400).Key(); got != key {
				t.Errorf("%s: %s, want %s", query, got, key)
			}
		}
		if key := d.As(d.East.Robot).Get("/api/v1/cases?owner=me").Is(400).Key(); key != "api.token_is_nobody" {
			t.Errorf("a token of nobody that asks for its own cases is told %s", key)
		}
		d.As(d.East.Robot).Get("/api/v1/cases").Is(200)
	})
}

func TestAWordOrANumberFindsItsCaseAtOnce(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		k := asks(d.joris(), "Hassan", "Mijn warmtewisselaar tikt, vooral 's nachts.")
		asks(d.joris(), "Iris", "Iets heel anders")
		foreign := asks(d.stranger(), "Hassan", "Mijn warmtewisselaar tikt")
		for _, q := range []string{"warmtewisselaar", "WARMTEWISSELAAR tikt", k.Number, "hassan@klant.example", "Hassan", "Vraag van Hassan"} {
			if ids := found(t, d, "q="+url.QueryEscape(q)); !slices.Equal(ids, []string{k.ID}) {
				t.Errorf("%q finds %v, want %s alone", q, ids, k.ID)
			}
		}
		for _, q := range []string{"warmtewiss", "warmtewisselaar Iris", "!!!", foreign.Number + "9"} {
			if ids := found(t, d, "q="+url.QueryEscape(q)); len(ids) != 0 {
				t.Errorf("%q finds %v, want nothing", q, ids)
			}
		}
	})
}

func found(t *testing.T, d *desk, query string) []string {
	t.Helper()
	var page casePage
	d.joris().Get("/api/v1/cases?" + query).Is(200).Into(&page)
	ids := make([]string, 0)
	for _, k := range page.Cases {
		ids = append(ids, k.ID)
	}
	return ids
}

func TestWordsThatAreSpreadOverTheLinesOfACaseFindItAfterThoseInOneLine(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		var spread []string
		for i := range 3 {
			k := asks(d.joris(), fmt.Sprint("Finn", i), "Mijn boomkruiper is stuk")
			d.joris().Post(k.path()+"/messages", map[string]any{"text": "Wij sturen een glanskop"}).Is(201)
			spread = append([]string{k.ID}, spread...)
		}
		asks(d.joris(), "Evi", "Alleen een boomkruiper")
		one := asks(d.joris(), "Lena", "Een boomkruiper en een glanskop").ID
		other := asks(d.stranger(), "Lena", "Een boomkruiper")
		d.stranger().Post(other.path()+"/notes", map[string]any{"text": "glanskop"}).Is(201)
		for _, q := range []string{"boomkruiper glanskop", "glanskop boomkruiper stuk"} {
			want := append([]string{one}, spread...)
			if strings.Contains(q, "stuk") {
				want = spread
			}
			if ids := found(t, d, "q="+url.QueryEscape(q)); !slices.Equal(ids, want) {
				t.Errorf("%s finds %v, want %v", q, ids, want)
			}
		}
		var all []string
		for cursor, pages := "", 0; pages < 10; pages++ { // by page, without gaps or doubles
			var page casePage
			d.joris().Get("/api/v1/cases?q=boomkruiper+glanskop&limit=1&cursor=" + cursor).Is(200).Into(&page)
			for _, k := range page.Cases {
				all = append(all, k.ID)
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		if want := append([]string{one}, spread...); !slices.Equal(all, want) {
			t.Errorf("by page %v, want %v", all, want)
		}
	})
}

func TestASearchKeepsToItsFilters(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		mine := asks(d.joris(), "Noor", "De slimme meter is stuk")
		free := asks(d.joris(), "Omar", "De slimme meter is te snel")
		d.joris().Post(mine.path()+"/messages", map[string]any{"text": "Wij sturen iemand voor de meter."}).Is(201)
		d.joris().Post(free.path()+"/tags", map[string]any{"add": []string{"Meter"}}).Is(200).Into(&free)
		if !slices.Equal(free.Tags, []string{"meter"}) {
			t.Fatalf("tags %v", free.Tags)
		}
		for query, want := range map[string]string{
			"q=meter&owner=me": mine.ID, "q=meter&owner=none": free.ID, "q=meter&tag=meter": free.ID,
			"q=meter&customer=" + mine.Customer.ID: mine.ID, "q=meter&view=mine": mine.ID, "q=meter&view=unassigned": free.ID,
			"q=meter&view=waiting": mine.ID, "owner=me": mine.ID, "owner=none": free.ID, "tag=meter": free.ID, "view=mine": mine.ID,
			"view=unassigned": free.ID, "customer=" + free.Customer.ID: free.ID,
		} {
			if ids := found(t, d, query); !slices.Equal(ids, []string{want}) {
				t.Errorf("%s finds %v, want %s", query, ids, want)
			}
		}
		for _, query := range []string{"q=meter&status=closed", "q=meter&view=snoozed", "status=proposed", "q=meter&customer=1"} {
			if ids := found(t, d, query); len(ids) != 0 {
				t.Errorf("%s finds %v, want nothing", query, ids)
			}
		}
	})
}

func TestASearchGoesOnWhereItsPageEnded(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		var made []string
		for i := range 5 {
			made = append(made, asks(d.joris(), fmt.Sprintf("zoeker%d", i), "kruipruimte").ID)
		}
		slices.Reverse(made)
		var got []string
		cursor := ""
		for range 6 {
			var page casePage
			d.joris().Get("/api/v1/cases?q=kruipruimte&limit=2&cursor=" + cursor).Is(200).Into(&page)
			for _, k := range page.Cases {
				got = append(got, k.ID)
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		if !slices.Equal(got, made) || cursor != "" {
			t.Errorf("the pages hold %v, want %v", got, made)
		}
	})
}

func TestMeSaysWhoAndHowMuchWaits(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		k := asks(d.joris(), "Sanne", "Wanneer komt de monteur?")
		asks(d.joris(), "Tijn", "Wanneer komt de rekening?")
		d.joris().Post(k.path()+"/promises", map[string]any{"text": "Ik bel de monteur", "due": soon()}).Is(201)
		var me struct {
			Agent  struct{ ID, Name, Email, Role, Locale, Signature string }
			Org    struct{ Slug, Timezone string }
			Counts map[string]int
		}
		d.joris().Do("PUT", "/api/v1/me", map[string]any{"locale": "en", "signature": "Kind regards, Joris"}).Is(200)
		d.joris().Get("/api/v1/me").Is(200).Into(&me)
		if me.Agent.Name != "Joris" || me.Agent.Role != "agent" || me.Agent.Signature != "Kind regards, Joris" || me.Agent.Locale != "en" ||
			me.Org.Slug != "oost" || me.Org.Timezone != "Europe/Amsterdam" {
			t.Errorf("me is %+v", me)
		}
		if me.Counts["mine"] != 1 || me.Counts["unassigned"] != 1 || me.Counts["promises"] != 1 || me.Counts["snoozed"] != 0 {
			t.Errorf("counts %v", me.Counts)
		}
		d.As(d.East.Robot).Get("/api/v1/me").Is(200).Into(&me)
		if me.Agent.ID != "" || me.Agent.Name != "robot" || me.Agent.Role != "admin" {
			t.Errorf("a token of nobody is %+v", me.Agent)
		}
		d.As(d.East.Robot).Do("PUT", "/api/v1/me", map[string]any{"locale": "en"}).Is(404)
		d.joris().Do("PUT", "/api/v1/me", map[string]any{"locale": "xx"}).Is(400)
	})
}

func TestTheBoardShowsThisMoment(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		k := asks(d.joris(), "Ugo", "Ik wacht al lang")
		d.joris().Post(k.path()+"/promises", map[string]any{"text": "Vandaag antwoord", "due": d.DB.Clock().Now().Add(time.Second).Format(time.RFC3339Nano)}).Is(201)
		asks(d.joris(), "Vera", "Ik ook")
		var b struct {
			Waiting, Unassigned int
			DueHour             int        `json:"promises_due_hour"`
			Oldest              *time.Time `json:"oldest_waiting_since"`
			Grade               *float64   `json:"grade_today"`
			Promises            []struct {
				Text string
				Case struct{ ID, Number string }
			}
		}
		d.As(d.East.People[access.Lead].Token).Get("/api/v1/board").Is(200).Into(&b)
		if b.Waiting != 1 || b.Unassigned != 1 || b.DueHour != 1 || b.Oldest == nil || b.Grade != nil {
			t.Errorf("the board shows %+v", b)
		}
		if len(b.Promises) == 1 && b.Promises[0].Case.Number != k.Number {
			t.Errorf("the promise is of %+v", b.Promises[0])
		}
	})
}

func TestACustomerIsSeenOverAllCases(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		k := asks(d.joris(), "Willem", "Eerste vraag")
		second := asks(d.joris(), "Willem", "Tweede vraag")
		var c struct {
			Customer struct {
				ID, Name, Email string
				Points          []struct{ Address string } `json:"contact_points"`
			}
			Cases    []kase
			Timeline []struct{ Case, Number, Kind, Text string }
		}
		d.joris().Get("/api/v1/customers/" + k.Customer.ID).Is(200).Into(&c)
		if c.Customer.Name != "Willem" || c.Customer.Email != "willem@klant.example" || len(c.Customer.Points) != 1 || len(c.Cases) != 2 {
			t.Errorf("the customer is %+v", c)
		}
		numbers := map[string]bool{}
		for _, l := range c.Timeline {
			numbers[l.Number] = true
		}
		if !numbers[k.Number] || !numbers[second.Number] {
			t.Errorf("the timeline has lines of %v", numbers)
		}
	})
}
