// Package mailbox fetches mail from mailboxes elsewhere over IMAP (RFC 9051, RFC 3501). It waits with IDLE (RFC 2177)
// and goes on after any outage where it was, however long that lasted: what it remembers is UIDVALIDITY and the next
// UID, never a time. It remembers a message after the desk has it on disk, so that a message may come twice (the desk
// keeps one) and never not at all.
package mailbox
