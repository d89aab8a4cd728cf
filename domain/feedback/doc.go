// Package feedback is what the customer thought of it: satisfaction on five points, a grade from 1 to 10 and, where
// wanted, a recommendation from 0 to 10 and a comment. Only the customer judges; nobody else writes here.
//
// Facts: feedback.given.
package feedback
