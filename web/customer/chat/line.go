package chat

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"balie/domain/conversation"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/text"
)

// view is how a visitor sees what a look found.
type view struct {
	*glance
	t text.Texts
}

func viewOf(g *glance, l text.Locale) view { return view{glance: g, t: g.house.texts(l)} }

// event is a line of the conversation as the visitor gets it.
type event struct {
	place int64 // of the line; a stream that has it has the event
	text  []byte
}

// message is what somebody said.
type message struct {
	Seq      int64      `json:"seq"`
	ClientID string     `json:"client_id"`
	From     string     `json:"from"` // "me", "agent", "desk"
	Name     string     `json:"name"`
	Text     string     `json:"text"`
	At       time.Time  `json:"at"`
	Files    []fileInfo `json:"files"`
}

// card is a step of the case that both sides see as one thing.
type card struct {
	Seq          int64      `json:"seq"`
	Kind         string     `json:"kind"`
	Text         string     `json:"text"`
	Due          *time.Time `json:"due"`
	DueText      string     `json:"due_text"`
	Name         string     `json:"name"`
	At           time.Time  `json:"at"`
	Open         bool       `json:"open"`
	Satisfaction *int       `json:"satisfaction"`
	Grade        *int       `json:"grade"`
}

// longest is how much of one line is told, in characters: a mail in the same case may be a long one, and all of it
// stands on the page of the case.
const longest = 20_000

// events are the lines up to a place, in their order, as the visitor may see them.
func (v view) events(lines []conversation.Entry, upto int64) []event {
	var all []event
	for i, e := range lines {
		if e.Seq > upto || !visible(e) {
			continue
		}
		if b := v.line(e, lines[i+1:]); len(b) > 0 {
			all = append(all, event{e.Seq, b})
		}
	}
	return all
}

func (v view) line(e conversation.Entry, later []conversation.Entry) []byte {
	switch e.Sort {
	case conversation.Message:
		return lasting("message", e.Seq, v.message(e))
	case conversation.Owned, conversation.HandedOver:
		return v.helper(e)
	case conversation.Solved:
		// Who says that it is solved is asked what they thought of it. That is a card of its own, and every card has a
		// place of its own: this one's is that of the fact before the line, which is that the case was closed.
		ask := card{Seq: e.Seq, Kind: string(conversation.Rated), At: e.At, Open: !has(later, conversation.Rated, conversation.NotSolved)}
		return append(lasting("card", e.Seq-1, v.card(e, later)), lasting("card", e.Seq, ask)...)
	}
	if !cards[e.Sort] {
		return nil
	}
	return lasting("card", e.Seq, v.card(e, later))
}

// cards are the lines that are told as a card.
var cards = map[conversation.Sort]bool{
	conversation.ReadBack: true, conversation.Confirmed: true, conversation.Corrected: true, conversation.Promised: true,
	conversation.PromiseMoved: true, conversation.PromiseKept: true, conversation.PromiseDropped: true,
	conversation.Solution: true, conversation.Solved: true, conversation.NotSolved: true, conversation.Rated: true,
}

// answered are the lines after which a card no longer waits for the visitor.
var answered = map[conversation.Sort][]conversation.Sort{
	conversation.ReadBack: {conversation.Confirmed, conversation.Corrected, conversation.ReadBack},
	conversation.Solution: {conversation.Solved, conversation.NotSolved, conversation.Solution, conversation.ClosedBySilence},
}

func (v view) message(e conversation.Entry) message {
	m := message{Seq: e.Seq, At: e.At.UTC(), Text: v.words(e), Name: first(e.Actor.Name), Files: make([]fileInfo, 0, len(e.Files))}
	switch e.Actor.Kind {
	case ledger.Customer:
		m.From, m.ClientID = "me", e.Data.ClientID
	case ledger.Agent:
		m.From = "agent"
	default:
		m.From = "desk"
	}
	if m.Name == "" && m.From != "me" {
		m.Name = v.house.Sender()
	}
	for _, f := range e.Files {
		m.Files = append(m.Files, infoOf(f))
	}
	return m
}

// words are the text of a line without signs of markdown, which agents write and visitors do not.
func (v view) words(e conversation.Entry) string {
	s := e.Text
	if e.Actor.Kind != ledger.Customer {
		s = strings.TrimRight(text.Plain(s), "\n")
	}
	if len(s) > longest {
		if r := []rune(s); len(r) > longest {
			s = string(r[:longest]) + "…"
		}
	}
	return s
}

func (v view) card(e conversation.Entry, later []conversation.Entry) card {
	k := card{Seq: e.Seq, Kind: string(e.Sort), Text: v.words(e), Name: first(e.Actor.Name), At: e.At.UTC()}
	if ends, asks := answered[e.Sort]; asks {
		k.Open = !has(later, ends...)
	}
	if e.Data.Due != nil {
		due := e.Data.Due.UTC()
		k.Due, k.DueText = &due, v.t.T("chat.due", "when", v.t.When(due, v.chat.DB.Clock().Now(), v.house.zone))
	}
	if s := e.Data.Score; s != nil {
		if s.Satisfaction != 0 {
			k.Satisfaction = &s.Satisfaction
		}
		if s.Grade != 0 {
			k.Grade = &s.Grade
		}
	}
	return k
}

func has(lines []conversation.Entry, sorts ...conversation.Sort) bool {
	for _, e := range lines {
		for _, s := range sorts {
			if e.Sort == s {
				return true
			}
		}
	}
	return false
}

// helper tells who comes and who goes. The words of a hand-over are between colleagues; who helps is not.
func (v view) helper(e conversation.Entry) []byte {
	who, to := first(e.Actor.Name), first(e.Data.To)
	if e.Sort == conversation.HandedOver {
		if e.Actor.Kind != ledger.Agent {
			return nil
		}
		return lasting("left", e.Seq, map[string]string{"name": who, "next": to})
	}
	if e.Actor.Kind != ledger.Agent || who+to == "" {
		return nil
	}
	if to != "" && to != who {
		return lasting("joined", e.Seq, person{Name: to})
	}
	return lasting("joined", e.Seq, v.chat.person(v.house, ident.Agent(e.Actor.ID), who))
}

// vanished tells that whoever helped is not there any more.
func (v view) vanished(name string) []byte {
	return passing("left", map[string]string{"name": name, "next": ""})
}

// lasting is an event with a place, from which a stream can go on.
func lasting(kind string, seq int64, data any) []byte {
	b, err := json.Marshal(data)
	if err != nil {
		return nil // texts and numbers always can be written
	}
	return []byte("event: " + kind + "\ndata: " + string(b) + "\nid: " + strconv.FormatInt(seq, 10) + "\n\n")
}
