// Package queue is who waits for an agent now, in which order, what we told them about it, and who gave up.
//
// There is one order: how long somebody has waited on this matter, over all attempts. Nothing about who the customer is
// has a place in it (need N9), so there is no field to put it in.
//
// It writes queue.joined, queue.moved, queue.answered, queue.left,
// queue.put_off, queue.stayed and queue.stay_ended.
package queue
