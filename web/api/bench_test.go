package api_test

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"balie/domain/access"
	"balie/ground/clock"
	"balie/test/engine"
	"balie/web/api"
	"balie/web/edge/edgetest"
	"balie/web/live"
)

// cpu is what the process has used.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measured reports the CPU of each turn, with everything that runs beside it: the commit, the followers, the receipt.
func measured(b *testing.B, turn func(i int)) {
	b.Helper()
	start := cpu(b)
	i := 0
	for b.Loop() {
		turn(i)
		i++
	}
	b.ReportMetric(float64(cpu(b)-start)/float64(i)/1e6, "cpu-ms/op")
}

func benchAPI(b *testing.B) counter {
	b.Helper()
	o := edgetest.Open(b, engine.SQLite(b), api.Texts, live.Texts)
	return counter{token: o.East.People[access.Agent].Token, Handler: api.New(api.Parts{
		DB: o.DB, Flow: o.Flow, Edge: o.Edge, Viewers: live.NewViewers(clock.System{}, o.Hub), Catalogue: o.Catalogue,
		Signer: o.Box, Chance: rand.Reader, Clock: clock.System{}, Log: o.Log,
	})}
}

// counter is the API as an agent reaches it, without a network in between.
type counter struct {
	http.Handler
	token string
}

func (a counter) ask(b *testing.B, method, path, body string) int {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+a.token)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	if w.Code >= 300 {
		b.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return w.Body.Len()
}

func BenchmarkCreateACase(b *testing.B) {
	a := benchAPI(b)
	measured(b, func(i int) {
		a.ask(b, "POST", "/api/v1/cases", fmt.Sprintf(
			`{"customer":{"name":"Klant %d","email":"k%d@klant.example"},"subject":"Vraag %d","text":"Mijn termijnbedrag is deze maand hoger dan de vorige. Kunt u nakijken hoe dat kan?"}`, i, i, i))
	})
}

func BenchmarkAnInboxPage(b *testing.B) {
	a := benchAPI(b)
	for i := range 500 {
		a.ask(b, "POST", "/api/v1/cases", fmt.Sprintf(`{"customer":{"email":"k%d@klant.example"},"text":"Mijn termijnbedrag is hoger"}`, i))
	}
	for _, view := range []string{"all", "unassigned"} {
		b.Run(view, func(b *testing.B) {
			measured(b, func(int) { a.ask(b, "GET", "/api/v1/cases?view="+view, "") })
		})
	}
}
