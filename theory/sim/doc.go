// Package sim plays out a day at the desk, event by event, with the rules of the queue: one order over all channels,
// agents with skills and levels, chats beside each other, people who give up and try again, call-backs that keep their
// place, promises that come due.
//
// It is for what no formula of theory/erlang reaches: to prove that the rules keep their word (order, fairness, the wait
// that is told), and to try a roster on a day that changes. The same desk and the same seed give the same day, event by
// event; nothing is allocated per event.
//
// Times are in seconds from the start of the day, rates per second.
package sim
