package staff

import "balie/ground/ident"

// PresenceChanged says whether an agent takes contacts from now on.
type PresenceChanged struct {
	Agent  ident.Agent `json:"agent,string"`
	State  State       `json:"state"`
	Reason string      `json:"reason,omitempty"`
	Chats  int         `json:"chats"`
}

// Kind is the fact's name.
func (PresenceChanged) Kind() string { return "staff.presence_changed" }

// LimitChanged says how many chats at once an agent takes from now on, and why: learnt, or set by hand.
type LimitChanged struct {
	Agent ident.Agent `json:"agent,string"`
	From  int         `json:"from"`
	Chats int         `json:"chats"`
	Why   Why         `json:"why"`
}

// Kind is the fact's name.
func (LimitChanged) Kind() string { return "staff.limit_changed" }

// What was done to a skill.
const (
	SkillAdded   = "added"
	SkillRenamed = "changed"
	SkillRemoved = "removed"
	SkillGiven   = "given" // who knows it, and how well
)

// SkillChanged says what was done to a skill.
type SkillChanged struct {
	Skill ident.Skill `json:"skill,string"`
	Name  string      `json:"name"`
	Did   string      `json:"did"`
}

// Kind is the fact's name.
func (SkillChanged) Kind() string { return "staff.skill_changed" }
