package conversation

import "balie/ground/ident"

// Received says that a customer said something.
type Received struct {
	Entry   ident.Entry `json:"entry,string"`
	Channel string      `json:"channel"`
	Auto    bool        `json:"auto,omitempty"` // a machine sent it
}

// Kind is the fact's name.
func (Received) Kind() string { return "conversation.received" }

// Said says that we said something to the customer.
type Said struct {
	Entry   ident.Entry `json:"entry,string"`
	Channel string      `json:"channel"`
}

// Kind is the fact's name.
func (Said) Kind() string { return "conversation.sent" }

// Noted says that a colleague wrote something for colleagues.
type Noted struct {
	Entry    ident.Entry `json:"entry,string"`
	Mentions []string    `json:"mentions,omitempty"`
}

// Kind is the fact's name.
func (Noted) Kind() string { return "conversation.noted" }

// Marked says that a line of another sort was added to the timeline: a promise, an answer, a new owner.
type Marked struct {
	Entry ident.Entry `json:"entry,string"`
	Sort  Sort        `json:"sort"`
}

// Kind is the fact's name.
func (Marked) Kind() string { return "conversation.marked" }

// Delivered says what became of a message that we sent.
type Delivered struct {
	Outgoing ident.Outgoing `json:"outgoing,string"`
	State    string         `json:"state"`
	Reason   string         `json:"reason,omitempty"`
}

// Kind is the fact's name.
func (Delivered) Kind() string { return "conversation.delivered" }

// ContactStarted says that somebody began a contact on a live channel.
type ContactStarted struct {
	Contact ident.Contact `json:"contact,string"`
	State   ContactState  `json:"state"`
}

// Kind is the fact's name.
func (ContactStarted) Kind() string { return "conversation.contact_started" }

// ContactWaits says that a contact waits for an agent again.
type ContactWaits struct {
	Contact ident.Contact `json:"contact,string"`
	From    ContactState  `json:"from"`
}

// Kind is the fact's name.
func (ContactWaits) Kind() string { return "conversation.contact_waits" }

// ContactAnswered says that an agent is there for a contact.
type ContactAnswered struct {
	Contact ident.Contact `json:"contact,string"`
	From    ContactState  `json:"from"`
	Agent   ident.Agent   `json:"agent,string"`
}

// Kind is the fact's name.
func (ContactAnswered) Kind() string { return "conversation.contact_answered" }

// ContactGone says that the customer is not at the other end any more.
type ContactGone struct {
	Contact ident.Contact `json:"contact,string"`
	From    ContactState  `json:"from"`
}

// Kind is the fact's name.
func (ContactGone) Kind() string { return "conversation.contact_left" }

// ContactOver says that a contact was ended.
type ContactOver struct {
	Contact ident.Contact `json:"contact,string"`
	From    ContactState  `json:"from"`
}

// Kind is the fact's name.
func (ContactOver) Kind() string { return "conversation.contact_ended" }
