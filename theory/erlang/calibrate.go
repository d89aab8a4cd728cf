package erlang

import "math"

// Calibrator keeps a bound honest: it learns by how much what was told must be stretched, so that Goal of the waits stay
// within it, whatever the formulas leave out.
//
// Formula: after each wait ln(stretch) goes up by step·goal when it was longer than was told, and down by
// step·(1−goal) when not; at rest as many go up as down, which is where Goal of them are inside. After N waits the share
// inside differs from Goal by at most |ln(stretch)|/(step·N). Source: H. Robbins and S. Monro, "A stochastic
// approximation method" (1951). Left out: that a day of week or an hour may be off in its own way; keep one for each
// queue. The zero value has goal 0.9 and stretch 1.
type Calibrator struct {
	Goal float64 // share that is to be inside; zero is 0.9
	Step float64 // how fast it learns; zero is 0.02: one wait too long stretches by 1.8 %

	log float64
}

// The stretch stays between these: beyond them the forecast itself is wrong, and only the position is to be told.
const (
	leastStretch = 0.5
	mostStretch  = 4
)

// Stretch is what a bound is to be multiplied with before it is told.
func (c *Calibrator) Stretch() float64 { return math.Exp(c.log) }

// Fit is false when the stretch has come to its end: what the forecast says is not fit to be told.
func (c *Calibrator) Fit() bool {
	return c.log > math.Log(leastStretch) && c.log < math.Log(mostStretch)
}

// Learn takes in one wait: the bound that was told, stretched, and how long it then took until it was their turn. Of
// somebody who gave up before the bound nothing is known and nothing is learnt; who gave up after it waited longer.
func (c *Calibrator) Learn(told, took float64) {
	goal, step := c.Goal, c.Step
	if goal <= 0 {
		goal = 0.9
	}
	if step <= 0 {
		step = 0.02
	}
	if took > told {
		c.log += step * goal
	} else {
		c.log -= step * (1 - goal)
	}
	c.log = min(max(c.log, math.Log(leastStretch)), math.Log(mostStretch))
}
