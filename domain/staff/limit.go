package staff

import (
	"math"
	"time"
)

// Level is what was measured while an agent, or a team, had one number of chats open at once.
type Level struct {
	Time    time.Duration // spent with that many open, while a screen listened and the switch was not at away
	Done    int           // chats that ended in that time
	Replies int           // answers to a customer who waited for one
	Slow    int           // of those, how many came later than was promised
	Judged  int           // customers who said how satisfied they were
	Points  int           // the sum of what they said, 1 to 5 each
}

// Measured is an agent's work over the last weeks, by number of chats open; the first is for one.
type Measured struct {
	Agent [MostChats]Level
	Team  [MostChats]Level // of everybody, this agent included
}

// Advice is how many chats at once go well with an agent, and why not more.
type Advice struct {
	Chats int
	Why   Why
	// Rate is how many chats an hour are finished at the number that was taken, and Less with one fewer, as far as is known.
	Rate, Less float64
	At         time.Time
}

// Why says what keeps an agent from more chats at once. It is shown to the agent and the lead.
type Why string

// The reasons.
const (
	Learning     Why = "learning"       // too little was seen at this number
	NoGain       Why = "no_gain"        // one more at once does not finish more in an hour
	SlowReplies  Why = "slow_replies"   // customers wait longer for an answer than was promised
	LessPleased  Why = "less_pleased"   // customers were more satisfied with one less
	MostAllowed  Why = "most_allowed"   // MostChats is the most
	RoomForOne   Why = "room_for_one"   // one more is worth trying
	CappedByHand Why = "capped_by_hand" // the agent or a lead set a lower number
)

const (
	priorHours   = 4.0    // how much the team counts, as hours of the agent's own work
	leastHours   = 2.0    // at a number, before it says something
	leastReplies = 20     // before their times say something
	leastJudged  = 10     // customers, before a difference between two numbers says something
	lowerBound   = 0.8416 // standard deviations below the mean: eight of ten lie above
	fell         = 0.2    // points of satisfaction that are a fall and not noise
)

// rate is how many chats an hour are finished at a level: a Poisson count with a gamma prior from the team, so that a few
// hours do not decide alone. It gives the mean and the variance of the posterior, (α+k)/(β+t) and (α+k)/(β+t)².
func rate(own, team Level) (mean, variance float64) {
	prior := 0.0
	if h := team.Time.Hours(); h > 0 {
		prior = float64(team.Done) / h
	}
	shape, hours := prior*priorHours+float64(own.Done), priorHours+own.Time.Hours()
	return shape / hours, shape / (hours * hours)
}

// Learn tells how many chats at once go well, beginning from the number that the agent takes now, and at most most when
// that is not zero. One more is advised only when eight chances in ten say that this number finishes more in an hour than
// one less, customers get their answers in time, and they are no less satisfied. It goes up and down by one.
func Learn(now, most int, m Measured) Advice {
	now = min(max(now, FewestChats), MostChats)
	a := Advice{Chats: now}
	a.Rate, _ = rate(m.Agent[now-1], m.Team[now-1])
	if now > FewestChats {
		a.Less, _ = rate(m.Agent[now-2], m.Team[now-2])
	}
	switch {
	case now > FewestChats && m.Agent[now-1].late():
		a.Chats, a.Why = now-1, SlowReplies
	case now > FewestChats && lessPleased(m.Agent[now-2], m.Agent[now-1]):
		a.Chats, a.Why = now-1, LessPleased
	case now == MostChats:
		a.Why = MostAllowed
	case m.Agent[now-1].Time.Hours() < leastHours:
		a.Why = Learning
	case now > FewestChats && !gains(m, now):
		a.Why = NoGain
	default:
		a.Chats, a.Why = now+1, RoomForOne
	}
	if most > 0 && a.Chats >= most && (a.Why == RoomForOne || a.Chats > most) {
		a.Chats, a.Why = min(a.Chats, most), CappedByHand
	}
	return a
}

// gains says whether n at once finish more in an hour than n-1: the 80 % lower bound of the difference is above zero.
func gains(m Measured, n int) bool {
	more, spread := rate(m.Agent[n-1], m.Team[n-1])
	less, other := rate(m.Agent[n-2], m.Team[n-2])
	return more-less-lowerBound*math.Sqrt(spread+other) > 0
}

// late says whether the slowest tenth of the replies came later than promised: more than one in ten did.
func (l Level) late() bool { return l.Replies >= leastReplies && 10*l.Slow > l.Replies }

// lessPleased says whether customers were less satisfied with one more at once.
func lessPleased(less, more Level) bool {
	return less.Judged >= leastJudged && more.Judged >= leastJudged && more.satisfied() < less.satisfied()-fell
}

func (l Level) satisfied() float64 { return float64(l.Points) / float64(l.Judged) }
