package routing

import (
	"time"

	"balie/ground/ident"
)

// Offered says that a contact was put to an agent.
type Offered struct {
	Offer   ident.Offer   `json:"offer,string"`
	Contact ident.Contact `json:"contact,string"`
	Agent   ident.Agent   `json:"agent,string"`
	Until   time.Time     `json:"until"`
}

// Kind is the fact's name.
func (Offered) Kind() string { return "routing.offered" }

// Ended says what became of an offer.
type Ended struct {
	Offer   ident.Offer   `json:"offer,string"`
	Contact ident.Contact `json:"contact,string"`
	Agent   ident.Agent   `json:"agent,string"`
	Reason  string        `json:"reason,omitempty"`
	how     State
}

// Kind is the fact's name.
func (e Ended) Kind() string { return "routing." + string(e.how) }
