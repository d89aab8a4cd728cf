package queue

import "balie/ground/ident"

// Joined says that a contact waits for an agent.
type Joined struct {
	Contact  ident.Contact `json:"contact,string"`
	Position int           `json:"position"`
}

// Kind is the fact's name.
func (Joined) Kind() string { return "queue.joined" }

// Answered says that a wait ended with an agent.
type Answered struct {
	Contact ident.Contact `json:"contact,string"`
	Agent   ident.Agent   `json:"agent,string"`
	Waited  int64         `json:"waited"` // seconds
}

// Kind is the fact's name.
func (Answered) Kind() string { return "queue.answered" }

// Left says that a wait ended without an agent.
type Left struct {
	Contact ident.Contact `json:"contact,string"`
	Waited  int64         `json:"waited"` // seconds
}

// Kind is the fact's name.
func (Left) Kind() string { return "queue.left" }

// Moved says that a wait goes on for another department or another agent.
type Moved struct {
	Contact ident.Contact `json:"contact,string"`
}

// Kind is the fact's name.
func (Moved) Kind() string { return "queue.moved" }

// PutOff says that a wait ended since the customer chose another moment.
type PutOff struct {
	Contact ident.Contact `json:"contact,string"`
	Waited  int64         `json:"waited"` // seconds
}

// Kind is the fact's name.
func (PutOff) Kind() string { return "queue.put_off" }
