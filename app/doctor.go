package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"balie/domain/conversation"
	"balie/domain/org"
	"balie/ground/clock"
	"balie/ground/config"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

// verdict is what the doctor says about one thing.
type verdict string

const (
	fine      verdict = "ok"
	attention verdict = "attention"
	broken    verdict = "broken"
)

// examination looks at a desk from outside: it changes nothing and runs beside the desk.
type examination struct {
	cfg     config.Config
	clock   clock.Clock
	out     io.Writer
	db      *sqldb.DB
	box     *secret.Box
	org     *org.Room
	outbox  *conversation.Room
	current bool // the tables are those of this program
	broken  int
}

// say prints one line: the verdict, what was looked at, and what to do about it.
func (x *examination) say(v verdict, about, format string, args ...any) {
	if v == broken {
		x.broken++
	}
	fmt.Fprintf(x.out, "%-10s %-15s %s\n", v, about, fmt.Sprintf(format, args...))
}

func doctor(ctx context.Context, c Console, args []string) error {
	cfg, rest, err := settings(c, "doctor", args)
	if err == nil {
		err = noMore(rest)
	}
	if err == nil {
		err = present(cfg)
	}
	if err != nil {
		return err
	}
	x := &examination{cfg: cfg, clock: clock.System{}, out: c.Out}
	x.folder()
	x.space()
	x.key()
	if x.open(ctx, c) {
		defer x.db.Close() //nolint:errcheck // nothing waits in it
		x.durable(ctx)
		x.tables(ctx)
		if x.current {
			x.each(ctx)
		}
	}
	x.outside(ctx)
	x.backup()
	if x.broken > 0 {
		return fmt.Errorf("%d of these checks say broken", x.broken)
	}
	return nil
}

// each looks at what stands in the tables. A check that fails itself is broken.
func (x *examination) each(ctx context.Context) {
	for _, check := range []struct {
		about string
		look  func(*sqldb.Tx) error
	}{
		{"time", x.time},
		{"sealed", x.sealed},
		{"desk addresses", x.addresses},
		{"mailboxes", x.mailboxes},
		{"outbox", x.letters},
		{"facts set aside", x.aside},
		{"followers", x.followers},
	} {
		if err := x.db.Read(ctx, check.look); err != nil {
			x.say(broken, check.about, "could not look: %s", oneLine(err))
		}
	}
}

func (x *examination) open(ctx context.Context, c Console) bool {
	var err error
	x.db, err = sqldb.Open(ctx, sqldb.Options{
		Path: databaseFile(x.cfg), URL: x.cfg.Database.Reveal(), Clock: x.clock, Chance: Chance(), Log: commandLog(c, x.cfg),
	})
	if err != nil {
		x.say(broken, "database", "%s", oneLine(err))
		return false
	}
	log := ledger.New()
	x.org, x.outbox = org.New(log, x.box), conversation.New(log, nil)
	return true
}

// durable writes something and takes it away again: the whole way to the disk.
func (x *examination) durable(ctx context.Context) {
	begun := x.clock.Now()
	mark := fmt.Sprintf("doctor %d", begun.UnixNano())
	err := x.db.Write(ctx, func(tx *sqldb.Tx) error {
		there, err := tx.Tables()
		if err != nil || len(there) == 0 {
			return errors.Join(err, errors.New("there are no tables yet; start balie serve once"))
		}
		_, err = tx.Exec(`insert into attempt (org, tag, failures, last) values (0, $1, 0, $2)`, mark, begun)
		return err
	})
	took := x.clock.Now().Sub(begun)
	if err == nil {
		err = x.db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(`delete from attempt where org = 0 and tag = $1`, mark)
			return err
		})
	}
	switch {
	case err != nil:
		x.say(broken, "database", "nothing can be written: %s", oneLine(err))
	case took > 500*time.Millisecond:
		x.say(attention, "database", "%s; one write took %d ms, which customers feel; look at the disk", x.db.Engine(), took.Milliseconds())
	default:
		x.say(fine, "database", "%s; one write to disk took %d ms", x.db.Engine(), took.Milliseconds())
	}
}

func (x *examination) tables(ctx context.Context) {
	behind, ahead := 0, 0
	err := x.db.Read(ctx, func(tx *sqldb.Tx) error {
		have, err := tx.Versions(Rooms()...)
		for _, r := range Rooms() {
			switch newest := r.Newest(); {
			case have[r.Name] < newest:
				behind++
			case have[r.Name] > newest:
				ahead++
			}
		}
		return err
	})
	x.current = err == nil && behind == 0 && ahead == 0
	switch {
	case err != nil:
		x.say(broken, "tables", "%s", oneLine(err))
	case ahead > 0:
		x.say(broken, "tables", "a newer balie was used on this database; install that version again")
	case behind > 0:
		x.say(attention, "tables", "%d rooms have tables older than this program; make a backup, then balie serve brings them up to date", behind)
	default:
		x.say(fine, "tables", "up to date")
	}
}

// key looks at the secret key without making one.
func (x *examination) key() {
	place := keyPlace(x.cfg)
	key, err := readSecret(place.Value, place.File)
	if err == nil {
		x.box, err = secret.NewBox(key, rand.Reader)
	}
	if err != nil {
		x.say(broken, "secret key", "%v; put it back from a backup, or run balie serve once in a new data folder", err)
		return
	}
	x.say(fine, "secret key", "is there and only its owner can read it")
}

// sealed opens what was sealed with the key.
func (x *examination) sealed(tx *sqldb.Tx) error {
	if x.box == nil {
		return nil // said already
	}
	boxes, err := x.org.ActiveMailboxes(tx)
	opened := len(boxes)
	orgs, more := x.org.List(tx)
	if more != nil {
		return more
	}
	for _, o := range orgs {
		keys, err2 := x.org.Keys(tx, o.ID)
		if err2 != nil {
			return err2
		}
		for _, k := range keys {
			if _, err2 := x.org.SigningKeys(tx, o.ID, k.Domain); err2 != nil {
				err = errors.Join(err, err2)
				continue
			}
			opened++
		}
	}
	if err != nil {
		x.say(broken, "sealed", "this secret key does not open everything (%s); put the right key in place, or enter the passwords and mail keys again", oneLine(err))
		return nil
	}
	x.say(fine, "sealed", "the key opens all %d sealed passwords and mail keys", opened)
	return nil
}

func (x *examination) addresses(tx *sqldb.Tx) error {
	orgs, err := x.org.List(tx)
	if err != nil {
		return err
	}
	if len(orgs) == 0 {
		x.say(attention, "desk addresses", "there is no organisation yet; balie serve prints a link to make the first administrator")
	}
	for _, o := range orgs {
		all, err := x.org.Addresses(tx, o.ID)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			x.say(attention, "desk addresses", "%s has none, so it gets no mail; an administrator adds one under settings", o.Slug)
			continue
		}
		x.say(fine, "desk addresses", "%s has %d", o.Slug, len(all))
	}
	return nil
}

// deaf is how long a mailbox may be silent: its server is asked something every few minutes.
const deaf = 40 * time.Minute

func (x *examination) mailboxes(tx *sqldb.Tx) error {
	if x.box == nil {
		return nil
	}
	boxes, err := x.org.ActiveMailboxes(tx)
	for _, m := range boxes {
		heard := "never"
		if !m.Memory.Heard.IsZero() {
			heard = m.Memory.Heard.Format(time.RFC3339)
		}
		switch late := tx.Now().Sub(m.Memory.Heard); {
		case m.Memory.Error != "":
			x.say(attention, "mailbox", "%s is not read: %q; last heard %s; look at its password and host", m.Address, m.Memory.Error, heard)
		case late > deaf:
			x.say(attention, "mailbox", "%s was last heard %s; is balie serve running, and can it reach %s?", m.Address, heard, m.Host)
		default:
			x.say(fine, "mailbox", "%s was last heard %s", m.Address, heard)
		}
	}
	if len(boxes) == 0 && err == nil {
		x.say(fine, "mailboxes", "none are fetched; mail comes in by SMTP or LMTP")
	}
	return nil
}

// overdue is how long a message may wait after its turn came.
const overdue = 10 * time.Minute

func (x *examination) letters(tx *sqldb.Tx) error {
	counts, err := x.outbox.Trouble(tx)
	if err != nil {
		return err
	}
	next, err := x.outbox.NextDue(tx)
	if err != nil {
		return err
	}
	v, more := fine, ""
	switch {
	case counts["queued"] > 0 && x.cfg.Relay.Host == "":
		v, more = attention, "; they wait because relay-host is not set"
	case !next.IsZero() && tx.Now().Sub(next) > overdue:
		v, more = attention, "; one should have left at "+next.Format(time.RFC3339)+": is balie serve running?"
	case counts["failed"]+counts["bounced"] > 0:
		v, more = attention, "; the outbox in the workspace says why"
	}
	x.say(v, "outbox", "%d wait, %d failed, %d bounced%s", counts["queued"], counts["failed"], counts["bounced"], more)
	return nil
}

func (x *examination) aside(tx *sqldb.Tx) error {
	n, err := ledger.SetAside(tx)
	switch {
	case err != nil:
		return err
	case n > 0:
		x.say(attention, "facts set aside", "%d could not be handled, the table set_aside says why; report it with the version of balie", n)
	default:
		x.say(fine, "facts set aside", "none")
	}
	return nil
}

func (x *examination) backup() {
	at, err := readMoment(filepath.Join(x.cfg.Data, filepath.Base(lastBackup(x.cfg))))
	const old = 48 * time.Hour
	switch {
	case err != nil:
		x.say(attention, "backup", "none is known; run balie backup FILE every day and keep the file on another machine")
	case x.clock.Now().Sub(at) > old:
		x.say(attention, "backup", "the last one is of %s; run balie backup FILE every day", at.Format(time.RFC3339))
	default:
		x.say(fine, "backup", "the last one is of %s; try balie restore with it now and then", at.Format(time.RFC3339))
	}
}
