package main

import (
	"bufio"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver by which the bench finds the processes of the database
	"golang.org/x/sys/unix"
)

// mostNodes is how many nodes are measured on one database.
const mostNodes = 3

// jointClients is how many clients send at the same moment, over all nodes.
const jointClients = 64

// joint is what so many nodes on one PostgreSQL came to.
type joint struct {
	nodes int
	pace
	// The CPU of each accept: of the nodes, the database and the clients that send.
	own, database, clients time.Duration
}

// postgres is a database server of its own, with commits that wait for the disk.
type postgres struct {
	url    string
	in     io.Closer
	cmd    *exec.Cmd
	master int // process number of the server
}

// errNoPostgres says that the part about several nodes cannot be measured here.
var errNoPostgres = errors.New("PostgreSQL is not on this machine")

func (b *bench) postgres() (*postgres, error) {
	script := filepath.Join("test", "setup", "postgres")
	if exec.CommandContext(b.ctx, script, "which").Run() != nil {
		return nil, errNoPostgres
	}
	p := &postgres{cmd: exec.Command(script, "hold")}
	p.cmd.Env = append(os.Environ(), "BALIE_TEST_POSTGRES_FSYNC=on")
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	p.in = in
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err == nil {
		p.url = strings.TrimSpace(line)
		err = p.find(b)
	}
	if err != nil {
		p.stop()
	}
	return p, err
}

// find looks up the process of the server: the parent of the one that serves us.
func (p *postgres) find(b *bench) error {
	db, err := sql.Open("pgx", p.url)
	if err != nil {
		return err
	}
	defer db.Close()
	var backend int
	if err := db.QueryRowContext(b.ctx, "select pg_backend_pid()").Scan(&backend); err != nil {
		return err
	}
	s, err := statOf(backend)
	p.master = s.parent
	return err
}

func (p *postgres) stop() {
	p.in.Close()
	p.cmd.Wait() //nolint:errcheck // nothing hangs on how it ended
}

// stat is what the kernel tells of a process.
type stat struct {
	parent int
	spent  time.Duration // itself and its children that ended
}

// statOf reads /proc/PID/stat; the CPU comes in hundredths of a second (proc_pid_stat(5)).
func statOf(pid int) (stat, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return stat{}, err
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	f := strings.Fields(rest)
	if len(f) < 15 {
		return stat{}, fmt.Errorf("the state of process %d is unreadable", pid)
	}
	var s stat
	s.parent, _ = strconv.Atoi(f[1])
	for _, field := range f[11:15] {
		n, _ := strconv.ParseInt(field, 10, 64)
		s.spent += time.Duration(n) * 10 * time.Millisecond
	}
	return s, nil
}

// cpu is what the server and all its processes spent until now.
func (p *postgres) cpu() (time.Duration, error) {
	all, err := os.ReadDir("/proc")
	if err != nil {
		return 0, err
	}
	var sum time.Duration
	for _, e := range all {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		s, err := statOf(pid)
		if err == nil && (pid == p.master || s.parent == p.master) {
			sum += s.spent
		}
	}
	return sum, nil
}

// several measures accepts at one, two and three nodes on one database.
func (b *bench) several() error {
	db, err := b.postgres()
	if errors.Is(err, errNoPostgres) {
		b.say("several nodes are left out: %v", err)
		return nil
	}
	if err != nil {
		return err
	}
	defer db.stop()
	d, err := b.emptyAt("nodes", db.url)
	if err != nil {
		return err
	}
	for n := 1; n <= mostNodes; n++ {
		b.say("%d nodes on one PostgreSQL", n)
		j, err := b.joint(n, d, db)
		if err != nil {
			return err
		}
		b.sheet.joint = append(b.sheet.joint, j)
	}
	return nil
}

// joint starts so many nodes and measures what they take in together.
func (b *bench) joint(n int, d desk, db *postgres) (j joint, err error) {
	var all []*program
	defer func() {
		for _, p := range all {
			err = errors.Join(err, p.stop())
		}
	}()
	for range n {
		p, err := b.start(time.Minute, "serve", d.data, "--database", db.url)
		if err != nil {
			return j, err
		}
		all = append(all, p)
	}
	var workers []worker
	for i := range jointClients {
		p, c := all[i%n], newClient(1)
		workers = append(workers, func(word string) error { return p.create(c, d.token, word) })
	}
	if err := share(workers, b.times(1000)); err != nil { // to get going
		return j, err
	}
	return b.press(all, db, workers)
}

// press lets the clients send for a while, and adds up who spent what on it.
func (b *bench) press(all []*program, db *postgres, workers []worker) (j joint, err error) {
	j.nodes = len(all)
	spent := func() (own, database, clients time.Duration) {
		for _, p := range all {
			one, wrong := p.cpu()
			own, err = own+one, errors.Join(err, wrong)
		}
		database, wrong := db.cpu()
		var u unix.Rusage
		err = errors.Join(err, wrong, unix.Getrusage(unix.RUSAGE_SELF, &u))
		return own, database, time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	own, database, clients := spent()
	if j.pace, err = press(workers, b.span(6*time.Second)); err != nil {
		return j, err
	}
	if err := b.sleep(b.span(2 * time.Second)); err != nil { // what follows from the last of them
		return j, err
	}
	o, d, c := spent()
	each := func(from, to time.Duration) time.Duration { return (to - from) / time.Duration(max(1, j.count)) }
	j.own, j.database, j.clients = each(own, o), each(database, d), each(clients, c)
	return j, err
}

// nodesWords is the part of the document about several nodes.
func (s *sheet) nodesWords() string {
	if len(s.joint) == 0 {
		return "Several nodes were not measured: PostgreSQL was not there.\n"
	}
	t := newTable("nodes", "accepts per second", "half of them take at most", "99 of 100", "CPU of the nodes for one", "of PostgreSQL", "of the clients")
	for _, j := range s.joint {
		t.row(fmt.Sprint(j.nodes), fmt.Sprintf("%.0f", j.perSecond), ms(j.p50), ms(j.p99), ms(j.own), ms(j.database), ms(j.clients))
	}
	return fmt.Sprintf(`%d clients, spread over the nodes, each send the next case by `+"`POST /api/v1/cases`"+` as soon as the last was
acknowledged; PostgreSQL has fsync on. Everything runs on the same %d cores, so the last three columns, and not the number of
nodes, say what a machine more would bring: the nodes share what the database and the clients leave.

`, jointClients, s.machine.cores) + t.String()
}
