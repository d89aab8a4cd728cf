package org

import (
	"regexp"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Reply is a saved reply. Its text is markdown with fields such as {{customer.name}}.
type Reply struct {
	ID         ident.Row
	Org        ident.Org
	Department ident.Department // zero: for everybody
	Name       string
	Shortcut   string // typed in the composer to find it; may be empty
	Text       string
	Locale     string // "nl" or "en"
}

var shortcutForm = regexp.MustCompile(`^[a-z0-9-]{0,30}$`)

const replyColumns = `id, org, department, name, shortcut, body, locale`

func scanReply(r sqldb.Row, v *Reply) error {
	return r.Scan(&v.ID, &v.Org, sqldb.Int(&v.Department), &v.Name, &v.Shortcut, &v.Text, &v.Locale)
}

// Replies lists the saved replies, by name.
func (r *Room) Replies(tx *sqldb.Tx, org ident.Org) ([]Reply, error) {
	return sqldb.All(tx, scanReply, `select `+replyColumns+` from reply where org = $1 order by name, id`, org)
}

// Reply reads one.
func (r *Room) Reply(tx *sqldb.Tx, org ident.Org, id ident.Row) (Reply, error) {
	return found(sqldb.One(tx, scanReply, `select `+replyColumns+` from reply where org = $1 and id = $2`, org, id))
}

func (v Reply) check() (Reply, error) {
	var err error
	if v.Name, err = line(v.Name, 80); err != nil {
		return v, err
	}
	if v.Text, err = block(v.Text, 20_000); err != nil {
		return v, err
	}
	switch {
	case v.Name == "":
		return v, fault.New(fault.Invalid, "org.name_missing")
	case v.Text == "":
		return v, fault.New(fault.Invalid, "org.reply_text_missing")
	case !shortcutForm.MatchString(v.Shortcut):
		return v, fault.New(fault.Invalid, "org.reply_shortcut_unusable")
	case v.Locale != "nl" && v.Locale != "en":
		return v, fault.New(fault.Invalid, "org.locale_unknown", "locale", v.Locale)
	}
	return v, nil
}

// SaveReply adds a saved reply, or changes the one with this ID.
func (r *Room) SaveReply(tx *sqldb.Tx, by By, v Reply) (Reply, error) {
	v, err := v.check()
	if err != nil {
		return v, err
	}
	if err := r.checkDepartment(tx, by.Org, v.Department); err != nil {
		return v, err
	}
	v.Org = by.Org
	fact := ChangedFact{About: AboutReply, Did: Changed, Name: v.Name}
	var n int64 = 1
	if v.ID == 0 {
		v.ID, fact.Did = ident.Row(tx.NewID()), Added
		_, err = tx.Exec(`insert into reply (org, id, department, name, shortcut, body, locale) values ($1, $2, $3, $4, $5, $6, $7)`,
			v.Org, v.ID, sqldb.Null(v.Department), v.Name, v.Shortcut, v.Text, v.Locale)
	} else {
		n, err = tx.Exec(`update reply set department = $3, name = $4, shortcut = $5, body = $6, locale = $7 where org = $1 and id = $2`,
			v.Org, v.ID, sqldb.Null(v.Department), v.Name, v.Shortcut, v.Text, v.Locale)
	}
	if err != nil {
		return v, taken(err, "org.reply_shortcut_taken", "shortcut", v.Shortcut)
	}
	if n == 0 {
		return v, fault.New(fault.Unknown, "org.not_found")
	}
	fact.ID = text(v.ID)
	return v, r.changed(tx, by, fact)
}

// RemoveReply takes a saved reply away.
func (r *Room) RemoveReply(tx *sqldb.Tx, by By, id ident.Row) error {
	v, err := r.Reply(tx, by.Org, id)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`delete from reply where org = $1 and id = $2`, by.Org, id); err != nil {
		return err
	}
	return r.changed(tx, by, ChangedFact{About: AboutReply, Did: Removed, ID: text(id), Name: v.Name})
}
