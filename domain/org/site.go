package org

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/secret"
	"balie/ground/sqldb"
)

// Site is a website on which the organisation shows its chat.
type Site struct {
	ID         ident.Site
	Org        ident.Org
	Name       string
	Key        string   // stands in the page for everybody to read: says which website it is, proves nothing
	Origins    []string // "https://www.example"; empty: any
	Department ident.Department
	Skill      ident.Skill // what an agent must know to help who comes in here; zero: nothing
	Created    time.Time
	// Secret is what the website signs with who its visitors are (threat T11). It is made from the installation's key, so
	// that it stands nowhere.
	Secret  secret.Text
	version int64
}

// Allows says whether a page of this origin may use the chat of the site.
func (s Site) Allows(origin string) bool {
	return len(s.Origins) == 0 || slices.Contains(s.Origins, strings.ToLower(origin))
}

const siteColumns = `id, org, name, key, version, origins, department, created_at, skill`

func (r *Room) scanSite(row sqldb.Row, s *Site) error {
	var origins string
	err := row.Scan(&s.ID, &s.Org, &s.Name, &s.Key, &s.version, &origins, sqldb.Int(&s.Department), sqldb.Time(&s.Created), sqldb.Int(&s.Skill))
	s.Origins = strings.Fields(origins)
	s.Secret = secret.New(r.box.Sign("site secret", ident.Text(s.Org), ident.Text(s.ID), strconv.FormatInt(s.version, 10)))
	return err
}

// Sites lists the websites, by name.
func (r *Room) Sites(tx *sqldb.Tx, org ident.Org) ([]Site, error) {
	return sqldb.All(tx, r.scanSite, `select `+siteColumns+` from site where org = $1 order by name, id`, org)
}

// Site reads one.
func (r *Room) Site(tx *sqldb.Tx, org ident.Org, id ident.Site) (Site, error) {
	return found(sqldb.One(tx, r.scanSite, `select `+siteColumns+` from site where org = $1 and id = $2`, org, id))
}

const mostOrigins = 20

func (s Site) check() (Site, error) {
	var err error
	if s.Name, err = line(s.Name, 80); err != nil {
		return s, err
	}
	if s.Name == "" {
		return s, fault.New(fault.Invalid, "org.name_missing")
	}
	if len(s.Origins) > mostOrigins {
		return s, fault.New(fault.Invalid, "org.site_origins_many", "limit", mostOrigins)
	}
	var origins []string
	for _, o := range s.Origins {
		u, err := url.Parse(strings.ToLower(strings.TrimSpace(o)))
		if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
			return s, fault.New(fault.Invalid, "org.site_origin_unusable", "origin", o)
		}
		origins = append(origins, u.Scheme+"://"+u.Host)
	}
	s.Origins = origins
	return s, nil
}

// SaveSite adds a website, or changes the one with this ID. The key and the secret are made here; key is the public key
// of a new one.
func (r *Room) SaveSite(tx *sqldb.Tx, by By, s Site) (Site, error) {
	s, err := s.check()
	if err != nil {
		return s, err
	}
	if err := r.checkDepartment(tx, by.Org, s.Department); err != nil {
		return s, err
	}
	fact := ChangedFact{About: AboutSite, Did: Changed, Name: s.Name}
	if s.ID == 0 {
		fact.Did = Added
		s.ID, s.Org, s.Created = ident.Site(tx.NewID()), by.Org, tx.Now()
		s.Key = strconv.FormatInt(int64(s.ID), 36)
		_, err = tx.Exec(`insert into site (org, id, name, key, origins, department, created_at, skill) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			s.Org, s.ID, s.Name, s.Key, strings.Join(s.Origins, "\n"), sqldb.Null(s.Department), s.Created, sqldb.Null(s.Skill))
	} else {
		var n int64
		n, err = tx.Exec(`update site set name = $3, origins = $4, department = $5, skill = $6 where org = $1 and id = $2`,
			by.Org, s.ID, s.Name, strings.Join(s.Origins, "\n"), sqldb.Null(s.Department), sqldb.Null(s.Skill))
		if err == nil && n == 0 {
			return s, fault.New(fault.Unknown, "org.not_found")
		}
	}
	if err != nil {
		return s, err
	}
	fact.ID = ident.Text(s.ID)
	if err := r.changed(tx, by, fact); err != nil {
		return s, err
	}
	return r.Site(tx, by.Org, s.ID)
}

// RenewSite gives a website another secret. What was signed with the one before counts no longer.
func (r *Room) RenewSite(tx *sqldb.Tx, by By, id ident.Site) error {
	return r.touchSite(tx, by, id, Changed, `update site set version = version + 1 where org = $1 and id = $2`)
}

// RemoveSite takes a website away. Chats that began there go on.
func (r *Room) RemoveSite(tx *sqldb.Tx, by By, id ident.Site) error {
	return r.touchSite(tx, by, id, Removed, `delete from site where org = $1 and id = $2`)
}

func (r *Room) touchSite(tx *sqldb.Tx, by By, id ident.Site, did, statement string) error {
	n, err := tx.Exec(statement, by.Org, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Unknown, "org.not_found")
	}
	return r.changed(tx, by, ChangedFact{About: AboutSite, Did: did, ID: ident.Text(id)})
}

// Announce says something to everybody who opens the chat or the contact page; the empty text takes it back.
func (r *Room) Announce(tx *sqldb.Tx, by By, words string) error {
	o, err := r.Load(tx, by.Org)
	if err != nil {
		return err
	}
	o.Settings.Notice = words
	return r.Change(tx, by.Actor, o)
}
