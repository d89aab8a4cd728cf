package flow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"balie/channel"
	"balie/domain/access"
	"balie/domain/conversation"
	"balie/domain/org"
	"balie/domain/queue"
	"balie/domain/routing"
	"balie/domain/staff"
	"balie/flow"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// floor is a world with agents at work.
type floor struct {
	*world
	node int
}

func newFloor(t *testing.T, at engine.Target) *floor {
	t.Helper()
	return &floor{world: newWorld(t, at)}
}

// works makes an agent who is there and takes that many chats; zero is one who is not there.
func (w *floor) works(name string, chats int) access.Principal {
	w.t.Helper()
	var who access.Principal
	w.write(func(tx *sqldb.Tx) error {
		a, err := w.flow.Access.AddAccount(tx, org.By{Org: w.org, Actor: ledger.Desk}, access.Account{
			Name: name, Email: strings.ToLower(name) + "@energie-oost.example", Role: access.Agent, Locale: "nl",
		})
		who = access.Principal{Org: w.org, Agent: a.ID, Name: a.Name, Role: a.Role}
		return err
	})
	if chats > 0 {
		w.listens(who)
		w.set(who, staff.Wish{State: staff.Available, Chats: chats})
		w.hand.Advance(time.Millisecond) // who comes first is free longest
	}
	return who
}

func (w *floor) set(who access.Principal, wish staff.Wish) {
	w.t.Helper()
	if _, err := w.flow.SetPresence(w.t.Context(), who, wish); err != nil {
		w.t.Fatal(err)
	}
}

func (w *floor) listens(all ...access.Principal) {
	w.t.Helper()
	w.write(func(tx *sqldb.Tx) error {
		for _, who := range all {
			if err := w.flow.Staff.Opened(tx, staff.Screen{Org: w.org, Agent: who.Agent}, "one"); err != nil {
				return err
			}
		}
		return nil
	})
}

// visitor is somebody with the chat open.
type visitor struct {
	flow.AtContact
	id   ident.Case
	said int
}

func (w *floor) visits(words string) *visitor {
	w.t.Helper()
	return w.visitsAs(words, channel.Person{})
}

func (w *floor) visitsAs(words string, who channel.Person) *visitor {
	w.t.Helper()
	w.node++
	r, err := w.flow.Arrive(w.t.Context(), channel.Arrival{
		Org: w.org, Channel: channel.Webchat, Key: fmt.Sprint("visit ", w.node), Text: words, From: who, Locale: "nl", Live: &channel.Live{},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.hand.Advance(time.Second)
	return &visitor{AtContact: flow.AtContact{Org: w.org, Contact: r.Contact, Token: w.flow.ContactToken(w.org, r.Contact)}, id: r.Case}
}

func (w *floor) says(v *visitor, words string) error {
	v.said++
	_, err := w.flow.Arrive(w.t.Context(), channel.Arrival{
		Org: v.Org, Channel: channel.Webchat, Key: fmt.Sprint("said ", v.Contact, v.said), Text: words,
		Live: &channel.Live{Contact: v.Contact}, Thread: channel.Thread{Token: v.Token},
	})
	return err
}

// match lets the desk decide, and looks whether it keeps rightly who has room.
func (w *floor) match() {
	w.t.Helper()
	w.decide()
	w.read(func(tx *sqldb.Tx) error {
		live, err := w.flow.Conversation.Live(tx, w.org)
		if err != nil {
			return err
		}
		room, err := w.flow.Staff.WithRoom(tx, w.org)
		if err != nil {
			return err
		}
		kept := make(map[ident.Agent]int, len(room))
		for _, s := range room {
			kept[s.Agent] = s.Live
		}
		all, err := w.flow.Staff.All(tx, w.org)
		for _, p := range all {
			n, has := kept[p.Agent]
			if should := p.State == staff.Available && live[p.Agent] < p.Chats; has != should || (has && n != live[p.Agent]) {
				w.t.Fatalf("agent %d takes %d contacts (%s) and has %d; kept is %d, room %t", p.Agent, p.Chats, p.State, live[p.Agent], n, has)
			}
		}
		return err
	})
}

func (w *floor) decide() {
	w.t.Helper()
	if _, err := w.flow.MatchNow(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *floor) read(fn func(tx *sqldb.Tx) error) {
	w.t.Helper()
	if err := w.db.Read(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// asked is what an agent has to answer now.
func (w *floor) asked(who access.Principal) (all []routing.Offer) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) (err error) {
		all, err = w.flow.Routing.OpenOf(tx, w.org, who.Agent)
		return err
	})
	return all
}

// offered is the offer of a visitor's contact to an agent; the test fails when it is not put to them.
func (w *floor) offered(v *visitor, who access.Principal, why routing.Reason) routing.Offer {
	w.t.Helper()
	for _, o := range w.asked(who) {
		if o.Contact == v.Contact {
			if o.Reason != why {
				w.t.Fatalf("put to %s because of %s, want %s", who.Name, o.Reason, why)
			}
			return o
		}
	}
	w.t.Fatalf("not put to %s", who.Name)
	return routing.Offer{}
}

func (w *floor) accept(v *visitor, who access.Principal) {
	w.t.Helper()
	w.match()
	for _, o := range w.asked(who) {
		if o.Contact == v.Contact {
			w.must(w.flow.Accept(w.t.Context(), who, o.ID))
			return
		}
	}
	w.t.Fatalf("%s has no offer to accept", who.Name)
}

func (w *floor) must(_ ident.Case, err error) { w.t.Helper(); w.ok(err) }

func (w *floor) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *floor) contact(v *visitor) (c conversation.Contact) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) (err error) {
		c, err = w.flow.Conversation.Contact(tx, w.org, v.Contact)
		return err
	})
	return c
}

func (w *floor) is(v *visitor, want conversation.ContactState, with string) {
	w.t.Helper()
	if c := w.contact(v); c.State != want || (with != "" && c.AgentName != with) {
		w.t.Fatalf("the contact is %s with %q, want %s with %q", c.State, c.AgentName, want, with)
	}
}

// line is who waits, by their first words.
func (w *floor) line() (all []string) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) error {
		waits, err := w.flow.Queue.Line(tx, w.org, 100)
		for _, wait := range waits {
			c, err := w.flow.Cases.Get(tx, w.org, wait.Case)
			if err != nil {
				return err
			}
			all = append(all, c.Subject)
		}
		return err
	})
	return all
}

func (w *floor) waits(want ...string) {
	w.t.Helper()
	if got := w.line(); !slices.Equal(got, want) {
		w.t.Fatalf("in the line are %q, want %q", got, want)
	}
}

func (w *floor) wait(v *visitor) (wait queue.Wait) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) error {
		var ok bool
		var err error
		if wait, ok, err = w.flow.Queue.Of(tx, w.org, v.Contact); err == nil && !ok {
			err = fmt.Errorf("%d does not wait", v.Contact)
		}
		return err
	})
	return wait
}

func (w *floor) presence(who access.Principal) (p staff.Presence) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) (err error) {
		p, err = w.flow.Staff.Presence(tx, w.org, who.Agent)
		return err
	})
	return p
}

// letters are the mails that would leave to an address.
func (w *floor) letters(address string) (all []conversation.Letter) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) (err error) {
		all, err = w.flow.Conversation.Outbox(tx, w.org, conversation.OutboxFilter{To: address, Limit: 50})
		return err
	})
	return all
}

// last is the place of the newest line of a visitor's conversation.
func (w *floor) last(v *visitor) (seq int64) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) error {
		all, err := w.flow.Conversation.After(tx, w.org, v.id, 0)
		if len(all) > 0 {
			seq = all[len(all)-1].Seq
		}
		return err
	})
	return seq
}

// kinds are the sorts of line in a visitor's conversation.
func (w *floor) kinds(v *visitor) (all []conversation.Sort) {
	w.t.Helper()
	w.read(func(tx *sqldb.Tx) error {
		entries, err := w.flow.Conversation.After(tx, w.org, v.id, 0)
		for _, e := range entries {
			all = append(all, e.Sort)
		}
		return err
	})
	return all
}
