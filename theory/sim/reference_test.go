package sim

import (
	"math"
	"testing"

	"balie/theory/erlang"
)

// near checks a value against one that was printed or computed elsewhere; within covers what both know of it.
func near(t *testing.T, id string, got, want, within float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > within {
		t.Errorf("%s: %.6g, want %.6g within %v", id, got, want, within)
	}
}

// days plays a desk so many times and adds up.
func days(t *testing.T, d Desk, n int) []Tally {
	t.Helper()
	r := ready(t, d)
	total := make([]Tally, len(d.Streams))
	for seed := range uint64(n) {
		for k, s := range r.Play(seed, nil).Streams {
			total[k].add(s)
		}
	}
	return total
}

func (t *Tally) add(o Tally) {
	t.Arrived += o.Arrived
	t.Answered += o.Answered
	t.InTarget += o.InTarget
	t.Left += o.Left
	t.LeftLate += o.LeftLate
	t.Wait += o.Wait
	t.WaitFirst += o.WaitFirst
}

func decided(t Tally) float64 { return float64(t.InTarget) / float64(t.Answered+t.LeftLate) }

func TestALongDayIsErlangA(t *testing.T) {
	p := erlang.Pool{Servers: 58, Arrive: 0.25, Service: 1.0 / 240, Leave: 1.0 / 90}
	want := p.Levels()
	d := Desk{
		Length: 4e6, Target: 20,
		Streams: []Stream{{Rates: []float64{p.Arrive}, Handle: Span{Mean: 240}, Patience: Span{Mean: 90}}},
		Groups:  []Group{{Agents: 58, Levels: []int{1}}},
	}
	r := ready(t, d)
	result := r.Play(1, nil)
	s := result.Streams[0]
	near(t, "a40 abandonment", s.Abandonment(), 0.08250435046, 0.0015)
	near(t, "a41 service level", s.ServiceLevel(), 0.7922216373, 0.004)
	near(t, "wait of all", s.Wait/float64(s.Arrived), want.Wait, 0.15)
	near(t, "wait of those answered", s.WaitFirst/float64(s.Answered), want.WaitAnswered, 0.15)
	near(t, "occupancy", result.Busy/result.On, want.Occupancy, 0.003)
	near(t, "decided", decided(s), want.ServiceLevelDecided(20), 0.004)
}

func TestADayThatStartsEmptyComesOutAsPublished(t *testing.T) {
	d := Desk{
		Length: 480 * 60, Target: 20,
		Streams: []Stream{{Rates: []float64{4.2 / 60}, Handle: Span{Mean: 120}}},
		Groups:  []Group{{Agents: 12, Levels: []int{1}}},
	}
	// The tolerances are those of what was published and two standard errors of so many days.
	const n = 800
	r := ready(t, d)
	var s Tally
	shares := 0.0 // the mean of the days, not of the callers: a bad day has more of them
	for seed := range uint64(n) {
		one := r.Play(seed, nil).Streams[0]
		shares += float64(one.InTarget) / float64(one.Answered) / n
		s.add(one)
	}
	near(t, "a50 in target, of those answered", shares, 0.902, 0.0045)
	near(t, "a51 wait in minutes", s.WaitFirst/float64(s.Answered)/60, 0.099, 0.006)
	near(t, "a52 in target per day", float64(s.InTarget)/n, 1816.2, 9.5)
	d.Streams[0].Patience.Mean = 60
	s = days(t, d, n)[0]
	near(t, "a53 left per day", float64(s.Left)/n, 58.61, 1.8)
	near(t, "a54 in target, of those decided", decided(s), 0.968, 0.0012)
}

// simpleMSK is three types of call in three periods of two hours, and two groups whose numbers change: type 0 to group
// 0, type 1 to group 0 and then 1, type 2 to group 1.
func simpleMSK(factor float64) Desk {
	const period = 120 * 60.0
	d := Desk{Length: 3 * period, Target: 20}
	rates := [3][3]float64{{4.2, 5.3, 3.2}, {5.1, 4.3, 4.8}, {6.3, 5.2, 4.8}}
	service, patience := [3]float64{.5, .6, .4}, [3]float64{.3, .4, .2}
	for kind := range 3 {
		for p := range 3 {
			at := make([]float64, 4)
			at[p] = rates[kind][p] / 60 * factor
			d.Streams = append(d.Streams, Stream{
				Skill: kind, Rates: at, Period: period,
				Handle: Span{Mean: 60 / service[p]}, Patience: Span{Mean: 60 / patience[p]},
			})
		}
	}
	for _, g := range []struct {
		levels []int
		n      [3]int
	}{{[]int{1, 1, 0}, [3]int{12, 18, 9}}, {[]int{0, 2, 1}, [3]int{15, 20, 11}}} {
		d.Groups = append(d.Groups,
			Group{Agents: g.n[2], Levels: g.levels},
			Group{Agents: g.n[0] - g.n[2], Levels: g.levels, Until: 2 * period},
			Group{Agents: g.n[1] - g.n[0], Levels: g.levels, From: period, Until: 2 * period})
	}
	return d
}

func TestSeveralSkillsComeOutAsPublished(t *testing.T) {
	// The day's factor is gamma(28.7) with mean one: its quantiles after E.B. Wilson and M.M. Hilferty (1931), one day
	// in the middle of each of n equal shares, so that few days are enough.
	const n, k = 300, 28.7
	// The published days had so many calls each; the rates say 0.5 % less.
	const more = (4297.3 + 910.3) / (43.2 * 120)
	var all, one Tally
	for i := range n {
		z := math.Sqrt2 * math.Erfinv(2*(float64(i)+0.5)/n-1)
		factor := math.Pow(1-1/(9*k)+z/(3*math.Sqrt(k)), 3)
		r := ready(t, simpleMSK(factor*more))
		for s, tally := range r.Play(uint64(i), nil).Streams {
			all.add(tally)
			if s == 1*3+1 {
				one.add(tally)
			}
		}
	}
	near(t, "a60 served per day", float64(all.Answered)/n, 4297.3, 27)
	near(t, "a61 left per day", float64(all.Left)/n, 910.3, 34)
	near(t, "a62 in target, of those decided", decided(all), 0.501, 0.0075)
	near(t, "a63 type 1 in period 1, in target", float64(one.InTarget)/n, 511.6, 5.4)
}

func TestThoseWhoCallAgainComeOutAsTheExactChain(t *testing.T) {
	d := Desk{
		Length: 1.2e7,
		Streams: []Stream{{
			Rates: []float64{3.5 / 60}, Handle: Span{Mean: 180}, Patience: Span{Mean: 120}, Again: 0.6, Back: Span{Mean: 600},
		}},
		Groups: []Group{{Agents: 10, Levels: []int{1}}},
	}
	r := ready(t, d)
	s := r.Play(1, nil).Streams[0]
	near(t, "a70 amplification", float64(s.Arrived)/float64(r.matters), 1.17040716, 0.0035)
	near(t, "a71 abandonment", s.Abandonment(), 0.2426608, 0.0035)
}

func TestChatsBesideEachOtherComeOutAsTheChain(t *testing.T) {
	d := Desk{
		Length: 1.2e7,
		Streams: []Stream{{
			Kind: Chat, Rates: []float64{1.6 / 60}, Handle: Span{Mean: 600}, Patience: Span{Mean: 180},
		}},
		Groups: []Group{{Agents: 10, Levels: []int{1}, Chats: 2, Speed: []float64{1, 0.9}}},
	}
	r := ready(t, d)
	waited := 0
	s := r.Play(1, func(e Event) {
		if (e.What == Answered || e.What == Left) && e.Waited > 0 {
			waited++
		}
	}).Streams[0]
	near(t, "a80 waits", float64(waited)/float64(s.Arrived), 0.226240274, 0.006)
	near(t, "a81 abandonment", s.Abandonment(), 0.063741725, 0.0025)
}

func TestWhoFindsTheAgentTakenAndTriesAgainComesOutAsTheFormula(t *testing.T) {
	// One agent, nobody waits: who finds the agent taken tries again after 2 s in the mean, as long as it takes. The
	// mean number of those who try is 4.9 (a73: G.I. Falin and J.G.C. Templeton, "Retrial Queues", 1997).
	d := Desk{
		Length: 1e6,
		Streams: []Stream{{
			Rates: []float64{0.7}, Handle: Span{Mean: 1}, Patience: Span{Mean: 1e-12, Shape: Fixed}, Again: 1, Back: Span{Mean: 2},
		}},
		Groups: []Group{{Agents: 1, Levels: []int{1}}},
	}
	r := ready(t, d)
	var trying []bool
	var many, area, last float64
	r.Play(1, func(e Event) {
		area += many * (e.At - last)
		last = e.At
		switch {
		case e.What == ComesAgain:
			trying[e.Contact] = true
			many++
		case e.What == Joined && e.Contact == int64(len(trying)):
			trying = append(trying, false)
		case e.What == Joined && trying[e.Contact]:
			trying[e.Contact] = false
			many--
		}
	})
	near(t, "a73 trying again", area/last, 4.9, 0.2)
}

func TestTheLastCallersWaitHasTwiceTheSquaredError(t *testing.T) {
	// a90, a91: M/M/100 with 95 erlang and no patience, in handle times. R. Ibrahim and W. Whitt, "Real-time delay
	// estimation based on delay history" (2009): the ratio tends to 2.
	d := Desk{
		Length: 12000, Streams: []Stream{{Rates: []float64{95}, Handle: Span{Mean: 1}}},
		Groups: []Group{{Agents: 100, Levels: []int{1}}},
	}
	r := ready(t, d)
	var told, last []float64
	var n, square, squareLast, before float64
	r.Play(1, func(e Event) {
		switch {
		case e.What == Joined:
			told = append(told, erlang.Line{Ahead: e.Ahead, Servers: 100, Service: 1}.Wait())
			last = append(last, before)
		case e.What == Answered && e.Waited > 0:
			n++
			square += (e.Waited - told[e.Contact]) * (e.Waited - told[e.Contact])
			squareLast += (e.Waited - last[e.Contact]) * (e.Waited - last[e.Contact])
			before = e.Waited
		}
	})
	near(t, "a90 root of the mean squared error", math.Sqrt(square/n), 0.0447, 0.001)
	near(t, "a91 that of the last caller's wait ÷ that of the place in line", squareLast/square, 2.1, 0.1)
}
