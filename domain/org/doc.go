// Package org is the room of the organisations that a desk serves: who they are, their departments, the addresses and
// mailboxes on which they are reached, their opening hours and holidays, their saved replies, wording and mail keys.
//
// It may not know who signs in, who asks or what was asked: those rooms come after it. Every organisation is a
// boundary; only the address book (ByAddress), the list of organisations and the list of mailboxes look over it, because
// a letter arrives before it is known whose it is.
//
// It writes the facts org.created and org.changed. They name what was changed, never the value: the value may be a
// secret.
package org
