package staff

import (
	"testing"
	"time"
)

// worked is a measurement in which each number of chats at once finishes so many an hour.
func worked(hours float64, perHour ...float64) Measured {
	m := Measured{Promised: time.Minute, ReplyP90: 30 * time.Second}
	for i, r := range perHour {
		l := Level{Time: time.Duration(hours * float64(time.Hour)), Done: int(r * hours)}
		m.Agent[i], m.Team[i] = l, l
	}
	return m
}

func TestOneMoreIsAdvisedWhenTwoAtOnceFinishMoreThanOne(t *testing.T) {
	if a := Learn(2, worked(20, 6, 10)); a.Chats != 3 || a.Why != RoomForOne {
		t.Errorf("%+v", a)
	}
}

func TestNoMoreIsAdvisedWhenThreeAtOnceFinishNoMoreThanTwo(t *testing.T) {
	if a := Learn(3, worked(20, 6, 10, 10)); a.Chats != 3 || a.Why != NoGain {
		t.Errorf("%+v", a)
	}
}

func TestAFewHoursDecideNothing(t *testing.T) {
	if a := Learn(2, worked(1, 6, 10)); a.Chats != 2 || a.Why != Learning {
		t.Errorf("%+v", a)
	}
}

func TestSlowAnswersTakeOneAway(t *testing.T) {
	m := worked(20, 6, 10, 14)
	m.ReplyP90 = 90 * time.Second
	if a := Learn(3, m); a.Chats != 2 || a.Why != SlowReplies {
		t.Errorf("%+v", a)
	}
}

func TestLessSatisfiedCustomersTakeOneAway(t *testing.T) {
	m := worked(20, 6, 10, 14)
	m.Satisfied, m.Before = 3.9, 4.4
	if a := Learn(3, m); a.Chats != 2 || a.Why != LessPleased {
		t.Errorf("%+v", a)
	}
}

func TestNobodyGoesBelowOneOrAboveFive(t *testing.T) {
	m := worked(20, 6, 10, 14, 18, 22)
	if a := Learn(5, m); a.Chats != 5 || a.Why != MostAllowed {
		t.Errorf("%+v", a)
	}
	m.ReplyP90 = time.Hour
	if a := Learn(1, m); a.Chats < 1 {
		t.Errorf("%+v", a)
	}
}
