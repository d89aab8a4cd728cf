// Package routing puts waiting contacts to agents: who is offered what, why, and what became of it.
//
// An offer is answered by one agent, or goes on to the next; the customer never goes back to the end of the line for
// it. Each assignment keeps its reason in words that the customer may read.
//
// It writes routing.offered, routing.accepted, routing.declined, routing.missed and routing.withdrawn.
package routing
