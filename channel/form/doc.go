// Package form is the contact form as a channel. It reads what a browser posted, a part at a time and within limits,
// turns it into an arrival and gives that to the desk. The page itself is web/customer's; this package knows neither
// pages nor rooms. Nothing can be sent to a form: answers go by mail to the address that was filled in.
package form

import "embed"

// Texts are what the faults of this package say, in Dutch and English.
//
//go:embed texts/*.toml
var Texts embed.FS

// The limits of one form. A person sees each of them in the fault that names it.
const (
	MaxFiles     = 10
	MaxFile      = 10 << 20
	MaxFilesSum  = 25 << 20
	MaxText      = 20_000 // characters
	MaxSubject   = 200
	MaxName      = 120
	MaxGiven     = 100
	MaxFileName  = 200
	maxField     = 1 << 20  // bytes that are read of one field; what is longer was not typed
	maxFields    = 100      // parts that are no file
	maxBody      = 64 << 20 // bytes that are read at all, most of them to throw away
	maxAddress   = 254      // RFC 5321 section 4.5.3.1.3, with the brackets
	uploadsAtNow = 8        // forms whose files are in memory at the same moment
)

// The fields of a form. Beside these a form may have others, which only the page knows.
const (
	Name    = "name"
	Email   = "email"
	Subject = "subject"
	Text    = "text"
	File    = "file"
	ID      = "id"      // made by the page: the same form sent again is one question
	Trap    = "website" // hidden from people; a program that fills in everything fills it in
)

// Given are the fields that a customer may fill in so that nobody has to ask.
func Given() []string { return []string{"phone", "postcode", "customer_number"} }
