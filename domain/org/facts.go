package org

import (
	"strconv"

	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// CreatedFact is org.created.
type CreatedFact struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// Kind names the fact.
func (CreatedFact) Kind() string { return "org.created" }

// The things of an organisation that a ChangedFact can be about.
const (
	AboutOrganisation = "organisation"
	AboutDepartment   = "department"
	AboutAddress      = "address"
	AboutMailbox      = "mailbox"
	AboutHours        = "hours"
	AboutHoliday      = "holiday"
	AboutReply        = "reply"
	AboutWording      = "wording"
	AboutKey          = "key"
	AboutSite         = "site"
	AboutTarget       = "target"
)

// What was done to it.
const (
	Added   = "added"
	Changed = "changed"
	Removed = "removed"
)

// ChangedFact is org.changed: what was changed, and the names of the fields, without their values.
type ChangedFact struct {
	About  string   `json:"about"`
	Did    string   `json:"did"`
	ID     string   `json:"id,omitempty"`
	Name   string   `json:"name,omitempty"`
	Fields []string `json:"fields,omitempty"`
}

// Kind names the fact.
func (ChangedFact) Kind() string { return "org.changed" }

// By says in which organisation somebody changes something.
type By struct {
	Org   ident.Org
	Actor ledger.Actor
}

func (r *Room) changed(tx *sqldb.Tx, by By, f ChangedFact) error {
	_, err := r.log.Append(tx, ledger.At{Org: by.Org, Actor: by.Actor}, f)
	return err
}

func text(id ident.Row) string { return strconv.FormatInt(int64(id), 10) }
