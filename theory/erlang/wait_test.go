package erlang

import (
	"math"
	"testing"
)

func TestTheNextInLineWaitsForTheFirstFreeServer(t *testing.T) {
	l := Line{Ahead: 0, Servers: 4, Service: 1.0 / 300}
	if got := l.Wait(); math.Abs(got-75) > 1e-9 {
		t.Errorf("one step of four servers with calls of five minutes: %v s, want 75", got)
	}
	if got := l.Bound(); math.Abs(got-75*2.28) > 1e-9 {
		t.Errorf("the bound is %v", got)
	}
}

func TestThoseWhoGiveUpMakeTheLineShorter(t *testing.T) {
	patient := Line{Ahead: 9, Servers: 2, Service: 1.0 / 360}
	hasty := patient
	hasty.Leave = 1.0 / 600
	if !(hasty.Wait() < patient.Wait()) {
		t.Errorf("with people giving up %v, without %v", hasty.Wait(), patient.Wait())
	}
	if got, want := patient.Wait(), 10*180.0; math.Abs(got-want) > 1e-9 {
		t.Errorf("ten steps of 180 s are %v", got)
	}
}

func TestNobodyIsToldAWaitWhileNobodyServes(t *testing.T) {
	if got := (Line{Ahead: 3, Leave: 0}).Wait(); !math.IsInf(got, 1) {
		t.Errorf("the wait is %v", got)
	}
}

func TestALongLineIsTheSumOfItsSteps(t *testing.T) {
	for _, ahead := range []int{63, 64, 65, 66, 200, 10000} {
		for _, leave := range []float64{1e-9, 1.0 / 3600, 1.0 / 60, 2} {
			l := Line{Ahead: ahead, Servers: 3, Service: 1.0 / 300, Leave: leave}
			var want float64
			for i := 0; i <= ahead; i++ {
				want += 1 / (l.Servers*l.Service + float64(i)*leave)
			}
			if got := l.Wait(); math.Abs(got-want) > 1e-9*want {
				t.Errorf("%d ahead, patience %v s: %.12g, one by one %.12g", ahead, 1/leave, got, want)
			}
		}
	}
}

func TestWhereNobodyServesNoStepEverComes(t *testing.T) {
	if got := (Line{Ahead: 3, Leave: 0.01}).Wait(); !math.IsInf(got, 1) {
		t.Errorf("nobody serves, and the one who stays is helped after %v s", got)
	}
}
