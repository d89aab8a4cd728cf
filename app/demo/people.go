package demo

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/BurntSushi/toml"

	"balie/domain/access"
	"balie/domain/automation"
	"balie/domain/cases"
	"balie/domain/org"
	"balie/domain/staff"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

//go:embed stories/people.toml
var peopleText string

// people are those who work at the organisation, and what they work with.
type people struct {
	Departments []string
	Addresses   []struct{ Address, Department string }
	Agents      []struct{ Key, Name, Role, Department, Signature string }
	Skills      []struct {
		Name, Locale string
		Who          map[string]int // level by key of the agent
	}
	Holidays []struct {
		Month, Day int
		Name       string
		Until      int // minutes after midnight; 0 is closed
	}
	Replies []struct{ Name, Shortcut, Department, Locale, Text string }
}

// found makes the organisation with its people, addresses, hours and saved replies.
func found(ctx context.Context, d Desk) (house, error) {
	var who people
	if _, err := toml.Decode(peopleText, &who); err != nil {
		return house{}, fmt.Errorf("people: %w", err)
	}
	h := house{departments: map[string]ident.Department{}, agents: map[string]access.Account{}}
	err := d.DB.Write(ctx, func(tx *sqldb.Tx) (err error) {
		settings := org.Defaults()
		settings.Contact = "Telefoon 0800 0199, op werkdagen van 8 tot 21 uur en op zaterdag van 10 tot 16 uur"
		h.org, err = d.Flow.Org.Create(tx, ledger.Desk, org.Organisation{
			Slug: Slug, Name: "Energie Oost", Locale: "nl", Zone: zoneName, Settings: settings,
		})
		if err != nil {
			return err
		}
		by := org.By{Org: h.org.ID, Actor: ledger.Desk}
		for _, step := range []func(*sqldb.Tx, Desk, org.By, people) error{h.addDepartments, h.addPeople, h.addSkills, h.addHours, h.addReplies, h.addRule, h.addSite} {
			if err := step(tx, d, by, who); err != nil {
				return err
			}
		}
		return nil
	})
	return h, err
}

func (h house) addDepartments(tx *sqldb.Tx, d Desk, by org.By, who people) error {
	for _, name := range who.Departments {
		made, err := d.Flow.Org.SaveDepartment(tx, by, org.Department{Name: name})
		if err != nil {
			return err
		}
		h.departments[name] = made.ID
	}
	for _, a := range who.Addresses {
		if _, err := d.Flow.Org.SaveAddress(tx, by, org.Address{
			Address: a.Address + "@" + Domain, Department: h.departments[a.Department], Sender: a.Address+"@"+Domain == Main,
		}); err != nil {
			return err
		}
	}
	return nil
}

// addSite lets the organisation have a chat: on the website that it does not have, and on its own contact page.
func (h house) addSite(tx *sqldb.Tx, d Desk, by org.By, _ people) error {
	_, err := d.Flow.Org.SaveSite(tx, by, org.Site{Name: "www." + Domain, Origins: []string{"https://www." + Domain}})
	return err
}

func (h house) addPeople(tx *sqldb.Tx, d Desk, by org.By, who people) error {
	for _, p := range who.Agents {
		a, err := d.Flow.Access.AddAccount(tx, by, access.Account{
			Email: p.Key + "@" + Domain, Name: p.Name, Role: access.Role(p.Role), Locale: "nl", Signature: p.Signature,
			Department: h.departments[p.Department], Operator: p.Role == string(access.Admin),
		})
		if err != nil {
			return err
		}
		h.agents[p.Key] = a
	}
	return nil
}

func (h house) addSkills(tx *sqldb.Tx, d Desk, by org.By, who people) error {
	at := ledger.At{Org: by.Org, Actor: by.Actor}
	for _, s := range who.Skills {
		skill := staff.Skill{Name: s.Name, Sort: staff.Subject, Locale: s.Locale}
		if s.Locale != "" {
			skill.Sort = staff.Language
		}
		kept, err := d.Flow.Staff.SaveSkill(tx, at, skill)
		if err != nil {
			return err
		}
		levels := make(map[ident.Agent]cases.Level)
		for key, level := range s.Who {
			levels[h.agents[key].ID] = cases.Level(level)
		}
		if err := d.Flow.Staff.Knows(tx, at, kept.ID, levels); err != nil {
			return err
		}
	}
	return nil
}

// The hours of the desk, in minutes after midnight: long on working days, since customers work then too.
const (
	opens          = 8 * 60
	closes         = 21 * 60
	opensSaturday  = 10 * 60
	closesSaturday = 16 * 60
)

func (h house) addHours(tx *sqldb.Tx, d Desk, by org.By, who people) error {
	var week org.Week
	for day := 1; day <= 5; day++ {
		week[day] = []org.Span{{From: opens, To: closes}}
	}
	week[6] = []org.Span{{From: opensSaturday, To: closesSaturday}}
	if err := d.Flow.Org.SetWeek(tx, by, "", week); err != nil {
		return err
	}
	for year := d.Now.Year(); year <= d.Now.Year()+1; year++ {
		for _, day := range who.Holidays {
			holiday := org.Holiday{Date: fmt.Sprintf("%04d-%02d-%02d", year, day.Month, day.Day), Name: day.Name}
			if day.Until > 0 {
				holiday.Spans = []org.Span{{From: opens, To: day.Until}}
			}
			if err := d.Flow.Org.SetHoliday(tx, by, holiday); err != nil {
				return err
			}
		}
	}
	return nil
}

// addRule writes an example of a rule. It is off: whoever looks around switches it on.
func (h house) addRule(tx *sqldb.Tx, d Desk, by org.By, _ people) error {
	_, err := d.Flow.Automation.Save(tx, by, automation.Rule{
		Name: "Gaslucht", Trigger: automation.CustomerWrote, Match: automation.Any,
		If: []automation.Condition{
			{Field: automation.Subject, Value: "gaslucht, gas ruik*"}, {Field: automation.Words, Value: "gaslucht, ruik gas, ruiken gas"},
		},
		Then: automation.Then{
			AddTags: []string{"spoed"}, Department: h.departments["Storing"], Promise: automation.Pledge{Text: "Wij bellen je", Minutes: 60},
			Note: "Bel eerst, en vraag of ramen en deuren open staan.",
		},
	})
	return err
}

func (h house) addReplies(tx *sqldb.Tx, d Desk, by org.By, who people) error {
	for _, r := range who.Replies {
		if _, err := d.Flow.Org.SaveReply(tx, by, org.Reply{
			Department: h.departments[r.Department], Name: r.Name, Shortcut: r.Shortcut, Text: r.Text, Locale: r.Locale,
		}); err != nil {
			return err
		}
	}
	return nil
}
