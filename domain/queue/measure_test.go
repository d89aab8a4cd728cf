package queue

import (
	"testing"
	"time"

	"balie/ground/ident"
	"balie/theory/erlang"
)

var nine = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

func clockAt(seconds int) time.Time { return nine.Add(time.Duration(seconds) * time.Second) }

var usual = Floor{Handle: 6 * time.Minute, Patience: 10 * time.Minute}

// busy is an agent who goes from one contact to the next, each so many seconds, while everybody waits since nine.
func busy(a ident.Agent, d ident.Department, n, each int) (all []Turn) {
	for i := range n {
		t := Turn{Contact: ident.Contact(int(a)*1000 + i), Department: d, Joined: nine, Ended: clockAt(i * each), Agent: a, Until: clockAt((i + 1) * each)}
		all = append(all, t)
	}
	return all
}

func TestWithNothingMeasuredTheExpectationHolds(t *testing.T) {
	if p := Measure(nil, nine, usual); p.Handle != usual.Handle || p.Patience != usual.Patience {
		t.Errorf("%+v", p)
	}
}

func TestThePaceIsThatOfPlacesThatGoFromOneToTheNext(t *testing.T) {
	turns := append(busy(1, 0, 60, 120), busy(2, 0, 60, 120)...)
	p := Measure(turns, clockAt(7200), usual)
	// Ten starts are expected at six minutes, 118 are measured at two; the expectation is forgotten slowly.
	if p.Handle < 130*time.Second || p.Handle > 145*time.Second {
		t.Errorf("a place takes %s", p.Handle)
	}
}

func TestWhoFoundAnAgentFreeSaysNothingAboutThePace(t *testing.T) {
	var turns []Turn
	for i := range 60 { // one every five minutes, for two minutes
		at := clockAt(300 * i)
		turns = append(turns, Turn{Contact: ident.Contact(i), Joined: at, Ended: at.Add(5 * time.Second), Agent: 1, Until: at.Add(2 * time.Minute)})
	}
	if p := Measure(turns, clockAt(300*60), usual); p.Handle != usual.Handle {
		t.Errorf("a place takes %s", p.Handle)
	}
}

func TestAWholeShiftThatStartsAtOnceIsNotFast(t *testing.T) {
	var turns []Turn
	for a := range 50 {
		turns = append(turns, Turn{Contact: ident.Contact(a), Joined: nine, Ended: clockAt(60), Agent: ident.Agent(a + 1)})
	}
	if p := Measure(turns, clockAt(60), usual); p.Handle != usual.Handle {
		t.Errorf("a place takes %s", p.Handle)
	}
}

func TestADepartmentHasAPaceOfItsOwn(t *testing.T) {
	turns := append(busy(1, 7, 40, 60), busy(2, 8, 40, 240)...)
	f := usual
	f.Homes = map[ident.Agent]ident.Department{1: 7, 2: 8}
	at := func(d ident.Department) time.Duration {
		f.Department = d
		return Measure(turns, clockAt(40*240), f).Handle
	}
	fast, slow, all := at(7), at(8), at(0)
	if fast > 140*time.Second || slow < 240*time.Second || fast >= all || all >= slow {
		t.Errorf("%s in one, %s in the other, %s of all", fast, slow, all)
	}
}

func TestPatienceIsAllTimeWaitedForEachWhoLeft(t *testing.T) {
	var turns []Turn
	for i := range 100 { // half leave after a minute, half are helped after three
		w := Turn{Contact: ident.Contact(i), Joined: nine, Ended: clockAt(60)}
		if i%2 == 0 {
			w.Ended, w.Agent, w.Until = clockAt(180), 1, clockAt(200)
		}
		turns = append(turns, w)
	}
	// (50 × 60 s + 50 × 180 s + 5 × 600 s) ÷ 55
	if p := Measure(turns, clockAt(300), usual); p.Patience.Round(time.Second) != 273*time.Second {
		t.Errorf("a patience of %s", p.Patience)
	}
}

func TestWhoStillWaitsHasShownPatience(t *testing.T) {
	turns := []Turn{{Contact: 1, Joined: nine}}
	if p := Measure(turns, clockAt(3600), usual); p.Patience != 10*time.Minute+12*time.Minute {
		t.Errorf("a patience of %s", p.Patience)
	}
}

func outlook(p Pace) Outlook { return Outlook{Everybody: p} }

func TestWhatIsToldIsInWholeMinutesAndNeverRosier(t *testing.T) {
	for ahead := range 40 {
		told := outlook(Pace{Places: 4, Handle: 5 * time.Minute, Patience: 10 * time.Minute}).Forecast(ahead, 0, "webchat")
		if told.Position != ahead+1 || told.Bound%time.Minute != 0 || told.Bound < told.Wait || told.Line != told.Bound {
			t.Errorf("%+v", told)
		}
	}
}

func TestWhoComesJustAfterThoseWhoAreTakenAtOnceWaitsOneStep(t *testing.T) {
	o := outlook(Pace{Places: 4, Idle: 3, Handle: 4 * time.Minute})
	if at := o.Forecast(2, 0, "webchat"); at.Wait != toAnswer || at.Line != 0 {
		t.Errorf("somebody is free: %+v", at)
	}
	if at := o.Forecast(3, 0, "webchat"); at.Wait != time.Minute {
		t.Errorf("one step of four places: %+v", at)
	}
}

func TestADepartmentWithoutAgentsIsToldNoTime(t *testing.T) {
	o := outlook(Pace{Places: 4, Idle: 4, Handle: 4 * time.Minute})
	if told := o.Forecast(0, 9, "webchat"); told.Known() || told.Position != 1 {
		t.Errorf("%+v", told)
	}
}

func TestABoundIsStretchedUntilItIsNotFitToBeTold(t *testing.T) {
	o := outlook(Pace{Places: 1, Handle: 10 * time.Minute})
	plain := o.Forecast(3, 0, "webchat")
	stretch := func(by float64) Told {
		var c erlang.Calibrator
		c.Resume(by)
		o.Channels = map[string]erlang.Calibrator{"webchat": c}
		return o.Forecast(3, 0, "webchat")
	}
	if told := stretch(0.5); told.Bound <= plain.Bound || told.Wait != plain.Wait {
		t.Errorf("%+v, without %+v", told, plain)
	}
	if told := stretch(9); told.Known() || told.Line == 0 || told.Position != 4 {
		t.Errorf("four times as long as the line says is no forecast: %+v", told)
	}
	if other := o.Forecast(3, 0, "form"); other.Bound != plain.Bound {
		t.Errorf("another channel has %+v", other)
	}
}
