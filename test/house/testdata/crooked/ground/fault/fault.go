// Package fault is the fixture's own.
package fault

// New makes one.
func New(kind, key string) error { return nil }
