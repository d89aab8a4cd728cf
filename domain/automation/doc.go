// Package automation is the room of the rules that an administrator writes: when a fact of a case becomes true and the
// case is so, something is done.
//
// A rule sees the case and what was said, never who the customer is: a Scene has no field for it, so no condition can be
// made of it. A rule does nothing by itself: flow shows it each fact and carries out what it asks for.
//
// It also keeps the calls to other programs (webhooks) on their way out, in order per case.
//
// Facts: automation.rule_changed.
package automation
