package conversation

import (
	"encoding/json"
	"time"

	"balie/ground/ident"
	"balie/ground/ledger"
)

// Sort says what a line of the timeline is.
type Sort string

// The sorts of line. The text of each is what was said, in the words of whoever said it.
const (
	Message         Sort = "message"
	Note            Sort = "note" // between colleagues, never for the customer
	Receipt         Sort = "receipt"
	ReadBack        Sort = "read_back"
	Confirmed       Sort = "confirmed"
	Corrected       Sort = "corrected"
	Promised        Sort = "promise"
	PromiseMoved    Sort = "promise_moved"
	PromiseKept     Sort = "promise_kept"
	PromiseBroken   Sort = "promise_broken"
	PromiseDropped  Sort = "promise_withdrawn"
	Solution        Sort = "solution"
	Solved          Sort = "solved"
	NotSolved       Sort = "not_solved"
	Rated           Sort = "feedback"
	SilenceAsked    Sort = "silence_asked"
	ClosedBySilence Sort = "closed_by_silence"
	HandedOver      Sort = "handed_over"
	Owned           Sort = "owner"
	Tagged          Sort = "tagged"
	Needed          Sort = "needed" // what an agent must know to help
	Snoozed         Sort = "snoozed"
	Merged          Sort = "merged"
	Bounced         Sort = "bounced"
	WentAway        Sort = "contact_left" // from a live contact; the customer may come back
	CameBack        Sort = "contact_back"
	ContactClosed   Sort = "contact_ended"
	LinkRenewed     Sort = "link_renewed" // the customer's earlier links stopped working
	Automated       Sort = "rule"         // what a rule did
)

// private are the sorts that stay between colleagues.
var private = map[Sort]bool{Note: true, Tagged: true, Needed: true, Snoozed: true, Bounced: true, LinkRenewed: true, Automated: true}

// Private says whether the customer never sees lines of this sort.
func (s Sort) Private() bool { return private[s] }

// Entry is one line of the timeline.
type Entry struct {
	ID       ident.Entry
	Org      ident.Org
	Case     ident.Case
	Party    ident.Party
	Seq      int64 // place in the ledger
	Sort     Sort
	Channel  string
	At       time.Time
	Actor    ledger.Actor
	Text     string
	Quoted   string
	RawHash  string // of the message as it came in
	HTMLHash string // of its clean HTML form
	Data     Data
	Files    []File
	Delivery Delivery
}

// Data is what some sorts of line have beside their text.
type Data struct {
	Subject     string        `json:"subject,omitempty"`
	Due         *time.Time    `json:"due,omitempty"`
	Promise     ident.Promise `json:"promise,string,omitempty"`
	Mentions    []string      `json:"mentions,omitempty"`
	To          string        `json:"to,omitempty"`
	From        string        `json:"from,omitempty"` // who had the case before
	Reason      string        `json:"reason,omitempty"`
	OtherSender string        `json:"other_sender,omitempty"` // wrote into the case from an address that is not the customer's
	Problem     string        `json:"problem,omitempty"`      // message key: why it could not be read
	Tags        []string      `json:"tags,omitempty"`
	Score       *Score        `json:"score,omitempty"`
	Rule        ident.Rule    `json:"rule,string,omitempty"`
	Deeds       []Deed        `json:"deeds,omitempty"` // of the rule
	MessageID   string        `json:"message_id,omitempty"`
	ClientID    string        `json:"client_id,omitempty"` // made by the program that sent it, which waits to see it come back
}

// Deed is one thing that was done by itself: a word for it and what it was done with.
type Deed struct {
	Do   string `json:"do"`
	With string `json:"with,omitempty"`
}

// Score is what the customer thought of it; zero means not said.
type Score struct {
	Satisfaction int  `json:"satisfaction,omitempty"`
	Grade        int  `json:"grade,omitempty"`
	Recommend    *int `json:"recommend,omitempty"`
}

func (d Data) encode() any {
	b, err := json.Marshal(d)
	if err != nil || string(b) == "{}" {
		return nil
	}
	return string(b)
}

// File is an attachment.
type File struct {
	ID        ident.File
	Entry     ident.Entry
	Name      string
	Type      string
	Size      int64
	Hash      string
	ContentID string
}

// Delivery is what became of the mail that carried a line.
type Delivery struct {
	State  string // channel.State, empty when no mail carried it
	Reason string
}

// Line is what Add needs for a new line.
type Line struct {
	Org     ident.Org
	Case    ident.Case
	Party   ident.Party
	Sort    Sort
	Channel string
	At      time.Time // zero: now
	Actor   ledger.Actor
	Text    string
	Quoted  string
	Raw     []byte
	HTML    string
	Data    Data
	Auto    bool // a machine sent it
	Files   []NewFile
}

// NewFile is an attachment to be kept.
type NewFile struct {
	Name      string
	Type      string
	ContentID string
	Data      []byte
}
