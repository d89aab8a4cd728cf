package flow_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"balie/channel"
	"balie/domain/insight"
	"balie/ground/sqldb"
	"balie/test/engine"
)

func (w *floor) comes(n int) {
	for range n {
		w.node++
		w.arrive(fmt.Sprint("letter ", w.node), fmt.Sprintf("k%d@klant.example", w.node), "Hoe werkt dit?", channel.Thread{})
	}
}

func (w *floor) day(a *insight.Arrivals, midnight time.Time) (d insight.Day) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) (err error) {
		d, err = a.Of(tx, w.org, midnight)
		return err
	})
	return d
}

func TestWhatComesInIsComparedWithTheSameWeekday(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at) // a Monday, 9.00
		week := 7 * 24 * time.Hour
		w.comes(2)
		w.hand.Advance(24 * time.Hour)
		w.comes(3) // a Tuesday
		w.hand.Advance(week - 24*time.Hour)
		w.comes(4)
		w.hand.Advance(2 * week) // the Monday between had nothing
		w.comes(1)
		midnight := w.hand.Now().Truncate(24 * time.Hour)
		a := insight.NewArrivals()
		if d := w.day(a, midnight); d.Hours[9].N != 1 || d.N != 1 || d.Weeks != 2 || d.Hours[9].Usual != 3 || d.UsualByNow != 0 {
			t.Errorf("at nine: %+v", d)
		}
		w.hand.Advance(30 * time.Minute)
		w.comes(1)
		if d := w.day(a, midnight); d.Hours[9].N != 2 || d.UsualByNow != 1.5 {
			t.Errorf("at half past nine: %+v", d)
		}
		w.hand.Advance(2 * time.Hour)
		w.comes(5)
		remembered, fresh := w.day(a, midnight), w.day(insight.NewArrivals(), midnight)
		if remembered != fresh || fresh.Hours[9].N != 2 || fresh.Hours[11].N != 5 || fresh.N != 7 || fresh.UsualByNow != 3 {
			t.Errorf("at half past eleven: %+v remembered, %+v counted again", remembered, fresh)
		}
		w.comes(1)
		if d := w.day(a, midnight); d.Hours[11].N != 6 {
			t.Errorf("who came after the look is not there: %+v", d)
		}
		w.read(func(tx *sqldb.Tx) error {
			d, err := a.Of(tx, w.org+1, midnight)
			if d.N != 0 || d.Weeks != 0 {
				t.Errorf("another organisation sees %+v", d)
			}
			return err
		})
	})
}

func TestWhoWaitsIsInTheQueueOrWaitsForAnAnswerAndNeverBoth(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		joris := w.works("Joris", 1)
		began := w.hand.Now()
		w.comes(2)
		w.ok(w.flow.Snooze(t.Context(), joris, w.arrive("later", "x@klant.example", "Volgende week", channel.Thread{}), began.Add(time.Hour)))
		v := w.visits("Ik zie geen stroom")
		w.wants("email 2", "webchat 1 live")
		w.accept(v, joris)
		w.wants("email 2")
		w.ok(w.says(v, "Hallo?")) // a running conversation is no wait
		w.wants("email 2")
		w.ok(w.flow.EndContact(t.Context(), v.AtContact))
		w.wants("email 2", "webchat 1")
		w.read(func(tx *sqldb.Tx) error {
			all, err := insight.WhoWaits(tx, w.org)
			if len(all) == 0 || !all[0].Since.Equal(began) {
				t.Errorf("the longest wait is not the first: %+v", all)
			}
			told, _, err2 := insight.HonestToday(tx, w.org, began)
			if told.Told+told.Silent != 1 || told.Left != 0 {
				t.Errorf("one was answered: %+v", told)
			}
			none, channels, err3 := insight.HonestToday(tx, w.org, w.hand.Now().Add(time.Hour))
			if none.Told+none.Silent+len(channels) != 0 {
				t.Errorf("a day later %+v", none)
			}
			return errors.Join(err, err2, err3)
		})
	})
}

// wants holds who waits against words.
func (w *floor) wants(want ...string) {
	w.t.Helper()
	var got []string
	w.read(func(tx *sqldb.Tx) error {
		all, err := insight.WhoWaits(tx, w.org)
		for _, x := range all {
			s := fmt.Sprint(x.Channel, " ", x.Count)
			if x.Live {
				s += " live"
			}
			got = append(got, s)
		}
		return err
	})
	slices.Sort(got)
	if !slices.Equal(got, want) {
		w.t.Errorf("%v wait, want %v", got, want)
	}
}

func TestWhoIsDissatisfiedLongestStandsFirst(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		one, two := w.arrive("1", "a@klant.example", "Klacht", channel.Thread{}), w.arrive("2", "b@klant.example", "Ook", channel.Thread{})
		w.comes(1)
		w.write(func(tx *sqldb.Tx) error {
			for i, id := range []any{two, one} {
				if _, err := tx.Exec(`insert into feedback (org, id, case_id, party, solved, grade, text, at) values ($1, $2, $3, 1, 0, 2, '', $4)`,
					w.org, tx.NewID(), id, w.hand.Now().Add(time.Duration(i)*time.Minute)); err != nil {
					return err
				}
			}
			_, err := tx.Exec(`update cases set dissatisfied = 1 where org = $1 and id in ($2, $3)`, w.org, one, two)
			return err
		})
		w.read(func(tx *sqldb.Tx) error {
			all, err := insight.WhoIsUnhappy(tx, w.org, 12)
			if len(all) != 2 || all[0].Case != two || all[1].Case != one || all[0].Owner != 0 || !all[0].Since.Equal(w.hand.Now()) {
				t.Errorf("dissatisfied are %+v", all)
			}
			return err
		})
	})
}
