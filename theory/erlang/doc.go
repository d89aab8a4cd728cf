// Package erlang holds the formulas of waiting lines: pure calculation, the same for the wait that a customer is told
// and for the staffing that a planner sees.
//
// Times are in seconds and rates per second, as plain numbers: the formulas multiply and divide them. Shares are 0–1.
//
// Pool answers what a planner asks of one group and one line: Erlang B (nobody waits), C (nobody gives up) and A (they
// give up after a while) are one birth–death chain that differs only in its patience. Line and Pace give the wait that
// somebody is told, and Calibrator keeps that honest. What none of these know: several skills, a day that changes
// while people wait, handle times that are not exponential. theory/sim plays those out.
package erlang
