package app

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"balie/channel"
	"balie/channel/email"
	"balie/channel/form"
	"balie/channel/webchat"
	"balie/domain/access"
	"balie/domain/automation"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/feedback"
	"balie/domain/intake"
	"balie/domain/org"
	"balie/domain/party"
	"balie/domain/promise"
	"balie/domain/queue"
	"balie/domain/routing"
	"balie/domain/staff"
	"balie/flow"
	"balie/ground/blob"
	"balie/ground/bus"
	"balie/ground/clock"
	"balie/ground/config"
	"balie/ground/fault"
	"balie/ground/ledger"
	"balie/ground/live"
	"balie/ground/outside"
	"balie/ground/secret"
	"balie/ground/sqldb"
	"balie/ground/text"
	"balie/web/customer/chat"
	weblive "balie/web/live"
)

// App is the program, put together and not yet running.
type App struct {
	Config config.Config
	Clock  clock.Clock
	Log    *slog.Logger
	DB     *sqldb.DB
	Flow   *flow.Flow

	ledger    *ledger.Log
	box       *secret.Box
	disk      *blob.Disk
	catalogue *text.Catalogue
	hub       *live.Hub
	viewers   *weblive.Viewers
	streams   *weblive.Streams // made with the pages
	email     *email.Adapter
	form      *form.Adapter
	webchat   *webchat.Adapter
	chat      *chat.Chat // made with the pages
	listener  net.Listener
	metricsAt net.Listener
	outside   *outside.Client
	tokens    accessTokens
	node      string // the name of this process among those on one database
	leases    *ledger.Leases
	bus       *bus.Bus // nil: PostgreSQL carries what nodes call out
	ready     chan struct{}
	stopping  chan struct{}
}

// Rooms are the tables of all rooms, in the order of the walk.
func Rooms() []sqldb.Room {
	return []sqldb.Room{
		{Name: "ledger", Migrations: ledger.Migrations},
		{Name: "org", Migrations: org.Migrations},
		{Name: "access", Migrations: access.Migrations},
		{Name: "party", Migrations: party.Migrations},
		{Name: "conversation", Migrations: conversation.Migrations},
		{Name: "intake", Migrations: intake.Migrations},
		{Name: "cases", Migrations: cases.Migrations},
		{Name: "promise", Migrations: promise.Migrations},
		{Name: "staff", Migrations: staff.Migrations},
		{Name: "queue", Migrations: queue.Migrations},
		{Name: "routing", Migrations: routing.Migrations},
		{Name: "feedback", Migrations: feedback.Migrations},
		{Name: "automation", Migrations: automation.Migrations},
	}
}

// Chance makes a source of chance that nobody can foresee.
func Chance() *mathrand.Rand {
	var seed [32]byte
	rand.Read(seed[:]) //nolint:errcheck // never fails: it ends the program instead
	return mathrand.New(&locked{src: mathrand.NewChaCha8(seed)})
}

// Options are what differs between the program and a test of it.
type Options struct {
	Clock clock.Clock
	Log   *slog.Logger
	// Fast keeps nothing safe: only for data that can be made again.
	Fast bool
	// Witness sees what happens to the files of the embedded database; nil is nobody.
	Witness sqldb.Witness
}

// New opens the database, brings its tables up to date and puts the rooms together.
func New(ctx context.Context, c config.Config, o Options) (*App, error) {
	a := &App{
		Config: c, Clock: o.Clock, Log: o.Log, ready: make(chan struct{}), stopping: make(chan struct{}),
		outside: outside.New(c.OutsideAllow), tokens: accessTokens{kept: make(map[string]accessToken)},
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fault.Wrap(fault.Invalid, "app.data_folder", err)
	}
	var err error
	if a.box, err = openBox(c); err != nil {
		return nil, err
	}
	if a.disk, err = blob.OpenDisk(filepath.Join(c.Data, "files"), o.Clock); err != nil {
		return nil, err
	}
	if a.catalogue, err = text.Load(catalogues()...); err != nil {
		return nil, err
	}
	if err := a.connect(ctx, o); err != nil {
		a.disk.Close()
		return nil, err
	}
	if err := a.build(ctx); err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

// connect opens the database, and the bus between the nodes where there is one.
func (a *App) connect(ctx context.Context, o Options) (err error) {
	c := a.Config
	var calls sqldb.Calls
	if !c.Nats.Empty() && !c.Database.Empty() { // on SQLite there is one node
		// The key is the same on all nodes of a desk, and no other desk has it.
		a.bus, err = bus.Connect(bus.Options{URL: c.Nats, Desk: a.box.Sign("bus", "desk")[:16], Clock: o.Clock, Log: o.Log})
		if err != nil {
			return err
		}
		calls = a.bus
	}
	a.DB, err = sqldb.Open(ctx, sqldb.Options{
		Path: filepath.Join(c.Data, "balie.db"), URL: c.Database.Reveal(), Clock: o.Clock, Chance: Chance(), Log: o.Log, Fast: o.Fast,
		Calls: calls, Witness: o.Witness,
	})
	if err != nil && a.bus != nil {
		a.bus.Close()
	}
	return err
}

func openBox(c config.Config) (*secret.Box, error) {
	if !c.Key.Value.Empty() {
		key, err := secret.ParseKey(c.Key.Value.Reveal())
		if err != nil {
			return nil, err
		}
		return secret.NewBox(key, rand.Reader)
	}
	file := c.Key.File
	if file == "" {
		file = filepath.Join(c.Data, "secret.key")
	}
	key, err := secret.KeyFile(file, rand.Reader)
	if err != nil {
		return nil, err
	}
	return secret.NewBox(key, rand.Reader)
}

// build makes the rooms in their order, and the channels.
func (a *App) build(ctx context.Context) error {
	if err := a.DB.Migrate(ctx, Rooms()...); err != nil {
		return err
	}
	a.ledger, a.hub = ledger.New(), live.NewHub()
	a.node = nodeName()
	a.leases = ledger.NewLeases(a.DB, a.node)
	a.viewers = weblive.NewViewers(a.Clock, a.hub)
	if err := a.listen(); err != nil {
		return err
	}
	rooms := flow.Rooms{
		Org:          org.New(a.ledger, a.box),
		Party:        party.New(a.ledger),
		Conversation: conversation.New(a.ledger, files{a.disk}),
		Intake:       intake.New(a.ledger),
		Cases:        cases.NewRoom(a.ledger),
		Promise:      promise.New(a.ledger),
		Staff:        staff.New(a.ledger),
		Queue:        queue.New(a.ledger),
		Routing:      routing.New(a.ledger),
		Feedback:     feedback.New(a.ledger),
	}
	var err error
	rooms.Access, err = access.New(a.ledger, a.box, access.Options{PublicURL: a.Config.PublicURL, Chance: rand.Reader})
	if err != nil {
		return err
	}
	rooms.Automation = automation.New(a.ledger, a.box, rooms.Org, rooms.Access)
	var linger time.Duration
	if _, moves := a.Clock.(clock.System); moves {
		linger = 20 * time.Millisecond
	}
	a.Flow = flow.New(flow.Parts{
		Linger: linger,
		Rooms:  rooms, DB: a.DB, Ledger: a.ledger, Signer: a.box, Catalogue: a.catalogue, Log: a.Log, PublicURL: a.Config.PublicURL,
	})
	a.form, a.webchat = form.New(a.Clock), webchat.New(a.Clock)
	a.email = a.newEmail()
	return a.hub.Start(ctx, a.DB)
}

// listen takes the addresses early: what the system chose is part of the links that are made from then on.
func (a *App) listen() (err error) {
	if a.Config.Listen == "" {
		return nil
	}
	if a.listener, err = net.Listen("tcp", a.Config.Listen); err != nil {
		return fault.Wrap(fault.Invalid, "app.cannot_listen", err, "address", a.Config.Listen)
	}
	if !a.Config.PublicURLGiven {
		a.Config.PublicURL = config.URLOf(a.listener.Addr().String())
	}
	if a.Config.Metrics.Listen != "" {
		if a.metricsAt, err = net.Listen("tcp", a.Config.Metrics.Listen); err != nil {
			return fault.Wrap(fault.Invalid, "app.cannot_listen", err, "address", a.Config.Metrics.Listen)
		}
	}
	return nil
}

// channels is the list of channels.
func (a *App) channels() []channel.Adapter {
	return []channel.Adapter{a.email, a.form, a.webchat}
}

// Close closes the database. Run does it at its end; call it only when Run was not called.
func (a *App) Close() {
	if a.listener != nil {
		a.listener.Close()
	}
	if a.metricsAt != nil {
		a.metricsAt.Close()
	}
	if err := a.DB.Close(); err != nil {
		a.Log.Warn("closing the database", "error", err)
	}
	if a.bus != nil {
		a.bus.Close()
	}
	a.disk.Close()
}

// drain is how long what is going on may take to end.
const drain = 8 * time.Second

// Run serves until ctx ends, then finishes what is going on and closes the database.
func (a *App) Run(ctx context.Context) error {
	defer a.Close()
	handler, err := a.pages()
	if err != nil {
		return err
	}
	if a.Config.Mail.SMTP != "" || a.Config.Mail.LMTP != "" {
		if err := a.email.Listen(); err != nil {
			return err
		}
	}
	// The workers stop after the pages: what a request still commits is still followed.
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	workers := a.start(work)
	take, stopTaking := context.WithCancel(ctx)
	defer stopTaking()
	takers := a.takeIn(take)
	server := a.server(handler)
	served := make(chan error, 2)
	go func() { served <- server.Serve(a.listener) }()
	if a.metricsAt != nil {
		go func() { served <- a.server(a.metricsHandler()).Serve(a.metricsAt) }()
	}
	close(a.ready)
	a.Log.Info("ready", "url", a.Config.PublicURL, "listen", a.Address(), "smtp", a.SMTPAddress(), "database", string(a.DB.Engine()))
	select {
	case <-ctx.Done():
	case err = <-served:
	case err = <-takers:
		takers <- err
	}
	close(a.stopping)
	stopTaking()
	a.handOver()
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	err = errors.Join(ignoreClosed(err), server.Shutdown(end))
	wait(end, takers)
	stopWork()
	wait(end, workers)
	return err
}

func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// wait waits for a group of parts to end, or for the end of patience.
func wait(ctx context.Context, ended <-chan error) {
	for {
		select {
		case _, more := <-ended:
			if !more {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// Ready is closed when the program serves.
func (a *App) Ready() <-chan struct{} { return a.ready }

// Address is where the pages are served, whatever stands before it.
func (a *App) Address() string { return a.listener.Addr().String() }

// SMTPAddress is where mail is taken in; empty when it is not.
func (a *App) SMTPAddress() string { return a.email.Address("smtp") }

func (a *App) server(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(a.Log.Handler(), slog.LevelDebug),
	}
}
