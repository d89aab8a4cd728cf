package flow_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"balie/channel"
	"balie/domain/access"
	"balie/domain/insight"
	"balie/flow"
	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
	"balie/test/engine"
)

// afternoon is a desk that is played through the real rooms: visitors come by chance, agents take what is put to them.
type afternoon struct {
	*floor
	chance *rand.Rand
	todo   []todo
	agents []access.Principal
	put    map[ident.Offer]bool
	heard  time.Time
}

type todo struct {
	at time.Time
	do func()
}

func (a *afternoon) after(d time.Duration, do func()) {
	i, _ := slices.BinarySearchFunc(a.todo, a.hand.Now().Add(d), func(x todo, at time.Time) int {
		return cmp.Or(x.at.Compare(at), -1) // behind those of the same moment
	})
	a.todo = slices.Insert(a.todo, i, todo{a.hand.Now().Add(d), do})
}

// about is a time by chance with this mean, as people take it.
func (a *afternoon) about(mean time.Duration) time.Duration {
	return time.Duration(a.chance.ExpFloat64() * float64(mean)).Round(time.Millisecond)
}

// play lets visitors come for so long, about one in every, and goes on until the last is helped.
func (a *afternoon) play(length, every, handle, patience time.Duration) {
	end := a.hand.Now().Add(length)
	var next func()
	next = func() {
		if a.hand.Now().After(end) {
			return
		}
		a.comes(patience)
		a.after(a.about(every), next)
	}
	a.after(0, next)
	for len(a.todo) > 0 {
		one := a.todo[0]
		a.todo = a.todo[1:]
		a.hand.Advance(max(one.at.Sub(a.hand.Now()), 0))
		if a.hand.Now().Sub(a.heard) > 10*time.Second {
			a.listens(a.agents...)
			a.heard = a.hand.Now()
		}
		one.do()
		a.match()
		a.answers(handle)
	}
}

func (a *afternoon) comes(patience time.Duration) {
	a.node++
	r, err := a.flow.Arrive(a.t.Context(), channel.Arrival{
		Org: a.org, Channel: channel.Webchat, Key: fmt.Sprint("visit ", a.node), Text: "Vraag", Locale: "nl", Live: &channel.Live{},
	})
	a.ok(err)
	v := flow.AtContact{Org: a.org, Contact: r.Contact, Token: a.flow.ContactToken(a.org, r.Contact)}
	a.after(a.about(patience), func() {
		waits := false
		a.read(func(tx *sqldb.Tx) (err error) {
			_, waits, err = a.flow.Queue.Of(tx, a.org, v.Contact)
			return err
		})
		if waits {
			a.ok(a.flow.Left(a.t.Context(), v))
		}
	})
}

// answers lets who is asked accept after a moment, and end the chat later.
func (a *afternoon) answers(handle time.Duration) {
	for _, who := range a.agents {
		for _, o := range a.asked(who) {
			if a.put[o.ID] || o.Written() { // who left is answered later, in writing
				continue
			}
			a.put[o.ID] = true
			a.after(4*time.Second, func() {
				id, err := a.flow.Accept(a.t.Context(), who, o.ID)
				if fault.Is(err, fault.Conflict) {
					return // the visitor left
				}
				a.ok(err)
				a.after(a.about(handle), func() { a.ok(a.flow.EndContactOf(a.t.Context(), who, id)) })
			})
		}
	}
}

func TestAnAfternoonIsFairAndWhatIsToldIsHonest(t *testing.T) {
	engine.Each(t, func(t *testing.T, at engine.Target) {
		a := &afternoon{floor: newFloor(t, at), chance: rand.New(rand.NewPCG(4, 4)), put: make(map[ident.Offer]bool)}
		for _, name := range []string{"Wim", "Sara", "Bo", "Noor"} {
			a.agents = append(a.agents, a.works(name, 2))
		}
		from := a.hand.Now()
		// Eight places, each takes a contact in four minutes and a little: 118 an hour. More come, and give up.
		a.play(2*time.Hour, 28*time.Second, 4*time.Minute, 8*time.Minute)
		a.read(func(tx *sqldb.Tx) error {
			fair, err := insight.HowFair(tx, a.org, from, a.hand.Now().Add(time.Second))
			if err != nil {
				return err
			}
			if fair.Overtakes != 0 || fair.Answered < 180 {
				t.Errorf("%.1f overtakes in a thousand of %d", fair.Overtakes, fair.Answered)
			}
			all, err := insight.HowHonest(tx, a.org, from, a.hand.Now().Add(time.Second))
			if err != nil || len(all) != 1 {
				return fmt.Errorf("%d channels: %w", len(all), err)
			}
			h := all[0]
			t.Logf("%d came; %d told and answered, %d left, %d silent: %.3f inside; told %s, real %s; error %s, of the last wait %s", a.node, h.Told, h.Left, h.Silent,
				h.Within, h.MeanTold, h.MeanReal, h.Error, h.Naive)
			if h.Within < 0.85 || h.Within > 0.97 || h.Silent > 0 {
				t.Errorf("%.3f inside, %d told nothing", h.Within, h.Silent)
			}
			if h.Error >= h.Naive {
				t.Errorf("an error of %s; to tell the last wait gives %s", h.Error, h.Naive)
			}
			good, err := insight.HowGood(tx, a.org, from, a.hand.Now().Add(time.Second))
			r := good.Wait("webchat")
			if r.Told != h.Told || r.Within != int(h.Within*float64(h.Told)+0.5) {
				t.Errorf("customers read %d of %d, the desk %.3f of %d", r.Within, r.Told, h.Within, h.Told)
			}
			c, err2 := a.flow.Queue.Calibrations(tx, a.org)
			learnt := c["webchat"]
			o, err3 := a.flow.Outlook(tx, a.org)
			t.Logf("stretch %.2f, from one contact to the next %s, patience %s", learnt.Stretch(), o.Everybody.Handle, o.Everybody.Patience)
			if learnt.Stretch() == 1 || !learnt.Fit() {
				t.Errorf("stretched by %.2f", learnt.Stretch())
			}
			if o.Everybody.Handle < 3*time.Minute || o.Everybody.Handle > 6*time.Minute {
				t.Errorf("a place goes from one contact to the next in %s", o.Everybody.Handle)
			}
			return cmp.Or(err, err2, err3)
		})
	})
}
