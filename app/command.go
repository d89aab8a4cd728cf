package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"

	"balie/domain/access"
	"balie/domain/org"
	"balie/ground/clock"
	"balie/ground/config"
	"balie/ground/fault"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/ground/text"
)

// Console is where a command is called from.
type Console struct {
	Args []string
	Env  func(string) string
	Out  io.Writer
	Err  io.Writer
}

// command is one word of the command line.
type command struct {
	about string
	run   func(ctx context.Context, c Console, args []string) error
}

func commands() map[string]command {
	return map[string]command{
		"serve":   {"runs the desk", serve},
		"demo":    {"runs a desk with a fictional organisation", demonstrate},
		"token":   {"token create --org SLUG --role agent|lead|admin --name NAME [--agent EMAIL]: makes an API token", token},
		"backup":  {"backup FILE: writes everything to one file while the desk runs", backupCommand},
		"verify":  {"verify FILE: checks that a backup is whole", verifyCommand},
		"restore": {"restore FILE: puts a backup in an empty data folder or database", restoreCommand},
		"doctor":  {"looks whether everything is in order and says what to do", doctor},
		"version": {"says which version this is", version},
	}
}

// order in which help lists the commands.
var order = []string{"serve", "demo", "token", "backup", "verify", "restore", "doctor", "version"}

// Main runs a command and gives the exit status: 0 when it did what was asked.
func Main(ctx context.Context, c Console) int {
	if len(c.Args) == 0 || c.Args[0] == "help" || c.Args[0] == "--help" || c.Args[0] == "-h" {
		usage(c.Out)
		return 0
	}
	cmd, ok := commands()[c.Args[0]]
	if !ok {
		fmt.Fprintf(c.Err, "balie: there is no command %q; balie help lists them\n", c.Args[0])
		return 1
	}
	err := cmd.run(ctx, c, c.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(c.Out, "balie %s: %s\n\n%s", c.Args[0], cmd.about, config.Usage())
		return 0
	}
	if err != nil {
		fmt.Fprintln(c.Err, "balie: "+oneLine(err))
		return 1
	}
	return 0
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "balie is a customer-contact desk. Commands:")
	for _, name := range order {
		fmt.Fprintf(w, "  %-8s %s\n", name, commands()[name].about)
	}
	fmt.Fprintln(w, "\nbalie serve --help lists the settings.")
}

// oneLine says what went wrong in one line: the sentence for people where there is one, then the cause.
func oneLine(err error) string {
	var problem *config.Problem
	if errors.As(err, &problem) {
		return problem.Error()
	}
	var f *fault.Fault
	said := err.Error()
	if errors.As(err, &f) {
		if cat, loadErr := text.Load(catalogues()...); loadErr == nil {
			said = cat.Fault(text.English, f)
			if cause := f.Unwrap(); cause != nil {
				said += " (" + cause.Error() + ")"
			}
		}
	}
	return strings.Join(strings.Fields(said), " ")
}

// settings reads the configuration of a command.
func settings(c Console, name string, args []string, more ...func(*flag.FlagSet)) (config.Config, []string, error) {
	return config.Parse(name, args, c.Env, os.ReadFile, more...)
}

func logger(c Console, l config.Log) *slog.Logger {
	o := &slog.HandlerOptions{Level: l.Level}
	if l.Format == config.LogJSON {
		return slog.New(slog.NewJSONHandler(c.Err, o))
	}
	return slog.New(slog.NewTextHandler(c.Err, o))
}

func serve(ctx context.Context, c Console, args []string) error {
	cfg, rest, err := settings(c, "serve", args)
	if err != nil {
		return err
	}
	if err := noMore(rest); err != nil {
		return err
	}
	a, err := New(ctx, cfg, Options{Clock: clock.System{}, Log: logger(c, cfg.Log)})
	if err != nil {
		return err
	}
	if err := a.firstLink(ctx, c.Out); err != nil {
		a.Close()
		return err
	}
	return a.Run(ctx)
}

func noMore(rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("%q is not a setting; write --name value", rest[0])
	}
	return nil
}

// firstLink prints the one-time link with which the first administrator is made, as long as there is none.
func (a *App) firstLink(ctx context.Context, out io.Writer) error {
	var l access.Link
	var needed bool
	err := a.DB.Write(ctx, func(tx *sqldb.Tx) (err error) {
		l, needed, err = a.Flow.Access.FirstLink(tx)
		return err
	})
	if err == nil && needed {
		fmt.Fprintf(out, "Make the first administrator here, once:\n  %s/welcome/%s\n", a.Config.PublicURL, l.Token)
	}
	return err
}

func version(_ context.Context, c Console, _ []string) error {
	_, err := fmt.Fprintf(c.Out, "balie %s\n", programVersion())
	return err
}

// programVersion is the version that was built, or "development" for one from a work tree.
func programVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "development"
}

// open opens the database of a running or stopped desk for a command, without listening anywhere.
func open(ctx context.Context, c Console, cfg config.Config) (*App, error) {
	cfg.Listen, cfg.Mail, cfg.Metrics = "", config.Mail{}, config.Metrics{}
	cfg.Log.Level = slog.LevelWarn
	return New(ctx, cfg, Options{Clock: clock.System{}, Log: logger(c, cfg.Log)})
}

func token(ctx context.Context, c Console, args []string) error {
	if len(args) == 0 || args[0] != "create" {
		return errors.New("token knows one thing: balie token create --org SLUG --role agent|lead|admin --name NAME [--agent EMAIL]")
	}
	var slug, role, name, agent string
	cfg, rest, err := settings(c, "token", args[1:], func(f *flag.FlagSet) {
		f.StringVar(&slug, "org", "", "slug of the organisation")
		f.StringVar(&role, "role", "", "agent, lead or admin")
		f.StringVar(&name, "name", "", "what the token is for")
		f.StringVar(&agent, "agent", "", "e-mail address of the agent it acts as")
	})
	if err == nil {
		err = noMore(rest)
	}
	if err != nil {
		return err
	}
	for flagName, v := range map[string]string{"org": slug, "role": role, "name": name} {
		if v == "" {
			return fmt.Errorf("--%s is missing", flagName)
		}
	}
	a, err := open(ctx, c, cfg)
	if err != nil {
		return err
	}
	defer a.Close()
	var made string
	err = a.DB.Write(ctx, func(tx *sqldb.Tx) error {
		o, err := a.Flow.Org.BySlug(tx, slug)
		if err != nil {
			return fmt.Errorf("there is no organisation %q", slug)
		}
		t := access.Token{Org: o.ID, Name: name, Role: access.Role(role)}
		if agent != "" {
			account, err := a.Flow.Access.ByEmail(tx, o.ID, agent)
			if err != nil {
				return fmt.Errorf("%s has no agent %q", slug, agent)
			}
			t.Agent = account.ID
		}
		_, made, err = a.Flow.Access.CreateToken(tx, org.By{Org: o.ID, Actor: ledger.Desk}, t)
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.Out, made)
	return err
}
