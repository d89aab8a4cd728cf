package insight

import (
	"testing"
	"time"

	"balie/domain/queue"
)

var start = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

func at(minute int) time.Time { return start.Add(time.Duration(minute) * time.Minute) }

func served(joined, ended, told, bound int) past {
	return past{
		channel: "webchat", rank: at(joined), joined: at(joined), ended: at(ended), state: queue.Served,
		wait: int64(told * 60), bound: int64(bound * 60),
	}
}

func TestWhoLeftAndWhoWasToldNothingAreLeftOut(t *testing.T) {
	gone := served(0, 9, 1, 2)
	gone.state = queue.Gone
	later := served(0, 9, 1, 2)
	later.state = queue.Later
	h := honesty([]past{gone, later, served(0, 10, 10, 12), served(1, 20, 10, 12), served(2, 21, 0, 0)})
	if h.Told != 2 || h.Left != 1 || h.Silent != 1 || h.Within != 0.5 {
		t.Errorf("%+v", h)
	}
	if h.MeanTold != 10*time.Minute || h.MeanReal != 14*time.Minute+30*time.Second {
		t.Errorf("told %s, real %s", h.MeanTold, h.MeanReal)
	}
}

func TestTheWaitOfTheLastOneIsWhatWeCompareWith(t *testing.T) {
	h := honesty([]past{served(0, 2, 2, 4), served(3, 9, 6, 8)})
	if h.Error != 0 || h.Naive != 4*time.Minute {
		t.Errorf("our error %s, that of telling the last wait %s", h.Error, h.Naive)
	}
}

func TestNobodyIsOvertakenInOrder(t *testing.T) {
	if n := overtakes([]past{served(0, 5, 0, 0), served(1, 6, 0, 0), served(2, 7, 0, 0)}); n != 0 {
		t.Errorf("%d overtakes", n)
	}
}

func TestEachOneWhoWasPassedByCounts(t *testing.T) {
	late := served(2, 3, 0, 0) // before two who came first
	if n := overtakes([]past{late, served(0, 5, 0, 0), served(1, 6, 0, 0)}); n != 2 {
		t.Errorf("%d overtakes", n)
	}
}

func TestWhoNeedsSomethingElseIsNotOvertaken(t *testing.T) {
	english := served(0, 5, 0, 0)
	english.needs = "81:1"
	late := served(2, 3, 0, 0)
	if n := overtakes([]past{english, late}); n != 0 {
		t.Errorf("%d overtakes", n)
	}
	late.needs = english.needs
	if n := overtakes([]past{english, late}); n != 1 {
		t.Errorf("%d overtakes among those who need the same", n)
	}
	groups := map[string]int{}
	for _, g := range fairness([]past{english, served(1, 2, 0, 0)}).Groups {
		if g.By == "skill" {
			groups[g.Name] = g.Count
		}
	}
	if groups["yes"] != 1 || groups["no"] != 1 {
		t.Errorf("%v", groups)
	}
}

func TestWhatWasWaitedBeforeCountsForTheOrder(t *testing.T) {
	again := served(4, 5, 0, 0)
	again.rank = at(-10) // an earlier attempt
	if n := overtakes([]past{again, served(1, 6, 0, 0)}); n != 0 {
		t.Errorf("%d overtakes", n)
	}
}

func TestWhoLeftWasNotOvertakenAfterwards(t *testing.T) {
	gone := served(0, 2, 0, 0)
	gone.state = queue.Gone
	if n := overtakes([]past{gone, served(1, 3, 0, 0)}); n != 0 {
		t.Errorf("%d overtakes", n)
	}
}

func TestAGroupThatWaitsLongerRaisesAnAlarm(t *testing.T) {
	var all []past
	for i := range 200 {
		p := served(i, i+2, 0, 0)
		if i%10 == 0 {
			p.complains = true
			p.ended = p.joined.Add(30 * time.Minute)
		}
		all = append(all, p)
	}
	f := fairness(all)
	for _, g := range f.Groups {
		if want := g.By == "complaining" && g.Name == "yes"; g.Alarm != want {
			t.Errorf("%s %s: alarm %v with p90 %s against %s", g.By, g.Name, g.Alarm, g.P90, f.All.P90)
		}
	}
}

func TestWhoChoseToWaitOnIsPassedByAndLeftOut(t *testing.T) {
	own := served(0, 30, 1, 2)
	own.stayed = true
	all := []past{served(1, 2, 1, 2), served(2, 3, 1, 2), own}
	if n := overtakes(all); n != 0 {
		t.Errorf("%d overtakes", n)
	}
	if f := fairness(all); f.Answered != 3 || f.All.Count != 2 || f.All.P90 != time.Minute {
		t.Errorf("%+v", f)
	}
	if h := honesty(all); h.Told != 2 || h.Within != 1 {
		t.Errorf("%+v", h)
	}
	own.ended = at(1) // whoever it is who is answered first passes others by
	if n := overtakes([]past{served(-1, 5, 0, 0), own}); n != 1 {
		t.Errorf("%d overtakes by who waited on", n)
	}
}
