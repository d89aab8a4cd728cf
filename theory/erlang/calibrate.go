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
func (c *Calibrator) Learn(told, took float64) { c.Resume(c.log + c.Change(told, took)) }

// Change is by how much one wait changes Log, for who keeps it elsewhere and has several who learn at the same time.
func (c *Calibrator) Change(told, took float64) float64 {
	goal, step := c.Goal, c.Step
	if goal <= 0 {
		goal = 0.9
	}
	if step <= 0 {
		step = 0.02
	}
	if took > told {
		return step * goal
	}
	return -step * (1 - goal)
}

// Log is ln(stretch): what there is to keep of a calibrator.
func (c *Calibrator) Log() float64 { return c.log }

// Resume goes on from what Log gave before.
func (c *Calibrator) Resume(log float64) {
	c.log = min(max(log, math.Log(leastStretch)), math.Log(mostStretch))
}
