// Package erlang holds the formulas of waiting lines: pure calculation, the same for the wait that a customer is told
// and for the staffing that a planner sees.
package erlang
