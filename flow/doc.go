// Package flow is the walk of a question, one file per step: arrive, open, handle, promise, confirm, learn. It calls
// the rooms in their order within one transaction, and turns a fact into the next step. Nothing else decides what
// comes next.
package flow
