package automation

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/secret"
)

// Rule is what an administrator wrote: when this happens and the case is so, do that.
type Rule struct {
	ID      ident.Rule
	Org     ident.Org
	Name    string
	Trigger Trigger
	Match   Match
	If      []Condition
	Then    Then
	On      time.Time // since when it is switched on; zero: it is off
	Created time.Time
	// Secret is what its calls are signed with. It is made from the installation's key, so that it stands nowhere.
	Secret  secret.Text
	version int64
}

// Then is what a rule does, in this order. What is empty is not done.
type Then struct {
	AddTags    []string         `json:"add_tags,omitempty"`
	DropTags   []string         `json:"drop_tags,omitempty"`
	Department ident.Department `json:"department,string,omitempty"`
	Promise    Pledge           `json:"promise,omitzero"`
	Note       string           `json:"note,omitempty"`
	Mention    ident.Agent      `json:"mention,string,omitempty"`
	Reply      ident.Row        `json:"reply,string,omitempty"` // a saved reply
	Webhook    string           `json:"webhook,omitempty"`
}

// Pledge is a promise that a rule makes: to be kept within so many minutes of opening time.
type Pledge struct {
	Text    string `json:"text,omitempty"`
	Minutes int    `json:"minutes,omitempty"`
}

// Empty says that nothing would be done.
func (t Then) Empty() bool {
	return len(t.AddTags)+len(t.DropTags) == 0 && t.Department == 0 && t.Promise == (Pledge{}) && t.Note == "" && t.Reply == 0 && t.Webhook == ""
}

// Actor is who did what a rule did.
func (r Rule) Actor() ledger.Actor {
	return ledger.Actor{Kind: ledger.Rule, ID: int64(r.ID), Name: r.Name}
}

// Shown is the secret in the form that receivers expect: Standard Webhooks, base64 behind a mark.
func (r Rule) Shown() string {
	return "whsec_" + base64.StdEncoding.EncodeToString([]byte(r.Secret.Reveal()))
}

// Active says whether a rule was on when a fact became true. A rule does nothing about what happened before.
func (r Rule) Active(at time.Time) bool { return !r.On.IsZero() && !at.Before(r.On) }

// limits of a rule.
const (
	nameLimit = 80
	mostTags  = 10
	tagLimit  = 40
	pledge    = 500
	noteLimit = 5000
	urlLimit  = 2000
)

// check refuses what cannot be used and gives the form that is kept.
func (r Rule) check() (Rule, error) {
	r.Name = strings.Join(strings.Fields(r.Name), " ")
	switch {
	case r.Name == "":
		return r, fault.New(fault.Invalid, "automation.name_missing")
	case utf8.RuneCountInString(r.Name) > nameLimit:
		return r, fault.New(fault.TooLarge, "automation.name_long", "limit", nameLimit)
	case kinds[r.Trigger] == "":
		return r, fault.New(fault.Invalid, "automation.trigger_unknown", "trigger", string(r.Trigger))
	case r.Match != All && r.Match != Any:
		return r, fault.New(fault.Invalid, "automation.match_unknown", "match", string(r.Match))
	}
	seen := map[Field]bool{}
	r.If = slices.Clone(r.If)
	for i, c := range r.If {
		var err error
		if r.If[i], err = c.check(); err != nil {
			return r, Refused{c.Field, err}
		}
		if seen[c.Field] {
			return r, Refused{c.Field, fault.New(fault.Invalid, "automation.field_twice")}
		}
		seen[c.Field] = true
	}
	var err error
	r.Then, err = r.Then.check()
	return r, err
}

// Refused is a refusal of one condition.
type Refused struct {
	Field Field
	error
}

// Unwrap gives the fault.
func (r Refused) Unwrap() error { return r.error }

func (t Then) check() (Then, error) {
	var err error
	if t.AddTags, err = tags(t.AddTags); err != nil {
		return t, err
	}
	if t.DropTags, err = tags(t.DropTags); err != nil {
		return t, err
	}
	if t.Promise, err = t.Promise.check(); err != nil {
		return t, err
	}
	t.Note, t.Webhook = strings.TrimSpace(t.Note), strings.TrimSpace(t.Webhook)
	if utf8.RuneCountInString(t.Note) > noteLimit {
		return t, fault.New(fault.TooLarge, "automation.note_long", "limit", noteLimit)
	}
	if t.Note == "" {
		t.Mention = 0
	}
	if t.Webhook != "" {
		u, err := url.Parse(t.Webhook)
		if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" || u.User != nil || len(t.Webhook) > urlLimit {
			return t, fault.New(fault.Invalid, "automation.webhook_unusable")
		}
	}
	if t.Empty() {
		return t, fault.New(fault.Invalid, "automation.nothing_to_do")
	}
	return t, nil
}

func (p Pledge) check() (Pledge, error) {
	p.Text = strings.Join(strings.Fields(p.Text), " ")
	switch {
	case p == (Pledge{}):
	case p.Text == "":
		return p, fault.New(fault.Invalid, "automation.promise_text_missing")
	case utf8.RuneCountInString(p.Text) > pledge:
		return p, fault.New(fault.TooLarge, "automation.promise_text_long", "limit", pledge)
	case p.Minutes < 1 || p.Minutes > mostMinutes:
		return p, fault.New(fault.Invalid, "automation.promise_time_unusable")
	}
	return p, nil
}

// tags are those that are kept: each once, in lower case.
func tags(all []string) ([]string, error) {
	var kept []string
	for _, name := range all {
		name = strings.ToLower(strings.Join(strings.Fields(name), " "))
		if utf8.RuneCountInString(name) > tagLimit {
			return nil, fault.New(fault.Invalid, "automation.tag_length", "limit", tagLimit)
		}
		if name != "" && !slices.Contains(kept, name) {
			kept = append(kept, name)
		}
	}
	if len(kept) > mostTags {
		return nil, fault.New(fault.Invalid, "automation.tags_many", "limit", mostTags)
	}
	return kept, nil
}

// Tags splits what somebody typed: names with commas between them.
func Tags(typed string) []string { return split(typed) }
