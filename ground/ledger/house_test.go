package ledger_test

import (
	"testing"

	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/engine"
)

type named string

func (n named) Kind() string { return string(n) }

func TestTheFactsOfTheHouseAreReadByOrganisationAndKindInPages(t *testing.T) {
	engine.Each(t, func(t *testing.T, target engine.Target) {
		db, l := open(t, target), ledger.New()
		var places []int64
		for _, f := range []struct {
			at   ledger.At
			kind named
		}{
			{ledger.At{Org: 1}, "org.created"},
			{ledger.At{Org: 1}, "access.signed_in"},
			{ledger.At{Org: 2}, "access.signed_in"},
			{ledger.At{Org: 1, Case: 5}, "access.on_a_case"},
			{ledger.At{Org: 1, Party: 6}, "access.on_a_customer"},
			{ledger.At{Org: 1}, "accessory.sold"},
			{ledger.At{Org: 1}, "access.signed_out"},
		} {
			if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
				seq, err := l.Append(tx, f.at, f.kind)
				places = append(places, seq)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		kinds := func(org ident.Org, prefix string, before int64, limit int) (all []string) {
			if err := db.Read(t.Context(), func(tx *sqldb.Tx) error {
				entries, err := ledger.Of(tx, org, prefix, before, limit)
				for _, e := range entries {
					all = append(all, e.Kind)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return all
		}
		expect := func(got []string, want ...string) {
			t.Helper()
			if len(got) != len(want) {
				t.Fatalf("got %v, want %v", got, want)
			}
			for i := range got {
				if got[i] != want[i] {
					t.Errorf("got %v, want %v", got, want)
				}
			}
		}
		expect(kinds(1, "access.", 0, 10), "access.signed_out", "access.signed_in")
		expect(kinds(1, "access.", 0, 1), "access.signed_out")
		expect(kinds(1, "access.", places[6], 10), "access.signed_in")
		expect(kinds(1, "org.", 0, 10), "org.created")
		expect(kinds(2, "access.", 0, 10), "access.signed_in")
		expect(kinds(2, "org.", 0, 10))
	})
}
