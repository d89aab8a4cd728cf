package flow_test

import (
	"slices"
	"testing"

	"balie/channel"
	"balie/domain/conversation"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

func TestARareWordAndOneThatManyLinesHoldFindTheCaseThatHasBoth(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		old := w.arrive("a", customer, "De boomkruiper is stuk", channel.Thread{})
		w.arrive("b", "ander@post.example", "Ook een boomkruiper", channel.Thread{})
		busy := w.arrive("c", "druk@post.example", "Iets anders", channel.Thread{})
		w.write(func(tx *sqldb.Tx) error {
			say := func(c ident.Case, words string) error {
				e, err := w.flow.Conversation.Add(tx, conversation.Line{Org: w.org, Case: c, Sort: conversation.Note, Actor: ledger.Desk, Text: words})
				if err != nil {
					return err
				}
				return w.flow.Conversation.FindBy(tx, e)
			}
			if err := say(old, "Er komt een glanskop"); err != nil {
				return err
			}
			for range 450 { // newer, and more than are looked at
				if err := say(busy, "Nog een glanskop"); err != nil {
					return err
				}
			}
			found, err := w.flow.Conversation.FindSpread(tx, w.org, "glanskop boomkruiper")
			if err == nil && !slices.Equal(found, []ident.Case{old}) {
				t.Errorf("found %v, want %v", found, old)
			}
			return err
		})
	})
}
