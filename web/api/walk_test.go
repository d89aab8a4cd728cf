package api_test

import (
	"slices"
	"strings"
	"testing"

	"balie/domain/feedback"
	"balie/test/engine"
)

func TestAQuestionIsWalkedFromTheFirstWordToSolved(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		joris := d.joris()
		k := asks(joris, "Fatma", "Mijn termijnbedrag klopt niet, de warmtepompsubsidie ontbreekt.")
		if k.Status != "new" || k.WaitingOn != "us" || k.Channel != "form" || k.Number == "" || !k.Unread {
			t.Fatalf("a new case is %+v", k)
		}
		joris.Post(k.path()+"/read-back", map[string]any{"question": "Waarom is mijn termijnbedrag te hoog?"}).Is(201).Into(&k)
		if k.Question == nil || k.Question.Confirmed || k.Owner == nil || k.Owner.Name != "Joris" {
			t.Fatalf("after reading back: %+v", k)
		}
		token := k.CustomerLink[strings.LastIndexByte(k.CustomerLink, '/')+1:]
		if err := d.Flow.ConfirmQuestion(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		joris.Post(k.path()+"/promises", map[string]any{"text": "Ik reken het na", "due": soon()}).Is(201).Into(&k)
		if len(k.Promises) != 1 || k.Promises[0].Status != "open" || k.NextPromise == nil || k.Status != "open" {
			t.Fatalf("after promising: %+v", k)
		}
		joris.Post(k.path()+"/promises/"+k.Promises[0].ID+"/kept", nil).Is(200).Into(&k)
		if k.Promises[0].Status != "kept" || k.Promises[0].KeptAt == nil || k.NextPromise != nil {
			t.Fatalf("after keeping it: %+v", k)
		}
		joris.Post(k.path()+"/messages", map[string]any{"text": "Ik heb het **nagerekend**.", "client_id": "x1"}).Is(201)
		joris.Post(k.path()+"/messages", map[string]any{"text": "Ik heb het **nagerekend**.", "client_id": "x1"}).Is(201).Into(&k)
		joris.Post(k.path()+"/notes", map[string]any{"text": "Kijk even mee", "mentions": []string{k.Owner.ID}}).Is(201)
		joris.Post(k.path()+"/solution", map[string]any{"text": "Het bedrag is aangepast."}).Is(201).Into(&k)
		if k.Status != "proposed" || k.WaitingOn != "customer" {
			t.Fatalf("after proposing: %+v", k)
		}
		nine := 9
		if err := d.Flow.Solved(t.Context(), token, feedback.Feedback{Outcome: feedback.Solved, Grade: &nine}); err != nil {
			t.Fatal(err)
		}
		joris.Get(k.path()).Is(200).Into(&k)
		if k.Status != "closed" || k.ClosedBy != "customer" || len(k.Feedback) != 1 || *k.Feedback[0].Grade != 9 {
			t.Fatalf("at the end: %+v", k)
		}
		kinds := slices.DeleteFunc(k.kinds(), func(s string) bool { return s == "receipt" })
		want := []string{"message", "owner", "read_back", "confirmed", "promise", "promise_kept", "message", "note", "solution", "solved", "feedback"}
		if !slices.Equal(kinds, want) {
			t.Errorf("timeline %v, want %v", kinds, want)
		}
		for _, l := range k.Timeline {
			if (l.Kind == "note") != l.Private && l.Kind != "receipt" {
				t.Errorf("%s: private is %v", l.Kind, l.Private)
			}
			if l.Kind == "read_back" && l.Data.Question == "" {
				t.Error("the line of the read-back does not hold the question")
			}
		}
	})
}

func TestAnAdministratorSeesWhatLeavesAndAnAgentDoesNot(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		d := open(t, at)
		k := asks(d.joris(), "Daan", "Waar blijft mijn eindafrekening?")
		d.joris().Post(k.path()+"/messages", map[string]any{"text": "Die is onderweg."}).Is(201)
		var out struct {
			Messages []struct{ ID, To, Subject, Text, HTML, State, Case string }
			Next     string
		}
		d.anne().Get("/api/v1/outbox?case=" + k.ID + "&to=DAAN@klant.example").Is(200).Into(&out)
		found := false
		for _, m := range out.Messages { // the receipt may be written before or after the answer
			found = found || m.Case == k.ID && m.State == "queued" && strings.Contains(m.Text, "Die is onderweg.") && strings.Contains(m.HTML, "onderweg")
		}
		if !found {
			t.Fatalf("the outbox has %+v", out)
		}
		d.anne().Get("/api/v1/outbox?to=niemand@klant.example").Is(200).Into(&out)
		if len(out.Messages) != 0 {
			t.Errorf("another address gets %+v", out.Messages)
		}
		if key := d.lotte().Get("/api/v1/outbox").Is(403).Key(); key != "access.denied" {
			t.Errorf("a lead is told %s", key)
		}
		d.anne().Get("/api/v1/outbox?state=vanished").Is(400)
		d.anne().Get("/api/v1/outbox?cursor=x").Is(400)
	})
}
