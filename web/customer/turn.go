package customer

import (
	"slices"
	"strings"
	"time"

	"balie/domain/cases"
	"balie/domain/queue"
	"balie/domain/routing"
	"balie/flow"
	"balie/ground/sqldb"
)

// turn is how it became the customer's turn: an agent took the case or answered the chat.
type turn struct {
	at       time.Time
	since    time.Time // the customer waited since
	why      routing.Reason
	ahead    int // how many who came before were left behind
	position int // in the queue, when the customer came in; zero: written work
}

// unknownReason is that of before there was one kept for everybody.
const unknownReason routing.Reason = "unknown"

// howTurnsCame lists how a case came to its turn, in the queue and in the line of written work.
func (p *Pages) howTurnsCame(tx *sqldb.Tx, c cases.Case) ([]turn, error) {
	taken, err := p.Flow.Routing.Assignments(tx, c.Org, c.ID)
	if err != nil {
		return nil, err
	}
	waits, err := p.Flow.Queue.OfCase(tx, c.Org, c.ID)
	var all []turn
	for _, w := range waits {
		if w.State != queue.Served {
			continue
		}
		t := turn{at: w.Ended, since: w.Joined, position: max(w.Told.Position, 1), why: unknownReason}
		for _, o := range taken {
			if o.Contact == w.Contact && o.Answered.Equal(w.Ended) {
				t.why, t.ahead = o.Reason, o.Ahead
			}
		}
		all = append(all, t)
	}
	for _, o := range taken {
		if o.Written() {
			all = append(all, turn{at: o.Answered, since: o.Since, why: o.Reason, ahead: o.Ahead})
		}
	}
	return all, err
}

// withTurns puts the turns in the story. Each stands after what the customer said, and before what followed in the same
// moment, such as who helps.
func (f *frame) withTurns(story []storyLine, turns []turn) []storyLine {
	for _, t := range turns {
		l := storyLine{Icon: "clock", When: f.briefly(t.at), Exact: t.at.UTC().Format(exactly), at: t.at, Event: strings.TrimSuffix(f.turn(t), ".")}
		i := 0
		for i < len(story) && (story[i].at.Before(t.at) || (story[i].Side == "customer" && !story[i].at.After(t.at))) {
			i++
		}
		story = slices.Insert(story, i, l)
	}
	return story
}

// turn says how it became the customer's turn, and whether somebody who came before was passed by.
func (f *frame) turn(t turn) string {
	took := t.at.Sub(t.since)
	if t.position == 0 {
		said := f.T("customer.turn_"+string(t.why), "after", f.Duration(took))
		switch {
		case t.ahead > 0:
			said += " " + f.T("customer.turn_passed", "count", t.ahead)
		case t.ahead == 0:
			said += " " + f.T("customer.turn_in_order")
		}
		return said
	}
	after := f.T("customer.helped_after", "count", max(int((took+time.Minute-1)/time.Minute), 1))
	said := f.T("customer.helped_"+string(t.why), "position", t.position, "after", after)
	if t.ahead > 0 {
		said += " " + f.T("customer.helped_passed", "count", t.ahead)
	}
	return said
}

// place says where written work stands in the line; nothing when that is not fit to say.
func (f *frame) place(s flow.Standing) string {
	switch {
	case s.Offered:
		return " " + f.T("customer.answer_offered")
	case s.Place == 1:
		return " " + f.T("customer.answer_next")
	case s.Place > 1:
		return " " + f.T("customer.answer_place", "count", s.Place-1)
	}
	return ""
}
