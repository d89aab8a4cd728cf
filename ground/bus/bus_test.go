package bus_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os/exec"
	"sync"
	"testing"
	"time"

	"balie/ground/bus"
	"balie/ground/clock"
	"balie/ground/ledger"
	"balie/ground/live"
	"balie/ground/secret"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// server is a NATS server of our own on the loopback address.
type server struct {
	t    *testing.T
	path string
	port string
	cmd  *exec.Cmd
}

func serve(t *testing.T) *server {
	t.Helper()
	path, err := exec.LookPath("nats-server")
	if err != nil {
		if path, err = exec.LookPath("/usr/sbin/nats-server"); err != nil {
			t.Skip("suite nats: there is no nats-server here")
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	l.Close()
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, path: path, port: port}
	s.start()
	t.Cleanup(s.stop)
	return s
}

func (s *server) start() {
	s.t.Helper()
	s.cmd = exec.Command(s.path, "-a", "127.0.0.1", "-p", s.port, "-l", "/dev/null")
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
}

func (s *server) stop() {
	if s.cmd == nil {
		return
	}
	s.cmd.Process.Kill() //nolint:errcheck // it may have ended by itself
	var ended *exec.ExitError
	if err := s.cmd.Wait(); err != nil && !errors.As(err, &ended) {
		s.t.Error(err)
	}
	s.cmd = nil
}

func (s *server) connect(desk string) *bus.Bus {
	s.t.Helper()
	b, err := bus.Connect(bus.Options{
		URL: secret.New("nats://127.0.0.1:" + s.port), Desk: desk, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(b.Close)
	return b
}

// node is the hub and the ledger of one program.
type node struct {
	db  *sqldb.DB
	log *ledger.Log
	hub *live.Hub
}

func (s *server) node(at engine.Target, name string) *node {
	s.t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	db, err := sqldb.Open(s.t.Context(), sqldb.Options{
		URL: at.URL, Clock: clock.System{}, Chance: rand.New(rand.NewPCG(1, 2)), Log: quiet, Calls: s.connect("one"),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	n := &node{db, ledger.New(), live.NewHub()}
	if err := db.Migrate(s.t.Context(), sqldb.Room{Name: "ledger", Migrations: ledger.Migrations}); err != nil {
		s.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var done sync.WaitGroup
	for _, run := range []func() error{
		func() error { return n.hub.Run(ctx, db, n.log, quiet) },
		func() error { return n.log.Relay(ctx, db, quiet) },
		func() error { return n.hub.Relay(ctx, db, quiet, name) },
	} {
		done.Go(func() {
			if err := run(); err != nil {
				s.t.Error(err)
			}
		})
	}
	s.t.Cleanup(func() { stop(); done.Wait(); db.Close() })
	return n
}

type sample struct {
	N int `json:"n"`
}

func (sample) Kind() string { return "sample.happened" }

// hears waits until a reader has the fact.
func hears(t *testing.T, r *live.Reader, n int) {
	t.Helper()
	due, stop := clock.System{}.After(30 * time.Second)
	defer stop()
	for {
		select {
		case news := <-r.C:
			var s sample
			if news.Entry.Kind == "sample.happened" && news.Entry.Into(&s) == nil && s.N == n {
				return
			}
		case <-due:
			t.Fatalf("fact %d did not come", n)
		}
	}
}

func TestFactsAndSignsReachTheOtherNodeAlsoAfterTheBusWasAway(t *testing.T) {
	s := serve(t)
	at := engine.Postgres(t)
	a, b := s.node(at, "a"), s.node(at, "b")
	reader := b.hub.Subscribe(1)
	tell := func(n int) {
		t.Helper()
		if err := a.db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := a.log.Append(tx, ledger.At{Org: 1}, sample{N: n})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		hears(t, reader, n)
	}
	signs := func() {
		t.Helper()
		for range 1500 {
			a.hub.Sign(1, "typing", 7, map[string]string{"name": "Maaike"})
			select {
			case news := <-reader.C:
				if news.Entry.Kind == "typing" {
					return
				}
			default:
				clock.System{}.Sleep(t.Context(), 20*time.Millisecond) //nolint:errcheck // the test ends
			}
		}
		t.Fatal("no sign came")
	}
	tell(1)
	signs()
	s.stop()
	tell(2) // the database says so, a little later
	s.start()
	tell(3)
	signs()
}

func TestTwoDesksOnOneBusDoNotHearEachOther(t *testing.T) {
	s := serve(t)
	one, same, other := s.connect("one"), s.connect("one"), s.connect("other")
	heard := make(chan string, 100)
	ctx, stop := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() {
		if err := same.Listen(ctx, "word", func(said string) {
			if said != "" {
				heard <- said
			}
		}); err != nil {
			t.Error(err)
		}
	})
	for i := 0; len(heard) == 0 && i < 1500; i++ { // it may still be connecting
		for _, from := range []struct {
			bus *bus.Bus
			say string
		}{{other, "stranger"}, {one, "friend"}} {
			if err := from.bus.Notify(ctx, "word", from.say); err != nil {
				t.Fatal(err)
			}
		}
		clock.System{}.Sleep(ctx, 20*time.Millisecond) //nolint:errcheck // the test ends
	}
	stop()
	done.Wait()
	close(heard)
	n := 0
	for said := range heard {
		if n++; said != "friend" {
			t.Error(fmt.Sprint("heard a ", said))
		}
	}
	if n == 0 {
		t.Error("heard nothing")
	}
}
