package desk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/smtp"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/ground/clock"
	"balie/ground/config"
	"balie/test/desk"
	"balie/test/engine"
)

// send gives a mail to the listener and tells whether it was acknowledged.
func send(address, from, word string) bool {
	c, err := smtp.Dial(address)
	if err != nil {
		return false
	}
	defer c.Close()
	if c.Mail(from) != nil || c.Rcpt(desk.Address) != nil {
		return false
	}
	w, err := c.Data()
	if err != nil {
		return false
	}
	if _, err := w.Write(desk.Compose(from, desk.Address, "Vraag "+word, "Mijn vraag is "+word, "Message-ID: <"+word+"@post.example>")); err != nil {
		return false
	}
	return w.Close() == nil // nil: 250 was read
}

func TestKilledUnderLoadNothingAcknowledgedIsLostOrDoubled(t *testing.T) {
	if testing.Short() {
		t.Skip("suite kill: left out by -short")
	}
	binary := desk.Build(t)
	engine.Each(t, func(t *testing.T, at engine.Target) {
		args, token := prepared(t, at)
		var mu sync.Mutex
		acknowledged := map[string]bool{}
		for round := range 4 {
			p := desk.Start(t, binary, args...)
			var load sync.WaitGroup
			for w := range 6 {
				load.Go(func() {
					for i := 0; ; i++ {
						word := fmt.Sprintf("woord%dx%dx%d", round, w, i)
						if w%2 == 0 {
							if !send(p.SMTP, fmt.Sprintf("k%d@post.example", i), word) {
								return
							}
						} else if !create(p.URL, token, word) {
							return
						}
						mu.Lock()
						acknowledged[word] = true
						mu.Unlock()
					}
				})
			}
			enough(t, &mu, acknowledged, (round+1)*60)
			p.Kill()
			load.Wait()
		}
		p := desk.Start(t, binary, args...)
		if len(acknowledged) < 240 {
			t.Fatalf("only %d were acknowledged", len(acknowledged))
		}
		for word := range acknowledged {
			if n := find(t, p.URL, token, word); n != 1 {
				t.Errorf("%s was acknowledged and is there %d times", word, n)
			}
		}
		t.Logf("%d acknowledged over 4 kills, all there once", len(acknowledged))
	})
}

// prepared makes an organisation in a database and gives the settings to serve it, and a token.
func prepared(t *testing.T, at engine.Target) (args []string, token string) {
	t.Helper()
	data := t.TempDir()
	d := desk.Open(t, at, desk.Setup{Config: func(c *config.Config) { c.Data = data }})
	d.Close()
	args = []string{"--data", data}
	if at.URL != "" {
		args = append(args, "--database", at.URL)
	}
	return args, d.Token(desk.Maaike)
}

// enough waits until so many have been acknowledged.
func enough(t *testing.T, mu *sync.Mutex, acknowledged map[string]bool, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	for {
		mu.Lock()
		have := len(acknowledged)
		mu.Unlock()
		if have >= n {
			return
		}
		if (clock.System{}).Sleep(ctx, 5*time.Millisecond) != nil {
			t.Fatalf("only %d acknowledged in three minutes", have)
		}
	}
}

func create(base, token, word string) bool {
	req, err := http.NewRequest("POST", base+"/api/v1/cases", strings.NewReader(
		`{"customer":{"name":"Iemand","email":"iemand@post.example"},"subject":"Vraag","text":"Mijn vraag is `+word+`"}`))
	if err != nil {
		return false
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, resp.Body) //nolint:errcheck // the status is the answer
	return resp.StatusCode == http.StatusCreated
}

func find(t *testing.T, base, token, word string) int {
	t.Helper()
	req, err := http.NewRequest("GET", base+"/api/v1/cases?q="+url.QueryEscape(word), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var list struct{ Cases []json.RawMessage }
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	return len(list.Cases)
}
