package app

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"

	"balie/app/demo"
	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/clock"
	"balie/ground/config"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// demonstrate runs a desk with a fictional organisation.
func demonstrate(ctx context.Context, c Console, args []string) error {
	var quiet bool
	var many int
	cfg, rest, err := settings(c, "demo", args, func(f *flag.FlagSet) {
		f.BoolVar(&quiet, "quiet", false, "without simulated customers")
		f.IntVar(&many, "cases", 0, "this many generated cases instead of the small history")
	})
	if err == nil {
		err = noMore(rest)
	}
	if err != nil {
		return err
	}
	if !cfg.DataGiven && cfg.Database.Empty() {
		folder, err := os.MkdirTemp("", "balie-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)
		cfg.Data = folder
	}
	cfg.Relay = config.Relay{} // outgoing mail stays in the outbox
	if err := seed(ctx, c, cfg, many); err != nil {
		return err
	}
	a, err := New(ctx, cfg, Options{Clock: clock.System{}, Log: logger(c, cfg.Log)})
	if err != nil {
		return err
	}
	if err := a.welcome(ctx, c); err != nil {
		a.Close()
		return err
	}
	if !quiet {
		go a.simulate(ctx)
	}
	return a.Run(ctx)
}

// seed fills an empty database. Its clock starts weeks ago and is moved to now. A database that has the organisation
// already is left as it is.
func seed(ctx context.Context, c Console, cfg config.Config, many int) error {
	now := clock.System{}.Now()
	span := demo.Span
	if many > 0 {
		span = demo.Length(many)
	}
	hand := clock.At(now.Add(-span))
	cfg.Listen, cfg.Mail = "", config.Mail{}
	a, err := New(ctx, cfg, Options{Clock: hand, Log: logger(c, cfg.Log), Fast: true})
	if err != nil {
		return err
	}
	defer a.Close()
	err = a.DB.Read(ctx, func(tx *sqldb.Tx) error {
		_, err := a.Flow.Org.BySlug(tx, demo.Slug)
		return err
	})
	if err == nil {
		return nil
	}
	d := demo.Desk{DB: a.DB, Flow: a.Flow, Clock: hand, Now: now, Chance: rand.New(rand.NewPCG(4817, 2026)), Log: a.Log}
	if many > 0 {
		return demo.Generate(ctx, d, many)
	}
	return demo.Seed(ctx, d)
}

// welcome prints a sign-in link for each role and the customer's pages.
func (a *App) welcome(ctx context.Context, c Console) error {
	var o org.Organisation
	links := map[access.Role]access.Link{}
	err := a.DB.Write(ctx, func(tx *sqldb.Tx) (err error) {
		if o, err = a.Flow.Org.BySlug(tx, demo.Slug); err != nil {
			return err
		}
		accounts, err := a.Flow.Access.Accounts(tx, o.ID)
		if err != nil {
			return err
		}
		for _, p := range accounts {
			if _, done := links[p.Role]; done || p.State != access.Active {
				continue
			}
			if p.Role == access.Agent && p.Email != demo.FirstAgent {
				continue
			}
			l, err := a.Flow.Access.DemoLink(tx, org.By{Org: o.ID, Actor: ledger.Desk}, p.ID)
			if err != nil {
				return err
			}
			l.Account = p
			links[p.Role] = l
		}
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Out, "%s is open. Everything in it is made up; mail that goes out stays in the outbox.\n\n", o.Name)
	for _, role := range []access.Role{access.Agent, access.Lead, access.Admin} {
		if l, ok := links[role]; ok {
			fmt.Fprintf(c.Out, "  %-6s %-18s %s/welcome/%s\n", role, l.Account.Name, a.Config.PublicURL, l.Token)
		}
	}
	base := a.Config.PublicURL + "/o/" + o.Slug
	fmt.Fprintf(c.Out, "\n  customers: contact page  %s/   (with the chat: be a visitor here)\n             form          %s/form\n             mail          %s\n\n", base, base, demo.Main)
	pages, err := demo.Pages(ctx, a.DB, a.Flow)
	if err != nil {
		return err
	}
	for _, p := range pages {
		fmt.Fprintf(c.Out, "  customer's page with a %-8s  %s\n", p.Shows, p.URL)
	}
	if a.Config.Mail.SMTP != "" {
		fmt.Fprintf(c.Out, "\n  send a mail yourself: to %s, SMTP server %s\n\n", demo.Main, a.Config.Mail.SMTP)
	}
	return nil
}

func (a *App) simulate(ctx context.Context) {
	select {
	case <-a.ready:
	case <-ctx.Done():
		return
	}
	for _, live := range []func(context.Context, demo.World) error{demo.Simulate, demo.Chat} {
		go func() {
			err := live(ctx, demo.World{
				DB: a.DB, Flow: a.Flow, SMTP: a.SMTPAddress(), URL: a.Config.PublicURL, Clock: a.Clock,
				Chance: rand.New(Chance()), Log: a.Log,
			})
			if err != nil && ctx.Err() == nil {
				a.Log.Error("the simulated customers went home", "error", err)
			}
		}()
	}
}
