// Package delivery is the last step of a mail on its way in: the same for a mail that was handed to the listener and
// for one that was fetched from a mailbox. It tells a report from a message and a loop from a question, and hands the
// message to the desk once for each desk address it was sent to. It stores nothing itself.
package delivery
