// Package house checks the rules of the house (docs/adr, CONTRIBUTING.md) on the code itself: who may import whom, how
// long things may get, where time comes from, which texts exist. Each rule is a function from a tree to findings, so
// that the tests show on a crooked tree in testdata that the rule can fail.
//
// What a rule allows stands in table.go (places and imports) and exceptions.go (exceptions, each with its reason).
// The package also writes docs/rooms.md and docs/facts.md from the code.
package house
