// Package sender carries mail out: it composes a message, signs it (DKIM, RFC 6376) and hands it to the relay. Nothing
// that a person typed can become a header line. It keeps no queue: what could not be sent now is asked again by whoever
// holds the outbox.
package sender
