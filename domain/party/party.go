package party

import (
	"strings"
	"time"

	"balie/ground/ident"
)

// Party is a customer, or somebody who speaks for one.
type Party struct {
	ID      ident.Party
	Org     ident.Org
	Name    string
	Locale  string // "nl", "en" or "" when not known
	Created time.Time
}

// ContactPoint is an address on a channel, with how it was proved.
type ContactPoint struct {
	Party   ident.Party
	Channel string // "email", "phone"
	Address string // as Normal writes it
	Proved  time.Time
	Proof   Proof
}

// Known says whether something showed that the address belongs to the customer.
func (c ContactPoint) Known() bool { return !c.Proved.IsZero() }

// Proof names what showed that an address belongs to somebody.
type Proof string

// The proofs. A birth date, a customer number or a postcode is none (need N8).
const (
	ByLink  Proof = "link"  // used a link that was only sent to the address
	ByReply Proof = "reply" // answered a mail of ours with the token of its reply address
	ByDMARC Proof = "dmarc" // the receiving mail server vouches for the sender's domain
	BySite  Proof = "site"  // the organisation's own website signed who is there
)

// Given is something the customer told us by name.
type Given struct {
	Field  string // "postcode", "phone", "customer_number", "address", "date"
	Value  string
	Source string // the channel it was said on
	At     time.Time
}

// Normal is the one spelling under which an address is kept: no spaces around it, lower case.
func Normal(address string) string { return strings.ToLower(strings.TrimSpace(address)) }
