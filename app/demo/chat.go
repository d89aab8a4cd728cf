package demo

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// The pace of chatting visitors.
const (
	nextVisitor = 50 * time.Second // at the soonest; at the latest three times this
	thinking    = 4 * time.Second  // before an answer; at the latest four times this
	lostHeart   = 4 * time.Minute  // of waiting; at the latest twice this
	chatsAtOnce = 3
)

// chatter is what one visitor of the chat says.
type chatter struct {
	First string
	Then  []string
}

// visitors are the simulated visitors of the chat. Each sees the desk as the program on a website does: over HTTP.
type visitors struct {
	World
	lines lines
	stuff stuff
	open  atomic.Int64
}

// Chat lets made-up visitors chat, until ctx ends. They come while somebody is there, and few at a time.
func Chat(ctx context.Context, w World) error {
	c, err := newCrowd(ctx, w)
	if err != nil {
		return err
	}
	v := &visitors{World: w, lines: c.lines, stuff: c.stuff}
	var all sync.WaitGroup
	defer all.Wait()
	for w.Clock.Sleep(ctx, nextVisitor+time.Duration(w.Chance.Int64N(int64(2*nextVisitor)))) == nil {
		if v.open.Load() >= chatsAtOnce || len(v.lines.Chats) == 0 {
			continue
		}
		one := &visitor{visitors: v, chance: rand.New(rand.NewPCG(w.Chance.Uint64(), w.Chance.Uint64())), says: pick(w.Chance, v.lines.Chats)}
		v.open.Add(1)
		all.Go(func() {
			defer v.open.Add(-1)
			if err := one.chat(ctx); err != nil && ctx.Err() == nil {
				w.Log.Warn("a simulated visitor could not go on", "error", err)
			}
		})
	}
	return nil
}

// visitor is one of them.
type visitor struct {
	*visitors
	chance *rand.Rand
	says   chatter
	base   string // the conversation's address
	token  string
	seq    int64
	count  int
	served bool
}

// front is what a visitor sees before asking.
type front struct {
	Open   bool
	Agents []struct{ Name string }
}

// event is what the stream of a conversation says.
type event struct {
	Kind string
	Seq  int64
	From string
	Text string
	Card string
	Open bool
}

func (v *visitor) chat(ctx context.Context) error {
	var f front
	if err := v.ask(ctx, http.MethodGet, v.URL+"/o/"+Slug+"/chat?lang=nl", nil, &f); err != nil {
		return err
	}
	if len(f.Agents) == 0 {
		return nil // nobody is there: these visitors come back another time
	}
	ctx, hangUp := context.WithTimeout(ctx, 30*time.Minute)
	defer hangUp()
	if err := v.begin(ctx); err != nil {
		return err
	}
	events := make(chan event)
	ended := make(chan error, 1)
	go func() { ended <- v.listen(ctx, events) }()
	patience, enough := v.Clock.After(v.between(lostHeart, 2*lostHeart))
	defer enough()
	for {
		select {
		case e := <-events:
			if done, err := v.react(ctx, e); done || err != nil {
				return err
			}
		case <-patience:
			if !v.served {
				return v.post(ctx, "/end", map[string]any{})
			}
		case err := <-ended:
			return err
		}
	}
}

func (v *visitor) between(from, to time.Duration) time.Duration {
	return from + time.Duration(v.chance.Int64N(int64(to-from)))
}

func (v *visitor) likely(percent int) bool { return v.chance.IntN(100) < percent }

func (v *visitor) begin(ctx context.Context) error {
	name := pick(v.chance, v.stuff.First) + " " + pick(v.chance, v.stuff.Last)
	say := map[string]any{
		"text": v.says.First, "client_id": v.client(), "lang": "nl", "title": "Mijn verbruik",
		"page": "https://www." + Domain + "/" + pick(v.chance, []string{"verbruik", "verhuizen", "storing", "tarieven"}),
	}
	if v.likely(60) {
		local, domain, _ := strings.Cut(addressOf(name), "@")
		say["name"], say["email"] = name, fmt.Sprintf("%s.%d@%s", local, v.chance.IntN(100_000), domain)
	}
	var begun struct{ Conversation, Token string }
	if err := v.ask(ctx, http.MethodPost, v.URL+"/o/"+Slug+"/chat", say, &begun); err != nil {
		return err
	}
	v.base, v.token = v.URL+"/o/"+Slug+"/chat/"+begun.Conversation, begun.Token
	return nil
}

// client makes an identifier of what is sent, so that it is kept once.
func (v *visitor) client() string {
	v.count++
	return fmt.Sprintf("demo-%016x-%04d", v.chance.Uint64(), v.count)
}

// ask sends a request and reads the answer.
func (v *visitor) ask(ctx context.Context, method, address string, say, into any) error {
	body, err := json.Marshal(say)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+v.token)
	answer, err := once.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("the chat answered %s", answer.Status)
	}
	if into == nil {
		return nil
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

func (v *visitor) post(ctx context.Context, path string, say any) error {
	return v.ask(ctx, http.MethodPost, v.base+path, say, nil)
}

// listen follows the conversation until it ends.
func (v *visitor) listen(ctx context.Context, events chan<- event) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, v.base+"/events", nil)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+v.token)
	answer, err := once.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 256<<10)
	kind := ""
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			kind = value
		case "data":
			e, err := readEvent(kind, value)
			if err != nil {
				return err
			}
			select {
			case events <- e:
			case <-ctx.Done():
				return nil
			}
		}
	}
	return lines.Err()
}

func readEvent(kind, data string) (event, error) {
	var raw struct {
		Seq              int64
		Kind, From, Text string
		Open             bool
	}
	err := json.Unmarshal([]byte(data), &raw)
	return event{Kind: kind, Seq: raw.Seq, From: raw.From, Text: raw.Text, Card: raw.Kind, Open: raw.Open}, err
}

// react does what a visitor does with what appears on the screen; done when the visitor closes it.
func (v *visitor) react(ctx context.Context, e event) (done bool, err error) {
	if e.Seq > 0 && e.Seq <= v.seq {
		return false, nil
	}
	v.seq = max(v.seq, e.Seq)
	switch {
	case e.Kind == "message" && e.From == "agent":
		v.served = true
		return false, v.reply(ctx)
	case e.Kind == "card" && e.Card == "read_back" && e.Open:
		return false, v.think(ctx, func() error {
			if v.likely(85) {
				return v.post(ctx, "/answers", map[string]any{"card": "read_back", "answer": "yes"})
			}
			return v.post(ctx, "/answers", map[string]any{"card": "read_back", "answer": "no", "text": pick(v.chance, v.lines.Corrections)})
		})
	case e.Kind == "card" && e.Card == "solution" && e.Open:
		return v.judge(ctx)
	}
	return false, nil
}

// think takes a moment first.
func (v *visitor) think(ctx context.Context, fn func() error) error {
	if err := v.Clock.Sleep(ctx, v.between(thinking, 4*thinking)); err != nil {
		return nil //nolint:nilerr // the demonstration ends
	}
	return fn()
}

// reply shows that the visitor types, and says the next thing.
func (v *visitor) reply(ctx context.Context) error {
	if err := v.post(ctx, "/seen", map[string]any{"seq": v.seq}); err != nil {
		return err
	}
	text := pick(v.chance, v.lines.Thanks)
	if len(v.says.Then) > 0 {
		text, v.says.Then = v.says.Then[0], v.says.Then[1:]
	} else if v.likely(50) {
		return nil
	}
	if err := v.post(ctx, "/typing", map[string]any{"typing": true}); err != nil {
		return err
	}
	return v.think(ctx, func() error {
		return v.post(ctx, "/messages", map[string]any{"text": text, "client_id": v.client()})
	})
}

// judge says whether it is solved, and what the visitor thought of it.
func (v *visitor) judge(ctx context.Context) (done bool, err error) {
	yes := v.likely(80)
	err = v.think(ctx, func() error {
		if !yes {
			return v.post(ctx, "/answers", map[string]any{"card": "solution", "answer": "no", "text": pick(v.chance, v.lines.NotYet)})
		}
		if err := v.post(ctx, "/answers", map[string]any{"card": "solution", "answer": "yes"}); err != nil {
			return err
		}
		s := pick(v.chance, scores)
		return v.post(ctx, "/answers", map[string]any{"card": "feedback", "satisfaction": s[0], "grade": s[1]})
	})
	return yes, err
}
