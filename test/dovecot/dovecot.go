// Package dovecot runs a real mail host for tests, by an ordinary user on a port of its own.
package dovecot

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

	"balie/ground/clock"
)

const program = "/usr/sbin/dovecot"

// User and Password open the only mailbox.
const (
	User     = "desk"
	Password = "geheim"
)

// Host is a running mail host as it is used in the field.
type Host struct {
	t       *testing.T
	dir     string
	Address string // host:port, without TLS
	owner   *user.User
	process *exec.Cmd
}

// New starts a host, or skips the test where the program is not installed.
func New(t *testing.T) *Host {
	t.Helper()
	if _, err := os.Stat(program); err != nil {
		t.Skip("suite imap: dovecot is not installed (Debian: apt-get install dovecot-imapd); the test with a real mail host did not run")
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
	d := &Host{t: t, dir: dir, Address: l.Addr().String(), owner: owner}
	l.Close()
	d.configure()
	d.Start()
	t.Cleanup(d.Stop)
	return d
}

func (d *Host) configure() {
	d.t.Helper()
	group, err := user.LookupGroupId(d.owner.Gid)
	if err != nil {
		d.t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(d.Address)
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

func (d *Host) ids() (uid, gid uint32) {
	u, _ := strconv.ParseUint(d.owner.Uid, 10, 32)
	g, _ := strconv.ParseUint(d.owner.Gid, 10, 32)
	return uint32(u), uint32(g)
}

// Start starts the host, also again after Stop.
func (d *Host) Start() {
	d.t.Helper()
	d.process = exec.Command(program, "-F", "-c", filepath.Join(d.dir, "dovecot.conf"))
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
	for range 4500 { // a minute and a half
		if c, err := net.Dial("tcp", d.Address); err == nil {
			c.Close()
			return
		}
		_ = clock.System{}.Sleep(context.Background(), 20*time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(d.dir, "log"))
	d.t.Fatalf("dovecot did not start: %s\n%s", said.String(), log)
}

// Stop ends the whole group of processes, this one's only.
func (d *Host) Stop() {
	if d.process == nil {
		return
	}
	_ = syscall.Kill(-d.process.Process.Pid, syscall.SIGTERM)
	_ = d.process.Wait()
	d.process = nil
}

// With does something in the mailbox as another mail program of the same user.
func (d *Host) With(f func(c *imapclient.Client) error) {
	d.t.Helper()
	c, err := imapclient.DialInsecure(d.Address, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(User, Password).Wait(); err != nil {
		d.t.Fatal(err)
	}
	if err := f(c); err != nil {
		d.t.Fatal(err)
	}
}

// Put delivers a message to the inbox.
func (d *Host) Put(raw string) {
	d.t.Helper()
	d.With(func(c *imapclient.Client) error {
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

// Count is how many messages a folder has.
func (d *Host) Count(folder string) (n uint32) {
	d.t.Helper()
	d.With(func(c *imapclient.Client) error {
		data, err := c.Status(folder, &imap.StatusOptions{NumMessages: true}).Wait()
		if err == nil {
			n = *data.NumMessages
		}
		return err
	})
	return n
}
