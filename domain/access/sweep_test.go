package access_test

import (
	"context"
	"testing"
	"time"

	"balie/domain/access"
	"balie/ground/sqldb"
)

func TestWhatHasExpiredIsClearedAway(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.member("carla@energie-oost.example", access.Agent)
		if _, err := d.knock("carla@energie-oost.example", password, home); err != nil {
			t.Fatal(err)
		}
		d.knock("carla@energie-oost.example", "paars fiets dijk lam", away) //nolint:errcheck // leaves an attempt behind
		d.ceremony()
		rows := func() (n int64) {
			for _, q := range []string{`select count(*) from session`, `select count(*) from ticket`, `select count(*) from link`, `select count(*) from attempt`} {
				n += in(d, func(tx *sqldb.Tx) (int64, error) { return sqldb.Value(tx, q) })
			}
			return n
		}
		before := rows()
		d.write(d.room.Sweep)
		if after := rows(); after != before || after < 5 {
			t.Errorf("%d rows, %d after a sweep that had nothing to do", before, after)
		}
		d.hand.Advance(60 * 24 * time.Hour)
		d.write(d.room.Sweep)
		if left := rows(); left != 0 {
			t.Errorf("%d rows are left", left)
		}
	})
}

func TestWhatWasUsedIsWrittenDownBeforeTheProgramStops(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, text := tokenFor(d, d.east, access.Token{Name: "koppeling", Role: access.Agent})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- d.room.Run(ctx, d.db) }()
		if _, err := d.bearer(d.room, text); err != nil {
			t.Fatal(err)
		}
		stop()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		list := in(d, func(tx *sqldb.Tx) ([]access.Token, error) { return d.room.Tokens(tx, d.east.Org) })
		if list[0].Used.IsZero() {
			t.Error("the last minute was forgotten")
		}
	})
}
