package demo

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/BurntSushi/toml"

	"balie/domain/access"
	"balie/ground/clock"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

//go:embed stories/generate.toml
var stuffText string

// stuff is what generated cases are made of.
type stuff struct {
	First, Last, Head, Tail, Tags []string
	Topic                         []topic
}

type topic struct {
	Subject, Question, Solution string
	Texts                       []string
}

// Length is how long the history of n generated cases is: long enough for a desk with casesADay. The clock of the desk
// best starts this long before now, so that the organisation is older than its cases.
func Length(n int) time.Duration { return max(Span, time.Duration(n/casesADay+1)*24*time.Hour) }

// casesADay is how busy a generated desk is; it says over how many days the cases are spread.
const casesADay = 900

// casesAtOnce is how many new cases there are in a transaction.
const casesAtOnce = 2500

// Generate makes the organisation and n cases with all that belongs to them. Their lives are those that the rooms
// allow, and nearly all are over. Each case has a word of its own in its first message: uniek000123 in the 123rd,
// counted from zero. The rows are written in bulk, past the rooms; nobody else may write meanwhile.
func Generate(ctx context.Context, d Desk, n int) error {
	if err := d.check(); err != nil {
		return err
	}
	days := max(int(Span/(24*time.Hour)), n/casesADay)
	start := d.Now.AddDate(0, 0, -days)
	h, err := found(ctx, d)
	if err != nil {
		return err
	}
	g, err := newGenerator(d, h, start)
	if err != nil {
		return err
	}
	if g.seq, err = head(ctx, d.DB, h.org.ID); err != nil {
		return err
	}
	if err := setIndex(ctx, d.DB, indexInBulk); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	batches := make(chan *batch, 1)
	go func() {
		defer close(batches)
		g.run(ctx, n, days, batches)
	}()
	if err := g.write(ctx, d, batches); err != nil {
		return err
	}
	if err := setIndex(ctx, d.DB, indexAsEver); err != nil {
		return err
	}
	if err := mergeIndex(ctx, d.DB); err != nil {
		return err
	}
	return finish(ctx, d, g)
}

// write takes batches from the generator, which makes the next ones meanwhile.
func (g *generator) write(ctx context.Context, d Desk, batches <-chan *batch) error {
	texts := newStatements(d.DB.Engine())
	for b := range batches {
		if err := d.DB.Write(ctx, func(tx *sqldb.Tx) error {
			if err := texts.write(tx, int64(g.house.org.ID), b); err != nil {
				return err
			}
			last, err := sqldb.Value(tx, `select coalesce(max(seq), 0) from ledger where org = $1`, g.house.org.ID)
			if err == nil && last != b.last {
				err = fault.New(fault.Internal, "ground.internal", "demo", fmt.Sprintf("the ledger is at %d, not at %d", last, b.last))
			}
			return err
		}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// head is the place of the newest fact. It is one of this organisation: it was made a moment ago, and nobody else
// writes.
func head(ctx context.Context, db *sqldb.DB, o ident.Org) (seq int64, err error) {
	err = db.Read(ctx, func(tx *sqldb.Tx) error {
		seq, err = sqldb.Value(tx, `select coalesce(max(seq), 0) from ledger where org = $1`, o)
		return err
	})
	return seq, err
}

// finish leaves the desk as if it had run all the time: counters, followers, clock.
func finish(ctx context.Context, d Desk, g *generator) error {
	if ahead := d.Now.Sub(d.Clock.Now()); ahead > 0 {
		d.Clock.Advance(ahead)
	}
	return d.DB.Write(ctx, func(tx *sqldb.Tx) error {
		for year, last := range g.numbers {
			if _, err := tx.Exec(`insert into case_number (org, year, last) values ($1, $2, $3)`, g.house.org.ID, year, last); err != nil {
				return err
			}
		}
		if err := ledger.Rebase(tx); err != nil {
			return err
		}
		for _, f := range d.Flow.Followers() {
			if err := place(tx, f.Name, g.seq); err != nil {
				return err
			}
		}
		return nil
	})
}

func newGenerator(d Desk, h house, start time.Time) (*generator, error) {
	var s stuff
	if _, err := toml.Decode(stuffText, &s); err != nil {
		return nil, fmt.Errorf("generate: %w", err)
	}
	zone, err := time.LoadLocation(zoneName)
	if err != nil {
		return nil, err
	}
	hand := clock.At(start)
	g := &generator{
		stuff: s, house: h, zone: zone, now: d.Now, chance: d.Chance, hand: hand, ids: ident.NewSource(hand, d.Chance),
		numbers: map[int]int64{}, start: start,
	}
	for _, name := range []string{"maaike", "youssef", "daan", "priya", "lotte", "emre", "jurre", "nadia"} {
		a, ok := h.agents[name]
		if !ok {
			return nil, fault.New(fault.Internal, "ground.internal", "demo agent", name)
		}
		g.agents = append(g.agents, access.Account{ID: a.ID, Name: a.Name, Department: a.Department})
	}
	return g, nil
}
