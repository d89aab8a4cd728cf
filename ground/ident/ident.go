// Package ident holds a type per identifier, so that the number of a case cannot be given where that of an agent is
// asked. Identifiers are made in Go (see Source), are unique over all tables and grow with time. In JSON they are
// strings: they do not fit in the 53 bits of a JavaScript number.
package ident

import (
	"fmt"
	"strconv"
)

type (
	// Org is an organisation: the boundary that no query crosses.
	Org int64
	// Department is a part of an organisation.
	Department int64
	// Agent is a person who signs in: an agent, a lead or an administrator.
	Agent int64
	// Party is a customer or somebody who speaks for one.
	Party int64
	// Entry is one line of a timeline: a message, a note, a promise made.
	Entry int64
	// Case is one question, to the customer's "solved".
	Case int64
	// Promise is something we said we would do, by when.
	Promise int64
	// Outgoing is one message on its way out.
	Outgoing int64
	// File is an attachment, received or to be sent.
	File int64
	// Contact is one unbroken exchange on one live channel, such as a chat; never a person.
	Contact int64
	// Offer is a contact that is put to an agent.
	Offer int64
	// Site is a website on which an organisation shows its chat.
	Site int64
	// Skill is something that an agent may know: a subject or a language.
	Skill int64
	// Rule is what an administrator wrote to be done by itself.
	Rule int64
	// Row is anything that only its own room refers to.
	Row int64
)

// ID is any identifier of this package.
type ID interface {
	~int64
}

// Parse reads the text form of an identifier. Anything but a positive whole number is an error.
func Parse[T ID](s string) (T, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 {
		return 0, fmt.Errorf("%q is not an identifier", s)
	}
	return T(n), nil
}

// Text is the form in addresses and JSON; the zero identifier is the empty string.
func Text[T ID](id T) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(int64(id), 10)
}
