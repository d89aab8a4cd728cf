package mailbox_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"balie/channel/email/auth"
	"balie/channel/email/mailbox"
	"balie/ground/clock"
)

const dovecotProgram = "/usr/sbin/dovecot"

// dovecot is a mail host as it is used in the field, run by an ordinary user on a port of its own.
type dovecot struct {
	t       *testing.T
	dir     string
	address string
	owner   *user.User
	process *exec.Cmd
}

func newDovecot(t *testing.T) *dovecot {
	t.Helper()
	if _, err := os.Stat(dovecotProgram); err != nil {
		t.Skip("dovecot is not installed (Debian: apt-get install dovecot-imapd); the test with a real mail host did not run")
	}
	owner, err := user.Current()
	if err == nil && owner.Uid == "0" {
		owner, err = user.Lookup("nobody") // it refuses to give mail to the administrator
	}
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "balie-dovecot-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &dovecot{t: t, dir: dir, address: l.Addr().String(), owner: owner}
	l.Close()
	d.configure()
	d.start()
	t.Cleanup(d.stop)
	return d
}

func (d *dovecot) configure() {
	d.t.Helper()
	group, err := user.LookupGroupId(d.owner.Gid)
	if err != nil {
		d.t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(d.address)
	config := strings.NewReplacer("DIR", d.dir, "USER", d.owner.Username, "GROUP", group.Name, "PORT", port).Replace(`
protocols = imap
listen = 127.0.0.1
base_dir = DIR/run
state_dir = DIR/state
log_path = DIR/log
ssl = no
disable_plaintext_auth = no
default_internal_user = USER
default_internal_group = GROUP
default_login_user = USER
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:DIR/mail
passdb {
  driver = static
  args = password=geheim
}
userdb {
  driver = static
  args = uid=USER gid=GROUP home=DIR
}
service imap-login {
  chroot =
  inet_listener imap {
    port = PORT
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
`)
	if err := os.WriteFile(filepath.Join(d.dir, "dovecot.conf"), []byte(config), 0o644); err != nil {
		d.t.Fatal(err)
	}
	uid, gid := d.ids()
	for _, sub := range []string{"", "run", "state", "mail"} {
		path := filepath.Join(d.dir, sub)
		if err := os.MkdirAll(path, 0o755); err != nil {
			d.t.Fatal(err)
		}
		if err := os.Chown(path, int(uid), int(gid)); err != nil {
			d.t.Fatal(err)
		}
	}
}

func (d *dovecot) ids() (uid, gid uint32) {
	u, _ := strconv.ParseUint(d.owner.Uid, 10, 32)
	g, _ := strconv.ParseUint(d.owner.Gid, 10, 32)
	return uint32(u), uint32(g)
}

func (d *dovecot) start() {
	d.t.Helper()
	d.process = exec.Command(dovecotProgram, "-F", "-c", filepath.Join(d.dir, "dovecot.conf"))
	d.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		uid, gid := d.ids()
		d.process.SysProcAttr.Credential = &syscall.Credential{Uid: uid, Gid: gid}
	}
	var said strings.Builder
	d.process.Stderr = &said
	if err := d.process.Start(); err != nil {
		d.t.Fatal(err)
	}
	for range 500 {
		if c, err := net.Dial("tcp", d.address); err == nil {
			c.Close()
			return
		}
		_ = clock.System{}.Sleep(context.Background(), 20*time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(d.dir, "log"))
	d.t.Fatalf("dovecot did not start: %s\n%s", said.String(), log)
}

// stop ends the whole group of processes, this one's only.
func (d *dovecot) stop() {
	if d.process == nil {
		return
	}
	_ = syscall.Kill(-d.process.Process.Pid, syscall.SIGTERM)
	_ = d.process.Wait()
	d.process = nil
}

// with does something in the mailbox as another mail program of the same user.
func (d *dovecot) with(f func(c *imapclient.Client) error) {
	d.t.Helper()
	c, err := imapclient.DialInsecure(d.address, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login("desk", "geheim").Wait(); err != nil {
		d.t.Fatal(err)
	}
	if err := f(c); err != nil {
		d.t.Fatal(err)
	}
}

func (d *dovecot) put(raw string) {
	d.t.Helper()
	d.with(func(c *imapclient.Client) error {
		command := c.Append("INBOX", int64(len(raw)), nil)
		if _, err := fmt.Fprint(command, raw); err != nil {
			return err
		}
		if err := command.Close(); err != nil {
			return err
		}
		_, err := command.Wait()
		return err
	})
}

func (d *dovecot) count(folder string) (n uint32) {
	d.t.Helper()
	d.with(func(c *imapclient.Client) error {
		data, err := c.Status(folder, &imap.StatusOptions{NumMessages: true}).Wait()
		if err == nil {
			n = *data.NumMessages
		}
		return err
	})
	return n
}

func TestARealMailHostIsFetchedOverARestart(t *testing.T) {
	d := newDovecot(t)
	d.with(func(c *imapclient.Client) error { return c.Create("Klaar", nil).Wait() })
	p := newPlace(t)
	p.list.set(mailbox.Box{
		ID: 12, Address: desk, Host: d.address, Security: mailbox.Plain, Mechanism: auth.Plain, User: "desk",
		After: mailbox.Move, MoveTo: "Klaar",
	})
	d.put(message(1))
	p.run()
	p.until("what was there", p.arrived(1))
	d.put(message(2))
	p.until("what IDLE told", p.arrived(2))
	p.until("both are moved", func() bool { return d.count("Klaar") == 2 && d.count("INBOX") == 0 })
	d.stop()
	p.until("the trouble shows", func() bool { return p.boxes.Status()[0].Problem != "" })
	d.start()
	d.put(message(3))
	p.until("what came after the restart", p.arrived(3))
	p.stop()
	d.put(message(4, "X-Gevuld: "+strings.Repeat("x", 500)+"\r\n") + strings.Repeat("een lange brief\r\n", 100_000))
	p.run()
	p.until("what came while we were away", p.arrived(4))
	if n := p.desk.Again(); n != 0 {
		t.Errorf("%d messages were fetched twice", n)
	}
	for _, a := range p.desk.Arrivals() {
		if a.Problem != "" || a.Via != "imap:12" {
			t.Errorf("problem %q via %q", a.Problem, a.Via)
		}
	}
}

func TestARealMailHostRefusesAWrongPassword(t *testing.T) {
	d := newDovecot(t)
	p := newPlace(t)
	p.secret = "fout"
	p.list.set(mailbox.Box{
		ID: 12, Address: desk, Host: d.address, Security: mailbox.Plain, Mechanism: auth.Plain, User: "desk",
	})
	p.run()
	p.until("the refusal shows", func() bool {
		s := p.boxes.Status()
		return len(s) == 1 && s[0].Problem == "email.sign_in_refused"
	})
}
