package desk_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"balie/app/demo"
	"balie/ground/clock"
	"balie/test/desk"
	"balie/test/engine"
)

func TestSimulatedVisitorsChatAnswerAndJudge(t *testing.T) {
	d := desk.Open(t, engine.SQLite(t), desk.Setup{})
	d.Available(desk.Maaike)
	theirs := clock.At(clock.System{}.Now()) // their patience; the desk itself runs in real time
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	t.Cleanup(func() { stop(); all.Wait() })
	all.Go(func() {
		if err := demo.Chat(ctx, demo.World{
			DB: d.App.DB, Flow: d.App.Flow, URL: d.URL, Clock: theirs, Chance: rand.New(rand.NewPCG(3, 5)), Log: slog.New(slog.DiscardHandler),
		}); err != nil {
			t.Error(err)
		}
	})
	var offers []desk.JSON
	d.Eventually("a visitor comes and is offered", func() bool {
		theirs.Advance(5 * time.Second)
		offers = d.Ask(desk.Maaike, 200, "GET", "/offers", nil).List("offers")
		return len(offers) > 0
	})
	c := d.Ask(desk.Maaike, 200, "POST", "/offers/"+offers[0].Text("id")+"/accept", nil)
	path := "/cases/" + c.Text("id")
	said := func() (n int) {
		for _, e := range d.Ask(desk.Maaike, 200, "GET", path, nil).List("timeline") {
			if e.Text("kind") == "message" && e.Text("actor.kind") == "customer" {
				n++
			}
		}
		return n
	}
	d.Ask(desk.Maaike, 200, "POST", path+"/messages", map[string]string{"text": "Goedemiddag, ik kijk met je mee. Wat is je adres?"})
	d.Eventually("the visitor answers", func() bool {
		theirs.Advance(time.Second)
		return said() >= 2
	})
	d.Ask(desk.Maaike, 200, "POST", path+"/read-back", map[string]string{"question": "Je wilt weten hoe het ermee staat."})
	d.Eventually("the visitor says whether that is the question", func() bool {
		theirs.Advance(time.Second)
		at := d.Ask(desk.Maaike, 200, "GET", path, nil)
		return at.Text("question.confirmed") == "true" || said() >= 3
	})
	d.Ask(desk.Maaike, 200, "POST", path+"/solution", map[string]string{"text": "Het is geregeld."})
	d.Eventually("the visitor says whether it is solved", func() bool {
		theirs.Advance(time.Second)
		for _, e := range d.Ask(desk.Maaike, 200, "GET", path, nil).List("timeline") {
			if e.Text("kind") == "solved" || e.Text("kind") == "not_solved" {
				return true
			}
		}
		return false
	})
}
