// Package access is the room of the people who sign in and of the programs that use a token: who they are, what proves
// it, and what they may do.
//
// Signing in takes two steps, a password and a code, or one step with a passkey that itself asks for a finger or a pin.
// Between the steps there is a Ticket, not a session: a session is always new and made last. What is kept of a session,
// link or token is its hash; a secret that must be read again is sealed.
//
// May is the one place that says who may do what; an Object of another organisation is answered as if it did not exist.
// The room may not know customers or cases: those rooms come after it.
//
// It writes the facts access.*, which are the audit trail; none holds a secret.
package access
