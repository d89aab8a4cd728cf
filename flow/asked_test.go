package flow_test

import (
	"testing"
	"time"

	"balie/channel"
	"balie/domain/access"
	"balie/domain/conversation"
	"balie/domain/queue"
	"balie/domain/routing"
	"balie/domain/staff"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// known is a visitor whom Anne helped, who comes back while she is with somebody else; Bram is free.
func (w *floor) known() (v *visitor, anne, bram access.Principal) {
	w.t.Helper()
	anne = w.works("Anne", 1)
	v = w.visits("eerste")
	w.accept(v, anne)
	w.ok(w.flow.EndContact(w.t.Context(), v.AtContact))
	w.accept(w.visits("ander"), anne)
	bram = w.works("Bram", 1)
	w.ok(w.says(v, "Nog iets, Anne"))
	w.is(v, conversation.ContactWaiting, "")
	return v, anne, bram
}

func (w *floor) askedFor(v *visitor) (a flow.Asked, ok bool) {
	w.t.Helper()
	wait := w.wait(v)
	w.read(func(tx *sqldb.Tx) (err error) {
		a, ok, err = w.flow.Asked(tx, wait)
		return err
	})
	return a, ok
}

func TestABusyAgentIsWaitedForShortlyAndThenAColleagueHelps(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		v, anne, bram := w.known()
		w.match()
		if n := len(w.asked(bram)) + len(w.asked(anne)); n != 0 {
			t.Fatalf("%d offers at once", n)
		}
		next, err := w.flow.MatchNow(t.Context())
		if want := w.wait(v).Joined.Add(routing.Hold); err != nil || !next.Equal(want) {
			t.Errorf("looked at again at %s, %v; want %s", next, err, want)
		}
		w.hand.Advance(routing.Hold)
		w.match()
		w.offered(v, bram, routing.FirstInLine)
	})
}

func TestAnAgentWhoBecomesFreeInTimeIsAsked(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		v, anne, _ := w.known()
		w.match()
		w.must(0, w.flow.EndContactOf(t.Context(), anne, w.contactOf(anne)))
		if _, ok := w.askedFor(v); ok {
			t.Error("there is something to choose while Anne is free")
		}
		w.match()
		w.offered(v, anne, routing.HelpedBefore)
	})
}

func TestWhoChoosesAColleagueIsHelpedAtOnceInTheSamePlace(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		v, anne, bram := w.known()
		a, ok := w.askedFor(v)
		if !ok || a.Agent != anne.Agent || a.Name != "Anne" || !a.Here {
			t.Fatalf("asked for %+v, %v", a, ok)
		}
		before := w.wait(v)
		w.ok(w.flow.ChooseColleague(t.Context(), v.AtContact))
		w.match()
		w.offered(v, bram, routing.FirstInLine)
		if after := w.wait(v); after.ID != before.ID || !after.Rank.Equal(before.Rank) {
			t.Errorf("the place was %s and is %s", before.Rank, after.Rank)
		}
		if _, ok := w.askedFor(v); ok {
			t.Error("there is still something to choose")
		}
		if err := w.flow.ChooseMessage(t.Context(), v.AtContact); !fault.Is(err, fault.Conflict) {
			t.Errorf("a message to nobody in particular: %v", err)
		}
	})
}

func TestACallByTheAgentWhoWasAskedForIsTheirPromise(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		v, anne, bram := w.known()
		began := w.contact(v).Started
		a, _ := w.askedFor(v)
		if a.Call.IsZero() || a.Call.Sub(w.hand.Now()) > time.Hour {
			t.Fatalf("Anne can call at %s", a.Call)
		}
		call := channel.Later{Phone: "06 12345678", At: a.Call}
		if err := w.flow.ChooseCall(t.Context(), v.AtContact, channel.Later{Phone: call.Phone, At: a.Call.Add(48 * time.Hour)}); fault.Of(err).Key != flow.CallBackFull {
			t.Errorf("a call at a time at which Anne is not expected: %v", err)
		}
		w.ok(w.flow.ChooseCall(t.Context(), v.AtContact, call))
		p := w.promises(v)
		if len(p) != 1 || p[0].Owner != anne.Agent || p[0].OwnerName != "Anne" || !p[0].CallAt.Equal(a.Call) {
			t.Fatalf("promised %+v", p)
		}
		w.is(v, conversation.ContactLeft, "Anne")
		w.waits()
		w.read(func(tx *sqldb.Tx) error {
			all, err := w.flow.Queue.OfCase(tx, w.org, v.id)
			if s := all[len(all)-1].State; s != queue.Later {
				t.Errorf("the wait is %s", s)
			}
			return err
		})
		// Somebody else who knows her does not get the same half hour, and who calls again keeps the place.
		other := w.visits("derde")
		w.accept(other, bram)
		w.ok(w.flow.Own(t.Context(), bram, other.id, flow.HandOver{To: anne.Agent}))
		if b, ok := w.askedFor(other); !ok || !b.Call.After(a.Call) {
			t.Errorf("the next one is called at %s", b.Call)
		}
		w.hand.Advance(5 * time.Minute)
		w.ok(w.says(v, "Toch nu"))
		if r := w.wait(v).Rank; !r.Equal(began) {
			t.Errorf("it counts from %s, want %s", r, began)
		}
	})
}

func TestAMessageIsForTheAgentWhoWasAskedFor(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		v, anne, bram := w.known()
		w.ok(w.flow.Own(t.Context(), anne, v.id, flow.HandOver{To: anne.Agent})) // it is with her now
		w.ok(w.flow.EndContact(t.Context(), v.AtContact))
		w.ok(w.says(v, "De meter staat op 1234"))
		w.ok(w.flow.ChooseMessage(t.Context(), v.AtContact))
		w.waits()
		c := w.state(v.id).c
		if c.Owner != anne.Agent || c.Preview != "De meter staat op 1234" || c.WaitingSince.IsZero() {
			t.Errorf("the case is %s's, %q, waiting since %s", c.OwnerName, c.Preview, c.WaitingSince)
		}
		if c.AnswerDue.IsZero() {
			t.Error("nothing says by when there is an answer")
		}
		w.ok(w.flow.Returned(t.Context(), v.AtContact)) // the screen is still open
		if ct := w.contact(v); !ct.PutOff || ct.State != conversation.ContactLeft {
			t.Errorf("looking at the conversation counts as coming back: %s", ct.State)
		}
		w.hand.Advance(routing.Hold)
		w.match()
		if n := len(w.asked(bram)); n != 0 {
			t.Error("a message is put to a colleague")
		}
	})
}

func TestOnlyACustomerWhomTheWebsiteVouchesForIsKnownByTheLastHelper(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		w := newFloor(t, at)
		anne := w.works("Anne", 1)
		begin := func(key, subject, address string) *visitor {
			r, err := w.flow.Arrive(t.Context(), channel.Arrival{
				Org: w.org, Channel: channel.Webchat, Key: key, Text: key, From: channel.Person{Address: address}, Live: &channel.Live{Subject: subject},
			})
			w.ok(err)
			w.hand.Advance(time.Second)
			return &visitor{AtContact: flow.AtContact{Org: w.org, Contact: r.Contact, Token: w.flow.ContactToken(w.org, r.Contact)}, id: r.Case}
		}
		v := begin("eerste", "klant-17", "fatma@klant.example")
		w.accept(v, anne)
		w.ok(w.flow.EndContact(t.Context(), v.AtContact))
		w.set(anne, staff.Wish{State: staff.Away})
		if a, ok := w.askedFor(begin("tweede", "klant-17", "")); !ok || a.Agent != anne.Agent || a.Here {
			t.Errorf("who is vouched for asks for %+v, %v", a, ok)
		}
		if a, ok := w.askedFor(begin("derde", "", "fatma@klant.example")); ok {
			t.Errorf("whoever types the address is told of %s", a.Name)
		}
		w.hand.Advance(31 * 24 * time.Hour)
		if a, ok := w.askedFor(begin("vierde", "klant-17", "")); ok {
			t.Errorf("after a month %s is asked for", a.Name)
		}
	})
}
