package live_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"balie/ground/clock"
	"balie/ground/ident"
	"balie/ground/live"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// node is a hub of one of several processes on one database.
func node(t *testing.T, at engine.Target, name string) *live.Hub {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	db, err := sqldb.Open(t.Context(), sqldb.Options{
		Path: at.Path, URL: at.URL, Clock: clock.System{}, Chance: rand.New(rand.NewPCG(1, 2)), Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	h := live.NewHub()
	ctx, stop := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() {
		if err := h.Relay(ctx, db, log, name); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { stop(); done.Wait(); db.Close() })
	return h
}

func TestAPassingSignReachesThoseWhoLookAtAnotherNode(t *testing.T) {
	at := engine.Postgres(t) // on SQLite there is one node
	a, b := node(t, at, "a"), node(t, at, "b")
	here, there := a.Subscribe(1), b.Subscribe(1)
	elsewhere := b.Subscribe(2)
	heard := make(chan string, 100)
	b.Heard("looking", func(_ ident.Org, _ ident.Case, sign json.RawMessage) { heard <- string(sign) })
	var got live.News
	for got.Entry.Kind == "" { // the nodes may still be connecting
		a.Sign(1, "typing", 7, map[string]string{"name": "Maaike"})
		select {
		case got = <-there.C:
		default:
			clock.System{}.Sleep(t.Context(), 20*time.Millisecond) //nolint:errcheck // the test ends
		}
	}
	raw, err := json.Marshal(got.Sign)
	if err != nil || got.Entry.Kind != "typing" || got.Entry.Case != 7 || string(raw) != `{"name":"Maaike"}` {
		t.Errorf("heard %+v, %s, %v", got.Entry, raw, err)
	}
	a.Tell(1, "looking", 7, "Joris")
	if s := <-heard; s != `"Joris"` {
		t.Errorf("told %s", s)
	}
	if n := len(elsewhere.C); n != 0 {
		t.Errorf("another organisation hears %d signs", n)
	}
	for len(here.C) > 0 {
		if n := <-here.C; n.Entry.Kind == "looking" {
			t.Error("what is for the other nodes is spread here")
		}
	}
}
