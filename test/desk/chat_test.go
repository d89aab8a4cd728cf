package desk_test

import (
	"strings"
	"testing"

	"balie/test/desk"
)

func TestAChatFromTheFirstWordToSolved(t *testing.T) {
	each(t, func(t *testing.T, d *desk.Desk) {
		v := d.Visitor()
		first := v.NextID()
		frame := map[string]any{"text": "Waarom is mijn nota zo hoog, vraagt roerdomp?", "client_id": first, "name": "Sanne", "email": sanne}
		one := v.Took(v.Must(201, "POST", "chat", frame))
		two := v.Must(201, "POST", "chat", frame)
		if one.Text("conversation") == "" || one.Text("conversation") != two.Text("conversation") || one.Text("token") != two.Text("token") ||
			two.Text("state") != "waiting" || one.Text("position") != "1" || one.Text("wait_seconds") != "" {
			t.Fatalf("the same beginning twice: %v and %v", one, two)
		}
		stream := v.Events(0)
		stream.Message("Waarom is mijn nota zo hoog, vraagt roerdomp?")
		stream.State("waiting")

		d.Available(desk.Maaike)
		c := d.AcceptNext(desk.Maaike)
		path := "/cases/" + c.Text("id")
		if c.Text("number") != v.Case || c.Text("channel") != "webchat" {
			t.Fatalf("the case: %v", c)
		}
		stream.Until("who helps", func(e desk.Event) bool { return e.Kind == "joined" && e.Data.Text("name") == "Maaike" })
		stream.State("live")

		d.Ask(desk.Maaike, 200, "POST", path+"/notes", map[string]string{"text": "Alleen voor collega's: geheim"})
		d.Ask(desk.Maaike, 200, "POST", path+"/messages", map[string]string{"text": "Ik kijk **even** mee."})
		stream.Message("Ik kijk even mee.")
		seq := v.Say("Fijn, dank je")
		if e := stream.Message("Fijn, dank je"); e.ID != seq || e.Data.Text("from") != "me" || e.Data.Text("client_id") == "" {
			t.Errorf("my own message: %+v, placed at %d", e, seq)
		}
		stream.Close()

		d.Ask(desk.Maaike, 200, "POST", path+"/read-back", map[string]string{"question": "Waarom is de nota hoger dan vorig jaar?"})
		again := v.Events(stream.Last)
		for _, e := range again.Until("the question", func(e desk.Event) bool { return e.Kind == "card" }) {
			if e.Kind == "message" {
				t.Errorf("told a second time: %v", e)
			}
		}
		v.Must(201, "POST", v.At("answers"), map[string]string{"card": "read_back", "answer": "yes"})
		again.Card("confirmed")
		solveByChat(t, d, v, again, path)
		whole := v.Events(0)
		for _, e := range whole.Until("the end", func(e desk.Event) bool { return e.Kind == "queue" }) {
			if strings.Contains(e.Data.Text("text"), "geheim") {
				t.Error("a note between colleagues reached the visitor")
			}
		}
	})
}

// solveByChat lets the agent propose a solution, which the visitor calls solved and judges.
func solveByChat(t *testing.T, d *desk.Desk, v *desk.Visitor, stream *desk.Events, path string) {
	t.Helper()
	v.Must(409, "POST", v.At("answers"), map[string]any{"card": "solution", "answer": "yes"})
	d.Ask(desk.Maaike, 200, "POST", path+"/solution", map[string]string{"text": "Het verbruik was hoger; zie de grafiek."})
	if e := stream.Card("solution"); e.Data.Text("open") != "true" {
		t.Errorf("the solution waits for an answer: %v", e)
	}
	v.Must(201, "POST", v.At("answers"), map[string]any{"card": "solution", "answer": "yes"})
	stream.Card("solved")
	if e := stream.Card("feedback"); e.Data.Text("open") != "true" {
		t.Errorf("what somebody thought of it is asked: %v", e)
	}
	v.Must(201, "POST", v.At("answers"), map[string]any{"card": "feedback", "satisfaction": 5, "grade": 9, "text": "Snel"})
	if e := stream.Card("feedback"); e.Data.Text("open") != "false" || e.Data.Text("grade") != "9" {
		t.Errorf("the judgement: %v", e)
	}
	c := d.Ask(desk.Maaike, 200, "GET", path, nil)
	if c.Text("status") != "closed" || c.Text("closed_by") != "customer" {
		t.Errorf("after the chat: %v", c)
	}
}
