package flow

import (
	"context"
	"embed"
	"log/slog"
	"sync"
	"time"

	"balie/channel"
	"balie/domain/access"
	"balie/domain/cases"
	"balie/domain/conversation"
	"balie/domain/feedback"
	"balie/domain/intake"
	"balie/domain/org"
	"balie/domain/party"
	"balie/domain/promise"
	"balie/domain/queue"
	"balie/domain/routing"
	"balie/domain/staff"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/ground/text"
)

// Texts are what the desk writes to customers, in Dutch and English.
//
//go:embed texts/*.toml
var Texts embed.FS

// Rooms are the rooms that the walk leads through, in their order.
type Rooms struct {
	Org          *org.Room
	Access       *access.Room
	Party        *party.Room
	Conversation *conversation.Room
	Intake       *intake.Room
	Cases        *cases.Room
	Promise      *promise.Room
	Staff        *staff.Room
	Queue        *queue.Room
	Routing      *routing.Room
	Feedback     *feedback.Room
}

// Flow leads a question from the first word to "solved".
type Flow struct {
	Rooms
	db        *sqldb.DB
	ledger    *ledger.Log
	links     *intake.Links
	signer    intake.Signer
	catalogue *text.Catalogue
	log       *slog.Logger
	publicURL string
	linger    time.Duration
	outlooks  outlooks
	records   sync.Map // by organisation: see Record
	nudged    bell
}

// Parts are what a Flow is made of.
type Parts struct {
	Rooms     Rooms
	DB        *sqldb.DB
	Ledger    *ledger.Log
	Signer    intake.Signer
	Catalogue *text.Catalogue
	Log       *slog.Logger
	PublicURL string // without a slash at the end
	// Linger is how long what follows from a fact may wait for other facts; zero where time stands still.
	Linger time.Duration
}

// New makes a Flow.
func New(p Parts) *Flow {
	return &Flow{
		Rooms: p.Rooms, db: p.DB, ledger: p.Ledger, links: intake.NewLinks(p.Signer), signer: p.Signer, catalogue: p.Catalogue,
		log: p.Log, publicURL: p.PublicURL, linger: p.Linger,
	}
}

// Followers are the steps that a fact leads to, run by ledger.Log.Follow.
func (f *Flow) Followers() []ledger.Follower {
	return []ledger.Follower{{Name: "flow", Log: f.log, Linger: f.linger, Handle: map[string]ledger.Handler{
		"case.opened": f.opened, "routing.offered": f.nudgeOffer, "conversation.noted": f.nudgeMentioned, "case.owned": f.nudgeOwner,
		"case.answer_near": f.nudgeNear,
	}}, {Name: "limits", Log: f.log, Linger: f.linger, Handle: map[string]ledger.Handler{
		"conversation.contact_answered": f.holds, "conversation.contact_waits": f.passes, "conversation.contact_left": f.finishes,
		"conversation.contact_ended": f.finishes, "feedback.given": f.pleased, "staff.presence_changed": f.stays,
	}}}
}

// agentOf is the actor for somebody who is signed in.
func agentOf(p access.Principal) ledger.Actor {
	return ledger.Actor{Kind: ledger.Agent, ID: int64(p.Agent), Name: p.Name}
}

// on changes a case: it is loaded, given to fn in a transaction and must be saved there by a step of its room.
func (f *Flow) on(ctx context.Context, o ident.Org, id ident.Case, fn func(tx *sqldb.Tx, c *cases.Case) error) error {
	return f.db.Write(ctx, func(tx *sqldb.Tx) error {
		c, err := f.Cases.Take(tx, o, id)
		if err != nil {
			return err
		}
		return fn(tx, &c)
	})
}

// line is a new line in the timeline of a case.
func line(c *cases.Case, sort conversation.Sort, by ledger.Actor, words string) conversation.Line {
	return conversation.Line{Org: c.Org, Case: c.ID, Party: c.Party, Sort: sort, Channel: c.Channel, Actor: by, Text: words}
}

// customerOf is the actor for the customer of a case.
func customerOf(c *cases.Case) ledger.Actor {
	return ledger.Actor{Kind: ledger.Customer, ID: int64(c.Party), Name: c.PartyName}
}

// previewLength is how much of a message stands in a list, in characters.
const previewLength = 140

func preview(words string) string { return text.Preview(words, previewLength) }

var _ channel.Desk = (*Flow)(nil)
