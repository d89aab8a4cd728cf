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
