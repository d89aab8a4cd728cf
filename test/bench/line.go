package main

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"balie/app"
	"balie/channel"
	"balie/domain/access"
	"balie/domain/conversation"
	"balie/domain/org"
	"balie/domain/routing"
	"balie/domain/staff"
	"balie/ground/clock"
	"balie/ground/config"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// line is what was measured of many who wait for many agents.
type line struct {
	agents, waiting        int
	decision50, decision99 time.Duration // from the look at the line until the offer is on disk
	screen50, screen99     time.Duration // from the agent's request to end a chat until the next offer is on the screen
	each                   time.Duration // CPU of the program for one round: a chat ends, the next is offered and accepted, all screens hear of it
	rounds                 int
}

// The goals.
const (
	goalDecision = 5 * time.Millisecond
	goalScreen   = 100 * time.Millisecond
)

// lining measures decisions, in the package's own benchmark, and offers, through the whole program.
func (b *bench) lining() error {
	l := &b.sheet.line
	l.agents, l.waiting, l.rounds = b.times(2000), b.times(10_000), b.times(300)
	b.say("decisions with %d agents and %d waiting", l.agents, l.waiting)
	if err := b.decisions(l); err != nil {
		return err
	}
	b.say("a desk with %d agents and %d waiting", l.agents, l.waiting)
	d, some, err := b.crowded(l)
	if err != nil {
		return err
	}
	p, err := b.start(time.Minute, "serve", d.data)
	if err != nil {
		return err
	}
	defer p.stop() //nolint:errcheck // stopped below; here after an error
	b.say("offers to who becomes free")
	if err := b.offers(p, some, l); err != nil {
		return err
	}
	return p.stop()
}

func (b *bench) decisions(l *line) error {
	cmd := exec.CommandContext(b.ctx, "go", "test", "./flow", "-run", "^$", "-bench", "Decision", "-benchtime", strconv.Itoa(l.rounds)+"x", "-timeout", "10m")
	cmd.Env = append(os.Environ(), fmt.Sprintf("BALIE_AGENTS=%d", l.agents), fmt.Sprintf("BALIE_WAITING=%d", l.waiting))
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("the benchmark of decisions: %w\n%s", err, out)
	}
	fields := strings.Fields(string(out))
	read := func(unit string) (time.Duration, error) {
		i := slices.Index(fields, unit)
		if i < 1 {
			return 0, fmt.Errorf("the benchmark of decisions says no %s\n%s", unit, out)
		}
		n, err := strconv.ParseFloat(fields[i-1], 64)
		return time.Duration(n * float64(time.Microsecond)), err
	}
	if l.decision50, err = read("us/decision"); err == nil {
		l.decision99, err = read("us/decision-p99")
	}
	return err
}

// watched is an agent whose screen is looked at.
type watched struct {
	id     ident.Agent
	token  string
	offers chan time.Time
}

// watchers is how many of the agents work here. The others only have their screen open.
const watchers = 20

// crowded makes a desk where every agent has a chat and many wait, before the program starts.
func (b *bench) crowded(l *line) (desk, []*watched, error) {
	d := desk{data: filepath.Join(b.dir, "line")}
	c := config.Config{Data: d.data, PublicURL: "http://127.0.0.1"}
	a, err := app.New(b.ctx, c, app.Options{Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), Fast: true})
	if err != nil {
		return d, nil, err
	}
	defer a.Close()
	var o org.Organisation
	var agents []access.Principal
	var some []*watched
	err = a.DB.Write(b.ctx, func(tx *sqldb.Tx) error {
		if o, err = a.Flow.Org.Create(tx, ledger.Desk, org.Organisation{
			Slug: slug, Name: "Energie Oost", Locale: "nl", Zone: "Europe/Amsterdam", Settings: org.Defaults(),
		}); err != nil {
			return err
		}
		by := org.By{Org: o.ID, Actor: ledger.Desk}
		for i := range l.agents {
			who, err := a.Flow.Access.AddAccount(tx, by, access.Account{
				Name: fmt.Sprint("Agent ", i), Role: access.Agent, State: access.Active, Locale: "nl", Email: fmt.Sprintf("agent%d@energie-oost.example", i),
			})
			if err != nil {
				return err
			}
			agents = append(agents, access.Principal{Org: o.ID, Agent: who.ID, Name: who.Name, Role: access.Agent})
			_, token, err := a.Flow.Access.CreateToken(tx, by, access.Token{Name: fmt.Sprint("bench ", i), Role: access.Agent, Agent: who.ID})
			if err != nil {
				return err
			}
			some = append(some, &watched{id: who.ID, token: token, offers: make(chan time.Time, 16)})
		}
		return nil
	})
	if err != nil {
		return d, nil, err
	}
	if err := workers(b.ctx, a, agents); err != nil {
		return d, nil, err
	}
	return d, some, fill(b.ctx, a, agents, l.waiting)
}

// workers makes everybody available, for one chat each.
func workers(ctx context.Context, a *app.App, agents []access.Principal) error {
	for _, who := range agents {
		if err := a.DB.Write(ctx, func(tx *sqldb.Tx) error {
			return a.Flow.Staff.Still(tx, elsewhere, []staff.Heard{{Screen: staff.Screen{Org: who.Org, Agent: who.Agent}, At: now().Add(time.Hour)}})
		}); err != nil {
			return err
		}
		if _, err := a.Flow.SetPresence(ctx, who, staff.Wish{State: staff.Available, Chats: 1}); err != nil {
			return err
		}
	}
	return nil
}

// elsewhere is the name of a node that is not there and counts as living.
const elsewhere = "bench"

// fill gives each agent a chat and lets the others wait.
func fill(ctx context.Context, a *app.App, agents []access.Principal, waiting int) error {
	begin := func(n, from int) error {
		for i := range n {
			r, err := a.Flow.Arrive(ctx, channel.Arrival{
				Org: agents[0].Org, Channel: channel.Webchat, Key: fmt.Sprint("bench line ", from+i), Text: question, Locale: "nl", Live: &channel.Live{},
			})
			if err != nil {
				return err
			}
			if err := a.DB.Write(ctx, func(tx *sqldb.Tx) error { // their screens are at another node, as far as the desk knows
				return a.Flow.Conversation.Visits(tx, conversation.Visit{Org: agents[0].Org, Contact: r.Contact, Node: elsewhere})
			}); err != nil {
				return err
			}
		}
		return nil
	}
	if err := ledger.NewLeases(a.DB, elsewhere).Here(ctx, now().Add(time.Hour)); err != nil {
		return err
	}
	if err := begin(len(agents), 0); err != nil {
		return err
	}
	for busy := 0; busy < len(agents); {
		if _, err := a.Flow.MatchNow(ctx); err != nil {
			return err
		}
		before := busy
		for _, who := range agents {
			var open []routing.Offer
			if err := a.DB.Read(ctx, func(tx *sqldb.Tx) (err error) {
				open, err = a.Flow.Routing.OpenOf(tx, who.Org, who.Agent)
				return err
			}); err != nil {
				return err
			}
			for _, o := range open {
				if _, err := a.Flow.Accept(ctx, who, o.ID); err != nil {
					return err
				}
				busy++
			}
		}
		if busy == before {
			return fmt.Errorf("only %d of %d agents have a chat", busy, len(agents))
		}
	}
	return begin(waiting, len(agents))
}

// watch opens the event stream of an agent and notes when an offer comes.
func (w *watched) watch(ctx context.Context, p *program) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/api/v1/events?calm=1", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+w.token)
	resp, err := newClient(1).Do(req)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		return fmt.Errorf("an agent's stream answers %d", resp.StatusCode)
	}
	go func() {
		defer resp.Body.Close()
		mine, r := `"agent":"`+ident.Text(w.id)+`"`, bufio.NewReader(resp.Body)
		for kind := ""; ; {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			if name, ok := strings.CutPrefix(line, "event: "); ok {
				kind = strings.TrimSpace(name)
			}
			if len(w.offers) < cap(w.offers) && kind == "routing.offered" && strings.HasPrefix(line, "data:") && strings.Contains(line, mine) {
				w.offers <- now()
			}
		}
	}()
	return nil
}

// offers lets one agent after another end a chat, and times how soon the next one is on the screen.
func (b *bench) offers(p *program, some []*watched, l *line) error {
	ctx, stop := context.WithCancel(b.ctx)
	defer stop()
	c := newClient(1)
	if err := manyFiles(); err != nil {
		return err
	}
	if err := spreadOver(8, len(some), func(i int) error { return some[i].watch(ctx, p) }); err != nil {
		return err
	}
	if err := b.sleep(b.span(10 * time.Second)); err != nil {
		return err
	}
	var took []time.Duration
	each, err := p.spend(l.rounds, func() (err error) {
		took, err = b.rounds(p, c, some[:min(len(some), watchers)], l.rounds)
		return err
	})
	if err != nil {
		return err
	}
	slices.Sort(took)
	l.screen50, l.screen99, l.each = took[len(took)/2], took[len(took)*99/100], each
	return nil
}

// rounds lets one agent after another end a chat and take the next.
func (b *bench) rounds(p *program, c *http.Client, some []*watched, n int) (took []time.Duration, err error) {
	for i := range n {
		w := some[i%len(some)]
		var mine struct {
			Chats []struct{ Case struct{ ID string } }
		}
		if err := p.get(c, w.token, "/api/v1/chats", &mine); err != nil || len(mine.Chats) != 1 {
			return nil, fmt.Errorf("an agent has %d chats, not one: %w", len(mine.Chats), err)
		}
		began := now()
		if _, err := p.ask(c, w.token, http.MethodPost, "/api/v1/cases/"+mine.Chats[0].Case.ID+"/contact/end", []byte("{}")); err != nil {
			return nil, err
		}
		late, enough := clock.System{}.After(10 * time.Second)
		select {
		case at := <-w.offers:
			took = append(took, at.Sub(began))
		case <-late:
			return nil, fmt.Errorf("agent %d was offered nothing for ten seconds", w.id)
		}
		enough()
		var open struct{ Offers []struct{ ID string } }
		if err := p.get(c, w.token, "/api/v1/offers", &open); err != nil || len(open.Offers) != 1 {
			return nil, fmt.Errorf("an agent has %d offers, not one: %w", len(open.Offers), err)
		}
		if _, err := p.ask(c, w.token, http.MethodPost, "/api/v1/offers/"+open.Offers[0].ID+"/accept", []byte("{}")); err != nil {
			return nil, err
		}
	}
	return took, nil
}

// goals adds the goals of the line to the table.
func (l line) goals(t *table) {
	t.row(fmt.Sprintf("a decision with %s agents and %s waiting, 99 of 100", thousands(l.agents), thousands(l.waiting)), "≤ "+ms(goalDecision),
		fmt.Sprintf("%s (half of them: %s)", ms(l.decision99), ms(l.decision50)), met(l.decision99 <= goalDecision))
	t.row("from an agent who is free to the next offer on the screen, 99 of 100", "≤ "+ms(goalScreen),
		fmt.Sprintf("%s (half of them: %s)", ms(l.screen99), ms(l.screen50)), met(l.screen99 <= goalScreen))
}

func (l line) words() string {
	return fmt.Sprintf(`%s agents with a chat each, %s more waiting. A decision is timed by the clock in `+"`go test ./flow -bench Decision`"+`, from the look at
  the line until the offer is on disk, %d times. On the screen: from the agent's request to end a chat until the event of the next offer, through the whole
  program, %d agents in turn, while all %s have their screens open. One such round costs the program %s of CPU, with the answers to
  four requests and all that the other screens hear of it.`, thousands(l.agents), thousands(l.waiting), l.rounds, watchers, thousands(l.agents), ms(l.each))
}
