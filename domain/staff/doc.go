// Package staff knows the agents at work: whether they are there, whether they take contacts, and how many at once, what
// they know, and what was learnt of how many chats at once go well.
//
// An agent is there while a screen of theirs listens to the stream of events; the switch says whether they want
// contacts. Both are needed: a switch alone would promise somebody who closed the laptop.
//
// It writes staff.presence_changed, staff.limit_changed and staff.skill_changed.
package staff
