package staff

import (
	"testing"
	"time"
)

// worked is a measurement in which each number of chats at once finishes so many an hour.
func worked(hours float64, perHour ...float64) Measured {
	var m Measured
	for i, r := range perHour {
		l := Level{Time: time.Duration(hours * float64(time.Hour)), Done: int(r * hours), Replies: 100, Slow: 10, Judged: 20, Points: 88}
		m.Agent[i], m.Team[i] = l, l
	}
	return m
}

func TestOneMoreIsAdvisedWhenTwoAtOnceFinishMoreThanOne(t *testing.T) {
	if a := Learn(2, 0, worked(20, 6, 10)); a.Chats != 3 || a.Why != RoomForOne || a.Rate <= a.Less {
		t.Errorf("%+v", a)
	}
}

func TestNoMoreIsAdvisedWhenThreeAtOnceFinishNoMoreThanTwo(t *testing.T) {
	if a := Learn(3, 0, worked(20, 6, 10, 10)); a.Chats != 3 || a.Why != NoGain {
		t.Errorf("%+v", a)
	}
}

func TestAFewHoursDecideNothing(t *testing.T) {
	if a := Learn(2, 0, worked(1, 6, 10)); a.Chats != 2 || a.Why != Learning {
		t.Errorf("%+v", a)
	}
}

func TestSlowAnswersTakeOneAway(t *testing.T) {
	m := worked(20, 6, 10, 14)
	m.Agent[2].Slow = 11
	if a := Learn(3, 0, m); a.Chats != 2 || a.Why != SlowReplies {
		t.Errorf("%+v", a)
	}
	m.Agent[2].Replies, m.Agent[2].Slow = leastReplies-1, leastReplies-1
	if a := Learn(3, 0, m); a.Why == SlowReplies {
		t.Errorf("a few replies decide: %+v", a)
	}
}

func TestLessSatisfiedCustomersTakeOneAway(t *testing.T) {
	m := worked(20, 6, 10, 14)
	m.Agent[2].Points = 78
	if a := Learn(3, 0, m); a.Chats != 2 || a.Why != LessPleased {
		t.Errorf("%+v", a)
	}
	m.Agent[1].Judged, m.Agent[1].Points = leastJudged-1, 5*(leastJudged-1)
	if a := Learn(3, 0, m); a.Why == LessPleased {
		t.Errorf("a few customers decide: %+v", a)
	}
}

func TestANumberSetByHandIsTheMost(t *testing.T) {
	m := worked(20, 6, 10, 14)
	for _, c := range []struct {
		now, most, want int
		why             Why
	}{
		{2, 2, 2, CappedByHand},
		{2, 3, 3, CappedByHand}, // one more, and then no more
		{2, 4, 3, RoomForOne},
		{3, 2, 2, CappedByHand},
	} {
		if a := Learn(c.now, c.most, m); a.Chats != c.want || a.Why != c.why {
			t.Errorf("%d with at most %d: %+v", c.now, c.most, a)
		}
	}
	m.Agent[2].Slow = 50
	if a := Learn(3, 3, m); a.Chats != 2 || a.Why != SlowReplies {
		t.Errorf("a number by hand does not keep what goes wrong: %+v", a)
	}
}

func TestNobodyGoesBelowOneOrAboveFive(t *testing.T) {
	m := worked(20, 6, 10, 14, 18, 22)
	if a := Learn(5, 0, m); a.Chats != 5 || a.Why != MostAllowed {
		t.Errorf("%+v", a)
	}
	m.Agent[0].Slow = 100
	if a := Learn(1, 0, m); a.Chats < 1 || a.Why == SlowReplies {
		t.Errorf("%+v", a)
	}
}
