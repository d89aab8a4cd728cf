package automation

import "balie/ground/ident"

// RuleChangedFact says that somebody wrote, changed, removed, switched on or switched off a rule.
type RuleChangedFact struct {
	Rule ident.Rule `json:"rule,string"`
	Name string     `json:"name"`
	Did  Did        `json:"did"`
}

// Kind is the fact's name.
func (RuleChangedFact) Kind() string { return "automation.rule_changed" }

// Did is what was done to a rule.
type Did string

// What can be done to one.
const (
	Added       Did = "added"
	Changed     Did = "changed"
	Removed     Did = "removed"
	SwitchedOn  Did = "switched_on"
	SwitchedOff Did = "switched_off"
	Renewed     Did = "renewed" // the secret that its calls are signed with
)
