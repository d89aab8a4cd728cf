package flow

import (
	"slices"
	"strings"

	"balie/domain/automation"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

// rules is the follower that shows every fact to the rules of its organisation.
func (f *Flow) rules() ledger.Follower {
	handle := make(map[string]ledger.Handler)
	for _, kind := range automation.Facts() {
		handle[kind] = f.applyRules
	}
	return ledger.Follower{Name: "rules", Log: f.log, Linger: f.linger, Handle: handle}
}

// applyRules carries out the rules that a fact concerns. All of them look at the case as it was before the first did
// something; what they do is in the transaction of the follower, so it is done once.
func (f *Flow) applyRules(tx *sqldb.Tx, e ledger.Entry) error {
	trigger, err := automation.TriggerOf(e)
	if err != nil || trigger == "" {
		return err
	}
	all, err := f.Automation.For(tx, e.Org, trigger)
	all = slices.DeleteFunc(all, func(r automation.Rule) bool { return !r.Active(e.Time) })
	if err != nil || len(all) == 0 {
		return err
	}
	c, err := f.Cases.Take(tx, e.Org, e.Case)
	if err != nil {
		return err
	}
	seen, err := f.scene(tx, &c, e, all)
	if err != nil || seen.ours {
		return err
	}
	for _, r := range all {
		if r.Holds(seen.Scene) != automation.Yes {
			continue
		}
		if err := f.runRule(tx, &doing{Case: &c, rule: r, fact: e, machine: seen.machine}); err != nil {
			return err
		}
	}
	return nil
}

// seen is a scene, with what only the one who carries it out needs to know.
type seen struct {
	automation.Scene
	machine bool // wrote what it is about: it gets no answer by itself (RFC 3834)
	ours    bool // no rule looks at this: a case that goes on as another one, or words of somebody who is not its customer
}

// scene is what the rules see of a fact. It reads only what one of them asks for.
func (f *Flow) scene(tx *sqldb.Tx, c *cases.Case, e ledger.Entry, rules []automation.Rule) (seen, error) {
	s := seen{ours: c.MergedInto != 0, Scene: automation.Scene{
		At: e.Time, Channel: c.Channel, Department: c.Department, Tags: c.Tags, Status: c.Status, Subject: c.Subject,
		Address: c.DeskAddress, WaitingSince: c.WaitingSince, Due: c.Due(),
	}}
	asks := func(field automation.Field) bool {
		return slices.ContainsFunc(rules, func(r automation.Rule) bool {
			return slices.ContainsFunc(r.If, func(c automation.Condition) bool { return c.Field == field })
		})
	}
	if err := f.words(tx, &s, e, asks(automation.Words)); err != nil {
		return s, err
	}
	if asks(automation.Site) {
		ct, _, err := f.Conversation.ContactOf(tx, c.Org, c.ID)
		if err != nil {
			return s, err
		}
		s.Site = ct.Site
	}
	if asks(automation.Hours) {
		h, err := f.Org.Hours(tx, c.Org, c.Channel)
		if err != nil {
			return s, err
		}
		s.Open = h.Open(e.Time)
	}
	return s, nil
}

// words fills in what the customer said: the message that the fact is about, else the last one before it.
func (f *Flow) words(tx *sqldb.Tx, s *seen, e ledger.Entry, wanted bool) error {
	switch e.Kind {
	case automation.CustomerWrote.Fact():
		var fact conversation.Received
		if err := e.Into(&fact); err != nil {
			return err
		}
		line, err := f.Conversation.Entry(tx, e.Org, fact.Entry)
		s.Words, s.machine, s.ours = line.Text, fact.Auto, s.ours || line.Data.OtherSender != ""
		return err
	case automation.Opened.Fact():
		var fact cases.OpenedFact
		if err := e.Into(&fact); err != nil {
			return err
		}
		s.machine = fact.Auto
	}
	if !wanted {
		return nil
	}
	said, err := f.Conversation.SaidBy(tx, e.Org, e.Case, e.Seq)
	s.Words = said
	return err
}

// doing is one rule on its way.
type doing struct {
	*cases.Case
	rule    automation.Rule
	fact    ledger.Entry
	machine bool
	past    automation.Past
	replied bool
	deeds   []conversation.Deed
}

// did notes what was done, or why it was not.
func (d *doing) did(what, with string) {
	d.deeds = append(d.deeds, conversation.Deed{Do: what, With: with})
}

// runRule carries out a rule for a fact, once, and says so in the timeline. One that cannot be carried out is undone and
// says that; it holds nothing else up.
func (f *Flow) runRule(tx *sqldb.Tx, d *doing) (err error) {
	if d.past, err = f.Automation.Before(tx, d.rule, d.ID, d.fact.Seq); err != nil || d.past.Had {
		return err
	}
	outcome := automation.Ran
	switch {
	case d.past.Full:
		outcome = automation.Paused
		d.did("paused", "")
	default:
		before := *d.Case
		err := tx.Part(func() error { return f.carryOut(tx, d) })
		if err != nil && !mended(err) {
			return err
		}
		if err != nil {
			*d.Case, d.deeds, d.replied = before, nil, false
			d.did("failed", fault.Of(err).Key)
			f.log.Warn("a rule could not be carried out", "rule", d.rule.ID, "seq", d.fact.Seq, "error", err)
		}
	}
	if err := f.Automation.Keep(tx, d.Org, automation.Run{
		Rule: d.rule.ID, Case: d.ID, Number: d.Number, Seq: d.fact.Seq, Outcome: outcome, Replied: d.replied, Deeds: d.deeds,
	}); err != nil || len(d.deeds) == 0 || (d.past.Full && d.past.Told) {
		return err
	}
	l := line(d.Case, conversation.Automated, d.rule.Actor(), "")
	l.Data.Rule, l.Data.Deeds = d.rule.ID, d.deeds
	_, err = f.Conversation.Add(tx, l)
	return err
}

// mended says that an error is about what the rule asks for, so that trying again would not help.
func mended(err error) bool {
	switch fault.Of(err).Kind {
	case fault.Invalid, fault.Unknown, fault.Conflict, fault.TooLarge:
		return !sqldb.Undone(err)
	}
	return false
}

// carryOut does what a rule asks for, in the order of automation.Then.
func (f *Flow) carryOut(tx *sqldb.Tx, d *doing) error {
	for _, step := range []func(*sqldb.Tx, *doing) error{f.ruleTags, f.ruleDepartment, f.rulePromise, f.ruleNote, f.ruleReply, f.ruleCall} {
		if err := step(tx, d); err != nil {
			return err
		}
	}
	return nil
}

func (f *Flow) ruleTags(tx *sqldb.Tx, d *doing) error {
	there := func(name string) bool { return slices.Contains(d.Tags, name) }
	add := slices.DeleteFunc(slices.Clone(d.rule.Then.AddTags), there)
	drop := slices.DeleteFunc(slices.Clone(d.rule.Then.DropTags), func(name string) bool { return !there(name) })
	if len(add)+len(drop) == 0 {
		return nil
	}
	if err := f.Cases.Tag(tx, d.Case, d.rule.Actor(), add, drop); err != nil {
		return err
	}
	if len(add) > 0 {
		d.did("tag_added", strings.Join(add, ", "))
	}
	if len(drop) > 0 {
		d.did("tag_removed", strings.Join(drop, ", "))
	}
	return nil
}

// ruleNote writes to colleagues. Whoever is named finds it among their mentions.
func (f *Flow) ruleNote(tx *sqldb.Tx, d *doing) error {
	if d.rule.Then.Note == "" {
		return nil
	}
	l := line(d.Case, conversation.Note, d.rule.Actor(), d.rule.Then.Note)
	to := ""
	if id := d.rule.Then.Mention; id != 0 {
		a, err := f.Access.Account(tx, d.Org, id)
		if err != nil {
			return err
		}
		l.Data.Mentions, to = []string{ident.Text(id)}, a.Name
	}
	if _, err := f.say(tx, d.Case, l, nil); err != nil {
		return err
	}
	if to != "" {
		d.did("noted_for", to)
	} else {
		d.did("noted", "")
	}
	return nil
}
