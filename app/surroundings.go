package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"balie/app/backup"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

// What the doctor looks at around the database: folder, disk, clock and addresses.

func (x *examination) folder() {
	info, err := os.Stat(x.cfg.Data)
	if err == nil {
		err = keepsFiles(x.cfg.Data)
	}
	switch {
	case err != nil:
		x.say(broken, "data folder", "%v; the user that runs balie must own %s and be able to write there", err, x.cfg.Data)
	case info.Mode().Perm()&0o077 != 0:
		x.say(attention, "data folder", "others on this machine can look into it; run: chmod 700 %s", x.cfg.Data)
	default:
		x.say(fine, "data folder", "%s can be written and is closed to others", x.cfg.Data)
	}
	if _, err := os.Stat(filepath.Join(x.cfg.Data, backup.Staging)); err == nil {
		x.say(attention, "restore", "a restore was stopped or is still running; when the desk is not whole, run balie restore again")
	}
}

// keepsFiles tries whether a file can be made and reaches the disk.
func keepsFiles(dir string) error {
	f, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString("balie doctor\n")
	return errors.Join(err, f.Sync(), f.Close(), os.Remove(f.Name()))
}

func (x *examination) space() {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(x.cfg.Data, &fs); err != nil {
		x.say(attention, "disk space", "unknown: %v", err)
		return
	}
	free, all := fs.Bavail*uint64(fs.Bsize), fs.Blocks*uint64(fs.Bsize) //nolint:gosec // a block size is positive
	v, advice := fine, ""
	switch {
	case free < 256<<20:
		v, advice = broken, "; make room now: balie refuses mail and forms when the disk is full"
	case free < 2<<30 || free < all/20:
		v, advice = attention, "; make room, a backup needs as much again as the data"
	}
	x.say(v, "disk space", "%.1f of %.1f GB free%s", float64(free)/1e9, float64(all)/1e9, advice)
}

func readSecret(value secret.Text, file string) ([]byte, error) {
	if !value.Empty() {
		return secret.ParseKey(value.Reveal())
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("there is no key in %s", file)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("others on this machine can read the key; run: chmod 600 %s", file)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return secret.ParseKey(string(b))
}

func readMoment(file string) (time.Time, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339, strings.TrimSpace(string(b)))
}

// time compares our clock with what stands in the ledger, and with that of the database server.
func (x *examination) time(tx *sqldb.Tx) error {
	const apart = time.Minute
	head, err := ledger.Head(tx)
	if err != nil {
		return err
	}
	last, err := ledger.After(tx, head-1, 1)
	if err != nil {
		return err
	}
	if len(last) > 0 && last[0].Time.Sub(tx.Now()) > apart {
		x.say(attention, "time", "the newest fact is of %s, which is still to come; set the clock of this machine by NTP", last[0].Time.Format(time.RFC3339))
		return nil
	}
	if tx.Engine() == sqldb.Postgres {
		theirs, err := sqldb.One(tx, func(r sqldb.Row, t *time.Time) error { return r.Scan(sqldb.Time(t)) },
			`select (extract(epoch from clock_timestamp()) * 1000)::bigint`)
		if err != nil {
			return err
		}
		if d := theirs.Sub(x.clock.Now()).Abs(); d > apart {
			x.say(attention, "time", "the clock of the database server differs by %s; set both by NTP", d.Round(time.Second))
			return nil
		}
	}
	x.say(fine, "time", "%s", tx.Now().Format(time.RFC3339))
	return nil
}

// tooLate is how old the oldest fact may be that a follower has not handled.
const tooLate = 2 * time.Minute

type standing struct {
	name string
	seq  int64
}

func (x *examination) followers(tx *sqldb.Tx) error {
	all, err := sqldb.All(tx, func(r sqldb.Row, p *standing) error { return r.Scan(&p.name, &p.seq) },
		`select name, seq from follower where org = 0 order by name`)
	if err != nil {
		return err
	}
	late := ""
	for _, p := range all {
		next, err := ledger.After(tx, p.seq, 1)
		if err != nil {
			return err
		}
		if len(next) > 0 && tx.Now().Sub(next[0].Time) > tooLate {
			late += fmt.Sprintf(" %s waits since %s;", p.name, next[0].Time.Format(time.RFC3339))
		}
	}
	if late != "" {
		x.say(attention, "followers", "%s is balie serve running? Its log says why facts wait", strings.TrimSpace(late))
		return nil
	}
	x.say(fine, "followers", "%d, none of them behind", len(all))
	return nil
}

// outside looks at how the desk and the world reach each other.
func (x *examination) outside(ctx context.Context) {
	u, err := url.Parse(x.cfg.PublicURL)
	switch {
	case err != nil || !x.cfg.PublicURLGiven:
		x.say(attention, "public url", "public-url is not set, so links in mail lead to %s; set it to how customers reach you", x.cfg.PublicURL)
	case u.Scheme != "https" && !local(u.Hostname()):
		x.say(attention, "public url", "%s is not https; put a proxy with a certificate in front", x.cfg.PublicURL)
	default:
		x.say(fine, "public url", "%s", x.cfg.PublicURL)
	}
	if x.cfg.Relay.Host == "" {
		x.say(attention, "relay", "relay-host is not set, so no mail goes out")
		return
	}
	dialer := net.Dialer{Timeout: 5 * time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", x.cfg.Relay.Host)
	if err != nil {
		x.say(attention, "relay", "%s does not answer (%v); mail waits and is tried again", x.cfg.Relay.Host, err)
		return
	}
	conn.Close()
	x.say(fine, "relay", "%s answers", x.cfg.Relay.Host)
}

func local(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
