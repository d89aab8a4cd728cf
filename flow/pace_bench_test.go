package flow_test

import (
	"fmt"
	"testing"
	"time"

	"balie/channel"
	"balie/domain/access"
	"balie/domain/org"
	"balie/domain/staff"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// What a chat that begins costs, with agents there and a past to look back on. The clock goes on 50 ms for each.
func BenchmarkAChatBegins(b *testing.B) {
	w := newWorld(b, engine.SQLite(b))
	var agents []access.Principal
	for i := range 20 {
		w.write(func(tx *sqldb.Tx) error {
			a, err := w.flow.Access.AddAccount(tx, org.By{Org: w.org, Actor: ledger.Desk}, access.Account{
				Name: fmt.Sprint("Agent ", i), Email: fmt.Sprintf("agent%d@energie-oost.example", i), Role: access.Agent, Locale: "nl",
			})
			agents = append(agents, access.Principal{Org: w.org, Agent: a.ID, Name: a.Name, Role: a.Role})
			return err
		})
	}
	there := func() {
		w.write(func(tx *sqldb.Tx) error {
			for _, a := range agents {
				if err := w.flow.Staff.Opened(tx, staff.Screen{Org: w.org, Agent: a.Agent}, "one"); err != nil {
					return err
				}
			}
			return nil
		})
	}
	there()
	for _, a := range agents {
		if _, err := w.flow.SetPresence(b.Context(), a, staff.Wish{State: staff.Available, Chats: 3}); err != nil {
			b.Fatal(err)
		}
	}
	begin := func(n int) {
		if _, err := w.flow.Arrive(b.Context(), channel.Arrival{
			Org: w.org, Channel: channel.Webchat, Key: fmt.Sprint("visit ", n), Text: "Klopt mijn nota?", Locale: "nl", Live: &channel.Live{},
		}); err != nil {
			b.Fatal(err)
		}
		w.hand.Advance(50 * time.Millisecond)
	}
	for n := range 1500 {
		begin(-n - 1)
	}
	w.write(func(tx *sqldb.Tx) error {
		all, err := w.flow.Queue.Line(tx, w.org, 1000)
		for i, wait := range all {
			if err := w.flow.Queue.Serve(tx, ledger.At{Org: w.org, Case: wait.Case, Actor: ledger.Desk}, wait, agents[i%20].Agent); err != nil {
				return err
			}
		}
		return err
	})
	b.ResetTimer()
	b.ReportAllocs()
	for n := range b.N {
		if n%400 == 399 {
			there()
		}
		begin(n)
	}
}
