// Package demo is the demonstration: Energie Oost, an energy company that does not exist, with its people, its
// customers and five weeks of their history. The history is made by the steps that people take, on a clock that is
// moved by hand, so that it cannot hold anything that could not have happened.
//
// Seed makes the small history, Generate a large one by bulk, and Simulate plays customers who write real mails.
package demo
