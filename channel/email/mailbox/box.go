package mailbox

import (
	"context"
	"time"

	"balie/channel/email/auth"
	"balie/ground/ident"
)

// Security is how the connection to the mail host is protected.
type Security string

// The kinds. Plain is for a host on the same machine or a private line.
const (
	TLS      Security = "" // from the first byte
	StartTLS Security = "starttls"
	Plain    Security = "plain"
)

// After is what happens to a message once the desk has it.
type After string

// The kinds.
const (
	Leave After = ""
	Seen  After = "seen" // marked as read
	Move  After = "move" // put in the folder Box.MoveTo
)

// Box is a mailbox whose mail is for one desk address. Two boxes that are equal are the same connection.
type Box struct {
	ID        ident.Row
	Address   string // the desk address
	Host      string // "imap.host.example:993"
	Security  Security
	Mechanism auth.Mechanism
	User      string
	Folder    string // INBOX when empty
	After     After
	MoveTo    string
	// Trusted is the name of the provider's server in Authentication-Results; only its results count.
	Trusted string
}

func (b Box) folder() string {
	if b.Folder == "" {
		return "INBOX"
	}
	return b.Folder
}

// Mark is how far a mailbox was fetched.
type Mark struct {
	Validity uint32 // UIDVALIDITY: the UIDs below belong to this edition of the folder
	Next     uint32 // everything below was given to the desk or stands in Aside
	Aside    []uint32
}

// Memory keeps the marks over a restart.
type Memory interface {
	// Load gives the mark of a box; the zero Mark when there is none, which means from the first message on.
	Load(ctx context.Context, box ident.Row) (Mark, error)
	// Save returns after the commit.
	Save(ctx context.Context, box ident.Row, m Mark) error
}

// Source knows which mailboxes there are at this moment.
type Source interface {
	Mailboxes(ctx context.Context) ([]Box, error)
}

// Status is how a mailbox is doing.
type Status struct {
	Box   ident.Row
	Heard time.Time // the last answer of the mail host; zero when there was none since the start
	// Problem is the key of what keeps it from working at this moment; empty when it works.
	Problem string
	Detail  string // the host's own words, for the administrator
	Aside   int    // messages that could not be given to the desk; they stay in the mailbox and are tried again
}
