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
