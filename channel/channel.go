// Package channel is the contract between a channel (mail, form, chat, telephone) and the desk. An adapter turns what
// arrives on its channel into an Arrival and what the desk says into something its channel can carry. It knows this
// contract and its own libraries, never a room.
package channel

import (
	"context"
	"time"

	"balie/ground/ident"
)

// Kind names a channel in storage, in the API and in message keys.
type Kind string

// The channels that exist. The list of those that run is in app.
const (
	Email   Kind = "email"
	Form    Kind = "form"
	Webchat Kind = "webchat"
)

// Person is a name and an address on a channel, as somebody wrote it: a claim, never an identity.
type Person struct {
	Name    string
	Address string
}

// File is an attachment.
type File struct {
	Name      string
	Type      string // media type, lower case, without parameters
	Data      []byte
	ContentID string // set for a picture that stands inside an HTML text
}

// Arrival is one thing somebody sent to the desk, read by its adapter.
type Arrival struct {
	Org     ident.Org
	Channel Kind
	Via     string // how it came in: "smtp", "lmtp", "imap:12", "form"
	// Key is the same each time the same thing is delivered and differs for everything else. The desk keeps one copy.
	Key     string
	At      time.Time // when the sender says it was sent; the desk does not believe a moment in the future
	From    Person
	To      string // the desk address that was reached
	CC      []Person
	Subject string
	// Text is what was newly said; Quoted is the older text below or around it, kept and folded away.
	Text   string
	Quoted string
	// HTML is the clean form of the whole message, safe in a frame of its own; empty when there was none.
	HTML  string
	Files []File
	// Uploaded are files that were kept before, on a live channel.
	Uploaded []ident.File
	// Raw is the message as it came in, kept always.
	Raw []byte
	// Given is what the sender filled in by name: postcode, telephone, customer number. Asked once, never again.
	Given  map[string]string
	Thread Thread
	// Proof says what showed that the sender owns the address: "" (nothing) or "dmarc".
	Proof string
	// Auto is true for anything a machine sent; it is never answered automatically (RFC 3834).
	Auto bool
	// Problem is the message key of what was wrong with an unreadable message, kept raw; empty for a readable one.
	Problem string
	// Locale is the sender's language where the adapter knows it: "nl", "en" or "".
	Locale string
	// Live is set when somebody is waiting at the other end now.
	Live *Live
}

// Live is what an arrival on a live channel says about the contact it belongs to.
type Live struct {
	// Contact goes on; its token stands in Thread.Token, not yet checked. Zero: a new contact begins.
	Contact ident.Contact
	Site    ident.Site // the website it comes from; zero: not one of those that were registered
	Page    Page       // where the visitor was when it began
	// Subject is who the visitor is at the organisation's own website, which signed it; empty when nothing proved it.
	Subject string
	// Later is set when nobody is asked to answer now: the visitor chose mail or a call back.
	Later *Later
}

// Page is a page of a website.
type Page struct {
	URL   string
	Title string
}

// Later is the visitor's choice for another moment.
type Later struct {
	Phone string    // to be called back on; empty: an answer by mail
	At    time.Time // from when the visitor wants to be called
}

// Thread is what an arrival says about the conversation it belongs to.
type Thread struct {
	ID      string   // its own Message-ID or the like
	Parents []string // what it answers, nearest first
	Token   string   // the token of our reply address, not yet checked
	Numbers []string // case numbers seen in the subject
}

// Receipt tells the adapter what became of an arrival. It is given after the commit: accepted means on disk.
type Receipt struct {
	Case   ident.Case
	Number string
	Again  bool // it had been delivered before; nothing was added
	// Seq is the place of the line in the ledger; on a live channel it is its sequence number.
	Seq     int64
	Contact ident.Contact // of a live channel
	// Position is the place in the queue of a contact that begins, 1 is next; zero when it does not wait. Nine of ten wait
	// no longer than Bound; zero when no time is fit to say.
	Position int
	Bound    time.Duration
}

// Address is a desk address that exists.
type Address struct {
	Org        ident.Org
	Department ident.Department
	Address    string
}

// Report is what a mail server told about a message that we sent.
type Report struct {
	Outgoing  ident.Outgoing // zero when only MessageID is known
	MessageID string
	State     State
	Code      string // enhanced status code, "5.2.2" (RFC 3463)
	Reason    string // the server's own words, cut to 500 characters
}

// State is how far an outgoing message came.
type State string

// The states of an outgoing message.
const (
	Queued  State = "queued"
	Sent    State = "sent"    // the receiving server took it
	Failed  State = "failed"  // we gave up
	Bounced State = "bounced" // it was taken and came back
)

// Outgoing is one message that the desk wants carried.
type Outgoing struct {
	ID        ident.Outgoing
	Org       ident.Org
	From      Person
	To        Person
	CC        []Person
	Subject   string
	Text      string
	HTML      string
	Files     []File
	MessageID string   // without angle brackets, ours
	Parents   []string // Message-IDs it answers, oldest first, without angle brackets
	ReplyTo   string
	// ReturnPath is the envelope sender; empty for an automatic answer (RFC 3834 section 3.3).
	ReturnPath string
	Auto       bool
	Locale     string
}

// Desk is what an adapter may ask of the desk.
type Desk interface {
	// Address looks up a desk address, without case. fault.Unknown when it is not one of ours.
	Address(ctx context.Context, address string) (Address, error)
	// Arrive stores an arrival and returns after the commit. An error means that nothing was accepted:
	// fault.Unavailable asks the sender to try later.
	Arrive(ctx context.Context, a Arrival) (Receipt, error)
	// Report stores what became of something we sent.
	Report(ctx context.Context, r Report) error
}

// Adapter is one channel.
type Adapter interface {
	Kind() Kind
	// Run takes in what arrives until ctx ends; it returns nil after an orderly stop.
	Run(ctx context.Context, desk Desk) error
	// Send carries one message. nil: the other side took it. fault.Unavailable: try again later. Any other kind:
	// it will never go through, and the fault says why.
	Send(ctx context.Context, o Outgoing) error
}
