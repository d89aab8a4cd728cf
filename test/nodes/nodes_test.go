package nodes_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/clock"
	"balie/ground/config"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/desk"
	"balie/test/engine"
)

// office is a desk of several nodes with people at work.
type office struct {
	t       *testing.T
	db      *sqldb.DB
	web     string
	mail    string
	nodes   []*node
	agents  []*person
	watcher *person // a lead whose screen shows everything
	h       *history
	mu      sync.Mutex
	guests  []*guest
	mails   []string
	facts   []int64 // places that the watcher's screen was told
}

// open makes an organisation on a new database and starts so many nodes.
func open(t *testing.T, nodes, agents int) *office {
	t.Helper()
	at := engine.Postgres(t)
	data := t.TempDir()
	d := desk.Open(t, at, desk.Setup{Config: func(c *config.Config) { c.Data = data }})
	o := &office{t: t, h: &history{}}
	for n := range agents {
		p := &person{name: fmt.Sprintf("Medewerker %d", n), number: n, h: o.h, said: map[string]string{}}
		if err := d.App.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
			by := org.By{Org: d.Org, Actor: ledger.Desk}
			a, err := d.App.Flow.Access.AddAccount(tx, by, access.Account{
				Name: p.name, Role: access.Agent, State: access.Active, Locale: "nl", Email: fmt.Sprintf("m%d@energie-oost.example", n),
			})
			if err != nil {
				return err
			}
			_, p.token, err = d.App.Flow.Access.CreateToken(tx, by, access.Token{Name: p.name, Role: access.Agent, Agent: a.ID})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		o.agents = append(o.agents, p)
	}
	d.Close()
	o.watcher = &person{token: d.Token(desk.Amina), name: "Amina", number: agents, h: o.h}
	o.place(at, data, nodes)
	for _, p := range append(o.agents, o.watcher) {
		p.base = o.web
	}
	for _, n := range o.nodes {
		n.start(t)
	}
	o.look(at)
	return o
}

// look opens the database beside the nodes.
func (o *office) look(at engine.Target) {
	o.t.Helper()
	db, err := sqldb.Open(o.t.Context(), sqldb.Options{URL: at.URL, Clock: clock.System{}, Chance: rand.New(rand.NewPCG(1, 2)), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { db.Close() })
	o.db = db
}

// place makes the nodes, and puts a balancer before them.
func (o *office) place(at engine.Target, data string, nodes int, more ...string) {
	binary := desk.Build(o.t)
	var webs, mails []func() string
	for range nodes {
		n := &node{binary: binary, args: append([]string{"--data", data, "--database", at.URL}, more...)}
		webs, mails, o.nodes = append(webs, n.web), append(mails, n.mail), append(o.nodes, n)
	}
	o.web, o.mail = "http://"+desk.NewFront(o.t, webs...).Address, desk.NewFront(o.t, mails...).Address
}

func (o *office) public() string { return o.web + "/o/energie-oost/" }

// count asks the database itself.
func (o *office) count(query string) int64 {
	o.t.Helper()
	var n int64
	if err := o.db.Read(o.t.Context(), func(tx *sqldb.Tx) (err error) {
		n, err = sqldb.Value(tx, query)
		return err
	}); err != nil {
		o.t.Fatal(err)
	}
	return n
}

// load lets everybody work until ctx ends: agents, customers with a chat, customers who write, a lead who looks on.
func (o *office) load(ctx context.Context, all *sync.WaitGroup) {
	go follow(ctx, o.web+"/api/v1/events", o.watcher.token, "0", func(e event) {
		if seq, err := strconv.ParseInt(e.id, 10, 64); err == nil && e.kind == "routing.accepted" {
			o.mu.Lock()
			o.facts = append(o.facts, seq)
			o.mu.Unlock()
		}
	})
	for range 3 {
		g := o.guest()
		eventually(o.t, "a chat begins", g.say)
		o.h.stays.Store(g.v.Conversation, true)
		all.Go(func() { g.stay(ctx, o.public()) })
	}
	for _, p := range o.agents {
		all.Go(func() { p.work(ctx) })
	}
	for range 5 {
		all.Go(func() {
			for pause(ctx, 100*time.Millisecond) {
				o.guest().talk(ctx, o.public())
			}
		})
	}
	for w := range 2 {
		all.Go(func() {
			for i := 0; pause(ctx, 50*time.Millisecond); i++ {
				if word := fmt.Sprintf("woord%dx%d", w, i); post(o.mail, word) {
					o.mu.Lock()
					o.mails = append(o.mails, word)
					o.mu.Unlock()
				}
			}
		})
	}
}

func (o *office) guest() *guest {
	o.mu.Lock()
	defer o.mu.Unlock()
	g := &guest{v: desk.NewVisitor(o.t, o.public()), told: map[string]int{}}
	o.guests = append(o.guests, g)
	return g
}

// promises makes cases with a deadline that comes soon.
func (o *office) promises(n int) {
	o.t.Helper()
	for i := range n {
		status, c := 0, desk.JSON{}
		eventually(o.t, "a case is made", func() bool {
			status, c = o.watcher.ask("POST", "/cases", map[string]any{
				"customer": map[string]any{"email": "lotte@post.example"}, "subject": "Belofte", "text": "Bel mij", "client_id": fmt.Sprintf("belofte-%d", i),
			})
			return status/100 == 2
		})
		due := clock.System{}.Now().Add(4 * time.Second).UTC().Format(time.RFC3339Nano)
		if status, _ := o.watcher.ask("POST", "/cases/"+c.Text("id")+"/promises", map[string]any{"text": "Ik bel u", "due": due}); status/100 != 2 {
			o.t.Fatalf("a promise answers %d", status)
		}
	}
}

// progress waits until so many more chats were accepted.
func (o *office) progress(n int) {
	o.t.Helper()
	to := o.h.accepted() + n
	eventually(o.t, fmt.Sprintf("%d accepts", to), func() bool { return o.h.accepted() >= to })
}

func TestNodesThatAreKilledUnderLoadLoseNothingAndGiveNobodyTwoAgents(t *testing.T) {
	if testing.Short() {
		t.Skip("suite kill: left out by -short")
	}
	o := open(t, 3, 4)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var all sync.WaitGroup
	o.load(ctx, &all)
	o.progress(5)
	o.promises(6)
	chance := rand.New(rand.NewPCG(uint64(clock.System{}.Now().UnixNano()), 7)) //nolint:gosec // which node is killed
	for range 4 {
		at := chance.IntN(len(o.nodes))
		n := o.nodes[at]
		o.progress(3)
		n.kill()
		died := clock.System{}.Now()
		o.progress(5) // the others go on
		t.Logf("without node %d five chats were accepted within %v", at, clock.System{}.Now().Sub(died).Round(10*time.Millisecond))
		n.start(t)
	}
	o.nodes[0].stop(t) // in order: it hands over
	o.progress(5)
	o.nodes[0].start(t)
	// Nobody is taken for gone who is at another node, also when the time is over in which those of a dead node may return.
	eventually(t, "the visits at dead nodes are looked after", func() bool {
		now := strconv.FormatInt(clock.System{}.Now().UnixMilli(), 10)
		return o.count(`select count(*) from node where until > `+now) == int64(len(o.nodes)) &&
			o.count(`select count(*) from visit v where not exists (select 1 from node n where n.name = v.node and n.until > `+now+`)`) == 0
	})
	stop()
	all.Wait()
	o.check()
}

// check looks whether everything that was acknowledged is there once.
func (o *office) check() {
	t := o.t
	o.h.check(t)
	messages := 0
	for _, g := range o.guests {
		messages += len(g.said)
		o.thereOnce(g)
	}
	for _, word := range o.mails {
		status, found := o.watcher.ask("GET", "/cases?q="+url.QueryEscape(word), nil)
		if n := len(found.List("cases")); status != 200 || n != 1 {
			t.Errorf("%s was acknowledged and is there %d times (%d)", word, n, status)
		}
	}
	eventually(t, "every promise is broken", func() bool { return o.count(`select count(*) from ledger where kind = 'promise.broken'`) >= 6 })
	for what, query := range map[string]string{
		"promises that were broken twice":           `select count(*) - 6 from ledger where kind = 'promise.broken'`,
		"visitors who were taken for gone":          `select count(*) from ledger where kind = 'conversation.contact_left' and at < ` + strconv.FormatInt(o.ended(), 10),
		"facts that were set aside":                 `select count(*) from set_aside`,
		"contacts that are offered twice at a time": `select count(*) from (select contact from offer where state = 'open' group by contact having count(*) > 1) as x`,
	} {
		if n := o.count(query); n != 0 {
			t.Errorf("%s: %d", what, n)
		}
	}
	o.screens()
	t.Logf("%d chats with %d messages, %d accepts, %d mails, %d deeds of agents", len(o.guests), messages, o.h.accepted(), len(o.mails), len(o.h.ops))
}

// ended is when the last deed was done.
func (o *office) ended() int64 {
	var last int64
	for _, op := range o.h.ops {
		last = max(last, op.Call)
	}
	return last / int64(time.Millisecond)
}

// thereOnce looks at the whole conversation from its beginning, and at what the screen showed meanwhile.
func (o *office) thereOnce(g *guest) {
	t := o.t
	t.Helper()
	if g.v.Conversation == "" {
		return // it never began
	}
	want := slices.Clone(g.said)
	for _, p := range o.agents {
		for text, contact := range p.said {
			if contact == g.v.Conversation {
				want = append(want, text)
			}
		}
	}
	told := map[string]int{}
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	follow(ctx, o.public()+g.v.At("events"), g.v.Token, "", func(e event) {
		if e.kind == "message" {
			told[textOf(e)]++
		}
		if !slices.ContainsFunc(want, func(s string) bool { return told[s] == 0 }) {
			stop()
		}
	})
	for _, text := range want {
		if told[text] != 1 {
			t.Errorf("%q was acknowledged and is there %d times", text, told[text])
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for text, n := range g.told {
		if n > 1 {
			t.Errorf("the screen of the visitor showed %q %d times", text, n)
		}
	}
}

func textOf(e event) string {
	_, rest, _ := strings.Cut(e.data, `"text":"`)
	text, _, _ := strings.Cut(rest, `"`)
	return text
}

// screens looks whether the lead's screen was told each accepted offer once, in order, over all nodes.
func (o *office) screens() {
	t := o.t
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if !slices.IsSorted(o.facts) || len(slices.Compact(slices.Clone(o.facts))) != len(o.facts) {
		t.Errorf("the screen was told things twice or out of order: %v", o.facts)
	}
	last := "0"
	if len(o.facts) > 0 {
		last = strconv.FormatInt(o.facts[len(o.facts)-1], 10)
	}
	if n := o.count(`select count(*) from ledger where kind = 'routing.accepted' and seq <= ` + last); int(n) != len(o.facts) {
		t.Errorf("the screen was told %d of %d accepted offers", len(o.facts), n)
	}
}
