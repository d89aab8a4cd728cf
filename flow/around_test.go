package flow_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"balie/channel"
	"balie/domain/conversation"
	"balie/domain/party"
	"balie/ground/fault"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// around tells where a visitor is and what is known, and whether the page was news.
func (w *floor) around(v *visitor, page string, given map[string]string) bool {
	w.t.Helper()
	w.hand.Advance(time.Second)
	about, moved, err := w.flow.Around(w.t.Context(), v.AtContact, channel.Page{URL: page, Title: "Titel"}, given)
	if w.ok(err); about != v.id {
		w.t.Errorf("it is about case %v, not %v", about, v.id)
	}
	return moved
}

// given is what is known of a visitor, the newest answer first.
func (w *floor) given(v *visitor) (all []party.Given) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) (err error) {
		all, err = w.flow.Party.Known(tx, w.org, w.contact(v).Party)
		return err
	})
	return all
}

func TestWhereAVisitorIsAndWhatTheSiteKnowsIsKeptWhileTheyAreHere(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne, v := w.works("Anne", 2), w.visits("pakket")
		if !w.around(v, "https://a.example/1", map[string]string{"order": "A"}) || w.around(v, "https://a.example/1", map[string]string{"order": "A"}) {
			t.Error("a page is news once")
		}
		facts := w.facts()
		w.around(v, "", map[string]string{"order": "A"})
		if n := w.facts(); n != facts {
			t.Errorf("what is known already makes %d facts", n-facts)
		}
		w.accept(v, anne)
		w.around(v, "https://a.example/2", map[string]string{"order": "B"})
		w.around(v, "", map[string]string{"order": "A"}) // the first again: it is the newest now
		if all := w.given(v); len(all) != 2 || all[0].Value != "A" || all[1].Value != "B" || all[0].Source != "webchat" {
			t.Errorf("known is %v", all)
		}
		if c := w.contact(v); c.PageURL != "https://a.example/2" || c.PageTitle != "Titel" {
			t.Errorf("the page is %s", c.PageURL)
		}
		for _, gone := range []func() error{
			func() error { return w.flow.Left(t.Context(), v.AtContact) },
			func() error { return w.flow.EndContact(t.Context(), v.AtContact) },
		} {
			w.ok(gone())
			if w.around(v, "https://a.example/3", map[string]string{"order": "C"}) || len(w.given(v)) != 2 {
				t.Errorf("somebody who is %s is followed", w.contact(v).State)
			}
		}
		w.is(v, conversation.ContactEnded, "Anne")
		other := *v
		other.Token = "x"
		if _, _, err := w.flow.Around(t.Context(), other.AtContact, channel.Page{}, nil); !fault.Is(err, fault.Unknown) {
			t.Errorf("with another token: %v", err)
		}
	})
}

func TestAPageThatTellsWithoutEndFillsNoTable(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		v := w.visits("teller")
		for n := range 15 {
			given := map[string]string{}
			for field := range 20 {
				given[fmt.Sprintf("veld%d", field)] = strings.Repeat("x", n+1)
			}
			w.around(v, "", given)
		}
		if n := len(w.given(v)); n != 200 {
			t.Errorf("%d answers are kept", n)
		}
	})
}
