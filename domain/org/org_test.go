package org_test

import (
	"bytes"
	"crypto/rand"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"balie/domain/org"
	"balie/ground/clock"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
	"balie/ground/text"
	"balie/test/engine"
	"balie/test/engine/tables"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// desk is a room on a database of its own, with two organisations.
type desk struct {
	t    *testing.T
	db   *sqldb.DB
	room *org.Room
	east org.By
	west org.By
}

func each(t *testing.T, test func(t *testing.T, d desk)) {
	t.Helper()
	engine.Each(t, func(t *testing.T, at engine.At) {
		tables.Make(t, at, sqldb.Room{Name: "ledger", Migrations: ledger.Migrations}, sqldb.Room{Name: "org", Migrations: org.Migrations})
		db, err := sqldb.Open(t.Context(), sqldb.Options{
			Path: at.Path, URL: at.URL, Clock: clock.At(noon),
			Chance: mathrand.New(mathrand.NewPCG(1, 2)), Log: slog.New(slog.NewTextHandler(os.Stderr, nil)), Fast: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		box, err := secret.NewBox(bytes.Repeat([]byte{7}, secret.KeySize), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		d := desk{t: t, db: db, room: org.New(ledger.New(), box)}
		d.east = org.By{Org: d.create("energie-oost").ID, Actor: ledger.Actor{Kind: ledger.Agent, ID: 5, Name: "Anna"}}
		d.west = org.By{Org: d.create("energie-west").ID, Actor: ledger.Actor{Kind: ledger.Agent, ID: 6, Name: "Bram"}}
		test(t, d)
	})
}

func (d desk) create(slug string) (o org.Organisation) {
	d.t.Helper()
	d.write(func(tx *sqldb.Tx) (err error) {
		o, err = d.room.Create(tx, ledger.Desk, org.Organisation{Slug: slug, Name: "Energie", Locale: "nl", Zone: "Europe/Amsterdam"})
		return err
	})
	return o
}

func (d desk) write(fn func(*sqldb.Tx) error) {
	d.t.Helper()
	if err := d.db.Write(d.t.Context(), fn); err != nil {
		d.t.Fatal(err)
	}
}

// refused expects a fault with this key.
func (d desk) refused(key string, fn func(*sqldb.Tx) error) {
	d.t.Helper()
	err := d.db.Write(d.t.Context(), fn)
	if err == nil || fault.Of(err).Key != key {
		d.t.Errorf("got %v, want %s", err, key)
	}
}

// read gives what a read function finds.
func read[T any](d desk, fn func(*sqldb.Tx) (T, error)) T {
	d.t.Helper()
	var v T
	if err := d.db.Read(d.t.Context(), func(tx *sqldb.Tx) (err error) {
		v, err = fn(tx)
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	return v
}

// facts are the kinds and bodies of the ledger, a line each.
func (d desk) facts() string {
	var b strings.Builder
	all := read(d, func(tx *sqldb.Tx) (int64, error) { return sqldb.Value(tx, `select count(*) from ledger`) })
	var entries []ledger.Entry
	for range 1500 { // on PostgreSQL a committed fact is out of sight while an older transaction of the cluster runs
		if entries = read(d, func(tx *sqldb.Tx) ([]ledger.Entry, error) { return ledger.After(tx, 0, 1000) }); int64(len(entries)) >= all {
			break
		}
		if err := (clock.System{}).Sleep(d.t.Context(), 20*time.Millisecond); err != nil {
			d.t.Fatal(err)
		}
	}
	for _, e := range entries {
		b.WriteString(e.Kind + " " + e.Actor.Name + " " + string(e.Body) + "\n")
	}
	return b.String()
}

func TestAnOrganisationStartsWithDefaultsAndAnOfficeWeek(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		o := read(d, func(tx *sqldb.Tx) (org.Organisation, error) { return d.room.BySlug(tx, "energie-oost") })
		if o.ID != d.east.Org || o.Settings.SilenceAfter != 72*time.Hour || o.Settings.CloseAfter != 96*time.Hour ||
			o.Settings.Receipt != org.On || o.Sender() != "Energie" || !o.Created.Equal(noon) {
			t.Errorf("%+v", o)
		}
		h := read(d, func(tx *sqldb.Tx) (org.Hours, error) { return d.room.Hours(tx, o.ID, "email") })
		if !h.Open(noon) || h.Open(noon.Add(24*time.Hour)) {
			t.Error("a Friday at noon is open, a Saturday is not")
		}
		d.refused("org.slug_taken", func(tx *sqldb.Tx) error {
			_, err := d.room.Create(tx, ledger.Desk, o)
			return err
		})
		for _, bad := range []org.Organisation{
			{Slug: "Oost", Name: "x", Locale: "nl", Zone: "UTC"},
			{Slug: "-oost", Name: "x", Locale: "nl", Zone: "UTC"},
			{Slug: "oost", Name: " ", Locale: "nl", Zone: "UTC"},
			{Slug: "oost", Name: "x", Locale: "fy", Zone: "UTC"},
			{Slug: "oost", Name: "x", Locale: "nl", Zone: "Mars/Base"},
		} {
			if err := d.db.Write(t.Context(), func(tx *sqldb.Tx) error {
				_, err := d.room.Create(tx, ledger.Desk, bad)
				return err
			}); !fault.Is(err, fault.Invalid) {
				t.Errorf("%+v was taken: %v", bad, err)
			}
		}
	})
}

func TestAChangeIsKeptAndNamesItsFieldsInTheLedger(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		o := read(d, func(tx *sqldb.Tx) (org.Organisation, error) { return d.room.Load(tx, d.east.Org) })
		o.Settings.Accent, o.Settings.Contact, o.Settings.SilenceAfter = "#12566B", "Bel 000 000 00 00", 48*time.Hour
		d.write(func(tx *sqldb.Tx) error { return d.room.Change(tx, d.east.Actor, o) })
		d.write(func(tx *sqldb.Tx) error { return d.room.Change(tx, d.east.Actor, o) })
		got := read(d, func(tx *sqldb.Tx) (org.Organisation, error) { return d.room.Load(tx, d.east.Org) })
		if got.Settings.Accent != "#12566b" || got.Settings.SilenceAfter != 48*time.Hour || got.Settings.Contact == "" {
			t.Errorf("%+v", got.Settings)
		}
		facts := d.facts()
		if !strings.Contains(facts, `org.changed Anna {"about":"organisation","did":"changed","fields":["silence_after","accent","contact"]}`) {
			t.Error(facts)
		}
		if strings.Contains(facts, "000 000") {
			t.Error("the value stands in the ledger")
		}
	})
}

func TestSettingsThatCannotBeUsedAreRefused(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		o := read(d, func(tx *sqldb.Tx) (org.Organisation, error) { return d.room.Load(tx, d.east.Org) })
		for key, spoil := range map[string]func(*org.Settings){
			"org.accent_too_light":     func(s *org.Settings) { s.Accent = "#6fc3da" },
			"org.accent_unreadable":    func(s *org.Settings) { s.Accent = "petrol" },
			"org.silence_out_of_range": func(s *org.Settings) { s.CloseAfter = time.Minute },
			"org.text_not_one_line":    func(s *org.Settings) { s.SenderName = "a\nBcc: b@c.example" },
			"org.public_url_unusable":  func(s *org.Settings) { s.PublicURL = "https://help.example/page" },
			"org.choice_unknown":       func(s *org.Settings) { s.Receipt = "maybe" },
		} {
			bad := o
			spoil(&bad.Settings)
			d.refused(key, func(tx *sqldb.Tx) error { return d.room.Change(tx, d.east.Actor, bad) })
		}
	})
}

func TestOwnWordingIsCheckedAndCanBeTakenBack(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		catalogue, err := text.Load(org.Texts)
		if err != nil {
			t.Fatal(err)
		}
		say := func(w org.Wording) func(tx *sqldb.Tx) error {
			return func(tx *sqldb.Tx) error { return d.room.Reword(tx, d.east, w, catalogue.Check) }
		}
		d.write(say(org.Wording{Locale: "nl", Key: "org.department_exists", Text: "{name} bestaat al."}))
		o := read(d, func(tx *sqldb.Tx) (org.Organisation, error) { return d.room.Load(tx, d.east.Org) })
		if got := catalogue.For(text.Dutch).With(o.Settings.Wording["nl"]).T("org.department_exists", "name", "Post"); got != "Post bestaat al." {
			t.Errorf("said %q", got)
		}
		d.refused("text.unknown_placeholder", say(org.Wording{Locale: "nl", Key: "org.department_exists", Text: "{number}"}))
		d.refused("text.unknown_key", say(org.Wording{Locale: "nl", Key: "org.nothing", Text: "x"}))
		d.write(func(tx *sqldb.Tx) error {
			return d.room.Change(tx, d.east.Actor, org.Organisation{ID: o.ID, Slug: o.Slug, Name: "Nieuw", Locale: "en", Zone: o.Zone, Settings: org.Defaults()})
		})
		o = read(d, func(tx *sqldb.Tx) (org.Organisation, error) { return d.room.Load(tx, d.east.Org) })
		if o.Settings.Wording["nl"]["org.department_exists"] == "" {
			t.Error("changing the settings lost the wording")
		}
		d.write(say(org.Wording{Locale: "nl", Key: "org.department_exists"}))
		o = read(d, func(tx *sqldb.Tx) (org.Organisation, error) { return d.room.Load(tx, d.east.Org) })
		if len(o.Settings.Wording["nl"]) != 0 {
			t.Errorf("still there: %v", o.Settings.Wording)
		}
	})
}

func TestAnAddressBelongsToOneOrganisationOfTheWholeDesk(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		add := func(by org.By, a org.Address) (got org.Address) {
			d.write(func(tx *sqldb.Tx) (err error) { got, err = d.room.SaveAddress(tx, by, a); return err })
			return got
		}
		first := add(d.east, org.Address{Address: "Klantenservice@Energie-Oost.example"})
		if !first.Sender || first.Address != "klantenservice@energie-oost.example" {
			t.Errorf("%+v", first)
		}
		d.refused("org.address_taken", func(tx *sqldb.Tx) error {
			_, err := d.room.SaveAddress(tx, d.west, org.Address{Address: "klantenservice@energie-oost.example"})
			return err
		})
		found := read(d, func(tx *sqldb.Tx) (org.Address, error) {
			return d.room.ByAddress(tx, "KLANTENSERVICE+case-12@energie-oost.example")
		})
		if found.Org != d.east.Org {
			t.Errorf("%+v", found)
		}
		d.refused("org.not_found", func(tx *sqldb.Tx) error {
			_, err := d.room.ByAddress(tx, "nobody@energie-oost.example")
			return err
		})
		second := add(d.east, org.Address{Address: "verhuizen@energie-oost.example"})
		if second.Sender {
			t.Error("there were two senders")
		}
		d.refused("org.address_is_sender", func(tx *sqldb.Tx) error { return d.room.RemoveAddress(tx, d.east, first.ID) })
		second.Sender = true
		add(d.east, second)
		if s := read(d, func(tx *sqldb.Tx) (org.Address, error) { return d.room.Sender(tx, d.east.Org) }); s.ID != second.ID {
			t.Errorf("sender is %s", s.Address)
		}
		d.refused("org.not_found", func(tx *sqldb.Tx) error { return d.room.RemoveAddress(tx, d.west, first.ID) })
		d.refused("org.not_found", func(tx *sqldb.Tx) error {
			_, err := d.room.SaveAddress(tx, d.west, org.Address{ID: first.ID, Address: "other@energie-west.example"})
			return err
		})
		d.write(func(tx *sqldb.Tx) error { return d.room.RemoveAddress(tx, d.east, first.ID) })
	})
}

func TestARetiredDepartmentKeepsItsNameAndTakesNoNewWork(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		var billing org.Department
		d.write(func(tx *sqldb.Tx) (err error) {
			billing, err = d.room.SaveDepartment(tx, d.east, org.Department{Name: "Facturen"})
			return err
		})
		d.refused("org.department_exists", func(tx *sqldb.Tx) error {
			_, err := d.room.SaveDepartment(tx, d.east, org.Department{Name: "facturen"})
			return err
		})
		d.refused("org.not_found", func(tx *sqldb.Tx) error {
			_, err := d.room.SaveAddress(tx, d.west, org.Address{Address: "a@energie-west.example", Department: billing.ID})
			return err
		})
		d.write(func(tx *sqldb.Tx) error {
			_, err := d.room.SaveAddress(tx, d.east, org.Address{Address: "a@energie-oost.example", Department: billing.ID})
			return err
		})
		d.refused("org.not_found", func(tx *sqldb.Tx) error { return d.room.RetireDepartment(tx, d.west, billing.ID) })
		d.write(func(tx *sqldb.Tx) error { return d.room.RetireDepartment(tx, d.east, billing.ID) })
		if all := read(d, func(tx *sqldb.Tx) ([]org.Department, error) { return d.room.Departments(tx, d.east.Org) }); len(all) != 0 {
			t.Errorf("still listed: %+v", all)
		}
		if one := read(d, func(tx *sqldb.Tx) (org.Department, error) { return d.room.Department(tx, d.east.Org, billing.ID) }); one.Name != "Facturen" || !one.Retired {
			t.Errorf("%+v", one)
		}
		if a := read(d, func(tx *sqldb.Tx) (org.Address, error) { return d.room.ByAddress(tx, "a@energie-oost.example") }); a.Department != 0 {
			t.Error("the address still leads to the retired department")
		}
	})
}

func TestAnotherOrganisationSeesNothing(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		var reply org.Reply
		var box org.Mailbox
		d.write(func(tx *sqldb.Tx) (err error) {
			if reply, err = d.room.SaveReply(tx, d.east, org.Reply{Name: "Verhuizing", Shortcut: "vh", Text: "Dag {{customer.name}}", Locale: "nl"}); err != nil {
				return err
			}
			box, err = d.room.SaveMailbox(tx, d.east, mailbox("geheim-1"))
			return err
		})
		for name, fn := range map[string]func(*sqldb.Tx) error{
			"reply":        func(tx *sqldb.Tx) error { _, err := d.room.Reply(tx, d.west.Org, reply.ID); return err },
			"save reply":   func(tx *sqldb.Tx) error { r := reply; _, err := d.room.SaveReply(tx, d.west, r); return err },
			"drop reply":   func(tx *sqldb.Tx) error { return d.room.RemoveReply(tx, d.west, reply.ID) },
			"mailbox":      func(tx *sqldb.Tx) error { _, err := d.room.Mailbox(tx, d.west.Org, box.ID); return err },
			"save mailbox": func(tx *sqldb.Tx) error { m := box; _, err := d.room.SaveMailbox(tx, d.west, m); return err },
			"drop mailbox": func(tx *sqldb.Tx) error { return d.room.RemoveMailbox(tx, d.west, box.ID) },
			"memory":       func(tx *sqldb.Tx) error { _, err := d.room.Memory(tx, d.west.Org, box.ID); return err },
			"remember":     func(tx *sqldb.Tx) error { return d.room.Remember(tx, d.west.Org, box.ID, org.Memory{}) },
			"holiday":      func(tx *sqldb.Tx) error { return d.room.RemoveHoliday(tx, d.west, "2026-12-25") },
			"no such org":  func(tx *sqldb.Tx) error { _, err := d.room.Load(tx, ident.Org(1)); return err },
		} {
			if err := d.db.Write(t.Context(), fn); !fault.Is(err, fault.Unknown) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := len(read(d, func(tx *sqldb.Tx) ([]org.Reply, error) { return d.room.Replies(tx, d.west.Org) })); n != 0 {
			t.Errorf("%d replies of another", n)
		}
	})
}
