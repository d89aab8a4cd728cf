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
