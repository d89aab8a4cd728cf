package desk_test

import (
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"balie/ground/config"
	"balie/ground/secret"
	"balie/test/desk"
	"balie/test/engine"
)

// refused says that a mail was not acknowledged and that the sender is asked to come back.
func refused(err error) bool { return err != nil && strings.HasPrefix(err.Error(), "4") }

func TestAFullDiskAcknowledgesNothingAndItGoesOnByItself(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("suite disk: a small file system can only be mounted as root")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=8m"); err != nil {
		t.Skip("suite disk: a small file system cannot be mounted here: ", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) }) //nolint:errcheck // goes with the machine
	d := desk.Open(t, engine.SQLite(t), desk.Setup{Config: func(c *config.Config) { c.Data = dir }})
	if err := d.Mail(sanne, "Vraag", "Voor het volle: meerkoet."); err != nil {
		t.Fatal(err)
	}
	filler := filepath.Join(dir, "filler")
	fill(t, filler)
	refusals := 0
	for range 20 { // small writes may still find room in the write-ahead log
		if refused(d.Mail(sanne, "Vraag", "Terwijl het vol is: waterhoen "+strings.Repeat("x ", 20_000))) {
			refusals++
		}
	}
	if refusals == 0 {
		t.Error("mail was acknowledged on a full disk")
	}
	if status, html := d.Post(d.URL+"/o/energie-oost/form", "name", "Lotte", "email", "lotte@post.example", "subject", "Vol",
		"text", "Mijn lange vraag "+strings.Repeat("y ", 4_000)); status != 503 || !strings.Contains(html, "Mijn lange vraag") {
		t.Errorf("the form answers %d; what was typed is still there: %v", status, strings.Contains(html, "Mijn lange vraag"))
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	d.Eventually("mail is taken again", func() bool { return d.Mail(sanne, "Vraag", "Na het volle: krakeend.") == nil })
	d.Case("meerkoet")
	d.Case("krakeend")
}

// fill writes a file until the file system has no room.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{64 << 10, 4 << 10, 1} {
		for {
			if _, err := f.Write(make([]byte, size)); err != nil {
				break
			}
		}
	}
}

// line is a telephone line to the database that can be cut.
type line struct {
	to    string
	mu    sync.Mutex
	cut   bool
	conns []net.Conn
	l     net.Listener
}

func newLine(t *testing.T, to string) *line {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &line{to: to, l: l}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go n.join(c)
		}
	}()
	return n
}

func (n *line) join(c net.Conn) {
	n.mu.Lock()
	if n.cut {
		n.mu.Unlock()
		c.Close()
		return
	}
	o, err := net.Dial("tcp", n.to)
	if err != nil {
		n.mu.Unlock()
		c.Close()
		return
	}
	n.conns = append(n.conns, c, o)
	n.mu.Unlock()
	go io.Copy(o, c) //nolint:errcheck // ends when either side closes
	io.Copy(c, o)    //nolint:errcheck // ends when either side closes
	c.Close()
	o.Close()
}

func (n *line) set(cut bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.cut = cut
	if cut {
		for _, c := range n.conns {
			c.Close()
		}
		n.conns = nil
	}
}

func TestADatabaseThatIsAwayAcknowledgesNothingAndItGoesOnByItself(t *testing.T) {
	at := engine.Postgres(t)
	u, err := url.Parse(at.URL)
	if err != nil {
		t.Fatal(err)
	}
	n := newLine(t, u.Host)
	u.Host = n.l.Addr().String()
	d := desk.Open(t, at, desk.Setup{Config: func(c *config.Config) { c.Database = secret.New(u.String()) }})
	if err := d.Mail(sanne, "Vraag", "Ervoor: meerkoet."); err != nil {
		t.Fatal(err)
	}
	d.MailTo(sanne, 1)
	n.set(true)
	if err := d.Mail(sanne, "Vraag", "Tijdens: waterhoen."); !refused(err) {
		t.Errorf("mail while the database is away: %v", err)
	}
	if status, body, _ := d.Call(desk.Maaike, "GET", "/cases", nil); status != 503 {
		t.Errorf("the API answers %d: %s", status, body)
	}
	if status, _ := d.Page(d.URL + "/readyz"); status != 503 {
		t.Errorf("readyz answers %d", status)
	}
	n.set(false)
	d.Eventually("mail is taken again", func() bool { return d.Mail("nieuw@post.example", "Vraag", "Erna: krakeend.") == nil })
	answered := 0
	d.Eventually("every connection is a new one", func() bool {
		answered++
		if status, _, _ := d.Call(desk.Amina, "GET", "/outbox", nil); status != 200 {
			answered = 0
		}
		return answered == 20
	})
	d.MailTo("nieuw@post.example", 1) // the steps that follow go on as well
	d.Case("meerkoet")
	d.Case("krakeend")
}
