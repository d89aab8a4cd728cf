package flow_test

import (
	"strings"
	"testing"

	"balie/channel"
	"balie/ground/fault"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

func TestALinkThatIsTakenBackStopsAndTheCustomerGetsANewOne(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.arrive("a", customer, "Eerste", channel.Thread{})
		second := w.arrive("b", customer, "Tweede", channel.Thread{})
		merged, old := w.state(first).token, w.state(second).token
		if err := w.flow.Merge(t.Context(), w.who, first, second); err != nil {
			t.Fatal(err)
		}
		if err := w.flow.RenewLink(t.Context(), w.who, first); !fault.Is(err, fault.Conflict) {
			t.Errorf("of a case that went on as another: %v", err)
		}
		if err := w.flow.RenewLink(t.Context(), w.who, second); err != nil {
			t.Fatal(err)
		}
		for name, token := range map[string]string{"its own": old, "that of a case that was merged into it": merged} {
			if err := w.flow.Say(t.Context(), token, channel.Arrival{Text: "x"}); !fault.Is(err, fault.Unknown) {
				t.Errorf("the old link, %s, still works: %v", name, err)
			}
		}
		fresh := w.state(second).token
		if err := w.flow.Say(t.Context(), fresh, channel.Arrival{Text: "Via de nieuwe link"}); err != nil {
			t.Fatal(err)
		}
		told := 0
		for _, l := range w.letters(customer) {
			if strings.Contains(l.Text, fresh) && strings.Contains(l.Text, "werkt niet meer") {
				told++
			}
		}
		if told != 1 {
			t.Errorf("%d letters bring the new link", told)
		}
		w.write(func(tx *sqldb.Tx) error {
			trail, err := ledger.Of(tx, w.org, "access.customer_link", 0, 10)
			if err == nil && (len(trail) != 1 || trail[0].Actor.Name != w.who.Name) {
				t.Errorf("the audit trail has %+v", trail)
			}
			return err
		})
	})
}
