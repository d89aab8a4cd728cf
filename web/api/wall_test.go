package api_test

import (
	"testing"
	"time"

	"balie/domain/access"
	"balie/domain/staff"
	"balie/ground/sqldb"
	"balie/test/engine"
)

type wall struct {
	At      time.Time
	Waiting []struct {
		Channel string
		Live    bool
		Count   int
		Since   *time.Time
	}
	Honesty struct {
		Told        int
		Within      *float64
		Least, Most float64
	}
	Promises struct {
		Soon   int `json:"due_hour"`
		Broken int
		List   []struct {
			Text  string
			Case  struct{ ID, Number string }
			Owner *idName
		}
	}
	People struct {
		Available, Busy, Away, Live int
		List                        []struct{ Name, State string }
	}
	Dissatisfied struct {
		Count int
		List  []struct {
			Case     struct{ ID string }
			Customer idName
			Owner    *idName
		}
	}
	Arrivals struct {
		Hours []struct{ Hour, Count int }
		Today int
		Weeks int
	}
	Grade *float64
}

func TestTheWallHasEverythingInOneAnswer(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		k := asks(d.joris(), "Ugo", "Ik wacht al lang")
		d.joris().Post(k.path()+"/promises", map[string]any{"text": "Vandaag antwoord", "due": d.DB.Clock().Now().Add(time.Minute).Format(time.RFC3339Nano)}).Is(201)
		asks(d.joris(), "Vera", "Ik ook")
		asks(d.stranger(), "Wim", "Bij een ander")
		if err := d.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(`update cases set dissatisfied = 1 where org = $1 and number = $2`, d.East.ID, k.Number)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		d.joris().Do("PUT", "/api/v1/me/presence", map[string]any{"state": staff.Busy, "chats": 3}).Is(200)
		for _, who := range []access.Role{access.Agent, access.Lead, access.Admin} {
			var w wall
			d.As(d.East.People[who].Token).Get("/api/v1/wall").Is(200).Into(&w)
			if w.Promises.Soon != 1 || w.Promises.Broken != 0 || len(w.Promises.List) != 1 || w.Promises.List[0].Case.Number != k.Number || w.Promises.List[0].Owner == nil {
				t.Errorf("%s: promises %+v", who, w.Promises)
			}
			if w.Dissatisfied.Count != 1 || len(w.Dissatisfied.List) != 1 || w.Dissatisfied.List[0].Customer.Name != "Ugo" || w.Dissatisfied.List[0].Owner == nil {
				t.Errorf("%s: dissatisfied %+v", who, w.Dissatisfied)
			}
			if w.Arrivals.Today != 2 || len(w.Arrivals.Hours) != 24 || w.Arrivals.Weeks != 0 {
				t.Errorf("%s: arrivals %+v", who, w.Arrivals)
			}
			if w.Honesty.Within != nil || w.Honesty.Least != 0.88 || w.Honesty.Most != 0.92 || w.Grade != nil {
				t.Errorf("%s: honesty %+v, grade %v", who, w.Honesty, w.Grade)
			}
			if len(w.People.List) != 1 || w.People.List[0].Name != "Joris" || w.People.Available != 0 || w.People.Busy+w.People.Away != 1 {
				t.Errorf("%s: people %+v", who, w.People)
			}
		}
		var other wall
		d.stranger().Get("/api/v1/wall").Is(200).Into(&other)
		if other.Arrivals.Today != 1 || other.Dissatisfied.Count != 0 || len(other.Promises.List) != 0 || len(other.People.List) != 0 {
			t.Errorf("another organisation sees %+v", other)
		}
	})
}

func TestTheWallShowsAnswersThatAreDueAsThePromisesTheyAre(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		late, soon, mine := asks(d.joris(), "Ugo", "Te laat"), asks(d.joris(), "Vera", "Bijna"), asks(d.joris(), "Wim", "Van mij")
		asks(d.joris(), "Xan", "Morgen")
		d.joris().Post(mine.path()+"/owner", map[string]any{"agent": "me"}).Is(200)
		now := d.DB.Clock().Now()
		if err := d.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
			for c, due := range map[string]time.Time{late.Number: now.Add(-time.Hour), soon.Number: now.Add(30 * time.Minute), mine.Number: now.Add(-time.Minute)} {
				if _, err := tx.Exec(`update cases set due_at = $3, answer_due = $3 where org = $1 and number = $2`, d.East.ID, c, due); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		var w wall
		d.joris().Get("/api/v1/wall").Is(200).Into(&w)
		if w.Promises.Broken != 2 || w.Promises.Soon != 1 || len(w.Promises.List) != 3 {
			t.Fatalf("promises %+v", w.Promises)
		}
		for i, c := range []string{late.Number, mine.Number, soon.Number} {
			if p := w.Promises.List[i]; p.Case.Number != c || (p.Owner != nil) != (c == mine.Number) {
				t.Errorf("place %d: %+v, want case %s", i+1, p, c)
			}
		}
	})
}

func TestTheWallCountsWhoWaitsForUs(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		asks(d.joris(), "Ugo", "Ik wacht")
		var w wall
		d.lotte().Get("/api/v1/wall").Is(200).Into(&w)
		n := 0
		for _, x := range w.Waiting {
			n += x.Count
			if x.Live || x.Since == nil || x.Since.After(w.At) {
				t.Errorf("waiting %+v", x)
			}
		}
		var b struct{ Waiting int }
		d.lotte().Get("/api/v1/board").Is(200).Into(&b)
		if n != b.Waiting {
			t.Errorf("%d wait on the wall, %d on the board", n, b.Waiting)
		}
	})
}
