// Package webchat is the chat on a website as a channel. It reads the frames that a visitor's browser posts, within
// limits, turns them into arrivals on a live contact, checks what the organisation's website signed about who the visitor
// is, and looks at files by their content. The addresses on which the frames come in are web/customer/chat's; this
// package knows neither pages nor rooms. Nothing is sent to a chat: what the desk says is a line of the conversation, and
// the visitor's stream carries the conversation.
package webchat

import (
	"embed"
	"time"
)

// Texts are what the faults of this package say, in Dutch and English.
//
//go:embed texts/*.toml
var Texts embed.FS

// The limits of what a visitor sends. A person sees each of them in the fault that names it.
const (
	MaxFrame    = 64 << 10 // bytes
	MaxText     = 4000     // characters
	MaxName     = 120
	MaxSubject  = 200
	MaxTitle    = 200
	MaxURL      = 2000
	MaxFiles    = 10 // with one message
	MaxFile     = 10 << 20
	MaxFileName = 200
	MaxGiven    = 20 // fields
	maxValue    = 200
	maxField    = 40
	maxSubject  = 200 // of an identity: who it is at the website
	maxAddress  = 254 // RFC 5321 section 4.5.3.1.3, with the brackets
	leastID     = 16
	mostID      = 64
)

// Email is the field of an arrival in which an address stands that was typed by somebody whose website vouches for
// another name: something told, which proves nothing.
const Email = "email"

// MaxAhead is how far in the future the end of an identity may lie. What was signed for longer is of no use to the
// website and of much use to whoever finds it.
const MaxAhead = 24 * time.Hour
