package demo

import (
	"context"
	_ "embed"
	"fmt"
	"hash/fnv"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/org"
	"balie/flow"
	"balie/ground/clock"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

//go:embed stories/simulate.toml
var linesText string

// FirstAgent is who one signs in as to work at the desk.
const FirstAgent = "maaike@" + Domain

// World is what simulated customers live in: the running program as it is seen from outside, and the outbox, which is
// their mailbox.
type World struct {
	DB     *sqldb.DB
	Flow   *flow.Flow
	SMTP   string // where mail is taken in; empty: nobody writes mails
	URL    string // of the pages, without a slash at the end
	Clock  clock.Clock
	Chance *rand.Rand // for one goroutine
	Log    *slog.Logger
}

// The pace: one can watch it.
const (
	quickest = 20 * time.Second // between new questions
	slowest  = 60 * time.Second
	soonest  = 10 * time.Second // before a customer reacts
	latest   = 90 * time.Second
	glance   = 2 * time.Second // how often customers look into their mailbox
	enough   = 60              // questions that nobody took up: more are not asked
)

// lines are what simulated customers write.
type lines struct {
	Corrections, Thanks, Answers, English []string
	NotYet                                []string `toml:"not_yet"`
	Happy, Neutral, Unhappy               []string
	Questions                             []question
	Chats                                 []chatter
}

type question struct{ Subject, Text, File, To, Locale string }

// crowd are the simulated customers.
type crowd struct {
	World
	stuff stuff
	lines lines
	zone  *time.Location
	org   org.Organisation
	seen  ident.Outgoing // the newest letter they know
	plans []reaction     // what they will do
	ask   time.Time      // when the next one asks something
	count int
}

// reaction is what a customer does with a letter, later.
type reaction struct {
	at     time.Time
	letter conversation.Letter
	sort   conversation.Sort
}

// Simulate lets made-up customers write, answer and judge, until ctx ends. What goes wrong is logged, and they go on.
// They answer only mail to their own, made-up addresses: whoever tries the desk with another address is left alone.
func Simulate(ctx context.Context, w World) error {
	c, err := newCrowd(ctx, w)
	if err != nil {
		return err
	}
	for w.Clock.Sleep(ctx, glance) == nil {
		c.try(ctx, "look into the mailbox", c.look)
		now := w.Clock.Now()
		if !now.Before(c.ask) {
			c.ask = now.Add(c.between(quickest, slowest))
			c.try(ctx, "ask", c.question)
		}
		later := c.plans[:0]
		var due []reaction
		for _, r := range c.plans {
			if now.Before(r.at) {
				later = append(later, r)
			} else {
				due = append(due, r)
			}
		}
		c.plans = later
		for _, r := range due {
			c.try(ctx, "react", func(ctx context.Context) error { return c.react(ctx, r) })
		}
	}
	return nil
}

func newCrowd(ctx context.Context, w World) (*crowd, error) {
	c := &crowd{World: w}
	if _, err := toml.Decode(linesText, &c.lines); err != nil {
		return nil, fmt.Errorf("simulate: %w", err)
	}
	if _, err := toml.Decode(stuffText, &c.stuff); err != nil {
		return nil, fmt.Errorf("simulate: %w", err)
	}
	var err error
	if c.zone, err = time.LoadLocation(zoneName); err != nil {
		return nil, err
	}
	err = w.DB.Read(ctx, func(tx *sqldb.Tx) error {
		if c.org, err = w.Flow.Org.BySlug(tx, Slug); err != nil {
			return err
		}
		last, err := w.Flow.Conversation.Outbox(tx, c.org.ID, conversation.OutboxFilter{Limit: 1})
		if len(last) > 0 {
			c.seen = last[0].ID
		}
		return err
	})
	c.ask = w.Clock.Now().Add(soonest)
	return c, err
}

func (c *crowd) between(from, to time.Duration) time.Duration {
	return from + time.Duration(c.Chance.Int64N(int64(to-from)))
}

func (c *crowd) likely(percent int) bool { return c.Chance.IntN(100) < percent }

// try does something that may fail without anybody minding.
func (c *crowd) try(ctx context.Context, what string, fn func(context.Context) error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			c.Log.Error("a simulated customer stumbled", "at", what, "panic", fmt.Sprint(p))
		}
	}()
	err := fn(ctx)
	if err != nil && ctx.Err() == nil {
		c.Log.Warn("a simulated customer could not go on", "at", what, "error", err)
	}
}

// look finds new letters to simulated customers and decides when they react.
func (c *crowd) look(ctx context.Context) error {
	return c.DB.Read(ctx, func(tx *sqldb.Tx) error {
		letters, err := c.Flow.Conversation.Outbox(tx, c.org.ID, conversation.OutboxFilter{Limit: 50})
		if err != nil {
			return err
		}
		newest := c.seen
		for i := len(letters) - 1; i >= 0; i-- {
			l := letters[i]
			if l.ID <= c.seen {
				continue
			}
			newest = max(newest, l.ID)
			if !ours(l.ToAddress) || l.Entry == 0 {
				continue
			}
			e, err := c.Flow.Conversation.Entry(tx, c.org.ID, l.Entry)
			if fault.Is(err, fault.Unknown) {
				continue
			}
			if err != nil {
				return err
			}
			c.plans = append(c.plans, reaction{at: c.Clock.Now().Add(c.between(soonest, latest)), letter: l, sort: e.Sort})
		}
		c.seen = newest
		return nil
	})
}

// ours says whether an address is one of those that are made up here.
func ours(address string) bool {
	domain := address[strings.LastIndexByte(address, '@')+1:]
	for _, p := range providers {
		if p == domain {
			return true
		}
	}
	return false
}

// crowded says whether the desk has enough to do.
func (c *crowd) crowded(ctx context.Context) (yes bool, err error) {
	err = c.DB.Read(ctx, func(tx *sqldb.Tx) error {
		n, err := c.Flow.Cases.Count(tx, c.org.ID, cases.Unassigned, 0)
		yes = n >= enough
		return err
	})
	return yes, err
}

// styleOf is the mail program of an address: the same each time.
func styleOf(address string) style {
	h := fnv.New32a()
	_, _ = h.Write([]byte(address)) // a hash never returns an error
	return []style{web, web, office, plain, phone}[h.Sum32()%5]
}
