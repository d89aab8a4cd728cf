package org

import (
	"embed"
	"encoding/json"
	"errors"
	"reflect"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

// Migrations makes the tables of the room.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Texts are what the room's faults say, in Dutch and English.
//
//go:embed texts/*.toml
var Texts embed.FS

// Room keeps the organisations.
type Room struct {
	log *ledger.Log
	box *secret.Box
}

// New makes the room. The box seals mailbox passwords and mail keys.
func New(log *ledger.Log, box *secret.Box) *Room { return &Room{log: log, box: box} }

const organisationColumns = `org, slug, name, locale, zone, settings, created`

func scanOrganisation(r sqldb.Row, o *Organisation) error {
	var settings string
	if err := r.Scan(&o.ID, &o.Slug, &o.Name, &o.Locale, &o.Zone, &settings, sqldb.Time(&o.Created)); err != nil {
		return err
	}
	return json.Unmarshal([]byte(settings), &o.Settings)
}

// Create makes an organisation with the opening hours of an office week. ID and Created are filled in; settings that
// are empty get their defaults.
func (r *Room) Create(tx *sqldb.Tx, actor ledger.Actor, o Organisation) (Organisation, error) {
	if reflect.ValueOf(o.Settings).IsZero() {
		o.Settings = Defaults()
	}
	o, err := o.check()
	if err != nil {
		return o, err
	}
	settings, err := json.Marshal(o.Settings)
	if err != nil {
		return o, err
	}
	o.ID, o.Created = ident.Org(tx.NewID()), tx.Now()
	n, err := tx.Exec(`insert into organisation (`+organisationColumns+`) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict do nothing`, o.ID, o.Slug, o.Name, o.Locale, o.Zone, string(settings), o.Created)
	if err != nil {
		return o, err
	}
	if n == 0 {
		return o, fault.New(fault.Conflict, "org.slug_taken", "slug", o.Slug)
	}
	if err := saveWeek(tx, o.ID, "", OfficeWeek()); err != nil {
		return o, err
	}
	_, err = r.log.Append(tx, ledger.At{Org: o.ID, Actor: actor}, CreatedFact{o.Slug, o.Name})
	return o, err
}

// Load reads an organisation.
func (r *Room) Load(tx *sqldb.Tx, id ident.Org) (Organisation, error) {
	return found(sqldb.One(tx, scanOrganisation, `select `+organisationColumns+` from organisation where org = $1`, id))
}

// BySlug reads the organisation with this name in web addresses.
func (r *Room) BySlug(tx *sqldb.Tx, slug string) (Organisation, error) {
	return found(sqldb.One(tx, scanOrganisation, `select `+organisationColumns+` from organisation where slug = $1`, slug))
}

// List reads every organisation, by name. It is for the operator and for what runs by itself.
func (r *Room) List(tx *sqldb.Tx) ([]Organisation, error) {
	return sqldb.All(tx, scanOrganisation, `select `+organisationColumns+` from organisation order by lower(name), org`)
}

// Change saves an organisation. Wording is left alone: see Reword.
func (r *Room) Change(tx *sqldb.Tx, actor ledger.Actor, o Organisation) error {
	old, err := r.Load(tx, o.ID)
	if err != nil {
		return err
	}
	o.Settings.Wording, o.Created = old.Settings.Wording, old.Created
	if o, err = o.check(); err != nil {
		return err
	}
	fields := different(old, o)
	if len(fields) == 0 {
		return nil
	}
	if err := r.save(tx, o); err != nil {
		return err
	}
	return r.changed(tx, By{o.ID, actor}, ChangedFact{About: AboutOrganisation, Did: Changed, Fields: fields})
}

func (r *Room) save(tx *sqldb.Tx, o Organisation) error {
	settings, err := json.Marshal(o.Settings)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`update organisation set slug = $2, name = $3, locale = $4, zone = $5, settings = $6 where org = $1`,
		o.ID, o.Slug, o.Name, o.Locale, o.Zone, string(settings))
	return taken(err, "org.slug_taken", "slug", o.Slug)
}

// different names the fields in which two organisations differ, as the audit trail shows them.
func different(a, b Organisation) []string {
	pairs := []struct {
		name string
		same bool
	}{
		{"slug", a.Slug == b.Slug},
		{"name", a.Name == b.Name},
		{"locale", a.Locale == b.Locale},
		{"zone", a.Zone == b.Zone},
		{"silence_after", a.Settings.SilenceAfter == b.Settings.SilenceAfter},
		{"close_after", a.Settings.CloseAfter == b.Settings.CloseAfter},
		{"accent", a.Settings.Accent == b.Settings.Accent},
		{"contact", a.Settings.Contact == b.Settings.Contact},
		{"sender_name", a.Settings.SenderName == b.Settings.SenderName},
		{"receipt", a.Settings.Receipt == b.Settings.Receipt},
		{"remote_images", a.Settings.RemoteImages == b.Settings.RemoteImages},
		{"public_url", a.Settings.PublicURL == b.Settings.PublicURL},
		{"chat_reply", a.Settings.ChatReply == b.Settings.ChatReply},
		{"notice", a.Settings.Notice == b.Settings.Notice},
	}
	var names []string
	for _, p := range pairs {
		if !p.same {
			names = append(names, p.name)
		}
	}
	return names
}

// Reword saves what an organisation says instead of one of our texts; an empty text goes back to ours. check is the
// catalogue's: it refuses a key that does not exist and a placeholder that nobody fills in.
func (r *Room) Reword(tx *sqldb.Tx, by By, w Wording, check func(key, text string) error) error {
	if w.Locale != "nl" && w.Locale != "en" {
		return fault.New(fault.Invalid, "org.locale_unknown", "locale", w.Locale)
	}
	body, err := block(w.Text, 4000)
	if err != nil {
		return err
	}
	if err := check(w.Key, body); err != nil {
		return err
	}
	o, err := r.Load(tx, by.Org)
	if err != nil {
		return err
	}
	o.Settings.Wording = reworded(o.Settings.Wording, Wording{w.Locale, w.Key, body})
	if err := r.save(tx, o); err != nil {
		return err
	}
	return r.changed(tx, by, ChangedFact{About: AboutWording, Did: Changed, Name: w.Locale + " " + w.Key})
}

// Wording is one text in one language.
type Wording struct {
	Locale string
	Key    string
	Text   string
}

func reworded(all map[string]map[string]string, w Wording) map[string]map[string]string {
	if all == nil {
		all = make(map[string]map[string]string)
	}
	if all[w.Locale] == nil {
		all[w.Locale] = make(map[string]string)
	}
	if w.Text == "" {
		delete(all[w.Locale], w.Key)
	} else {
		all[w.Locale][w.Key] = w.Text
	}
	return all
}

// found turns "no row" into the answer that does not tell whether it exists for somebody else (threat T1).
func found[T any](v T, err error) (T, error) {
	if errors.Is(err, sqldb.ErrNone) {
		return v, fault.New(fault.Unknown, "org.not_found")
	}
	return v, err
}

// taken gives the conflict of a unique index its own sentence.
func taken(err error, key string, args ...any) error {
	if err != nil && fault.Of(err).Key == sqldb.Duplicate {
		return fault.Wrap(fault.Conflict, key, err, args...)
	}
	return err
}
