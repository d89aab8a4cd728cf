package sim

import (
	"math"
	"slices"
	"testing"
)

// watcher keeps its own picture of who waits, from the events alone, and judges every offer by it.
type watcher struct {
	desk         *Desk
	waiting      map[int64]*seen
	checked      int
	passed       int // who stood in front and was not taken
	writtenFirst int // who waited live while written work was taken that has time
}

type seen struct {
	rank, joined float64
	stream       int
	held, ready  bool // ready: a promise near its time
}

func watch(d *Desk) *watcher { return &watcher{desk: d, waiting: map[int64]*seen{}} }

func (w *watcher) see(e Event) {
	switch e.What {
	case Joined:
		w.waiting[e.Contact] = &seen{rank: e.Rank, joined: e.At, stream: e.Stream}
	case Held, Unheld:
		w.waiting[e.Contact].held = e.What == Held
	case Due:
		w.waiting[e.Contact].ready = true
	case Missed:
		w.waiting[e.Contact] = &seen{rank: e.Rank, joined: e.At, stream: e.Stream, ready: true}
	case Left:
		delete(w.waiting, e.Contact)
	case Offered:
		c, ok := w.waiting[e.Contact]
		if !ok { // a second attempt at calling back
			c = &seen{rank: e.Rank, joined: e.At, stream: e.Stream}
		}
		delete(w.waiting, e.Contact)
		w.judge(c)
	case Answered:
		if c, ok := w.waiting[e.Contact]; ok { // a desk on which offers are accepted at once
			delete(w.waiting, e.Contact)
			w.judge(c)
		}
	}
}

func (w *watcher) judge(c *seen) {
	w.checked++
	s := w.desk.Streams[c.stream]
	for _, o := range w.waiting {
		other := w.desk.Streams[o.stream]
		if other.Skill != s.Skill || o.held || other.Kind == Written && !o.ready {
			continue
		}
		switch {
		case s.Kind == Written && !c.ready:
			w.writtenFirst++
		case o.rank < c.rank:
			w.passed++
		}
	}
}

func TestNobodyIsOvertakenWithinASkill(t *testing.T) {
	d := everything()
	r := ready(t, d)
	for seed := range uint64(40) {
		w := watch(&d)
		r.Play(seed, w.see)
		if w.checked < 500 {
			t.Fatalf("seed %d: %d offers, too few to say anything", seed, w.checked)
		}
		if w.passed > 0 || w.writtenFirst > 0 {
			t.Fatalf("seed %d: of %d offers %d passed somebody in front, %d were written work before somebody who waited", seed, w.checked, w.passed, w.writtenFirst)
		}
	}
}

func TestOnADayOfFiftyThousandNobodyIsOvertaken(t *testing.T) {
	d := hotline(1.1, Span{Shape: LogNormal, CV: 1})
	w := watch(&d)
	ready(t, d).Play(1, w.see)
	if w.checked < 40000 || w.passed > 0 {
		t.Errorf("of %d who were helped %d passed somebody in front", w.checked, w.passed)
	}
}

func TestTheWatcherSeesWhenSomebodyIsOvertaken(t *testing.T) {
	// Two skills with their own agents, seen as one: whoever is in the slow one is overtaken then.
	d := Desk{
		Length: 36000,
		Streams: []Stream{
			{Skill: 0, Rates: []float64{0.02}, Handle: Span{Mean: 290}, Patience: Span{Mean: 300}},
			{Skill: 1, Rates: []float64{0.02}, Handle: Span{Mean: 100}, Patience: Span{Mean: 300}},
		},
		Groups: []Group{{Agents: 5, Levels: []int{1, 0}}, {Agents: 2, Levels: []int{0, 1}}},
		Offers: Offers{Answer: Span{Mean: 1, Shape: Fixed}},
	}
	r := ready(t, d)
	as := d
	as.Streams = slices.Clone(d.Streams)
	as.Streams[1].Skill = 0
	w := watch(&as)
	r.Play(1, w.see)
	if w.passed == 0 {
		t.Error("nobody was overtaken between two lines that know nothing of each other")
	}
	w = watch(&d)
	r.Play(1, w.see)
	if w.passed != 0 {
		t.Errorf("%d overtaken within a skill", w.passed)
	}
}

// waits plays a desk and gives the waits of those answered, by stream, in order of length.
func waits(t *testing.T, d Desk, seed uint64) [][]float64 {
	t.Helper()
	out := make([][]float64, len(d.Streams))
	ready(t, d).Play(seed, func(e Event) {
		if e.What == Answered {
			out[e.Stream] = append(out[e.Stream], e.Waited)
		}
	})
	for _, w := range out {
		slices.Sort(w)
	}
	return out
}

func at(share float64, sorted []float64) float64 { return sorted[int(share*float64(len(sorted)-1))] }

func TestEachGroupOfCustomersWaitsAsLong(t *testing.T) {
	// Four kinds of contact with one skill: many and few, short and long questions, a call and a chat. Only how long
	// they wait may count, so they wait alike: no group's ninth decile above 1.5 times that of all.
	d := Desk{
		Length: 200000,
		Streams: []Stream{
			{Rates: []float64{0.06}, Handle: Span{Mean: 200}, Patience: Span{Mean: 300}},
			{Rates: []float64{0.005}, Handle: Span{Mean: 500}, Patience: Span{Mean: 300}},
			{Rates: []float64{0.02}, Handle: Span{Mean: 300, Shape: LogNormal, CV: 1.2}, Patience: Span{Mean: 300}},
			{Kind: Chat, Rates: []float64{0.01}, Handle: Span{Mean: 300}, Patience: Span{Mean: 300}},
		},
		Groups: []Group{{Agents: 22, Levels: []int{1}}},
	}
	by := waits(t, d, 1)
	var all []float64
	for _, w := range by {
		all = append(all, w...)
	}
	slices.Sort(all)
	for k, w := range by {
		if len(w) < 500 {
			t.Fatalf("group %d: %d waits", k, len(w))
		}
		for _, share := range []float64{0.5, 0.9} {
			if got, want := at(share, w), at(share, all); got > 1.15*want+1 || got < want/1.15-1 {
				t.Errorf("group %d: %v wait no longer than %.1f s, of all %.1f s", k, share, got, want)
			}
		}
	}
}

func TestACallIsNotStarvedByChatsNorChatsByCalls(t *testing.T) {
	// Agents who do both and always have a chat in hand: they would never come free for a call.
	d := Desk{
		Length: 100000,
		Streams: []Stream{
			{Rates: []float64{0.01}, Handle: Span{Mean: 200}},
			{Kind: Chat, Rates: []float64{0.045}, Handle: Span{Mean: 400}, Patience: Span{Mean: 400}},
		},
		Groups: []Group{{Agents: 12, Levels: []int{1}, Chats: 3, Speed: []float64{1, 0.9, 0.8}}},
	}
	by := waits(t, d, 1)
	calls, all := at(0.9, by[0]), slices.Concat(by[0], by[1])
	slices.Sort(all)
	if share := float64(len(by[0])) / (0.01 * d.Length); share < 0.9 {
		t.Errorf("%.2f of the calls were answered", share)
	}
	if calls > 400 {
		t.Errorf("nine of ten calls wait no longer than %.0f s, of all %.0f s", calls, at(0.9, all))
	}
}

func TestALateMailNeitherStarvesNorBlocks(t *testing.T) {
	// More calls than agents: nothing written would ever be answered if it waited until nobody calls.
	d := Desk{
		Length: 12 * 3600, Target: 60,
		Streams: []Stream{
			{Rates: []float64{0.05}, Handle: Span{Mean: 300}, Patience: Span{Mean: 200}},
			{Kind: Written, Rates: []float64{0.005}, Handle: Span{Mean: 300}, Due: 7200, Lead: 900},
		},
		Groups: []Group{{Agents: 14, Levels: []int{1}}},
	}
	late, answered := int64(0), int64(0)
	r := ready(t, d)
	w := watch(&d)
	var calls Tally
	for seed := range uint64(5) {
		s := r.Play(seed, w.see).Streams
		late, answered = late+s[1].Late, answered+s[1].Answered
		calls.add(s[0])
	}
	if answered < 900 || late > answered/50 {
		t.Errorf("of %d mails %d were late", answered, late)
	}
	d.Streams[1].Rates = []float64{0}
	without := days(t, d, 5)[0]
	if got, bare := calls.Abandonment(), without.Abandonment(); got > bare+0.12 {
		t.Errorf("with a tenth more work from mails %.3f of the callers leave, without %.3f", got, bare)
	}
}

func TestWhoTriesAgainKeepsWhatTheyWaited(t *testing.T) {
	d := Desk{
		Length:  200000,
		Streams: []Stream{{Rates: []float64{0.05}, Handle: Span{Mean: 300}, Patience: Span{Mean: 120}, Again: 1, Back: Span{Mean: 900}}},
		Groups:  []Group{{Agents: 12, Levels: []int{1}}},
	}
	spent := map[int64]float64{}
	again := 0
	ready(t, d).Play(1, func(e Event) {
		switch e.What {
		case Joined:
			if credit := e.At - e.Rank; math.Abs(credit-spent[e.Contact]) > 1e-6 {
				t.Fatalf("contact %d comes with a credit of %v and waited %v before", e.Contact, credit, spent[e.Contact])
			}
		case Left:
			spent[e.Contact] += e.Waited
		case Answered:
			if spent[e.Contact] > 0 {
				again++
			}
		}
	})
	if again < 1000 {
		t.Errorf("%d were answered at a later attempt: too few to say anything", again)
	}
}

func TestAnOfferThatIsMissedGoesOnAtOnce(t *testing.T) {
	d := Desk{
		Length:  100000,
		Streams: []Stream{{Rates: []float64{0.01}, Handle: Span{Mean: 300}, Patience: Span{Mean: 500}}},
		Groups:  []Group{{Agents: 20, Levels: []int{1}}},
		Offers:  Offers{Answer: Span{Mean: 3, Shape: Fixed}, Missed: 0.2, Limit: 20, Away: 300},
	}
	missed, away := map[int64]Event{}, map[int]float64{}
	n := 0
	ready(t, d).Play(1, func(e Event) {
		switch e.What {
		case Missed:
			missed[e.Contact] = e
			away[e.Agent] = e.At + d.Offers.Away
			n++
		case Offered:
			if at, was := missed[e.Contact], e.At; at.At > 0 && at.At != was {
				t.Errorf("contact %d was missed at %v and offered again at %v, with agents free", e.Contact, at.At, was)
			}
			if e.At < away[e.Agent] {
				t.Errorf("agent %d is away until %v and is asked at %v", e.Agent, away[e.Agent], e.At)
			}
			delete(missed, e.Contact)
		}
	})
	if n < 100 {
		t.Errorf("%d offers were missed: too few", n)
	}
}

func TestACallBackKeepsItsPlaceAndIsTriedTwice(t *testing.T) {
	d := Desk{
		Length: 50000,
		Streams: []Stream{{
			Rates: []float64{0.05}, Handle: Span{Mean: 300}, Patience: Span{Mean: 200}, CallBackFrom: 3, CallBack: 1, Reached: 0.5,
		}},
		Groups: []Group{{Agents: 14, Levels: []int{1}}},
	}
	r := ready(t, d)
	ahead, tries, when := map[int64]int{}, map[int64]int{}, map[int64]float64{}
	var messaged int64
	result := r.Play(1, func(e Event) {
		switch e.What {
		case Joined:
			ahead[e.Contact] = e.Ahead
		case Left:
			if ahead[e.Contact] >= d.Streams[0].CallBackFrom {
				t.Errorf("contact %d gave up although it is to be called back", e.Contact)
			}
		case Unreached:
			tries[e.Contact]++
			when[e.Contact] = e.At
		case Messaged:
			messaged++
			if tries[e.Contact] != 1 || e.At < when[e.Contact]+tryAgainIn {
				t.Errorf("contact %d got a message after %d more attempts, %v after the first", e.Contact, tries[e.Contact], e.At-when[e.Contact])
			}
		case Answered:
			if tries[e.Contact] == 1 && e.At < when[e.Contact]+tryAgainIn {
				t.Errorf("contact %d was called again after %v", e.Contact, e.At-when[e.Contact])
			}
		}
	})
	if len(tries) < 50 || messaged == 0 || messaged != result.Streams[0].Messaged {
		t.Errorf("%d were not reached at first, %d got a message (%d counted)", len(tries), messaged, result.Streams[0].Messaged)
	}
}

func TestTheLineIsHeldForTheAskedAgentNoLongerThanSaid(t *testing.T) {
	d := Desk{
		Length:  100000,
		Streams: []Stream{{Rates: []float64{0.04}, Handle: Span{Mean: 200}, Known: 1, Hold: 60}},
		Groups:  []Group{{Agents: 12, Levels: []int{1}}},
	}
	since := map[int64]float64{}
	var own, anybody int
	ready(t, d).Play(1, func(e Event) {
		from, held := since[e.Contact]
		switch {
		case e.What == Held:
			since[e.Contact] = e.At
		case e.What == Unheld && held:
			if math.Abs(e.At-from-60) > 1e-6 {
				t.Errorf("contact %d was held for %v s", e.Contact, e.At-from)
			}
			anybody++
			delete(since, e.Contact)
		case e.What == Answered && held:
			if e.At-from > 60 {
				t.Errorf("contact %d was held for %v s and then answered", e.Contact, e.At-from)
			}
			own++
		}
	})
	// The own agent is taken and comes free within 60 s with probability 1 − e^(−60/200) = 26 %, or a little less when
	// others ask for the same one.
	if share := float64(own) / float64(own+anybody); share < 0.18 || share > 0.28 {
		t.Errorf("%d of %d who were held reached their agent: %.3f", own, own+anybody, share)
	}
}
